"""What an app declares and the hub delivers. No models, no database, no clock.

A business app fills the same few rooms (``items.py``, ``operations/``, ``parties.py``, …); the objects it puts
there are the classes of this package, gathered in the registries of ``registry``.
"""

from servicehub.declare.assessed import Assessed, Parameter, Step
from servicehub.declare.entry import Entry
from servicehub.declare.errors import DomainError
from servicehub.declare.finding import Finding, Severity
from servicehub.declare.item import Audience, Channel, Item, Material
from servicehub.declare.job import CloseStep, Job, JobStep
from servicehub.declare.letter import Letter
from servicehub.declare.operation import CALLBACK, CONTINUE, NEW, READ, Operation, Query
from servicehub.declare.origin import Origin
from servicehub.declare.outcome import Change, NextStep, Outcome
from servicehub.declare.panel import Panel
from servicehub.declare.parameter import PolicyKey
from servicehub.declare.party import CENTRE, Authority, Party, PartyCard, PartyKind
from servicehub.declare.passes import Pass, PassKind, PassRequired
from servicehub.declare.probe import Probe
from servicehub.declare.proof import BalanceCheck
from servicehub.declare.sheet import Column, Difference, DifferenceGroup, DifferenceRow, Sheet
from servicehub.declare.table import Column as TableColumn
from servicehub.declare.table import Table

__all__ = [
    "CALLBACK",
    "CENTRE",
    "CONTINUE",
    "NEW",
    "READ",
    "Assessed",
    "Audience",
    "Authority",
    "BalanceCheck",
    "Change",
    "Channel",
    "CloseStep",
    "Column",
    "Difference",
    "DifferenceGroup",
    "DifferenceRow",
    "DomainError",
    "Entry",
    "Finding",
    "Item",
    "Job",
    "JobStep",
    "Letter",
    "Material",
    "NextStep",
    "Operation",
    "Origin",
    "Outcome",
    "Panel",
    "Parameter",
    "Party",
    "PartyCard",
    "PartyKind",
    "Pass",
    "PassKind",
    "PassRequired",
    "PolicyKey",
    "Probe",
    "Query",
    "Severity",
    "Sheet",
    "Step",
    "Table",
    "TableColumn",
]
