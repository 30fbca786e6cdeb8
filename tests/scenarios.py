"""A world in which an operation can be done, for the tests that walk every operation.

Whoever adds an operation whose ``example()`` does not do in an empty world adds a builder here::

    @scenario("deposits.confirm_remittance")
    def confirm(tools):
        account = employer_with(3)
        return at_counter("teller", account.employer.party, month="2026-10", heads=3, total="3600.00")

``tools`` holds the fixtures ``monkeypatch``, ``settings`` and ``client``. Everything else has a default by its target:
a member of staff with one of the operation's posts, a strong proof, and the operation's own example.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from servicehub.declare import CENTRE, Operation, Origin, Party
from servicehub.identity.models import User, UserKind
from servicehub.identity.roles import BY_CODE
from tests.conftest import REQUEST_TIME, make_origin

_numbers = itertools.count(1)
Builder = Callable[[SimpleNamespace], "Scenario"]
BUILDERS: dict[str, Builder] = {}
NOBODYS_POST = "share_officer"  # no operation of today asks for it


@dataclass(frozen=True)
class Scenario:
    """``origin`` may do it to ``target`` with ``raw``, through the gate, and the rules agree."""

    origin: Origin
    target: Party | None
    raw: Mapping[str, Any]
    files: Mapping[str, Any] = field(default_factory=dict)

    def typed(self, **more) -> "Scenario":
        return replace(self, raw={**self.raw, **more})


def scenario(*codes: str) -> Callable[[Builder], Builder]:
    def register(builder: Builder) -> Builder:
        for code in codes:
            assert code not in BUILDERS, code
            BUILDERS[code] = builder
        return builder

    return register


def build(operation: Operation, tools: SimpleNamespace) -> Scenario:
    builder = BUILDERS.get(operation.code)
    return builder(tools) if builder else default(operation)


def default(operation: Operation) -> Scenario:
    from tests.accounts.factories import EmployerFactory, PersonFactory

    match operation.target:
        case "centre":
            target = CENTRE
        case "employer":
            target = EmployerFactory().party
        case "person":
            target = PersonFactory().party
        case _:
            target = None
    posts = sorted(operation.roles & set(BY_CODE)) or ["teller"]
    if operation.roles and not operation.roles & set(BY_CODE):
        raise LookupError(f"{operation.code} is done by {sorted(operation.roles)}: give it a scenario in {__name__}")
    return Scenario(staff(posts[0]), target, dict(operation.example()))


# --- People ----------------------------------------------------------------------------------------------------------


def user(kind: str = UserKind.STAFF, name: str = "") -> User:
    number = next(_numbers)
    return User.objects.create(username=f"4199{number:04d}", kind=kind, display_name=name or f"演示{number}")


def before_the_gate(who: User, **given) -> Origin:
    values = {
        "operator": who.pk,
        "operator_name": who.display_name,
        "user_kind": who.kind,
        "pass_": None,
        "assurance": 3,
        "assured_at": REQUEST_TIME,
    }
    return make_origin(**{**values, **given})


def staff(*posts: str, branch: int | None = None, **given) -> Origin:
    """Somebody of the staff with these posts, over the whole centre unless a branch is named."""
    values = {
        "channel": "CTR",
        "branch": branch,
        "branches": None if branch is None else frozenset({branch}),
        "roles": frozenset(posts),
        "posts": frozenset((post, branch) for post in posts),
    }
    return before_the_gate(user(), **{**values, **given})


def agent(employer, role: str = "agent_admin") -> Origin:
    """An agent of the employer on its hall, with a grant in force."""
    from datetime import date

    from accounts.services import grants

    who = user(UserKind.EMPLOYER)
    given = grants.NewGrant(
        user=who.pk, employer=employer.pk, role=role, valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31),
        evidence="授权书 2026-014",
    )  # fmt: skip
    grants.grant(make_origin(), [given])
    return before_the_gate(who, channel="WEBE", acting_for=employer.party)


def stranger_to(operation: Operation, origin: Origin) -> Origin:
    """A log-in of the same kind and channel that has nothing to do with any party of this world."""
    if operation.target == "centre":
        return before_the_gate(user(UserKind.PERSON), channel=origin.channel)
    if origin.user_kind == "staff":
        nowhere = frozenset({0})
        return replace(origin, operator=user().pk, branches=nowhere, branch=None, posts=frozenset({("teller", 0)}))
    return before_the_gate(user(origin.user_kind), channel=origin.channel)


def powerless(origin: Origin) -> Origin:
    """The same place, another post."""
    return replace(staff(NOBODYS_POST), channel="CTR", branch=origin.branch, branches=None)


def deciders(stages: tuple[str, ...], scenario: Scenario) -> list[Origin]:
    """One person for each stage, in order."""
    branch = scenario.origin.branch
    return [staff(role, branch=branch, channel=scenario.origin.channel, branches=None) for role in stages]
