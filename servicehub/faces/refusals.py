"""A refusal of the gate as a page: inside the frame, what is wrong, why, and the ways that are open."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from servicehub.faces import errors
from servicehub.faces.login_parking import ask_to_step_up
from servicehub.faces.shapes import error_items
from servicehub.gate import Refused
from servicehub.kit import amounts


def answer(request: HttpRequest, refused: Refused, button: str = "") -> HttpResponse:
    """The page (or the way to a proof of identity) for a refusal nobody on the page itself can mend."""
    if refused.code == "STEP_UP_REQUIRED":
        return ask_to_step_up(request, button)
    if refused.status == 404 and refused.code == "NOT_FOUND":
        return errors.not_found(request)
    context = {
        "title": refused.title,
        "text": refused.detail,
        "lines": _lines(refused),
        "findings": error_items(refused.findings),
        "alternatives": refused.facts.get("alternatives") or [],
        "case": _case_link(request, refused),
        "draft": refused.draft,
        "draft_url": _form_address(request) if refused.draft else "",
        "home": errors.home_of(request),
        "refresh": refused.status == 429,
    }
    response = render(request, "errors/refused.html", context, status=refused.status)
    for name, value in refused.headers.items():
        response[name] = value
    return response


def _lines(refused: Refused) -> list[tuple[str, str]]:
    facts = refused.facts
    rows = []
    if facts.get("since"):
        rows.append(("开始时间", amounts.moment(datetime.fromisoformat(facts["since"]))))
    if facts.get("expected_resume"):
        rows.append(("预计恢复", amounts.moment(datetime.fromisoformat(facts["expected_resume"]))))
    if facts.get("next_open"):
        rows.append(("下次服务时间", amounts.moment(datetime.fromisoformat(facts["next_open"]))))
    if facts.get("stop_order"):
        rows.append(("停办单号", facts["stop_order"]))
    rows.append(("咨询电话", settings.HOTLINE))
    return rows


def _case_link(request: HttpRequest, refused: Refused) -> dict | None:
    number = refused.facts.get("case")
    place = getattr(request, "place", None)
    if not number or place is None:
        return None
    return {"number": number, "url": f"{place.base}cases/{number}/"}


def _form_address(request: HttpRequest) -> str:
    """The first page of the form whose last page was refused."""
    head, found, tail = request.path.partition("/do/")
    return f"{head}/do/{tail.split('/')[0]}/" if found else request.path


@dataclass
class Shown(Exception):
    """A state in which a face has nothing to show yet: raised by a page, drawn inside the frame."""

    title: str
    text: str
    actions: tuple[dict, ...] = ()
    status: int = 200


def shown(request: HttpRequest, state: Shown) -> HttpResponse:
    context = {"title": state.title, "text": state.text, "more": (), "actions": state.actions}
    return render(request, "errors/state.html", context, status=state.status)
