"""Steps the close does itself. Each is repeatable, and says whether it is done, waits, or stands in the way."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from accounts.bank import inbox
from accounts.bank.models import SpecialAccount
from accounts.bank.reconciliation.adjustment import adjust
from accounts.bank.reconciliation.models import OutstandingItem
from accounts.day_close.models import Closing, ClosingState, PeriodEnd, PeriodKind
from accounts.day_close.plan import periods_ending
from accounts.ledger import days
from accounts.ledger.services import general_balances
from servicehub import checks, clock
from servicehub.clock.models import BusinessCalendar
from servicehub.declare import Origin
from servicehub.kit.amounts import money

NAMED_MAX = 3
MONTH_BLOCKING_DAYS = 90
"""未达账项 older than this keep a month from closing."""


@dataclass(frozen=True, slots=True)
class Result:
    """``blocked``: a person has to do something first. Neither done nor blocked: look again soon."""

    done: bool
    note: str = ""
    blocked: bool = False
    digest: str = ""


@dataclass(frozen=True, slots=True)
class OwnStep:
    code: str
    label: str
    work: Callable[[Origin, Closing], Result]


def cutover(origin: Origin, closing: Closing) -> Result:
    """切日: from here on everybody works on the next day; this one takes batches only.

    Every calendar day is a business day: interest of 30 June is booked on it, whatever day of the week it is.
    """
    if waiting := len(inbox.waiting()):
        return Result(False, f"还有 {waiting} 条银行报文在入账")
    if BusinessCalendar.current() == closing.day:
        with transaction.atomic():
            days.enter_day(origin, closing.day)
            BusinessCalendar.open(closing.day + timedelta(days=1))
    days.begin_closing(origin, closing.day)
    return Result(True, f"营业日已切换到 {closing.day + timedelta(days=1):%Y-%m-%d}")


def prove(origin: Origin, closing: Closing) -> Result:
    """平衡检查: every declared check; one fen of difference stands in the way and names the account."""
    ran = checks.run(origin, "night")
    found = list(checks.blocking())
    if found:
        return Result(False, f"{len(found)} 个问题：{_named(row.message for row in found)}", blocked=True)
    return Result(True, f"{len(ran)} 项检查通过", digest=_digest(sorted(one.check.code for one in ran)))


def reconciled(origin: Origin, closing: Closing) -> Result:
    """余额调节: bank and books of every special account agree but for what is listed."""
    accounts = list(SpecialAccount.objects.open().order_by("account_no"))
    made = [adjust(account, closing.day) for account in accounts]
    wrong = [f"{one.account} 调节后相差 {money(one.difference)} 元" for one in made if one.difference]
    if PeriodKind.MONTH in periods_ending(closing.day):
        wrong += _too_old(closing)
    if wrong:
        return Result(False, f"{len(wrong)} 项：{_named(wrong)}", blocked=True)
    standing = sum(len(one.items) for one in made)
    figures = [(one.account.account_no, str(one.bank), str(one.books)) for one in made]
    return Result(True, f"{len(made)} 个专户调节平衡，未达账项 {standing} 笔", digest=_digest(figures))


def _too_old(closing: Closing) -> list[str]:
    limit = closing.day - timedelta(days=MONTH_BLOCKING_DAYS)
    rows = OutstandingItem.objects.live().filter(arose_on__lt=limit).select_related("special_account")
    return [
        f"{row.special_account} {row.arose_on:%Y-%m-%d} {row.get_klass_display()} {money(abs(row.amount))} 元"
        f"超过 {MONTH_BLOCKING_DAYS} 天"
        for row in rows.order_by("arose_on", "pk")
    ]


def sign_off(origin: Origin, closing: Closing) -> Result:
    """签批 happens at the gate: an accountant asks, another agrees. Here it is only waited for."""
    return Result(True, f"{closing.signed_by} 签批") if closing.signed_at else Result(False, "等待签批")


def finish(origin: Origin, closing: Closing) -> Result:
    """编号、结转余额: vouchers get their numbers, the day its balances, and nothing gets into it any more."""
    with transaction.atomic():
        days.finish_closing(origin, closing.day)
        balances = [(row.subject, row.branch, str(row.balance)) for row in general_balances(closing.day)]
        digest = _digest(balances)
        now = clock.now()
        for kind, key in periods_ending(closing.day).items():
            PeriodEnd.objects.get_or_create(
                kind=kind,
                key=key,
                defaults={"day": closing.day, "digest": digest, "signed_by": closing.signed_by, "closed_at": now},
            )
        Closing.objects.filter(pk=closing.pk).update(state=ClosingState.CLOSED, finished_at=now, note="")
    return Result(True, f"{len(balances)} 个科目余额已结转", digest=digest)


def _named(messages: Iterable[str]) -> str:
    messages = list(messages)
    more = f"；另有 {len(messages) - NAMED_MAX} 个" if len(messages) > NAMED_MAX else ""
    return "；".join(messages[:NAMED_MAX]) + more


def _digest(content) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()


STEPS: dict[str, OwnStep] = {
    step.code: step
    for step in (
        OwnStep("close.cutover", "切换营业日", cutover),
        OwnStep("close.checks", "平衡检查", prove),
        OwnStep("close.reconciled", "余额调节表平衡", reconciled),
        OwnStep("close.sign_off", "两人签批", sign_off),
        OwnStep("close.finish", "凭证编号、结转余额", finish),
    )
}
