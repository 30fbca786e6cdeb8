"""Ledger events as data: which subjects an event books, on which side, and how much.

An app declares its events in ``events.py`` (a room that autodiscovery imports)::

    ALLOCATE = ledger_events.add(
        EventTemplate(
            code="deposits.allocate_remittance",
            label="汇缴分配",
            entry="E03",
            kind=Kind.REMITTANCE,
            lines=(debit("21901", "total"), credit("201", "total")),
        )
    )

A subject is a code of the chart, or ``@name``: filled by the caller (``Entry.subjects``), because it is known only
when money moves (which bank account). An amount is a sum of names: ``accrued+difference``. A template must balance for
*every* value of its names; that is proved symbolically at start-up, so an unbalanced one never reaches a voucher.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from accounts.ledger.money import as_fen_exact
from servicehub.declare.registry import ledger_events


class Kind(StrEnum):
    """业务明细类型. Two digits are code A.5 of the data standard; four are ours, and report as their first two."""

    REMITTANCE = "01"
    BACK_PAYMENT = "02"
    INTERNAL_TRANSFER = "06"
    MERGE = "0601"
    TRANSFER_OUT = "07"
    TRANSFER_IN = "08"
    INTEREST = "09"
    LATE_INTEREST = "0901"
    CLOSING_INTEREST = "0902"
    PARTIAL_WITHDRAWAL = "11"
    CLOSING_WITHDRAWAL = "12"
    OTHER = "99"
    CORRECTION = "9901"
    SUSPENSE_IN = "9910"
    SUSPENSE_USED = "9911"
    SUSPENSE_CLAIMED = "9912"
    SUSPENSE_REFUNDED = "9913"

    @property
    def reported(self) -> str:
        return self.value[:2]


KIND_LABELS = {
    "01": "汇缴",
    "02": "补缴",
    "06": "内部转移",
    "0601": "账户合并",
    "07": "外部转出",
    "08": "外部转入",
    "09": "年终结息",
    "0901": "补计利息",
    "0902": "销户结息",
    "11": "部分提取",
    "12": "销户提取",
    "99": "其他",
    "9901": "错账更正",
    "9910": "暂收登记",
    "9911": "暂收使用",
    "9912": "暂收认领",
    "9913": "暂收退回",
}


@dataclass(frozen=True, slots=True)
class TemplateLine:
    side: str  # "D" 借 | "C" 贷
    subject: str  # "201", or "@bank"
    amount: str  # "total", "accrued+difference", "total-accrued"
    optional: bool = False  # left out when zero or not given
    either_side: bool = False  # a negative amount goes to the other side; else it is refused

    def terms(self) -> Counter:
        return _terms(self.amount)


def debit(subject: str, amount: str, **options) -> TemplateLine:
    return TemplateLine("D", subject, amount, **options)


def credit(subject: str, amount: str, **options) -> TemplateLine:
    return TemplateLine("C", subject, amount, **options)


@dataclass(frozen=True, slots=True)
class EventTemplate:
    """``code`` is the event type of its vouchers; ``entry`` the template's number in the accounting rules (E03)."""

    code: str
    label: str  # the voucher's summary unless the entry brings one
    lines: tuple[TemplateLine, ...]
    kind: str = Kind.OTHER  # of its postings, unless a movement says otherwise
    entry: str = ""
    manual: bool = False  # may be keyed by an accountant, with a checker
    reverses: bool = False  # lines come from the voucher it answers, none from here
    reversible: bool = True  # paid interest, for one, is corrected and not reversed: the year has rolled

    def faults(self, subjects: Mapping[str, bool]) -> list[str]:
        """What is wrong with the declaration itself. ``subjects``: code → may be booked."""
        if self.reverses:
            return [f"{self.code}: a reversal has no lines of its own"] if self.lines else []
        found = []
        balance: Counter = Counter()
        for line in self.lines:
            if line.side not in {"D", "C"}:
                found.append(f"{self.code}: side {line.side!r}")
            if not line.subject.startswith("@") and not subjects.get(line.subject):
                found.append(f"{self.code}: subject {line.subject} cannot be booked")
            for name, times in line.terms().items():
                balance[name] += times if line.side == "D" else -times
        unbalanced = sorted(name for name, times in balance.items() if times)
        if not self.lines or unbalanced:
            found.append(f"{self.code}: debits and credits differ by {', '.join(unbalanced) or 'everything'}")
        return found

    def book(self, amounts: Mapping[str, Decimal], subjects: Mapping[str, str]) -> list[tuple[str, str, Decimal]]:
        """Lines (side, subject, amount > 0) for these amounts.

        :raises KeyError: a name the template needs is missing, or one is given that it does not know.
        :raises ValueError: a negative or zero amount where none may be.
        """
        known = {name for line in self.lines for name in line.terms()}
        if stray := sorted(set(amounts) - known):
            raise KeyError(f"{self.code} knows no amount {', '.join(stray)}")
        booked = []
        for line in self.lines:
            if line.optional and all(name not in amounts for name in line.terms()):
                continue
            amount = sum((times * as_fen_exact(amounts[name]) for name, times in line.terms().items()), Decimal(0))
            if amount == 0 and line.optional:
                continue
            side = line.side
            if amount < 0 and line.either_side:
                side, amount = ("C" if side == "D" else "D"), -amount
            if amount <= 0:
                raise ValueError(f"{self.code}: {line.amount} is {amount}")
            subject = subjects[line.subject[1:]] if line.subject.startswith("@") else line.subject
            booked.append((side, subject, as_fen_exact(amount)))
        return booked


def _terms(expression: str) -> Counter:
    terms: Counter = Counter()
    for sign, name in re.findall(r"([+-]?)\s*([a-z_]+)", expression):
        terms[name] += -1 if sign == "-" else 1
    return terms


def template(event_type: str) -> EventTemplate:
    """:raises KeyError: no app declares such an event."""
    return ledger_events[event_type]


def declaration_faults(subjects: Mapping[str, bool]) -> list[str]:
    """Of every declared event, and of the registry itself (duplicates)."""
    found = list(ledger_events.faults)
    for declared in ledger_events:
        found.extend(declared.faults(subjects))
    return found
