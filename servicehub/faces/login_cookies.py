"""One browser, several roles: every face has a session and a CSRF cookie of its own.

Django knows one name for each. This middleware, outside Django's own, hands it the pair of the face an address
belongs to and gives that pair back under the face's name. Logging in as an employer's agent in one tab neither ends
nor mixes with a clerk's session in another, and changes none of the clerk's forms.
"""

from http.cookies import Morsel

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FACES = {
    "employer": "employer",
    "my": "my",
    "counter": "staff",
    "switchboard": "staff",
    "api": "api",
}
LOGIN_KINDS = {"employer": "employer", "person": "my", "staff": "staff"}
"""Kind of user in a log-in address -> the face it opens."""


def session_face(path: str) -> str:
    """employer | my | staff | api | public: whose session an address uses."""
    first, _, rest = path.lstrip("/").partition("/")
    if first in {"login", "logout", "reset", "register"}:
        return LOGIN_KINDS.get(rest.partition("/")[0], "public")
    return FACES.get(first, "public")


class FaceCookies:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_face = session_face(request.path_info)
        names = {name: f"{name}_{request.session_face}" for name in _shared_names()}
        for plain, own in names.items():
            # What comes under the plain name is none of ours, whoever set it.
            request.COOKIES.pop(plain, None)
            if own in request.COOKIES:
                request.COOKIES[plain] = request.COOKIES[own]
        response = self.get_response(request)
        for plain, own in names.items():
            if plain in response.cookies:
                response.cookies[own] = _renamed(response.cookies.pop(plain), own)
        return response


def _shared_names() -> tuple[str, str]:
    return settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME


def _renamed(morsel: Morsel, name: str) -> Morsel:
    renamed = Morsel()
    renamed.set(name, morsel.value, morsel.coded_value)
    renamed.update(dict(morsel.items()))
    return renamed
