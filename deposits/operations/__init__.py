"""What an employer can do in a month: gather changes, confirm, pay. Start-up imports every module of this package."""
