"""Events the ledger and the accounts room book themselves; deposits, withdrawals and loans declare theirs."""

from accounts.bank import events as bank_events
from accounts.ledger import templates
from accounts.ledger.events import EventTemplate, Kind
from accounts.ledger.keying import event_code
from servicehub.declare.registry import ledger_events

__all__ = ["bank_events"]

# What no business drives is keyed by an accountant: one event for every form the data flags manual.
MANUAL_FORMS = tuple(templates.manual_forms())
for _form in MANUAL_FORMS:
    ledger_events.add(
        EventTemplate(code=event_code(_form), label=_form.label, entry=_form.entry, form=_form.code, manual=True)
    )

# A voucher that reverses takes its lines, in red, from the original: the template only names the event.
REVERSAL = ledger_events.add(
    EventTemplate(code="ledger.reverse", label="红字冲销", entry="E47", kind=Kind.CORRECTION, reverses=True)
)

REVERSAL_LATER = ledger_events.add(
    EventTemplate(code="ledger.reverse_later", label="跨期红字冲销", entry="E48", kind=Kind.CORRECTION, reverses=True)
)

TRANSFER_BETWEEN_EMPLOYERS = ledger_events.add(
    EventTemplate(
        code="accounts.transfer_between_employers",
        label="单位间转移",
        entry="E06",
        kind=Kind.INTERNAL_TRANSFER,
        reversible=False,  # taken back by a transfer the other way: the person may have moved on since
    )
)

MERGE_ACCOUNTS = ledger_events.add(
    EventTemplate(
        code="accounts.merge_accounts",
        label="账户合并",
        entry="E49",
        kind=Kind.MERGE,
    )
)

ACCRUE_INTEREST = ledger_events.add(
    EventTemplate(
        code="accounts.accrue_interest",
        label="预提个人账户利息",
        entry="E16",
    )
)

SETTLE_INTEREST = ledger_events.add(
    EventTemplate(
        code="accounts.settle_interest",
        label="年度结息",
        entry="E17",
        kind=Kind.INTEREST,
        reversible=False,
        form="settle",
    )
)

SETTLE_INTEREST_DIFFERENCE = ledger_events.add(
    EventTemplate(
        code="accounts.settle_interest_difference",
        label="年度结息与预提差额",
        entry="E17",
        form="difference",
    )
)

LATE_INTEREST = ledger_events.add(
    EventTemplate(
        code="ledger.late_interest",
        label="跨年度补计利息",
        entry="E17",
        kind=Kind.LATE_INTEREST,
        reversible=False,
        form="late",
    )
)

CLOSING_INTEREST = ledger_events.add(
    EventTemplate(
        code="accounts.closing_interest",
        label="销户结息",
        entry="E10",
        kind=Kind.CLOSING_INTEREST,
        form="interest",
    )
)

CARRY_INCOME = ledger_events.add(EventTemplate(code="accounts.carry_income", label="结转业务收入", entry="E40"))
CARRY_EXPENSE = ledger_events.add(EventTemplate(code="accounts.carry_expense", label="结转业务支出", entry="E41"))
CARRY_YEAR = ledger_events.add(EventTemplate(code="accounts.carry_year", label="年末结转增值收益", entry="E43"))
