"""Policy values: what is in force, what follows, on which document; where a change begins."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicehub import policy
from servicehub.declare import NEW, PolicyKey, registry
from servicehub.faces import search
from servicehub.faces.places import Place
from servicehub.kit import amounts
from servicehub.policy.models import PolicyValue

POLICY_ITEM = "S-PARM"


@require_GET
def show_all(request: HttpRequest, place: Place) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    today = place.origin.business_date
    rows = []
    for key in sorted(registry.parameters, key=lambda one: one.code):
        if q and not search.matches(q, f"{key.label} {key.code} {key.basis} {key.owner}"):
            continue
        current = policy.find(key, today)
        rows.append(
            {
                "label": key.label,
                "code": key.code,
                "value": shown(key, current.text) if current else "",
                "unit": key.unit,
                "since": amounts.day(current.valid_from) if current and current.valid_from else "",
                "document": current.document if current else "",
                "confidence": policy.CONFIDENCE.get(current.confidence, "") if current else "没有生效的值",
                "_url": f"/switchboard/parameters/{key.code}/",
            }
        )
    context = {
        "title": "业务参数",
        "q": q,
        "rows": rows,
        "city": settings.CENTRE_CITY,
        "today": today,
        "starts": starts(place),
    }
    return render(request, "faces/switchboard/parameters.html", context)


@require_GET
def show(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    declared = registry.parameters.get(key)
    if declared is None:
        raise Http404
    today = place.origin.business_date
    values = (
        PolicyValue.objects.filter(slot__key=key, slot__city__in=["", settings.CENTRE_CITY])
        .select_related("slot")
        .order_by("slot__city", "slot__area", "slot__scope", "-valid_from")
    )
    context = {
        "title": declared.label,
        "key": declared,
        "rows": [_row(declared, value, today) for value in values],
        "default": shown(declared, str(declared.default)) if declared.default is not None else "",
        "starts": [{**start, "url": f"{start['url']}?key={key}"} for start in starts(place)],
        "back_url": "/switchboard/parameters/",
        "back_text": "业务参数",
    }
    return render(request, "faces/switchboard/parameter.html", context)


def starts(place: Place) -> list[dict]:
    found = [one for one in registry.operations.of_item(POLICY_ITEM) if one.kind == NEW and not one.hidden]
    return [
        {"text": one.label, "url": place.address("do", one.code), "kind": "primary"}
        for one in found
        if place.holds(one.roles)
    ]


def shown(key: PolicyKey, text: str) -> str:
    """A value in the words of its kind; what does not parse is shown as it stands."""
    try:
        value = key.parse(text)
    except (ValueError, ArithmeticError):
        return text
    if key.kind == "money":
        return amounts.money(value)
    if key.kind == "rate":
        return amounts.ratio(value)
    if key.kind == "boolean":
        return "是" if value else "否"
    return text


def _row(key: PolicyKey, value: PolicyValue, today) -> dict:
    ended = value.valid_to is not None and value.valid_to <= today
    state = "past" if ended else "future" if value.valid_from > today else "in_force"
    return {
        "where": "　".join(filter(None, (value.slot.city or "全国", value.slot.area, value.slot.scope))),
        "value": shown(key, value.value),
        "state": f"parameter:{state}",
        "valid_from": value.valid_from,
        "valid_to": value.valid_to,
        "document": value.document,
        "confidence": policy.CONFIDENCE.get(value.confidence, value.confidence),
        "case": value.submission,
    }
