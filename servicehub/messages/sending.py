"""Telling readers: inbox at once, text message by the outbox, with quiet hours and a daily cap."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from servicehub import clock, outbox, parties, policy
from servicehub.declare import Origin, Party
from servicehub.identity import sms
from servicehub.identity.models import User
from servicehub.messages.models import Message
from servicehub.messages.topics import TOPICS
from servicehub.outbox.tasks import sweep
from servicehub.parameters import QUIET_FROM, QUIET_UNTIL, SMS_PER_DAY

SMS = "servicehub.messages.sms"
TITLE_MAX, TEXT_MAX = 60, 500

_SEND = (Path(__file__).parent / "sql" / "send.sql").read_text(encoding="utf-8")
# Identity numbers, cards and account numbers have 12 digits or more, mobiles 11.
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{12,19}|\d{17}[\dXx])(?!\d)")


class PersonalNumberInMessage(ValueError):
    """A text names a whole identity number, card or mobile. A fault of the program: mask it first."""


def send(
    origin: Origin,
    topic: str,
    to: Party | int | Iterable[int],
    text: str,
    dedupe_key: str,
    *,
    title: str = "",
    url: str = "",
    party: Party | None = None,
    sms: bool = True,
) -> int:
    """Tell a party's contacts, one user, or many users, once under this key. Returns how many readers are new to it.

    Written in the caller's transaction. Any number of readers is one statement. ``party`` is whom it is about where
    ``to`` names users; ``sms=False`` keeps it to the inbox whatever the topic says.

    :raises PersonalNumberInMessage:
    :raises KeyError: no such topic.
    """
    declared = TOPICS[topic]
    if _PERSONAL_NUMBER.search(title + text):
        raise PersonalNumberInMessage(f"message {dedupe_key!r} of topic {topic}")
    if len(title) > TITLE_MAX or len(text) > TEXT_MAX:
        raise ValueError(f"message {dedupe_key!r}: {len(title)} and {len(text)} characters are too many")
    if isinstance(to, Party):
        party, users = party or to, parties.contacts(to)
    else:
        users = [to] if isinstance(to, int) else list(to)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _SEND,
            {
                "users": users,
                "topic": topic,
                "statutory": declared.statutory,
                "sms_default": declared.sms,
                "sms_never": not sms,
                "party": str(party) if party else "",
                "title": title or declared.label,
                "text": text,
                "url": url,
                "key": dedupe_key,
                "now": now,
                "sms_at": now if declared.urgent else after_quiet_hours(now),
                "outbox_topic": SMS,
            },
        )
        (told,) = cursor.fetchone()
    if told:
        outbox.send_after_commit(sweep)
    return told


def after_quiet_hours(moment: datetime) -> datetime:
    """``moment``, or the end of the quiet hours it falls into (21:00 to 08:00 unless policy says otherwise)."""
    local = clock.local(moment)
    hours = policy.values([QUIET_FROM, QUIET_UNTIL], local.date())
    begin, end = hours[QUIET_FROM.code].value, hours[QUIET_UNTIL.code].value
    if end <= local.hour < begin:
        return moment
    day = local.date() + timedelta(days=local.hour >= begin)
    return clock.moment_of(day, end)


@outbox.handles(SMS)
def deliver_sms(payload: dict, key: str) -> None:
    """The outbox hands over ``…sms:<message id>``; text and mobile are read now, so neither waits in a queue."""
    message = Message.objects.select_related("user").get(pk=key.rpartition(":")[2])
    if not message.user.mobile:
        Message.objects.filter(pk=message.pk).update(sms=Message.Sms.NO_MOBILE)
        return
    if not TOPICS[message.topic].urgent and _sent_today(message.user) >= policy.value(SMS_PER_DAY, clock.today()).value:
        tomorrow = clock.moment_of(clock.today() + timedelta(days=1))
        raise outbox.TryLater("当日短信已达上限", after_quiet_hours(tomorrow))
    answer = sms.send(
        message.user.mobile,
        message.text,
        template=message.topic,
        purpose=message.topic,
        operator="系统",
        trace_id=f"message-{message.pk}",
    )
    if not answer.ok:
        raise outbox.TryLater(f"{answer.result} {answer.reason_code}".strip())
    Message.objects.filter(pk=message.pk).update(sms=Message.Sms.SENT, sms_at=clock.now())


def _sent_today(user: User) -> int:
    return Message.objects.filter(user=user, sms=Message.Sms.SENT, sms_at__gte=clock.moment_of(clock.today())).count()
