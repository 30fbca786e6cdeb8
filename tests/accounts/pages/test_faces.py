"""What people, agents and clerks see of accounts on their pages: figures, and nothing that must be hidden."""

import logging
import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, Kind, credit, debit
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.models import FundAccount
from accounts.operations.employers import RegisterEmployer
from accounts.operations.persons import OpenAccount
from accounts.services import opening
from servicehub import clock
from servicehub.declare.registry import ledger_events
from servicehub.identity.models import ProofMethod, User
from servicehub.identity.posts import grant_post
from servicehub.kit.months import Month
from tests.accounts.services.test_opening import newcomer
from tests.conftest import make_origin
from tests.logins import sign_in

pytestmark = pytest.mark.django_db

DEPOSIT = EventTemplate("tests.deposit", "汇缴", (debit("10101", "total"), credit("201", "total")), Kind.REMITTANCE)

# Values nobody else has: wherever one of them turns up, it was this person's.
MARKERS = {"id": "990000199001010017", "mobile": "13912345678", "card": "4111111111111111", "name": "欧阳珺珺"}


@pytest.fixture(autouse=True)
def books(db):
    ledger_events.add(DEPOSIT)
    for year in (2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    yield
    ledger_events.remove(DEPOSIT.code)


@pytest.fixture
def account(origin, employer_account) -> FundAccount:
    row = newcomer(
        id_number=MARKERS["id"],
        mobile=MARKERS["mobile"],
        bank_card=MARKERS["card"],
        bank_name="建设银行",
        name=MARKERS["name"],
    )
    change = opening.open_accounts(origin, employer_account.pk, Month(2026, 6), [row])
    (account,) = opening.opened_by(change)
    entry = ledger.Entry(
        "tests.deposit", "D1", account.branch_id, {"total": Decimal(1200)},
        [ledger.Movement(
            account.subaccount_id, Decimal(1200), month=202611, employer_part=Decimal(600), employee_part=Decimal(600)
        )],
    )  # fmt: skip
    ledger.post(origin, entry)
    return account


def client_of(user, *more_proofs) -> Client:
    client = Client()
    second = ProofMethod.TOTP if user.kind == "staff" else ProofMethod.SMS
    sign_in(client, user, proofs=[ProofMethod.PASSWORD, second, *more_proofs])
    return client


@pytest.fixture
def own(make_user, account) -> Client:
    account.person.user = make_user("person")
    account.person.save()
    return client_of(account.person.user, ProofMethod.REAL_NAME)


@pytest.fixture
def agent(make_user, give, employer, account) -> Client:
    user = make_user()
    for role in ("agent_admin", "agent_payer"):
        give(user, employer, role)
    return client_of(user)


@pytest.fixture
def clerk(branch) -> Client:
    user = User.objects.create(
        username="W0001", kind="staff", display_name="王芳", branch=branch, password_set_at=clock.now()
    )
    origin = make_origin(user_kind="system", operator=None)
    grant_post(origin, user, "teller", branch=branch, valid_from=date(2020, 1, 1), basis="测试")
    return client_of(user)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_a_person_sees_the_balance_and_its_chart(own):
    text = text_of(own, "/my/")
    assert "¥1,200.00" in text
    assert "近 12 个月缴存 1 个月，合计 ¥1,200.00。" in text
    assert "<svg" in text


@pytest.mark.parametrize(
    "address",
    [
        "/my/", "/my/about/", "/my/list/accounts.person_accounts/", "/my/list/accounts.person_postings/",
        "/my/list/accounts.person_statement/", "/my/list/accounts.who_viewed/", "/my/do/accounts.issue_certificate/",
        "/my/do/accounts.print_statement/",
    ],
)  # fmt: skip
def test_pages_of_a_person_open(own, address):
    text_of(own, address)


@pytest.mark.parametrize(
    "address",
    [
        "", "list/accounts.roster/", "list/accounts.roster/?print=1", "list/accounts.employer_profile/",
        "list/accounts.agent_grants/", "do/accounts.grant_agent/", "do/accounts.revoke_agent/",
    ],
)  # fmt: skip
def test_pages_of_an_agent_open(agent, employer, address):
    text_of(agent, f"/employer/{employer.token}/{address}")


def test_pages_of_a_clerk_open(clerk, employer, account):
    for address in (
        "/counter/", "/counter/list/accounts.employers/", "/counter/do/accounts.register_employer/",
        f"/counter/employer/{employer.token}/", f"/counter/employer/{employer.token}/do/accounts.open_account/",
        f"/counter/employer/{employer.token}/list/accounts.roster/", f"/counter/person/{account.person.token}/",
        f"/counter/person/{account.person.token}/list/accounts.person_postings/",
        f"/counter/person/{account.person.token}/do/accounts.issue_certificate/",
    ):  # fmt: skip
        text_of(clerk, address)


def test_each_service_of_a_person_is_offered_once(own):
    offered = re.findall(r'href="(/my/(?:list|do)/[^"]+)"', text_of(own, "/my/services/").partition("<main")[2])
    assert "/my/list/accounts.who_viewed/" in offered
    assert sorted(offered) == sorted(set(offered))


def test_nothing_of_a_person_stands_on_any_page_in_any_address_or_log(own, agent, clerk, employer, account, caplog):
    caplog.set_level(logging.DEBUG)
    base = f"/employer/{employer.token}/"
    token = account.person.token
    pages = [
        (own, "/my/"), (own, "/my/about/"), (own, "/my/list/accounts.person_accounts/"),
        (own, "/my/list/accounts.person_postings/"), (agent, f"{base}list/accounts.roster/"),
        (agent, agent.post(f"{base}list/accounts.roster/", {"q": "ouyang"})["Location"]),
        (agent, f"{base}person/{token}/"),
        (clerk, f"/counter/person/{token}/"), (clerk, f"/counter/employer/{employer.token}/list/accounts.roster/"),
    ]  # fmt: skip
    for client, address in pages:
        text = text_of(client, address)
        for kind, secret in MARKERS.items():
            assert secret not in text, (address, kind)
        assert not re.search(r"\d{15,}", " ".join(re.findall(r'(?:href|action)="([^"]*)"', text))), address
    logged = " ".join(record.getMessage() + str(record.__dict__.get("sql", "")) for record in caplog.records)
    for kind, secret in MARKERS.items():
        assert secret not in logged, kind


def test_the_roster_as_a_workbook_is_masked_too(agent, employer, account):
    from io import BytesIO

    from openpyxl import load_workbook

    answer = agent.get(f"/employer/{employer.token}/list/accounts.roster/?format=xlsx")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    cells = " ".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell is not None)
    assert "欧*珺" in cells
    for secret in MARKERS.values():
        assert secret not in cells


def test_a_clerk_opening_a_customer_is_seen_by_the_customer(clerk, own, account, branch):
    text_of(clerk, f"/counter/person/{account.person.token}/")
    text = text_of(own, "/my/list/accounts.who_viewed/")
    assert "查看客户" in text
    assert branch.name in text
    assert "王芳" not in text  # the post and the place, not the name


def test_the_examples_fit_the_forms(clerk):
    for operation in (RegisterEmployer, OpenAccount):
        given = operation.example()
        for step in operation.steps:
            form = step(data=given)
            assert form.is_valid(), form.errors
