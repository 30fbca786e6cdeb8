"""Where accounts ask what a month's deposit is, without knowing who answers.

Base, bounds and amounts are rules of deposits, an app above this one. Opening an account at the counter needs them all
the same: deposits registers its answer here at start-up (``assessing.register``), and nothing points upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from accounts.models import EmployerAccount
from servicehub.declare import Finding, Step
from servicehub.kit.months import Month


@dataclass(frozen=True, slots=True)
class Assessment:
    """One wage under the policy of a month. Amounts in yuan; ``steps`` show how they came about."""

    wage: Decimal
    base: Decimal
    employer_amount: Decimal
    employee_amount: Decimal
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()


class Assessor(Protocol):
    def amounts(self, account: EmployerAccount, month: Month, wages: Sequence[Decimal]) -> list[Assessment]:
        """One answer per wage, in order."""

    def rates(
        self, *, month: Month, area: str, klass: str, fund_kind: str, employer_rate: Decimal, employee_rate: Decimal
    ) -> list[Finding]:
        """What stands against these rates (fractions); fields ``employer_rate`` and ``employee_rate``."""


class NobodyAnswers(RuntimeError):
    """No app registered an assessor: a fault of the installation, not of the input."""


_registered: list[Assessor] = []


def register(assessor: Assessor) -> None:
    """Called once, from ``ready`` of the app that knows. A second one replaces the first (tests plant theirs)."""
    _registered[:] = [assessor]


def assessor() -> Assessor:
    if not _registered:
        raise NobodyAnswers("no app has registered how a month's deposit is computed")
    return _registered[0]
