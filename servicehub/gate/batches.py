"""Where jobs come in: a batch has a pass of its own, and only orders that include batches hold it."""

from dataclasses import replace
from datetime import date

from django.db import connection

from servicehub import batch
from servicehub.batch.models import JobRun
from servicehub.declare import CALLBACK, Channel, Operation, Origin, Pass, PassKind
from servicehub.gate import origins
from servicehub.gate.calls import Call, recorded
from servicehub.gate.refusals import Refused
from servicehub.gate.tasks import work_off_job
from servicehub.outbox.after_commit import send


class _Job(Operation):
    """Stands for a job on the way through the gate."""

    kind = CALLBACK
    opens_case = False

    def __init__(self, code: str):
        self.code = code
        self.label = code


def batch_origin(job_code: str, business_date: date) -> Origin:
    """An origin with a batch pass, for one run of one job.

    :raises Refused: BATCH_SUSPENDED while a platform-wide stop includes batches; the scheduler comes back.
    """
    request_id = f"{job_code}@{business_date.isoformat()}"
    origin = origins.of_system(None, business_date, request_id)
    call = Call(_Job(job_code), origin, None)
    with recorded(call):
        order = _holding_order(origin)
        if order is not None:
            raise Refused(
                "BATCH_SUSPENDED", 503, "批处理暂停", f"停办单 {order} 同时暂停批处理，恢复后再运行。", stop_order=order
            )
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('servicehub_servicecall_id_seq')")
            (call.number,) = cursor.fetchone()
        return replace(origin, pass_=Pass.issue(PassKind.BATCH, job_code, call.number))


def work_off(run_id: int) -> None:
    """Work on a run for a while, then leave the rest to a successor.

    :raises Refused: BATCH_SUSPENDED; nothing is lost, the run goes on when the order is lifted.
    """
    run = JobRun.objects.get(pk=run_id)
    if batch.work_off(run_id, batch_origin(run.job, run.business_date)):
        send(work_off_job, run_id)


def _holding_order(origin: Origin) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM servicehub_stop_orders_at(%s, '{}', '{}', %s)"
            " WHERE include_batch AND scope = 'PLATFORM' AND mode <> 'NOTICE' ORDER BY starts_at LIMIT 1",
            [Channel.BATCH.value, origin.at],
        )
        row = cursor.fetchone()
    return row[0] if row else None
