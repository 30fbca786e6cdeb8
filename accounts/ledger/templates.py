"""The fifty entry templates (分录模板) of the accounting rules, as data: ``data/entries.toml``.

An event of an app (``events.py``) names its entry and form; which subjects it books, on which side and how much is
said here, once. A template must balance for *every* value of its names: proved symbolically at start-up.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from accounts.ledger.template_lines import DEBIT, TemplateLine

DATA = Path(__file__).resolve().parent / "data" / "entries.toml"
ENTRY_COUNT = 50


@dataclass(frozen=True, slots=True)
class EntryForm:
    """One way an entry is booked: E12 either pays again or restores the account.

    ``manual``: an accountant may key it (with a checker); ``amounts`` and ``subjects`` then label what is filled in.
    """

    entry: str  # "E12"
    code: str  # "restore"
    label: str
    lines: tuple[TemplateLine, ...]
    basis: str
    manual: bool = False
    amounts: Mapping[str, str] = field(default_factory=dict)  # name → label
    subjects: Mapping[str, str] = field(default_factory=dict)  # @name → label

    @property
    def names(self) -> dict[str, bool]:
        """Amounts to fill, in order → needed in every voucher (a line that may not be left out needs it)."""
        found: dict[str, bool] = {}
        for line in self.lines:
            for name in line.terms():
                found[name] = found.get(name, False) or (not line.optional and len(line.terms()) == 1)
        return found

    @property
    def slots(self) -> dict[str, tuple[str, ...]]:
        """Subjects to fill, in order → codes they must begin with."""
        return {line.slot: line.within for line in self.lines if line.slot}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the accounting rules (E01 … E50). ``reverses``: its lines are the red copy of the original's."""

    id: str
    label: str
    basis: str
    forms: tuple[EntryForm, ...]
    reverses: bool = False


@cache
def entries() -> dict[str, Entry]:
    """Every entry of the data file by its number."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    found = {}
    for row in data["entry"]:
        basis = row.get("basis", data["basis"])
        forms = tuple(_form(row["id"], basis, form) for form in row.get("form", ()))
        found[row["id"]] = Entry(row["id"], row["label"], basis, forms, row.get("reverses", False))
    return found


def _form(entry: str, basis: str, form: dict) -> EntryForm:
    return EntryForm(
        entry,
        form["code"],
        form["label"],
        tuple(TemplateLine.parse(line) for line in form["lines"]),
        form.get("basis", basis),
        form.get("manual", False),
        form.get("amounts", {}),
        form.get("subjects", {}),
    )


def form(entry: str, code: str = "") -> EntryForm | None:
    """A form of an entry; without a code its first. ``None``: the data knows none."""
    known = entries().get(entry)
    if known is None:
        return None
    return next((one for one in known.forms if not code or one.code == code), None)


def forms() -> list[EntryForm]:
    return [one for entry in entries().values() for one in entry.forms]


def manual_forms() -> list[EntryForm]:
    return [one for one in forms() if one.manual]


def covers(entry: str, lines: Iterable[TemplateLine]) -> bool:
    """Whether an event's own lines are lines of one form of the entry: same sides and subjects, whatever the names."""
    known = entries().get(entry)
    if known is None:
        return False
    wanted = list(lines)
    return any(all(_stands_for(line, one.lines) for line in wanted) for one in known.forms)


def _stands_for(line: TemplateLine, lines: tuple[TemplateLine, ...]) -> bool:
    return any(one.side == line.side and _may_be(one, line) for one in lines)


def _may_be(one: TemplateLine, line: TemplateLine) -> bool:
    if line.slot:
        return bool(one.slot) and all(one.takes(top) for top in line.within)
    return one.takes(line.subject)


def line_faults(code: str, lines: Iterable[TemplateLine], subjects: Mapping[str, bool]) -> list[str]:
    """What is wrong with the lines of a template. ``subjects``: code → may be booked."""
    found: list[str] = []
    balance: Counter = Counter()
    lines = tuple(lines)
    for line in lines:
        if line.side not in {"D", "C"}:
            found.append(f"{code}: side {line.side!r}")
        if not line.slot and not subjects.get(line.subject):
            found.append(f"{code}: subject {line.subject} cannot be booked")
        found.extend(f"{code}: no subject begins with {top}" for top in line.within if not _known(top, subjects))
        for name, times in line.terms().items():
            balance[name] += times if line.side == DEBIT else -times
    unbalanced = sorted(name for name, times in balance.items() if times)
    if not lines or unbalanced:
        found.append(f"{code}: debits and credits differ by {', '.join(unbalanced) or 'everything'}")
    return found


def _known(top: str, subjects: Mapping[str, bool]) -> bool:
    # A gap among the liabilities is where a centre opens a subject of its own (E50).
    return top.startswith("2") or any(code.startswith(top) for code in subjects)


def data_faults(subjects: Mapping[str, bool], subledger: Mapping[str, bool]) -> list[str]:
    """Of the data file itself: fifty entries, every form balanced on subjects that exist, manual ones keyable."""
    known = entries()
    wanted = {f"E{number:02d}" for number in range(1, ENTRY_COUNT + 1)}
    found = [f"entry {one} is missing" for one in sorted(wanted - set(known))]
    found += [f"entry {one} is not of the fifty" for one in sorted(set(known) - wanted)]
    for entry in known.values():
        if bool(entry.forms) == entry.reverses:
            found.append(f"{entry.id}: has {'lines and reverses' if entry.forms else 'no form'}")
        codes = [one.code for one in entry.forms]
        found += [f"{entry.id}: form {one} twice" for one in sorted(set(codes)) if codes.count(one) > 1]
        for one in entry.forms:
            name = f"{entry.id}.{one.code}"
            found += line_faults(name, one.lines, subjects)
            found += _manual_faults(name, one, subledger) if one.manual else []
    return found


def _manual_faults(name: str, one: EntryForm, subledger: Mapping[str, bool]) -> list[str]:
    """A person's, an employer's or a loan's money moves by business, never by a voucher somebody keys."""
    found = [
        f"{name}: {line.subject} has a sub-ledger and is never keyed"
        for line in one.lines
        if not line.slot and subledger.get(line.subject)
    ]
    found += [f"{name}: amount {missing} has no label" for missing in sorted(set(one.names) - set(one.amounts))]
    found += [f"{name}: subject {missing} has no label" for missing in sorted(set(one.slots) - set(one.subjects))]
    return found
