"""Tables of the identity room."""

from servicehub.identity.models.login import (
    AdapterCall,
    CodePurpose,
    LoginAttempt,
    LoginLock,
    PasswordReset,
    PendingLogin,
    SmsCode,
    StaffToken,
)
from servicehub.identity.models.posts import ExclusiveDuty, PostGrant, Role
from servicehub.identity.models.sessions import EndReason, Face, LoginSession, ParkedRequest, Proof, ProofMethod
from servicehub.identity.models.users import Branch, FormerPassword, User, UserKind, UserState

__all__ = [
    "AdapterCall",
    "Branch",
    "CodePurpose",
    "EndReason",
    "ExclusiveDuty",
    "Face",
    "FormerPassword",
    "LoginAttempt",
    "LoginLock",
    "LoginSession",
    "ParkedRequest",
    "PasswordReset",
    "PendingLogin",
    "PostGrant",
    "Proof",
    "ProofMethod",
    "Role",
    "SmsCode",
    "StaffToken",
    "User",
    "UserKind",
    "UserState",
]
