"""Ledger events of money that arrives at a special account before anybody's deposit is booked."""

from accounts.ledger.events import EventTemplate, Kind, credit, debit
from servicehub.declare.registry import ledger_events

RECEIPT_TO_EMPLOYER = ledger_events.add(
    EventTemplate(
        code="accounts.receipt_to_employer",
        label="收到单位来款",
        entry="E01",
        kind=Kind.SUSPENSE_IN,
        lines=(debit("@bank", "total"), credit("21901", "total")),
    )
)

RECEIPT_UNKNOWN = ledger_events.add(
    EventTemplate(
        code="accounts.receipt_unknown",
        label="收到待查来款",
        entry="E02",
        kind=Kind.SUSPENSE_IN,
        lines=(debit("@bank", "total"), credit("21902", "total")),
    )
)

RECEIPT_CLAIMED = ledger_events.add(
    EventTemplate(
        code="accounts.receipt_claimed",
        label="来款认领",
        kind=Kind.SUSPENSE_CLAIMED,
        lines=(debit("21902", "total"), credit("21901", "total")),
    )
)

RECEIPT_TAKEN_BACK = ledger_events.add(
    EventTemplate(
        code="accounts.receipt_taken_back",
        label="银行冲正单位来款",
        kind=Kind.SUSPENSE_REFUNDED,
        lines=(debit("21901", "total"), credit("@bank", "total")),
    )
)

UNKNOWN_TAKEN_BACK = ledger_events.add(
    EventTemplate(
        code="accounts.unknown_taken_back",
        label="银行冲正待查来款",
        kind=Kind.SUSPENSE_REFUNDED,
        lines=(debit("21902", "total"), credit("@bank", "total")),
    )
)
