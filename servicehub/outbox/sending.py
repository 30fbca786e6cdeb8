"""Telling the outside world at least once: written with the decision, delivered after it, tried again until it is.

A handler is registered for a topic and gets the payload and the dedupe key, which it hands on to the other side:
a worker killed between the delivery and the note of it delivers again.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from servicehub import clock
from servicehub.outbox.after_commit import send, send_after_commit
from servicehub.outbox.models import OutboxMessage, OutboxState

Handler = Callable[[dict, str], None]

CLAIM_SECONDS = 60
ATTEMPTS_MAX = 12  # with the waits below, about a day
SWEEP_MAX = 2_000

_handlers: dict[str, Handler] = {}


class TryLater(Exception):
    """A handler could not deliver now. ``at``: not before then; else the usual wait."""

    def __init__(self, reason: str, at: datetime | None = None):
        super().__init__(reason)
        self.at = at


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Decorator: ``@outbox.handles("sms")``. One handler a topic."""

    def register(handler: Handler) -> Handler:
        if _handlers.get(topic, handler) is not handler:
            raise ValueError(f"topic {topic} has a handler already")
        _handlers[topic] = handler
        return handler

    return register


def put(topic: str, payload: Mapping, dedupe_key: str, available_at: datetime | None = None) -> bool:
    """Write the message in the caller's transaction. ``False``: it was told before under this key."""
    now = clock.now()
    text = json.dumps(payload, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO servicehub_outboxmessage"
            " (topic, dedupe_key, payload, state, created_at, available_at, attempts, error)"
            " VALUES (%s, %s, %s, 'pending', %s, %s, 0, '') ON CONFLICT (dedupe_key) DO NOTHING RETURNING id",
            [
                topic,
                dedupe_key,
                OutboxMessage._meta.get_field("payload").get_prep_value(text),
                now,
                available_at or now,
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return False
    if available_at is None:
        from servicehub.outbox.tasks import deliver_message

        send_after_commit(deliver_message, row[0])
    return True


def deliver(message_id: int) -> bool:
    """Deliver one message. ``False``: not due, already delivered, being delivered elsewhere, or it failed."""
    message = _claim(message_id)
    if message is None:
        return False
    try:
        handler = _handlers.get(message.topic)
        if handler is None:
            raise LookupError(f"nobody handles {message.topic}")
        handler(json.loads(message.payload or "{}"), message.dedupe_key)
    except TryLater as later:
        _put_off(message, str(later), later.at)
        return False
    except Exception as fault:  # whatever a handler meets, the message stays and is tried again
        _put_off(message, f"{type(fault).__name__}: {fault}", None)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=OutboxState.SENT, sent_at=clock.now(), claimed_until=None, payload=None, error=""
    )
    return True


def sweep() -> int:
    """Send every message that is due and that nobody is at. Returns how many were handed to workers."""
    from servicehub.outbox.tasks import deliver_message

    due = _due(clock.now()).order_by("available_at").values_list("pk", flat=True)[:SWEEP_MAX]
    return sum(send(deliver_message, pk) for pk in due)


def _due(now: datetime) -> QuerySet[OutboxMessage]:
    """What may be sent by now, and nobody is at."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return OutboxMessage.objects.filter(unclaimed, state=OutboxState.PENDING, available_at__lte=now)


def _claim(message_id: int) -> OutboxMessage | None:
    """Taken by one worker for a minute, in a transaction of its own: no row is locked while the world is spoken to."""
    now = clock.now()
    with transaction.atomic():
        taken = (
            _due(now)
            .filter(pk=message_id)
            .update(claimed_until=now + timedelta(seconds=CLAIM_SECONDS), attempts=F("attempts") + 1)
        )
    return OutboxMessage.objects.get(pk=message_id) if taken else None


def _put_off(message: OutboxMessage, reason: str, at: datetime | None) -> None:
    dead = message.attempts >= ATTEMPTS_MAX
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=OutboxState.DEAD if dead else OutboxState.PENDING,
        available_at=at or clock.now() + _wait(message.attempts),
        claimed_until=None,
        error=reason[:200],
    )


def _wait(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s … up to three hours."""
    return timedelta(seconds=min(10 * 2 ** (attempts - 1), 10_800))
