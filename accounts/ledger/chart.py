"""The chart of accounts: loaded from data, extended by bank accounts and the like, never renamed."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db import transaction

from accounts.ledger.models import Line, Subject
from servicehub.declare import Origin

DATA = Path(__file__).resolve().parent / "data" / "chart.toml"
_INHERITED = ("side", "book", "nature", "has_subledger", "maintained", "bears_interest")


@cache
def declared() -> tuple[dict, ...]:
    """Every subject of the data file as a row, parents before children; children inherit what they do not say."""
    return tuple(_rows(tomllib.loads(DATA.read_text(encoding="utf-8"))["subject"], None))


def bookable() -> dict[str, bool]:
    """Code → whether lines may be written on it, by the data file alone (no database)."""
    return {row["code"]: row["postable"] for row in declared()}


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
        )


def _rows(subjects: list[dict], parent: dict | None) -> Iterator[dict]:
    for subject in subjects:
        inherited = {key: parent[key] for key in _INHERITED if key in parent} if parent else {}
        children = subject.get("children", [])
        own = {key: value for key, value in subject.items() if key != "children"}
        row = {"has_subledger": False, "maintained": False, "bears_interest": False, **inherited, **own}
        row |= {"parent_id": parent["code"] if parent else None, "postable": not children}
        yield row
        yield from _rows(children, row)
