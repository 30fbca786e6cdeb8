"""Findings of balance checks and risk rules: the worklist, and the word of whoever answers for one."""

from rest_framework import serializers

from servicehub import checks
from servicehub.checks.models import CheckFinding, FindingState
from servicehub.declare import CENTRE, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import checks as declared
from servicehub.declare.registry import operations
from servicehub.identity.roles import BY_CODE
from servicehub.kit.fields import ChoiceField

READERS = frozenset({"auditor", "supervisor", "accountant", "accountant_reviewer", "cashier", "audit_admin"})


@operations.add
class CheckFindingList(Query):
    code = "servicehub.list_check_findings"
    item = "S-CHEK"
    label = "平衡检查问题"
    target = CENTRE.kind
    roles = READERS

    class Input(serializers.Serializer):
        state = ChoiceField(
            label="状态", choices=[("live", "未消除"), *FindingState.choices], required=False, allow_blank=True,
            default="live",
        )  # fmt: skip
        mine = serializers.BooleanField(label="只看本岗位负责的", required=False, default=False)

    def rows(self, origin, target, data):
        found = checks.worklist() if data["state"] == "live" else CheckFinding.objects.all()
        if data["state"] not in {"", "live"}:
            found = found.filter(state=data["state"])
        if data["mine"]:
            found = found.filter(owner__in=origin.roles)
        return Table(
            columns=(
                TableColumn("id", "编号", kind="count", sort="id"),
                TableColumn("check_label", "检查"),
                TableColumn("message", "问题"),
                TableColumn("remedy", "处理办法"),
                TableColumn("owner_name", "责任岗"),
                TableColumn("due", "期限", kind="date", sort="due"),
                TableColumn("state_word", "状态"),
                TableColumn("first_seen", "首次发现", kind="datetime"),
                TableColumn("last_seen", "最近发现", kind="datetime"),
                TableColumn("explanation", "处理说明"),
            ),
            source=found.values(
                "id", "check_code", "message", "remedy", "owner", "due", "state", "first_seen", "last_seen",
                "explanation",
            ),
            caption="平衡检查问题",
            order=("due", "id"),
            finish=_finished,
            filters=("state", "mine"),
            empty="没有未消除的问题，各项检查都已通过。",
        )  # fmt: skip


def _finished(page):
    return [
        {
            **row,
            "check_label": declared[row["check_code"]].label if row["check_code"] in declared else row["check_code"],
            "owner_name": BY_CODE[row["owner"]].name if row["owner"] in BY_CODE else row["owner"],
            "state_word": FindingState(row["state"]).label,
        }
        for row in page
    ]


@operations.add
class ExplainFinding(Operation):
    """A difference that is understood. It stays on the list until the check no longer finds it."""

    code = "servicehub.explain_check_finding"
    item = "S-CHEK"
    label = "说明检查问题"
    target = CENTRE.kind
    roles = READERS
    opens_case = False

    class Input(serializers.Serializer):
        finding = serializers.IntegerField(label="问题编号", min_value=1)
        explanation = serializers.CharField(
            label="说明", max_length=300, min_length=4, help_text="原因、处理经过和预计消除时间",
            error_messages={"required": "还没有填写说明", "blank": "还没有填写说明"},
        )  # fmt: skip

    def check(self, origin, target, data):
        row = CheckFinding.objects.filter(pk=data["finding"]).first()
        if row is None:
            return [Finding("checks.nothing", f"没有编号为 {data['finding']} 的问题。", field="finding")]
        if row.state == FindingState.CLOSED:
            return [Finding("checks.closed", "这个问题已经消除，不需要说明。", field="finding")]
        return []

    def summary(self, origin, target, data):
        row = CheckFinding.objects.get(pk=data["finding"])
        return [("问题", row.message), ("首次发现", f"{row.first_seen:%Y-%m-%d}")]

    def execute(self, origin, target, data):
        checks.explain(origin, data["finding"], data["explanation"])
        return Outcome(message="已记录说明，检查不再发现时自动消除")

    @classmethod
    def example(cls):
        return {"finding": 1, "explanation": "银行次日入账，属未达账项"}
