"""Whom the gate tells what: reviewers that something waits for them, makers and applicants what became of it.

Written in the transaction of what is told, in words that name no person's number; details are behind the log-in.
"""

from servicehub import messages, parties
from servicehub.cases.models import Case, Submission
from servicehub.declare import CENTRE, Channel, Origin, Party, registry
from servicehub.gate import origins
from servicehub.identity import posts
from servicehub.identity.roles import BY_CODE

REASON_MAX = 200
MAKER_FACE = {Channel.CTR: "/counter/", Channel.ADM: "/switchboard/", Channel.WEBP: "/my/"}


def tell_reviewers(origin: Origin, submission: Submission, case: Case, stage: int) -> None:
    """Whoever holds the post of this stage where the case belongs; an employer's own checker among its agents."""
    role = submission.stages[stage]
    if role in BY_CODE:
        users = [user.pk for user in posts.holders(role, case.branch_id)]
        url = f"{_staff_face(submission)}checks/{submission.pk}/"
    else:
        users = _contacts(case.applicant)
        url = f"{_face_of(case.applicant)}checks/{submission.pk}/" if case.applicant else ""
    messages.send(
        origin,
        "review",
        [user for user in users if user != submission.maker_id],
        f"“{submission.label}”等待{origins.post_name(role)}审核，流水号 {case.number}。",
        f"submission:{submission.pk}:stage:{stage}",
        title="有业务待审核",
        url=url,
    )


def tell_outcome(origin: Origin, submission: Submission, case: Case, what: str, reason: str = "") -> None:
    """``what``: approved | returned | declined | done. The maker hears it, and the applicant where somebody else is."""
    words, topic = {
        "approved": ("已审核通过", "case"),
        "done": ("已办成", "case"),
        "returned": ("已退回修改", "supplement"),
        "declined": ("不予办理", "case"),
    }[what]
    text = f"“{submission.label}”{words}，流水号 {case.number}。" + (f"原因：{reason[:REASON_MAX]}" if reason else "")
    key = f"submission:{submission.pk}:{what}:{submission.stage}"
    told = {"title": f"{submission.label[:40]}{words}", "party": case.target}
    maker = submission.maker_id
    if maker is not None:
        messages.send(origin, topic, maker, text, key, url=f"{_maker_face(submission)}cases/{case.number}/", **told)
    others = [user for user in _contacts(case.applicant) if user != maker]
    if others:
        url = f"{_face_of(case.applicant)}cases/{case.number}/"
        messages.send(origin, topic, others, text, key, url=url, **told)


def _contacts(party: Party | None) -> list[int]:
    if party is None or party == CENTRE or party.kind not in registry.party_kinds:
        return []
    return parties.contacts(party)


def _staff_face(submission: Submission) -> str:
    """Where staff find it: the switchboard for its own matters, the counter for everything else."""
    return "/switchboard/" if submission.origin["channel"] == Channel.ADM else "/counter/"


def _maker_face(submission: Submission) -> str:
    origin = submission.origin
    if origin["user_kind"] == "employer" and origin["acting_for"]:
        return _face_of(Party.parse(origin["acting_for"]))
    return MAKER_FACE.get(origin["channel"], "/counter/" if origin["user_kind"] == "staff" else "/my/")


def _face_of(party: Party) -> str:
    if party.kind != "employer":
        return "/my/"
    card = parties.card(party)
    return f"/employer/{card.token}/" if card else "/employer/"
