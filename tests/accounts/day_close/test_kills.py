"""kill -9 at the boundaries of a close: before a step, between its work and its mark, after each piece of a job. What
starts again finishes it once.
"""

import multiprocessing
import os
import signal

import pytest
from django.db import connections

from accounts.bank.models import BankNotice, BankStatement
from accounts.bank.reconciliation.models import BankMatch
from accounts.day_close import running
from accounts.day_close.models import Closing, ClosingState, PeriodEnd, StepState
from accounts.ledger.models import DayState, SubjectDay, Voucher, VoucherNumber
from servicehub import batch, clock
from servicehub.batch import running as batches
from servicehub.batch.models import ItemState, JobItem, JobRun, RunState
from servicehub.gate import batch_origin
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db(transaction=True)


class Boundaries:
    """Counts the boundaries a process crosses, and kills it at one."""

    def __init__(self, fatal: int):
        self.left = fatal

    def cross(self) -> None:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, module, name: str) -> None:
        inner = getattr(module, name)

        def crossed(*given, **more):
            self.cross()
            answer = inner(*given, **more)
            self.cross()
            return answer

        setattr(module, name, crossed)


def work(closing_id: int, fatal: int) -> None:
    """What a worker does when it comes up: the runs that were left, then the close."""
    connections.close_all()
    boundaries = Boundaries(fatal)
    for module, name in ((running, "_own"), (running, "_job"), (running, "_kept"), (batches, "_do_one"),
                         (batches, "_advance")):  # fmt: skip
        boundaries.around(module, name)
    for run in JobRun.objects.filter(state=RunState.RUNNING).order_by("pk"):
        batch.work_off(run.pk, batch_origin(run.job, run.business_date))
    running.advance(closing_id)
    connections.close_all()


def until_it_rests(closing_id: int, fatal: int) -> int:
    """Workers one after another, each killed at its ``fatal`` boundary, until one comes to an end. How many died."""
    context, died = multiprocessing.get_context("fork"), 0
    while died < 80:
        connections.close_all()
        worker = context.Process(target=work, args=(closing_id, fatal))
        worker.start()
        worker.join(120)
        if worker.exitcode == 0:
            return died
        assert worker.exitcode == -signal.SIGKILL
        died += 1
        fatal += 1  # the next comes a little further: every boundary is the last of somebody
    raise AssertionError("the close does not come to an end")


@pytest.mark.parametrize("fatal", [1, 2])
def test_killed_at_every_boundary_it_finishes_once(centre, fatal, monkeypatch):
    centre.receive("100.00", "20.50", "3.00")
    monkeypatch.setattr(running, "send_after_commit", lambda *given: None)  # the children do the work
    closing = running.start(make_origin(business_date=centre.day))
    died = until_it_rests(closing.pk, fatal)
    closing.refresh_from_db()
    assert (closing.state, closing.note) == (ClosingState.RUNNING, "两人签批：等待签批")
    running.sign(make_origin(business_date=centre.day), closing.pk)
    died += until_it_rests(closing.pk, fatal)
    closing.refresh_from_db()
    assert died >= 8
    assert closing.state == ClosingState.CLOSED
    assert set(closing.steps.values_list("state", "attempts")) == {(StepState.DONE, 1)}
    assert set(JobItem.objects.values_list("state", "attempts")) == {(ItemState.DONE, 1)}
    assert (BankNotice.objects.count(), BankMatch.objects.count(), Voucher.objects.count()) == (3, 3, 3)
    assert BankStatement.objects.filter(lines__gt=0).count() == 1
    assert list(VoucherNumber.objects.order_by("no").values_list("no", flat=True)) == [1, 2, 3]
    assert SubjectDay.objects.filter(day=centre.day, subject=centre.account.subject_id).count() == 1
    assert DayState.objects.get(day=centre.day).state == DayState.State.CLOSED
    assert PeriodEnd.objects.count() == Closing.objects.count() == 1
    assert (clock.business_date() - centre.day).days == 1
