"""Pages for everybody: home, guides of the service items, statements the law asks for, size of the letters."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from markupsafe import Markup

from servicehub import clock
from servicehub.declare import CENTRE, registry
from servicehub.declare.item import Audience, Channel
from servicehub.faces import search
from servicehub.faces.access import access
from servicehub.faces.home_pages import GROUP_ORDER
from servicehub.faces.origin import origin_of
from servicehub.faces.shells import SIZE_COOKIE, SIZES
from servicehub.gate.models import StopScope
from servicehub.gate.reads import standing
from servicehub.kit import wording

INTERNAL = frozenset({Channel.ADM, Channel.BATCH})
OUTSIDE = frozenset({Audience.EMPLOYER, Audience.PERSON, Audience.PUBLIC})
STARTABLE_MAX, NOTICES_MAX = 8, 5
SIZE_COOKIE_SECONDS = 400 * 24 * 3600


@require_GET
@access("public")
def home(request) -> HttpResponse:
    context = {
        "title": "网上服务",
        "ways": [
            {"name": "单位办事", "start": "/employer/", "items": _startable(Audience.EMPLOYER, Channel.WEBE)},
            {"name": "个人办事", "start": "/my/", "items": _startable(Audience.PERSON, Channel.WEBP)},
        ],
        "notices": [{"title": one.notice_title, "body": one.notice_body} for one in standing(clock.now())][
            :NOTICES_MAX
        ],
        "panels": _panels(request),
    }
    return render(request, "faces/public/home.html", context)


def _startable(audience: Audience, channel: Channel) -> list:
    """What can be begun online, business before questions about it."""
    open_here = [
        item for item in registry.items if item.published and audience in item.audiences and channel in item.channels
    ]
    rank = {name: place for place, name in enumerate(GROUP_ORDER)}
    return sorted(open_here, key=lambda item: (rank.get(item.group, len(rank)), item.wave, item.code))[:STARTABLE_MAX]


def _panels(request) -> list[str]:
    """Blocks that apps declare for everybody: rates and bounds in force."""
    drawn = []
    for panel in sorted(registry.panels, key=lambda one: (one.order, one.code)):
        if panel.face == "public" and panel.place == "home":
            context = panel.context(origin_of(request), CENTRE)
            if context is not None:
                drawn.append(Markup(render_to_string(panel.template, context, request)))
    return drawn


@require_GET
@access("public")
def services(request) -> HttpResponse:
    q = request.GET.get("q", "").strip()
    items = [item for item in _guided() if not q or search.matches(q, f"{item.code} {item.name} {item.guide}")]
    return render(
        request,
        "faces/public/services.html",
        {"title": "办事指南", "q": q, "groups": _by_group(items), "count": len(items)},
    )


@require_GET
@access("public")
def service(request, code: str) -> HttpResponse:
    item = registry.items.get(code)
    if item is None or not item.audiences & OUTSIDE:
        raise Http404
    return render(
        request,
        "faces/public/service.html",
        {
            "title": item.name,
            "item": item,
            "audiences": "、".join(wording.AUDIENCES[one] for one in sorted(item.audiences)),
            "channels": [wording.CHANNELS[one] for one in sorted(item.channels - INTERNAL)],
            "materials": [{"name": one.name, "when": one.when, "source": one.source} for one in item.materials],
            "starts": _starts(item),
            "stops": _stops(item),
        },
    )


@require_GET
@access("public")
def accessibility(request) -> HttpResponse:
    return render(request, "faces/public/accessibility.html", {"title": "无障碍与大字版"})


@require_GET
@access("public")
def privacy(request) -> HttpResponse:
    return render(request, "faces/public/privacy.html", {"title": "隐私政策"})


@require_GET
@access("public")
def sitemap(request) -> HttpResponse:
    groups = _by_group(_guided())
    return render(request, "faces/public/sitemap.html", {"title": "网站地图", "groups": groups})


@csrf_exempt  # sets how large letters are, nothing else, and is sent from pages of every face
@require_POST
@access("public")
def size(request) -> HttpResponse:
    """大字版 on or off: a cookie, so that it holds on this device before and after log-in."""
    chosen = request.POST.get("size", "")
    onward = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        onward = "/"
    answer = HttpResponseRedirect(onward, status=303)
    if chosen in SIZES - {""}:
        answer.set_cookie(SIZE_COOKIE, chosen, max_age=SIZE_COOKIE_SECONDS, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie(SIZE_COOKIE, samesite="Lax")
    return answer


def _guided() -> list:
    """Items the public has a guide of: what only the centre's own staff do is not among them."""
    return [item for item in registry.items if item.audiences & OUTSIDE]


def _by_group(items) -> list[tuple[str, list]]:
    groups: dict[str, list] = {}
    for item in items:
        groups.setdefault(item.group or "其他", []).append(item)
    return [(name, sorted(group, key=lambda item: item.code)) for name, group in groups.items()]


def _starts(item) -> list[dict]:
    """Where the item begins, by audience; an item that is not open yet has no way in."""
    if not item.published:
        return []
    ways = (
        (Audience.EMPLOYER, "WEBE", "单位登录后办理", "/employer/"),
        (Audience.PERSON, "WEBP", "个人登录后办理", "/my/"),
    )
    return [
        {"text": text, "url": url, "kind": "primary"}
        for audience, channel, text, url in ways
        if audience in item.audiences and channel in item.channels
    ]


def _stops(item) -> list[dict]:
    """Orders in force over the item anywhere: a stop never takes an item out of the guide (R-ST-12)."""
    found = []
    for order in standing(clock.now()):
        covers = (
            order.scope == StopScope.PLATFORM
            or (order.scope == StopScope.ITEM and order.scope_ref == item.code)
            or (order.scope == StopScope.ITEM_GROUP and order.scope_ref == item.group)
            or (order.scope == StopScope.CELL and order.scope_ref.endswith(f":{item.code}"))
        )
        if covers and not (item.always_on and order.scope != StopScope.PLATFORM):
            found.append({"title": order.notice_title, "body": order.notice_body})
    return found
