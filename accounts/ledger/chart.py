"""The chart of accounts: loaded from data, extended by bank accounts and the like, never renamed."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db import transaction

from accounts.ledger.general import general_balances
from accounts.ledger.models import Line, Subject
from accounts.ledger.models.chart import Book, Nature, Side
from servicehub.declare import Origin

DATA = Path(__file__).resolve().parent / "data" / "chart.toml"
_INHERITED = ("side", "book", "nature", "has_subledger", "maintained", "bears_interest", "opened_on", "basis")
FIRST_LEVEL_DIGITS = 3


@cache
def declared() -> tuple[dict, ...]:
    """Every subject of the data file as a row, parents before children; children inherit what they do not say."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    common = {key: data[key] for key in ("opened_on", "basis")}
    return tuple(_rows([{**common, **subject} for subject in data["subject"]], None))


def bookable() -> dict[str, bool]:
    """Code → whether lines may be written on it, by the data file alone (no database)."""
    return {row["code"]: row["postable"] for row in declared()}


def with_subledger() -> dict[str, bool]:
    """Code → whether a sub-ledger stands behind it, by the data file alone (no database)."""
    return {row["code"]: row["has_subledger"] for row in declared()}


def load() -> int:
    """Bring the table up to the data file. Repeatable; subjects a centre added itself are left alone."""
    with transaction.atomic():
        present = set(Subject.objects.values_list("code", flat=True))
        missing = [Subject(**row) for row in declared() if row["code"] not in present]
        Subject.objects.bulk_create(missing)
    return len(missing)


def open_subject(origin: Origin, code: str, parent: str, name: str) -> Subject:
    """A further sub-account: a bank account below 10101, a bond issue below 12401. It inherits all but the name.

    Safe to call again. Once it has children, a subject takes no lines itself.

    :raises ValueError: the code does not continue the parent's, the parent has a sub-ledger, or has lines already.
    """
    origin.require_pass()
    if not code.startswith(parent) or len(code) <= len(parent) or not code.isdigit():
        raise ValueError(f"{code} does not continue {parent}")
    with transaction.atomic():
        above = Subject.objects.select_for_update(of=("self",), no_key=True).get(code=parent)
        if present := Subject.objects.filter(code=code).first():
            return present
        if above.has_subledger or (above.postable and Line.objects.filter(subject=parent).exists()):
            raise ValueError(f"{parent} is booked on directly and cannot be divided")
        if above.postable:
            Subject.objects.filter(code=parent).update(postable=False)
        return Subject.objects.create(
            code=code,
            name=name,
            parent=above,
            side=above.side,
            book=above.book,
            nature=above.nature,
            opened_on=origin.business_date,
            basis=above.basis,
        )


def open_local_subject(origin: Origin, code: str, name: str, basis: str) -> Subject:
    """A first-level subject of the centre's own, in a gap of the rule's codes: a liability of the fund (E50 融资).

    The sixteen codes of the rule may not be changed; what is borrowed needs one beside them, with the board's consent.
    Safe to call again.

    :raises ValueError: the code is no three figures beginning with 2, or one of the rule's.
    """
    origin.require_pass()
    rules_own = {row["code"] for row in declared()}
    if len(code) != FIRST_LEVEL_DIGITS or not code.isdigit() or not code.startswith("2") or code in rules_own:
        raise ValueError(f"{code} is no free code of a liability")
    found, _created = Subject.objects.get_or_create(
        code=code,
        defaults={
            "name": name, "side": Side.CREDIT, "book": Book.FUND, "nature": Nature.LIABILITY,
            "opened_on": origin.business_date, "basis": basis,
        },
    )  # fmt: skip
    return found


def close_subject(origin: Origin, code: str) -> None:
    """No further lines from the business day on. Only a subject without a balance closes; its history stays.

    :raises ValueError: the subject still has a balance, or is of the rule.
    """
    origin.require_pass()
    if code in {row["code"] for row in declared()}:
        raise ValueError(f"{code} is a subject of the rule")
    with transaction.atomic():
        Subject.objects.select_for_update(of=("self",), no_key=True).get(code=code)
        if any(row.balance for row in general_balances() if row.subject == code):
            raise ValueError(f"{code} still has a balance")
        Subject.objects.filter(code=code, closed_on__isnull=True).update(closed_on=origin.business_date)


def _rows(subjects: list[dict], parent: dict | None) -> Iterator[dict]:
    for subject in subjects:
        inherited = {key: parent[key] for key in _INHERITED if key in parent} if parent else {}
        children = subject.get("children", [])
        own = {key: value for key, value in subject.items() if key != "children"}
        row = {"has_subledger": False, "maintained": False, "bears_interest": False, **inherited, **own}
        row |= {"parent_id": parent["code"] if parent else None, "postable": not children}
        yield row
        yield from _rows(children, row)
