"""总账, 明细账, 银行存款日记账, 科目余额表. Every figure leads to the lines it is the sum of."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Case, F, Sum, When, Window
from rest_framework import serializers

from accounts.bank.models import BankNotice, SpecialAccount
from accounts.ledger.models import Line, Subject
from accounts.ledger.models.chart import Side
from accounts.ledger.money import ZERO, yuan
from accounts.ledger.periods import Figures, month_turnovers, period_figures, rolled_up
from accounts.operations.voucher_lookups import (
    BOOK_READERS,
    ITEM,
    NOT_NUMBERED,
    case_address,
    in_branches,
    list_address,
    numbers_of,
    on_side,
    period_of,
    signed_totals,
    voucher_address,
)
from servicehub.declare import Origin, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit.fields import ChoiceField, DayField, MonthField
from servicehub.kit.months import Month

FIRST_LEVEL_DIGITS = 3


class _Books(Query):
    item = ITEM
    target = "centre"
    roles = BOOK_READERS


def direction(subject_side: str, balance: Decimal) -> str:
    """借, 贷 or 平, as a ledger page writes it: a balance on the wrong side stands on the other."""
    if balance == 0:
        return "平"
    return "借" if (subject_side == Side.DEBIT) == (balance > 0) else "贷"


def _figures_of(origin: Origin, code: str, since: date, until: date) -> Figures:
    rows = {row.subject: row for row in rolled_up(period_figures(since, until, origin.branches))}
    if code in rows:
        return rows[code]
    subject = Subject.objects.filter(code=code).first()
    return Figures(code, subject.name if subject else "", subject.side if subject else Side.DEBIT, ZERO, ZERO, ZERO)


def _facts(figures: Figures) -> tuple[tuple[str, str], ...]:
    return (
        ("科目", f"{figures.subject} {figures.name}"),
        ("期初余额", f"{direction(figures.side, figures.opening)} {yuan(abs(figures.opening))}"),
        ("本期借方", yuan(figures.debit)),
        ("本期贷方", yuan(figures.credit)),
        ("期末余额", f"{direction(figures.side, figures.closing)} {yuan(abs(figures.closing))}"),
    )


def running(lines, figures: Figures):
    """Lines in booking order with the balance after each, on the subject's own side, from the period's opening on."""
    own = Case(When(side=figures.side, then=F("amount")), default=-F("amount"))
    order = ("business_date", "voucher_id", "id")
    return lines.annotate(
        debit=on_side("D"),
        credit=on_side("C"),
        run=Window(Sum(own), order_by=list(order)),
    ).values(
        "id", "voucher_id", "business_date", "subject", "side", "amount", "debit", "credit", "run",
        summary=F("voucher__summary"), case_number=F("voucher__case_number"),
    )  # fmt: skip


def ledger_rows(page, figures: Figures) -> list[dict]:
    numbers = numbers_of(row["voucher_id"] for row in page)
    shown = []
    for row in page:
        balance = figures.opening + row["run"]
        shown.append(
            {
                **row,
                "voucher": row["voucher_id"],
                "number": numbers.get(row["voucher_id"], NOT_NUMBERED),
                "direction": direction(figures.side, balance),
                "balance": abs(balance),
            }
        )
    return shown


@operations.add
class SubjectLedger(_Books):
    """明细账 of a subject and everything below it: each line with the balance after it."""

    code = "accounts.subject_ledger"
    label = "明细账"
    counter_code = "4114"

    class Input(serializers.Serializer):
        subject = serializers.CharField(label="科目编号", max_length=19)
        since = DayField(label="记账日期起", required=False)
        until = DayField(label="记账日期止", required=False)

    def rows(self, origin, target, data):
        since, until = period_of(origin, data)
        figures = _figures_of(origin, data["subject"], since, until)
        lines = Line.objects.filter(subject__startswith=data["subject"], business_date__range=(since, until))
        return Table(
            columns=(
                TableColumn("business_date", "记账日期", "date"),
                TableColumn("number", "凭证号"),
                TableColumn("voucher", "凭证编号", "link", url=voucher_address),
                TableColumn("summary", "摘要"),
                TableColumn("subject", "科目"),
                TableColumn("debit", "借方金额", "money", total=True),
                TableColumn("credit", "贷方金额", "money", total=True),
                TableColumn("direction", "方向"),
                TableColumn("balance", "余额", "money"),
                TableColumn("case_number", "办件", "link", url=case_address),
            ),
            source=running(in_branches(origin, lines), figures),
            caption=f"明细账 {since:%Y-%m-%d} 至 {until:%Y-%m-%d}",
            unit="元",
            order=("business_date", "voucher_id", "id"),
            totals=lambda rows: signed_totals(in_branches(origin, lines)),
            finish=lambda page: ledger_rows(page, figures),
            facts=_facts(figures),
            filters=("subject", "since", "until"),
            empty="这段时间该科目没有发生额。",
        )

    @classmethod
    def example(cls):
        return {"subject": "201"}


@operations.add
class BankJournal(_Books):
    """银行存款日记账: one special account, its lines with the bank's own number, and the balance after each."""

    code = "accounts.bank_journal"
    label = "银行存款日记账"
    counter_code = "4115"

    class Input(serializers.Serializer):
        account = serializers.CharField(label="专户账号", max_length=32)
        since = DayField(label="记账日期起", required=False)
        until = DayField(label="记账日期止", required=False)

    def rows(self, origin, target, data):
        since, until = period_of(origin, data)
        account = SpecialAccount.objects.visible_to(origin).filter(account_no=data["account"].strip()).first()
        subject = account.subject_id if account else ""
        # The bank keeps one balance, whatever branch booked on it.
        rows = {row.subject: row for row in rolled_up(period_figures(since, until))} if account else {}
        figures = rows.get(subject) or Figures(subject, str(account or ""), Side.DEBIT, ZERO, ZERO, ZERO)
        lines = Line.objects.filter(subject=subject, business_date__range=(since, until))
        return Table(
            columns=(
                TableColumn("business_date", "记账日期", "date"),
                TableColumn("number", "凭证号"),
                TableColumn("voucher", "凭证编号", "link", url=voucher_address),
                TableColumn("summary", "摘要"),
                TableColumn("host_no", "主机流水号"),
                TableColumn("counter", "对方户名"),
                TableColumn("opposite", "对方科目"),
                TableColumn("debit", "收入", "money", total=True),
                TableColumn("credit", "付出", "money", total=True),
                TableColumn("balance", "结余", "money"),
            ),
            source=running(lines, figures),
            caption=f"银行存款日记账 {since:%Y-%m-%d} 至 {until:%Y-%m-%d}",
            unit="元",
            order=("business_date", "voucher_id", "id"),
            totals=lambda rows: signed_totals(lines),
            finish=lambda page: _journal_rows(page, figures),
            facts=(("专户", str(account)), *_facts(figures)) if account else (),
            filters=("account", "since", "until"),
            empty="这段时间该账户没有收付。" if account else "没有这个专户，或不在本管理部。",
        )

    @classmethod
    def example(cls):
        return {"account": "41050100001"}


def _journal_rows(page, figures: Figures) -> list[dict]:
    vouchers = {row["voucher_id"] for row in page}
    told = {
        voucher: (host_no, name)
        for voucher, host_no, name in BankNotice.objects.filter(voucher__in=vouchers)
        .order_by("pk")
        .values_list("voucher", "host_no", "counter_name")
    }
    opposite: dict[tuple[int, str], set[str]] = {}
    for voucher, side, subject in Line.objects.filter(voucher__in=vouchers).values_list(
        "voucher_id", "side", "subject"
    ):
        opposite.setdefault((voucher, side), set()).add(subject)
    shown = []
    for row in ledger_rows(page, figures):
        host_no, name = told.get(row["voucher_id"], ("", ""))
        others = opposite.get((row["voucher_id"], "C" if row["side"] == "D" else "D"), set())
        shown.append({**row, "host_no": host_no, "counter": name, "opposite": "、".join(sorted(others))})
    return shown


@operations.add
class GeneralLedger(_Books):
    """总账: subject by subject, month by month of a year: opening, turnover, closing, turnover since January."""

    code = "accounts.general_ledger"
    label = "总账"
    counter_code = "4116"

    class Input(serializers.Serializer):
        year = serializers.IntegerField(label="会计年度", required=False, min_value=1992, max_value=2100)
        subject = serializers.CharField(label="科目编号", required=False, max_length=19)

    def rows(self, origin, target, data):
        year = data.get("year") or origin.business_date.year
        rows = general_ledger_rows(year, origin.business_date, data.get("subject", ""), origin.branches)
        return Table(
            columns=(
                TableColumn("subject_name", "科目"),
                TableColumn("month", "年月", "month"),
                TableColumn("opening_side", "期初方向"),
                TableColumn("opening", "期初余额", "money"),
                TableColumn("debit", "本期借方", "money", url=lambda row: row["_ledger"]),
                TableColumn("credit", "本期贷方", "money", url=lambda row: row["_ledger"]),
                TableColumn("direction", "期末方向"),
                TableColumn("closing", "期末余额", "money", url=lambda row: row["_ledger"]),
                TableColumn("year_debit", "本年累计借方", "money"),
                TableColumn("year_credit", "本年累计贷方", "money"),
            ),
            source=rows,
            caption=f"{year} 年总账",
            unit="元",
            filters=("year", "subject"),
            empty="这一年没有发生额。",
        )


def general_ledger_rows(year: int, until: date, code: str = "", branches: Collection[int] | None = None) -> list[dict]:
    """Of the first level, or of ``code``; from the first month with a balance or turnover, months without are shown."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), max(until, date(year, 1, 1)))
    opening = {row.subject: row for row in rolled_up(period_figures(first, last, branches))}
    turned: dict[tuple[str, int], list[Decimal]] = {}
    for row in month_turnovers(first, last, branches):
        sums = turned.setdefault((_shown_under(row.subject, code), row.month), [ZERO, ZERO])
        sums[0] += row.debit
        sums[1] += row.credit
    wanted = [
        row for row in opening.values() if (row.subject == code if code else len(row.subject) == FIRST_LEVEL_DIGITS)
    ]
    rows = []
    for subject in wanted:
        balance, year_debit, year_credit = subject.opening, ZERO, ZERO
        for month in range(1, last.month + 1):
            debit, credit = turned.get((subject.subject, year * 100 + month), (ZERO, ZERO))
            year_debit, year_credit = year_debit + debit, year_credit + credit
            closing = balance + (debit - credit if subject.side == Side.DEBIT else credit - debit)
            if balance or debit or credit or closing:
                rows.append(
                    _general_row(
                        subject, Month(year, month), balance, (debit, credit), closing, (year_debit, year_credit)
                    )
                )
            balance = closing
    return rows


def _shown_under(subject: str, code: str) -> str:
    if code:
        return code if subject.startswith(code) else ""
    return subject[:FIRST_LEVEL_DIGITS]


def _general_row(subject: Figures, month: Month, opening, turnover, closing, year) -> dict:
    since, until = month.first_day, month.last_day
    return {
        "subject": subject.subject,
        "subject_name": f"{subject.subject} {subject.name}",
        "month": int(month),
        "opening_side": direction(subject.side, opening),
        "opening": abs(opening),
        "debit": turnover[0],
        "credit": turnover[1],
        "direction": direction(subject.side, closing),
        "closing": abs(closing),
        "year_debit": year[0],
        "year_credit": year[1],
        "_ledger": list_address("accounts.subject_ledger", subject=subject.subject, since=since, until=until),
    }


@operations.add
class TrialBalance(_Books):
    """科目余额表: opening, turnover and closing of every subject; debits equal credits in all three."""

    code = "accounts.trial_balance"
    label = "科目余额表"
    counter_code = "4117"

    class Input(serializers.Serializer):
        since = MonthField(label="会计期间起", required=False)
        until = MonthField(label="会计期间止", required=False)
        level = ChoiceField(
            label="级次", required=False, choices=[("first", "一级科目"), ("every", "全部级次")], default="every"
        )
        subject = serializers.CharField(
            label="科目编号", required=False, max_length=200, help_text="几个科目用逗号隔开"
        )

    def rows(self, origin, target, data):
        until_month = Month.of(data.get("until") or origin.business_date)
        since_month = Month.of(data.get("since") or until_month.first_day)
        since, until = since_month.first_day, until_month.last_day
        shown = rolled_up(period_figures(since, until, origin.branches))
        codes = tuple(code.strip() for code in data.get("subject", "").replace("，", ",").split(",") if code.strip())
        if codes:
            shown = [row for row in shown if row.subject.startswith(codes)]
        rows = [trial_row(row, since, until) for row in shown if data["level"] == "every" or _is_first(row)]
        top = [row for row in shown if _is_first(row) or (codes and row.subject in codes)]
        return Table(
            columns=(
                TableColumn("subject", "科目编号", "link", url=lambda row: row["_ledger"]),
                TableColumn("name", "科目名称"),
                TableColumn("opening_debit", "期初借方", "money", total=True),
                TableColumn("opening_credit", "期初贷方", "money", total=True),
                TableColumn("debit", "本期借方", "money", total=True, url=lambda row: row["_ledger"]),
                TableColumn("credit", "本期贷方", "money", total=True, url=lambda row: row["_ledger"]),
                TableColumn("closing_debit", "期末借方", "money", total=True, url=lambda row: row["_ledger"]),
                TableColumn("closing_credit", "期末贷方", "money", total=True, url=lambda row: row["_ledger"]),
            ),
            source=rows,
            caption=f"科目余额表 {since_month.words} 至 {until_month.words}",
            unit="元",
            totals=trial_totals(top, since, until),
            filters=("since", "until", "level", "subject"),
            empty="还没有记账。",
        )


def _is_first(row: Figures) -> bool:
    return len(row.subject) == FIRST_LEVEL_DIGITS


SIX = ("opening_debit", "opening_credit", "debit", "credit", "closing_debit", "closing_credit")


def trial_row(row: Figures, since: date, until: date) -> dict:
    """Each balance on the side it lies on: a balance on the wrong side shows on the other, never as a minus."""
    opening, closing = direction(row.side, row.opening), direction(row.side, row.closing)
    return {
        "subject": row.subject,
        "name": row.name,
        "opening_debit": abs(row.opening) if opening == "借" else None,
        "opening_credit": abs(row.opening) if opening == "贷" else None,
        "debit": row.debit or None,
        "credit": row.credit or None,
        "closing_debit": abs(row.closing) if closing == "借" else None,
        "closing_credit": abs(row.closing) if closing == "贷" else None,
        "_ledger": list_address("accounts.subject_ledger", subject=row.subject, since=since, until=until),
    }


def trial_totals(rows: Iterable[Figures], since: date, until: date) -> Mapping[str, Decimal]:
    """Over the first level: what stands below is in it already."""
    shown = [trial_row(row, since, until) for row in rows]
    return {key: sum((row[key] or ZERO for row in shown), ZERO) for key in SIX}
