"""Policy keys: every number a city may set, with type, unit and legal basis. Values carry dates (policy room)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """Declared in ``parameters.py``: ``CEILING = parameters.add(PolicyKey("deposits.base.ceiling", …))``.

    ``kind``: money | rate | integer | text | choice | boolean | json. ``checkers`` is how many people besides the
    maker must agree before a value is released (rates, limits and ratios: two).
    """

    code: str
    label: str
    kind: str
    unit: str = ""
    basis: str = ""
    choices: tuple[str, ...] = ()
    scoped_by: str = ""  # "" whole city · "area" · "employer_class" · "fund_kind"
    checkers: int = 1
    default: Any = None  # only for values that are not law; law has no default
    owner: str = ""

    def parse(self, text: str) -> Any:
        match self.kind:
            case "money" | "rate":
                return Decimal(text)
            case "integer":
                return int(text)
            case "boolean":
                return text in {"1", "true", "True", "是"}
            case _:
                return text
