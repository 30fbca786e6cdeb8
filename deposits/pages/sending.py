"""From a posted form through the gate and back to the page: what the reader can mend returns, the rest is a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponseRedirect

from servicehub import gate
from servicehub.faces.places import Place
from servicehub.faces.shapes import ErrorItem, error_items
from servicehub.gate import Answer, Refused

MENDABLE = {409, 422}


@dataclass(frozen=True, slots=True)
class Sent:
    """``answer`` when it was done; else ``errors`` for the summary and ``said`` per field."""

    answer: Answer | None
    errors: tuple[ErrorItem, ...] = ()
    said: Mapping[str, str] = None


def send(request: HttpRequest, place: Place, code: str, raw: Mapping[str, Any], files: Mapping | None = None) -> Sent:
    """:raises Refused: what nobody on this page can mend (stopped, not allowed, proof too old)."""
    try:
        key = request.POST.get("form_token") or uuid4().hex
        return Sent(gate.submit(code, place.origin, place.party, raw, key, files))
    except Refused as refused:
        if refused.status not in MENDABLE or refused.code == "KEY_REUSED":
            raise
        return Sent(None, *_faults(refused))


def _faults(refused: Refused) -> tuple[tuple[ErrorItem, ...], dict[str, str]]:
    said: dict[str, str] = {}
    items: list[ErrorItem] = []
    for error in refused.errors:
        said.setdefault(error["field"], error["message"])
        items.append(ErrorItem(error["message"], f"#f-{error['field']}" if error["field"] else ""))
    for finding in refused.findings:
        if finding.blocks:
            said.setdefault(finding.field, finding.message)
            items += error_items([finding])
    if not items:
        items = error_items([refused.detail or refused.title])
    return tuple(items), said


class Said(dict):
    """Messages by field; a field without one has none."""

    def __missing__(self, field: str) -> str:
        return ""


def may(place: Place, code: str) -> None:
    """:raises Refused: the page that leads to this operation is not shown while the gate would refuse it."""
    refused = gate.explain(code, place.origin, place.party)
    if refused is not None:
        raise refused


def see_other(address: str) -> HttpResponseRedirect:
    """303: a refresh of the next page repeats nothing."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def form_token() -> str:
    return uuid4().hex
