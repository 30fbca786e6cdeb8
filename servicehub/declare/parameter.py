"""Policy keys: every number a city may set, with type, unit and legal basis. Values carry dates (policy room)."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

_BOOLEANS = {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """Declared in ``parameters.py``: ``CEILING = parameters.add(PolicyKey("deposits.base.ceiling", …))``.

    ``kind``: money | rate | integer | text | choice | boolean | month_day | json. Rates are fractions: 12% is 0.12,
    1.50% a year is 0.0150. ``checkers`` is how many people besides the maker must agree before a value is released
    (rates, limits and ratios: two).
    """

    code: str
    label: str
    kind: str
    unit: str = ""
    basis: str = ""
    choices: tuple[str, ...] = ()
    scoped_by: str = ""  # "" whole city · "area" · "employer_class" · "fund_kind" · "item"; "area,employer_class"
    scopes: tuple[tuple[str, str], ...] = ()  # codes a value may be scoped to, with their words
    checkers: int = 1
    default: Any = None  # only for values that are not law; law has no default
    owner: str = ""

    def scope_word(self, scope: str) -> str:
        return dict(self.scopes).get(scope, scope)

    def parse(self, text: str) -> Any:
        match self.kind:
            case "money" | "rate":
                return Decimal(text)
            case "integer":
                return int(text)
            case "boolean":
                return _BOOLEANS[text.lower()]
            case "json":
                return json.loads(text)
            case _:
                return text

    def complaint(self, text: str) -> str:
        """What is wrong with ``text`` as a value of this key, in Chinese; ``""`` when nothing is."""
        try:
            parsed = self.parse(text)
        except (ValueError, KeyError, InvalidOperation):
            return f"“{self.label}”的值“{text}”应为{_KIND_WORDS[self.kind]}。"
        match self.kind:
            case "money" if parsed < 0 or parsed != parsed.quantize(Decimal("0.01")):
                return f"“{self.label}”应为不小于零、最多两位小数的金额。"
            case "rate" if not 0 <= parsed <= 10:
                return f"“{self.label}”写成小数，12%写作 0.12。"
            case "choice" if parsed not in self.choices:
                return f"“{self.label}”只能是{'、'.join(self.choices)}之一。"
            case "month_day" if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", parsed):
                return f"“{self.label}”写成月-日，如 07-01。"
        return ""


_KIND_WORDS = {
    "money": "金额（元）",
    "rate": "小数",
    "integer": "整数",
    "boolean": "是或否",
    "json": "JSON",
    "text": "文字",
    "choice": "所列选项",
    "month_day": "月-日",
}
