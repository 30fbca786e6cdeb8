"""Two years played through the product's own services, month by month, every employer of a month at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from itertools import count

from accounts.bank import inbox
from accounts.bank.models import BankMessage, BankNotice
from accounts.bank.states import MessageState, NoticeState
from accounts.enums import ChangeKind
from accounts.ledger import days, settlement
from accounts.ledger.models import Subaccount
from accounts.models import EmployerAccount, RosterChange
from accounts.services import changes, opening, rosters
from deposits.assessor import DepositAssessor
from deposits.enums import Action, ReceiptDecision
from deposits.models import Receipt, Remittance
from deposits.services.receipts import receive
from deposits.services.remittances import MonthToConfirm, confirm
from deposits.services.settlement import Paid, settle
from fundcentre.demo.careers import Event
from fundcentre.demo.centre import Centre, interest_rates
from fundcentre.demo.people import Someone
from servicehub import gate
from servicehub.declare import Origin
from servicehub.kit.months import Month

POSTING_DAY = 15
CHUNK = 40
JOB = "demo.history"


@dataclass
class City:
    """What was built so far. ``fund_account`` is by person number of the careers."""

    centre: Centre
    accounts: list[EmployerAccount]
    branch_codes: list[str]
    people: Sequence[Someone]
    fund_account: dict[int, int] = field(default_factory=dict)
    balances: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))  # of special accounts
    host_numbers: Iterable[int] = field(default_factory=lambda: count(1))


def origin_on(day: date, operator=None) -> Origin:
    origin = gate.batch_origin(JOB, day)
    return replace(origin, operator=operator.pk, operator_name=operator.display_name) if operator else origin


def play_month(city: City, month: Month, events: Sequence[Event], odd: dict[int, str]) -> None:
    """Changes, confirmation, money. ``odd``: employers that do not simply pay what is due."""
    day = month.first_day.replace(day=POSTING_DAY)
    origin = origin_on(day, city.centre.importer)
    _change(city, origin, month, events)
    wanted = [
        MonthToConfirm(account, month)
        for firm, account in enumerate(city.accounts)
        if odd.get(firm) not in {"absent", "two_months_behind"}
    ]
    firms = [firm for firm in range(len(city.accounts)) if odd.get(firm) not in {"absent", "two_months_behind"}]
    heads = dict(zip(firms, confirm(origin, wanted), strict=True))
    plain = [head for firm, head in heads.items() if firm not in odd]
    for start in range(0, len(plain), CHUNK):
        _pay(city, origin, plain[start : start + CHUNK], day)
    for firm, what in odd.items():
        if firm in heads:
            _pay_oddly(city, origin, heads[firm], what, day)
    _close(day)
    if month.month == 6:
        settle_interest(city, month.year)


KINDS = (
    (Action.SEAL, ChangeKind.SEAL),
    (Action.UNSEAL, ChangeKind.UNSEAL),
    (Action.TRANSFER_IN, ChangeKind.TRANSFER_IN),
    (Action.BASE, ChangeKind.BASE),
)


def _change(city: City, origin: Origin, month: Month, events: Sequence[Event]) -> None:
    """The lists of every employer, taken over together as a centre takes over the books of the one before it."""
    lists: dict[Action, dict[int, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        lists[event.action][event.firm].append(event)
    firms = sorted({event.firm for event in events})
    owners = [city.accounts[firm] for firm in firms]
    heads = dict(zip(firms, changes.begin_each(origin, owners, ChangeKind.LIST, month, JOB), strict=True))
    for action, kind in KINDS:
        rows = _seals if action is Action.SEAL else _bases
        parts = [changes.Part(heads[firm], rows(city, firm, month, some)) for firm, some in lists[action].items()]
        rosters.change_each(origin, kind, month, parts)
    _open(city, origin, month, lists[Action.OPEN], heads)


def _seals(city: City, firm: int, month: Month, events: Sequence[Event]) -> list[changes.Seal]:
    return [changes.Seal(city.fund_account[event.person], str(event.reason)) for event in events]


def _bases(city: City, firm: int, month: Month, events: Sequence[Event]) -> list[changes.NewBase]:
    answers = DepositAssessor().amounts(city.accounts[firm], month, [event.wage for event in events])
    return [
        changes.NewBase(
            city.fund_account[event.person], answer.wage, answer.base, answer.employer_amount, answer.employee_amount
        )
        for event, answer in zip(events, answers, strict=True)
    ]


def _open(
    city: City, origin: Origin, month: Month, lists: dict[int, list[Event]], heads: dict[int, RosterChange]
) -> None:
    parts = [changes.Part(heads[firm], _newcomers(city, firm, month, events)) for firm, events in lists.items()]
    opening.open_each(origin, month, parts)
    opened = opening.ids_opened_by(*(part.change for part in parts))
    newcomers = (event for events in lists.values() for event in events)
    city.fund_account.update(zip((event.person for event in newcomers), opened, strict=True))


def _newcomers(city: City, firm: int, month: Month, events: Sequence[Event]) -> list[opening.NewAccount]:
    answers = DepositAssessor().amounts(city.accounts[firm], month, [event.wage for event in events])
    return [
        opening.NewAccount(
            city.people[event.person].id_number,
            city.people[event.person].name,
            answer.wage,
            answer.base,
            answer.employer_amount,
            answer.employee_amount,
            mobile=city.people[event.person].mobile,
        )
        for event, answer in zip(events, answers, strict=True)
    ]


def _pay(city: City, origin: Origin, heads: Sequence[Remittance], day: date) -> None:
    """Exact money for many documents: one posting call, then what the bank would have told."""
    subjects = {head.pk: city.centre.accounts[_branch_code(city, head)] for head in heads}
    vouchers = settle(origin, [Paid(head, day, subjects[head.pk].subject_id) for head in heads])
    message = told("BDC113")
    notices = [
        _notice(
            city,
            message,
            subjects[head.pk],
            head,
            head.total,
            day,
            state=NoticeState.MATCHED,
            voucher=vouchers[head.pk],
        )
        for head in heads
    ]
    BankNotice.objects.bulk_create(notices)
    Receipt.objects.bulk_create(
        Receipt(
            notice=notice,
            employer_account_id=head.employer_account_id,
            remittance=head,
            amount=head.total,
            value_date=day,
            decision=ReceiptDecision.ALLOCATE,
            allocated=head.total,
            voucher_id=vouchers[head.pk],
            taken_on=day,
        )
        for notice, head in zip(notices, heads, strict=True)
    )


def told(tx_code: str) -> BankMessage:
    """A message of the past: its lines are here, its text is not."""
    message = inbox.keep("{}", "", tx_code)
    message.state = MessageState.PROCESSED
    message.save(update_fields=["state"])
    return message


def _branch_code(city: City, head: Remittance) -> str:
    return next(code for code, branch in city.centre.branches.items() if branch.pk == head.branch_id)


def _notice(city: City, message, special, head, amount: Decimal, day: date, **given) -> BankNotice:
    city.balances[special.pk] += amount
    employer = head.employer_account.employer
    values = {
        "party_kind": "employer",
        "party_id": employer.pk,
        "document": f"deposits.remittance:{head.pk}",
        "claimer": "deposits.remittance",
        "rung": 1,
        "reason": "已分摊到每名职工",
        "settled_on": day,
        "remark": head.remark_code,
    }
    return BankNotice(
        special_account=special,
        host_date=day,
        host_no=f"{next(city.host_numbers):010d}",
        amount=amount,
        host_time=time(10, 0),
        balance=city.balances[special.pk],
        counter_name=employer.payer_name or employer.name,
        counter_bank=employer.payer_bank,
        summary="住房公积金",
        message=message,
        received_on=day,
        **(values | given),
    )


ODD_MONEY = {
    "short": (Decimal("-40.00"),),
    "excess": (Decimal("128.00"),),
    "twice": (Decimal("0.00"), Decimal("0.00")),
}


def _pay_oddly(city: City, origin: Origin, head: Remittance, what: str, day: date) -> None:
    """Money that is not what was due goes the way a bank notice goes."""
    special = city.centre.accounts[_branch_code(city, head)]
    for difference in ODD_MONEY.get(what, ()):
        message = told("SBDC100")
        notice = _notice(
            city, message, special, head, head.total + difference, day, settled_on=None, rung=None, claimer=""
        )
        notice.state, notice.document, notice.party_kind, notice.party_id = NoticeState.UNMATCHED, "", "", None
        notice.save()
        receipt = receive(origin, notice, head.employer_account, head)
        posted = receipt.decision in {ReceiptDecision.ALLOCATE, ReceiptDecision.ALLOCATE_KEEP_REST}
        notice.state = NoticeState.MATCHED if posted else NoticeState.SUSPENDED
        notice.voucher, notice.settled_on = receipt.voucher_id, day
        notice.party_kind, notice.party_id = "employer", head.employer_account.employer_id
        notice.claimer, notice.rung, notice.document = "deposits.remittance", 1, f"deposits.remittance:{head.pk}"
        notice.save()


def settle_interest(city: City, year: int) -> None:
    """Annual settlement of 30 June, range by range."""
    day = date(year, 6, 30)
    origin = origin_on(day, city.centre.importer)
    settlement.release_year(origin, year, *interest_rates())
    last = Subaccount.objects.order_by("-pk").values_list("pk", flat=True).first()
    for first in range(1, last + 1, settlement.RANGE_ACCOUNTS_MAX):
        settlement.settle_range(origin, year, first, first + settlement.RANGE_ACCOUNTS_MAX - 1)
    _close(day)


def _close(day: date) -> None:
    origin = origin_on(day)
    days.begin_closing(origin, day)
    days.finish_closing(origin, day)
