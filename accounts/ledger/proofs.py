"""Proofs of the ledger: statements that must hold, each answered by the accounts and amounts where they do not.

Three paces. Every minute, totals: one pass over the balances (about a second for a million accounts). Every night, per
account: whatever changed in the last week, by whoever, recomputed from postings; so a difference in a total is found
within a minute, and one that offsets another within a night. Every week, everyone.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from accounts.ledger.flows import SURPLUS_INTEREST, unswept
from accounts.ledger.general import general_balances
from accounts.ledger.models import InterestYear, Subject, Voucher
from accounts.ledger.models.chart import Book, Nature
from accounts.ledger.money import yuan
from accounts.ledger.rules.calendar import interest_year
from accounts.ledger.statements import statement
from servicehub.declare import Finding, Origin

NAMED_MAX = 200
"""A fault that touches everybody is told by its first rows; the rest say nothing new."""

CHANGED_DAYS = 7
NEXT_YEAR_AHEAD_DAYS = 60
TIE_OUT = "住房公积金会计核算办法（财会字〔1999〕33号）总分核对"


def totals_tie(origin: Origin) -> list[Finding]:
    """T1–T3: general ledger = Σ sub-ledger per subject and branch; employers' totals = Σ their people."""
    sql = statement("proof_totals").replace("{general}", statement("general_balances"))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"as_of": date.max, "limit": NAMED_MAX})
        return [_total_differs(*row) for row in cursor.fetchall()]


def _total_differs(level, subject, branch, employer, held: Decimal, kept: Decimal) -> Finding:
    if level == "unit":
        return Finding(
            "ledger.unit_differs",
            f"单位 {employer} 科目 {subject}：个人账户合计 {yuan(held)}，单位明细账 {yuan(kept)}，相差 {yuan(held - kept)}",
            clause=TIE_OUT,
            remedy="在库外改过余额的，查明后用凭证更正；不要直接改数",
            facts=_facts(f"unit:{subject}:{branch}:{employer}", held, kept),
        )
    return Finding(
        "ledger.subject_differs",
        f"科目 {subject} 管理部 {branch}：明细账合计 {yuan(held)}，总账 {yuan(kept)}，相差 {yuan(held - kept)}",
        clause=TIE_OUT,
        remedy="按单位核对，找出不平的单位和账户，查明后用凭证更正",
        facts=_facts(f"subject:{subject}:{branch}", held, kept),
    )


def trial_balance_zero(origin: Origin) -> list[Finding]:
    """B02: debit balances = credit balances, over all subjects."""
    gap = sum((row.balance if row.side == "D" else -row.balance for row in general_balances()), Decimal("0.00"))
    if not gap:
        return []
    return [
        Finding(
            "ledger.trial_balance_differs",
            f"试算不平：借方余额比贷方余额多 {yuan(gap)}",
            clause=TIE_OUT,
            remedy="核对当日凭证；凭证逐张平衡，说明有人在库外改过分录或日余额",
            facts=_facts("trial_balance", gap, Decimal(0)),
        )
    ]


_SIDE_OF = {Nature.ASSET: 1, Nature.LIABILITY: -1, Nature.EQUITY: -1}


def fund_and_surplus_apart(origin: Origin) -> list[Finding]:
    """B04: fund assets − fund debts = income − expense to date, without 40102; surplus side = 40102 to date.

    What a period carried to 311 and has not yet moved between the banks (E42) lies on the fund's side still.
    """
    rows, natures = general_balances(), dict(Subject.objects.values_list("code", "nature"))
    income = _sum(row.balance for row in rows if natures[row.subject] == Nature.INCOME)
    surplus_income = _sum(row.balance for row in rows if row.subject.startswith(SURPLUS_INTEREST))
    expense = _sum(row.balance for row in rows if natures[row.subject] == Nature.EXPENSE)
    carried = unswept()
    findings = []
    for book, label, wanted in (
        (Book.FUND, "住房公积金", income - surplus_income - expense + carried),
        (Book.SURPLUS, "增值收益", surplus_income - carried),
    ):
        found = _sum(_SIDE_OF.get(natures[row.subject], 0) * row.balance for row in rows if row.book == book)
        if found != wanted:
            findings.append(
                Finding(
                    "ledger.books_mixed",
                    f"{label}账套资产与负债、净资产之差为 {yuan(found)}，应为未结转、未划转损益 {yuan(wanted)}",
                    clause=TIE_OUT,
                    remedy="多为划转缺了配对分录（核销、增值收益划转、手续费），逐笔核对当日凭证",
                    facts=_facts(f"book:{label}", found, wanted),
                )
            )
    return findings


def _sum(figures) -> Decimal:
    return sum(figures, Decimal("0.00"))


def vouchers_tie(origin: Origin) -> list[Finding]:
    """B01, B14 for the vouchers of the last week."""
    return _vouchers_since(origin.business_date - timedelta(days=CHANGED_DAYS))


def every_voucher_ties(origin: Origin) -> list[Finding]:
    return _vouchers_since(date(1900, 1, 1))


_VOUCHER_WORDS = {
    "no_voucher": "有分录或明细而没有凭证",
    "no_lines": "没有分录",
    "unbalanced": "借贷不平",
    "postings_differ": "分录与明细不一致",
}


def _vouchers_since(since: date) -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(statement("proof_vouchers"), {"since": since, "limit": NAMED_MAX})
        return [
            Finding(
                f"ledger.voucher_{fault}",
                f"凭证 {voucher}{f' 科目 {subject}' if subject else ''}{_VOUCHER_WORDS[fault]}，相差 {yuan(gap)}",
                clause=TIE_OUT,
                remedy="凭证记账时已逐张核对，说明有人在库外改过；从审计日志和备份查明",
                facts={"object": f"voucher:{voucher}:{subject}", "difference": str(gap)},
            )
            for voucher, fault, subject, gap in cursor.fetchall()
        ]


def changed_accounts_tie(origin: Origin) -> list[Finding]:
    """B06, B09, B11 for every account whose row or postings changed in the last week, whoever changed them."""
    since = (
        Voucher.objects.filter(business_date__gte=origin.business_date - timedelta(days=CHANGED_DAYS))
        .order_by("id")
        .values_list("xid", flat=True)
        .first()
    )
    latest = Voucher.objects.order_by("-id").values_list("xid", flat=True).first()
    return _accounts(every=latest is None, since=since or latest or 0)


def every_account_ties(origin: Origin) -> list[Finding]:
    return _accounts(every=True, since=0)


def _accounts(*, every: bool, since: int) -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(statement("proof_accounts"), {"every": every, "since": since, "limit": NAMED_MAX})
        findings = []
        for subaccount, subject, _branch, kept, recomputed, balance, product, held in cursor.fetchall():
            for wrong, code, what in (
                (balance, "balance", f"余额 {yuan(kept)}，按明细重算 {yuan(recomputed)}"),
                (product, "product", "积数与按明细重算的不一致"),
                (held, "held", "占用额与未结束的占用合计不一致"),
            ):
                if wrong:
                    findings.append(
                        Finding(
                            f"ledger.account_{code}_differs",
                            f"明细账户 {subaccount}（科目 {subject}）{what}",
                            clause=TIE_OUT,
                            remedy="查明来源后用凭证更正；不要直接改数",
                            facts=_facts(f"subaccount:{subaccount}", kept, recomputed),
                        )
                    )
        return findings


def next_year_is_set(origin: Origin) -> list[Finding]:
    """The coming interest year takes postings from 1 July on, before the old one is settled."""
    ahead = interest_year(origin.business_date + timedelta(days=NEXT_YEAR_AHEAD_DAYS))
    wanted = {interest_year(origin.business_date), ahead}
    missing = sorted(wanted - set(InterestYear.objects.filter(year__in=wanted).values_list("year", flat=True)))
    return [
        Finding(
            "ledger.interest_year_missing",
            f"{year - 1} 年 7 月 1 日至 {year} 年 6 月 30 日的计息办法还没有设定",
            remedy="由业务管理设定计息方法和年天数，否则 7 月 1 日起不能记账",
            facts={"object": f"interest_year:{year}"},
        )
        for year in missing
    ]


def signs_are_normal(origin: Origin) -> list[Finding]:
    """B05: no bank account, loan, fund debt or reserve stands on the wrong side."""
    watched = ("101", "102", "121", "122", "201", "219", "301")
    return [
        Finding(
            "ledger.abnormal_sign",
            f"科目 {row.subject} 管理部 {row.branch} 余额为 {yuan(row.balance)}，方向不对",
            clause=TIE_OUT,
            remedy="核对该科目当日凭证",
            facts=_facts(f"sign:{row.subject}:{row.branch}", row.balance, Decimal(0)),
        )
        for row in general_balances()
        if row.balance < 0 and row.subject.startswith(watched)
    ]


def _facts(about: str, found: Decimal, wanted: Decimal) -> dict:
    return {"object": about, "found": str(found), "wanted": str(wanted), "difference": str(found - wanted)}
