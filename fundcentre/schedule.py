"""Everything that runs by the clock, in one file, as data. A test resolves every name.

``DAY_CLOSE`` crosses apps: jobs and the close's own steps, in order, one after another for one business date; the
setting of that name tells ``accounts.day_close`` where it is. ``JOBS`` start a run of one
job at a time of day (Asia/Shanghai), ``TASKS`` other tasks. ``TICKS`` are tasks of a second or less that look
whether there is work.
"""

from dataclasses import dataclass

from celery.schedules import crontab

from servicehub.declare import CloseStep

START_JOB = "servicehub.batch.start_job"  # task name: takes a job code, goes through the gate with a pass of its own


@dataclass(frozen=True, slots=True)
class DailyJob:
    """``hour`` and ``minute`` as a clock shows them; ``day_of_week`` and ``day_of_month`` as crontab writes them."""

    job: str
    hour: int
    minute: int
    day_of_week: str = "*"
    day_of_month: str = "*"


@dataclass(frozen=True, slots=True)
class DailyTask:
    """As ``DailyJob``, for a task that is not a job: it reads in a snapshot of its own, or has nothing to resume."""

    task: str
    hour: int
    minute: int
    args: tuple[str, ...] = ()
    day_of_week: str = "*"


@dataclass(frozen=True, slots=True)
class Tick:
    task: str
    every_s: float
    args: tuple[str, ...] = ()


DAY_CLOSE: tuple[CloseStep, ...] = (
    CloseStep("accounts.pull_statements"),  # while the day is still open: what the bank tells is booked in it
    CloseStep("close.cutover"),
    CloseStep("accounts.pull_statements"),  # again: what came in between is the next day's, and stands out in this one
    CloseStep("accounts.ask_payments"),
    CloseStep("loans.day_end", slot=True),  # due instalments, offsets, overdue, penalty
    CloseStep("accounts.accrue_interest", when="month"),
    CloseStep("accounts.settle_interest", when="interest_year"),
    CloseStep("loans.month_end", when="month", slot=True),
    CloseStep("accounts.carry_period", when="month"),
    CloseStep("accounts.carry_year", when="year"),
    CloseStep("close.checks"),
    CloseStep("accounts.reconcile"),
    CloseStep("close.reconciled"),
    CloseStep("close.sign_off"),
    CloseStep("close.finish"),
)

JOBS: tuple[DailyJob, ...] = (
    DailyJob("accounts.expire_grants", 0, 10),
    DailyJob("accounts.pull_statements", 17, 40),
)

TASKS: tuple[DailyTask, ...] = (
    DailyTask("servicehub.files.remove_orphans", 2, 30),
    DailyTask("servicehub.checks.run", 3, 0, args=("night",), day_of_week="mon-sat"),
    DailyTask("servicehub.checks.run", 3, 0, args=("week",), day_of_week="sun"),
)

TICKS: tuple[Tick, ...] = (
    Tick("servicehub.audit.seal", 1),
    Tick("accounts.sweep_closings", 5),
    Tick("accounts.sweep_bank", 20),
    Tick("servicehub.outbox.sweep", 20),
    Tick("servicehub.checks.run", 30, args=("minute",)),  # a change behind the program's back shows within a minute
    Tick("servicehub.gate.sweep", 30),
    Tick("servicehub.gate.watch_stops", 30),
    Tick("servicehub.batch.resume_stale", 60),
    Tick("servicehub.letters.sweep", 60),
    Tick("servicehub.identity.tidy", 600),
    Tick("servicehub.audit.checkpoint", 3_600),
)


def beat_schedule() -> dict[str, dict]:
    """The same, in Celery's words. A tick that was not taken in time is dropped: the next one does its work."""
    jobs = {
        f"job {entry.job}": {
            "task": START_JOB,
            "args": [entry.job],
            "schedule": crontab(
                hour=entry.hour, minute=entry.minute, day_of_week=entry.day_of_week, day_of_month=entry.day_of_month
            ),
        }
        for entry in JOBS
    }
    tasks = {
        " ".join(("task", entry.task, *entry.args)): {
            "task": entry.task,
            "args": list(entry.args),
            "schedule": crontab(hour=entry.hour, minute=entry.minute, day_of_week=entry.day_of_week),
        }
        for entry in TASKS
    }
    ticks = {
        f"tick {tick.task}": {
            "task": tick.task,
            "args": list(tick.args),
            "schedule": tick.every_s,
            "options": {"expires": max(tick.every_s, 1) * 2, "ignore_result": True},
        }
        for tick in TICKS
    }
    return jobs | tasks | ticks
