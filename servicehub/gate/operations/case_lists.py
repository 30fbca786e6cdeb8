"""Lists around cases: progress and history, what waits for me, drafts, the clash matrix."""

from collections.abc import Mapping, Sequence

from django.db.models import F
from rest_framework import serializers

from servicehub import parties
from servicehub.cases.claims import item_name
from servicehub.cases.models import Case, Draft
from servicehub.cases.reads import case_for, cases_of, to_decide
from servicehub.cases.states import CaseState
from servicehub.catalogue import clashes
from servicehub.declare import Party, Query, Table, TableColumn
from servicehub.declare.registry import items, operations
from servicehub.gate.origins import post_name
from servicehub.gate.refusals import not_found

CASE_COLUMNS = (
    TableColumn("number", "流水号", "link", sort="number", url=lambda row: f"/cases/{row['number']}/"),
    TableColumn("item_name", "事项"),
    TableColumn("state", "状态", "status"),
    TableColumn("channel", "渠道"),
    TableColumn("opened_at", "受理时间", "datetime", sort="opened_at"),
    TableColumn("due_on", "承诺办结日", "date", sort="due_on"),
    TableColumn("opened_by_name", "经办人"),
)
CASE_VALUES = ("number", "item", "state", "channel", "opened_at", "due_on", "opened_by_name")


def with_item_names(rows: Sequence[Mapping]) -> list[dict]:
    return [{**row, "item_name": item_name(row["item"])} for row in rows]


def _with_states(rows: Sequence[Mapping]) -> list[dict]:
    return [{**row, "state": f"case:{row['state']}"} for row in with_item_names(rows)]


class CaseFilters(serializers.Serializer):
    state = serializers.ChoiceField(CaseState.choices, label="状态", required=False, allow_blank=True)
    item = serializers.CharField(label="事项代码", max_length=8, required=False, allow_blank=True)
    since = serializers.DateField(label="受理日期起", required=False, allow_null=True)
    until = serializers.DateField(label="受理日期止", required=False, allow_null=True)


class _CasesOfParty(Query):
    item = "Q-PROG"
    label = "办件进度"

    class Input(CaseFilters):
        """Filters of the list."""

    def rows(self, origin, target, data):
        cases = cases_of(origin, target)
        for name in ("state", "item"):
            if data.get(name):
                cases = cases.filter(**{name: data[name]})
        if data.get("since"):
            cases = cases.filter(business_date__gte=data["since"])
        if data.get("until"):
            cases = cases.filter(business_date__lte=data["until"])
        return Table(
            columns=CASE_COLUMNS,
            source=cases.values(*CASE_VALUES),
            caption="办件进度",
            order=("-id",),
            finish=_with_states,
            filters=("state", "item", "since", "until"),
            empty="还没有办件。在任一渠道提交业务后会显示在这里。",
        )


@operations.add
class EmployerCases(_CasesOfParty):
    code = "servicehub.employer_cases"
    target = "employer"


@operations.add
class PersonCases(_CasesOfParty):
    code = "servicehub.person_cases"
    target = "person"


@operations.add
class CaseHistory(Query):
    """What happened to one case, in order: handed in, decided, settled. For whoever may see the case."""

    code = "servicehub.case_history"
    item = "Q-PROG"
    label = "办件经过"

    class Input(serializers.Serializer):
        number = serializers.CharField(label="流水号", max_length=24)

    def rows(self, origin, target, data):
        case = case_for(origin, None, data["number"])
        if case is None:
            raise not_found()
        return Table(
            columns=(
                TableColumn("at", "时间", "datetime"),
                TableColumn("what", "环节"),
                TableColumn("who", "办理人"),
                TableColumn("result", "结果"),
                TableColumn("words", "意见"),
            ),
            source=_events(case, outsiders=origin.user_kind != "staff"),
            caption=f"{item_name(case.item)} · {case.number}",
            facts=(("状态", CaseState(case.state).label),),
        )

    @classmethod
    def example(cls):
        return {"number": "W20261108-000317"}


def _events(case: Case, outsiders: bool) -> list[dict]:
    """Staff appear to outsiders by post, not by name."""
    events = []
    for submission in case.submissions.order_by("pk").prefetch_related("decisions"):
        events.append(_event(submission.made_at, f"提交“{submission.label}”", submission.maker_name, "已提交"))
        for decision in sorted(submission.decisions.all(), key=lambda one: one.pk):
            post = post_name(decision.role)
            who = post if outsiders else f"{decision.decided_by_name}（{post}）"
            verdict = decision.get_verdict_display()
            events.append(_event(decision.decided_at, "审核", who, verdict, decision.reason))
        if submission.ended_at:
            events.append(_event(submission.ended_at, submission.label, "", submission.get_state_display()))
    return sorted(events, key=lambda event: event["at"])


def _event(at, what: str, who: str, result: str, words: str = "") -> dict:
    return {"at": at, "what": what, "who": who, "result": result, "words": words}


@operations.add
class Worklist(Query):
    """What waits for my post at my branch, oldest first."""

    code = "servicehub.worklist"
    item = "S-CASE"
    label = "待审办件"
    target = "centre"

    class Input(serializers.Serializer):
        item = serializers.CharField(label="事项代码", max_length=8, required=False, allow_blank=True)

    def rows(self, origin, target, data):
        waiting = to_decide(origin)
        if data.get("item"):
            waiting = waiting.filter(case__item=data["item"])
        return Table(
            columns=(
                TableColumn("number", "流水号", "link", url=lambda row: f"/cases/{row['number']}/"),
                TableColumn("item_name", "事项"),
                TableColumn("label", "操作"),
                TableColumn("party", "对象"),
                TableColumn("maker_name", "经办人"),
                TableColumn("made_at", "提交时间", "datetime", sort="made_at"),
                TableColumn("due_on", "承诺办结日", "date", sort="case__due_on"),
                TableColumn("post", "审核岗位"),
            ),
            source=waiting.values(
                "id",
                "label",
                "maker_name",
                "made_at",
                "target_kind",
                "target_id",
                "wanted",
                number=F("case__number"),
                item=F("case__item"),
                due_on=F("case__due_on"),
            ),
            caption="待审办件",
            order=("made_at", "id"),
            finish=_with_parties,
            filters=("item",),
            empty="没有待审的办件。经办提交后会按岗位和机构显示在这里。",
        )


def _with_parties(rows: Sequence[Mapping]) -> list[dict]:
    about = {row["id"]: Party(row["target_kind"], row["target_id"]) for row in rows if row["target_kind"]}
    cards = parties.cards(about.values())
    return [
        {
            **row,
            "item_name": item_name(row["item"]),
            "post": post_name(row["wanted"]),
            "party": cards[about[row["id"]]].label if about.get(row["id"]) in cards else "",
        }
        for row in rows
    ]


@operations.add
class ClashMatrix(Query):
    """The clash matrix as a table: what happens to the item of the row while the item of the column is open."""

    code = "servicehub.clash_matrix"
    item = "S-CASE"
    label = "冲突矩阵"
    target = "centre"
    WORDS = {
        clashes.ALLOWED: "可同办",
        clashes.REFUSED: "不得同办",
        clashes.WAITS: "等待",
        clashes.APPROVAL: "主管批准",
    }

    def rows(self, origin, target, data):
        pairs = clashes.matrix()
        shown = [item for item in items if item.published and item.group not in {"查询", "证明", "互动", "管理"}]
        return Table(
            columns=(
                TableColumn("item", "后办事项"),
                *(TableColumn(other.code, other.name) for other in shown),
            ),
            source=[
                {
                    "item": item.name,
                    **{other.code: self.WORDS[pairs[item.code, other.code].verdict] for other in shown},
                }
                for item in shown
            ],
            caption="冲突矩阵：行是要办的事项，列是同一对象正在办理的事项",
            facts=(("其他事项", "查询、证明、互动、管理类事项与任何业务都可同办"),),
        )


@operations.add
class MyDrafts(Query):
    """What I began and did not hand in, on any party."""

    code = "servicehub.my_drafts"
    item = "Q-PROG"
    label = "我的草稿"

    def rows(self, origin, target, data):
        drafts = Draft.objects.filter(owner=origin.operator, keep_until__gte=origin.at.date())
        return Table(
            columns=(
                TableColumn("number", "草稿号"),
                TableColumn("label", "操作"),
                TableColumn("saved_at", "保存时间", "datetime", sort="saved_at"),
                TableColumn("keep_until", "保留至", "date"),
            ),
            source=drafts.order_by("-saved_at").values("number", "operation", "saved_at", "keep_until"),
            caption="我的草稿",
            order=("-saved_at",),
            finish=lambda rows: [{**row, "label": _label(row["operation"])} for row in rows],
            empty="没有草稿。填写中途离开或遇到停办时会自动保存在这里。",
        )


def _label(code: str) -> str:
    operation = operations.get(code)
    return operation.label if operation else code
