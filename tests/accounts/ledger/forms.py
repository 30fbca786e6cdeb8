"""Any form of any entry, posted as the app that declares it one day will: through the ledger's services."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.ledger import chart
from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, credit, debit
from accounts.ledger.models import Subject
from accounts.ledger.templates import EntryForm
from servicehub.declare.registry import ledger_events
from tests.accounts.ledger.conftest import BANK, BRANCH, Books

FILL = "tests.fill_"
LOCAL = "212"  # what a centre opened for borrowed money
NAMED = {"101": BANK, "102": "10201", "10104": "10104", "10102": "10102", "10103": "10103", "124": "12401",
         "219": "21904", "111": "11101", LOCAL: LOCAL}  # fmt: skip
OTHER_BANKS = {"from": "10103", "fund": "10102"}  # so that two bank accounts of one form differ


def amounts_of(form: EntryForm) -> dict[str, Decimal]:
    """Each name its own amount, so that two exchanged ones show."""
    return {name: Decimal("100.01") * (place + 1) for place, name in enumerate(form.names)}


def subjects_of(form: EntryForm) -> dict[str, str]:
    return {
        slot: OTHER_BANKS[slot] if slot in OTHER_BANKS and within == ("101",) else NAMED[within[0]]
        for slot, within in form.slots.items()
    }


@contextmanager
def declared(*forms: EntryForm) -> Iterator[None]:
    """Events of these forms, as an app declares them; and one that brings a sub-ledger to what a form takes away."""
    events = [event_of(form) for form in forms]
    opened = [one for one in events if ledger_events.get(one.code) is None]
    for event in opened:
        ledger_events.add(event)
    try:
        yield
    finally:
        for event in [*opened, *(one for one in ledger_events if one.code.startswith(FILL))]:
            ledger_events.remove(event.code)


def event_of(form: EntryForm) -> EventTemplate:
    return EventTemplate(
        code=f"tests.{form.entry.lower()}_{form.code}", label=form.label, entry=form.entry, form=form.code
    )


@dataclass
class Poster:
    """Posts forms; keeps one subaccount per subject and side, filled as far as a form will take from it."""

    books: Books
    day: date | None = None

    def __post_init__(self):
        chart.open_local_subject(self.books.origin(self.day), LOCAL, "短期融资", "管委会决议")
        self.subledger = set(Subject.objects.filter(has_subledger=True).values_list("code", flat=True))
        self.sides = dict(Subject.objects.values_list("code", "side"))

    def subaccount(self, subject: str, side: str) -> int:
        ref = int(subject) * 10 + (1 if side == "D" else 2)
        return ledger.open_subaccount(self.books.origin(self.day), subject, "tests", ref, BRANCH, 700)

    def post(self, form: EntryForm, amounts: Mapping[str, Decimal]) -> ledger.Posted:
        event = event_of(form)
        movements = []
        for side, subject, amount in event.book(amounts, subjects_of(form)):
            if subject in self.subledger:
                grows = side == self.sides[subject]
                unit = self.subaccount(subject, side)
                if not grows:
                    self.fill(subject, unit, amount)
                movements.append(ledger.Movement(unit, amount if grows else -amount))
        entry = ledger.Entry(
            event.code, self.books.event_id(), BRANCH, amounts, movements, subjects={**subjects_of(form)}
        )
        return ledger.post(self.books.origin(self.day), entry)

    def fill(self, subject: str, unit: int, amount: Decimal) -> None:
        """The money the form is about to take came from the bank, or went there."""
        lines = (debit(BANK, "total"), credit(subject, "total"))
        if self.sides[subject] == "D":
            lines = (debit(subject, "total"), credit(BANK, "total"))
        event = EventTemplate(code=f"{FILL}{subject}", label="备", lines=lines)
        if event.code not in ledger_events:
            ledger_events.add(event)
        entry = ledger.Entry(
            event.code, self.books.event_id(), BRANCH, {"total": amount}, [ledger.Movement(unit, amount)]
        )
        ledger.post(self.books.origin(self.day), entry)
