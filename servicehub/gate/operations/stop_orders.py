"""Stopping services and opening them again (渠道和事项的启停): two people, or one in an emergency and another after."""

from datetime import timedelta

from django.db.models import Q
from rest_framework import serializers

from servicehub.catalogue.matrix import CHANNELS
from servicehub.clock.working_days import due
from servicehub.declare import Finding, NextStep, Operation, Outcome, Severity
from servicehub.declare.registry import operations
from servicehub.gate import notices, stopping, watching
from servicehub.gate.models import StopKind, StopMode, StopOrder, StopReason, StopScope
from servicehub.kit import amounts
from servicehub.kit.wording import STATUS

CHANNEL_ADMIN, OPS_LEAD, POLICY_LEAD, POLICY_CHIEF = "channel_admin", "ops_lead", "policy_lead", "policy_chief"
SECURITY_ADMIN = "security_admin"
LONG_FULL_STOP = timedelta(hours=24)
NOTICE_AHEAD = timedelta(hours=4)
MAY_COME_SUDDENLY = frozenset({StopReason.SECURITY, StopReason.BANK_LINE, StopReason.EXT_DATA, StopReason.CAPACITY})
INTERNAL_MIN, OTHER_MIN = 10, 30


class ScopeInput(serializers.Serializer):
    """Where and how, and what the public is told."""

    scope = serializers.ChoiceField(StopScope.choices, label="范围")
    scope_ref = serializers.CharField(
        label="渠道、事项或类别代码",
        max_length=20,
        required=False,
        default="",
        allow_blank=True,
        help_text="渠道与事项写成 WEBE:J-PAY，全平台不填",
    )
    mode = serializers.ChoiceField(StopMode.choices, label="方式")
    reason_code = serializers.ChoiceField(StopReason.choices, label="原因")
    internal_reason = serializers.CharField(
        label="内部说明", min_length=INTERNAL_MIN, max_length=300, help_text="只有工作人员能看到"
    )
    notice_title = serializers.CharField(label="公告标题", max_length=40)
    notice_body = serializers.CharField(
        label="公告正文",
        min_length=notices.BODY_MIN,
        max_length=notices.BODY_MAX,
        help_text="20 至 500 字，写明影响什么、到什么时候、可以到哪里办",
    )
    notice_short = serializers.CharField(
        label="短信文本", max_length=notices.SHORT_MAX, required=False, default="", allow_blank=True
    )
    alternatives = serializers.MultipleChoiceField(
        choices=[(channel.value, facts.name) for channel, facts in CHANNELS.items()],
        label="替代渠道",
        required=False,
        default=list,
    )
    no_alternative = serializers.BooleanField(label="确认没有替代渠道", required=False, default=False)


class _Stopping(Operation):
    item = "S-STOP"
    target = "centre"

    def check(self, origin, target, data):
        findings = notices.findings_of(
            (name, data.get(name, "")) for name in ("notice_title", "notice_body", "notice_short", "delay_body")
        )
        scope, ref = data["scope"], data["scope_ref"]
        if not stopping.reference_is_known(scope, ref):
            return [*findings, _unknown_reference(scope)]
        if data["reason_code"] == StopReason.OTHER and len(data["internal_reason"]) < OTHER_MIN:
            findings.append(
                Finding("REASON_TOO_SHORT", f"原因选“其他”时内部说明不少于 {OTHER_MIN} 字", field="internal_reason")
            )
        for order in stopping.overlapping(scope, ref, origin.at, data.get("planned_end")):
            state = STATUS["stop_order"][stopping.state_of(order, origin.at)].word
            findings.append(
                Finding(
                    "OVERLAPS",
                    f"与停办单 {order.number}“{order.notice_title}”（{state}）范围重叠，最严的一张起作用",
                    Severity.NOTICE,
                    facts={"order": order.number},
                )
            )
        if data["mode"] != StopMode.NOTICE:
            findings += _without_channel(origin, data)
        return findings


def _unknown_reference(scope: str) -> Finding:
    return Finding(
        "UNKNOWN_SCOPE",
        f"没有这个{StopScope(scope).label}，或它不能停办",
        field="scope_ref",
        remedy="渠道填代码如 WEBE，事项如 J-PAY，渠道与事项如 WEBE:J-PAY，全平台不填",
    )


def _ordered(order: StopOrder, message: str, action: str) -> Outcome:
    return Outcome(
        message,
        changes=(stopping.change_of(order, action),),
        rows=(("停办单号", order.number), ("范围", stopping.words_of(order.scope, order.scope_ref))),
        next_steps=(NextStep("查看停办单", f"/switchboard/changes/{order.number}/"),),
        facts={"stop_order": order.number},
    )


def _without_channel(origin, data) -> list[Finding]:
    left = stopping.left_without_channel(data["scope"], data["scope_ref"], origin.at)
    if not left:
        return []
    shown = "、".join(left[:5]) + (f"等 {len(left)} 项" if len(left) > 5 else "")
    ticked = data.get("no_alternative", False)
    return [
        Finding(
            "NO_CHANNEL_LEFT",
            f"停办后{shown}没有任何渠道可办",
            Severity.WARNING if ticked else Severity.ERROR,
            field="no_alternative",
            remedy="保留柜台，或勾选“确认没有替代渠道”",
        )
    ]


@operations.add
class OrderStop(_Stopping):
    code = "servicehub.order_stop"
    label = "申请停办"
    roles = frozenset({CHANNEL_ADMIN})
    stages = (OPS_LEAD,)

    class Input(ScopeInput):
        starts_at = serializers.DateTimeField(label="开始时间", required=False, allow_null=True, default=None)
        planned_end = serializers.DateTimeField(label="计划恢复时间", required=False, allow_null=True, default=None)
        auto_resume = serializers.BooleanField(label="到时自动恢复", required=False, default=False)
        delay_body = serializers.CharField(
            label="延期公告",
            max_length=notices.BODY_MAX,
            required=False,
            default="",
            allow_blank=True,
            help_text="到计划恢复时间仍未恢复时显示",
        )
        drain_seconds = serializers.IntegerField(
            label="缓冲秒数", min_value=0, max_value=600, required=False, default=0
        )
        include_batch = serializers.BooleanField(label="同时暂停批处理入账", required=False, default=False)
        exempt_clients = serializers.ListField(
            child=serializers.CharField(max_length=40), label="豁免接入方", required=False, default=list
        )
        announcement = serializers.CharField(
            label="公告编号", max_length=60, required=False, default="", allow_blank=True
        )
        announced_at = serializers.DateTimeField(label="公告发布时间", required=False, allow_null=True, default=None)
        incident = serializers.CharField(label="事件编号", max_length=60, required=False, default="", allow_blank=True)

    def stages_for(self, origin, target, data):
        by_item = data["scope"] in {StopScope.ITEM, StopScope.ITEM_GROUP}
        first = POLICY_LEAD if by_item else OPS_LEAD
        needs_chief = (
            data["scope"] == StopScope.PLATFORM or _is_long_full_stop(origin, data) or _is_short_notice(origin, data)
        )
        return (first, POLICY_CHIEF) if needs_chief else (first,)

    def check(self, origin, target, data):
        findings = super().check(origin, target, data)
        starts_at, planned_end = data["starts_at"], data["planned_end"]
        if planned_end is not None and planned_end <= (starts_at or origin.at):
            findings.append(Finding("END_BEFORE_START", "计划恢复时间早于开始时间", field="planned_end"))
        if data["auto_resume"] and planned_end is None:
            findings.append(Finding("AUTO_RESUME_WITHOUT_END", "自动恢复要写明计划恢复时间", field="planned_end"))
        if _is_short_notice(origin, data):
            findings.append(
                Finding(
                    "SHORT_NOTICE",
                    "公告提前量不足，除复核外还要分管领导批准",
                    Severity.WARNING,
                    field="announced_at",
                    remedy="推迟开始时间，或选用可临时停办的原因",
                )
            )
        return findings

    def summary(self, origin, target, data):
        return [
            ("停办范围", stopping.words_of(data["scope"], data["scope_ref"])),
            ("方式", StopMode(data["mode"]).label),
            ("公告", data["notice_body"]),
        ]

    def button(self, origin, target, data):
        return "提交停办申请"

    def execute(self, origin, target, data):
        kind = StopKind.SCHEDULED if data["starts_at"] else StopKind.IMMEDIATE
        order = stopping.write_order(origin, data, kind, stopping.maker_of(origin), approved_by_id=origin.operator)
        message = f"停办单 {order.number} 已批准，{amounts.moment(order.starts_at)} 起生效"
        return _ordered(order, message, "停办")

    @classmethod
    def example(cls):
        return {
            "scope": "CELL",
            "scope_ref": "WEBE:J-PAY",
            "mode": "NO_NEW",
            "reason_code": "BANK_LINE",
            "internal_reason": "结算银行线路检修，预计两小时",
            "notice_title": "单位汇缴暂停受理",
            "notice_body": "因结算线路检修，网上业务大厅暂停受理单位汇缴，期间可到服务大厅柜台办理，恢复时间另行公告。",
            "alternatives": ["CTR"],
        }


def _is_long_full_stop(origin, data) -> bool:
    if data["mode"] != StopMode.FULL:
        return False
    return data["planned_end"] is None or data["planned_end"] - (data["starts_at"] or origin.at) > LONG_FULL_STOP


def _is_short_notice(origin, data) -> bool:
    """R-ST-02: a planned stop is announced ahead, one working day for a full stop, four hours for others."""
    if data["mode"] == StopMode.NOTICE or data["reason_code"] in MAY_COME_SUDDENLY:
        return False
    starts_at, announced_at = data["starts_at"] or origin.at, data["announced_at"] or origin.at
    if data["mode"] == StopMode.FULL:
        return due(announced_at.date(), 1).date > starts_at.date()
    return starts_at - announced_at < NOTICE_AHEAD


@operations.add
class EmergencyStop(_Stopping):
    """One authorised person, four hours at most, reviewed by another within a day (R-ST-04). Only ever stops."""

    code = "servicehub.emergency_stop"
    label = "紧急停办"
    roles = frozenset({OPS_LEAD, SECURITY_ADMIN})
    fresh_proof = True

    class Input(ScopeInput):
        incident = serializers.CharField(label="事件编号", max_length=60, required=False, default="", allow_blank=True)

    def button(self, origin, target, data):
        return "紧急停办 4 小时"

    def execute(self, origin, target, data):
        order = stopping.write_order(
            origin,
            data,
            StopKind.EMERGENCY,
            origin.operator,
            planned_end=origin.at + stopping.EMERGENCY_MAX,
            review=StopOrder.Review.PENDING,
        )
        watching.announce_emergency(origin, order)
        message = f"停办单 {order.number} 已紧急生效，4 小时内转为停办单或恢复，24 小时内由他人补审"
        return _ordered(order, message, "紧急停办")

    @classmethod
    def example(cls):
        return {
            "scope": "CHANNEL",
            "scope_ref": "WX",
            "mode": "FULL",
            "reason_code": "SECURITY",
            "internal_reason": "公众号证书异常，先行停办核查",
            "notice_title": "微信公众号暂停服务",
            "notice_body": "微信公众号暂停服务，查询和业务办理可使用手机APP、网上业务大厅或到服务大厅柜台。",
        }


class OrderInput(serializers.Serializer):
    number = serializers.CharField(label="停办单号", max_length=24)


class _OnOrder(Operation):
    """Acts on one order that is ``fitting``: one that still stands."""

    item = "S-STOP"
    target = "centre"
    fitting = Q(lifted_at__isnull=True)

    def order(self, data, lock: bool = False) -> StopOrder | None:
        orders = StopOrder.objects.filter(self.fitting, number=data["number"])
        return (orders.select_for_update(of=("self",), no_key=True) if lock else orders).first()

    def check(self, origin, target, data):
        if self.order(data) is None:
            return [Finding("NO_SUCH_ORDER", f"停办单 {data['number']} 不存在或已经恢复", field="number")]
        return []


@operations.add
class LiftStop(_OnOrder):
    code = "servicehub.lift_stop"
    label = "申请恢复"
    roles = frozenset({CHANNEL_ADMIN, OPS_LEAD, SECURITY_ADMIN})
    stages = (OPS_LEAD,)

    class Input(OrderInput):
        reason = serializers.CharField(label="恢复说明", min_length=4, max_length=300)

    def stages_for(self, origin, target, data):
        """Two people always; whoever leads operations and asks for it needs another post to agree."""
        return (CHANNEL_ADMIN,) if OPS_LEAD in origin.roles else (OPS_LEAD,)

    def check(self, origin, target, data):
        findings = super().check(origin, target, data)
        order = self.order(data)
        if order is not None:
            others = stopping.overlapping(order.scope, order.scope_ref, origin.at, None)
            findings += [
                Finding(
                    "STILL_STOPPED",
                    f"恢复后仍有“{other.notice_title}”停办单 {other.number} 生效，"
                    f"状态保持“{StopMode(other.mode).label}”",
                    Severity.NOTICE,
                )
                for other in others
                if other.pk != order.pk and other.starts_at <= origin.at
            ]
        return findings

    def execute(self, origin, target, data):
        order = self.order(data, lock=True)
        stopping.lift(origin, order, data["reason"])
        return Outcome(
            f"停办单 {order.number} 已恢复",
            changes=(stopping.change_of(order, "恢复", before={"状态": "生效中"}),),
            rows=(("停办单号", order.number), ("恢复范围", stopping.words_of(order.scope, order.scope_ref))),
            facts={"stop_order": order.number},
        )

    @classmethod
    def example(cls):
        return {"number": "TD20261108-001", "reason": "线路检修完成"}


@operations.add
class ExtendStop(_OnOrder):
    code = "servicehub.extend_stop"
    label = "申请延长停办"
    roles = frozenset({CHANNEL_ADMIN})
    stages = (OPS_LEAD,)

    class Input(OrderInput):
        planned_end = serializers.DateTimeField(label="新的计划恢复时间")
        delay_body = serializers.CharField(label="延期公告", min_length=notices.BODY_MIN, max_length=notices.BODY_MAX)
        reason = serializers.CharField(label="延长原因", min_length=INTERNAL_MIN, max_length=300)

    def check(self, origin, target, data):
        findings = super().check(origin, target, data)
        findings += notices.findings_of([("delay_body", data["delay_body"])])
        order = self.order(data)
        if data["planned_end"] <= origin.at or (
            order and order.planned_end and data["planned_end"] <= order.planned_end
        ):
            findings.append(Finding("NOT_LATER", "新的计划恢复时间不晚于原来的时间", field="planned_end"))
        return findings

    def execute(self, origin, target, data):
        order = self.order(data, lock=True)
        before = {"计划恢复": amounts.moment(order.planned_end) if order.planned_end else "未定"}
        order.planned_end, order.delay_body = data["planned_end"], data["delay_body"]
        order.resume_held = order.auto_resume
        words, action = "已延长", "延长停办"
        if order.kind == StopKind.EMERGENCY:
            # Two people have now agreed: it is an ordinary order from here on, reviewed all the same (R-ST-04).
            words, action = "已转为普通停办单，延长", "转为停办单"
            order.kind = StopKind.IMMEDIATE
            agreed = (origin.operator, stopping.maker_of(origin))
            order.approved_by_id = next(one for one in agreed if one != order.ordered_by_id)
        order.save(update_fields=["planned_end", "delay_body", "approved_by", "kind", "resume_held"])
        return Outcome(
            f"停办单 {order.number} {words}至 {amounts.moment(order.planned_end)}",
            changes=(stopping.change_of(order, action, before=before),),
            facts={"stop_order": order.number},
        )

    @classmethod
    def example(cls):
        return {
            "number": "TD20261108-001",
            "planned_end": "2030-01-01T08:30:00+08:00",
            "delay_body": "检修尚未完成，恢复时间推迟，期间可到服务大厅柜台办理，给您带来不便敬请谅解。",
            "reason": "线路检修比预计时间长",
        }


@operations.add
class ReviewEmergencyStop(_OnOrder):
    """Post-review by another person; when it fails, the order must be lifted or become an ordinary one."""

    code = "servicehub.review_emergency_stop"
    label = "补审紧急停办"
    roles = frozenset({OPS_LEAD, SECURITY_ADMIN, POLICY_CHIEF})
    fitting = Q(review=StopOrder.Review.PENDING)

    class Input(OrderInput):
        passed = serializers.BooleanField(label="补审通过")
        opinion = serializers.CharField(label="补审意见", min_length=2, max_length=300)

    def check(self, origin, target, data):
        order = self.order(data)
        if order is None:
            return [Finding("NOT_PENDING", f"停办单 {data['number']} 不在待补审状态", field="number")]
        if order.ordered_by_id == origin.operator:
            return [Finding("OWN_ORDER", "不能补审本人发起的紧急停办", field="number")]
        return []

    def execute(self, origin, target, data):
        order = self.order(data, lock=True)
        order.review = StopOrder.Review.PASSED if data["passed"] else StopOrder.Review.FAILED
        order.reviewed_by_id, order.reviewed_at = origin.operator, origin.at
        order.save(update_fields=["review", "reviewed_by", "reviewed_at"])
        words = order.get_review_display()
        return Outcome(
            f"停办单 {order.number}{words}",
            changes=(stopping.change_of(order, words, before={"补审": "待补审"}),),
            rows=(("补审意见", data["opinion"]),),
            facts={"stop_order": order.number},
        )

    @classmethod
    def example(cls):
        return {"number": "TD20261108-001", "passed": True, "opinion": "处置得当"}
