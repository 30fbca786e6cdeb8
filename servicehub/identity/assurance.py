"""Levels of assurance (认证等级): what somebody has proved, when, and how far that reaches.

Pure: proofs in, level out. Levels of persons, employers' agents (U1 to U3) and staff are numbered alike, because the
gate compares one number with the item's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTER_PROOF_LASTS = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Shown:
    """One proof. ``in_session``: given in this log-in; the others (实名, 柜台核验) outlive it."""

    method: str  # models.ProofMethod
    at: datetime
    expires_at: datetime | None = None
    in_session: bool = True

    def holds(self, at: datetime) -> bool:
        return self.at <= at and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True)
class AssuranceRules:
    """``fresh``: how long the strongest level lasts after its proof. ``certificate_waived``: until certificates are
    issued, password and a fresh SMS code stand for one.
    """

    fresh: timedelta
    certificate_waived: bool


@dataclass(frozen=True, slots=True)
class Level:
    value: int
    at: datetime | None = None  # when its strongest proof was given
    until: datetime | None = None  # when it falls by age alone; None: with the session


NOTHING = Level(0)


def effective_level(kind: str, proofs: Iterable[Shown], now: datetime, rules: AssuranceRules) -> Level:
    """The highest level any unexpired proofs reach together."""
    held = [proof for proof in proofs if proof.holds(now)]
    ladder = {"person": _person, "employer": _employer, "staff": _staff}.get(kind)
    return max(ladder(_Hand(held, now, rules)), key=lambda level: level.value) if ladder else NOTHING


class _Hand:
    """The proofs somebody holds, asked by method."""

    def __init__(self, proofs: list[Shown], now: datetime, rules: AssuranceRules):
        self.proofs, self.now, self.rules = proofs, now, rules

    def last(self, method: str, *, in_session: bool = True) -> datetime | None:
        given = [p.at for p in self.proofs if p.method == method and (p.in_session or not in_session)]
        return max(given, default=None)

    def fresh(self, method: str) -> Level | None:
        """Level 3 by this proof, while it is young enough."""
        at = self.last(method)
        if at is None or self.now - at >= self.rules.fresh:
            return None
        return Level(3, at, at + self.rules.fresh)


def _person(hand: _Hand) -> list[Level]:
    password, sms = hand.last("password"), hand.last("sms")
    levels = [NOTHING]
    if sms:
        levels.append(Level(1, sms))
    real_name = hand.last("real_name", in_session=False)
    if not (real_name and sms):
        return levels
    levels.append(Level(2, sms))
    counter = hand.last("counter", in_session=False)
    seen_at_counter = counter is not None and hand.now - counter < COUNTER_PROOF_LASTS
    strong = [hand.fresh("certificate"), hand.fresh("face")]
    if password and (seen_at_counter or hand.rules.certificate_waived):
        strong.append(hand.fresh("sms"))
    return levels + [level for level in strong if level]


def _employer(hand: _Hand) -> list[Level]:
    password, sms, certificate = hand.last("password"), hand.last("sms"), hand.last("certificate")
    levels = [NOTHING]
    if password or certificate:
        levels.append(Level(1, password or certificate))
    if (password and sms) or certificate:
        levels.append(Level(2, sms or certificate))
    strong = [hand.fresh("certificate")]
    if password and hand.rules.certificate_waived:
        strong.append(hand.fresh("sms"))
    return levels + [level for level in strong if level]


def _staff(hand: _Hand) -> list[Level]:
    password, totp, certificate = hand.last("password"), hand.last("totp"), hand.last("certificate")
    levels = [NOTHING]
    if password:
        levels.append(Level(1, password))
    if password and (totp or certificate):
        levels.append(Level(2, totp or certificate))
        levels += [level for level in (hand.fresh("totp"), hand.fresh("certificate")) if level]
    return levels
