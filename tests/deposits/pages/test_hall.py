"""An agent's month through HTTP: from the workbook to the bank's page, every refusal on the page it belongs to."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.enums import AgentRole
from accounts.services import grants
from accounts.services.grants import NewGrant
from deposits.models import ChangeLine, Payment, Remittance
from servicehub.identity import people
from servicehub.identity.models import User
from servicehub.sheets.models import Upload
from tests.accounts.bank.world import special_account
from tests.accounts.factories import BranchFactory, id_number
from tests.conftest import make_origin
from tests.deposits.test_change_list import HEADING, row
from tests.deposits.world import employer_with
from tests.logins import sign_in
from tests.servicehub.sheets.books import book

pytestmark = pytest.mark.django_db
MONTH = "2026-10"


@pytest.fixture
def account(db):
    account = employer_with(3)
    special_account(account.employer.branch)
    return account


@pytest.fixture
def agent(client, account):
    user = User.objects.create(username="agent", kind="employer", display_name="李会计")
    for role in (AgentRole.MAKER, AgentRole.PAYER):
        grants.grant(
            make_origin(),
            [NewGrant(user.pk, account.employer_id, role.value, date(2026, 1, 1), date(2027, 12, 31), "授权书 1")],
        )
    sign_in(client, user, acting_for=account.employer.party)
    return client


@pytest.fixture
def hall(account):
    return f"/employer/{account.employer.token}/months/{MONTH}/"


def send_file(agent, hall, *rows, mode="changes", data=None):
    data = book(*rows, heading=HEADING) if data is None else data
    file = SimpleUploadedFile("10月变更清册.xlsx", data)
    return agent.post(f"{hall}import/", {"mode": mode, "file": file, "form_token": "t-upload"})


def test_the_home_page_says_what_to_do(agent, account):
    page = agent.get(f"/employer/{account.employer.token}/").content.decode()
    assert "2026年10月汇缴" in page
    assert "继续：核定 10 月" in page
    assert "&lt;section" not in page


def test_a_month_from_workbook_to_the_banks_page(agent, hall):
    answer = send_file(agent, hall, row("封存", 2, reason="退休"), row("封存", 1))
    assert answer.status_code == 303
    page = agent.get(answer["Location"]).content.decode()
    assert "有 1 行须改正，其余 1 行可以导入" in page
    assert "封存须填原因" in page
    assert id_number(1) not in page
    result = answer["Location"]
    assert "封存" in agent.get(f"{result}diff/").content.decode()
    assert ChangeLine.objects.count() == 0
    assert agent.post(f"{result}diff/", {"form_token": "t-apply"}).status_code == 422  # a third less: ticked apart
    assert agent.post(f"{result}diff/", {"form_token": "t-apply", "agree": "true"}).status_code == 303
    assert ChangeLine.objects.count() == 1
    assert "核定无误，下一步" in agent.get(f"{hall}assess/").content.decode()
    page = agent.get(f"{hall}confirm/").content.decode()
    assert "确认汇缴 ¥2,400.00" in page
    agreed = {"heads": "2", "total": "2400.00", "form_token": "t-confirm"}
    answer = agent.post(f"{hall}confirm/", agreed)
    assert (answer.status_code, answer["Location"]) == (303, f"{hall}confirmed/")
    head = Remittance.objects.get()
    assert head.case_no
    assert head.remark_code in agent.get(f"{hall}confirmed/").content.decode()
    answer = agent.post(f"{hall}pay/", {"method": "online", "form_token": "t-pay"})
    assert answer.status_code == 303
    assert Payment.objects.get().state == "paying"
    page = agent.get(answer["Location"]).content.decode()
    assert "到银行付款 ¥2,400.00" in page
    assert f"remark={head.remark_code}" in page


def test_sending_the_confirmation_twice_makes_one_document(agent, hall):
    agreed = {"heads": "3", "total": "3600.00", "form_token": "t-confirm"}
    first, again = agent.post(f"{hall}confirm/", agreed), agent.post(f"{hall}confirm/", agreed)
    assert first.status_code == again.status_code == 303
    assert again["Location"].endswith("?again=1")
    assert Remittance.objects.count() == 1


def test_a_roster_that_moved_meanwhile_is_told(agent, hall):
    answer = agent.post(f"{hall}confirm/", {"heads": "2", "total": "2400.00", "form_token": "t-confirm"})
    assert answer.status_code == 422
    assert "核定后名册有变动，需重新核定" in answer.content.decode()
    assert Remittance.objects.count() == 0


def test_rows_are_put_right_on_screen(agent, hall):
    result = send_file(agent, hall, row("封存", 1))["Location"]
    assert "封存须填原因" in agent.get(f"{result}fix/").content.decode()
    answer = agent.post(f"{result}fix/", {"r2-reason_word": "退休", "form_token": "t-fix"})
    assert answer["Location"] == f"{result}diff/"
    assert Upload.objects.get().rows_bad == 0


def test_a_wrong_name_is_shown_masked_as_it_was_typed(agent, hall):
    result = send_file(agent, hall, row("封存", 1, name="王建某", reason="退休"))["Location"]
    page = agent.get(result).content.decode()
    assert "姓名与登记的不一致" in page
    assert "王*某" in page
    assert "王建某" not in page


def test_one_change_keyed_on_screen(agent, hall):
    values = {"action": "seal", "id_no": id_number(1), "name": "王建国", "reason": "", "form_token": "t-1"}
    answer = agent.post(f"{hall}changes/add/", values)
    assert answer.status_code == 422
    assert "封存须填原因" in answer.content.decode()
    answer = agent.post(f"{hall}changes/add/", values | {"reason": "退休", "form_token": "t-2"})
    assert answer.status_code == 303
    line = ChangeLine.objects.get()
    assert (line.action, line.upload_id) == ("seal", None)
    agent.post(f"{hall}changes/withdraw/", {"lines": [line.pk], "form_token": "t-3"})
    line.refresh_from_db()
    assert not line.is_live


def test_the_counter_of_the_branch_finds_a_case_of_the_hall(agent, hall, account):
    agent.post(f"{hall}confirm/", {"heads": "3", "total": "3600.00", "form_token": "t-confirm"})
    number = Remittance.objects.get().case_no
    here, elsewhere = clerk_at(account.employer.branch), clerk_at(BranchFactory())
    assert number in here.get(f"/counter/employer/{account.employer.token}/").content.decode()
    assert here.get(f"/counter/cases/{number}/").status_code == 200
    assert elsewhere.get(f"/counter/cases/{number}/").status_code == 404


def clerk_at(branch) -> Client:
    name = f"4101{branch.pk:04d}"
    clerk = people.create_staff(
        make_origin(),
        work_number=name,
        name="王芳",
        branch=branch,
        posts=[("teller", branch)],
        posts_from=date(2020, 1, 1),
        posts_basis="测试",
        password="Copper-Meadow-31",
        must_change=False,
    )
    browser = Client()
    sign_in(browser, clerk)
    return browser


def test_a_confirmed_month_can_be_withdrawn_until_paid(agent, hall):
    agent.post(f"{hall}confirm/", {"heads": "3", "total": "3600.00", "form_token": "t-confirm"})
    assert agent.post(f"{hall}revoke/", {"form_token": "t-revoke"}).status_code == 303
    assert Remittance.objects.get().state == "revoked"


def test_another_employers_upload_does_not_exist(agent, hall, account):
    other = employer_with(1, serial=300)
    assert agent.get(f"/employer/{other.employer.token}/months/{MONTH}/").status_code == 404


def test_the_template_carries_the_present_roster(agent, hall):
    answer = agent.get(f"{hall}template/?roster=1")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer.content.startswith(b"PK")
