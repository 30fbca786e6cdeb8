"""Who is logged in on this request, and until when. Reads the session registry once, when somebody asks."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.functional import SimpleLazyObject

from servicehub.clock import now
from servicehub.identity import sessions
from servicehub.identity.addresses import client_ip
from servicehub.identity.models import EndReason, LoginSession
from servicehub.identity.sessions import Client, SessionClock

KEY = "login"
BACKGROUND_HEADER = "X-Background"
"""Set on requests the page sends by itself (progress bars, live figures): they do not keep a session alive."""


class LoginSessionMiddleware:
    """In place of Django's AuthenticationMiddleware: the user comes with the registry row, in one statement."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        request.user = SimpleLazyObject(lambda: user_of(request))
        return self.get_response(request)


def user_of(request: HttpRequest):
    login = login_of(request)
    return login.user if login is not None else AnonymousUser()


def login_of(request: HttpRequest) -> LoginSession | None:
    """The standing log-in of this request's face; touched, unless the page asked by itself.

    A token's log-in was adopted before; without one the face's cookie is asked.
    """
    request = getattr(request, "_request", request)  # DRF wraps
    if not hasattr(request, "_login"):
        request._login, request._ended = None, None
        number = request.session.get(KEY)
        if number is not None:
            adopt(request, sessions.load(number))
            if request._login is None:
                request.session.flush()
    return request._login


def adopt(request: HttpRequest, login: LoginSession | None) -> LoginSession | None:
    """Take a registry row for this request, if it still stands; otherwise remember why it does not."""
    at = now()
    request._login = request._ended = None
    if login is None:
        return None
    reason = sessions.why_over(login, at)
    if reason is None:
        request._login = login
        if BACKGROUND_HEADER not in request.headers:
            sessions.touch(login, at)
        return login
    request._ended = (reason, login.user_id)
    sessions.end(login, reason, at)
    return None


def ended_of(request: HttpRequest) -> tuple[EndReason, int] | None:
    """(why, user id) of a session that this request still named but that is over."""
    login_of(request)
    return request._ended


def clock_of(request: HttpRequest) -> SessionClock | None:
    """When the present session ends by itself: for the warning, and for 「10:57 后需重新登录」."""
    login = login_of(request)
    return sessions.clock_of(login) if login is not None else None


def client_of(request: HttpRequest, channel: str, name: str = "") -> Client:
    return Client(ip=client_ip(request.META), agent=request.headers.get("User-Agent", ""), channel=channel, name=name)


def enter(request: HttpRequest, login: LoginSession) -> None:
    """The browser is logged in: a new session number, a new CSRF secret (SEC-08)."""
    request.session.cycle_key()
    request.session[KEY] = login.pk
    rotate_token(request)
    adopt(request, sessions.load(login.pk))
    request.user = login.user
    user_logged_in.send(sender=login.user.__class__, request=request, user=login.user)


def renew(request: HttpRequest) -> None:
    """After a step-up or a password change: the same log-in under a new session number, proofs read again."""
    request.session.cycle_key()
    rotate_token(request)
    adopt(request, sessions.load(request.session[KEY]))


def leave(request: HttpRequest) -> None:
    """Server-side state goes; the browser's cookie with it."""
    request.session.flush()
    request._login = request._ended = None
    request.user = AnonymousUser()
