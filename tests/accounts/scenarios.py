"""Worlds for employers, persons, agents and the bank."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.bank import arrivals, inbox, payments, statement_files
from accounts.bank.reconciliation.models import BankMatch, OutstandingItem
from accounts.bank.reconciliation.passes import reconcile
from accounts.day_close import running
from accounts.interest.models import InterestSettlement
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.operations.agents import GRANT
from accounts.operations.receipts import NOTICE
from accounts.services import grants
from servicehub.declare import CENTRE, Party
from servicehub.declare.registry import operations, sheets
from servicehub.identity import people
from servicehub.kit.tokens import token_of
from servicehub.sheets import intake
from tests.accounts.bank.planted import Planted
from tests.accounts.bank.world import body, line, special_account
from tests.accounts.factories import BranchFactory, EmployerAccountFactory, EmployerFactory, PersonFactory
from tests.accounts.rosters import member_of
from tests.conftest import make_origin
from tests.scenarios import Scenario, before_the_gate, scenario, staff, user
from tests.servicehub.sheets.books import book

EXAMPLE_AGENT = {
    "mobile": "13800000001",
    "name": "李敏",
    "id_number": "990000198506150029",
    "password": "quiet-river-9",
}


def at_counter(post: str, code: str, target: Party, branch, **raw) -> Scenario:
    return Scenario(staff(post, branch=branch.pk), target, {**operations[code].example(), **raw})


@scenario("accounts.grant_agent")
def grant_agent(tools):
    people.create_agent_user(make_origin(), **EXAMPLE_AGENT)
    employer = EmployerFactory()
    return at_counter("teller", "accounts.grant_agent", employer.party, employer.branch)


@scenario("accounts.revoke_agent")
def revoke_agent(tools):
    employer = EmployerFactory()
    given = grants.NewGrant(
        user=people.create_agent_user(make_origin(), **EXAMPLE_AGENT).pk, employer=employer.pk, role="agent_maker",
        valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31), evidence="授权书 2026-014",
    )  # fmt: skip
    (grant,) = grants.grant(make_origin(), [given])
    token = token_of(GRANT, grant.pk)
    return at_counter("teller", "accounts.revoke_agent", employer.party, employer.branch, grant=token)


@scenario("accounts.register_employer")
def register(tools):
    return at_counter("teller", "accounts.register_employer", CENTRE, BranchFactory())


@scenario("accounts.open_account")
def open_account(tools):
    for year in (2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    account = EmployerAccountFactory(first_month=202611)
    return at_counter("teller", "accounts.open_account", account.employer.party, account.employer.branch)


@scenario("accounts.issue_certificate", "accounts.print_statement")
def paper(tools):
    for year in (2024, 2025, 2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    account = EmployerAccountFactory()
    person = member_of(account).person
    raw = operations[tools.code].example()
    return Scenario(staff("teller", branch=account.employer.branch_id), person.party, raw)


@scenario("accounts.who_viewed")
def who_viewed(tools):
    person = PersonFactory(user=user("person"))
    return Scenario(before_the_gate(person.user, channel="WEBP"), person.party, {})


# --- The bank --------------------------------------------------------------------------------------------------------


def told(*lines):
    return inbox.keep(body(*lines).decode(), "", "SBDC100")


def arrived(branch, amount: str = "77.00"):
    """Money that came and is nobody's yet."""
    account = special_account(branch)
    message = told(line(account, amount, counter_name="某商贸行", remark="货款"))
    (notice,) = arrivals.take(make_origin(), message, inbox.read(message).lines)
    return account, notice


@scenario("accounts.bank_statement", "accounts.unknown_receipts")
def lines_of_the_bank(tools):
    branch = BranchFactory()
    arrived(branch)
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, {})


@scenario("accounts.receive_notice")
def receive(tools):
    message = told(line(special_account(BranchFactory()), "77.00", counter_name="某商贸行", remark="货款"))
    return Scenario(inbox.system_origin("tests"), CENTRE, {"message": message.pk})


@scenario("accounts.record_bank_answer")
def bank_answer(tools):
    owner = payments.PaymentOwner()
    tools.monkeypatch.setattr(owner, "bank_answered", lambda origin, instruction: None, raising=False)
    tools.monkeypatch.setitem(payments.owners, "tests.scenario", owner)
    from decimal import Decimal

    from accounts.bank.messages import BusinessType

    order = payments.Order(
        "tests.scenario", "tests.withdrawal:7", summary="提取", business_type=BusinessType.PART_WITHDRAWAL
    )
    payee = payments.Counterpart("6222000000001111", "张三")
    made = payments.pay(make_origin(), special_account(BranchFactory()), payee, Decimal("1.00"), order)
    attempt = payments._attempt(payments._locked(made.pk), made.tx_code, made.business_date)
    type(made).objects.filter(pk=made.pk).update(state="sent")
    return Scenario(inbox.system_origin("tests"), CENTRE, {"attempt": attempt.pk, "action": "succeed", "host_no": "1"})


@scenario("accounts.claim_receipt")
def claim(tools):
    owner = EmployerAccountFactory()
    _, notice = arrived(owner.employer.branch)
    raw = {"notice": token_of(NOTICE, notice.pk), "employer": owner.employer.number}
    return at_counter("accountant", "accounts.claim_receipt", CENTRE, owner.employer.branch, **raw)


@scenario("accounts.book_reversal")
def reverse(tools):
    branch = BranchFactory()
    account, notice = arrived(branch)
    message = told(line(account, "-77.00", reversal=True, remark=f"冲正{notice.host_no}"))
    (reversal,) = arrivals.take(make_origin(), message, inbox.read(message).lines)
    token = token_of(NOTICE, reversal.pk)
    return at_counter("accountant", "accounts.book_reversal", CENTRE, branch, notice=token)


# --- Statements ------------------------------------------------------------------------------------------------------

STATEMENT_HEADING = ("记账日期", "主机流水号", "收入金额", "余额")
STATEMENT_ROW = ("2026-11-10", "0001", "100.00", "100.00")


def sent_statement(account, clerk, *rows):
    origin = make_origin(operator=clerk.pk)
    content = book(*(rows or [STATEMENT_ROW]), heading=STATEMENT_HEADING)
    sheet = sheets["accounts.bank_statement"]
    return intake.receive(origin, sheet, CENTRE, "对账单.xlsx", content, context={"account": account.pk})


@scenario("accounts.upload_statement")
def upload_statement(tools):
    branch = BranchFactory()
    account = special_account(branch)
    file = SimpleUploadedFile("对账单.xlsx", book(STATEMENT_ROW, heading=STATEMENT_HEADING))
    return Scenario(
        staff("accountant", branch=branch.pk), CENTRE, {"account": account.account_no}, files={"file": file}
    )


@scenario("accounts.accept_statement", "accounts.statement_problems")
def accept_statement(tools):
    branch = BranchFactory()
    upload = sent_statement(special_account(branch), user("staff"))
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, {"upload": upload.token})


@scenario("accounts.statement_list")
def statement_list(tools):
    branch = BranchFactory()
    upload = sent_statement(special_account(branch), user("staff"))
    statement_files.accept(make_origin(), upload)
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, {})


# --- Reconciliation --------------------------------------------------------------------------------------------------


def stands_out(*kinds: str):
    """An account with planted movements that were reconciled; the branch and the account."""
    branch = BranchFactory()
    account = special_account(branch)
    world = Planted(seed=1).plant(kinds)
    world.store(account)
    reconcile(make_origin(), [account.pk])
    return branch, account


@scenario("accounts.outstanding_items", "accounts.explain_outstanding")
def outstanding(tools):
    branch, _ = stands_out("line_alone")
    raw = dict(operations[tools.code].example())
    if "item" in raw:
        raw["item"] = OutstandingItem.objects.get().pk
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, raw)


@scenario("accounts.bank_adjustment", "accounts.issue_bank_adjustment", "accounts.bank_matches")
def of_account(tools):
    branch, account = stands_out("host", "line_alone", "entry_alone")
    raw = {**operations[tools.code].example(), "account": account.account_no}
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, raw)


@scenario("accounts.match_by_hand")
def match_by_hand(tools):
    branch, _ = stands_out("twins")
    items = OutstandingItem.objects.order_by("pk")
    line, entry = items.filter(notice__isnull=False).first(), items.filter(entry__isnull=False).first()
    raw = {"items": f"{line.pk},{entry.pk}", "reason": "与银行回单核对一致"}
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, raw)


@scenario("accounts.undo_match")
def undo_match(tools):
    branch, _ = stands_out("host")
    raw = {"match": BankMatch.objects.get().pk, "reason": "对应错了业务"}
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, raw)


# --- Day close -------------------------------------------------------------------------------------------------------


@scenario(
    "accounts.start_day_close",
    "accounts.resume_day_close",
    "accounts.day_close_list",
    "accounts.day_close_steps",
    "accounts.period_ends",
)
def day_to_close(tools):
    tools.monkeypatch.setattr(running, "send_after_commit", lambda *given: None)
    branch = BranchFactory()
    if tools.code != "accounts.start_day_close":
        running.start(make_origin())
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, {**operations[tools.code].example()})


@scenario("accounts.sign_day_close")
def day_to_sign(tools):
    tools.monkeypatch.setattr(running, "send_after_commit", lambda *given: None)
    closing = running.start(make_origin())
    closing.steps.exclude(code__in=["close.sign_off", "close.finish"]).update(state="done")
    return Scenario(staff("accountant", branch=BranchFactory().pk), CENTRE, {"day": closing.day.isoformat()})


# --- Annual interest -------------------------------------------------------------------------------------------------


@scenario("accounts.try_interest", "accounts.release_interest")
def interest(tools):
    for year in (2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    InterestSettlement.objects.create(year=2026, tried_on=date(2026, 6, 30))
    return Scenario(staff("accountant"), CENTRE, {"year": 2026})


# --- Special accounts ------------------------------------------------------------------------------------------------


@scenario("accounts.special_accounts", "accounts.open_special_account")
def special_accounts(tools):
    branch = BranchFactory()
    special_account(branch)
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, dict(operations[tools.code].example()))


@scenario("accounts.transfer_own_money")
def own_transfer(tools):
    branch = BranchFactory()
    source, _ = arrived(branch, "500.00")
    raw = {
        **operations[tools.code].example(),
        "source": source.account_no,
        "target": special_account(branch).account_no,
    }
    return Scenario(staff("accountant", branch=branch.pk), CENTRE, raw)
