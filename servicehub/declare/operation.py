"""Operations: the things one can do within an item, and queries, their reading twins.

Whoever adds a service item writes one class here with its rule and its effect, and gets the page, the API, the
switches, step-up, review by a second person, audit, receipt and statistics from the hub.
"""

from collections.abc import Mapping
from functools import wraps
from typing import ClassVar

from rest_framework.serializers import Serializer

from servicehub.declare.finding import Finding
from servicehub.declare.origin import Origin
from servicehub.declare.outcome import Outcome
from servicehub.declare.party import Party
from servicehub.declare.table import Table

READ = "read"  # nothing changes
NEW = "new"  # a new submission
CONTINUE = "continue"  # goes on with an open case: supplement, withdraw, sign, pay
CALLBACK = "callback"  # an outside party answers


def _behind_the_gate(execute):
    """Whatever an operation does, it does with a pass: a forgotten check in a service fails closed all the same."""

    @wraps(execute)
    def guarded(self, origin, target, data):
        origin.require_pass()
        return execute(self, origin, target, data)

    guarded.behind_the_gate = True
    return guarded


class Operation:
    """One use case. Class attributes declare it; methods decide and act.

    ``data`` is always the validated, thawed input (``Input.validated_data``). Methods before ``execute`` must not
    write. ``execute`` runs in one transaction with audit, postings and the outbox.
    """

    code: ClassVar[str] = ""  # "deposits.confirm_remittance": app, dot, verb_object
    item: ClassVar[str] = ""  # catalogue code: "J-PAY"
    also: ClassVar[tuple[str, ...]] = ()  # further items its lines may exercise; ``items`` says which an input does
    label: ClassVar[str] = ""  # 确认汇缴
    target: ClassVar[str] = ""  # kind of party acted on: employer | person | centre
    roles: ClassVar[frozenset[str]] = frozenset()  # any one of these in the operator's Authority
    kind: ClassVar[str] = NEW
    steps: ClassVar[tuple[type[Serializer], ...]] = ()  # a serializer per page of a wizard; () means (Input,)
    stages: ClassVar[tuple[str, ...]] = ()  # reviewing roles, in order; () executes at once
    opens_case: ClassVar[bool] = True
    runs: ClassVar[str] = "now"  # "job": queued on commit, with a progress page
    moves_money: ClassVar[bool] = False
    counter_code: ClassVar[str] = ""  # 交易码 a teller types: "1301"
    fresh_proof: ClassVar[bool] = False  # asks for a proof of identity given minutes ago, as moving money does
    withdraws: ClassVar[bool] = False  # 撤回: goes on while intake is closed to everything else (READ_ONLY)
    partial: ClassVar[bool] = False  # does the lines it can and refuses those of ``origin.pass_.refuses(item)``
    offered: ClassVar[bool] = True  # off: reached from a row of another list, never started from nothing
    hidden: ClassVar[bool] = False  # no generic page (an app's own page calls it); the API offers it all the same

    class Input(Serializer):
        """No input."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not getattr(cls.execute, "behind_the_gate", False):  # its own, or one it got from a class beside us
            cls.execute = _behind_the_gate(cls.execute)
        # Nested ``Input`` classes would collapse into one OpenAPI component.
        if "Input" in cls.__dict__ and cls.code:
            name = "".join(part.title() for part in cls.code.replace(".", "_").split("_"))
            cls.Input.__name__ = f"{name}Input"

    @property
    def every_item(self) -> tuple[str, ...]:
        """Asked about while nothing is typed yet: a partial operation may be started while one of them is open."""
        return (self.item, *self.also)

    def items(self, origin: Origin, target: Party, data: Mapping) -> list[str]:
        """Item codes this call exercises; a change list exercises several, by its lines."""
        return [self.item]

    def applicant(self, origin: Origin, target: Party) -> Party:
        """For whom it is done. An employer acting on an employee: target person, applicant employer."""
        return target

    def amount(self, origin: Origin, target: Party, data: Mapping):
        """Yuan moved by this instruction, for limits of grants; ``None`` where no money moves."""
        return None

    def case_of(self, origin: Origin, target: Party, data: Mapping) -> str:
        """Number of the open case this goes on with; ``""`` opens one (or none, where ``opens_case`` is off)."""
        return ""

    def claims(self, origin: Origin, target: Party, data: Mapping) -> list[tuple[Party, str]]:
        """What must not be in flight beside it: (party, item). Sets that grow with people answer in ``claim_rows``."""
        return []

    def claim_rows(self, origin: Origin, target: Party, data: Mapping) -> tuple[str, tuple] | None:
        """The same as one SELECT of (party_kind, party_id, item) with its parameters, where claims grow with people."""
        return None

    def stages_for(self, origin: Origin, target: Party, data: Mapping) -> tuple[str, ...]:
        """Reviewing roles for this very input (an amount tier may add one)."""
        return self.stages

    def initial(self, origin: Origin, target: Party) -> Mapping:
        """Values the form starts with: never ask twice."""
        return {}

    def summary(self, origin: Origin, target: Party, data: Mapping) -> list[tuple[str, str]]:
        """Rows of the 核对页 beyond the input itself: what will happen, in words and amounts."""
        return []

    def button(self, origin: Origin, target: Party, data: Mapping) -> str:
        """Verb, object and amount: 确认汇缴 ¥1,499,608.00."""
        return self.label

    def check(self, origin: Origin, target: Party, data: Mapping) -> list[Finding]:
        return []

    def execute(self, origin: Origin, target: Party, data: Mapping) -> Outcome:
        raise NotImplementedError

    @classmethod
    def example(cls) -> Mapping:
        """A raw input that validates; generated tests and the API's documentation use it."""
        return {}


class Query(Operation):
    """A list or a figure. Goes through the same gate and the same switches, opens no case."""

    kind = READ
    opens_case = False

    def rows(self, origin: Origin, target: Party, data: Mapping) -> Table:
        raise NotImplementedError

    def execute(self, origin: Origin, target: Party, data: Mapping) -> Outcome:
        raise TypeError("a query has rows, no effect")
