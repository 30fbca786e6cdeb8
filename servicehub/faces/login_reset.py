"""找回密码 in three steps: who, the code, the new password. The same pages whether or not anybody is behind them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from servicehub.declare import DomainError, Finding
from servicehub.faces.access import access
from servicehub.faces.login import PAGES
from servicehub.faces.login_account import new_password_page
from servicehub.faces.origin import origin_of, origin_of_person
from servicehub.identity import codes, resets
from servicehub.identity.models import CodePurpose, User

KEY = "reset"


class Reset:
    """How far this browser has come. The session holds a number and a binding, never what was typed."""

    def __init__(self, request: HttpRequest, kind: str):
        self.request, self.kind = request, kind
        kept = request.session.get(KEY) or {}
        self.kept = kept if kept.get("kind") == kind else {}

    def begin(self, user: User | None) -> str:
        binding = codes.new_binding()
        self.request.session.cycle_key()
        self.request.session[KEY] = self.kept = {
            "kind": self.kind,
            "binding": binding,
            "user": user.pk if user else None,
            "proved": False,
        }
        return binding

    def prove(self) -> None:
        self.request.session.cycle_key()
        self.request.session[KEY] = self.kept = {**self.kept, "proved": True}

    def end(self) -> None:
        self.request.session.pop(KEY, None)

    @cached_property
    def user(self) -> User | None:
        number = self.kept.get("user")
        return User.objects.filter(pk=number, state__in=User.MAY_LOG_IN).first() if number else None


def _to(kind: str, step: str = "") -> HttpResponse:
    return HttpResponseRedirect(f"/reset/{kind}/{step}", status=303)


@never_cache
@require_http_methods(["GET", "POST"])
@access("public")
def who(request: HttpRequest, kind: str) -> HttpResponse:
    findings: list[Finding] = []
    name, full_name = request.POST.get("name", "").strip(), request.POST.get("full_name", "").strip()
    if request.method == "POST":
        if not name:
            findings.append(Finding("reset.name", f"还没有填写{PAGES[kind]['name']}", field="name"))
        if kind == "person" and not full_name:
            findings.append(Finding("reset.full_name", "还没有填写姓名", field="full_name"))
        if not findings:
            user, origin = resets.whose(kind, name, full_name), origin_of(request)
            binding = Reset(request, kind).begin(user)
            try:
                resets.send_code(kind, name, user, binding, origin.ip or None, origin.request_id)
            except codes.CodeRefused as refused:
                findings += refused.findings
            else:
                return _to(kind, "code/")
    context = {
        "title": "找回密码",
        "kind": kind,
        "page": PAGES[kind],
        "typed": name,
        "full_name": full_name,
        "errors": findings,
        "by_field": {finding.field: finding.message for finding in findings},
    }
    return render(request, "identity/reset_who.html", context, status=422 if findings else 200)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@access("public")
def code(request: HttpRequest, kind: str) -> HttpResponse:
    reset = Reset(request, kind)
    if not reset.kept:
        return _to(kind)
    errors: tuple[Finding, ...] = ()
    if request.method == "POST":
        try:
            resets.check_code(reset.kept["binding"], request.POST.get("code", ""))
            reset.prove()
            return _to(kind, "password/")
        except codes.CodeRefused as refused:
            errors = refused.findings
    context = {
        "title": "短信校验码",
        "kind": kind,
        "errors": errors,
        "error": errors[0].message if errors else "",
        "resend_at": codes.resend_at(reset.kept["binding"], CodePurpose.PASSWORD),
    }
    return render(request, "identity/reset_code.html", context, status=422 if errors else 200)


@never_cache
@sensitive_post_parameters("password", "repeat")
@require_http_methods(["GET", "POST"])
@access("public")
def password(request: HttpRequest, kind: str) -> HttpResponse:
    reset = Reset(request, kind)
    if not reset.kept.get("proved") or reset.user is None:
        return _to(kind)
    findings: tuple[Finding, ...] = ()
    if request.method == "POST":
        new = request.POST.get("password", "")
        if new != request.POST.get("repeat", ""):
            findings = (Finding("password.repeat", "两次填写的新密码不一样", field="repeat"),)
        else:
            findings = _set(request, reset, new)
        if not findings:
            reset.end()
            context = {"title": "密码已设置", "onward": f"/login/{kind}/"}
            return render(request, "identity/reset_done.html", context)
    return new_password_page(request, "设置新密码", kind, findings)


def _set(request: HttpRequest, reset: Reset, new: str) -> tuple[Finding, ...]:
    user = reset.user
    try:
        resets.finish(origin_of_person(request, user), user, new)
    except DomainError as refused:
        return refused.findings
    return ()
