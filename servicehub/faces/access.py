"""Who may open an address. Every view says so; a view that says nothing fails the architecture test.

``@access("employer")`` on a function or on ``View.as_view()``; ``access = Access("employer")`` on a DRF view, whose
default permission (``login_tokens.ByAccess``) reads it. A declaration guards the log-in and the post; what may be done
to which party is the gate's question.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from servicehub.faces.login_parking import ask_to_log_in, ask_to_step_up
from servicehub.faces.login_session import login_of
from servicehub.faces.login_tokens import ByAccess
from servicehub.faces.origin import origin_of
from servicehub.identity.passwords import must_change
from servicehub.identity.roles import BY_CODE

__all__ = ["Access", "ByAccess", "NoPost", "access", "for_each_kind", "refusal"]

FACES = {"public": "", "employer": "employer", "my": "person", "counter": "staff", "switchboard": "staff"}
"""Face of a page -> kind of user it is for."""


@dataclass(frozen=True, slots=True)
class Access:
    """``roles``: any one of these posts (staff faces only). ``level``: of assurance, whatever the item says.

    ``unfinished``: also open to somebody who must set a new password first.
    """

    face: str
    roles: frozenset[str] = frozenset()
    level: int = 0
    unfinished: bool = False

    def __post_init__(self):
        if self.face not in FACES:
            raise ValueError(f"no face is called {self.face}")
        unknown = self.roles - BY_CODE.keys()
        if unknown or (self.roles and self.kind != "staff"):
            raise ValueError(f"posts are for staff faces and from identity.roles: {sorted(unknown or self.roles)}")

    @property
    def kind(self) -> str:
        return FACES[self.face]


class NoPost(PermissionDenied):
    """Logged in, without any of the posts. ``function`` and ``who`` fill state S-03."""

    def __init__(self, roles: Iterable[str]):
        names = "、".join(BY_CODE[role].name for role in sorted(roles))
        super().__init__(f"needs one of the posts {names}")
        self.function = names
        self.who = "安全管理员"


def access(face: str, *, roles: Iterable[str] = (), level: int = 0, unfinished: bool = False) -> Callable:
    declared = Access(face, frozenset(roles), level, unfinished)

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            return refusal(request, declared) or view(request, *args, **kwargs)

        guarded.access = declared
        return guarded

    return decorate


FACE_OF_KIND = {"employer": "employer", "person": "my", "staff": "counter"}


def for_each_kind(view: Callable) -> Callable:
    """One view under /login/employer/, /login/person/ and /login/staff/, each open to its own kind only."""
    guarded = {kind: access(face, unfinished=True)(view) for kind, face in FACE_OF_KIND.items()}

    @wraps(view)
    def choose(request: HttpRequest, kind: str) -> HttpResponse:
        return guarded[kind](request)

    choose.access_by_kind = {kind: one.access for kind, one in guarded.items()}
    choose.access = choose.access_by_kind["employer"]
    return choose


def refusal(request: HttpRequest, declared: Access) -> HttpResponse | None:
    """The page that stands in the way, or ``None``. :raises NoPost: logged in without the post."""
    if declared.face == "public":
        return None
    login = login_of(request)
    if login is None or login.user.kind != declared.kind:
        return ask_to_log_in(request, declared.kind)
    if not declared.unfinished and must_change(login.user):
        return HttpResponseRedirect(f"/login/{declared.kind}/password/", status=303)
    if declared.roles and not declared.roles & origin_of(request).roles:
        raise NoPost(declared.roles)
    if declared.level > origin_of(request).assurance:
        return ask_to_step_up(request)
    return None
