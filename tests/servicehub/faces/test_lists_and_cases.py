"""Lists, cases, decisions, homes and the way between faces."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicehub.cases.models import Case, Submission
from tests.servicehub.faces import planted
from tests.servicehub.faces.test_operation_pages import handed_in

pytestmark = pytest.mark.django_db

LIST = "/employer/e7f3k/list/samples.staff/"


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_a_list_has_totals_over_the_filter_pages_and_sorting(agent):
    page = text(agent, LIST)
    assert "共 120 条，第 1–50 条" in page
    assert "127,260.00" in page  # sum of all 120 rows, not of the page
    assert 'href="/employer/e7f3k/person/p11xx/"' in page
    assert page.count("<tr") == 52
    down = text(agent, f"{LIST}?sort=-amount&page=3")
    assert 'aria-sort="descending"' in down and "职工001" in down and "第 101–120 条" in down
    assert "sort=amount" in down  # a second click turns it round


def test_filters_live_in_the_address_and_can_be_taken_away(agent):
    page = text(agent, f"{LIST}?state=sealed")
    assert "共 12 条" in page and "状态：封存" in page and "移除" in page
    assert '<option value="sealed" selected>' in page


def test_a_filter_that_cannot_be_read_stays_in_its_box(agent):
    answer = agent.get(f"{LIST}?since=2026-13")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="2026-13"' in page and "年月写成 2026-11 的样子" in page and "<title>错误：" in page


def test_the_workbook_holds_the_whole_filter_as_text_and_exact_money(agent):
    answer = agent.get(f"{LIST}?state=sealed&format=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(index for index, row in enumerate(rows) if row[0] == "姓名")
    assert len(rows) == head + 1 + 12 + 1
    assert rows[head + 1][:4] == ["职工010", "410***********0010", 1010, "封存"]
    assert any("李会计" in str(row[0]) for row in rows[:head])  # who exported, when
    assert rows[-1][0] == "合计"


def test_the_print_view_holds_every_row(agent):
    page = text(agent, f"{LIST}?print=1&state=sealed")
    assert page.count("<tr") == 14 and "打印时间" in page and "筛选条件：状态：封存" in page


def test_a_list_costs_the_same_for_one_row_and_for_fifty(agent, monkeypatch):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text(agent, LIST)
        return len(captured)

    fifty = queries()
    monkeypatch.setattr(planted, "ROWS", 1)
    assert queries() == fifty


def reviewed(client):
    answer, _ = handed_in(client, "/counter/employer/e7f3k/do/samples.reviewed/")
    return client.get(answer["Location"]).content.decode()


def test_a_second_person_approves(staff, world):
    page = reviewed(staff("teller"))
    assert "等待复核审核" in page and "查看这笔业务的进度" in page
    assert world.done == []
    submission = Submission.objects.get()
    checker = staff("reviewer")
    assert "变更单位名称" in text(checker, "/counter/checks/")
    check = text(checker, f"/counter/checks/{submission.pk}/")
    assert "410***********1234" in check and "审核结论" in check
    missing = checker.post(f"/counter/checks/{submission.pk}/", {"verdict": "return", "form_token": "k1"})
    assert missing.status_code == 422 and "退回或不予办理要写明原因" in missing.content.decode()
    token = re.search(r'name="form_token" value="([^"]*)"', check)[1]
    done = checker.post(f"/counter/checks/{submission.pk}/", {"verdict": "approve", "reason": "", "form_token": token})
    assert done.status_code == 303
    case = text(checker, done["Location"])
    assert "已办结" in case and "通过" in case and len(world.done) == 1


def test_nobody_checks_their_own_slip(staff, world):
    client = staff("teller")
    reviewed(client)
    Submission.objects.update(stages=["teller"])
    pk = Submission.objects.get().pk
    assert "本人经办，由其他人复核" in text(client, "/counter/checks/")
    assert "不能复核本人经办的单据" in text(client, f"/counter/checks/{pk}/")
    assert client.post(f"/counter/checks/{pk}/", {"verdict": "approve", "form_token": "k"}).status_code == 403


def test_a_returned_case_is_mended_on_its_own_form(staff, world):
    maker, checker = staff("teller"), staff("reviewer")
    reviewed(maker)
    submission = Submission.objects.get()
    checker.post(
        f"/counter/checks/{submission.pk}/", {"verdict": "return", "reason": "名称与执照不符", "form_token": "k2"}
    )
    number = Case.objects.get().number
    page = text(maker, f"/counter/cases/{number}/")
    assert "已退回修改" in page and "名称与执照不符" in page
    link = re.search(r'href="([^"]*\?case=[^"]*)"', page)[1]
    assert 'value="410102199001011234"' in text(maker, link)  # what was handed in stands in the form
    form = link.partition("?")[0]
    answer, _ = handed_in(maker, form, amount="1800.00")
    assert answer.status_code == 303
    assert Case.objects.count() == 1 and Submission.objects.count() == 2


def test_cases_of_others_do_not_exist(staff, agent, world):
    reviewed(staff("teller"))
    number = Case.objects.get().number
    assert "变更单位名称" in text(agent, f"/employer/e7f3k/cases/{number}/")  # about this employer
    assert agent.get(f"/employer/e9x2m/cases/{number}/").status_code == 404


def test_case_lists_filter_by_state(staff, world):
    client = staff("teller")
    reviewed(client)
    assert "示例办理" in text(client, "/counter/cases/")
    assert "没有符合条件的办件" in text(client, "/counter/cases/?state=done")


def test_the_agent_of_several_employers_chooses_and_is_remembered(agent):
    assert agent.get("/employer/")["Location"] == "/employer/switch/"
    assert "恒通物业有限公司" in text(agent, "/employer/switch/")
    text(agent, "/employer/e9x2m/")
    assert agent.get("/employer/")["Location"] == "/employer/e9x2m/"


@pytest.mark.parametrize("below", ["", "services/", "cases/", "checks/", "menu/"])
def test_pages_of_the_employer_hall(agent, below):
    assert text(agent, f"/employer/e7f3k/{below}").count("<h1") == 1


@pytest.mark.parametrize("path", ["/my/", "/my/services/", "/my/cases/", "/my/about/", "/my/menu/"])
def test_pages_of_a_person(person, path):
    assert 'aria-label="底部导航"' in text(person, path)


def test_services_are_those_the_authority_covers(agent, staff):
    page = text(agent, "/employer/e7f3k/services/")
    assert "调整月缴存额" in page and "职工名册" in page
    assert "调整月缴存额" not in text(staff("cashier"), "/counter/employer/e7f3k/")
    assert "调整月缴存额" in text(agent, "/employer/e7f3k/services/?q=tzyjce")  # by pinyin initials


def test_the_command_box_leads_to_customers_and_cases(staff, world):
    client = staff("teller")
    assert command(client, "410100001") == "/counter/employer/e7f3k/"
    assert "须先选客户" in text(client, command(client, "1901"))
    assert "没有找到“不存在”" in text(client, command(client, "不存在"))
    reviewed(client)
    number = Case.objects.get().number
    assert command(client, number) == f"/counter/cases/{number}/"


def command(client, typed: str) -> str:
    """Where the command box leads: the page itself, or the address the answer is shown at."""
    sealed = client.post("/counter/go/", {"q": typed})
    assert sealed.status_code == 303
    answer = client.get(sealed["Location"])
    return answer["Location"] if answer.status_code == 302 else sealed["Location"]


def test_a_customer_on_one_screen(staff, world):
    client = staff("teller")
    page = text(client, "/counter/employer/e7f3k/")
    assert (
        "河南云禾科技有限公司" in page and "1901" in page and "/counter/employer/e7f3k/do/samples.move_money/" in page
    )
    assert client.get("/counter/employer/nobody/").status_code == 404


@pytest.mark.parametrize("below", ["", "do/samples.move_money/", "list/samples.staff/"])
def test_a_customer_is_looked_up_once_for_a_page(staff, world, monkeypatch, below):
    """However many services and links the page offers."""
    client = staff("teller")
    asked, cards = [], planted.EmployerKind.cards
    monkeypatch.setattr(planted.EmployerKind, "cards", lambda kind, ids: asked.append(ids) or cards(kind, ids))
    assert planted.NAMES[1] in text(client, f"/counter/employer/e7f3k/{below}")
    assert asked == [[planted.YUNHE.id]]
