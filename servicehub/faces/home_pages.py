"""Homes of the faces, what can be done from them, customers, and the way between employers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods
from markupsafe import Markup

from servicehub import gate, parties
from servicehub.cases import reads
from servicehub.cases.claims import item_name
from servicehub.cases.models import Case
from servicehub.declare import CENTRE, NEW, READ, Operation, Party, registry
from servicehub.faces import overviews, refusals, sealed_filters, search
from servicehub.faces.access import access
from servicehub.faces.origin import choose_party, origin_of
from servicehub.faces.places import CHANNEL, Place, party_of

RECENT_CASES = 5
SEARCH_MAX = 20
GROUP_ORDER = ("缴存", "提取", "贷款", "证明", "管理", "互动", "查询")


@access("employer")
@require_GET
def employer_root(request: HttpRequest) -> HttpResponse:
    """To the employer acted for last; to the choice, when there are several and none was chosen."""
    origin = origin_of(request)
    mine = parties.mine(origin, "employer")
    if not mine:
        state = refusals.Shown(
            "还没有可办理的单位", "由单位管理员授权后，单位会出现在这里；新单位可到服务大厅办理缴存登记。"
        )
        return refusals.shown(request, state)
    chosen = origin.acting_for if origin.acting_for in mine else mine[0] if len(mine) == 1 else None
    if chosen is None:
        return HttpResponseRedirect("/employer/switch/")
    return HttpResponseRedirect(f"/employer/{parties.card(chosen).token}/")


@access("employer")
@require_GET
def employer_switch(request: HttpRequest) -> HttpResponse:
    mine = parties.mine(origin_of(request), "employer")
    cards = parties.cards(mine)
    rows = sorted((cards[party] for party in mine if party in cards), key=lambda card: card.label)
    return render(request, "faces/employer/switch.html", {"title": "选择单位", "cards": rows})


@require_GET
def home(request: HttpRequest, place: Place) -> HttpResponse:
    if place.face == "employer":
        choose_party(request, place.party)
    figures = {"counter": overviews.counter, "switchboard": overviews.switchboard}.get(place.face)
    figures = figures(place) if figures else []
    names = {"counter": "工作台", "switchboard": "总览", "my": place.origin.operator_name}
    context = {
        "title": names.get(place.face, "首页"),
        "heading": names.get(place.face, place.card.label),
        "place": place,
        "figures": figures,
        "chart": overviews.calls_today() if place.face == "switchboard" else None,
        "all_well": place.face == "switchboard" and overviews.all_well(figures),
        "panels": panels(request, place, "home", place.party),
        "recent": _recent(place) if place.face in {"employer", "my"} else [],
        "waiting": _waiting(place) if place.face in {"employer", "my"} else 0,
    }
    return render(request, "faces/home.html", context)


def panels(request: HttpRequest, place: Place, spot: str, party: Party) -> list[dict[str, Any]]:
    """Blocks the apps declare for this spot, drawn; a panel without anything to say stays away."""
    drawn = []
    for panel in sorted(registry.panels, key=lambda one: (one.order, one.code)):
        if panel.face != place.face or panel.place != spot or not place.holds(panel.roles):
            continue
        context = panel.context(place.origin, party)
        if context is None:
            continue
        html = Markup(
            render_to_string(panel.template, {**context, "place": place, "panel": panel, "party": party}, request)
        )
        drawn.append({"label": panel.label, "html": html})
    return drawn


def _recent(place: Place) -> list[dict]:
    rows = reads.cases_of(place.origin, place.party).values("number", "item", "state", "opened_at")[:RECENT_CASES]
    return [{**row, "item_name": item_name(row["item"])} for row in rows]


def _waiting(place: Place) -> int:
    """How many submissions of the employer wait for a decision of this operator."""
    roles = place.authority.roles if place.authority else frozenset()
    waiting = reads.waiting_for(place.origin, roles, place.party) if roles else Case.objects.none()
    return waiting.count()


@require_GET
def services(request: HttpRequest, place: Place) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    groups = offers(place, place.party, q)
    context = {
        "title": "受理" if place.face == "counter" else "办事",
        "place": place,
        "q": q,
        "groups": groups,
        "search_url": "/counter/go/" if place.face == "counter" else "",
    }
    return render(request, "faces/services.html", context)


def offers(place: Place, party: Party, q: str = "") -> list[tuple[str, list[dict]]]:
    """What can be started here for this party, by group of items: what the channel offers and the authority covers.

    Whether it is open this very minute the form itself asks: a stopped item stays in the list (R-ST-12).
    """
    authority = parties.authority(place.origin, party)
    held = (authority.roles if authority else frozenset()) | place.origin.roles
    groups: dict[str, list[dict]] = {}
    for operation in registry.operations:
        item = registry.items.get(operation.item)
        if item is None or not _offered(place, operation, item, party):
            continue
        if operation.roles and not operation.roles & held:
            continue
        if authority is not None and not authority.covers(item.code):
            continue
        if q and not search.matches(q, f"{operation.label} {item.name} {item.code} {operation.counter_code}"):
            continue
        verb = "list" if operation.kind == READ else "do"
        groups.setdefault(item.group or "其他", []).append(
            {
                "label": operation.label,
                "url": place.address(verb, operation.code, party if operation.target == party.kind else None),
                "hint": item.name if item.name != operation.label else item.promised,
                "code": operation.counter_code,
            }
        )
    ordered = sorted(
        groups, key=lambda name: (GROUP_ORDER.index(name) if name in GROUP_ORDER else len(GROUP_ORDER), name)
    )
    return [
        (name, sorted(groups[name], key=lambda row: (not row["code"], row["code"], row["label"]))) for name in ordered
    ]


def _offered(place: Place, operation: Operation, item, party: Party) -> bool:
    if not operation.offered:
        return False
    if operation.hidden or operation.kind not in {NEW, READ} or CHANNEL[place.face] not in item.channels:
        return False
    return operation.target == party.kind or (party == place.party and operation.target in {"", CENTRE.kind})


@require_GET
def party_view(request: HttpRequest, place: Place, kind: str, token: str) -> HttpResponse:
    """Everything about one employer or person on one screen. The reading itself goes through the gate."""
    party = party_of(place, kind, token)
    viewed = registry.party_kinds[kind].extras.get("view", "")
    table = gate.read(viewed, place.origin, party, {}) if viewed else None
    card = place.card_of(party)
    context = {
        "title": card.label,
        "place": place,
        "card": card,
        "table": table,
        "panels": panels(request, place, f"party:{kind}", party),
        "groups": offers(place, party),
        "cases": _cases_of(place, party),
        "back_url": place.base,
    }
    return render(request, "faces/party.html", context)


def _cases_of(place: Place, party: Party) -> list[dict]:
    cases = reads.cases_of(place.origin, party)
    if place.face in {"employer", "my"} and party != place.party:
        cases = cases.about(place.party)  # an agent of several employers stands at one of them here
    rows = cases.values("number", "item", "state", "opened_at", "opened_by_name")[:RECENT_CASES]
    return [
        {
            **row,
            "item_name": item_name(row["item"]),
            "state": f"case:{row['state']}",
            "_url": f"{place.base}cases/{row['number']}/",
        }
        for row in rows
    ]


@require_GET
def menu(request: HttpRequest, place: Place) -> HttpResponse:
    return render(request, "faces/menu.html", {"title": "菜单", "place": place, "groups": offers(place, place.party)})


@require_GET
def about_me(request: HttpRequest, place: Place) -> HttpResponse:
    context = {"title": "我的", "place": place, "panels": panels(request, place, "about", place.party)}
    return render(request, "faces/my/about.html", context)


@require_http_methods(["GET", "POST"])
def go(request: HttpRequest, place: Place) -> HttpResponse:
    """The command box: a code opens its form, a case number the case, anything else finds customers.

    What was typed may be a name or an id number: it is posted, and the address of the answer holds it sealed.
    """
    hidden = sealed_filters.hide(request, ("q",))
    if hidden is not None:
        return hidden
    q = sealed_filters.given(request).get("q", "")
    if not q:
        return HttpResponseRedirect(f"{place.base}services/")
    operation = search.by_code(q)
    if operation is not None and operation.target in {"", CENTRE.kind}:
        return HttpResponseRedirect(place.address("do", operation.code))
    if reads.case_for(place.origin, None, q.upper()) is not None:
        return HttpResponseRedirect(f"{place.base}cases/{q.upper()}/")
    found = _customers(place, q)
    if len(found) == 1:
        return HttpResponseRedirect(found[0]["_url"])
    context = {
        "title": "查找结果",
        "place": place,
        "q": q,
        "found": found,
        "operation": operation,
        "groups": offers(place, place.party, q),
    }
    return render(request, "faces/counter/go.html", context)


def _customers(place: Place, q: str) -> list[dict]:
    rows = []
    for kind in registry.party_kinds:
        if kind.code == CENTRE.kind:
            continue
        found = parties.search(place.origin, kind.code, q, SEARCH_MAX)
        cards = parties.cards(found)
        rows += [_customer(place, kind.label, cards[party]) for party in found if party in cards]
    return rows


def _customer(place: Place, kind: str, card) -> dict:
    return {
        "label": card.label,
        "kind": kind,
        "number": card.number,
        "status": card.status,
        "details": "　".join(f"{key} {value}" for key, value in card.details),
        "_url": f"{place.base}{card.party.kind}/{card.token}/",
    }
