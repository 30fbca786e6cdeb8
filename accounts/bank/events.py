"""Ledger events of money that arrives at a special account before anybody's deposit is booked."""

from accounts.ledger.events import EventTemplate, Kind
from servicehub.declare.registry import ledger_events

RECEIPT_TO_EMPLOYER = ledger_events.add(
    EventTemplate(
        code="accounts.receipt_to_employer",
        label="收到单位来款",
        entry="E01",
        form="arrive",
        kind=Kind.SUSPENSE_IN,
    )
)

RECEIPT_UNKNOWN = ledger_events.add(
    EventTemplate(
        code="accounts.receipt_unknown",
        label="收到待查来款",
        entry="E02",
        form="arrive",
        kind=Kind.SUSPENSE_IN,
    )
)

RECEIPT_CLAIMED = ledger_events.add(
    EventTemplate(
        code="accounts.receipt_claimed",
        label="来款认领",
        entry="E02",
        form="claim",
        kind=Kind.SUSPENSE_CLAIMED,
    )
)

RECEIPT_TAKEN_BACK = ledger_events.add(
    EventTemplate(
        code="accounts.receipt_taken_back",
        label="银行冲正单位来款",
        entry="E01",
        form="taken_back",
        kind=Kind.SUSPENSE_REFUNDED,
    )
)

UNKNOWN_TAKEN_BACK = ledger_events.add(
    EventTemplate(
        code="accounts.unknown_taken_back",
        label="银行冲正待查来款",
        entry="E02",
        form="give_back",
        kind=Kind.SUSPENSE_REFUNDED,
    )
)

OWN_TO_LOANS = ledger_events.add(
    EventTemplate(code="accounts.own_to_loans", label="划拨委托贷款基金", entry="E24", form="to_loans")
)
OWN_FROM_LOANS = ledger_events.add(
    EventTemplate(code="accounts.own_from_loans", label="收回委托贷款基金", entry="E24", form="from_loans")
)
OWN_BETWEEN = ledger_events.add(
    EventTemplate(code="accounts.own_between", label="归集户之间划转", entry="E24", form="between")
)
OWN_SURPLUS = ledger_events.add(
    EventTemplate(code="accounts.own_surplus", label="增值收益户之间划转", entry="E24", form="surplus")
)
