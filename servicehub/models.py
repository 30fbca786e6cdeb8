"""Gathers the tables of the hub's rooms: one Django app, one migration history."""

from servicehub.audit.models import AuditEntry, AuditHead, AuditSeal
from servicehub.clock.models import BusinessCalendar, Workday
from servicehub.identity.models import (
    AdapterCall,
    Branch,
    ExclusiveDuty,
    FormerPassword,
    LoginAttempt,
    LoginLock,
    LoginSession,
    ParkedRequest,
    PendingLogin,
    PostGrant,
    Proof,
    Role,
    SmsCode,
    StaffToken,
    User,
)
from servicehub.outbox.models import OutboxMessage
from servicehub.policy.models import PolicyEpoch, PolicySlot, PolicyValue

__all__ = [
    "AdapterCall",
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "Branch",
    "BusinessCalendar",
    "ExclusiveDuty",
    "FormerPassword",
    "LoginAttempt",
    "LoginLock",
    "LoginSession",
    "OutboxMessage",
    "ParkedRequest",
    "PendingLogin",
    "PolicyEpoch",
    "PolicySlot",
    "PolicyValue",
    "PostGrant",
    "Proof",
    "Role",
    "SmsCode",
    "StaffToken",
    "User",
    "Workday",
]
