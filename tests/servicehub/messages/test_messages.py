"""Readers are told once, where they want it, in hours they are awake, and never a whole number of theirs."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from servicehub import clock, messages, outbox
from servicehub.declare import Party, PartyKind
from servicehub.declare.registry import party_kinds
from servicehub.identity.models import User
from servicehub.kit.crypto import MOBILE, blind_index
from servicehub.messages import sending
from servicehub.messages.models import Message
from servicehub.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT = "2026年11月住房公积金 420.00 元已入账，余额 62,831.92 元。"


def make_user(number: int = 1, mobile: str = "13800000001") -> User:
    return User.objects.create(
        username=f"person-{number}",
        kind="person",
        display_name="仲*妮",
        mobile=mobile or None,
        mobile_index=blind_index(mobile, MOBILE) if mobile else None,
    )


@pytest.fixture
def provider(monkeypatch):
    """The text-message provider: what it was asked to send, and what it answers."""

    @dataclass
    class Answer:
        result: str = "OK"
        reason_code: str = ""

        @property
        def ok(self):
            return self.result in {"OK", "PENDING"}

    provider = SimpleNamespace(sent=[], answer=Answer())

    def send(mobile, text, **more):
        provider.sent.append((mobile, text))
        return provider.answer

    monkeypatch.setattr(sending.sms, "send", send)
    return provider


def deliver() -> bool:
    message = OutboxMessage.objects.filter(state="pending").order_by("pk").first()
    OutboxMessage.objects.filter(pk=message.pk).update(available_at=clock.now())
    return outbox.sending.deliver(message.pk)


def test_a_message_is_in_the_inbox_and_a_text_is_queued(origin, provider):
    user = make_user()
    assert messages.send(origin, "deposit", user.pk, TEXT, "posting:9", party=Party("person", 5)) == 1
    told = messages.inbox(user.pk).get()
    assert (told.title, told.text, told.party, told.sms) == ("到账", TEXT, "person:5", "queued")
    assert deliver()
    assert provider.sent == [("13800000001", TEXT)]
    told.refresh_from_db()
    assert told.sms == "sent"


def test_the_same_thing_is_told_once(origin):
    user = make_user()
    assert messages.send(origin, "deposit", user.pk, TEXT, "posting:9") == 1
    assert messages.send(origin, "deposit", user.pk, TEXT, "posting:9") == 0
    assert (Message.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_many_readers_are_one_statement(origin, django_assert_num_queries):
    users = [make_user(number, mobile="").pk for number in range(30)]
    messages.send(origin, "policy", users[0], "x", "warm")  # policy book
    with django_assert_num_queries(1):
        assert messages.send(origin, "policy", users, "缴存基数上限自 2026-07-01 起调整。", "policy:7") == 30


def test_a_party_s_contacts_are_told(origin):
    users = [make_user(1).pk, make_user(2).pk]

    class Kind(PartyKind):
        def contacts(self, party_id):
            return users

    party_kinds.add(Kind(code="tests_kind", label="试"))
    try:
        assert messages.send(origin, "case", Party("tests_kind", 3), "已受理。", "case:1") == 2
    finally:
        party_kinds.remove("tests_kind")
    assert set(Message.objects.values_list("party", flat=True)) == {"tests_kind:3"}


def test_what_a_reader_does_not_want_is_not_told_unless_the_law_asks(origin):
    user = make_user()
    messages.prefer(user.pk, "deposit", inbox=False, sms=False)
    messages.prefer(user.pk, "overdue", inbox=False, sms=False)
    assert messages.send(origin, "deposit", user.pk, TEXT, "a") == 0
    assert messages.send(origin, "overdue", user.pk, "本期应还款已逾期。", "b") == 1
    assert OutboxMessage.objects.count() == 0
    shown = {row["topic"]: row for row in messages.preferences(user.pk)}
    assert shown["deposit"] == {"topic": "deposit", "label": "到账", "inbox": False, "sms": False, "fixed": False}
    assert (shown["overdue"]["inbox"], shown["overdue"]["fixed"], shown["overdue"]["sms"]) == (True, True, False)


def test_a_reader_without_a_mobile_has_the_inbox(origin):
    user = make_user(mobile="")
    messages.send(origin, "deposit", user.pk, TEXT, "a")
    assert (messages.inbox(user.pk).get().sms, OutboxMessage.objects.count()) == ("no_mobile", 0)


@pytest.mark.parametrize(
    "text",
    ["证件号码 990000199001010017", "卡号6222000000000000012已绑定", "手机号 13800000001", "账号 410000018812 有误"],
)
def test_a_whole_number_never_leaves(origin, text):
    with pytest.raises(messages.PersonalNumberInMessage):
        messages.send(origin, "security", make_user().pk, text, "x")


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        ("2026-11-23 20:59", "2026-11-23 20:59"),
        ("2026-11-23 21:00", "2026-11-24 08:00"),
        ("2026-11-24 02:30", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-11-24 08:00"),
    ],
)
def test_quiet_hours(moment, sent):
    given = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert sending.after_quiet_hours(given) == datetime.fromisoformat(sent).replace(tzinfo=SHANGHAI)


def test_security_is_told_at_night(origin, time_machine_at_night):
    user = make_user()
    messages.send(origin, "security", user.pk, "您的登录密码已修改。", "a")
    messages.send(origin, "deposit", user.pk, TEXT, "b")
    urgent, other = OutboxMessage.objects.order_by("pk")
    assert urgent.available_at == clock.now()
    assert timezone.localtime(other.available_at).hour == 8


@pytest.fixture
def time_machine_at_night():
    import time_machine

    with time_machine.travel(datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI), tick=False):
        yield


def test_five_texts_a_day_and_the_sixth_tomorrow(origin, provider):
    user = make_user()
    for number in range(6):
        messages.send(origin, "deposit", user.pk, TEXT, f"posting:{number}")
    for _ in range(5):
        assert deliver()
    assert not deliver()
    assert len(provider.sent) == 5
    waiting = OutboxMessage.objects.get(state="pending")
    assert waiting.error == "当日短信已达上限"
    assert timezone.localtime(waiting.available_at).date() > clock.today()


def test_a_provider_that_is_away_is_asked_again(origin, provider):
    provider.answer.result, provider.answer.reason_code = "UNAVAILABLE", "TIMEOUT"
    user = make_user()
    messages.send(origin, "deposit", user.pk, TEXT, "a")
    assert not deliver()
    assert OutboxMessage.objects.get().error == "UNAVAILABLE TIMEOUT"
    assert messages.inbox(user.pk).get().sms == "queued"


def test_read_and_unread_are_the_reader_s_own(origin):
    one, two = make_user(1), make_user(2)
    for key in ("a", "b"):
        messages.send(origin, "case", [one.pk, two.pk], "已受理。", key)
    assert messages.unread(one.pk) == 2
    others = messages.inbox(two.pk).values_list("pk", flat=True)
    assert messages.mark_read(one.pk, others) == 0
    assert messages.mark_read(one.pk, [messages.inbox(one.pk).first().pk]) == 1
    assert messages.mark_read(one.pk) == 1
    assert (messages.unread(one.pk), messages.unread(two.pk)) == (0, 2)


def test_an_unknown_topic_is_a_fault_of_the_program(origin):
    with pytest.raises(KeyError):
        messages.send(origin, "weather", 1, "x", "x")


def test_the_outbox_holds_no_text_and_no_mobile(origin):
    messages.send(origin, "deposit", make_user().pk, TEXT, "a")
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload, dedupe_key FROM servicehub_outboxmessage")
        payload, key = cursor.fetchone()
    assert payload is None
    assert key == f"servicehub.messages.sms:{Message.objects.get().pk}"
