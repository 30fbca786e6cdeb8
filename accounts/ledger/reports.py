"""资产负债表, 增值收益表, 增值收益分配表: layouts and formulas are data (``data/reports.toml``), figures the ledger's."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from accounts.ledger.flows import CARRYING, Flow, flows
from accounts.ledger.models.chart import Side
from accounts.ledger.money import ZERO
from accounts.ledger.periods import Figures, period_figures, rolled_up

DATA = Path(__file__).resolve().parent / "data" / "reports.toml"
MEASURES = ("closing", "opening", "earned", "net", "debit")
_TERM = re.compile(r"([+-]?)(closing|opening|earned|net|debit|line):([a-z_0-9]+)(?:@(E[0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Term:
    sign: int
    measure: str
    about: str  # a subject, or the key of a line
    entry: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    key: str
    label: str
    no: int | None = None
    terms: tuple[Term, ...] = ()  # none: a heading
    total: bool = False
    basis: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(term.about for term in self.terms if term.measure != "line")


@dataclass(frozen=True, slots=True)
class ReportColumn:
    key: str
    label: str
    span: str  # period | year_to_date | last_year


@dataclass(frozen=True, slots=True)
class Tie:
    label: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportForm:
    code: str
    label: str
    basis: str
    columns: tuple[ReportColumn, ...]
    lines: tuple[ReportLine, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A tie that does not hold."""

    report: str
    column: str
    tie: str
    left: Decimal
    right: Decimal


@dataclass(frozen=True, slots=True)
class Report:
    """``figures``: (line, column) → yuan. ``spans``: column → first and last day its figures are of."""

    form: ReportForm
    figures: dict[tuple[str, str], Decimal]
    spans: dict[str, tuple[date, date]]
    gaps: tuple[Gap, ...]


def parse(formula: str) -> tuple[Term, ...]:
    """:raises ValueError: not a sum of terms."""
    terms, at = [], 0
    for found in _TERM.finditer(formula):
        if found.start() != at or (at and not found[1]):
            break
        at = found.end()
        terms.append(Term(-1 if found[1] == "-" else 1, found[2], found[3], found[4] or ""))
    if at != len(formula) or not terms:
        raise ValueError(f"{formula!r} is no formula")
    return tuple(terms)


@cache
def report_forms() -> dict[str, ReportForm]:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {row["code"]: _form(row, data["basis"]) for row in data["report"]}


def _form(row: dict, basis: str) -> ReportForm:
    lines = tuple(
        ReportLine(
            line["key"],
            line["label"],
            line.get("no"),
            parse(line["formula"]) if "formula" in line else (),
            line.get("total", False),
            line.get("basis", basis),
        )
        for line in row["lines"]
    )
    ties = tuple(
        Tie(tie["label"], parse(tie["left"]), parse(tie["right"]), tuple(tie["columns"])) for tie in row["ties"]
    )
    columns = tuple(ReportColumn(**column) for column in row["columns"])
    return ReportForm(row["code"], row["label"], row.get("basis", basis), columns, lines, ties)


def form_faults(subjects: Iterable[str], entries: Iterable[str]) -> list[str]:
    """Formulas that name lines, subjects or entries that are not there; subjects no line of a sheet shows."""
    known, entries, found = set(subjects), set(entries), []
    for form in report_forms().values():
        keys = [line.key for line in form.lines]
        found += [f"{form.code}: line {key} twice" for key in sorted(set(keys)) if keys.count(key) > 1]
        terms = [(line.key, term) for line in form.lines for term in line.terms]
        terms += [(tie.label, term) for tie in form.ties for term in (*tie.left, *tie.right)]
        for place, term in terms:
            name = f"{form.code}.{place}"
            if term.measure == "line" and term.about not in keys:
                found.append(f"{name}: no line {term.about}")
            elif term.measure != "line" and term.about not in known and not term.about.startswith("2"):
                found.append(f"{name}: no subject {term.about}")
            if term.entry and term.entry not in entries:
                found.append(f"{name}: no entry {term.entry}")
            if term.measure in {"net", "debit"} and not term.entry:
                found.append(f"{name}: {term.measure} names no entry")
    return found + _unshown(known)


def _unshown(subjects: set[str]) -> list[str]:
    """Every first-level subject stands in the balance sheet, or its two sides could not agree."""
    shown = {subject for line in report_forms()["balance_sheet"].lines for subject in line.subjects}
    return [
        f"balance_sheet: subject {code} stands in no line"
        for code in sorted(subjects)
        if len(code) == 3 and not code.startswith(tuple(shown))
    ]


def report(code: str, since: date, until: date) -> Report:
    """A statement for the period ``since`` to ``until`` (months of one calendar year), over the whole centre."""
    form = report_forms()[code]
    spans = {column.key: _span(column.span, since, until) for column in form.columns}
    figures: dict[tuple[str, str], Decimal] = {}
    gaps = []
    for column in form.columns:
        measured = _Measured(*spans[column.key])
        value = _evaluator(form, measured)
        for line in form.lines:
            if line.terms:
                figures[line.key, column.key] = value(line.terms)
        for tie in form.ties:
            left, right = value(tie.left), value(tie.right)
            if column.key in tie.columns and left != right:
                gaps.append(Gap(form.code, column.key, tie.label, left, right))
    return Report(form, figures, spans, tuple(gaps))


def _span(kind: str, since: date, until: date) -> tuple[date, date]:
    match kind:
        case "period":
            return since, until
        case "year_to_date":
            return date(until.year, 1, 1), until
        case "last_year":
            return date(until.year - 1, 1, 1), date(until.year, 1, 1) - timedelta(days=1)
    raise ValueError(f"{kind!r} is no span")


def _evaluator(form: ReportForm, measured: "_Measured") -> Callable[[tuple[Term, ...]], Decimal]:
    lines = {line.key: line.terms for line in form.lines}

    def value(terms: tuple[Term, ...]) -> Decimal:
        total = ZERO
        for term in terms:
            figure = value(lines[term.about]) if term.measure == "line" else measured.of(term)
            total += term.sign * figure
        return total

    return value


class _Measured:
    """Figures of one span, drawn once: balances and turnover of every subject, and what certain entries booked."""

    def __init__(self, since: date, until: date):
        rows = rolled_up(period_figures(since, until))
        self.rows: dict[str, Figures] = {row.subject: row for row in rows}
        wanted = {term.entry for term in _every_term() if term.entry}
        self.flows: list[Flow] = flows({*CARRYING, *wanted}, since, until)
        self.sides = {row.subject: row.side for row in rows}

    def of(self, term: Term) -> Decimal:
        match term.measure:
            case "opening" | "closing":
                return sum((getattr(row, term.measure) for row in self._top(term.about)), ZERO)
            case "earned":
                rows = self._top(term.about)
                return sum((row.net for row in rows), ZERO) - self._net(term.about, CARRYING)
            case "net":
                return self._net(term.about, (term.entry,))
            case "debit":
                return sum((flow.debit for flow in self._flows(term.about, (term.entry,))), ZERO)
        raise ValueError(term.measure)

    def _top(self, code: str) -> list[Figures]:
        """The subject itself; where a prefix names a gap of the chart (22), the subjects opened there."""
        if code in self.rows:
            return [self.rows[code]]
        below = [row for row in self.rows.values() if row.subject.startswith(code)]
        return [row for row in below if not any(other.subject != row.subject and row.subject.startswith(other.subject)
                                                for other in below)]  # fmt: skip

    def _net(self, code: str, entries: tuple[str, ...]) -> Decimal:
        return sum(
            (
                flow.debit - flow.credit if self.sides.get(flow.subject) == Side.DEBIT else flow.credit - flow.debit
                for flow in self._flows(code, entries)
            ),
            ZERO,
        )

    def _flows(self, code: str, entries: tuple[str, ...]) -> list[Flow]:
        return [flow for flow in self.flows if flow.entry in entries and flow.subject.startswith(code)]


@cache
def _every_term() -> tuple[Term, ...]:
    return tuple(
        term
        for form in report_forms().values()
        for terms in (
            *(line.terms for line in form.lines),
            *(side for tie in form.ties for side in (tie.left, tie.right)),
        )
        for term in terms
    )
