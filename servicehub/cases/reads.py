"""Reads of cases for pages and API: whose cases, what waits for whom, what one case went through."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.expressions import RawSQL

from servicehub import parties
from servicehub.cases import freezing
from servicehub.cases.models import Case, Decision, Submission
from servicehub.cases.states import SubmissionState
from servicehub.declare import CENTRE, Origin, Party, registry


def in_scope(origin: Origin) -> QuerySet[Case]:
    """Cases of the branches a staff member works for; the whole centre's where their post says so.

    Posts that see no party have no branch either: theirs are the cases they opened, decided on, or are asked to decide.
    """
    cases = Case.objects.all()
    if origin.branches is None or origin.branches:
        return cases if origin.branches is None else cases.filter(branch__in=origin.branches)
    decided = Decision.objects.filter(decided_by=origin.operator).values("submission__case")
    asked = list(_waiting().filter(_wanted_at(origin)).values_list("case", flat=True))  # one post's queue: short
    return cases.filter(Q(opened_by=origin.operator) | Q(pk__in=decided) | Q(pk__in=asked))


def visible_to(origin: Origin) -> QuerySet[Case]:
    """The one rule of who sees a case, for pages, lists and API alike.

    Staff: what is in their scope, and what they took in. Everybody else: cases of the parties that are their own
    (applicant or target). A right over a party is not enough: an employer's agent acts for the people on its roster,
    and what these asked for by themselves is none of the employer's business (AG-10).
    """
    if origin.user_kind == "staff":
        return in_scope(origin) | Case.objects.filter(opened_by=origin.operator)
    own = Q(opened_by=origin.operator, applicant_kind__in=["", CENTRE.kind]) if origin.operator else Q(pk__in=[])
    for party in _own_parties(origin):
        own |= Q(applicant_kind=party.kind, applicant_id=party.id) | Q(target_kind=party.kind, target_id=party.id)
    return Case.objects.filter(own)


def _own_parties(origin: Origin) -> set[Party]:
    """A grant may have ended since the employer was chosen."""
    found = set(parties.mine(origin, origin.user_kind)) if origin.user_kind in registry.party_kinds else set()
    acting = origin.acting_for
    if acting is not None and parties.authority(origin, acting) is not None:
        found.add(acting)
    return found


def case_for(origin: Origin, party: Party | None, number: str) -> Case | None:
    """The case, when the operator may see it, and on the page of a ``party`` when it is about that party."""
    cases = visible_to(origin)
    if party is not None and origin.user_kind != "staff":
        cases = cases.about(party)
    return cases.filter(number=number).first()


def waiting_for(origin: Origin, roles: frozenset[str], party: Party | None = None) -> QuerySet[Submission]:
    """Submissions whose next stage one of these roles decides, the oldest first. ``party``: only this applicant's.

    A staff member's posts say where: a post over the whole centre is asked about all of it.
    """
    waiting = _waiting().filter(wanted__in=sorted(roles)).order_by("case__due_on", "pk")
    if party is not None:
        return waiting.filter(case__applicant_kind=party.kind, case__applicant_id=party.id)
    return waiting.filter(_wanted_at(origin))


def cases_of(origin: Origin, party: Party) -> QuerySet[Case]:
    """Newest first: what the party asked for and what was asked about it, of what the operator may see."""
    return visible_to(origin).about(party).order_by("-id")


def to_decide(origin: Origin) -> QuerySet[Submission]:
    """What a staff member may decide on next: their post at that branch, not their own, not decided by them.

    Oldest first. Post and branch count together: a reviewer of one branch who tells at another reviews at one.
    """
    decided = Decision.objects.filter(decided_by=origin.operator).values("submission")
    return (
        _waiting()
        .filter(_wanted_at(origin))
        .exclude(maker=origin.operator)
        .exclude(pk__in=decided)
        .order_by("made_at", "id")
    )


def _wanted_at(origin: Origin) -> Q:
    """Of what ``_waiting`` answers: wanted of a post of theirs, at its branch."""
    mine = Q(pk__in=[])
    for role, branch in _posts(origin):
        mine |= Q(wanted=role) if branch is None else Q(wanted=role, case__branch=branch)
    return mine


def _posts(origin: Origin) -> list[tuple[str, int | None]]:
    """An origin made without posts holds its roles wherever its branches reach."""
    if origin.posts:
        return sorted(origin.posts, key=str)
    branches = [None] if origin.branches is None else sorted(origin.branches)
    return [(role, branch) for role in sorted(origin.roles) for branch in branches]


def _waiting() -> QuerySet[Submission]:
    wanted = RawSQL('"servicehub_submission"."stages"["servicehub_submission"."stage" + 1]', (), CharField())
    return Submission.objects.filter(state=SubmissionState.WAITING).annotate(wanted=wanted)


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
