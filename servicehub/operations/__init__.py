"""Operations of the platform itself. Each module registers its own; this one gathers them for autodiscovery."""

from servicehub.operations import audit, batch, calendar, checks, messages, policy, posts

__all__ = ["audit", "batch", "calendar", "checks", "messages", "policy", "posts"]
