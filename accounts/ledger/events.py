"""Ledger events: what an app books, each bound to an entry template of the accounting rules.

An app declares its events in ``events.py`` (a room that autodiscovery imports)::

    ALLOCATE = ledger_events.add(
        EventTemplate(
            code="deposits.allocate", label="汇缴到账分配", entry="E03", form="direct", kind=Kind.REMITTANCE
        )
    )

Which subjects it books, on which side and how much is data (``templates.py``, ``data/entries.toml``). An event whose
entry or form is not there, or whose lines would not balance for every value of their names, keeps the system from
starting.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.ledger import templates
from accounts.ledger.money import as_fen_exact
from accounts.ledger.template_lines import TemplateLine, credit, debit
from servicehub.declare import Step
from servicehub.declare.registry import ledger_events

if TYPE_CHECKING:
    from accounts.ledger.models import Posting

__all__ = ["KIND_LABELS", "EventTemplate", "Kind", "TemplateLine", "credit", "debit", "declaration_faults", "template"]


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
class EventTemplate:
    """``code`` is the event type of its vouchers; ``entry`` and ``form`` name the template its lines come from.

    ``lines`` given here stand in place of the template's where an event needs names of its own; they must still be
    lines of the entry it names.
    """

    code: str
    label: str  # the voucher's summary unless the entry brings one
    lines: tuple[TemplateLine, ...] = ()
    kind: str = Kind.OTHER  # of its postings, unless a movement says otherwise
    entry: str = ""
    manual: bool = False  # may be keyed by an accountant, with a checker
    reverses: bool = False  # lines come from the voucher it answers, none from here
    reversible: bool = True  # paid interest, for one, is corrected and not reversed: the year has rolled
    form: str = ""  # of the entry; unset: its first
    explain: "Callable[[Posting], tuple[Step, ...]] | None" = None  # 一分钱溯源: how a posting's amount came about

    def __post_init__(self):
        if not self.lines and not self.reverses and (found := templates.form(self.entry, self.form)):
            object.__setattr__(self, "lines", found.lines)

    def faults(self, subjects: Mapping[str, bool]) -> list[str]:
        """What is wrong with the declaration itself. ``subjects``: code → may be booked."""
        if self.reverses:
            return [f"{self.code}: a reversal has no lines of its own"] if self.lines else []
        if not self.lines:
            wanted = f"{self.entry}.{self.form}" if self.form else self.entry
            return [f"{self.code}: no entry template {wanted or 'is named'}"]
        return templates.line_faults(self.code, self.lines, subjects)

    def book(self, amounts: Mapping[str, Decimal], subjects: Mapping[str, str]) -> list[tuple[str, str, Decimal]]:
        """Lines (side, subject, amount > 0) for these amounts.

        :raises KeyError: a name the template needs is missing, or one is given that it does not know.
        :raises ValueError: a negative or zero amount where none may be; a subject where it does not belong.
        """
        known = {name for line in self.lines for name in line.terms()}
        if stray := sorted(set(amounts) - known):
            raise KeyError(f"{self.code} knows no amount {', '.join(stray)}")
        booked = []
        for line in self.lines:
            if line.optional and all(name not in amounts for name in line.terms()):
                continue
            amount = self._amount(line, amounts)
            if amount == 0 and line.optional:
                continue
            side = line.side
            if amount < 0 and line.either_side:
                side, amount = ("C" if side == "D" else "D"), -amount
            if amount <= 0:
                raise ValueError(f"{self.code}: {line.amount} is {amount}")
            subject = subjects[line.slot] if line.slot else line.subject
            if not line.takes(subject):
                raise ValueError(f"{self.code}: {subject} is no {line.slot} ({', '.join(line.within)})")
            booked.append((side, subject, as_fen_exact(amount)))
        return booked

    def _amount(self, line: TemplateLine, amounts: Mapping[str, Decimal]) -> Decimal:
        """A sum of names counts those not given as zero where other lines may be left out, too."""
        parts = line.terms()
        leaveable = {name for one in self.lines if one.optional for name in one.terms()} if len(parts) > 1 else set()
        return sum(
            (times * as_fen_exact(amounts[name]) for name, times in parts.items() if name in amounts
             or name not in leaveable),
            Decimal(0),
        )  # fmt: skip


def template(event_type: str) -> EventTemplate:
    """:raises KeyError: no app declares such an event."""
    return ledger_events[event_type]


def declaration_faults(subjects: Mapping[str, bool]) -> list[str]:
    """Of every declared event, and of the registry itself (duplicates)."""
    found = list(ledger_events.faults)
    for declared in ledger_events:
        found.extend(declared.faults(subjects))
        entry = templates.entries().get(declared.entry)
        if entry is None:
            found.append(f"{declared.code}: no entry of the accounting rules ({declared.entry or 'none named'})")
        elif entry.reverses != declared.reverses:
            found.append(f"{declared.code}: {declared.entry} and it differ on whether they reverse")
        elif declared.lines and not templates.covers(declared.entry, declared.lines):
            found.append(f"{declared.code}: its lines are none of {declared.entry} in data/entries.toml")
    return found
