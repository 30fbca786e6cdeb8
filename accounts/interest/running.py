"""The pieces of the trial run and of the settlement batch. Each is one transaction, and may be done again."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import connection
from django.db.models import F, Max, Min, Sum

from accounts.interest.models import InterestException, InterestSettlement, InterestTrial
from accounts.interest.terms import open_year, rates_on, year_rates
from accounts.ledger import accrual, proofs
from accounts.ledger.accrual import PAYABLE
from accounts.ledger.general import general_balances
from accounts.ledger.models import Subaccount
from accounts.ledger.rules.calendar import year_end
from accounts.ledger.settlement import RANGE_ACCOUNTS_MAX, released_terms, settle_range, try_range, unproved
from accounts.second_engine import checks as second_engine
from servicehub.checks import run_one
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit.amounts import yuan
from servicehub.kit.sql_files import statement

ROOM = Path(__file__).resolve().parent
NOTICED = Decimal("100.00")
"""A balance from here on that earned nothing is looked at: a yuan kept for a day earns no fen."""


class SettlementHeld(DomainError):
    """The batch stops here until somebody has looked."""


def held(code: str, words: str, remedy: str) -> SettlementHeld:
    return SettlementHeld(code, Finding(code, words, remedy=remedy))


def year_of_key(key: str) -> int:
    """A run's key is its year, and the number of the trial behind it: ``2026-2``."""
    return int(key.partition("-")[0])


def ranges(origin: Origin, run) -> list[str]:
    """Stretches of account numbers, as subjects of pieces. Only those that hold accounts that bear interest."""
    bounds = Subaccount.objects.filter(open_year__isnull=False, maintained=True).aggregate(
        first=Min("id"), last=Max("id")
    )
    if bounds["first"] is None:
        return []
    return [f"{begin}-{begin + RANGE_ACCOUNTS_MAX - 1}" for begin in range(
        bounds["first"], bounds["last"] + 1, RANGE_ACCOUNTS_MAX)]  # fmt: skip


def _bounds(subject: str) -> tuple[int, int]:
    first, _, last = subject.partition("-")
    return int(first), int(last)


def _steps(name: str) -> Iterator[str]:
    return (part.strip() for part in statement(ROOM, f"sql/{name}.sql").split("-- step\n")[1:])


# --- Trial -----------------------------------------------------------------------------------------------------------


def prove_for_trial(origin: Origin, run, subject: str) -> None:
    """What cannot be proved becomes an exception, by account: the trial goes on and shows all of them."""
    year, (first, last) = year_of_key(run.key), _bounds(subject)
    mine = InterestException.objects.filter(
        year=year, subaccount_id__range=(first, last), reason=InterestException.Reason.PROOF
    )
    mine.delete()
    InterestException.objects.bulk_create(
        [
            InterestException(
                year=year,
                subaccount_id=one.subaccount,
                reason=InterestException.Reason.PROOF,
                branch=one.branch,
                balance=one.balance,
            )
            for one in unproved(first, last)
        ]
    )


def try_one_range(origin: Origin, run, subject: str) -> None:
    year, (first, last) = year_of_key(run.key), _bounds(subject)
    rates, later = released_terms(year) or year_rates(year)
    with connection.cursor() as cursor:
        try_range(cursor, year, rates, later, first, last)
        facts = {"year": year, "first": first, "last": last, "noticed": NOTICED}
        for step in _steps("trial"):
            cursor.execute(step, facts)
        cursor.execute("DROP TABLE pg_temp.ledger_settle")


def finish_trial(origin: Origin, run, subject: str) -> None:
    InterestSettlement.objects.update_or_create(year=year_of_key(run.key), defaults={"tried_on": origin.business_date})


def trial_totals(year: int) -> list[dict]:
    """Per branch: accounts, balance, products, interest (yuan), of the last trial."""
    found = (
        InterestTrial.objects.filter(year=year)
        .values("branch")
        .annotate(
            heads=Sum("accounts"),
            balances=Sum("balance"),
            products=Sum(F("product_current") + F("product_carried")),
            interests=Sum("interest"),
        )
        .order_by("branch")
    )
    return list(found)


def blocking_exceptions(year: int):
    """What two people may not release over: figures that are not proved, interest below nothing, a year left out."""
    reasons = InterestException.Reason
    return InterestException.objects.filter(
        year=year, reason__in=[reasons.PROOF, reasons.NEGATIVE, reasons.BEHIND]
    ).order_by("subaccount_id")


# --- Settlement ------------------------------------------------------------------------------------------------------


def compute_twice(origin: Origin, run, subject: str) -> None:
    """The second engine over everybody; what it finds is on the worklist before the next step looks there."""
    run_one(origin, second_engine.INTEREST_TWICE)


def hold(origin: Origin, run, subject: str) -> None:
    """:raises SettlementHeld: the year is not released, or the two engines differ."""
    year = year_of_key(run.key)
    if released_terms(year) is None:
        raise held("interest.not_released", f"{year} 计息年度还没有发布", "试算后由两人发布")
    if second_engine.held():
        raise held(
            "interest.engines_differ", "两套算法的结果不一致，结息停下", "在检查问题清单中逐户查明，更正后重跑失败项"
        )


def prove(origin: Origin, run, subject: str) -> None:
    """:raises SettlementHeld: balances or products of the range are not what its postings say."""
    wrong = unproved(*_bounds(subject))
    if wrong:
        first = wrong[0]
        raise held(
            "interest.unproved",
            f"{len(wrong)} 户的余额或积数与明细重算不一致，第一户是明细账户 {first.subaccount}："
            f"余额 {yuan(first.balance)}，重算 {yuan(first.balance_found)}",
            "查明来源后用凭证更正，再重跑失败项",
        )


def settle(origin: Origin, run, subject: str) -> None:
    year, (first, last) = year_of_key(run.key), _bounds(subject)
    waiting = InterestException.objects.filter(
        year=year, subaccount_id__range=(first, last), reason=InterestException.Reason.WAITING
    ).values_list("subaccount_id", flat=True)
    settle_range(origin.for_date(year_end(year)), year, first, last, waiting=tuple(waiting))


def difference(origin: Origin, run, subject: str) -> None:
    year = year_of_key(run.key)
    accrual.settle_difference(origin.for_date(year_end(year)), year)


_TIE_WORDS = {
    "lines": "凭证贷方合计与结息合计不一致",
    "postings": "明细入账合计与结息合计不一致",
    "left": "还有账户没有结息",
    "payable": "应付利息没有结清",
}


def tie(origin: Origin, run, subject: str) -> None:
    """:raises SettlementHeld: rows, postings and voucher lines differ in a branch, an account was left out, 211 is
    not empty, or the ledger's totals do not tie.
    """
    year = year_of_key(run.key)
    with connection.cursor() as cursor:
        cursor.execute(statement(ROOM, "sql/tie.sql"), {"year": year, "events": f"{year}:%"})
        gaps = cursor.fetchall()
    gaps += [
        ("payable", row.branch, row.balance, Decimal("0.00"))
        for row in general_balances(year_end(year))
        if row.subject == PAYABLE and row.balance
    ]
    if gaps:
        words = "；".join(
            f"管理部 {branch} {_TIE_WORDS[what]}：{found}，应为 {wanted}" for what, branch, found, wanted in gaps
        )
        raise held("interest.not_tied", words, "查明后重跑失败项")
    findings = proofs.totals_tie(origin)
    if findings:
        raise held("interest.totals_differ", findings[0].message, findings[0].remedy)


def publish(origin: Origin, run, subject: str) -> None:
    """From now on the year's statements are given out."""
    InterestSettlement.objects.filter(year=year_of_key(run.key), published_on=None).update(
        published_on=origin.business_date
    )


def unpublished(year: int) -> bool:
    """Whether the year is being settled: released, and its statements not published yet."""
    return InterestSettlement.objects.filter(year=year, published_on=None).exclude(case_number="").exists()


def open_next_year(origin: Origin, run, subject: str) -> None:
    """The year after: settlement rolls into it, and money of July is posted to it."""
    open_year(origin, year_of_key(run.key) + 1)


# --- Accrual ---------------------------------------------------------------------------------------------------------


def accrue(origin: Origin, run, subject: str) -> None:
    """E16 of a month: ``run.key`` is its last day."""
    day = date.fromisoformat(run.key)
    accrual.accrue_interest(origin, day, rates_on(day))
