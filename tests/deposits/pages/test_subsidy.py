"""新职工补贴 (fund kind 02): the same hall pages beside the housing fund's, neither in the other's way."""

from decimal import Decimal

import pytest

from accounts.ledger import services as ledger
from accounts.models import EmployerAccount, FundAccount
from deposits.models import ChangeLine, Remittance
from deposits.services.receipts import receive
from servicehub.sheets.models import Upload
from tests.accounts.factories import EmployerAccountFactory, id_number
from tests.deposits.pages.test_hall import account, agent, clerk_at, send_file  # noqa: F401 - fixtures
from tests.deposits.test_change_list import row
from tests.deposits.world import FIRST, by_clerk, join, notice, open_suspense

pytestmark = pytest.mark.django_db


@pytest.fixture
def subsidy(account) -> EmployerAccount:  # noqa: F811
    """The employer pays 5 % for two of its three people; nothing comes from them."""
    found = EmployerAccountFactory(
        employer=account.employer, fund_kind="02", first_month=int(FIRST), employer_rate=Decimal("0.05"),
        employee_rate=Decimal(0),
    )  # fmt: skip
    open_suspense(found)
    join(found, 2, wage="5000.00", month=FIRST)
    return found


@pytest.fixture
def home(account):  # noqa: F811
    return f"/employer/{account.employer.token}/"


def test_an_employer_without_the_account_sees_nothing_of_it(agent, home):  # noqa: F811
    page = agent.get(home).content.decode() + agent.get(f"{home}months/2026-10/").content.decode()
    assert "补贴" not in page
    assert agent.get(f"{home}months/subsidy-2026-10/").status_code == 404


def test_the_home_page_and_the_switch_lead_to_either(agent, home, subsidy):  # noqa: F811
    page = agent.get(home).content.decode()
    assert "2026年10月新职工补贴汇缴" in page and f"{home}months/subsidy-2026-10/assess/" in page
    for own, other in (("2026-10", "subsidy-2026-10"), ("subsidy-2026-10", "2026-10")):
        for below in ("", "changes/"):
            assert f'href="{home}months/{other}/"' in agent.get(f"{home}months/{own}/{below}").content.decode()


def test_a_month_of_the_subsidy_from_change_to_posted(agent, home, subsidy, account):  # noqa: F811
    hall = f"{home}months/subsidy-2026-10/"
    answer = send_file(agent, hall, row("基数调整", 1, wage=6000))
    result = answer["Location"]
    assert result.startswith(f"{hall}import/")
    assert Upload.objects.get().context["account"] == subsidy.pk
    agent.post(f"{result}diff/", {"form_token": "t-apply", "agree": "true"})
    line = ChangeLine.objects.select_related("fund_account").get()
    assert (line.fund_account.fund_kind, line.amount_after) == ("02", Decimal("300.00"))
    assert line.pk and "补贴账户" in agent.get(f"{hall}confirm/").content.decode()
    agreed = {"heads": "2", "total": "550.00", "form_token": "t-confirm"}
    assert agent.post(f"{hall}confirm/", agreed)["Location"] == f"{hall}confirmed/"
    head = Remittance.objects.get()
    assert (head.employer_account_id, head.employer_total, head.employee_total) == (
        subsidy.pk, Decimal("550.00"), Decimal("0.00"),
    )  # fmt: skip
    receive(by_clerk(), notice(subsidy, "550.00"), subsidy, head)
    subsidy.refresh_from_db()
    account.refresh_from_db()
    assert (subsidy.paid_through, account.paid_through) == (202610, None)
    balances = {
        one.fund_kind: ledger.balance(one.subaccount_id).total
        for one in FundAccount.objects.filter(person__fund_accounts=line.fund_account)
    }
    assert balances == {"01": Decimal("0.00"), "02": Decimal("300.00")}


def test_the_two_kinds_wait_for_their_money_side_by_side(agent, home, subsidy):  # noqa: F811
    first = agent.post(f"{home}months/2026-10/confirm/", {"heads": "3", "total": "3600.00", "form_token": "t-1"})
    second = agent.post(
        f"{home}months/subsidy-2026-10/confirm/", {"heads": "2", "total": "500.00", "form_token": "t-2"}
    )
    assert (first.status_code, second.status_code) == (303, 303)
    assert sorted(Remittance.objects.values_list("employer_account__fund_kind", flat=True)) == ["01", "02"]


def test_uploads_of_one_kind_are_not_shown_with_the_other(agent, home, subsidy):  # noqa: F811
    send_file(agent, f"{home}months/subsidy-2026-10/", row("基数调整", 1, wage=6000))
    assert "10月变更清册.xlsx" in agent.get(f"{home}months/subsidy-2026-10/imports/").content.decode()
    assert "10月变更清册.xlsx" not in agent.get(f"{home}months/2026-10/imports/").content.decode()


def test_lists_name_the_kind_in_the_hall_and_at_the_counter(agent, home, subsidy, account):  # noqa: F811
    agent.post(f"{home}months/subsidy-2026-10/confirm/", {"heads": "2", "total": "500.00", "form_token": "t-2"})
    clerk = clerk_at(account.employer.branch)
    for reader, base in ((agent, home), (clerk, f"/counter/employer/{account.employer.token}/")):
        page = reader.get(f"{base}list/deposits.remittances/?fund_kind=02").content.decode()
        assert "新职工补贴" in page and Remittance.objects.get().number in page
        assert (
            Remittance.objects.get().number
            not in reader.get(f"{base}list/deposits.remittances/?fund_kind=01").content.decode()
        )


def test_somebody_without_a_subsidy_account_is_a_newcomer_there(agent, home, subsidy):  # noqa: F811
    hall = f"{home}months/subsidy-2026-10/"
    values = {"action": "open", "id_no": id_number(3), "name": "张伟", "wage": "5000.00", "form_token": "t-1"}
    assert agent.post(f"{hall}changes/add/", values).status_code == 303
    assert ChangeLine.objects.get().change_list.employer_account_id == subsidy.pk
