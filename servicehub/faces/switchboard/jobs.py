"""Batch runs: what ran, how far it is, what failed and why."""

from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicehub import clock
from servicehub.batch.models import ItemState, JobItem, JobRun, RunState
from servicehub.declare import Table, TableColumn, registry
from servicehub.faces import paging
from servicehub.faces.places import Place

REFRESH_SECONDS = 5
FAILED_SHOWN = 50
STATE = {
    RunState.RUNNING: "job:running",
    RunState.DONE: "job:done",
    RunState.PARTLY_FAILED: "job:part_failed",
    RunState.ABORTED: "job:stopped",
}


@require_GET
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    table = Table(
        columns=(
            TableColumn("label", "作业"),
            TableColumn("key", "批次"),
            TableColumn("state", "状态", kind="status"),
            TableColumn("business_date", "营业日", kind="date"),
            TableColumn("started_at", "启动时间", kind="datetime", sort="started_at"),
            TableColumn("finished_at", "结束时间", kind="datetime"),
            TableColumn("started_by", "启动人"),
        ),
        source=JobRun.objects.values(
            "pk", "job", "key", "state", "business_date", "started_at", "finished_at", "started_by"
        ),
        order=("-pk",),
        finish=_rows,
    )
    context = {
        "title": "批处理",
        "listing": paging.listing(table, request.GET, paging.SIZE_STAFF),
        "as_of": clock.now(),
    }
    return render(request, "faces/switchboard/jobs.html", context)


def _rows(rows: list[dict]) -> list[dict]:
    return [
        {**row, "label": label_of(row["job"]), "state": STATE[row["state"]], "_url": f"/switchboard/jobs/{row['pk']}/"}
        for row in rows
    ]


def label_of(code: str) -> str:
    job = registry.jobs.get(code)
    return job.label if job else code


@require_GET
def show(request: HttpRequest, place: Place, run: int) -> HttpResponse:
    found = JobRun.objects.filter(pk=run).first()
    if found is None:
        raise Http404
    job = registry.jobs.get(found.job)
    names = [step.label for step in job.steps] if job else []
    counted = JobItem.objects.filter(run=found).values("step").annotate(
        all=Count("pk"),
        done=Count("pk", filter=Q(state=ItemState.DONE)),
        failed=Count("pk", filter=Q(state=ItemState.FAILED)),
        last=Max("finished_at"),
    )  # fmt: skip
    tallies = {row["step"]: row for row in counted.order_by("step")}
    if found.state == RunState.RUNNING:
        request.refresh_seconds = REFRESH_SECONDS
    failed = JobItem.objects.filter(run=found, state=ItemState.FAILED).order_by("pk")[:FAILED_SHOWN]
    context = {
        "title": f"{label_of(found.job)} {found.key}",
        "run": found,
        "state": STATE[found.state],
        "steps": [_step(number, name, found, tallies.get(number)) for number, name in enumerate(names)],
        "rows": [{"name": name, **_tally(tallies.get(number))} for number, name in enumerate(names)],
        "failed": [{"subject": item.subject, "attempts": item.attempts, "error": item.error} for item in failed],
        "back_url": "/switchboard/jobs/",
        "back_text": "批处理",
    }
    return render(request, "faces/switchboard/job.html", context)


def _step(number: int, name: str, run: JobRun, tally: dict | None) -> dict:
    if tally and tally["failed"]:
        state = "problem"
    elif run.state == RunState.DONE or number < run.step:
        state = "done"
    else:
        state = "current" if number == run.step and run.state == RunState.RUNNING else "todo"
    return {"text": name, "state": state}


def _tally(tally: dict | None) -> dict:
    if tally is None:
        return {"all": 0, "done": 0, "failed": 0, "last": None}
    return {name: tally[name] for name in ("all", "done", "failed", "last")}
