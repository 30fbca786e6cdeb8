"""Gathers the tables of the app's rooms: one Django app, one migration history."""

from accounts.models.employers import Employer, EmployerAccount
from accounts.models.fund_accounts import BaseRecord, FundAccount, Membership, RosterChange
from accounts.models.grants import AgentGrant, EmployerUserObjectPermission
from accounts.models.persons import Person
from accounts.models.restrictions import Restriction

__all__ = [
    "AgentGrant",
    "BaseRecord",
    "Employer",
    "EmployerAccount",
    "EmployerUserObjectPermission",
    "FundAccount",
    "Membership",
    "Person",
    "Restriction",
    "RosterChange",
]
