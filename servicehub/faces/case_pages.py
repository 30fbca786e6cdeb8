"""Cases (办件): the list, the case with its course, what waits for one's decision, and the decision."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from servicehub import clock, gate, parties
from servicehub.cases import reads
from servicehub.cases.claims import item_name
from servicehub.cases.models import Case, Submission
from servicehub.cases.states import CaseState, SubmissionState
from servicehub.declare import Party, Table, TableColumn, registry
from servicehub.faces import forms, paging
from servicehub.faces.home_pages import panels
from servicehub.faces.places import Place
from servicehub.faces.shapes import error_items
from servicehub.gate import Refused, inputs
from servicehub.gate.origins import post_name

STAFF_FACES = frozenset({"counter", "switchboard"})
VERDICTS = (("approve", "通过"), ("return", "退回修改"), ("decline", "不予办理"))


@require_GET
def case_list(request: HttpRequest, place: Place) -> HttpResponse:
    state = request.GET.get("state", "")
    q = request.GET.get("q", "").strip()
    cases = reads.visible_to(place.origin) if place.face in STAFF_FACES else reads.cases_of(place.origin, place.party)
    if state in CaseState.values:
        cases = cases.filter(state=state)
    if q:
        cases = cases.filter(number=q)
    table = Table(
        columns=(
            TableColumn("number", "流水号", kind="link", url=lambda row: f"{place.base}cases/{row['number']}/"),
            TableColumn("item_name", "事项"),
            TableColumn("about", "办理对象"),
            TableColumn("state", "状态", kind="status"),
            TableColumn("opened_at", "受理时间", kind="datetime", sort="opened_at"),
            TableColumn("due_on", "承诺办结", kind="date", sort="due_on"),
            TableColumn("opened_by_name", "经办人"),
        ),
        source=cases.values(
            "number", "item", "operation", "target_kind", "target_id", "state", "opened_at", "due_on", "opened_by_name",
            "closed_at",
        ),
        order=("-pk",),
        finish=lambda rows: _case_rows(place, rows),
    )  # fmt: skip
    size = paging.SIZE_STAFF if place.face in STAFF_FACES else paging.SIZE
    filters = [
        {"name": "state", "label": "状态", "value": state, "choices": CaseState.choices, "error": "", "hint": ""},
        {"name": "q", "label": "流水号", "value": q, "choices": (), "error": "", "hint": ""},
    ]
    context = {
        "title": "办件" if place.face != "my" else "我的办件",
        "listing": paging.listing(table, request.GET, size),
        "filters": filters,
        "filtered": bool(state or q),
        "as_of": clock.now(),
        "clear_url": request.path,
    }
    return render(request, "faces/cases/list.html", context)


def _case_rows(place: Place, rows: list[dict]) -> list[dict]:
    """One page of cases with names: one query per kind of party."""
    today = place.origin.business_date
    cards = parties.cards({Party(row["target_kind"], row["target_id"]) for row in rows if row["target_kind"]})
    shown = []
    for row in rows:
        card = cards.get(Party(row["target_kind"], row["target_id"]))
        late = row["due_on"] and not row["closed_at"] and row["due_on"] < today
        shown.append(
            {
                **row,
                "state": f"case:{row['state']}",
                "item_name": item_name(row["item"]),
                "about": card.label if card else "",
                "_note": f"已超过承诺办结日 {(today - row['due_on']).days} 天" if late else "",
            }
        )
    return shown


@require_GET
def case(request: HttpRequest, place: Place, number: str) -> HttpResponse:
    found = _case(place, number)
    submissions = list(found.submissions.order_by("-pk"))
    latest = submissions[0] if submissions else None
    target = found.target
    context = {
        "title": f"{item_name(found.item)} {found.number}",
        "case": found,
        "item_name": item_name(found.item),
        "target_card": parties.card(target) if target and target != place.party else None,
        "events": _events(found, latest, place),
        "answers": _answers(latest) if latest else [],
        "latest": latest,
        "may_decide": bool(latest) and gate.may_decide(latest, place.origin),
        "check_url": f"{place.base}checks/{latest.pk}/" if latest else "",
        "revise_url": _revise_url(place, found),
        "panels": panels(request, place, "case", Party("case", found.pk)),
        "back_url": f"{place.base}cases/",
        "back_text": "办件",
    }
    return render(request, "faces/cases/case.html", context)


def _case(place: Place, number: str) -> Case:
    found = reads.case_for(place.origin, place.party, number)
    if found is None:
        raise Http404
    return found


def _events(found: Case, latest: Submission | None, place: Place) -> list[dict[str, Any]]:
    events = [{**event, "state": _tone(event)} for event in reads.course(found)]
    if found.closed_at is not None:
        events.append({"at": found.closed_at, "what": "办结", "status": f"case:{found.state}", "state": "done"})
        return events
    role = latest.role_wanted if latest else ""
    waits = f"待{post_name(role)}审核" if role else CaseState(found.state).label
    due = f"承诺 {found.due_on:%Y-%m-%d} 前办结" if found.due_on else ""
    events.append({"at": None, "what": waits, "state": "now", "due": due})
    return events


def _tone(event: dict) -> str:
    status = event.get("status", "")
    return "problem" if status.endswith((":return", ":decline")) or event["what"] == "没有办成" else "done"


def _answers(submission: Submission) -> list[tuple[str, str]]:
    """What was handed in, in words, masked."""
    operation = registry.operations.get(submission.operation)
    if operation is None:
        return []
    data = inputs.thaw(operation, reads.input_of(submission))
    return [row for form in operation.steps or (operation.Input,) for row in forms.answers(form, data)]


def _revise_url(place: Place, found: Case) -> str:
    """Where a returned case is mended: its own form, with the case's number."""
    if found.state not in {CaseState.RETURNED, CaseState.SUPPLEMENT}:
        return ""
    operation = registry.operations.get(found.operation)
    if operation is None or operation.hidden:
        return ""
    return f"{place.address('do', found.operation, found.target)}?case={found.number}"


@require_GET
def worklist(request: HttpRequest, place: Place) -> HttpResponse:
    """What waits for a decision of mine, the nearest deadline first. One's own slips stand there with the reason."""
    roles = (
        place.origin.roles if place.face in STAFF_FACES else (place.authority.roles if place.authority else frozenset())
    )
    party = None if place.face in STAFF_FACES else place.party
    table = Table(
        columns=(
            TableColumn("case__number", "流水号"),
            TableColumn("label", "办理内容"),
            TableColumn("about", "办理对象"),
            TableColumn("maker_name", "受理人"),
            TableColumn("made_at", "提交时间", kind="datetime"),
            TableColumn("case__due_on", "承诺办结", kind="date"),
            TableColumn("role", "审核岗位"),
        ),
        source=reads.waiting_for(place.origin, roles, party).values(
            "pk", "case__number", "label", "target_kind", "target_id", "maker_id", "maker_name", "made_at",
            "case__due_on", "wanted",
        ),
        finish=lambda rows: _work_rows(place, rows),
    )  # fmt: skip
    context = {
        "title": "待复核",
        "listing": paging.listing(table, request.GET, paging.SIZE_STAFF),
        "as_of": clock.now(),
    }
    return render(request, "faces/cases/worklist.html", context)


def _work_rows(place: Place, rows: list[dict]) -> list[dict]:
    cards = parties.cards({Party(row["target_kind"], row["target_id"]) for row in rows if row["target_kind"]})
    shown = []
    for row in rows:
        card = cards.get(Party(row["target_kind"], row["target_id"]))
        own = row["maker_id"] == place.origin.operator
        shown.append(
            {
                **row,
                "about": card.label if card else "",
                "role": post_name(row["wanted"]),
                "_url": "" if own else f"{place.base}checks/{row['pk']}/",
                "_note": "本人经办，由其他人复核" if own else "",
            }
        )
    return shown


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, place: Place, submission: int) -> HttpResponse:
    found = Submission.objects.select_related("case").filter(pk=submission).first()
    if found is None or reads.case_for(place.origin, place.party, found.case.number) is None:
        raise Http404
    if request.method == "POST":
        return _post_decision(request, place, found)
    return _decide_page(request, place, found)


def _post_decision(request: HttpRequest, place: Place, found: Submission) -> HttpResponse:
    verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "").strip()
    errors = []
    if verdict not in dict(VERDICTS):
        errors.append({"text": "选择审核结论", "href": "#f-verdict"})
    elif verdict != "approve" and len(reason) < 2:
        errors.append({"text": "填写审核意见：退回或不予办理要写明原因", "href": "#f-reason"})
    if errors:
        return _decide_page(request, place, found, errors, verdict, reason, status=422)
    try:
        gate.decide(found.pk, place.origin, verdict, reason, request.POST.get("form_token", ""))
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        errors = list(refused.findings) or [refused.detail]
        return _decide_page(request, place, found, errors, verdict, reason, status=refused.status)
    return HttpResponseRedirect(f"{place.base}cases/{found.case.number}/", status=303)


def _decide_page(
    request, place: Place, found: Submission, errors=(), verdict="", reason="", status=200
) -> HttpResponse:
    if found.state != SubmissionState.WAITING and status == 200:
        return HttpResponseRedirect(f"{place.base}cases/{found.case.number}/")
    target = found.target
    own = found.maker_id == place.origin.operator
    errors = error_items(errors)
    by_field = {item.href: item.text for item in errors}
    context = {
        "title": f"复核：{found.label}",
        "submission": found,
        "case": found.case,
        "target_card": parties.card(target) if target else None,
        "answers": _answers(found),
        "events": [{**event, "state": _tone(event)} for event in reads.course(found.case)],
        "own": own,
        "may_decide": gate.may_decide(found, place.origin),
        "role": post_name(found.role_wanted),
        "verdicts": VERDICTS,
        "verdict": verdict,
        "reason": reason,
        "errors": errors,
        "verdict_error": by_field.get("#f-verdict", ""),
        "reason_error": by_field.get("#f-reason", ""),
        "form_token": uuid4().hex,
        "back_url": f"{place.base}checks/",
        "back_text": "待复核",
    }
    return render(request, "faces/cases/decide.html", context, status=status)
