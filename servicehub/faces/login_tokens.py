"""Who calls the API: a bearer token, or the API's own session cookie; and whether they may.

Both are rows of the session registry. DRF reads these classes while models are still being loaded (they are its
defaults), so what they work with is imported where it is used.
"""

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission

SCHEME = "bearer"


class TokenLogin(BaseAuthentication):
    """``Authorization: Bearer <token>``. A token that ended says why in the problem document."""

    def authenticate(self, request):
        from servicehub.faces.login_session import adopt, ended_of
        from servicehub.identity import sessions

        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not token:
            return None
        login = adopt(request._request, sessions.load_by_token(token.strip()))
        if login is None:
            ended = ended_of(request._request)
            raise exceptions.AuthenticationFailed(
                f"登录已结束：{ended[0].label}" if ended else "令牌不存在", code="NOT_LOGGED_IN"
            )
        return login.user, login

    def authenticate_header(self, request) -> str:
        return "Bearer"


class SessionLogin(SessionAuthentication):
    """The API's cookie, with Django's CSRF token on everything that writes."""

    def authenticate(self, request):
        from servicehub.faces.login_session import login_of

        login = login_of(request._request)
        if login is None:
            return None
        self.enforce_csrf(request)
        return login.user, login


class ByAccess(BasePermission):
    """The default permission: ``access = Access("employer")`` on the view decides; without it nobody comes in."""

    message = "没有权限"

    def has_permission(self, request, view) -> bool:
        from servicehub.faces.origin import origin_of
        from servicehub.identity.passwords import must_change

        declared = getattr(view, "access", None)
        if declared is None:
            return False
        if declared.face == "public":
            return True
        user = request.user
        if not user.is_authenticated or user.kind != declared.kind or must_change(user):
            return False
        return not declared.roles or bool(declared.roles & origin_of(request).roles)
