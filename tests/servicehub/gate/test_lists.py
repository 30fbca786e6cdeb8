"""Lists of the hub: every figure equals the length of its list, and rows keep to post and branch."""

import pytest

from servicehub import gate
from servicehub.cases.models import Case, Submission
from servicehub.declare import CENTRE, Authority, Finding
from servicehub.identity.models import Branch, User
from tests.conftest import make_origin
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN
from tests.servicehub.gate.test_stopping import stop

EXAMPLE = {"amount": "10.00"}


def staff(number=2, roles=("reviewer",), **given):
    return person(number, channel="ADM", roles=frozenset(roles), **given)


def rows(code, origin, target=CENTRE, **raw):
    table = gate.read(code, origin, target, raw)
    found = list(table.source)
    return list(table.finish(found)) if table.finish else found


def hand_in(code="tests.reviewed", key="k1", **given):
    return gate.submit(code, person(1, **given), GARDEN, EXAMPLE, key)


@pytest.fixture
def branches(db):
    return [Branch.objects.create(code=code, name=f"{code}管理部", area="魏都区") for code in ("01", "02")]


def test_the_worklist_shows_what_my_post_decides_at_my_branch(world, branches):
    here, there = branches
    world.authorities[1] = Authority(frozenset({"maker"}))
    first = hand_in(branch=here.pk)
    at = {"posts": frozenset({("reviewer", here.pk), ("teller", there.pk)}), "roles": ("reviewer", "teller")}
    shown = rows("servicehub.worklist", staff(**at))
    assert [(row["number"], row["party"], row["post"]) for row in shown] == [(first.case_number, "园7号", "复核")]
    elsewhere = {"posts": frozenset({("reviewer", there.pk), ("teller", here.pk)}), "roles": ("reviewer", "teller")}
    assert rows("servicehub.worklist", staff(**elsewhere)) == []
    assert rows("servicehub.worklist", staff(roles=("supervisor",))) == []
    assert len(rows("servicehub.worklist", staff(posts=frozenset({("reviewer", None)})))) == 1


def test_ones_own_slip_and_what_one_decided_are_no_work(world):
    hand_in("tests.two_stages")
    assert rows("servicehub.worklist", staff(1)) == []
    world.authorities[2] = Authority(frozenset({"reviewer", "supervisor"}))
    gate.decide(Submission.objects.get().pk, person(2), "approve", "", "d1")
    assert rows("servicehub.worklist", staff(2, roles=("reviewer", "supervisor"))) == []
    assert len(rows("servicehub.worklist", staff(3, roles=("supervisor",)))) == 1


def test_the_worklist_asks_as_often_for_50_rows_as_for_one(world, django_assert_num_queries):
    def one():
        return rows("servicehub.worklist", staff())

    hand_in("tests.slow", "k0")
    with django_assert_num_queries(3):  # facts, list, call; cards of gardens need no query
        assert len(one()) == 1
    for number in range(1, 50):
        hand_in("tests.slow", f"k{number}")
    Submission.objects.update(state="waiting")
    with django_assert_num_queries(3):
        assert len(one()) == 50


def test_the_history_tells_staff_by_name_and_outsiders_by_post(world):
    answer = hand_in()
    gate.decide(answer.submission, person(2), "return", "数额写错", "d1")
    told = [(row["what"], row["who"], row["result"], row["words"]) for row in history(answer, person(1))]
    assert told == [
        ("提交“种花”", "经办1", "已提交", ""),
        ("审核", "经办2（复核）", "退回修改", "数额写错"),
        ("种花", "", "已退回", ""),
    ]
    employer = history(answer, person(1, user_kind="employer", channel="WEBE", acting_for=GARDEN))
    assert employer[1]["who"] == "复核"


def history(answer, origin):
    return rows("servicehub.case_history", origin, None, number=answer.case_number)


def test_the_history_of_a_stranger_does_not_exist(world):
    answer = hand_in()
    with pytest.raises(gate.Refused) as refused:
        history(answer, person(7, user_kind="employer", channel="WEBE", acting_for=GARDEN))
    assert refused.value.status == 404
    assert len(history(answer, person(4))) == 1


def test_drafts_are_ones_own(world):
    order = stop()
    with pytest.raises(gate.Refused):
        hand_in("tests.plant")
    order.lifted_at = order.starts_at
    order.save()
    (row,) = rows("servicehub.my_drafts", person(1), None)
    assert (row["label"], row["number"][0]) == ("种花", "D")
    assert rows("servicehub.my_drafts", person(2), None) == []


def test_every_figure_of_the_flow_equals_the_length_of_its_list(world):
    hand_in("tests.plant", "k1")
    hand_in("tests.plant", "k1")
    gate.read("tests.beds", person(1), GARDEN, {})
    world.findings = [Finding("TOO_WET", "土太湿")]
    with pytest.raises(gate.Refused):
        hand_in("tests.plant", "k2")
    order = stop("ITEM", "X-NEW")
    for number in range(3):
        with pytest.raises(gate.Refused):
            hand_in("tests.plant", f"s{number}")
    lead = staff(roles=("ops_lead",))
    flow = {row["item"]: row for row in rows("servicehub.service_flow", lead)}
    assert {key: flow["X-NEW"][key] for key in ("calls", "done", "replayed", "by_rule", "by_stop", "failed")} == {
        "calls": 6, "done": 1, "replayed": 1, "by_rule": 1, "by_stop": 3, "failed": 0,
    }  # fmt: skip
    assert len(rows("servicehub.service_calls", lead, item="X-NEW", outcome="REFUSED_STOP")) == 3
    (shown,) = rows("servicehub.stop_orders", lead, standing=True)
    assert (shown["number"], shown["refused"], shown["state"]) == (order.number, 3, "stop_order:in_force")
    totals = gate.read("servicehub.service_flow", lead, CENTRE, {"item": "X-NEW"})
    assert totals.totals(totals.source)["calls"] == 6


def test_the_stop_orders_ask_as_often_for_many_as_for_one(world, django_assert_num_queries):
    lead = staff(roles=("ops_lead",))
    stop("ITEM", "X-NEW")
    with django_assert_num_queries(7):  # facts, list, orders, refusals, names of channels and of items, call
        rows("servicehub.stop_orders", lead)
    stop("CHANNEL", "WEBP")
    stop("PLATFORM")
    with django_assert_num_queries(7):
        shown = rows("servicehub.stop_orders", lead)
    assert [row["scope_words"] for row in shown] == ["全平台", "网上业务大厅·个人", "事项X-NEW"]


def test_the_clash_matrix_is_shown_whole(db):
    User.objects.create(pk=2, username="clerk", kind="staff", display_name="文员")
    shown = gate.read("servicehub.clash_matrix", staff(), CENTRE, {})
    assert {column.key for column in shown.columns} >= {"J-PAY", "J-SEAL", "J-BASE"}
    (row,) = [row for row in shown.source if row["item"] == "住房公积金汇缴"]
    assert (row["J-SEAL"], row["J-ONLP"]) == ("不得同办", "可同办")


def test_outsiders_read_no_list_of_the_centre(world):
    with pytest.raises(gate.Refused) as refused:
        gate.read("servicehub.worklist", person(1, user_kind="employer", channel="CTR"), CENTRE, {})
    assert refused.value.status == 404


def test_cases_of_a_party_are_filtered(world, monkeypatch):
    from servicehub.declare import registry

    monkeypatch.setattr(type(registry.operations["servicehub.employer_cases"]), "target", "garden")
    hand_in("tests.plant", "k1")
    hand_in("tests.reviewed", "k2")
    origin = person(1)
    assert [row["state"] for row in rows("servicehub.employer_cases", origin, GARDEN)] == [
        "case:to_check",
        "case:done",
    ]
    (row,) = rows("servicehub.employer_cases", origin, GARDEN, state="done")
    assert row["item_name"] == "事项X-NEW" and Case.objects.get(number=row["number"]).state == "done"
    assert rows("servicehub.employer_cases", origin, GARDEN, until="2026-11-22") == []


def test_staff_who_read_about_a_person_are_written_down(world, monkeypatch):
    from servicehub.audit.models import AuditEntry
    from tests.servicehub.gate import planted

    person_party = type(GARDEN)("person", 7)
    monkeypatch.setattr(planted.Beds, "target", "person")
    monkeypatch.setattr("servicehub.parties.authority", lambda origin, party: Authority(frozenset({"teller"})))
    gate.read("tests.beds", make_origin(operator=1, assurance=2, pass_=None), person_party, {})
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.party, entry.reason) == ("view", "person:7", "花床")
