"""The batch console: runs, their pieces, another try for what failed, an end to what must not go on."""

from rest_framework import serializers

from servicehub import batch
from servicehub.batch.models import ItemState, JobItem, JobRun, RunState
from servicehub.declare import CENTRE, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import jobs, operations
from servicehub.kit.fields import ChoiceField

READERS = frozenset({"supervisor", "accountant_reviewer", "auditor", "ops_lead"})


@operations.add
class JobRunList(Query):
    code = "servicehub.list_job_runs"
    item = "S-BATCH"
    label = "批处理运行"
    target = CENTRE.kind
    roles = READERS

    class Input(serializers.Serializer):
        state = ChoiceField(label="状态", choices=RunState.choices, required=False, allow_blank=True, default="")

    def rows(self, origin, target, data):
        runs = JobRun.objects.filter(state=data["state"]) if data["state"] else JobRun.objects.all()
        return Table(
            columns=(
                TableColumn("id", "编号", kind="count", sort="id"),
                TableColumn("label", "作业"),
                TableColumn("key", "批次"),
                TableColumn("business_date", "营业日", kind="date", sort="business_date"),
                TableColumn("state_word", "状态"),
                TableColumn("step_words", "步骤"),
                TableColumn("started_by", "启动人"),
                TableColumn("started_at", "启动时间", kind="datetime"),
                TableColumn("finished_at", "结束时间", kind="datetime"),
                TableColumn("note", "说明"),
            ),
            source=runs.values(
                "id", "job", "key", "business_date", "state", "step", "started_by", "started_at", "finished_at", "note"
            ),
            caption="批处理运行",
            order=("-id",),
            finish=_runs,
            filters=("state",),
            empty="还没有运行过批处理。",
        )


def _runs(page):
    rows = []
    for row in page:
        job = jobs.get(row["job"])
        steps = job.steps if job else ()
        step = f"{row['step'] + 1}/{len(steps)} {steps[row['step']].label}" if row["step"] < len(steps) else ""
        rows.append(
            {
                **row,
                "label": job.label if job else row["job"],
                "state_word": RunState(row["state"]).label,
                "step_words": step,
            }
        )
    return rows


@operations.add
class JobItemList(Query):
    code = "servicehub.list_job_items"
    item = "S-BATCH"
    label = "批处理明细"
    target = CENTRE.kind
    roles = READERS

    class Input(serializers.Serializer):
        run = serializers.IntegerField(label="批处理编号", min_value=1)
        state = ChoiceField(label="状态", choices=ItemState.choices, required=False, allow_blank=True, default="")

    def rows(self, origin, target, data):
        items = JobItem.objects.filter(run_id=data["run"])
        if data["state"]:
            items = items.filter(state=data["state"])
        return Table(
            columns=(
                TableColumn("step", "步骤", kind="count"),
                TableColumn("subject", "对象"),
                TableColumn("state_word", "状态"),
                TableColumn("attempts", "次数", kind="count"),
                TableColumn("milliseconds", "用时（毫秒）", kind="count", sort="milliseconds"),
                TableColumn("finished_at", "完成时间", kind="datetime"),
                TableColumn("error", "原因"),
            ),
            source=items.values("id", "step", "subject", "state", "attempts", "milliseconds", "finished_at", "error"),
            caption="批处理明细",
            order=("step", "id"),
            finish=lambda page: [{**row, "state_word": ItemState(row["state"]).label} for row in page],
            filters=("run", "state"),
            empty="这次运行没有这样的明细。",
        )

    @classmethod
    def example(cls):
        return {"run": 1}


class _OnARun(Operation):
    item = "S-BATCH"
    target = CENTRE.kind
    roles = frozenset({"supervisor"})
    opens_case = False
    fitting: tuple[str, ...] = ()

    def check(self, origin, target, data):
        run = JobRun.objects.filter(pk=data["run"]).first()
        if run is None:
            return [Finding("batch.no_run", f"没有编号为 {data['run']} 的批处理。", field="run")]
        if run.state not in self.fitting:
            return [
                Finding(
                    "batch.state",
                    f"批处理 {run.pk} 的状态是“{run.get_state_display()}”，不能{self.label}。",
                    field="run",
                )
            ]
        return []

    def summary(self, origin, target, data):
        run = JobRun.objects.get(pk=data["run"])
        standing = batch.progress(run)
        return [
            ("作业", jobs[run.job].label if run.job in jobs else run.job),
            ("批次", run.key),
            ("步骤", f"{standing.step}/{standing.steps} {standing.label}"),
            ("进度", f"完成 {standing.done}，失败 {standing.failed}，等待 {standing.waiting}"),
        ]


@operations.add
class RetryJobRun(_OnARun):
    """Only what failed is done again; what is done stays done."""

    code = "servicehub.retry_job_run"
    label = "重跑失败项"
    fitting = (RunState.PARTLY_FAILED,)

    class Input(serializers.Serializer):
        run = serializers.IntegerField(label="批处理编号", min_value=1)

    def execute(self, origin, target, data):
        count = batch.retry(origin, data["run"])
        return Outcome(message=f"已重新排队 {count} 项，完成情况见批处理运行")

    @classmethod
    def example(cls):
        return {"run": 1}


@operations.add
class AbortJobRun(_OnARun):
    code = "servicehub.abort_job_run"
    label = "中止批处理"
    fitting = (RunState.RUNNING, RunState.PARTLY_FAILED)
    fresh_proof = True

    class Input(serializers.Serializer):
        run = serializers.IntegerField(label="批处理编号", min_value=1)
        reason = serializers.CharField(
            label="原因", max_length=200, min_length=4, error_messages={"required": "还没有填写原因"}
        )

    def execute(self, origin, target, data):
        batch.abort(origin, data["run"], data["reason"])
        return Outcome(message=f"已中止批处理 {data['run']}，已完成的部分保留")

    @classmethod
    def example(cls):
        return {"run": 1, "reason": "参数有误，修正后另起批次"}
