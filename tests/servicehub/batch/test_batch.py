"""A run does every piece once, survives a kill, keeps each fault with its piece, and is never done with one failed."""

import multiprocessing
import os
import signal

import pytest
from django.db import OperationalError, connection, connections, transaction

from servicehub import batch
from servicehub.batch import running
from servicehub.batch.models import ItemState, JobItem, JobRun, RunState
from servicehub.declare import Job, JobStep, Pass, PassKind, PassRequired
from servicehub.declare.registry import jobs
from servicehub.identity.models import Branch
from tests.conftest import make_origin

PIECES = 20


def batch_origin(**given):
    return make_origin(pass_=Pass.issue(PassKind.BATCH, "tests.job"), operator_name="系统", **given)


@pytest.fixture
def sent(monkeypatch):
    """Tasks handed to the broker; tests do their work by hand, so that they see every step."""
    handed: list = []

    class Door:
        name = running.WORK_TASK

        @staticmethod
        def apply_async(arguments, **options):
            handed.append(arguments)

    monkeypatch.setattr(running, "_door", Door)
    return handed


def open_branch(origin, run, subject: str) -> None:
    """The piece's effect is a row, so that doing it twice shows."""
    Branch.objects.create(code=subject, name=subject, area=str(origin.business_date))


@pytest.fixture
def job(sent):
    """Two steps: twenty branches, then one closing piece."""
    declared = Job(
        "tests.job",
        "试运行",
        (
            JobStep("open", "开设", open_branch, lambda origin, run: [f"B{number:02}" for number in range(PIECES)]),
            JobStep("close", "收尾", lambda origin, run, subject: open_branch(origin, run, "LAST")),
        ),
    )
    jobs.add(declared)
    yield declared
    jobs.remove("tests.job")


@pytest.mark.django_db
def test_a_run_does_every_piece_of_every_step_once(job):
    run = batch.start(batch_origin(), "tests.job")
    assert (run.key, run.state) == ("2026-11-23", RunState.RUNNING)
    assert batch.progress(run) == batch.Progress(1, 2, "开设", PIECES, 0, 0)
    assert batch.work_off(run.pk, batch_origin()) is False
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert Branch.objects.count() == PIECES + 1
    assert batch.progress(run).done == 1


@pytest.mark.django_db
def test_the_same_key_is_the_same_run(job):
    first = batch.start(batch_origin(), "tests.job")
    assert batch.start(batch_origin(), "tests.job") == first
    batch.work_off(first.pk, batch_origin())
    assert batch.start(batch_origin(), "tests.job").state == RunState.DONE
    assert JobItem.objects.count() == PIECES + 1
    assert batch.start(batch_origin(), "tests.job", "2026-11-24") != first


@pytest.mark.django_db
def test_a_run_needs_the_gate_s_pass(job):
    with pytest.raises(PassRequired):
        batch.start(make_origin(pass_=None), "tests.job")
    run = batch.start(batch_origin(), "tests.job")
    with pytest.raises(PassRequired):
        batch.work_off(run.pk, make_origin(pass_=None))


@pytest.mark.django_db
def test_work_sees_the_run_s_business_date(job):
    run = batch.start(batch_origin(), "tests.job")
    batch.work_off(run.pk, batch_origin(business_date=run.business_date.replace(year=2030)))
    assert set(Branch.objects.values_list("area", flat=True)) == {"2026-11-23"}


@pytest.mark.django_db
def test_a_failed_piece_keeps_its_reason_and_the_run_is_not_done(job):
    Branch.objects.create(code="B07", name="already there", area="")
    run = batch.start(batch_origin(), "tests.job")
    batch.work_off(run.pk, batch_origin())
    run.refresh_from_db()
    assert (run.state, run.step) == (RunState.PARTLY_FAILED, 0)  # the closing step was not begun
    failed = run.items.get(state=ItemState.FAILED)
    assert failed.subject == "B07"
    assert "IntegrityError" in failed.error
    assert run.items.filter(state=ItemState.DONE).count() == PIECES - 1

    Branch.objects.filter(code="B07").delete()
    assert batch.retry(batch_origin(), run.pk) == 1
    batch.work_off(run.pk, batch_origin())
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert JobItem.objects.get(subject="B07").attempts == 2


@pytest.mark.django_db
def test_one_named_piece(job):
    run = batch.start(batch_origin(), "tests.job")
    assert batch.run_item(run.pk, "B03", batch_origin()) == ItemState.DONE
    assert batch.run_item(run.pk, "B03", batch_origin()) == ItemState.DONE
    assert Branch.objects.count() == 1


@pytest.mark.django_db
def test_an_aborted_run_stops_and_does_not_come_back(job):
    run = batch.start(batch_origin(), "tests.job")
    batch.run_item(run.pk, "B00", batch_origin())
    batch.abort(batch_origin(), run.pk, "参数有误")
    assert batch.work_off(run.pk, batch_origin()) is False
    assert Branch.objects.count() == 1
    with pytest.raises(batch.RunEnded):
        batch.start(batch_origin(), "tests.job")


@pytest.mark.django_db
def test_a_deadlock_is_tried_three_times_and_no_more(sent):
    tries = []

    class Deadlock(Exception):
        pgcode = "40P01"

    def collide(origin, run, subject):
        tries.append(subject)
        if len(tries) != 3 or subject == "always":
            raise OperationalError("deadlock detected") from Deadlock()

    jobs.add(Job("tests.collide", "相撞", (JobStep("x", "x", collide, lambda origin, run: ["once", "always"]),)))
    try:
        run = batch.start(batch_origin(), "tests.collide")
        batch.work_off(run.pk, batch_origin())
        assert tries == ["once"] * 3 + ["always"] * 3
        assert dict(run.items.values_list("subject", "state")) == {"once": "done", "always": "failed"}
    finally:
        jobs.remove("tests.collide")


@pytest.mark.django_db
def test_time_is_up_and_a_successor_is_wanted(job):
    run = batch.start(batch_origin(), "tests.job")
    assert batch.work_off(run.pk, batch_origin(), seconds=-1) is True
    assert Branch.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_workers_are_sent_after_the_commit_and_again_when_nobody_comes(job, sent):
    with transaction.atomic():
        run = batch.start(batch_origin(), "tests.job")
        assert sent == []
    assert sent == [(run.pk,)] * running.WORKERS
    assert running.resume_stale() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE servicehub_jobrun SET started_at = started_at - interval '2 minutes'")
    assert running.resume_stale() == 1


def _work(run_id: int) -> None:
    connections.close_all()
    batch.work_off(run_id, batch_origin())
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_four_workers_share_the_pieces(job):
    run = batch.start(batch_origin(), "tests.job")
    connections.close_all()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_work, args=(run.pk,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert Branch.objects.count() == PIECES + 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_piece_leaves_nothing_of_it(job, monkeypatch):
    def die_at_the_seventh(origin, run, subject):
        open_branch(origin, run, subject)
        if subject == "B06":
            os.kill(os.getpid(), signal.SIGKILL)

    run = batch.start(batch_origin(), "tests.job")
    honest = jobs["tests.job"]
    jobs.remove("tests.job")
    jobs.add(Job("tests.job", "试运行", (JobStep("open", "开设", die_at_the_seventh, None), honest.steps[1])))
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=_work, args=(run.pk,))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL
    assert Branch.objects.count() == 6
    assert JobRun.objects.get(pk=run.pk).state == RunState.RUNNING

    jobs.remove("tests.job")
    jobs.add(honest)
    batch.work_off(run.pk, batch_origin())
    assert JobRun.objects.get(pk=run.pk).state == RunState.DONE
    assert Branch.objects.count() == PIECES + 1
    assert set(JobItem.objects.values_list("attempts", flat=True)) == {1}
