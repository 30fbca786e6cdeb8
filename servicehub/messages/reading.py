"""The reader's side: what is new, what was read, what they want to hear of."""

from collections.abc import Iterable

from django.db.models import QuerySet

from servicehub import clock
from servicehub.messages.models import Message, MessagePreference
from servicehub.messages.topics import TOPICS


def inbox(user_id: int) -> QuerySet[Message]:
    return Message.objects.filter(user_id=user_id).order_by("-id")


def unread(user_id: int) -> int:
    return Message.objects.filter(user_id=user_id, read_at=None).count()


def mark_read(user_id: int, ids: Iterable[int] | None = None) -> int:
    """Some of the reader's messages, or all. Others' messages are not touched. Returns how many were new."""
    new = Message.objects.filter(user_id=user_id, read_at=None)
    if ids is not None:
        new = new.filter(pk__in=list(ids))
    return new.update(read_at=clock.now())


def preferences(user_id: int) -> list[dict]:
    """Every topic with what holds for this reader: ``topic, label, inbox, sms, fixed`` (fixed: always in the inbox)."""
    chosen = {row.topic: row for row in MessagePreference.objects.filter(user_id=user_id).order_by("topic")}
    return [
        {
            "topic": topic.code,
            "label": topic.label,
            "inbox": topic.statutory or topic.code not in chosen or chosen[topic.code].inbox,
            "sms": chosen[topic.code].sms if topic.code in chosen else topic.sms,
            "fixed": topic.statutory,
        }
        for topic in TOPICS.values()
    ]


def prefer(user_id: int, topic: str, *, inbox: bool, sms: bool) -> None:
    """:raises KeyError: no such topic."""
    declared = TOPICS[topic]
    MessagePreference.objects.update_or_create(
        user_id=user_id, topic=topic, defaults={"inbox": inbox or declared.statutory, "sms": sms}
    )
