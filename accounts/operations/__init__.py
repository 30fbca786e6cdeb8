"""Operations of this app; each module declares some. Start-up imports every module of this package."""
