"""Lists for whoever runs the services: stop orders, and the calls every volume figure is counted from."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db.models import Avg, Count, Q
from rest_framework import serializers

from servicehub import clock
from servicehub.declare import Origin, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.gate import stopping
from servicehub.gate.models import CallOutcome, ServiceCall, StopMode, StopOrder
from servicehub.gate.operations.case_lists import with_item_names

RUN_THE_SERVICES = frozenset(
    {
        "channel_admin",
        "ops_lead",
        "item_admin",
        "service_officer",
        "policy_lead",
        "policy_chief",
        "security_admin",
        "audit_admin",
        "auditor",
    }
)


@operations.add
class StopOrders(Query):
    code = "servicehub.stop_orders"
    item = "S-STOP"
    label = "停办单"
    target = "centre"

    class Input(serializers.Serializer):
        standing = serializers.BooleanField(label="只看未恢复的", required=False, default=False)

    def rows(self, origin, target, data):
        orders = StopOrder.objects.order_by("-id")
        if data["standing"]:
            orders = stopping.not_over(origin.at).order_by("-id")
        return Table(
            columns=(
                TableColumn("number", "停办单号", "link", url=lambda row: f"/switchboard/changes/{row['number']}/"),
                TableColumn("scope_words", "范围"),
                TableColumn("mode_word", "方式"),
                TableColumn("state", "状态", "status"),
                TableColumn("starts_at", "开始时间", "datetime", sort="starts_at"),
                TableColumn("planned_end", "计划恢复", "datetime", sort="planned_end"),
                TableColumn("refused", "拒绝次数", "count"),
                TableColumn("notice_title", "公告"),
            ),
            source=orders.values("number"),
            caption="停办单",
            order=("-id",),
            finish=lambda rows: self._shaped(origin, rows),
            filters=("standing",),
            empty="没有停办单，全部渠道和事项正常。",
        )

    def _shaped(self, origin: Origin, rows: Sequence[Mapping]) -> list[dict]:
        """How many people did this stop turn away? Counted from the calls (R-ST-16)."""
        numbers = [row["number"] for row in rows]
        orders = {order.number: order for order in StopOrder.objects.filter(number__in=numbers).order_by("pk")}
        words = stopping.words_of_all((order.scope, order.scope_ref) for order in orders.values())
        refused = dict(
            ServiceCall.objects.filter(stop_order__in=numbers)
            .values("stop_order")
            .annotate(calls=Count("id"))
            .order_by("stop_order")
            .values_list("stop_order", "calls")
        )
        return [
            {
                "number": number,
                "scope_words": words[orders[number].scope, orders[number].scope_ref],
                "mode_word": StopMode(orders[number].mode).label,
                "state": f"stop_order:{stopping.state_of(orders[number], origin.at)}",
                "starts_at": orders[number].starts_at,
                "planned_end": orders[number].planned_end,
                "overdue": stopping.is_overdue(orders[number], origin.at),
                "refused": refused.get(number, 0),
                "notice_title": orders[number].notice_title,
            }
            for number in numbers
        ]


class CallFilters(serializers.Serializer):
    since = serializers.DateField(label="日期起", required=False, allow_null=True)
    until = serializers.DateField(label="日期止", required=False, allow_null=True)
    channel = serializers.CharField(label="渠道", max_length=8, required=False, allow_blank=True)
    item = serializers.CharField(label="事项代码", max_length=8, required=False, allow_blank=True)
    outcome = serializers.ChoiceField(CallOutcome.choices, label="结果", required=False, allow_blank=True)


def _calls(origin: Origin, data: Mapping):
    """Today, unless a period is named. The figures and the list behind them use the same filter."""
    since = data.get("since") or clock.local(origin.at).date()
    calls = ServiceCall.objects.filter(started_at__gte=clock.moment_of(since))
    if data.get("until"):
        calls = calls.filter(started_at__lt=clock.moment_of(data["until"] + timedelta(days=1)))
    for name in ("channel", "item", "outcome"):
        if data.get(name):
            calls = calls.filter(**{name: data[name]})
    return calls


def _count(outcome: CallOutcome) -> Count:
    return Count("id", filter=Q(outcome=outcome))


@operations.add
class ServiceFlow(Query):
    """Volume by channel and item. Refused by stop, by rule, and failed stand apart."""

    code = "servicehub.service_flow"
    item = "S-FLOW"
    label = "服务量"
    target = "centre"
    roles = RUN_THE_SERVICES

    class Input(CallFilters):
        """Period and filters."""

    def rows(self, origin, target, data):
        calls = _calls(origin, data)
        figures = {
            "calls": Count("id"),
            "done": _count(CallOutcome.OK),
            "replayed": _count(CallOutcome.REPLAYED),
            "by_rule": Count("id", filter=Q(outcome__in=[CallOutcome.REFUSED_RULE, CallOutcome.INVALID])),
            "by_stop": _count(CallOutcome.REFUSED_STOP),
            "refused": Count("id", filter=Q(outcome__in=[CallOutcome.REFUSED, CallOutcome.THROTTLED])),
            "failed": _count(CallOutcome.FAILED),
        }
        return Table(
            columns=(
                TableColumn("channel", "渠道", sort="channel"),
                TableColumn("item_name", "事项"),
                TableColumn("calls", "次数", "count", sort="calls", total=True),
                TableColumn("done", "成功", "count", total=True),
                TableColumn("replayed", "重复提交", "count", total=True),
                TableColumn("by_rule", "按规定未办", "count", total=True),
                TableColumn("by_stop", "停办拒绝", "count", sort="by_stop", total=True),
                TableColumn("refused", "未获准", "count", total=True),
                TableColumn("failed", "程序故障", "count", total=True),
                TableColumn("milliseconds", "平均毫秒", "count"),
            ),
            source=calls.values("channel", "item")
            .annotate(**figures, milliseconds=Avg("milliseconds"))
            .order_by("channel", "item"),
            caption="服务量",
            order=("channel", "item"),
            totals=lambda source: calls.aggregate(**figures),
            finish=with_item_names,
            filters=("since", "until", "channel", "item", "outcome"),
            empty="这段时间没有服务调用。",
        )


CALL_FIELDS = (
    "started_at",
    "channel",
    "item",
    "operation",
    "outcome",
    "code",
    "status",
    "milliseconds",
    "stop_order",
    "case_number",
    "request_id",
)


@operations.add
class ServiceCalls(Query):
    """The rows behind every figure of ``ServiceFlow``."""

    code = "servicehub.service_calls"
    item = "S-FLOW"
    label = "服务调用明细"
    target = "centre"
    roles = RUN_THE_SERVICES

    class Input(CallFilters):
        """Period and filters."""

    def rows(self, origin, target, data):
        return Table(
            columns=(
                TableColumn("started_at", "时间", "datetime", sort="started_at"),
                TableColumn("channel", "渠道", sort="channel"),
                TableColumn("item_name", "事项"),
                TableColumn("operation", "操作"),
                TableColumn("result", "结果"),
                TableColumn("code", "代码"),
                TableColumn("milliseconds", "毫秒", "count", sort="milliseconds"),
                TableColumn("stop_order", "停办单"),
                TableColumn("case_number", "流水号"),
                TableColumn("request_id", "请求号"),
            ),
            source=_calls(origin, data).order_by("-id").values("id", *CALL_FIELDS),
            caption="服务调用明细",
            order=("-id",),
            finish=lambda rows: [{**row, "result": CallOutcome(row["outcome"]).label} for row in with_item_names(rows)],
            filters=("since", "until", "channel", "item", "outcome"),
            empty="这段时间没有服务调用。",
        )
