"""Ledger events of deposits (entry numbers of the accounting rules 财会字〔1999〕33号, section on 住房公积金)."""

from accounts.ledger.events import EventTemplate, Kind
from deposits.services import figures
from servicehub.declare.registry import ledger_events

ALLOCATE = ledger_events.add(
    EventTemplate(
        code="deposits.allocate",
        label="汇缴到账分配",
        entry="E03",
        kind=Kind.REMITTANCE,
        form="direct",
        explain=figures.of_posting,
    )
)
"""The money and the list arrive together: straight from the bank to every person."""

ALLOCATE_FROM_SUSPENSE = ledger_events.add(
    EventTemplate(
        code="deposits.allocate_from_suspense",
        label="暂收款分配",
        entry="E03",
        kind=Kind.REMITTANCE,
        form="from_suspense",
        explain=figures.of_posting,
    )
)
"""Out of what the employer had in suspense."""
