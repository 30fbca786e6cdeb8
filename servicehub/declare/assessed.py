"""A figure and how it came about: every step with its rounding, every parameter with its document.

The page where any amount opens into its tree (一分钱溯源), a refusal that states everything (一次说清) and the
nightly second computation (双算) all read this one answer.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from servicehub.declare.finding import Finding


@dataclass(frozen=True, slots=True)
class Parameter:
    """A policy value as it was used."""

    key: str
    label: str
    value: str
    valid_from: date | None = None
    valid_to: date | None = None
    document: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working paper. ``expression`` shows numbers, not names: ``3,500.00 × 12% = 420.00``."""

    label: str
    expression: str
    result: str
    rounding: str = ""
    clause: str = ""
    parameters: tuple[Parameter, ...] = ()
    steps: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    value: Decimal
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        return not any(finding.blocks for finding in self.findings)
