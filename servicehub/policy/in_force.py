"""The value in force on a day, with the document it rests on; an undefined day raises, it never guesses.

A city has a few hundred values, so each process keeps a city's book in memory and asks the database only whether a
release has made it old. Values take effect the day after their release at the earliest, so a book a moment old still
gives today's law.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from servicehub.declare import DomainError, Finding, Parameter, PolicyKey
from servicehub.declare.registry import parameters

RECHECK_SECONDS = 2

CONFIDENCE = {
    "A": "已核对原文",
    "A-derived": "由公布数推算",
    "B": "引自公开通知",
    "C": "引自转载",
    "D": "未核实",
    "E": "估算",
    "own": "本中心规定",
    "default": "系统默认值",
    "demo": "演示假设",
}
"""How sure we are of a value. Everything below B is shown to users with this mark, never as law."""


class NotInForce(DomainError):
    """No value on that day. ``findings`` names every key that is missing."""

    def __init__(self, on: date, keys: Iterable[PolicyKey], where: str):
        self.on = on
        self.keys = tuple(key.code for key in keys)
        findings = [
            Finding(
                code="policy.not_in_force",
                message=f"{where}在 {on:%Y-%m-%d} 没有生效的“{key.label}”。",
                remedy="由业务管理岗发布适用该日期的政策值后再办理。",
                clause=key.basis,
                facts={"key": key.code, "on": on.isoformat()},
            )
            for key in keys
        ]
        super().__init__("policy.not_in_force", *findings)


@dataclass(frozen=True, slots=True)
class InForce:
    """``value`` is parsed by the key's kind (money and rates ``Decimal``), ``text`` as released."""

    key: PolicyKey
    value: Any
    text: str
    valid_from: date | None
    valid_to: date | None  # first day it no longer holds
    document: str = ""
    source: str = ""
    confidence: str = ""
    city: str = ""
    area: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    city: str
    area: str
    scope: str
    text: str
    valid_from: date
    valid_to: date | None
    document: str
    source: str
    confidence: str

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    @property
    def precision(self) -> tuple[bool, bool, bool]:
        return bool(self.city), bool(self.scope), bool(self.area)


def value(key: PolicyKey | str, on: date, *, city: str | None = None, area: str = "", scope: str = "") -> InForce:
    """The most precise value in force: a city's before the nation's, a class's before everyone's, an area's before
    the whole city's. ``city`` is the centre's own unless given; ``""`` is the nation.

    :raises NotInForce: nothing holds on that day and the key has no default.
    """
    return values([key], on, city=city, area=area, scope=scope)[_declared(key).code]


def values(
    keys: Iterable[PolicyKey | str], on: date, *, city: str | None = None, area: str = "", scope: str = ""
) -> dict[str, InForce]:
    """Several at once, by code.

    :raises NotInForce: with one finding per missing key.
    """
    city = settings.CENTRE_CITY if city is None else city
    found, missing = {}, []
    for declared in map(_declared, keys):
        answer = find(declared, on, city=city, area=area, scope=scope)
        if answer is None:
            missing.append(declared)
        else:
            found[declared.code] = answer
    if missing:
        raise NotInForce(on, missing, city or "全国")
    return found


def find(key: PolicyKey | str, on: date, *, city: str | None = None, area: str = "", scope: str = "") -> InForce | None:
    """As ``value``, but ``None`` where nothing holds: for bounds that a city may simply not have."""
    declared = _declared(key)
    fitting = [row for row in _rows(declared, city, area, scope) if row.holds(on)]
    if fitting:
        return _in_force(declared, max(fitting, key=lambda row: row.precision))
    if declared.default is None:
        return None
    text = str(declared.default)
    return InForce(declared, declared.parse(text), text, None, None, source="系统默认值", confidence="default")


def history(key: PolicyKey | str, *, city: str | None = None, area: str = "", scope: str = "") -> list[InForce]:
    """Every released value that could apply, oldest first: for rates that several periods share."""
    declared = _declared(key)
    rows = sorted(_rows(declared, city, area, scope), key=lambda row: (row.valid_from, row.precision))
    return [_in_force(declared, row) for row in rows]


def as_parameter(in_force: InForce) -> Parameter:
    """For the working paper of a figure (``declare.Step.parameters``)."""
    return Parameter(
        key=in_force.key.code,
        label=in_force.key.label,
        value=in_force.text,
        valid_from=in_force.valid_from,
        valid_to=in_force.valid_to,
        document=in_force.document or in_force.source,
        confidence=CONFIDENCE.get(in_force.confidence, in_force.confidence),
    )


def plain_area(area: str) -> str:
    """禹州市 and 禹州 are one place; 市区 and 嵩县 keep their last character."""
    return area[:-1] if len(area) > 2 and area[-1] in "市县区" else area


def forget() -> None:
    """Read every book again at the next look-up: called by whoever changes values in this process."""
    _books.clear()
    _checked.update(epoch=None, at=None)


# --- The books of this process ---------------------------------------------------------------------------------------

_books: dict[str, dict[str, list[_Row]]] = {}
_checked: dict[str, Any] = {"epoch": None, "at": None}


def _declared(key: PolicyKey | str) -> PolicyKey:
    return key if isinstance(key, PolicyKey) else parameters[key]


def _rows(key: PolicyKey, city: str | None, area: str, scope: str) -> list[_Row]:
    rows = _book(settings.CENTRE_CITY if city is None else city).get(key.code, [])
    areas, scopes = {"", plain_area(area)}, {"", scope}
    return [row for row in rows if row.area in areas and row.scope in scopes]


def _book(city: str) -> dict[str, list[_Row]]:
    _drop_if_old()
    book = _books.get(city)
    if book is None:
        book = _books[city] = _read(city)
    return book


def _drop_if_old() -> None:
    moment = time.monotonic()
    if _checked["at"] is not None and moment - _checked["at"] < RECHECK_SECONDS:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM servicehub_policyepoch WHERE id = 1")
        row = cursor.fetchone()
    epoch = row[0] if row else 0
    if epoch != _checked["epoch"]:
        _books.clear()
    _checked.update(epoch=epoch, at=moment)


_READ = """
SELECT s.key, s.city, s.area, s.scope, v.value, v.valid_from, v.valid_to, v.document, v.source, v.confidence
  FROM servicehub_policyvalue v JOIN servicehub_policyslot s ON s.id = v.slot_id
 WHERE v.state = 'released' AND s.city IN ('', %s)
"""


def _read(city: str) -> dict[str, list[_Row]]:
    book: dict[str, list[_Row]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READ, [city])
        for key, *columns in cursor.fetchall():
            book.setdefault(key, []).append(_Row(*columns))
    return book


def _in_force(key: PolicyKey, row: _Row) -> InForce:
    return InForce(
        key,
        key.parse(row.text),
        row.text,
        row.valid_from,
        row.valid_to,
        row.document,
        row.source,
        row.confidence,
        row.city,
        row.area,
        row.scope,
    )
