"""Asking for a log-in or a proof without losing what was sent, and going on with it afterwards (S-13).

A parked POST is run on the server as if it had just arrived: files come back too, which hidden fields could not do,
and the form's own ``form_token`` still tells a repeat from a first time.
"""

from datetime import datetime
from io import BytesIO
from urllib.parse import urlencode

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import resolve
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme

from servicehub.faces.login_cookies import session_face
from servicehub.faces.login_session import ended_of, login_of
from servicehub.identity import parking
from servicehub.identity.models import Face
from servicehub.identity.parking import Parked, ParkedFile
from servicehub.kit.problems import MEDIA_TYPE, type_of

PARKED_KEY = "parked"
NEXT_KEY = "next"
LOGIN_KIND_OF_FACE = {"employer": "employer", "my": "person", "staff": "staff"}


def ask_to_log_in(request: HttpRequest, kind: str) -> HttpResponse:
    """To the log-in page of this kind, with the way back. A POST is kept first."""
    if request.session_face == "api":
        return not_logged_in_problem()
    ended = ended_of(request)
    query = {}
    if request.method == "POST":
        owner = ended[1] if ended else None
        keep(request, owner)
        query["kept"] = "1"
    else:
        query["next"] = request.get_full_path()
    if ended:
        query["ended"] = ended[0].value
    address = f"/login/{kind}/?{urlencode(query)}"
    if request.headers.get("HX-Request"):
        # A fragment would put the log-in form into the middle of the page.
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address, status=303)


def ask_to_step_up(request: HttpRequest, what: str = "") -> HttpResponse:
    """To the page that asks for a fresh proof; then on with this very request.

    ``what``: the button that was pressed, with its amount; it stands on the page and in the SMS, which goes out now.
    """
    from servicehub.faces.login_step_up import prepare

    if request.session_face == "api":
        return step_up_problem()
    login = login_of(request)
    discard(request)
    if request.method == "POST":
        keep(request, login.user_id, what)
    else:
        request.session[NEXT_KEY] = request.get_full_path()
    prepare(request, login, what)
    address = f"/login/{LOGIN_KIND_OF_FACE[request.session_face]}/confirm/"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address, status=303)


def not_logged_in_problem() -> HttpResponse:
    return _unauthorised("NOT_LOGGED_IN", "尚未登录", "没有登录，或登录已结束。POST /api/v1/session/ 重新登录。")


def step_up_problem() -> HttpResponse:
    detail = "POST /api/v1/session/step-up/ 取校验码，再 PUT 校验码，然后重发原请求（幂等键不变）。"
    return _unauthorised("STEP_UP_REQUIRED", "须再次确认身份", detail)


def _unauthorised(code: str, title: str, detail: str) -> HttpResponse:
    body = {"type": type_of(code), "code": code, "status": 401, "title": title, "detail": detail}
    headers = {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
    return JsonResponse(
        body, status=401, content_type=MEDIA_TYPE, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


def keep(request: HttpRequest, user: int | None, what: str = "") -> None:
    """Park this POST; its token goes into the browser's session of this face."""
    request.session[PARKED_KEY] = kept_as(request, request.get_full_path(), user, what)


def kept_as(request: HttpRequest, path: str, user: int | None, what: str = "") -> str:
    """Park what was sent as a POST to ``path``. Returns the token."""
    fields = tuple((name, value) for name in request.POST for value in request.POST.getlist(name))
    files = tuple(
        ParkedFile(name, upload.name, upload.content_type or "", upload.read())
        for name in request.FILES
        for upload in request.FILES.getlist(name)
        if upload.size <= parking.BYTES_MAX
    )
    return parking.park(Face(request.session_face), Parked(path, fields, files, what), user)


def waiting(request: HttpRequest) -> Parked | None:
    """The POST that waits for this browser and this user."""
    token = request.session.get(PARKED_KEY)
    login = login_of(request)
    if token is None:
        return None
    return parking.look(token, Face(request.session_face), login.user_id if login else None)


def kept_at(request: HttpRequest) -> datetime | None:
    """When something was kept for this browser, told to whoever sits there."""
    token = request.session.get(PARKED_KEY)
    return parking.kept_at(token, Face(request.session_face)) if token is not None else None


def after_csrf_failure(request: HttpRequest) -> HttpResponse | None:
    """A form of ours that is older than the present log-in: kept, and offered again. ``None``: refuse it.

    The browser vouches that our own page sent it; what is kept runs only when the person presses the button of a page
    with a token of today.
    """
    declared = getattr(request.resolver_match and request.resolver_match.func, "access", None)
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not ours or declared is None or declared.face == "public" or request.session_face == "api":
        return None
    if request.path.startswith(("/login/", "/logout/")):
        return None
    login = login_of(request)
    if login is None:
        return ask_to_log_in(request, declared.kind)
    keep(request, login.user_id)
    return HttpResponseRedirect(f"/login/{declared.kind}/resume/", status=303)


def discard(request: HttpRequest) -> None:
    token = request.session.pop(PARKED_KEY, None)
    if token is not None:
        parking.drop(token)


def resume(request: HttpRequest) -> HttpResponse | None:
    """Run the parked POST now; ``None`` where nothing waits. The CSRF token of the present request was checked."""
    parked, token = waiting(request), request.session.pop(PARKED_KEY, None)
    if parked is None or not parking.drop(token):
        return None
    path, _, query = parked.path.partition("?")
    request.path = request.path_info = path
    request.method = request.META["REQUEST_METHOD"] = "POST"
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)
    data, files = QueryDict(mutable=True), MultiValueDict()
    for name, value in parked.fields:
        data.appendlist(name, value)
    for file in parked.files:
        upload = InMemoryUploadedFile(
            BytesIO(file.content), file.field, file.name, file.content_type, len(file.content), None
        )
        files.appendlist(file.field, upload)
    data._mutable = False
    request.POST, request._files = data, files
    request.resolver_match = resolve(path)
    return request.resolver_match.func(request, *request.resolver_match.args, **request.resolver_match.kwargs)


def onward(request: HttpRequest, default: str) -> str:
    """Where to go after log-in or step-up: an address of this face on this host, or the default."""
    address = request.session.pop(NEXT_KEY, "") or ""
    return address if is_ours(request, address) else default


def is_ours(request: HttpRequest, address: str) -> bool:
    return (
        address.startswith("/")
        and url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
        and session_face(address) == request.session_face
        and not address.startswith(("/login/", "/logout/"))
    )
