"""Rounding of monthly amounts: the eight precisions centres use, and the one that rounds the total.

Every mode is a (unit, mode, stage) triple, so that the named codes and the explicit form of the calculator are one
arithmetic. Amounts are yuan as ``Decimal``; binary floats are refused, because an older product lost a yuan to
99.9999… and another mishandled values whose only fraction is fen.

Two neighbours that are easily confused: 见角进元 drops the fen first and rounds up only when a jiao is left
(2537.04 → 2537), 见分进元 rounds any fraction up (2537.04 → 2538).
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum

FEN = Decimal("0.01")
JIAO = Decimal("0.1")
YUAN = Decimal(1)


class Unit(StrEnum):
    YUAN = "yuan"
    JIAO = "jiao"
    FEN = "fen"

    @property
    def quantum(self) -> Decimal:
        return {Unit.YUAN: YUAN, Unit.JIAO: JIAO, Unit.FEN: FEN}[self]

    @property
    def label(self) -> str:
        return {Unit.YUAN: "元", Unit.JIAO: "角", Unit.FEN: "分"}[self]


class Mode(StrEnum):
    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"
    HALF_EVEN = "half_even"


class Stage(StrEnum):
    """``per_side``: employer and employee are each rounded, then added. ``total``: the sum is rounded, then shared."""

    PER_SIDE = "per_side"
    TOTAL = "total"


DECIMAL_MODE = {
    Mode.HALF_UP: ROUND_HALF_UP,
    Mode.UP: ROUND_CEILING,
    Mode.DOWN: ROUND_DOWN,
    Mode.HALF_EVEN: ROUND_HALF_EVEN,
}
MODE_LABEL = {
    Mode.HALF_UP: "四舍五入到{unit}",
    Mode.UP: "进位到{unit}",
    Mode.DOWN: "舍去{unit}以下",
    Mode.HALF_EVEN: "四舍六入五成双到{unit}",
}


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a monthly amount is brought to its unit.

    ``drop`` is a unit the amount is truncated to before the mode applies (见角进元 drops the fen). ``code`` is empty
    for an explicit combination that has no name.
    """

    unit: Unit
    mode: Mode
    stage: Stage = Stage.PER_SIDE
    drop: Unit | None = None
    code: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        words = self.name or MODE_LABEL[self.mode].format(unit=self.unit.label)
        if self.stage is Stage.TOTAL and not self.name:
            return f"合计后{words}"
        return words

    def apply(self, amount: Decimal) -> Decimal:
        """``amount`` (yuan, not negative) in the rounding's unit, written with two places."""
        if not isinstance(amount, Decimal):
            raise TypeError(f"money is Decimal, not {type(amount).__name__}")
        if amount < 0:
            raise ValueError("a monthly amount is never negative")
        if self.drop is not None:
            amount = amount.quantize(self.drop.quantum, ROUND_DOWN)
        return amount.quantize(self.unit.quantum, DECIMAL_MODE[self.mode]).quantize(FEN)


def _named(code: str, name: str, unit: Unit, mode: Mode, **more) -> Rounding:
    return Rounding(unit, mode, code=code, name=name, **more)


NAMED = {
    rounding.code: rounding
    for rounding in (
        _named("HALF_UP_YUAN", "四舍五入到元", Unit.YUAN, Mode.HALF_UP),
        _named("FLOOR_YUAN", "舍元以下", Unit.YUAN, Mode.DOWN),
        _named("CEIL_YUAN_FROM_JIAO", "见角进元", Unit.YUAN, Mode.UP, drop=Unit.JIAO),
        _named("CEIL_YUAN", "见分进元", Unit.YUAN, Mode.UP),
        _named("CEIL_JIAO", "见分进角", Unit.JIAO, Mode.UP),
        _named("HALF_UP_JIAO", "四舍五入到角", Unit.JIAO, Mode.HALF_UP),
        _named("FLOOR_JIAO", "舍角以下", Unit.JIAO, Mode.DOWN),
        _named("HALF_UP_FEN", "四舍五入到分", Unit.FEN, Mode.HALF_UP),
        _named("TOTAL_FLOOR_YUAN", "合计后舍元以下", Unit.YUAN, Mode.DOWN, stage=Stage.TOTAL),
    )
}
"""The precisions found in use, by code. The first eight round each side; the ninth was read off one city's ceiling."""


def named(code: str) -> Rounding:
    """The rounding of a policy value. Raises ``KeyError`` for a code nobody uses: law is never guessed."""
    return NAMED[code]
