"""How the OpenAPI document describes the two ways of being logged in."""

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from servicehub.faces.login_tokens import SCHEME, SessionLogin, TokenLogin


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenLogin
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": SCHEME, "description": "POST /api/v1/session/ 登录后得到的令牌"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = SessionLogin
    name = "session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": f"{settings.SESSION_COOKIE_NAME}_api"}
