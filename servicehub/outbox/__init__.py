"""Messages to the outside world: written with the decision, delivered at least once after it."""

from servicehub.outbox.after_commit import send_after_commit
from servicehub.outbox.sending import TryLater, handles, put

__all__ = ["TryLater", "handles", "put", "send_after_commit"]
