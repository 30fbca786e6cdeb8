"""Further proofs of the books: day totals, turnover, templates, legal numbers, what has ended, and the year's roll.

As in ``proofs``: each is one statement over the days concerned and answers with what differs, never with a number
alone.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from accounts.ledger import reports
from accounts.ledger.flows import CARRYING, flows, unswept
from accounts.ledger.models import Hold, Voucher
from accounts.ledger.money import ZERO, yuan
from accounts.ledger.periods import period_figures
from accounts.ledger.proofs import CHANGED_DAYS, NAMED_MAX, TIE_OUT
from accounts.ledger.statements import statement
from servicehub.declare import Finding, Origin, Severity
from servicehub.declare.registry import ledger_events

MOVES = ("E06", "E49")
HELD_DAYS_MAX = 30
SWEPT_WITHIN_DAYS = 10
_BEGINNING = date(1900, 1, 1)
_REPAIR = "记账后不能改动，说明有人在库外改过；从审计日志和备份查明"


def _recent(origin: Origin) -> date:
    return origin.business_date - timedelta(days=CHANGED_DAYS)


def _rows(name: str, **params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement(name), {"limit": NAMED_MAX, **params})
        return cursor.fetchall()


# --- T4: day totals = lines ------------------------------------------------------------------------------------------


def day_totals_tie(origin: Origin) -> list[Finding]:
    return _day_totals(_recent(origin))


def every_day_total_ties(origin: Origin) -> list[Finding]:
    return _day_totals(_BEGINNING)


def _day_totals(since: date) -> list[Finding]:
    found = []
    for subject, branch, day, debit, credit, balance in _rows("proof_days", since=since):
        parts = [
            f"{label}多 {yuan(gap)}"
            for label, gap in (("借方发生额", debit), ("贷方发生额", credit), ("余额", balance))
            if gap
        ]
        found.append(
            Finding(
                "ledger.day_total_differs",
                f"{day:%Y-%m-%d} 科目 {subject} 管理部 {branch} 日余额与分录不符：{'，'.join(parts)}",
                clause=TIE_OUT,
                remedy=_REPAIR,
                facts={"object": f"day:{day}:{subject}:{branch}", "difference": str(debit or credit or balance)},
            )
        )
    return found


# --- T9: turnover of the sub-ledger = turnover of the general ledger -----------------------------------------------------


def turnover_ties(origin: Origin) -> list[Finding]:
    """Per day and side: what went into people's accounts, what came out, what was lent, on both ledgers."""
    moves = [event.code for event in ledger_events if event.entry in MOVES]
    return [
        Finding(
            "ledger.turnover_differs",
            f"{day:%Y-%m-%d} 科目 {subject} 管理部 {branch} {'借' if side == 'D' else '贷'}方发生额："
            f"明细账 {yuan(moved)}，总账 {yuan(booked)}",
            clause=TIE_OUT,
            remedy="核对当日该科目的凭证与明细；" + _REPAIR,
            facts={
                "object": f"turnover:{day}:{subject}:{branch}:{side}",
                "found": str(moved),
                "wanted": str(booked),
                "difference": str(moved - booked),
            },
        )
        for day, subject, branch, side, moved, booked in _rows("proof_turnover", since=_recent(origin), moves=moves)
    ]


# --- B01, B14, T5: events, templates, dates, numbers --------------------------------------------------------------------

_EVENT_WORDS = {
    "undeclared": ("没有对应的业务（{about}）", "由信息科核对业务登记"),
    "off_template": ("的分录 {about} 不在该业务的分录模板里", _REPAIR),
    "other_day": ("的分录或明细记在另一天（{about}）", _REPAIR),
    "other_month": ("的凭证号编在另一个月（{about}）", _REPAIR),
}


def events_and_vouchers(origin: Origin) -> list[Finding]:
    """Every voucher is of a declared event and books what its template says; 211, for one, only by interest."""
    return _events(_recent(origin))


def every_event_and_voucher(origin: Origin) -> list[Finding]:
    return _events(_BEGINNING)


def _events(since: date) -> list[Finding]:
    allowed = sorted(_allowed_lines())
    events, sides, subjects = (list(column) for column in zip(*allowed, strict=True))
    found = []
    for fault, voucher, about in _rows("proof_events", since=since, events=events, sides=sides, subjects=subjects):
        words, remedy = _EVENT_WORDS[fault]
        found.append(
            Finding(
                f"ledger.voucher_{fault}",
                f"凭证 {voucher} {words.format(about=about)}",
                clause=TIE_OUT,
                remedy=remedy,
                facts={"object": f"voucher:{voucher}:{about}"},
            )
        )
    return found


def _allowed_lines() -> set[tuple[str, str, str]]:
    """(event, side, subject prefix): one row for every line a voucher of the event may have."""
    found = set()
    for event in ledger_events:
        for line in event.lines:
            for side in ("D", "C") if line.either_side else (line.side,):
                found.update(
                    (event.code, side, code) for code in (line.within or ("",) if line.slot else (line.subject,))
                )
    return found


def numbers_have_no_gap(origin: Origin) -> list[Finding]:
    """凭证号 of this month and the last: 1 to n per book, branch and month, in booking order, none left out."""
    month = (origin.business_date.replace(day=1) - timedelta(days=1)).replace(day=1)
    words = {
        "gap": "凭证号不连续",
        "order": "凭证号 {about} 与记账次序不符",
        "missing": "凭证 {about} 已日结而没有凭证号",
    }
    rows = _rows("proof_numbers", month=month.year * 100 + month.month, since=month)
    return [
        Finding(
            f"ledger.number_{fault}",
            f"{period} {'住房公积金' if book == 'F' else '增值收益'}账 管理部 {branch}：{words[fault].format(about=about)}",
            clause="会计基础工作规范 凭证连续编号",
            remedy=_REPAIR,
            facts={"object": f"number:{book}:{branch}:{period}:{about if fault != 'gap' else ''}"},
        )
        for fault, book, branch, period, about in rows
    ]


# --- T10, B09: what has ended --------------------------------------------------------------------------------------------


def ended_is_empty(origin: Origin) -> list[Finding]:
    """T10: a closed subaccount has no balance and nothing held."""
    return [
        Finding(
            "ledger.account_not_empty",
            f"明细账户 {subaccount}（科目 {subject}）已关闭，余额还有 {yuan(amount)}",
            clause=TIE_OUT,
            remedy=_REPAIR,
            facts={"object": f"subaccount:{subaccount}", "difference": str(amount)},
        )
        for subaccount, subject, amount in _rows("proof_ended")
    ]


def nothing_held_for_weeks(origin: Origin) -> list[Finding]:
    """B09: whoever held it has forgotten it, or the bank was never asked."""
    held = Hold.objects.filter(
        ended_on__isnull=True, business_date__lt=origin.business_date - timedelta(days=HELD_DAYS_MAX)
    ).order_by("business_date", "id")
    return [
        Finding(
            "ledger.held_long",
            f"明细账户 {hold.subaccount_id} 自 {hold.business_date:%Y-%m-%d} 占用 {yuan(hold.amount)}，"
            f"超过 {HELD_DAYS_MAX} 天没有结束",
            severity=Severity.WARNING,
            clause=TIE_OUT,
            remedy="查看占用对应的业务和付款结果，办结或释放",
            facts={"object": f"hold:{hold.pk}", "difference": str(hold.amount)},
        )
        for hold in held[:NAMED_MAX]
    ]


# --- T6, B12, B16: the year's roll and the statements ----------------------------------------------------------------------


def _moved(subjects: tuple[str, ...], entries: tuple[str, ...], since: date, until: date) -> Decimal:
    """What these entries added to these subjects (all of them grow on the credit)."""
    rows = flows(entries, since, until)
    return sum((row.credit - row.debit for row in rows if row.subject.startswith(subjects)), ZERO)


def _rolls(
    origin: Origin, about: str, label: str, subjects: tuple[str, ...], entries: tuple[str, ...]
) -> list[Finding]:
    """Opening of the year + what the entries of this kind did = balance. Whatever else touched it is named by amount."""
    since, until = date(origin.business_date.year, 1, 1), origin.business_date
    rows = [row for row in period_figures(since, until) if row.subject.startswith(subjects)]
    opening = sum((row.opening for row in rows), ZERO)
    closing = sum((row.closing for row in rows), ZERO)
    wanted = opening + _moved(subjects, entries, since, until)
    if closing == wanted:
        return []
    return [
        Finding(
            "ledger.roll_differs",
            f"{label}年初 {yuan(opening)}，按本年凭证应为 {yuan(wanted)}，账面 {yuan(closing)}，相差 {yuan(closing - wanted)}",
            clause=TIE_OUT,
            remedy=f"核对科目 {'、'.join(subjects)} 本年的凭证，找出不属于 {'、'.join(entries)} 的分录",
            facts={
                "object": f"roll:{about}",
                "found": str(closing),
                "wanted": str(wanted),
                "difference": str(closing - wanted),
            },
        )
    ]


def reserve_rolls(origin: Origin) -> list[Finding]:
    """T6: 301 = opening + provision + recovered − written off."""
    return _rolls(origin, "301", "贷款风险准备", ("301",), ("E36", "E37", "E38"))


def surplus_rolls(origin: Origin) -> list[Finding]:
    """B12: 311 + 321 = opening + carried over − distributed ± adjusted."""
    entries = (*CARRYING, "E36", "E43", "E44", "E46")
    return _rolls(origin, "311+321", "增值收益和增值收益分配", ("311", "321"), entries)


def reports_tie(origin: Origin) -> list[Finding]:
    """B16: the statements of the running month agree with themselves and with the ledger."""
    since, until = origin.business_date.replace(day=1), origin.business_date
    return [
        Finding(
            "ledger.report_differs",
            f"{form.label}勾稽不符：{gap.tie}，{yuan(gap.left)} 与 {yuan(gap.right)}，相差 {yuan(gap.left - gap.right)}",
            clause=form.basis,
            remedy="先消除试算、分账和科目变动的差异；仍不符的核对报表公式",
            facts={"object": f"report:{gap.report}:{gap.column}:{gap.tie}", "difference": str(gap.left - gap.right)},
        )
        for code, form in reports.report_forms().items()
        for gap in reports.report(code, since, until).gaps
    ]


def surplus_is_swept(origin: Origin) -> list[Finding]:
    """What was carried over is moved to the surplus's bank account within days (E42)."""
    waiting = unswept()
    carried = [event.code for event in ledger_events if event.entry in CARRYING]
    last = Voucher.objects.filter(event_type__in=carried).order_by("-business_date").first()
    if not waiting or last is None or (origin.business_date - last.business_date).days <= SWEPT_WITHIN_DAYS:
        return []
    return [
        Finding(
            "ledger.surplus_not_swept",
            f"{last.business_date:%Y-%m-%d} 结转的增值收益还有 {yuan(waiting)} 元没有划转到增值收益专户",
            severity=Severity.WARNING,
            clause=TIE_OUT,
            remedy="由出纳办理划转，到账后填制“增值收益资金划转”凭证",
            facts={"object": "surplus:unswept", "difference": str(waiting)},
        )
    ]
