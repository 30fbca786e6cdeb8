"""Reads of cases for pages and API: whose cases, what waits for whom, what one case went through."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.expressions import RawSQL

from servicehub.cases import freezing
from servicehub.cases.models import Case, Submission
from servicehub.cases.states import SubmissionState
from servicehub.declare import Origin, Party


def in_scope(origin: Origin) -> QuerySet[Case]:
    """Cases of the branches a staff member works for; the whole centre's where their post says so."""
    cases = Case.objects.all()
    return cases if origin.branches is None else cases.filter(branch__in=origin.branches)


def case_for(origin: Origin, party: Party | None, number: str) -> Case | None:
    """The case, when it is the party's own, or within a staff member's branches; else none at all."""
    cases = in_scope(origin) if origin.user_kind == "staff" else Case.objects.about(party)
    return cases.filter(number=number).first()


def waiting_for(origin: Origin, roles: frozenset[str], party: Party | None = None) -> QuerySet[Submission]:
    """Submissions whose next stage one of these roles decides, the oldest first. ``party``: only this applicant's."""
    waiting = (
        Submission.objects.filter(state=SubmissionState.WAITING)
        .annotate(
            wanted=RawSQL('"servicehub_submission"."stages"["servicehub_submission"."stage" + 1]', (), CharField())
        )
        .filter(wanted__in=sorted(roles))
        .order_by("case__due_on", "pk")
    )
    if party is not None:
        return waiting.filter(case__applicant_kind=party.kind, case__applicant_id=party.id)
    return waiting if origin.branches is None else waiting.filter(case__branch__in=origin.branches)


def input_of(submission: Submission) -> dict[str, Any]:
    """What was handed in, as it was frozen. Holds numbers of persons: pages show it masked."""
    return freezing.opened(bytes(submission.data), freezing.SUBMISSION_DATA)


def course(case: Case) -> list[Mapping[str, Any]]:
    """Everything that happened on a case, oldest first: hand-ins, decisions, ends. For ``ui.timeline``."""
    events: list[dict[str, Any]] = []
    for submission in case.submissions.order_by("pk").prefetch_related("decisions"):
        events.append({"at": submission.made_at, "who": submission.maker_name, "what": f"提交“{submission.label}”"})
        for decision in sorted(submission.decisions.all(), key=lambda one: one.decided_at):
            events.append(
                {
                    "at": decision.decided_at,
                    "who": decision.decided_by_name,
                    "what": "审核",
                    "status": f"decision:{decision.verdict}",
                    "text": decision.reason,
                }
            )
        if submission.ended_at is not None and submission.state == SubmissionState.EXECUTED:
            events.append({"at": submission.ended_at, "who": "", "what": f"“{submission.label}”已生效"})
        if submission.fault and submission.state not in {SubmissionState.RETURNED, SubmissionState.DECLINED}:
            events.append({"at": submission.ended_at, "who": "", "what": "没有办成", "text": submission.fault})
    return events
