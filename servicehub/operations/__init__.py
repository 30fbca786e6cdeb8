"""Operations of the platform itself. Each module registers its own; this one gathers them for autodiscovery."""

from servicehub.operations import posts

__all__ = ["posts"]
