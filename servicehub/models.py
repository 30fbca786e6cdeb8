"""Gathers the tables of the hub's rooms: one Django app, one migration history."""

from servicehub.audit.models import AuditEntry, AuditHead, AuditSeal
from servicehub.batch.models import JobItem, JobRun
from servicehub.cases.models import Case, CasePause, Claim, Decision, Draft, RequestKey, Submission
from servicehub.catalogue.models import ChannelItem, ClashRule, ServiceChannel, ServiceItem, ServiceItemVersion
from servicehub.checks.models import CheckFinding, CheckRun
from servicehub.clock.models import BusinessCalendar, Workday
from servicehub.files.models import Attachment
from servicehub.gate.models import ChannelClient, ServiceAgreement, ServiceCall, StopOrder
from servicehub.identity.models import (
    AdapterCall,
    Branch,
    ExclusiveDuty,
    FormerPassword,
    LoginAttempt,
    LoginLock,
    LoginSession,
    ParkedRequest,
    PasswordReset,
    PendingLogin,
    PostGrant,
    Proof,
    Role,
    SmsCode,
    StaffToken,
    User,
)
from servicehub.letters.models import IssuedLetter, PrintOut
from servicehub.messages.models import Message, MessagePreference
from servicehub.outbox.models import OutboxMessage
from servicehub.policy.models import PolicyEpoch, PolicySlot, PolicyValue
from servicehub.sheets.models import SheetFinding, SheetFix, Upload

__all__ = [
    "AdapterCall",
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "Branch",
    "BusinessCalendar",
    "Case",
    "CasePause",
    "ChannelClient",
    "ChannelItem",
    "CheckFinding",
    "CheckRun",
    "Claim",
    "ClashRule",
    "Decision",
    "Draft",
    "ExclusiveDuty",
    "FormerPassword",
    "IssuedLetter",
    "JobItem",
    "JobRun",
    "LoginAttempt",
    "LoginLock",
    "LoginSession",
    "Message",
    "MessagePreference",
    "OutboxMessage",
    "ParkedRequest",
    "PasswordReset",
    "PendingLogin",
    "PolicyEpoch",
    "PolicySlot",
    "PolicyValue",
    "PostGrant",
    "PrintOut",
    "Proof",
    "RequestKey",
    "Role",
    "ServiceAgreement",
    "ServiceCall",
    "ServiceChannel",
    "ServiceItem",
    "ServiceItemVersion",
    "SheetFinding",
    "SheetFix",
    "SmsCode",
    "StaffToken",
    "StopOrder",
    "Submission",
    "Upload",
    "User",
    "Workday",
]
