"""Values a centre starts with, read from files of its own: ``fundcentre/policy/*.toml``.

A file is a city (or the nation) and a list of values; dates are inclusive as notices write them::

    city = "许昌"

    [[values]]
    key = "deposits.base.floor"
    value = "2150"
    from = 2026-07-01
    through = 2027-06-30
    areas = ["禹州", "鄢陵"]  # none: the whole city; scopes = ["01"] likewise, codes the key declares
    source = "…"
    confidence = "B"

Loading is for set-up and for adding cities. It never changes a value that is there: that is what release is for.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

from django.db import transaction

from servicehub.declare.registry import parameters
from servicehub.policy.in_force import CONFIDENCE, plain_area
from servicehub.policy.models import PolicySlot, PolicyValue, ValueState
from servicehub.policy.releasing import Proposal, count_epoch

_FIELDS = {"key", "value", "from", "through", "areas", "scopes", "document", "source", "confidence", "note"}


class PolicyFileWrong(ValueError):
    """One or several lines of the files cannot be loaded; nothing was."""


@dataclass(frozen=True, slots=True)
class Loaded:
    added: int
    present: int  # already there, the same


def load_files(paths: Iterable[Path]) -> Loaded:
    """All files or none.

    :raises PolicyFileWrong: with every fault of every file, one a line.
    """
    complaints: list[str] = []
    proposals: list[Proposal] = []
    for path in paths:
        proposals += _read(path, complaints)
    if complaints:
        raise PolicyFileWrong("\n".join(complaints))
    with transaction.atomic():
        return _write(proposals)


def _read(path: Path, complaints: list[str]) -> Iterator[Proposal]:
    with path.open("rb") as file:
        content = tomllib.load(file)
    city = content["city"]
    for number, entry in enumerate(content.get("values", []), 1):
        where = f"{path.name}, value {number} ({entry.get('key')})"
        key = parameters.get(entry.get("key", ""))
        if key is None:
            complaints.append(f"{where}: no such policy key")
            continue
        faults = [f"unknown field {name}" for name in entry.keys() - _FIELDS]
        if complaint := key.complaint(str(entry["value"])):
            faults.append(complaint)
        faults += [f"no scope {scope!r}" for scope in entry.get("scopes", []) if scope not in dict(key.scopes)]
        if entry.get("confidence") not in CONFIDENCE:
            faults.append(f"confidence {entry.get('confidence')!r} has no meaning")
        if faults:
            complaints += [f"{where}: {fault}" for fault in faults]
            continue
        for area, scope in product(entry.get("areas", [""]), entry.get("scopes", [""])):
            yield Proposal(
                key=key,
                text=str(entry["value"]),
                valid_from=entry["from"],
                valid_to=entry["through"] + timedelta(days=1) if "through" in entry else None,
                city=city,
                area=plain_area(area),
                scope=scope,
                document=entry.get("document", ""),
                source=entry.get("source", ""),
                confidence=entry["confidence"],
            )


def _write(proposals: list[Proposal]) -> Loaded:
    PolicySlot.objects.bulk_create(
        [PolicySlot(**fields) for fields in _distinct(proposal.slot_fields for proposal in proposals)],
        ignore_conflicts=True,
    )
    slots = {(slot.key, slot.city, slot.area, slot.scope): slot for slot in PolicySlot.objects.all()}
    there = {(row.slot_id, row.valid_from): row for row in PolicyValue.objects.filter(state=ValueState.RELEASED)}
    added, complaints = [], []
    for proposal in proposals:
        slot = slots[tuple(proposal.slot_fields.values())]
        present = there.get((slot.pk, proposal.valid_from))
        if present is None:
            row = PolicyValue(
                slot=slot,
                value=proposal.text,
                valid_from=proposal.valid_from,
                valid_to=proposal.valid_to,
                document=proposal.document,
                source=proposal.source,
                confidence=proposal.confidence,
            )
            there[slot.pk, proposal.valid_from] = row
            added.append(row)
        elif present.value != proposal.text:
            complaints.append(f"{slot} from {proposal.valid_from}: {present.value} is in force, not {proposal.text}")
    if complaints:
        raise PolicyFileWrong("\n".join(complaints))
    PolicyValue.objects.bulk_create(added)
    if added:
        count_epoch()
    return Loaded(len(added), len(proposals) - len(added))


def _distinct(fields: Iterable[dict]) -> list[dict]:
    return list({tuple(each.values()): each for each in fields}.values())
