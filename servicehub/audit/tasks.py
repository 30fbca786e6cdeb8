"""Doors of the worker: one line each."""

from celery import shared_task

from servicehub import audit


@shared_task(name="servicehub.audit.seal", ignore_result=True)
def seal() -> None:
    audit.seal()


@shared_task(name="servicehub.audit.checkpoint", ignore_result=True)
def write_checkpoint() -> None:
    audit.checkpoint()


@shared_task(name="servicehub.audit.verify")
def verify_chain() -> str:
    """The nightly walk. A break fails the task loudly; the balance check of the same name keeps it on the worklist."""
    report = audit.verify()
    if not report.ok:
        raise audit.ChainBroken(report.fault.message)
    return f"{report.checked} links hold"
