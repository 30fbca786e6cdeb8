"""Operations of the platform itself. Each module registers its own; this one gathers them for autodiscovery."""

from servicehub.gate import operations as gate
from servicehub.operations import audit, batch, calendar, checks, messages, policy, posts, registration, users

__all__ = ["audit", "batch", "calendar", "checks", "gate", "messages", "policy", "posts", "registration", "users"]
