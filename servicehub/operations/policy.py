"""Releasing policy values (业务参数发布): one proposes with the document in hand, one or two others agree."""

from django.conf import settings
from django.db.models import Q
from rest_framework import serializers

from servicehub import policy
from servicehub.declare import CENTRE, Change, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations, parameters
from servicehub.kit import amounts
from servicehub.kit.fields import ChoiceField, DayField
from servicehub.policy import impact, releasing
from servicehub.policy.models import PolicyValue, ValueState

NATION = "全国"


def _key_choices() -> list[tuple[str, str]]:
    return [(key.code, f"{key.label}（{key.code}）") for key in sorted(parameters, key=lambda key: key.code)]


def _text(label: str, max_length: int, **more) -> serializers.CharField:
    more = {"required": False, "allow_blank": True, "default": "", **more}
    return serializers.CharField(label=label, max_length=max_length, **more)


def proposal_of(data) -> releasing.Proposal:
    return releasing.Proposal(
        key=parameters[data["key"]],
        text=data["value"],
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
        city="" if data["city"] == NATION else data["city"],
        area=data["area"],
        scope=data["scope"],
        document=data["document"],
        source=data["source"],
    )


@operations.add
class ReleasePolicyValue(Operation):
    """In force from tomorrow at the earliest; the value before it ends the day it begins."""

    code = "servicehub.release_policy_value"
    item = "S-PARM"
    label = "发布政策值"
    target = CENTRE.kind
    roles = frozenset({"policy_admin"})
    stages = ("policy_lead",)
    fresh_proof = True

    class Input(serializers.Serializer):
        key = ChoiceField(label="参数", choices=())
        city = _text("城市", 20, default=settings.CENTRE_CITY, help_text="全国适用的填“全国”")
        area = _text("区域", 40, help_text="只对一个县（市、区）适用时填写，如 禹州")
        scope = _text("范围", 40, help_text="只对一类单位或一种资金适用时填写其代码")
        value = serializers.CharField(
            label="值", max_length=2_000, help_text="金额写元，比例和利率写小数：12%写作 0.12",
            error_messages={"required": "还没有填写值", "blank": "还没有填写值"},
        )  # fmt: skip
        valid_from = DayField(label="生效日")
        valid_to = DayField(
            label="失效日", required=False, allow_null=True, default=None, help_text="当天起不再适用；长期执行的留空"
        )
        document = _text("文号", 120)
        source = _text("来源", 300, help_text="公布网址或存档位置")

        def get_fields(self):
            fields = super().get_fields()
            fields["key"].choices = _key_choices()  # declared by every app, known once all are imported
            return fields

    def stages_for(self, origin, target, data):
        second = ("policy_chief",) if parameters[data["key"]].checkers > 1 else ()
        return self.stages + second

    def check(self, origin, target, data):
        return releasing.faults(proposal_of(data), origin.business_date)

    def summary(self, origin, target, data):
        proposal = proposal_of(data)
        before = policy.find(
            proposal.key, proposal.valid_from, city=proposal.city, area=proposal.area, scope=proposal.scope
        )
        checkers = "业务部门负责人、分管领导" if proposal.key.checkers > 1 else "业务部门负责人"
        return [
            ("参数", proposal.key.label),
            ("现行值", f"{before.text}（{before.document or before.source or '无文号'}）" if before else "无"),
            ("新值", f"{proposal.text} {proposal.key.unit}".strip()),
            ("复核", checkers),
            *impact.preview(origin, proposal),
        ]

    def button(self, origin, target, data):
        return f"提交发布申请：{parameters[data['key']].label} {data['value']}"

    def execute(self, origin, target, data):
        proposal = proposal_of(data)
        where = {"city": proposal.city, "area": proposal.area, "scope": proposal.scope}
        before = policy.find(proposal.key, proposal.valid_from, **where)
        released = policy.release(proposal, origin, submission=origin.require_pass().case)
        scope = proposal.key.scope_word(proposal.scope)
        label = f"{proposal.key.label} {proposal.city or NATION}{proposal.area}{scope}"
        return Outcome(
            message=f"已发布“{proposal.key.label}”，{amounts.day(proposal.valid_from)} 起为 {proposal.text}",
            changes=(
                Change(
                    f"servicehub.policyvalue:{released.pk}",
                    "发布政策值",
                    label=label[:120],
                    before={"值": before.text} if before else {},
                    after={
                        "值": proposal.text,
                        "生效日": amounts.day(proposal.valid_from),
                        "文号": proposal.document,
                    },
                ),
            ),
            rows=(
                ("参数", proposal.key.label),
                ("值", proposal.text),
                ("生效日", amounts.day(proposal.valid_from)),
                ("文号", proposal.document or "无"),
            ),
        )

    @classmethod
    def example(cls):
        return {
            "key": "deposits.base.ceiling",
            "city": "许昌",
            "value": "22000.00",
            "valid_from": "2027-07-01",
            "document": "许公积金〔2027〕6号",
        }


_LISTED = (
    "pk",
    "slot__key",
    "slot__city",
    "slot__area",
    "slot__scope",
    "value",
    "valid_from",
    "valid_to",
    "document",
    "source",
    "confidence",
    "submission",
)


@operations.add
class PolicyValueList(Query):
    """Every released value with its dates and what it rests on."""

    code = "servicehub.list_policy_values"
    item = "S-PARM"
    label = "政策值"
    target = CENTRE.kind
    roles = frozenset({"policy_admin", "policy_lead", "policy_chief", "auditor", "accountant", "supervisor"})

    class Input(serializers.Serializer):
        q = _text("参数", 40, help_text="名称或代码")
        city = _text("城市", 20, default=settings.CENTRE_CITY)
        on = DayField(label="在这一天生效", required=False, allow_null=True, default=None)

    def rows(self, origin, target, data):
        values = PolicyValue.objects.filter(state=ValueState.RELEASED)
        if data["q"]:
            found = [key.code for key in parameters if data["q"] in key.label or data["q"].lower() in key.code]
            values = values.filter(slot__key__in=found)
        if data["city"]:
            values = values.filter(slot__city="" if data["city"] == NATION else data["city"])
        if data["on"]:
            values = values.filter(valid_from__lte=data["on"]).filter(Q(valid_to=None) | Q(valid_to__gt=data["on"]))
        return Table(
            columns=(
                TableColumn("label", "参数"),
                TableColumn("place", "适用"),
                TableColumn("value", "值"),
                TableColumn("valid_from", "生效日", kind="date", sort="valid_from"),
                TableColumn("valid_to", "失效日", kind="date", sort="valid_to"),
                TableColumn("document", "文号"),
                TableColumn("confidence_word", "可信度"),
                TableColumn("source", "来源"),
                TableColumn("submission", "发布办件"),
            ),
            source=values.values(*_LISTED),
            caption="政策值",
            order=("slot__key", "slot__area", "slot__scope", "-valid_from"),
            finish=_finished,
            filters=("q", "city", "on"),
            empty="没有这样的政策值。由业务管理岗提出、复核后出现在这里。",
        )


def _finished(page):
    rows = []
    for row in page:
        key = parameters.get(row["slot__key"])
        rows.append(
            {
                **row,
                "label": key.label if key else row["slot__key"],
                "place": " ".join(
                    filter(
                        None,
                        (
                            row["slot__city"] or NATION,
                            row["slot__area"],
                            key.scope_word(row["slot__scope"]) if key else row["slot__scope"],
                        ),
                    )
                ),
                "confidence_word": policy.CONFIDENCE.get(row["confidence"], row["confidence"]),
            }
        )
    return rows
