"""What a submission is answered with: given by the API, shown as the receipt, kept with the case, replayed."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from servicehub.cases import freezing
from servicehub.declare import Finding, NextStep, Outcome
from servicehub.gate.refusals import Refused

AnswerState = Literal["done", "continues", "waiting", "queued", "parked", "held"]


@dataclass(frozen=True, slots=True)
class Answer:
    """``waiting`` for a reviewer, ``queued`` for a job, ``parked`` behind another case; ``held``: a callback that is
    kept and posted after the stop.
    """

    state: AnswerState
    message: str
    case_number: str = ""
    submission: int = 0
    rows: tuple[tuple[str, str], ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    remarks: tuple[dict[str, str], ...] = ()  # warnings and notices the reader was shown
    at: str = ""  # ISO time of the first answer
    replayed: bool = False

    @classmethod
    def of(cls, outcome: Outcome, case_number: str, submission: int, at: str, remarks=()) -> "Answer":
        return cls(
            state=outcome.state,
            message=outcome.message,
            case_number=case_number,
            submission=submission,
            rows=tuple(outcome.rows),
            letters=tuple(outcome.letters),
            next_steps=tuple(outcome.next_steps),
            facts=dict(outcome.facts),
            remarks=tuple(remarks),
            at=at,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "message": self.message,
            "case_number": self.case_number,
            "submission": self.submission,
            "rows": [list(row) for row in self.rows],
            "letters": [list(letter) for letter in self.letters],
            "next_steps": [[step.label, step.url] for step in self.next_steps],
            "facts": self.facts,
            "remarks": list(self.remarks),
            "at": self.at,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Answer":
        return cls(
            **{
                **values,
                "rows": tuple(tuple(row) for row in values["rows"]),
                "letters": tuple(tuple(letter) for letter in values["letters"]),
                "next_steps": tuple(NextStep(label, url) for label, url in values["next_steps"]),
                "remarks": tuple(values["remarks"]),
            }
        )

    def shut(self) -> bytes:
        return freezing.shut(self.as_json(), freezing.SUBMISSION_ANSWER)

    @classmethod
    def opened(cls, cipher: bytes, replayed: bool = False) -> "Answer":
        return replace(cls.from_json(freezing.opened(cipher, freezing.SUBMISSION_ANSWER)), replayed=replayed)


def remarks_of(findings: list[Finding]) -> tuple[dict[str, str], ...]:
    return tuple(
        {"code": finding.code, "severity": finding.severity.value, "message": finding.message}
        for finding in findings
        if not finding.blocks
    )


def answer_of_key(known: UUID, fingerprint: UUID, answer: bytes | None) -> Answer:
    if known != fingerprint:
        raise Refused(
            "KEY_REUSED", 409, "幂等键已用于另一笔业务", "同一个幂等键只对应一份内容，内容改过后换一个新的键再提交。"
        )
    return Answer.opened(answer, replayed=True)
