"""Operations of this app; each module declares some. Importing the package declares them all."""

from accounts.operations import (
    agents,
    bank_answers,
    employer_lookups,
    employers,
    papers,
    person_lookups,
    persons,
    receipts,
)

__all__ = [
    "agents",
    "bank_answers",
    "employer_lookups",
    "employers",
    "papers",
    "person_lookups",
    "persons",
    "receipts",
]
