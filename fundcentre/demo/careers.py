"""Two years of working lives: who joins, leaves, comes back, moves, and whose base changes each July."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from accounts.enums import SealReason
from deposits.enums import Action
from fundcentre.demo.employers import Firm
from servicehub.kit.months import Month, months_from_to

FIRST_MONTH = Month(2024, 11)
LAST_MONTH = Month(2026, 10)
LEAVING_SHARE = 0.008
JOINING_SHARE = 0.009
RAISE_MONTH = 7


@dataclass(frozen=True, slots=True)
class Event:
    """One line of one employer's change list in one month."""

    month: Month
    firm: int
    person: int
    action: Action
    wage: Decimal | None = None
    reason: SealReason | None = None


@dataclass(slots=True)
class Lives:
    """State while time passes: who works where at which wage, and who is sealed where."""

    at: dict[int, set[int]] = field(default_factory=dict)  # firm -> persons at work
    wage: dict[int, Decimal] = field(default_factory=dict)
    sealed: list[tuple[int, int]] = field(default_factory=list)  # (person, firm that sealed)
    next_person: int = 0


def careers(random: Random, firms: list[Firm]) -> Iterator[tuple[Month, list[Event]]]:
    """Events of each month, in order. Persons are numbered from 0 in the order they first appear."""
    lives = Lives()
    for month in months_from_to(FIRST_MONTH, LAST_MONTH):
        events: list[Event] = []
        for number, firm in enumerate(firms):
            if month == FIRST_MONTH:
                lives.at[number] = set()
                events.extend(_open(random, lives, month, number) for _ in range(firm.heads))
                continue
            events.extend(_leave(random, lives, month, number))
            if month.month == RAISE_MONTH:
                gone = {event.person for event in events if event.firm == number}
                events.extend(_raises(random, lives, month, number, gone))
            events.extend(_join(random, lives, month, number, firm, {event.person for event in events}))
        yield month, events


def _open(random: Random, lives: Lives, month: Month, firm: int) -> Event:
    person = lives.next_person
    lives.next_person += 1
    wage = Decimal(int(random.lognormvariate(8.45, 0.42) / 10) * 10).max(Decimal(2_400)).min(Decimal(60_000))
    lives.wage[person] = wage
    lives.at[firm].add(person)
    return Event(month, firm, person, Action.OPEN, wage)


def _leave(random: Random, lives: Lives, month: Month, firm: int) -> list[Event]:
    staff = sorted(lives.at[firm])
    leaving = [person for person in staff if random.random() < LEAVING_SHARE] if len(staff) > 3 else []
    events = []
    for person in leaving:
        lives.at[firm].discard(person)
        lives.sealed.append((person, firm))
        reason = random.choices(
            (SealReason.LEFT, SealReason.RETIRED, SealReason.UNPAID_LEAVE, SealReason.OTHER), (80, 12, 5, 3)
        )[0]
        events.append(Event(month, firm, person, Action.SEAL, reason=reason))
    return events


def _raises(random: Random, lives: Lives, month: Month, firm: int, gone: set[int]) -> list[Event]:
    events = []
    for person in sorted(lives.at[firm] - gone):
        if random.random() < 0.9:
            before = lives.wage[person]
            after = Decimal(int(before * Decimal(1 + random.randint(10, 90) / 1000) / 10) * 10).max(before + 10)
            lives.wage[person] = after
            events.append(Event(month, firm, person, Action.BASE, after))
    return events


def _join(random: Random, lives: Lives, month: Month, number: int, firm: Firm, busy: set[int]) -> list[Event]:
    wanted = sum(1 for _ in range(max(len(lives.at[number]), 1)) if random.random() < JOINING_SHARE)
    events = []
    for _ in range(wanted):
        back = _somebody_sealed(random, lives, busy) if random.random() < 0.4 else None
        if back is None:
            events.append(_open(random, lives, month, number))
            continue
        person, left = back
        busy.add(person)
        wage = (lives.wage[person] + random.randrange(0, 80) * 10).min(Decimal(60_000))
        lives.wage[person] = wage
        lives.at[number].add(person)
        action = Action.UNSEAL if left == number else Action.TRANSFER_IN
        events.append(Event(month, number, person, action, wage))
    return events


def _somebody_sealed(random: Random, lives: Lives, busy: set[int]) -> tuple[int, int] | None:
    """Somebody sealed in an earlier month: the same month would be a transfer on the day of leaving."""
    free = [place for place, (person, _) in enumerate(lives.sealed) if person not in busy]
    if not free:
        return None
    return lives.sealed.pop(random.choice(free))
