"""一分钱溯源: an amount on the portal, at the counter, in the hall and in the API opens down to its clause."""

import re

import pytest
from django.test import Client

from accounts.ledger import services as ledger
from accounts.ledger.models import Posting
from deposits.models import RemittanceLine
from deposits.services.receipts import receive
from deposits.services.remittances import MonthToConfirm, confirm
from servicehub.identity.models import ProofMethod, User
from tests.deposits.pages.test_hall import account, agent, clerk_at, hall  # noqa: F401 - fixtures
from tests.deposits.world import FIRST, by_clerk, employer_with, notice
from tests.logins import sign_in

pytestmark = pytest.mark.django_db
CEILING, WAGE = "21,408.00", "5,000.00"
FIGURE = re.compile(r'href="([^"]*(?:posting|line)_figure/\?(?:posting|line)=\d+)"')
# From the amount down: voucher, document, bank, base with its bounds, side with rate and rounding, clause.
DOWN = (
    "凭证",
    "汇缴书",
    "银行流水",
    "缴存基数",
    f"min(max({WAGE}",
    CEILING,
    f"{WAGE} × 12% = 600.00",
    "取整",
    "第十六条",
)


@pytest.fixture
def paid(account):  # noqa: F811
    """Three people of 5,000 yuan, 600 and 600 each, posted from a bank notice."""
    (head,) = confirm(by_clerk(), [MonthToConfirm(account, FIRST)])
    receive(by_clerk(), notice(account, "3600.00"), account, head)
    head.refresh_from_db()
    return head


@pytest.fixture
def line(paid):
    return RemittanceLine.objects.select_related("fund_account__person").order_by("pk").first()


@pytest.fixture
def own(line):
    person = line.fund_account.person
    person.user = User.objects.create(username="own", kind="person", display_name=person.name)
    person.save()
    client = Client()
    sign_in(client, person.user, proofs=[ProofMethod.PASSWORD, ProofMethod.SMS, ProofMethod.REAL_NAME])
    return client


def api_of(browser: Client) -> Client:
    """The same session, presented to the API."""
    client = Client()
    client.cookies["fc_session_api"] = browser.cookies["fc_session_my"].value
    return client


def opened(client: Client, address: str) -> str:
    """The page behind the first amount of a list, as it is without any script."""
    page = client.get(address).content.decode()
    found = FIGURE.search(page)
    assert found, page[:2000]
    answer = client.get(found[1])
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_row_of_the_portal_opens_down_to_the_clause(own):
    page = opened(own, "/my/list/accounts.person_postings/")
    for words in DOWN:
        assert words in page, words
    assert "3,600.00" not in page  # what the employer paid for others is nobody's business here


def test_the_same_row_opens_at_the_counter(line, account):  # noqa: F811
    clerk = clerk_at(account.employer.branch)
    page = opened(clerk, f"/counter/person/{line.fund_account.person.token}/list/accounts.person_postings/")
    for words in DOWN:
        assert words in page, words


def test_a_line_of_the_register_opens_in_the_hall_and_at_the_counter(agent, paid, account):  # noqa: F811
    register = f"list/deposits.remittance_register/?remittance={paid.number}"
    pages = [
        opened(agent, f"/employer/{account.employer.token}/{register}"),
        opened(clerk_at(account.employer.branch), f"/counter/employer/{account.employer.token}/{register}"),
    ]
    for page in pages:
        for words in (paid.number, f"min(max({WAGE}", f"{WAGE} × 12% = 600.00", "1,200.00", "第十六条"):
            assert words in page, words


def test_the_register_says_how_its_total_came_about(agent, paid, account):  # noqa: F811
    page = agent.get(
        f"/employer/{account.employer.token}/list/deposits.remittance_register/?remittance={paid.number}"
    ).content.decode()
    assert "2026年10月应缴" in page and "两侧合计" in page


def test_the_api_answers_the_tree(own, line):
    posting = Posting.objects.get(subaccount=line.fund_account.subaccount_id)
    answer = api_of(own).get(f"/api/v1/queries/accounts.posting_figure/?posting={posting.pk}")
    body = answer.json()
    (amount,) = body["paper"]
    assert (amount["label"], amount["result"]) == ("发生额", "1,200.00")
    (voucher,) = amount["steps"]
    assert [step["label"] for step in voucher["steps"]] == ["汇缴书", "来款", "2026年10月月缴存额"]
    base = voucher["steps"][2]["steps"][0]
    assert {parameter["key"] for parameter in base["parameters"]} == {"deposits.base.floor", "deposits.base.ceiling"}
    assert all(parameter["valid_from"] and parameter["label"] for parameter in base["parameters"])


def test_nobody_opens_somebody_elses_amount(own, line):
    other = Posting.objects.exclude(subaccount=line.fund_account.subaccount_id).filter(month=202610).first()
    page = own.get(f"/my/list/accounts.posting_figure/?posting={other.pk}").content.decode()
    assert "没有符合条件的记录" in page and "1,200.00" not in page


def test_another_employers_line_does_not_exist(agent, line, account):  # noqa: F811
    stranger = employer_with(1, serial=400)
    (head,) = confirm(by_clerk(), [MonthToConfirm(stranger, FIRST)])
    theirs = RemittanceLine.objects.get(remittance=head)
    page = agent.get(f"/employer/{account.employer.token}/list/deposits.line_figure/?line={theirs.pk}").content.decode()
    assert "没有符合条件的记录" in page and "1,200.00" not in page


def test_a_reversed_posting_opens_to_what_it_reverses(own, line):
    posting = Posting.objects.get(subaccount=line.fund_account.subaccount_id)
    ledger.reverse(by_clerk(), posting.voucher_id, ledger.Reversal("R1", "错误入账"))
    back = Posting.objects.filter(subaccount=posting.subaccount_id).latest("pk")
    page = own.get(f"/my/list/accounts.posting_figure/?posting={back.pk}").content.decode()
    assert "冲销原凭证" in page and f"{WAGE} × 12% = 600.00" in page
