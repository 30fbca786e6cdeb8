"""One line of an entry template: which side, which subject, how much, in names that are filled when money moves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

DEBIT, CREDIT = "D", "C"


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """``subject`` is a code of the chart, or ``@name``: filled by the caller, because it is known only when money
    moves (which bank account). ``amount`` is a sum of names: ``accrued+difference``.
    """

    side: str  # "D" 借 | "C" 贷
    subject: str  # "201", or "@bank"
    amount: str  # "total", "accrued+difference", "total-accrued"
    optional: bool = False  # left out when zero or not given
    either_side: bool = False  # a negative amount goes to the other side; else it is refused
    within: tuple[str, ...] = ()  # a named subject must be one of these or below; none: any

    def terms(self) -> Mapping[str, int]:
        """Name → how often it counts (−1 where it is taken off)."""
        return _terms(self.amount)

    @property
    def slot(self) -> str:
        """Name of the subject the caller fills; ``""`` where the template says it."""
        return self.subject[1:] if self.subject.startswith("@") else ""

    def takes(self, subject: str) -> bool:
        """Whether a line of a voucher on ``subject`` may be this one."""
        if self.slot:
            return not self.within or subject.startswith(self.within)
        return subject == self.subject

    @classmethod
    def parse(cls, text: str) -> "TemplateLine":
        """``"D @bank:101 principal+interest"``, ``"C 41101 extra ?±"``: ``?`` optional, ``±`` either side.

        :raises ValueError: not written like that.
        """
        found = re.fullmatch(
            r"([DC]) (@?[a-z_0-9]+)(?::([0-9]+(?:\|[0-9]+)*))? ([a-z_]+(?:[+-][a-z_]+)*)(?: ([?±]{1,2}))?", text.strip()
        )
        if found is None:
            raise ValueError(f"{text!r} is no line of a template")
        side, subject, within, amount, marks = found.groups()
        return cls(
            side,
            subject,
            amount,
            optional="?" in (marks or ""),
            either_side="±" in (marks or ""),
            within=tuple(within.split("|")) if within else (),
        )


@cache
def _terms(expression: str) -> Mapping[str, int]:
    terms: dict[str, int] = {}
    for sign, name in re.findall(r"([+-]?)\s*([a-z_]+)", expression):
        terms[name] = terms.get(name, 0) + (-1 if sign == "-" else 1)
    return terms


def debit(subject: str, amount: str, **options) -> TemplateLine:
    return TemplateLine(DEBIT, subject, amount, **options)


def credit(subject: str, amount: str, **options) -> TemplateLine:
    return TemplateLine(CREDIT, subject, amount, **options)
