"""Runs with a memory: listed first, done piece by piece, resumed after a kill, never finished with a failed piece.

A piece is taken by locking its row, worked on, and marked done in the same transaction. A worker that is killed
leaves the row as it was, unlocked; nothing has to notice, time out or be cleaned up. Several workers take pieces
beside one another because a locked row is skipped.
"""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from django.db import OperationalError, transaction
from django.db.models import Count, Max
from psycopg2 import errorcodes

from servicehub import audit, clock
from servicehub.batch.models import ItemState, JobItem, JobRun, RunState
from servicehub.declare import Job, JobStep, Origin
from servicehub.declare.registry import jobs
from servicehub.outbox.after_commit import send, send_after_commit

WORKERS = 2  # tasks sent for one run: as many pieces at a time, where the workers have room
WORK_SECONDS = 60  # a task works this long, then sends its successor: no broker loses patience with it
STALE_SECONDS = 60
TRIES_ON_DEADLOCK = 3
WORK_TASK = "servicehub.batch.work_off"  # its door stands in the gate, which gives it a pass

_COLLISIONS = (errorcodes.DEADLOCK_DETECTED, errorcodes.SERIALIZATION_FAILURE)
_log = logging.getLogger(__name__)


class RunEnded(ValueError):
    """A run that was aborted is not resumed under the same key."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the current step, except ``steps``. ``total = done + failed + waiting``."""

    step: int  # from 1
    steps: int
    label: str
    total: int
    done: int
    failed: int

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.failed


def start(origin: Origin, job_code: str, key: str = "") -> JobRun:
    """Begin a run, or go on with the one of that key: one that is done is answered as it is.

    ``key`` is the business date unless the job's natural key is another.

    :raises RunEnded: it was aborted.
    """
    origin.require_pass()
    job = jobs[job_code]
    key = key or origin.business_date.isoformat()
    with transaction.atomic():
        run, created = JobRun.objects.get_or_create(
            job=job_code,
            key=key,
            defaults={
                "business_date": origin.business_date,
                "started_by": origin.operator_name,
                "request_id": origin.request_id,
                "started_at": clock.now(),
            },
        )
        if run.state == RunState.ABORTED:
            raise RunEnded(f"{run} was aborted: {run.note}")
        if created:
            _list_items(run, job, origin)
            audit.record_event(origin, "启动批处理", f"servicehub.job_run:{run.pk}", label=f"{job.label} {key}")
        if run.state == RunState.RUNNING:
            _send_workers(run.pk)
    return run


def retry(origin: Origin, run_id: int) -> int:
    """Give the failed pieces of a run another try. Returns how many."""
    origin.require_pass()
    with transaction.atomic():
        run = JobRun.objects.select_for_update(no_key=True).get(pk=run_id, state=RunState.PARTLY_FAILED)
        count = run.items.filter(step=run.step, state=ItemState.FAILED).update(state=ItemState.WAITING)
        run.state, run.finished_at = RunState.RUNNING, None
        run.save(update_fields=["state", "finished_at"])
        audit.record_event(
            origin, "重跑失败项", f"servicehub.job_run:{run.pk}", label=str(run), facts={"项数": str(count)}
        )
        _send_workers(run.pk)
    return count


def abort(origin: Origin, run_id: int, reason: str) -> None:
    """Stop a run for good; what is done stays done. Pieces being worked on end by themselves."""
    origin.require_pass()
    with transaction.atomic():
        run = JobRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.state == RunState.DONE:
            raise RunEnded(f"{run} is done already")
        run.state, run.note, run.finished_at = RunState.ABORTED, reason[:200], clock.now()
        run.save(update_fields=["state", "note", "finished_at"])
        audit.record_event(origin, "中止批处理", f"servicehub.job_run:{run.pk}", label=str(run), reason=reason[:200])


def progress(run: JobRun) -> Progress:
    job = jobs[run.job]
    counts = dict(run.items.filter(step=run.step).values_list("state").order_by("state").annotate(Count("id")))
    return Progress(
        step=run.step + 1,
        steps=len(job.steps),
        label=job.steps[run.step].label,
        total=sum(counts.values()),
        done=counts.get(ItemState.DONE, 0),
        failed=counts.get(ItemState.FAILED, 0),
    )


def work_off(run_id: int, origin: Origin, seconds: int = WORK_SECONDS) -> bool:
    """Do pieces until none is left or the time is up. ``True``: there is more to do, send a successor."""
    origin.require_pass()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run = JobRun.objects.get(pk=run_id)
        if run.state != RunState.RUNNING:
            return False
        if not _do_one(run, origin) and not _advance(run_id, origin):
            return False
    return True


def run_item(run_id: int, subject: str, origin: Origin) -> ItemState:
    """Do one named piece of the current step, if it still waits. Returns its state afterwards."""
    origin.require_pass()
    run = JobRun.objects.get(pk=run_id)
    _do_one(run, origin, subject)
    _advance(run_id, origin)
    return ItemState(run.items.values_list("state", flat=True).get(step=run.step, subject=subject))


def resume_stale() -> int:
    """Send workers to runs nobody has touched for a minute: their tasks were lost with a broker or a machine."""
    limit = clock.now() - timedelta(seconds=STALE_SECONDS)
    running = (
        JobRun.objects.filter(state=RunState.RUNNING, started_at__lt=limit)
        .annotate(touched=Max("items__finished_at"))
        .order_by("pk")
    )
    stale = [run for run in running if run.touched is None or run.touched < limit]
    return sum(send(_door(), run.pk) for run in stale)


# --- Inside ----------------------------------------------------------------------------------------------------------


def _do_one(run: JobRun, origin: Origin, subject: str | None = None) -> bool:
    """One piece in one transaction. ``False``: none waits that another worker is not at."""
    with transaction.atomic():
        waiting = JobItem.objects.filter(run=run, step=run.step, state=ItemState.WAITING)
        if subject is not None:
            waiting = waiting.filter(subject=subject)
        item = waiting.order_by("pk").select_for_update(skip_locked=True, no_key=True).first()
        if item is None:
            return False
        begun = time.monotonic()
        item.state, item.error = _worked(run, item, origin)
        item.attempts += 1
        item.finished_at = clock.now()
        item.milliseconds = int((time.monotonic() - begun) * 1000)
        item.save(update_fields=["state", "error", "attempts", "finished_at", "milliseconds"])
    return True


def _worked(run: JobRun, item: JobItem, origin: Origin) -> tuple[ItemState, str]:
    """The piece's work in a savepoint: its fault takes back its effect and is kept with it, not thrown at the run."""
    step = jobs[run.job].steps[run.step]
    for attempt in range(1, TRIES_ON_DEADLOCK + 1):
        try:
            with transaction.atomic():
                step.work(origin.for_date(run.business_date), run, item.subject)
        except Exception as fault:  # any fault of one piece stays with that piece
            if attempt < TRIES_ON_DEADLOCK and _is_collision(fault):
                continue
            _log.exception("%s, step %s, %s failed", run, step.code, item.subject)
            return ItemState.FAILED, f"{type(fault).__name__}: {fault}"
        return ItemState.DONE, ""
    raise AssertionError("unreachable")


def _is_collision(fault: Exception) -> bool:
    return isinstance(fault, OperationalError) and getattr(fault.__cause__, "pgcode", "") in _COLLISIONS


def _advance(run_id: int, origin: Origin) -> bool:
    """When the step's last piece is done, list the next step or end the run. ``True``: there is more to work on.

    Whoever finishes the last piece has committed it before looking here, so the last one to look always sees all.
    """
    with transaction.atomic():
        run = JobRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.state != RunState.RUNNING:
            return False
        standing = progress(run)
        if standing.waiting:
            return False  # others are at them
        if standing.failed:
            return _end(run, RunState.PARTLY_FAILED)
        job = jobs[run.job]
        if run.step + 1 == len(job.steps):
            return _end(run, RunState.DONE)
        run.step += 1
        run.save(update_fields=["step"])
        _list_items(run, job, origin)
        _send_workers(run.pk, WORKERS - 1)
    return True


def _end(run: JobRun, state: RunState) -> bool:
    run.state, run.finished_at = state, clock.now()
    run.save(update_fields=["state", "finished_at"])
    return False


def _list_items(run: JobRun, job: Job, origin: Origin) -> None:
    step: JobStep = job.steps[run.step]
    subjects = [run.key] if step.items is None else step.items(origin.for_date(run.business_date), run)
    JobItem.objects.bulk_create(
        [JobItem(run=run, step=run.step, subject=subject) for subject in subjects], batch_size=5_000
    )


def _door():
    return current_app.tasks[WORK_TASK]


def _send_workers(run_id: int, count: int = WORKERS) -> None:
    for _ in range(count):
        send_after_commit(_door(), run_id)
