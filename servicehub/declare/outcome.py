"""What an executed operation answers: shown as the receipt, given by the API, kept with the case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """One audited change: object, what happened, digests of before and after are taken by the audit room."""

    object: str  # "deposits.remittance:18"
    action: str  # 核定, 入账, 封存 …
    label: str = ""
    before: Mapping[str, str] = field(default_factory=dict)  # masked words, never raw ids
    after: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextStep:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``done`` closes the case; ``continues`` leaves it open until somebody (the bank) has answered."""

    message: str  # 已确认 2026年11月汇缴，请于 11月15日前付款
    state: Literal["done", "continues"] = "done"
    changes: tuple[Change, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()  # receipt lines
    letters: tuple[tuple[str, str], ...] = ()  # (letter code, subject) that can be printed
    next_steps: tuple[NextStep, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # machine-readable, strings only
