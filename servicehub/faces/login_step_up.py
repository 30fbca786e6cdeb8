"""A fresh proof in a standing session (加强核验), then on with what was interrupted."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from servicehub.declare import DomainError
from servicehub.faces import login_parking
from servicehub.faces.access import for_each_kind
from servicehub.faces.login_home import home_of
from servicehub.faces.login_session import login_of, renew
from servicehub.faces.origin import forget_origin, origin_of
from servicehub.identity import codes, login
from servicehub.identity.models import CodePurpose, LoginSession

BINDING_KEY = "step_up"
WHAT_KEY = "step_up_what"


def prepare(request: HttpRequest, session: LoginSession, what: str) -> None:
    """A new binding, and the code on its way, so that the page asks for nothing but six digits."""
    request.session[BINDING_KEY] = codes.new_binding()
    request.session[WHAT_KEY] = what
    if login.second_factor(session.user).method == "sms":
        try:
            _send(request, session)
        except codes.CodeRefused as refused:
            # Too soon after the last one: the page says when the next may be asked for.
            request.session["step_up_refused"] = refused.findings[0].message


def _send(request: HttpRequest, session: LoginSession) -> None:
    request.session.pop("step_up_refused", None)
    sent = login.send_step_up_code(
        session,
        request.session[BINDING_KEY],
        origin_of(request).ip or None,
        request.session.get(WHAT_KEY, ""),
        origin_of(request).request_id,
    )
    if not sent.delivered:
        request.session["step_up_refused"] = "短信没有发出去，稍后重新获取，或到柜台办理"


@never_cache
@sensitive_post_parameters("code")
@for_each_kind
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    session = login_of(request)
    if BINDING_KEY not in request.session:
        prepare(request, session, "")
    errors = ()
    if request.method == "POST":
        try:
            if "resend" in request.POST:
                _send(request, session)
                return HttpResponseRedirect(request.path, status=303)
            login.step_up(origin_of(request), session, request.session[BINDING_KEY], request.POST.get("code", ""))
        except DomainError as refused:
            errors = refused.findings
        else:
            return _go_on(request, session)
    return _page(request, session, errors)


def _go_on(request: HttpRequest, session: LoginSession) -> HttpResponse:
    for key in (BINDING_KEY, WHAT_KEY, "step_up_refused"):
        request.session.pop(key, None)
    renew(request)
    forget_origin(request)
    done = login_parking.resume(request)
    if done is not None:
        return done
    return HttpResponseRedirect(login_parking.onward(request, home_of(session.user, origin_of(request))), status=303)


def _page(request: HttpRequest, session: LoginSession, errors) -> HttpResponse:
    factor = login.second_factor(session.user)
    parked = login_parking.waiting(request)
    context = {
        "title": "再次确认身份",
        "factor": factor,
        "what": request.session.get(WHAT_KEY, ""),
        "parked": parked,
        "errors": errors,
        "refused": request.session.get("step_up_refused", ""),
        "resend_at": codes.resend_at(request.session[BINDING_KEY], CodePurpose.STEP_UP),
        "back_url": parked.path if parked else home_of(session.user, origin_of(request)),
    }
    return render(request, "identity/confirm.html", context, status=422 if errors else 200)
