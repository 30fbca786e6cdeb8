"""Facts of a letter as text and back, exactly: amounts stay decimals, days stay days."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from servicehub.kit.months import Month

_TAGS = {
    "$money": (Decimal, str, Decimal),
    "$moment": (datetime, datetime.isoformat, datetime.fromisoformat),
    "$day": (date, date.isoformat, date.fromisoformat),
    "$month": (Month, str, Month.of),
}


def freeze(facts: Mapping[str, Any]) -> str:
    """One text for equal facts.

    :raises TypeError: a value a paper has no form for; binary floats are refused.
    """
    return json.dumps(_plain(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def thaw(text: str) -> dict[str, Any]:
    return json.loads(text, object_hook=_rich)


def _plain(value: Any) -> Any:
    for tag, (kind, write, _) in _TAGS.items():
        if isinstance(value, kind):
            return {tag: write(value)}
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} is no fact of a letter")


def _rich(value: dict) -> Any:
    if len(value) == 1:
        ((tag, text),) = value.items()
        if tag in _TAGS:
            return _TAGS[tag][2](text)
    return value
