"""日终 on the desk: start it, see where it stands, go on after a fault, sign it by two people."""

from django.db.models import Count, Q
from rest_framework import serializers

from accounts.day_close import running
from accounts.day_close.models import Closing, ClosingState, PeriodEnd, PeriodKind, StepState
from accounts.day_close.plan import periods_ending
from servicehub.batch.models import ItemState, JobItem
from servicehub.declare import CENTRE, Change, Finding, NextStep, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit.fields import ChoiceField

ITEM = "S-CLOSE"
READERS = frozenset({"accountant", "accountant_reviewer", "supervisor", "auditor", "ops_lead"})
MAKERS = frozenset({"accountant", "supervisor"})


class OneDay(serializers.Serializer):
    day = serializers.DateField(label="营业日", help_text="2026-11-23")


def closing_of(data) -> Closing | None:
    return Closing.objects.filter(day=data["day"]).first()


NO_CLOSING = Finding("close.none", "这一天的日终还没有开始", field="day", remedy="先开始日终")


@operations.add
class StartDayClose(Operation):
    """The worker does the steps; the page answers at once."""

    code = "accounts.start_day_close"
    item = ITEM
    label = "开始日终"
    target = CENTRE.kind
    roles = MAKERS
    opens_case = False
    counter_code = "4201"

    class Input(OneDay):
        pass

    def initial(self, origin, target):
        return {"day": origin.business_date}

    def check(self, origin, target, data):
        if data["day"] != origin.business_date:
            words = f"现在的营业日是 {origin.business_date:%Y-%m-%d}"
            return [Finding("close.not_open", words, field="day", remedy="只能对当前营业日做日终")]
        before = Closing.objects.exclude(state=ClosingState.CLOSED).exclude(day=data["day"]).first()
        return [running.other_day(before)] if before else []

    def summary(self, origin, target, data):
        kinds = [kind.label for kind in periods_ending(data["day"])]
        return [("营业日", f"{data['day']:%Y-%m-%d}"), ("包括", "、".join(kinds))]

    def execute(self, origin, target, data):
        closing = running.start(origin)
        return Outcome(
            f"{closing} 已开始",
            changes=(Change(f"accounts.closing:{closing.pk}", "开始日终", str(closing)),),
            next_steps=(NextStep("查看进度", f"list/accounts.day_close_steps/?day={closing.day}"),),
            facts={"closing": str(closing.pk)},
        )

    @classmethod
    def example(cls):
        return {"day": "2026-11-23"}


@operations.add
class ResumeDayClose(Operation):
    code = "accounts.resume_day_close"
    item = ITEM
    label = "继续日终"
    target = CENTRE.kind
    roles = MAKERS
    opens_case = False
    counter_code = "4202"

    class Input(OneDay):
        pass

    def check(self, origin, target, data):
        closing = closing_of(data)
        if closing is None:
            return [NO_CLOSING]
        if closing.state == ClosingState.CLOSED:
            return [Finding("close.closed", f"{closing} 已经完成", field="day")]
        return []

    def summary(self, origin, target, data):
        closing = closing_of(data)
        return [("停在", closing.note or closing.get_state_display())] if closing else []

    def execute(self, origin, target, data):
        closing = running.resume(origin, closing_of(data).pk)
        change = Change(f"accounts.closing:{closing.pk}", "继续日终", str(closing))
        return Outcome(f"{closing} 继续进行", changes=(change,), facts={"closing": str(closing.pk)})

    @classmethod
    def example(cls):
        return {"day": "2026-11-23"}


@operations.add
class SignDayClose(Operation):
    """An accountant asks, another agrees: then the day gets its numbers and nothing gets into it any more."""

    code = "accounts.sign_day_close"
    item = ITEM
    label = "日终签批"
    target = CENTRE.kind
    roles = frozenset({"accountant"})
    stages = ("accountant_reviewer",)
    fresh_proof = True
    counter_code = "4203"

    class Input(OneDay):
        pass

    def check(self, origin, target, data):
        closing = closing_of(data)
        if closing is None:
            return [NO_CLOSING]
        return [] if running.ready_to_sign(closing) else [running.not_ready(closing)]

    def summary(self, origin, target, data):
        closing = closing_of(data)
        if closing is None:
            return []
        done = closing.steps.filter(state=StepState.DONE).order_by("place")
        return [(step.label, step.note or "完成") for step in done]

    def execute(self, origin, target, data):
        closing = running.sign(origin, closing_of(data).pk)
        change = Change(f"accounts.closing:{closing.pk}", "日终签批", str(closing), after={"签批": closing.signed_by})
        return Outcome(f"{closing} 已签批，正在编号和结转余额", changes=(change,), facts={"closing": str(closing.pk)})

    @classmethod
    def example(cls):
        return {"day": "2026-11-23"}


@operations.add
class DayCloseList(Query):
    code = "accounts.day_close_list"
    item = ITEM
    label = "日终"
    target = CENTRE.kind
    roles = READERS
    counter_code = "4204"

    class Input(serializers.Serializer):
        state = ChoiceField(label="状态", choices=ClosingState.choices, required=False, allow_blank=True, default="")

    def rows(self, origin, target, data):
        found = Closing.objects.filter(state=data["state"]) if data["state"] else Closing.objects.all()
        counted = found.annotate(all=Count("steps"), done=Count("steps", filter=Q(steps__state=StepState.DONE)))
        return Table(
            columns=(
                TableColumn("day", "营业日", "date", sort="day", url=lambda row: f"list/accounts.day_close_steps/?day={row['day']}"),
                TableColumn("periods", "包括"),
                TableColumn("state", "状态"),
                TableColumn("progress", "进度"),
                TableColumn("note", "说明"),
                TableColumn("started_by", "启动人"),
                TableColumn("started_at", "启动时间", "datetime"),
                TableColumn("signed_by", "签批人"),
                TableColumn("finished_at", "完成时间", "datetime"),
            ),
            source=counted.values(
                "id", "day", "state", "note", "started_by", "started_at", "signed_by", "finished_at", "all", "done"
            ),
            caption="日终",
            order=("-day",),
            finish=lambda page: [
                {
                    **row,
                    "state": ClosingState(row["state"]).label,
                    "progress": f"{row['done']}/{row['all']}",
                    "periods": "、".join(kind.label for kind in periods_ending(row["day"])),
                }
                for row in page
            ],
            filters=("state",),
            empty="还没有做过日终。当日业务结束后从“开始日终”进入。",
        )  # fmt: skip


@operations.add
class DayCloseSteps(Query):
    """The console of one close: which step, how far, why it stands."""

    code = "accounts.day_close_steps"
    item = ITEM
    label = "日终步骤"
    target = CENTRE.kind
    roles = READERS
    counter_code = "4205"

    class Input(OneDay):
        pass

    def rows(self, origin, target, data):
        closing = closing_of(data)
        steps = closing.steps.select_related("run").order_by("place") if closing else ()
        counts = _counts([step.run_id for step in steps if step.run_id])
        return Table(
            columns=(
                TableColumn("place", "序号", "count"),
                TableColumn("label", "步骤"),
                TableColumn("state", "状态"),
                TableColumn("progress", "进度"),
                TableColumn("run", "批处理", "count", url=lambda row: f"/switchboard/jobs/{row['run']}/"),
                TableColumn("attempts", "次数", "count"),
                TableColumn("finished_at", "完成时间", "datetime"),
                TableColumn("note", "说明"),
            ),
            source=[
                {
                    "place": step.place, "label": step.label, "state": step.get_state_display(), "run": step.run_id,
                    "progress": counts.get(step.run_id, ""), "attempts": step.attempts,
                    "finished_at": step.finished_at, "note": step.note,
                }
                for step in steps
            ],
            caption=f"{closing or data['day']} 步骤",
            facts=_facts(closing),
            filters=("day",),
            empty="这一天的日终还没有开始。",
        )  # fmt: skip

    @classmethod
    def example(cls):
        return {"day": "2026-11-23"}


def _counts(runs: list[int]) -> dict[int, str]:
    rows = JobItem.objects.filter(run__in=runs).values("run_id").order_by("run_id")
    counted = rows.annotate(all=Count("pk"), done=Count("pk", filter=Q(state=ItemState.DONE)))
    return {row["run_id"]: f"{row['done']}/{row['all']}" for row in counted}


def _facts(closing: Closing | None) -> tuple[tuple[str, str], ...]:
    if closing is None:
        return ()
    signed = closing.signed_by or "未签批"
    return (
        ("状态", closing.get_state_display()),
        ("说明", closing.note or "—"),
        ("启动人", closing.started_by),
        ("签批人", signed),
    )


@operations.add
class PeriodEnds(Query):
    """Days, months and years that are over."""

    code = "accounts.period_ends"
    item = ITEM
    label = "已结期间"
    target = CENTRE.kind
    roles = READERS
    counter_code = "4206"

    class Input(serializers.Serializer):
        kind = ChoiceField(label="期间", choices=PeriodKind.choices, required=False, allow_blank=True, default="")

    def rows(self, origin, target, data):
        found = PeriodEnd.objects.filter(kind=data["kind"]) if data["kind"] else PeriodEnd.objects.all()
        return Table(
            columns=(
                TableColumn("kind", "期间"),
                TableColumn("key", "编号", sort="key"),
                TableColumn("day", "最后营业日", "date", sort="day"),
                TableColumn("signed_by", "签批人"),
                TableColumn("closed_at", "结束时间", "datetime"),
                TableColumn("digest", "余额摘要"),
            ),
            source=found.values("id", "kind", "key", "day", "signed_by", "closed_at", "digest"),
            caption="已结期间",
            order=("-day", "kind"),
            finish=lambda page: [
                {**row, "kind": PeriodKind(row["kind"]).label, "digest": row["digest"][:12]} for row in page
            ],
            filters=("kind",),
            empty="还没有结过的期间。",
        )
