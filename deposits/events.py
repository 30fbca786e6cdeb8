"""Ledger events of deposits (entry numbers of the accounting rules 财会字〔1999〕33号, section on 住房公积金)."""

from accounts.ledger.events import EventTemplate, Kind, credit, debit
from servicehub.declare.registry import ledger_events

ALLOCATE = ledger_events.add(
    EventTemplate(
        code="deposits.allocate",
        label="汇缴到账分配",
        entry="E03",
        kind=Kind.REMITTANCE,
        lines=(debit("@bank", "total"), credit("201", "total")),
    )
)
"""The money and the list arrive together: straight from the bank to every person."""

ALLOCATE_FROM_SUSPENSE = ledger_events.add(
    EventTemplate(
        code="deposits.allocate_from_suspense",
        label="暂收款分配",
        entry="E03",
        kind=Kind.REMITTANCE,
        lines=(debit("21901", "total"), credit("201", "total")),
    )
)
"""Out of what the employer had in suspense."""

KEEP = ledger_events.add(
    EventTemplate(
        code="deposits.keep_in_suspense",
        label="单位暂收",
        entry="E01",
        kind=Kind.SUSPENSE_IN,
        lines=(debit("@bank", "total"), credit("21901", "total")),
    )
)
"""Money of a known employer that no document claims, or claims only in part."""

KEEP_CLAIMED = ledger_events.add(
    EventTemplate(
        code="deposits.keep_claimed",
        label="待查暂收认领",
        entry="E02",
        kind=Kind.SUSPENSE_CLAIMED,
        lines=(debit("21902", "total"), credit("21901", "total")),
    )
)
"""An unknown receipt found its owner (认领)."""
