"""Codes by SMS: six digits from a secure source, five minutes, one use, bound to purpose and session."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.utils.timezone import localtime

from servicehub.clock import now
from servicehub.declare import DomainError, Finding
from servicehub.identity import limits, sms
from servicehub.identity.models import CodePurpose, SmsCode, User
from servicehub.kit.crypto import MOBILE, blind_index
from servicehub.kit.identity_numbers import half_width, normalise_mobile

DIGITS = 6
DIGEST_DOMAIN = "servicehub.sms_code"
SHOWN_LASTS = timedelta(minutes=10)
BASELINE_DAYS = 7
BREAKER_FACTOR = 3
BREAKER_FLOOR = 300
"""Codes an hour below which the whole centre is never cut off, however quiet its week was."""

PURPOSE_WORDS = {
    CodePurpose.LOGIN: "登录",
    CodePurpose.STEP_UP: "确认本人操作",
    CodePurpose.PASSWORD: "找回密码",
    CodePurpose.REGISTER: "注册",
}


@dataclass(frozen=True, slots=True)
class Sent:
    resend_at: datetime
    expires_at: datetime
    delivered: bool  # the provider took it


class CodeRefused(DomainError):
    """``code``: code.wait, code.too_many, code.wrong, code.over, code.none."""


def _refused(code: str, message: str, remedy: str = "", **facts) -> CodeRefused:
    return CodeRefused(code, Finding(code, message, field="code", remedy=remedy), **facts)


def new_binding() -> str:
    """What ties codes to one session or pending log-in: random, kept where only that session reads it."""
    return secrets.token_hex(16)


def send(
    *,
    mobile: str,
    purpose: CodePurpose,
    binding: str,
    ip: str | None,
    user: User | None = None,
    what: str = "",
    trace_id: str = "",
    instead: bytes | None = None,
) -> Sent:
    """Send a code, or pretend to where there is nobody (``mobile`` empty): the answer is the same, and so are the
    limits, counted under ``instead``, the index of what was typed.

    ``what``: the very thing it confirms, with its amount (确认汇缴 ¥1,499,608.00).

    :raises CodeRefused: too soon or too often
    """
    index = blind_index(mobile, MOBILE) if mobile else instead or blind_index(binding, MOBILE)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    sent = _store(index, purpose, binding, ip, user, code)
    if not mobile:
        # As long a way as a message takes, so that the time of the answer does not tell who is registered.
        sms.ask_balance(purpose=purpose, trace_id=trace_id)
        return sent
    text = f"校验码 {code}，用于{what or PURPOSE_WORDS[purpose]}，{_lasting()} 分钟内有效，切勿告知他人。"
    answer = sms.send(
        mobile, text, template=f"code.{purpose}", purpose=purpose, operator=str(user.pk) if user else "",
        trace_id=trace_id,
    )  # fmt: skip
    return Sent(sent.resend_at, sent.expires_at, answer.ok)


def _lasting() -> int:
    return limits.setting("otp.minutes")


@transaction.atomic(durable=True)
def _store(index: bytes, purpose: CodePurpose, binding: str, ip: str | None, user: User | None, code: str) -> Sent:
    at = now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sms:{index.hex()}"])
    _refuse_too_often(index, ip, at)
    SmsCode.objects.filter(binding=binding, purpose=purpose, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=at
    )
    row = SmsCode.objects.create(
        user=user,
        mobile_index=index,
        purpose=purpose,
        binding=binding,
        digest=_digest(purpose, binding, code),
        ip=ip,
        sent_at=at,
        expires_at=at + timedelta(minutes=_lasting()),
    )
    return Sent(at + _pause(), row.expires_at, True)


def _pause() -> timedelta:
    return timedelta(seconds=limits.setting("otp.resend_seconds"))


def _refuse_too_often(index: bytes, ip: str | None, at: datetime) -> None:
    hour, day = at - timedelta(hours=1), at - timedelta(days=1)
    seen = SmsCode.objects.filter(mobile_index=index, sent_at__gt=day).aggregate(
        last=Max("sent_at"), in_hour=Count("pk", filter=Q(sent_at__gt=hour)), in_day=Count("pk")
    )
    if seen["last"] and at < seen["last"] + _pause():
        wait = int((seen["last"] + _pause() - at).total_seconds()) + 1
        raise _refused("code.wait", f"刚发过校验码，{wait} 秒后可重新获取", resend_at=seen["last"] + _pause())
    if seen["in_hour"] >= limits.setting("otp.per_hour"):
        again = localtime(
            SmsCode.objects.filter(mobile_index=index, sent_at__gt=hour)
            .order_by("sent_at")
            .values_list("sent_at", flat=True)[0]
            + timedelta(hours=1)
        )
        raise _refused("code.too_many", f"获取校验码次数较多，{again:%H:%M} 后再试")
    if seen["in_day"] >= limits.setting("otp.per_day"):
        raise _refused("code.too_many", "今天获取校验码的次数已用完，明天再试，或到柜台办理")
    if ip is not None:
        from_address = SmsCode.objects.filter(ip=ip, sent_at__gt=hour).count()
        if from_address >= limits.setting("otp.per_address_hour"):
            raise _refused("code.too_many", "本网络获取校验码较多，一小时后再试")
    if _is_flood(at):
        raise _refused("code.too_many", "短信发送繁忙，十分钟后再试")


def _is_flood(at: datetime) -> bool:
    """The breaker of the whole centre: three times a usual hour, and never below a floor."""
    hour = SmsCode.objects.filter(sent_at__gt=at - timedelta(hours=1)).count()
    if hour < BREAKER_FLOOR:
        return False
    week = SmsCode.objects.filter(sent_at__gt=at - timedelta(days=BASELINE_DAYS)).count() - hour
    usual = week // (BASELINE_DAYS * 24 - 1)
    return hour >= max(BREAKER_FLOOR, BREAKER_FACTOR * usual)


def _digest(purpose: str, binding: str, code: str) -> bytes:
    return blind_index(f"{purpose}:{binding}:{code}", DIGEST_DOMAIN)


@transaction.atomic(durable=True)  # a wrong try counts, whatever the caller makes of it
def _judge(purpose: CodePurpose, binding: str, typed: str) -> tuple[str, int]:
    at = now()
    row = (
        SmsCode.objects.select_for_update(no_key=True)
        .filter(purpose=purpose, binding=binding)
        .order_by("-sent_at", "-pk")
        .first()
    )
    if row is None:
        return "none", 0
    if row.used_at is not None or row.voided_at is not None or at >= row.expires_at:
        return "over", 0
    if secrets.compare_digest(bytes(row.digest), _digest(purpose, binding, typed)):
        row.used_at = at
        row.save(update_fields=["used_at"])
        return "right", row.pk
    row.wrong_tries += 1
    left = limits.setting("otp.tries") - row.wrong_tries
    if left <= 0:
        row.voided_at = at
    row.save(update_fields=["wrong_tries", "voided_at"])
    return "wrong", max(left, 0)


def check(purpose: CodePurpose, binding: str, typed: str) -> str:
    """Use the code up. Returns a reference for the proof.

    :raises CodeRefused: wrong (with what is left), used, expired or voided
    """
    typed = half_width(typed)
    verdict, figure = _judge(purpose, binding, typed)
    match verdict:
        case "right":
            return f"sms:{figure}"
        case "wrong" if figure:
            raise _refused("code.wrong", f"校验码不对，还可再试 {figure} 次", remaining=figure)
        case "wrong":
            raise _refused("code.void", "校验码输错次数过多，已作废", "重新获取校验码", remaining=0)
        case "over":
            raise _refused("code.over", "校验码已过期或已使用", "重新获取校验码")
    raise _refused("code.none", "还没有获取校验码", "先获取校验码")


def was_shown(purpose: CodePurpose, binding: str, mobile: str) -> bool:
    """Whether somebody showed, minutes ago, the code that was sent to this mobile for this purpose and session."""
    index = blind_index(normalise_mobile(mobile), MOBILE)
    shown = SmsCode.objects.filter(purpose=purpose, binding=binding, mobile_index=index)
    return shown.filter(used_at__gt=now() - SHOWN_LASTS).exists()


def resend_at(binding: str, purpose: CodePurpose) -> datetime | None:
    """From when the next code may be asked for; ``None`` when none was sent."""
    last = SmsCode.objects.filter(binding=binding, purpose=purpose).aggregate(last=Max("sent_at"))["last"]
    return last + _pause() if last else None


def purge(before: datetime) -> int:
    """Codes older than the longest window that counts them."""
    return SmsCode.objects.filter(sent_at__lt=before - timedelta(days=BASELINE_DAYS)).delete()[0]
