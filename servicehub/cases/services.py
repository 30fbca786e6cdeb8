"""Opening and settling cases. The gate calls; nothing here judges who may."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg2.extras import Json

from servicehub import parties
from servicehub.cases import claims as claiming
from servicehub.cases.claims import NO_CLAIMS, Claims
from servicehub.cases.states import CLOSED, CaseState, SubmissionState
from servicehub.declare import Origin, Party


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be handed in, all decided: ``case_id`` 0 opens a case."""

    key: UUID
    fingerprint: UUID
    operation: str
    label: str
    item: str
    item_version: int
    opens: bool
    case_id: int
    applicant: Party | None
    target: Party | None
    origin: dict[str, Any]
    data: bytes
    claims: Claims


@dataclass(frozen=True, slots=True)
class Opened:
    is_replay: bool
    fingerprint: UUID
    answer: bytes | None
    case_id: int
    case_number: str
    submission_id: int
    rivals: list[dict] = field(default_factory=list)


_OPEN = (
    "SELECT * FROM servicehub_case_open(%s::uuid, %s::uuid, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
    " %s, %s, %s, %s, %s::text[], %s::bigint[], %s::text[])"
)
_SETTLE = (
    "SELECT servicehub_case_settle(%s, %s, %s::uuid, %s, %s, %s::text[], %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::text[],"
    " %s::bigint[], %s::text[])"
)


def open_case(intent: Intent, origin: Origin) -> Opened:
    """One round trip: bind the key, lock and judge the claims, insert case and submission.

    A large set of claims takes two more. Claims are kept when the case turns out to stay open.
    """
    applicant, target = intent.applicant, intent.target
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            [
                str(intent.key),
                str(intent.fingerprint),
                intent.operation,
                intent.label,
                origin.at,
                origin.business_date,
                intent.opens,
                intent.case_id,
                intent.item,
                intent.item_version,
                applicant.kind if applicant else "",
                applicant.id if applicant else 0,
                target.kind if target else "",
                target.id if target else 0,
                str(origin.channel),
                _branch(intent, origin),
                origin.operator,
                origin.operator_name,
                Json(intent.origin),
                intent.data,
                intent.claims.kinds,
                intent.claims.ids,
                intent.claims.items,
            ],
        )
        status, fingerprint, answer, case_id, number, submission_id, rivals = cursor.fetchone()
    rivals = json.loads(rivals) if rivals else []
    if status == "new" and intent.claims.is_large:
        rivals = claiming.take_all(intent.claims, case_id)
    return Opened(
        is_replay=status == "replay",
        fingerprint=UUID(str(fingerprint)),
        answer=None if answer is None else bytes(answer),
        case_id=case_id,
        case_number=number,
        submission_id=submission_id,
        rivals=rivals,
    )


def _branch(intent: Intent, origin: Origin) -> int | None:
    """Where the case is worked on: the counter it was handed in at, else the branch that looks after the applicant.

    Without one, no reviewer and no clerk of a branch would ever find it.
    """
    if origin.branch is not None or intent.applicant is None or not intent.opens:
        return origin.branch
    return parties.branch(intent.applicant)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a submission and its case."""

    case_id: int
    submission_id: int
    key: UUID
    case_state: CaseState
    submission_state: SubmissionState
    answer: bytes
    at: datetime
    stages: tuple[str, ...] = ()
    stage: int = 0
    due_on: date | None = None
    waits_for: int = 0
    fault: str = ""
    target_version: int | None = None  # as it was before the rules looked; None: stays as stored
    claims: Claims = NO_CLAIMS  # to keep while the case stays open
    had_claims: bool = True  # some may have been kept before


def settle(what: Settlement) -> list[int]:
    """One round trip. Returns cases that waited for this one and may now go on."""
    closes = what.case_state in CLOSED
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            [
                what.case_id,
                what.submission_id,
                str(what.key),
                what.case_state.value,
                what.submission_state.value,
                list(what.stages),
                what.stage,
                what.answer,
                what.at,
                what.due_on,
                what.waits_for,
                what.fault,
                what.target_version,
                closes,
                what.had_claims,
                what.claims.kinds,
                what.claims.ids,
                what.claims.items,
            ],
        )
        (waiting,) = cursor.fetchone()
    if what.claims.is_large and not closes:
        claiming.keep_all(what.claims, what.case_id)
    return list(waiting or ())


def keep_first_answer(submission_id: int) -> None:
    """The caller's key keeps answering what it answered first; call before the submission's answer is replaced."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT servicehub_keep_first_answer(%s)", [submission_id])


def blocker_of(case_id: int) -> int:
    """An older case that still stands in the way of this one's claims; 0: none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(min(held.case_id), 0) FROM servicehub_claim own"
            " JOIN servicehub_claim held ON held.party_kind = own.party_kind AND held.party_id = own.party_id"
            " AND held.case_id < own.case_id"
            " JOIN servicehub_clashrule rule ON rule.item = own.item AND rule.other = held.item"
            " AND rule.verdict IN ('waits', 'refused')"
            " WHERE own.case_id = %s",
            [case_id],
        )
        return cursor.fetchone()[0]
