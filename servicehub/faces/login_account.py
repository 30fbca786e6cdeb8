"""Pages of a standing log-in: going on after a break, a new password, staying logged in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from servicehub import audit
from servicehub.clock import now
from servicehub.declare import DomainError, Finding
from servicehub.faces import login_parking
from servicehub.faces.access import for_each_kind
from servicehub.faces.login_home import home_of
from servicehub.faces.login_session import clock_of, leave, login_of, renew
from servicehub.faces.origin import forget_origin, origin_of
from servicehub.identity import lockout, passwords, sessions
from servicehub.identity.login import blind_name, log_out
from servicehub.identity.models import EndReason


@never_cache
@for_each_kind
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """After a break: what was sent is here, and goes on when the person says so (S-13)."""
    home = home_of(login_of(request).user, origin_of(request))
    parked = login_parking.waiting(request)
    if parked is None:
        return HttpResponseRedirect(home, status=303)
    if request.method == "POST":
        if "drop" in request.POST:
            login_parking.discard(request)
            return HttpResponseRedirect(home, status=303)
        return login_parking.resume(request) or HttpResponseRedirect(home, status=303)
    context = {"title": "继续刚才的办理", "parked": parked, "kept_at": localtime(parked.at), "home": home}
    return render(request, "identity/resume.html", context)


@never_cache
@sensitive_post_parameters("old", "password", "repeat")
@for_each_kind
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    session = login_of(request)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST":
        findings = _change(request)
        if not findings:
            if login_parking.waiting(request) is not None:
                address = f"/login/{session.user.kind}/resume/"
            else:
                address = login_parking.onward(request, home_of(session.user, origin_of(request)))
            return render(request, "identity/password_changed.html", {"title": "密码已修改", "onward": address})
    must = passwords.must_change(session.user)
    return new_password_page(request, "修改密码", session.user.kind, findings, must=must, asks_old=True)


def new_password_page(
    request: HttpRequest,
    title: str,
    kind: str,
    findings: tuple[Finding, ...],
    *,
    must: bool = False,
    asks_old: bool = False,
) -> HttpResponse:
    """The form with the rules for this kind of user, after a log-in or after 找回密码."""
    staff = kind == "staff"
    context = {
        "title": title,
        "must": must,
        "asks_old": asks_old,
        "length_min": passwords.STAFF_LENGTH_MIN if staff else passwords.PUBLIC_LENGTH_MIN,
        "staff": staff,
        "history": passwords.HISTORY,
        "errors": findings,
        "by_field": {finding.field: finding.message for finding in reversed(findings)},
    }
    return render(request, "identity/new_password.html", context, status=422 if findings else 200)


def _change(request: HttpRequest) -> tuple[Finding, ...]:
    session, origin = login_of(request), origin_of(request)
    new = request.POST.get("password", "")
    # Guessing the old password in an open session is guessing it all the same.
    attempt = lockout.begin(blind_name(session.user), origin.ip or None)
    if attempt.is_locked or not session.user.check_password(passwords.folded(request.POST.get("old", ""))):
        attempt = lockout.fail(attempt)
        left = f"还可再试 {attempt.remaining} 次"
        if attempt.is_locked:
            left = f"{localtime(attempt.locked_until):%H:%M} 后再试"
        return (Finding("password.old", f"现在的密码不对，{left}", field="old"),)
    lockout.forgive(attempt)
    if new != request.POST.get("repeat", ""):
        return (Finding("password.repeat", "两次填写的新密码不一样", field="repeat"),)
    try:
        passwords.change_password(session.user, new)
    except DomainError as refused:
        return refused.findings
    sessions.keep(session)
    audit.record_event(origin, "修改密码", f"user:{session.user_id}")
    renew(request)
    forget_origin(request)
    return ()


@never_cache
@for_each_kind
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """GET, sent by the page itself: seconds left. POST: somebody pressed 继续办理."""
    if request.method == "POST" and "application/json" not in request.headers.get("Accept", ""):
        address = request.POST.get("next", "")
        home = home_of(login_of(request).user, origin_of(request))
        return HttpResponseRedirect(address if login_parking.is_ours(request, address) else home, status=303)
    clock = clock_of(request)
    left = max(0, int((clock.ends_at - now()).total_seconds()))
    return JsonResponse({"seconds": left, "can_be_extended": clock.can_be_extended})


@never_cache
@for_each_kind
@require_POST
def leave_and_keep(request: HttpRequest) -> HttpResponse:
    """保存草稿并退出: what the form held waits for the next log-in of the same person."""
    session = login_of(request)
    path = request.POST.get("leave_path", "")
    keeps = login_parking.is_ours(request, path)
    token = login_parking.kept_as(request, path, session.user_id) if keeps else None
    log_out(origin_of(request), session)
    leave(request)
    if token is not None:
        request.session[login_parking.PARKED_KEY] = token
    return HttpResponseRedirect(f"/login/{session.user.kind}/?ended={EndReason.LOGOUT}", status=303)
