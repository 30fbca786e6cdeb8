"""Form → 核对 → receipt, driven by declarations alone; no JavaScript anywhere."""

import re

import pytest

from servicehub.cases.models import Case, Draft
from servicehub.declare import Finding, registry

pytestmark = pytest.mark.django_db

FORM = "/employer/e7f3k/do/samples.move_money/"
FILLED = {
    "month": "2026-11",
    "amount": "１,967.00",
    "reason": "raise",
    "id_no": "410102199001011234",
    "promise": "true",
}


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def checked(client, form=FORM, **values):
    """The 核对页 after the form was filled in."""
    answer = client.post(form, {**FILLED, **values})
    assert (answer.status_code, answer["Location"]) == (303, f"{form}check/")
    return client.get(f"{form}check/").content.decode()


def handed_in(client, form=FORM, **values):
    page = checked(client, form, **values)
    sent = {"sealed": hidden(page, "sealed"), "form_token": hidden(page, "form_token")}
    return client.post(f"{form}check/", sent), sent


def test_a_form_is_drawn_from_its_declaration(agent):
    page = agent.get(FORM).content.decode()
    assert "<title>调整月缴存额 - 单位网厅" in page
    assert 'for="f-amount"' in page and 'inputmode="decimal"' in page
    assert 'value="2026-11"' in page  # initial values: never ask twice
    assert "备注（选填）" in page and "证件号码（选填）" in page
    assert "novalidate" in page and "下一步：核对" in page
    assert "河南云禾科技有限公司" in page and "换一个单位" in page


def test_faults_come_all_at_once_with_the_values_kept(agent):
    answer = agent.post(FORM, {"month": "2026-13", "amount": "abc", "note": "急"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>错误：调整月缴存额" in page
    for fault in ("年月写成 2026-11 的样子", "月缴存额只写数字，例如 15000.50", "选择调整原因"):
        assert page.count(fault) == 2, fault  # once in the summary, once beside the field
    assert 'href="#f-amount"' in page and 'value="abc"' in page and ">急</textarea>" in page
    assert not [word for word in ("请", "合法", "无效", "非法") if word in re.sub(r"<footer.*", "", page, flags=re.S)]


def test_rules_refuse_on_the_form_with_remedy_and_clause(agent, world):
    world.findings = [Finding("WAIT", "有在途业务，办结后再调整")]
    answer = agent.post(FORM, {**FILLED, "amount": "50"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "有 2 处需要改正" in page
    assert (
        "月缴存额低于本市下限 100.00" in page and "怎么改：改为 100.00 或以上" in page and "依据：条例 第十八条" in page
    )
    assert "有在途业务，办结后再调整" in page
    assert world.done == []


def test_the_check_page_says_what_will_happen_and_masks(agent):
    page = checked(agent)
    assert "2026年11月" in page and "¥1,967.00" in page and "工资调整" in page
    assert "410***********1234" in page and "410102199001011234" not in page
    assert "每年多缴" in page
    assert "调整月缴存额 ¥1,967.00" in page  # the button carries verb and amount
    assert "410102199001011234" not in page


def test_a_warning_is_read_before_going_on(agent):
    assert "核对是否多写一位" in checked(agent, amount="9100")


def test_the_receipt_is_bookmarkable_and_the_draft_is_gone(agent, world):
    answer, _ = handed_in(agent)
    assert answer.status_code == 303 and "/done/" in answer["Location"]
    for _ in range(2):  # a refresh changes nothing
        page = agent.get(answer["Location"]).content.decode()
        assert "已调整月缴存额，2026年11月起执行" in page and "1,967.00" in page
    assert len(world.done) == 1
    assert world.done[0]["id_no"] == "410102199001011234"
    assert not Draft.objects.exists()
    case = Case.objects.get()
    assert f"/employer/e7f3k/cases/{case.number}/" in page


def test_sending_the_same_form_twice_does_it_once(agent, world):
    first, sent = handed_in(agent)
    again = agent.post(f"{FORM}check/", sent)
    assert again.status_code == 303
    page = agent.get(again["Location"]).content.decode()
    assert "这笔业务已经提交过，没有重复办理" in page
    assert len(world.done) == 1 and first["Location"] in again["Location"]


def test_a_sealed_input_of_another_form_is_not_accepted(agent, world):
    page = checked(agent)
    other = agent.post(
        "/employer/e7f3k/do/samples.no_input/check/", {"sealed": hidden(page, "sealed"), "form_token": "x"}
    )
    assert other.status_code == 303 and other["Location"].endswith("samples.no_input/check/")
    assert world.done == []


def test_an_operation_without_input_begins_at_the_check_page(agent):
    answer = agent.get("/employer/e7f3k/do/samples.no_input/")
    assert answer["Location"] == "/employer/e7f3k/do/samples.no_input/check/"
    assert "申请暂缓" in agent.get(answer["Location"]).content.decode()


def test_a_wizard_keeps_each_step_and_goes_back_filled(agent, world):
    base = "/employer/e7f3k/do/samples.wizard/"
    assert agent.post(base, {"kind": "defer"})["Location"] == f"{base}step-2/"
    faulty = agent.post(f"{base}step-2/", {"start": "2026-12", "months": "13"})
    assert faulty.status_code == 422 and "月数不大于 12" in faulty.content.decode()
    assert agent.post(f"{base}step-2/", {"start": "2026-12", "months": "6"})["Location"] == f"{base}check/"
    assert 'value="defer" checked' in agent.get(base).content.decode()
    page = agent.get(f"{base}check/").content.decode()
    assert "缓缴" in page and "2026年12月" in page and f'href="{base}step-2/"' in page
    agent.post(f"{base}check/", {"sealed": hidden(page, "sealed"), "form_token": hidden(page, "form_token")})
    assert world.done[0]["kind"] == "defer" and world.done[0]["months"] == 6


def test_an_employer_of_somebody_else_does_not_exist(agent):
    assert agent.get("/employer/e3zzz/do/samples.move_money/").status_code == 404
    assert agent.get("/employer/nobody/").status_code == 404


def test_an_unknown_operation_is_not_found(agent):
    assert agent.get("/employer/e7f3k/do/samples.nothing/").status_code == 404


def test_without_the_role_the_page_says_who_opens_it(staff):
    answer = staff("cashier").get("/counter/employer/e7f3k/do/samples.move_money/")
    assert answer.status_code == 403
    assert "没有“调整月缴存额”权限" in answer.content.decode()


def test_a_clerk_does_it_for_an_employer(staff, world):
    client = staff("teller")
    form = "/counter/employer/e7f3k/do/samples.move_money/"
    assert "河南云禾科技有限公司" in client.get(form).content.decode()
    answer, _ = handed_in(client, form)
    assert answer.status_code == 303 and len(world.done) == 1


def test_without_login_the_way_back_is_kept(client, world):
    answer = client.get(FORM)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/login/employer/?next=%2Femployer%2Fe7f3k")


def test_a_fault_of_an_earlier_step_leads_back_to_it(agent, monkeypatch):
    base = "/employer/e7f3k/do/samples.wizard/"
    wizard = registry.operations["samples.wizard"]
    wrong = Finding("X-KIND", "本单位不能缓缴", field="kind", remedy="改选降低比例")
    monkeypatch.setattr(type(wizard), "check", lambda self, origin, target, data: [wrong])
    agent.post(base, {"kind": "defer"})
    answer = agent.post(f"{base}step-2/", {"start": "2026-12", "months": "6"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="{base}#f-kind"' in page or f'href="{base}step-1/#f-kind"' in page
