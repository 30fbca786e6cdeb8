"""Gathers the doors of the hub's rooms, where Celery looks for them."""

from servicehub.audit.tasks import seal, write_checkpoint
from servicehub.outbox.tasks import deliver_message, sweep

__all__ = ["deliver_message", "seal", "sweep", "write_checkpoint"]
