"""Books with money in every subject a keyed voucher may take from, and accountants who key and check."""

from decimal import Decimal

from accounts.ledger import chart
from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, credit, debit
from accounts.ledger.models import Subject
from accounts.models import EmployerAccount, FundAccount
from servicehub import gate
from servicehub.declare import CENTRE
from servicehub.declare.registry import ledger_events
from servicehub.identity.models import User
from tests.accounts.bank.world import special_account
from tests.accounts.factories import EmployerAccountFactory
from tests.accounts.rosters import member_of
from tests.conftest import REQUEST_TIME, make_origin

BORROWED = "212"
FILLED = ("10101", "10201", "11101", "11103", "11104", "12401", "21401", "21402", "21904", "21905", BORROWED, "30101", "32101",
          "32102", "32103", "32104")  # fmt: skip
AMOUNT = Decimal("100000.00")


def open_books(branch: int) -> None:
    """Every subject of ``FILLED`` holds 100,000; what stands against it lies in 40105 and 41104."""
    chart.open_local_subject(make_origin(), BORROWED, "短期融资", "管委会决议")
    for code in FILLED:
        fill(branch, code)


def fill(branch: int, code: str, amount: Decimal = AMOUNT) -> None:
    subject = Subject.objects.get(code=code)
    lines = (
        (debit(code, "total"), credit("40105", "total"))
        if subject.side == "D"
        else (debit("41104", "total"), credit(code, "total"))
    )
    event = EventTemplate(code=f"tests.fill_{code}", label="期初", lines=lines)
    ledger_events.add(event)
    try:
        number = ledger.vouchers_of_case("").count()
        ledger.post(make_origin(), ledger.Entry(event.code, f"F{number}", branch, {"total": amount}))
    finally:
        ledger_events.remove(event.code)


def accountant(name: str, branch: int | None, role: str = "accountant", **more):
    """Before the gate."""
    user, _ = User.objects.get_or_create(username=name, defaults={"kind": "staff", "display_name": name})
    given = {
        "operator": user.pk, "operator_name": name, "roles": frozenset({role}), "pass_": None, "assurance": 3,
        "channel": "CTR", "branch": branch, "branches": frozenset({branch}) if branch else None, **more,
    }  # fmt: skip
    return make_origin(**given, assured_at=REQUEST_TIME)


def key_voucher(code: str, raw: dict, branch: int, key: str = "k1"):
    """Keyed by one, approved by another. Returns the answer of the approval."""
    answer = gate.submit(code, accountant("会计", branch), CENTRE, raw, key)
    return approve(answer, branch, key)


def approve(answer, branch: int, key: str = "k1", name: str = "复核"):
    return gate.decide(
        answer.submission, accountant(name, branch, "accountant_reviewer"), "approve", "", f"{key}-decided"
    )


def fund_account(branch) -> FundAccount:
    """A person on an employer's roster, with an account in the ledger."""
    account = member_of(EmployerAccountFactory(employer__branch=branch))
    employer = EmployerAccount.objects.get(memberships__fund_account=account).pk
    account.subaccount_id = ledger.open_subaccount(
        make_origin(), "201", "fund_account", account.pk, branch.pk, employer
    )
    account.save(update_fields=["subaccount_id"])
    return account


def old_account(branch):
    """A special account that has been booked on for years."""
    account = special_account(branch)
    Subject.objects.filter(pk=account.subject_id).update(opened_on=account.opened_on)
    return account
