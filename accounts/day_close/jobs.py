"""Batch steps of a close that are nobody else's: payments whose result is not known are asked about once more."""

from accounts.bank.models import PaymentInstruction
from servicehub.declare import Job, JobStep, Origin
from servicehub.declare.registry import jobs
from servicehub.outbox.after_commit import send_after_commit


def open_payments(origin: Origin, run) -> list[str]:
    numbers = PaymentInstruction.objects.open_at_the_bank().order_by("pk").values_list("pk", flat=True)
    return [str(number) for number in numbers]


def ask_payment(origin: Origin, run, subject: str) -> None:
    """The bank is asked once more; what it still does not know is carried in transit, never guessed."""
    from accounts import tasks

    send_after_commit(tasks.ask_payment, int(subject))


ASK_PAYMENTS = jobs.add(
    Job("accounts.ask_payments", "查询未明付款", (JobStep("ask", "逐笔查询", ask_payment, open_payments),))
)
