"""Reading the audit trail and verifying its chain."""

import json

from django.db.models import Q
from rest_framework import serializers

from servicehub import audit, messages
from servicehub.audit.models import AuditEntry, AuditSeal, EntryKind
from servicehub.declare import CENTRE, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.identity import posts
from servicehub.identity.roles import BY_CODE
from servicehub.kit.fields import ChoiceField, DayField

RESULTS = {"done": "成功", "refused": "拒绝", "failed": "失败"}


def _filter(label: str, max_length: int = 60, **more) -> serializers.CharField:
    return serializers.CharField(
        label=label, max_length=max_length, required=False, allow_blank=True, default="", **more
    )


@operations.add
class AuditLog(Query):
    """Who did what, when, from where. Newest first; every column of the story, never a whole number."""

    code = "servicehub.audit_log"
    item = "S-AUDIT"
    label = "审计日志"
    target = CENTRE.kind
    roles = frozenset({"audit_admin"})

    class Input(serializers.Serializer):
        actor = _filter("操作人")
        object = _filter("对象", 120, help_text="如 deposits.remittance:18")
        action = _filter("动作", 40)
        case_no = _filter("办件编号", 40)
        kind = ChoiceField(label="类别", choices=EntryKind.choices, required=False, allow_blank=True, default="")
        result = ChoiceField(label="结果", choices=list(RESULTS.items()), required=False, allow_blank=True, default="")
        since = DayField(label="起始营业日", required=False, allow_null=True, default=None)
        until = DayField(label="截止营业日", required=False, allow_null=True, default=None)

    def rows(self, origin, target, data):
        asked = Q()
        for name, lookup in (
            ("actor", "actor_name"),
            ("action", "action"),
            ("case_no", "case_no"),
            ("kind", "kind"),
            ("result", "result"),
        ):
            if data[name]:
                asked &= Q(**{lookup: data[name]})
        if data["object"]:
            asked &= Q(object=data["object"]) | Q(party=data["object"])
        if data["since"]:
            asked &= Q(business_date__gte=data["since"])
        if data["until"]:
            asked &= Q(business_date__lte=data["until"])
        return Table(
            columns=(
                TableColumn("seal", "序号", kind="count"),
                TableColumn("at", "时间", kind="datetime", sort="id"),
                TableColumn("actor_name", "操作人"),
                TableColumn("posts", "岗位"),
                TableColumn("channel", "渠道"),
                TableColumn("ip", "地址"),
                TableColumn("action", "动作"),
                TableColumn("object_words", "对象"),
                TableColumn("before_words", "变更前"),
                TableColumn("after_words", "变更后"),
                TableColumn("result_word", "结果"),
                TableColumn("reason", "事由"),
                TableColumn("case_no", "办件编号"),
                TableColumn("hash", "散列"),
            ),
            source=AuditEntry.objects.filter(asked).values(
                "id", "at", "actor_name", "roles", "channel", "ip", "action", "object", "label", "before", "after",
                "result", "reason", "case_no",
            ),
            caption="审计日志",
            order=("-id",),
            finish=_finished,
            filters=("actor", "object", "action", "case_no", "kind", "result", "since", "until"),
            empty="没有符合条件的审计记录。",
        )  # fmt: skip


def _finished(page):
    seals = {
        seal.entry_id: seal
        for seal in AuditSeal.objects.filter(entry_id__in=[row["id"] for row in page]).order_by("seq")
    }
    rows = []
    for row in page:
        seal = seals.get(row["id"])
        rows.append(
            {
                **row,
                "seal": seal.seq if seal else None,
                "hash": bytes(seal.hash).hex()[:16] if seal else "待封记",
                "posts": "、".join(BY_CODE[code].name for code in row["roles"].split(",") if code in BY_CODE),
                "object_words": row["label"] or row["object"],
                "before_words": _words(row["before"]),
                "after_words": _words(row["after"]),
                "result_word": RESULTS.get(row["result"], row["result"]),
            }
        )
    return rows


def _words(text: str) -> str:
    return "；".join(f"{name} {value}" for name, value in json.loads(text).items()) if text else ""


@operations.add
class VerifyAudit(Operation):
    """Walks the chain and says whether it holds, and where it does not. A break alarms both administrators."""

    code = "servicehub.verify_audit"
    item = "S-AUDIT"
    label = "校验审计链"
    target = CENTRE.kind
    roles = frozenset({"audit_admin"})
    opens_case = False

    class Input(serializers.Serializer):
        from_seq = serializers.IntegerField(label="从第几条", min_value=1, required=False, default=1)
        to_seq = serializers.IntegerField(
            label="到第几条", min_value=1, required=False, allow_null=True, default=None, help_text="留空则到最后一条"
        )

    def execute(self, origin, target, data):
        report = audit.verify(data["from_seq"], data["to_seq"])
        verdict = "完整" if report.ok else report.fault.message
        audit.record_event(
            origin,
            "校验审计链",
            "servicehub.audit_chain",
            facts={"范围": f"{report.from_seq} 至 {report.to_seq}", "结论": verdict},
            result="done" if report.ok else "failed",
        )
        if not report.ok:
            alarm(origin, report.fault)
        return Outcome(
            message=f"审计链完整，已校验 {report.checked} 条" if report.ok else f"审计链不完整：{verdict}",
            rows=(
                ("校验范围", f"第 {report.from_seq} 条至第 {report.to_seq} 条"),
                ("已校验", f"{report.checked} 条"),
                ("结论", verdict),
            ),
            facts={
                "ok": str(report.ok).lower(),
                "checked": str(report.checked),
                "first_bad_seq": str(report.fault.seq) if report.fault else "",
                "fault": report.fault.kind if report.fault else "",
            },
        )


def alarm(origin, fault) -> None:
    """Security and audit administrators are told at once, day or night (SEC-26)."""
    told = {user.pk for role in ("audit_admin", "security_admin") for user in posts.holders(role)}
    messages.send(
        origin,
        "security",
        sorted(told),
        f"{fault.message}。立即保全数据库和库外封存文件，按安全事件处置。",
        f"audit-chain:{fault.seq}:{fault.kind}",
        title="审计链不完整",
    )
