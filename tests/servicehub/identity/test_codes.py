"""SMS codes: six digits, five minutes, one use, bound to purpose and session, never in the clear, never too many."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from servicehub.clock import now
from servicehub.identity import codes, sms
from servicehub.identity.models import CodePurpose, SmsCode
from tests.servicehub.identity.conftest import MOBILE
from tests.servicehub.identity.test_login_pages import last_code

pytestmark = pytest.mark.django_db

LOGIN, STEP_UP = CodePurpose.LOGIN, CodePurpose.STEP_UP
START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


def send(mobile=MOBILE, purpose=LOGIN, binding="session-a", ip="10.0.0.1", **more):
    return codes.send(mobile=mobile, purpose=purpose, binding=binding, ip=ip, **more)


def refusal(action, *arguments, **named):
    with pytest.raises(codes.CodeRefused) as error:
        action(*arguments, **named)
    return error.value.code, error.value.findings[0].message


def test_a_code_is_used_once(provider):
    send()
    code = last_code()
    assert codes.check(LOGIN, "session-a", code).startswith("sms:")
    assert refusal(codes.check, LOGIN, "session-a", code)[0] == "code.over"


@pytest.mark.parametrize("typed", ["{} ", " {}", "{0}"])
def test_spaces_do_not_matter(provider, typed):
    send()
    assert codes.check(LOGIN, "session-a", typed.format(last_code()))


@pytest.mark.parametrize(("purpose", "binding"), [(STEP_UP, "session-a"), (LOGIN, "session-b")])
def test_a_code_serves_no_other_purpose_or_session(provider, purpose, binding):
    send()
    assert refusal(codes.check, purpose, binding, last_code())[0] == "code.none"
    assert codes.check(LOGIN, "session-a", last_code())


def test_a_code_lasts_five_minutes(provider, clock):
    send()
    code = last_code()
    clock.move_to(START + timedelta(minutes=5), tick=False)
    assert refusal(codes.check, LOGIN, "session-a", code) == ("code.over", "校验码已过期或已使用")


def test_five_wrong_tries_void_it(provider):
    send()
    code = last_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        assert refusal(codes.check, LOGIN, "session-a", wrong)[1] == f"校验码不对，还可再试 {left} 次"
    assert refusal(codes.check, LOGIN, "session-a", wrong)[0] == "code.void"
    assert refusal(codes.check, LOGIN, "session-a", code)[0] == "code.over"


def test_a_new_code_voids_the_one_before(provider, clock):
    send()
    first = last_code()
    clock.move_to(START + timedelta(seconds=60), tick=False)
    send()
    second = last_code()
    if first != second:
        assert refusal(codes.check, LOGIN, "session-a", first)[0] == "code.wrong"
    assert codes.check(LOGIN, "session-a", second)


def test_the_next_one_waits_a_minute_whatever_the_session(provider, clock):
    send()
    clock.move_to(START + timedelta(seconds=59), tick=False)
    assert refusal(send, binding="session-b")[0] == "code.wait"
    clock.move_to(START + timedelta(seconds=60), tick=False)
    send(binding="session-b")


def test_five_an_hour_and_ten_a_day_for_one_mobile(provider, clock):
    moment = START
    for _ in range(5):
        clock.move_to(moment, tick=False)
        send()
        moment += timedelta(minutes=2)
    clock.move_to(moment, tick=False)
    assert refusal(send) == ("code.too_many", "获取校验码次数较多，11:00 后再试")
    clock.move_to(START + timedelta(hours=2), tick=False)
    for number in range(5):
        clock.move_to(START + timedelta(hours=2, minutes=2 * number), tick=False)
        send()
    clock.move_to(START + timedelta(hours=4), tick=False)
    assert "今天获取校验码的次数已用完" in refusal(send)[1]
    clock.move_to(START + timedelta(hours=26, minutes=1), tick=False)
    send()


def test_twenty_an_hour_from_one_address(provider, clock):
    for number in range(20):
        send(mobile=f"1390010{number:04d}", binding=f"s{number}")
    assert refusal(send, binding="s21") == ("code.too_many", "本网络获取校验码较多，一小时后再试")
    send(binding="s22", ip="10.0.0.2")


def test_the_whole_centre_stops_at_three_times_its_usual_hour(provider, clock, monkeypatch):
    monkeypatch.setattr(codes, "BREAKER_FLOOR", 4)
    for number in range(4):
        send(mobile=f"1390000100{number}", binding=f"s{number}", ip=f"10.0.1.{number}")
    assert refusal(send, binding="s9")[1] == "短信发送繁忙，十分钟后再试"


def test_nothing_readable_is_kept(provider):
    send(what="确认汇缴 ¥1,499,608.00")
    code = last_code()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM servicehub_smscode c")
        row = cursor.fetchone()[0]
        cursor.execute("SELECT row_to_json(c)::text FROM servicehub_adaptercall c")
        call = cursor.fetchone()[0]
    assert code not in row
    assert code not in call
    assert MOBILE not in row + call


def test_the_message_names_its_purpose_and_warns(provider):
    send(purpose=STEP_UP, what="确认汇缴 ¥1,499,608.00")
    text = sms.outbox()[0]["text"]
    assert "用于确认汇缴 ¥1,499,608.00，5 分钟内有效，切勿告知他人。" in text


def test_where_there_is_nobody_the_answer_is_the_same(provider, clock):
    somebody, nobody = send(), send(mobile="", binding="session-b")
    assert somebody == nobody
    assert len(sms.outbox()) == 1
    assert SmsCode.objects.count() == 2


def test_a_refused_number_is_told_apart_from_a_late_one(provider):
    assert not send(mobile="13800000000", binding="a").delivered
    assert send(mobile="13800000001", binding="b").delivered
    assert send(mobile="13800000002", binding="c").delivered
    assert [message["mobile"] for message in sms.outbox()] == ["13800000002"]  # the other arrives in 90 s
    assert now() > START
