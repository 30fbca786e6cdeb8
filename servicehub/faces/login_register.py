"""注册: who you are, the code on your telephone, then a password of your own. What is typed rests encrypted meanwhile."""

import json
from base64 import b64decode, b64encode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from servicehub import gate
from servicehub.declare import DomainError, Finding
from servicehub.faces import refusals
from servicehub.faces.access import access
from servicehub.faces.login_reset import Reset
from servicehub.faces.origin import origin_of
from servicehub.identity import codes
from servicehub.identity.models import CodePurpose, User
from servicehub.kit.crypto import Unreadable, decrypt, encrypt
from servicehub.kit.identity_numbers import normalise_mobile
from servicehub.kit.masks import mask_mobile
from servicehub.operations.registration import identity_faults

KEY = "register"
DOMAIN = "servicehub.registration"
FIELDS = ("name", "id_number", "mobile")
TITLES = {"employer": "单位经办人注册", "person": "个人注册"}
MISSING = {"name": "还没有填写姓名", "id_number": "还没有填写证件号码", "mobile": "还没有填写手机号"}


@never_cache
@require_http_methods(["GET", "POST"])
@access("public")
def who(request: HttpRequest, kind: str) -> HttpResponse:
    data = {name: request.POST.get(name, "").strip() for name in FIELDS}
    findings: list[Finding] = []
    if request.method == "POST":
        findings = [Finding(f"register.{name}", MISSING[name], field=name) for name in FIELDS if not data[name]]
        findings = findings or identity_faults(data)
        if not request.POST.get("agree"):
            findings.append(Finding("register.agree", "还没有同意隐私政策", field="agree", remedy="阅读后勾选"))
        if not findings:
            try:
                _send(request, kind, {**data, "kind": kind, "binding": codes.new_binding()})
                return HttpResponseRedirect(f"/register/{kind}/code/", status=303)
            except codes.CodeRefused as refused:
                findings = [Finding(one.code, one.message, field="mobile") for one in refused.findings]
    context = {
        "title": TITLES[kind],
        "kind": kind,
        "typed": data,
        "agreed": bool(request.POST.get("agree")),
        "errors": findings,
        "by_field": {finding.field: finding.message for finding in reversed(findings)},
    }
    return render(request, "identity/register_who.html", context, status=422 if findings else 200)


def _send(request: HttpRequest, kind: str, data: dict) -> None:
    origin = origin_of(request)
    codes.send(
        mobile=normalise_mobile(data["mobile"]),
        purpose=CodePurpose.REGISTER,
        binding=data["binding"],
        ip=origin.ip or None,
        trace_id=origin.request_id,
    )
    request.session.cycle_key()
    request.session[KEY] = b64encode(encrypt(json.dumps(data), DOMAIN)).decode()


def _kept(request: HttpRequest, kind: str) -> dict | None:
    try:
        data = json.loads(decrypt(b64decode(request.session[KEY]), DOMAIN))
    except (KeyError, ValueError, Unreadable):
        return None
    return data if data["kind"] == kind else None


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@access("public")
def code(request: HttpRequest, kind: str) -> HttpResponse:
    data = _kept(request, kind)
    if data is None:
        return HttpResponseRedirect(f"/register/{kind}/", status=303)
    errors: tuple[Finding, ...] = ()
    if request.method == "POST":
        try:
            if not codes.was_shown(CodePurpose.REGISTER, data["binding"], data["mobile"]):
                codes.check(CodePurpose.REGISTER, data["binding"], request.POST.get("code", ""))
            return _register(request, kind, data)
        except gate.Refused as refused:
            if not refused.findings:
                return refusals.answer(request, refused)
            errors = refused.findings
        except DomainError as refused:
            errors = refused.findings
    context = {
        "title": "短信校验码",
        "kind": kind,
        "masked_mobile": mask_mobile(normalise_mobile(data["mobile"])),
        "errors": errors,
        "error": errors[0].message if errors else "",
        "resend_at": codes.resend_at(data["binding"], CodePurpose.REGISTER),
    }
    return render(request, "identity/register_code.html", context, status=422 if errors else 200)


def _register(request: HttpRequest, kind: str, data: dict) -> HttpResponse:
    """Through the gate; then on to the page that sets the password, as somebody who has proved who they are."""
    answer = gate.submit("servicehub.register_user", origin_of(request), None, data, data["binding"])
    request.session.pop(KEY, None)
    reset = Reset(request, kind)
    reset.begin(User.objects.get(pk=int(answer.facts["user"])))
    reset.prove()
    return HttpResponseRedirect(f"/reset/{kind}/password/", status=303)
