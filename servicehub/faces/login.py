"""Log-in pages of employers' agents, persons and staff: password, second factor, log-out. Work without JavaScript."""

import secrets
from base64 import b64encode
from io import BytesIO

import segno
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from servicehub.declare import DomainError, Finding, Party
from servicehub.declare.registry import party_kinds
from servicehub.faces import login_parking
from servicehub.faces.access import access
from servicehub.faces.login_home import home_of
from servicehub.faces.login_session import client_of, enter, leave, login_of
from servicehub.faces.origin import channel_of, choose_party, forget_origin, origin_of, origin_of_person
from servicehub.identity import codes, lockout, login, passwords, totp
from servicehub.identity.models import CodePurpose, EndReason, Face, PendingLogin
from servicehub.kit.identity_numbers import half_width

PENDING_KEY = "pending"
QUESTION_KEY = "question"
UNSENT_KEY = "code_unsent"  # why this log-in has no code yet

PAGES = {
    "employer": {"title": "单位登录", "name": "手机号", "type": "phone", "autocomplete": "username"},
    "person": {"title": "个人登录", "name": "证件号码", "type": "id_no", "autocomplete": "username"},
    "staff": {"title": "工作人员登录", "name": "工号", "type": "text", "autocomplete": "username"},
}

ENDED_WORDS = {
    EndReason.IDLE: "为保护信息安全，已自动退出",
    EndReason.ABSOLUTE: "已到最长登录时间，为保护信息安全已自动退出",
    EndReason.REPLACED: "账号已在另一处登录，这里的登录已结束",
    EndReason.REVOKED: "账号或权限有变更，须重新登录",
    EndReason.PASSWORD: "密码已修改，须重新登录",
    EndReason.LOGOUT: "已退出登录",
}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@access("public")
def password_page(request: HttpRequest, kind: str) -> HttpResponse:
    """First step: a name and a password."""
    if request.method == "GET":
        remember_next(request)
        if login_of(request) is not None:
            return _landing(request)
        return _password_page(request, kind)
    name = request.POST.get("name", "").strip()
    findings = [*_missing(request, kind, name), *_wrong_answer(request)]
    if findings:
        return _password_page(request, kind, findings)
    user = authenticate(request, username=name, password=request.POST.get("password", ""), kind=kind)
    attempt = getattr(request, "login_attempt", None)
    if user is None:
        login.record_failure(origin_of(request), None, "password")
        refused = login.refusal(kind, attempt, getattr(request, "login_state", ""))
        return _password_page(request, kind, refused.findings)
    lockout.forgive(attempt)
    waiting = login.begin(user, Face(request.session_face), name)
    request.session.cycle_key()
    request.session[PENDING_KEY] = str(waiting.pk)
    request.session.pop(QUESTION_KEY, None)
    request.session.pop(UNSENT_KEY, None)
    if login.second_factor(user).method == "sms" and (unsent := _send(request, waiting)):
        request.session[UNSENT_KEY] = unsent
    return HttpResponseRedirect(f"/login/{kind}/code/", status=303)


def remember_next(request: HttpRequest) -> None:
    address = request.GET.get("next", "")
    if address and login_parking.is_ours(request, address):
        request.session[login_parking.NEXT_KEY] = address


def _missing(request: HttpRequest, kind: str, name: str) -> list[Finding]:
    findings = []
    if not name:
        findings.append(Finding("login.name", f"还没有填写{PAGES[kind]['name']}", field="name"))
    if not request.POST.get("password"):
        findings.append(Finding("login.password", "还没有填写密码", field="password"))
    return findings


def _wrong_answer(request: HttpRequest) -> list[Finding]:
    """After many failures from one address: a sum, readable by everybody, before the next try (SEC-05)."""
    if not lockout.needs_question(origin_of(request).ip or None):
        return []
    asked = request.session.pop(QUESTION_KEY, None)
    given = half_width(request.POST.get("answer", ""))
    if asked is not None and given == str(sum(asked)):
        return []
    message = "算式的答案不对" if given else "本网络登录失败较多，先回答下面的算式"
    return [Finding("login.question", message, field="answer")]


def _question(request: HttpRequest) -> str:
    if not lockout.needs_question(origin_of(request).ip or None):
        return ""
    asked = (secrets.randbelow(9) + 1, secrets.randbelow(9) + 1)
    request.session[QUESTION_KEY] = asked
    return f"{asked[0]} 加 {asked[1]} 等于几"


def _password_page(request: HttpRequest, kind: str, findings=()) -> HttpResponse:
    ended = request.GET.get("ended", "")
    kept_at = login_parking.kept_at(request)
    context = {
        **PAGES[kind],
        "kind": kind,
        "name_label": PAGES[kind]["name"],
        "typed": request.POST.get("name", ""),
        "errors": list(findings),
        "by_field": {finding.field: finding.message for finding in findings if finding.field},
        "ended": ENDED_WORDS.get(ended, "") if ended in EndReason.values else "",
        "kept_at": localtime(kept_at) if kept_at else None,
        "question": _question(request),
        "others": [(PAGES[other]["title"], f"/login/{other}/") for other in PAGES if other != kind],
    }
    return render(request, "identity/password.html", context, status=422 if findings else 200)


def _send(request: HttpRequest, waiting: PendingLogin) -> str:
    """Send a code; the sentence to show when it did not go out."""
    try:
        origin = origin_of(request)
        sent = login.send_code(waiting, origin.ip or None, origin.request_id)
    except codes.CodeRefused as refused:
        return refused.findings[0].message
    return "" if sent.delivered else "短信没有发出去，稍后重新获取"


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@access("public")
def code_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Second step: six digits, by SMS or from the generator. A staff member's first time binds the generator."""
    waiting = login.pending(request.session.get(PENDING_KEY))
    if waiting is None or waiting.user.kind != kind:
        request.session.pop(PENDING_KEY, None)
        return HttpResponseRedirect(f"/login/{kind}/", status=303)
    findings = ()
    if request.method == "POST" and "resend" in request.POST:
        refused = _send(request, waiting)
        if not refused:
            request.session.pop(UNSENT_KEY, None)
            return HttpResponseRedirect(request.path, status=303)
        findings = (Finding("code.resend", refused, field="code"),)
    elif request.method == "POST":
        try:
            client = client_of(request, channel_of(request))
            session = login.finish(
                origin_of_person(request, waiting.user), waiting, request.POST.get("code", ""), client
            )
        except DomainError as refused:
            if refused.code in {"login.locked", "login.over"}:
                request.session.pop(PENDING_KEY, None)
                return _password_page(request, kind, refused.findings)
            findings = refused.findings
        else:
            request.session.pop(PENDING_KEY, None)
            enter(request, session)
            forget_origin(request)
            _choose_only_party(request)
            return _landing(request)
    return _code_page(request, kind, waiting, findings)


def _code_page(request: HttpRequest, kind: str, waiting: PendingLogin, findings) -> HttpResponse:
    factor = login.second_factor(waiting.user)
    context = {
        "title": {"sms": "短信校验码", "totp": "动态口令", "bind": "绑定动态口令"}[factor.method],
        "kind": kind,
        "factor": factor,
        "errors": list(findings),
        "error": findings[0].message if findings else "",
        "unsent": request.session.get(UNSENT_KEY, ""),
        "resend_at": codes.resend_at(waiting.pk.hex, CodePurpose.LOGIN),
        "back_url": f"/login/{kind}/",
        "seed": "",
        "picture": "",
    }
    if factor.method == "bind":
        token = totp.offer(waiting.user)
        context["seed"] = totp.seed_in_words(token)
        context["picture"] = _picture(totp.provisioning_uri(token, settings.CENTRE_NAME))
    return render(request, "identity/code.html", context, status=422 if findings else 200)


def _picture(uri: str) -> str:
    data = BytesIO()
    segno.make(uri, error="m").save(data, kind="png", scale=5, border=2)
    return f"data:image/png;base64,{b64encode(data.getvalue()).decode()}"


def _choose_only_party(request: HttpRequest) -> None:
    """Whoever works for one employer never sees the switcher."""
    kind = party_kinds.get("employer")
    if kind is None or origin_of(request).user_kind != "employer":
        return
    mine = kind.mine(origin_of(request))
    if len(mine) == 1:
        choose_party(request, Party("employer", mine[0]))


def _landing(request: HttpRequest) -> HttpResponse:
    session = login_of(request)
    kind = session.user.kind
    if passwords.must_change(session.user):
        return HttpResponseRedirect(f"/login/{kind}/password/", status=303)
    if login_parking.waiting(request) is not None:
        return HttpResponseRedirect(f"/login/{kind}/resume/", status=303)
    return HttpResponseRedirect(login_parking.onward(request, home_of(session.user, origin_of(request))), status=303)


@require_POST
@access("public")
def log_out(request: HttpRequest, kind: str) -> HttpResponse:
    session = login_of(request)
    if session is not None:
        login.log_out(origin_of(request), session)
    leave(request)
    return HttpResponseRedirect(f"/login/{kind}/?ended={EndReason.LOGOUT}", status=303)
