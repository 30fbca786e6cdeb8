"""Whether two registrations are one person. Identity is the document; everything else only raises the question.

The second account a naive system opens is for somebody who came back under a passport turned permit, an old document
type or a new name. Numbers of fifteen digits were made eighteen before they come here (``kit.identity_numbers``).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Identity:
    """As registered, or as declared. ``birth_date`` and ``mobile`` where they are known."""

    id_type: str
    id_number: str
    name: str
    birth_date: date | None = None
    mobile: str = ""


class Likeness(StrEnum):
    SAME = "same"  # one document, one name
    RENAMED = "renamed"  # one document, another name: the change of name comes first
    ALIKE = "alike"  # another document, the same name and a second thing in common: a clerk asks
    DIFFERENT = "different"


def likeness(given: Identity, known: Identity) -> Likeness:
    if (given.id_type, given.id_number) == (known.id_type, known.id_number):
        return Likeness.SAME if given.name == known.name else Likeness.RENAMED
    if given.name != known.name:
        return Likeness.DIFFERENT
    born_alike = given.birth_date is not None and given.birth_date == known.birth_date
    called_alike = bool(given.mobile) and given.mobile == known.mobile
    # Two resident numbers are two people even where name and birthday agree: the number is given once for life.
    both_resident = given.id_type == known.id_type == "01"
    if called_alike or (born_alike and not both_resident):
        return Likeness.ALIKE
    return Likeness.DIFFERENT
