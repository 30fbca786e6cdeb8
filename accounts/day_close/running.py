"""A close on its way: one step after another, by whoever looks, one at a time, from where the rows say it is.

Nothing here is remembered outside the database. A process that is killed leaves the step it was at as it was; every
step is repeatable, so the next look does it again.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from accounts.day_close.models import Closing, ClosingState, ClosingStep, StepState
from accounts.day_close.own_steps import STEPS, Result
from accounts.day_close.plan import OWN, run_key, steps_of
from servicehub import audit, batch, clock, gate
from servicehub.batch.models import ItemState, JobRun, RunState
from servicehub.clock.models import BusinessCalendar
from servicehub.declare import DomainError, Finding, Origin
from servicehub.declare.registry import jobs
from servicehub.outbox.after_commit import send_after_commit

JOB = "accounts.day_close"
_LOCK_CLASS = 7302
_log = logging.getLogger(__name__)


def start(origin: Origin) -> Closing:
    """Begin the close of the open business day, or answer the one under way. The worker does the steps.

    :raises DomainError: close.other_day: an earlier day's close is not finished.
    """
    from accounts.tasks import advance_closing

    origin.require_pass()
    with transaction.atomic():
        under_way = Closing.objects.exclude(state=ClosingState.CLOSED).select_for_update(of=("self",)).first()
        if under_way is not None:
            if under_way.day != origin.business_date:
                raise DomainError("close.other_day", other_day(under_way))
            return under_way
        day = BusinessCalendar.current()
        closing = Closing.objects.create(day=day, started_by=origin.operator_name, started_at=origin.at)
        ClosingStep.objects.bulk_create(
            ClosingStep(
                closing=closing, place=place, code=step.code, label=_label(step.code), key=run_key(step, day, place)
            )
            for place, step in enumerate(steps_of(day), start=1)
        )
        audit.record_event(origin, "开始日终", f"accounts.closing:{closing.pk}", label=str(closing))
        send_after_commit(advance_closing, closing.pk)
    return closing


def other_day(closing: Closing) -> Finding:
    return Finding(
        "close.other_day",
        f"{closing} 还没有完成：{closing.note or closing.get_state_display()}",
        remedy="先完成前一个营业日的日终",
    )


def _label(code: str) -> str:
    return STEPS[code].label if code.startswith(OWN) else jobs[code].label


def sign(origin: Origin, closing_id: int) -> Closing:
    """Two people agree, through the gate; the worker finishes the day.

    :raises DomainError: close.not_ready: steps before the signature are not done.
    """
    from accounts.tasks import advance_closing

    origin.require_pass()
    with transaction.atomic():
        closing = Closing.objects.select_for_update(of=("self",), no_key=True).get(pk=closing_id)
        if not ready_to_sign(closing):
            raise DomainError("close.not_ready", not_ready(closing))
        closing.signed_by, closing.signed_at = origin.operator_name, origin.at
        closing.sign_case = origin.pass_.case if origin.pass_ else ""
        closing.save(update_fields=["signed_by", "signed_at", "sign_case"])
        send_after_commit(advance_closing, closing.pk)
    return closing


def ready_to_sign(closing: Closing) -> bool:
    step = current_step(closing)
    return closing.state == ClosingState.RUNNING and step is not None and step.code == "close.sign_off"


def not_ready(closing: Closing) -> Finding:
    step = current_step(closing)
    where = f"现在是“{step.label}”" if step else "日终已完成"
    return Finding("close.not_ready", f"{closing} 还不能签批，{where}", remedy="各步骤完成后再签批")


def resume(origin: Origin, closing_id: int) -> Closing:
    """After whatever stood in the way was put right: the failed step is done again, what is done stays done."""
    from accounts.tasks import advance_closing

    origin.require_pass()
    with transaction.atomic():
        closing = Closing.objects.select_for_update(of=("self",), no_key=True).get(pk=closing_id)
        if closing.state == ClosingState.BLOCKED:
            step = current_step(closing)
            if step.run_id and step.run.state == RunState.PARTLY_FAILED:
                batch.retry(origin, step.run_id)
            ClosingStep.objects.filter(pk=step.pk).update(state=StepState.TODO, note="")
            closing.state, closing.note = ClosingState.RUNNING, ""
            closing.save(update_fields=["state", "note"])
            audit.record_event(origin, "继续日终", f"accounts.closing:{closing.pk}", label=f"{closing} {step.label}")
        send_after_commit(advance_closing, closing.pk)
    return closing


def current_step(closing: Closing) -> ClosingStep | None:
    return closing.steps.exclude(state=StepState.DONE).select_related("run").order_by("place").first()


def advance(closing_id: int) -> None:
    """Do every step that can be done now. Returns at once while another process is at it.

    :raises Refused: BATCH_SUSPENDED by a stop order; the tick looks again.
    """
    with _alone(closing_id) as mine:
        while mine:
            closing = Closing.objects.get(pk=closing_id)
            step = current_step(closing)
            if closing.state != ClosingState.RUNNING or step is None:
                return
            origin = gate.batch_origin(JOB, closing.day)
            result = _own(origin, closing, step) if step.code.startswith(OWN) else _job(origin, closing, step)
            if not _kept(origin, closing, step, result):
                return


def under_way() -> list[int]:
    return list(Closing.objects.filter(state=ClosingState.RUNNING).values_list("pk", flat=True))


# --- Inside ----------------------------------------------------------------------------------------------------------


@contextmanager
def _alone(closing_id: int) -> Iterator[bool]:
    """A lock of the session: a killed process takes it along, and no transaction is held open over the steps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_CLASS, closing_id])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_CLASS, closing_id])


def _own(origin: Origin, closing: Closing, step: ClosingStep) -> Result:
    try:
        return STEPS[step.code].work(origin, closing)
    except DomainError as refusal:
        said = "；".join(finding.message for finding in refusal.findings) or refusal.code
        return Result(False, said, blocked=True)
    except Exception as fault:  # any fault of a step stays with the step, and somebody is told what it was
        _log.exception("%s, step %s failed", closing, step.code)
        return Result(False, f"{type(fault).__name__}: {fault}", blocked=True)


def _job(origin: Origin, closing: Closing, step: ClosingStep) -> Result:
    if step.run_id is None:
        run = batch.start(origin, step.code, step.key)
        ClosingStep.objects.filter(pk=step.pk).update(run=run)
    run = JobRun.objects.get(pk=step.run_id or run.pk)
    if run.state == RunState.DONE:
        return Result(True, f"{run.items.count()} 项完成")
    if run.state == RunState.RUNNING:
        standing = batch.progress(run)
        return Result(False, f"{standing.label} {standing.done}/{standing.total}")
    if run.state == RunState.ABORTED:
        return Result(False, f"批处理 {run.pk} 已中止：{run.note}", blocked=True)
    failed = run.items.filter(state=ItemState.FAILED).order_by("pk")
    return Result(False, "；".join(f"{item.subject}：{item.error}" for item in failed[:3]), blocked=True)


def _kept(origin: Origin, closing: Closing, step: ClosingStep, result: Result) -> bool:
    """Write down what became of the step. ``True``: on to the next."""
    note = result.note[:500]
    with transaction.atomic():
        row = ClosingStep.objects.select_for_update(of=("self",), no_key=True).get(pk=step.pk)
        row.note, row.digest = note, result.digest
        if result.done or result.blocked:
            row.state = StepState.DONE if result.done else StepState.FAILED
            row.attempts += 1
            row.finished_at = clock.now()
            words = "完成日终步骤" if result.done else "日终停下"
            audit.record_event(
                origin, words, f"accounts.closing:{closing.pk}", label=f"{closing} {row.label}", facts={"结果": note}
            )
        row.save(update_fields=["note", "digest", "state", "attempts", "finished_at"])
        if not result.done:
            state = ClosingState.BLOCKED if result.blocked else ClosingState.RUNNING
            Closing.objects.filter(pk=closing.pk).update(state=state, note=f"{row.label}：{note}"[:500])
    return result.done
