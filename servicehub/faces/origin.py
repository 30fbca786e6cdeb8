"""From a request to an ``Origin``: the one place that knows both."""

import dataclasses

from django.http import HttpRequest

from servicehub import clock
from servicehub.declare import Channel, Origin, Party
from servicehub.declare.registry import party_kinds
from servicehub.faces.login_session import login_of
from servicehub.identity import posts, sessions
from servicehub.identity.addresses import client_ip
from servicehub.identity.models import LoginSession, User

CHANNELS = {"employer": Channel.WEBE, "my": Channel.WEBP, "counter": Channel.CTR, "switchboard": Channel.ADM}
LOGIN_CHANNELS = {"employer": Channel.WEBE, "person": Channel.WEBP, "staff": Channel.CTR}


def channel_of(request: HttpRequest) -> Channel:
    """By the address; an API client's is that of its log-in."""
    if request.session_face == "api":
        login = login_of(request)
        return Channel(login.channel) if login is not None else Channel.SITE
    first, _, rest = request.path_info.lstrip("/").partition("/")
    if first in {"login", "logout", "reset", "register"}:
        return LOGIN_CHANNELS.get(rest.partition("/")[0], Channel.SITE)
    return CHANNELS.get(first, Channel.SITE)


def origin_of(request: HttpRequest, acting_for: Party | None = None) -> Origin:
    """Made once per request. ``acting_for``: the employer an address names; the gate judges whether it may be.

    Without it, an agent acts for the employer chosen in the switcher, as long as the grant stands.
    """
    request = getattr(request, "_request", request)  # DRF wraps
    if not hasattr(request, "_origin"):
        request._origin = _make(request)
    origin = request._origin
    return dataclasses.replace(origin, acting_for=acting_for) if acting_for is not None else origin


def origin_of_person(request: HttpRequest, user: User) -> Origin:
    """For the audit log, where somebody proves who they are and no session stands yet: no posts, no assurance."""
    return dataclasses.replace(
        origin_of(request), operator=user.pk, operator_name=user.display_name, user_kind=user.kind
    )


def forget_origin(request: HttpRequest) -> None:
    """After a log-in, a step-up or a change of employer within one request."""
    if hasattr(request, "_origin"):
        del request._origin


def _make(request: HttpRequest) -> Origin:
    login = login_of(request)
    anonymous = Origin(
        operator=None,
        operator_name="",
        channel=channel_of(request),
        business_date=business_date(),
        at=clock.now(),
        request_id=str(getattr(request, "request_id", "")),
        ip=client_ip(request.META) or "",
    )
    return _named(anonymous, login) if login is not None else anonymous


def _named(origin: Origin, login: LoginSession) -> Origin:
    user, held = login.user, sessions.posts_in(login)
    level = sessions.level_of(login, origin.at)
    named = dataclasses.replace(
        origin,
        operator=user.pk,
        operator_name=user.display_name,
        user_kind=user.kind,
        client=login.client,
        branch=user.branch_id,
        branches=posts.branches_in(held),
        roles=posts.roles_in(held),
        posts=held,
        assurance=level.value,
        assured_at=level.at,
    )
    return dataclasses.replace(named, acting_for=_chosen(named, login))


def _chosen(origin: Origin, login: LoginSession) -> Party | None:
    """The employer in the switcher, asked anew on every request: a revoked grant is gone at once (AG-07)."""
    if origin.user_kind != "employer" or not login.acting_for:
        return None
    party = Party.parse(login.acting_for)
    return party if _has_authority(origin, party) else None


def _has_authority(origin: Origin, party: Party) -> bool:
    kind = party_kinds.get(party.kind)
    return kind is not None and kind.authority(origin, party.id) is not None


def choose_party(request: HttpRequest, party: Party) -> bool:
    """The switcher. False where the agent has no standing grant: the page answers 404."""
    login = login_of(request)
    if login is None or not _has_authority(origin_of(request), party):
        return False
    LoginSession.objects.filter(pk=login.pk).update(acting_for=str(party))
    login.acting_for = str(party)
    forget_origin(request)
    return True


def business_date():
    """The open business day; before the first one is opened, the calendar's (nothing can be posted then)."""
    return clock.business_date_or_none() or clock.today()
