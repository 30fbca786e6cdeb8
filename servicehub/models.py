"""Gathers the tables of the hub's rooms: one Django app, one migration history."""

from servicehub.audit.models import AuditEntry, AuditHead, AuditSeal
from servicehub.clock.models import BusinessCalendar, Workday
from servicehub.identity.models import Branch, User

__all__ = ["AuditEntry", "AuditHead", "AuditSeal", "Branch", "BusinessCalendar", "User", "Workday"]
