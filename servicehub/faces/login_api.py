"""Logging in through the API: the same password, second factor, lockout and levels as on the pages.

``POST session/`` with name and password answers a ticket; ``POST session/code/`` with the ticket and six digits opens
the session. Tokens carry everything a session does: idle and longest time, one at a time, ended at once.
"""

import secrets
from typing import ClassVar

from django.contrib.auth import authenticate
from django.core import signing
from django.middleware.csrf import get_token
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from servicehub.clock import now
from servicehub.declare import DomainError
from servicehub.faces import login_schemes  # noqa: F401 - describes the authenticators to the OpenAPI document
from servicehub.faces.access import Access
from servicehub.faces.login_session import client_of, enter, leave, login_of
from servicehub.faces.origin import LOGIN_CHANNELS, forget_origin, origin_of, origin_of_person
from servicehub.identity import codes, lockout, login, sessions
from servicehub.identity.models import CodePurpose, Face, LoginSession, UserKind
from servicehub.identity.passwords import must_change
from servicehub.identity.people import login_index
from servicehub.kit.identity_numbers import half_width
from servicehub.kit.problems import Problem, exception_handler, finding_error, problem

PROBLEMS = {
    (code, "application/problem+json"): OpenApiResponse(Problem, description=words)
    for code, words in (
        (400, "读不出请求内容"),
        (401, "没有登录，或密码、校验码不对"),
        (403, "账号状态不允许登录，或须先在网页上设置新密码"),
        (422, "填写的内容有误"),
        (429, "次数过多，稍后再试"),
    )
}
CHALLENGE_SALT = "servicehub.login_challenge"
CHALLENGE_SECONDS = 300


class Credentials(serializers.Serializer):
    kind = serializers.ChoiceField(
        choices=UserKind.choices, help_text="employer 单位经办人，person 个人，staff 工作人员"
    )
    name = serializers.CharField(max_length=40, help_text="手机号、证件号码或工号")
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    challenge = serializers.CharField(required=False, default="", help_text="429 时给出的算式凭据")
    answer = serializers.CharField(required=False, default="", max_length=8, help_text="算式的答案")


class Ticket(serializers.Serializer):
    ticket = serializers.UUIDField(help_text="10 分钟内有效，一次")
    second_factor = serializers.ChoiceField(choices=["sms", "totp", "bind"])
    masked_mobile = serializers.CharField(required=False)
    resend_at = serializers.DateTimeField(required=False, help_text="此后可重新获取校验码")


class TicketOnly(serializers.Serializer):
    ticket = serializers.UUIDField()


class Code(TicketOnly):
    code = serializers.CharField(max_length=12, help_text="短信校验码或动态口令")
    client = serializers.CharField(max_length=40, required=False, default="", help_text="接入端名称和版本")
    mode = serializers.ChoiceField(choices=["token", "session"], default="token", help_text="令牌，或会话 Cookie")


class StepUpCode(serializers.Serializer):
    code = serializers.CharField(max_length=12)


class SessionState(serializers.Serializer):
    token = serializers.CharField(required=False, help_text="只在登录时给出一次")
    csrf_token = serializers.CharField(required=False, help_text="会话 Cookie 方式下，写请求放在 X-CSRFToken")
    user = serializers.CharField()
    kind = serializers.ChoiceField(choices=UserKind.choices)
    roles = serializers.ListField(child=serializers.CharField())
    level = serializers.IntegerField(help_text="认证等级")
    level_until = serializers.DateTimeField(allow_null=True, help_text="此后等级降低，须再次确认身份")
    ends_at = serializers.DateTimeField(help_text="没有操作时的结束时间")


class _Public(APIView):
    access: ClassVar = Access("public")
    authentication_classes = ()

    def get_exception_handler(self):
        return exception_handler


class SessionView(_Public):
    """Logging in (first step), who is logged in, logging out."""

    authentication_classes = APIView.authentication_classes

    @extend_schema(
        operation_id="begin_login", summary="登录第一步：名称和密码", request=Credentials,
        responses={202: Ticket, **PROBLEMS},
        tags=["session"], auth=[],
    )  # fmt: skip
    def post(self, request):
        given = Credentials(data=request.data)
        given.is_valid(raise_exception=True)
        data, plain = given.validated_data, request._request
        asked = _challenge(data, origin_of(plain).ip or None)
        if asked is not None:
            return asked
        user = authenticate(plain, username=data["name"], password=data["password"], kind=data["kind"])
        attempt = getattr(plain, "login_attempt", None)
        if user is None:
            login.record_failure(origin_of(plain), None, "password")
            return _refusal(login.refusal(data["kind"], attempt, getattr(plain, "login_state", "")))
        lockout.forgive(attempt)
        if must_change(user):
            return problem(
                403, "PASSWORD_MUST_CHANGE", "须先在网页上设置新密码", detail="初始密码和到期密码不能用于接口。"
            )
        waiting = login.begin(user, Face.API, data["name"])
        return _ticket(plain, waiting)

    @extend_schema(
        operation_id="current_session", summary="当前登录", responses={200: SessionState, **PROBLEMS}, tags=["session"]
    )
    def get(self, request):
        session = login_of(request._request)
        return Response(_state(request._request, session)) if session else _nobody()

    @extend_schema(operation_id="log_out", summary="退出", responses={204: None, **PROBLEMS}, tags=["session"])
    def delete(self, request):
        plain = request._request
        session = login_of(plain)
        if session is None:
            return _nobody()
        login.log_out(origin_of(plain), session)
        leave(plain)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CodeView(_Public):
    """The second step."""

    @extend_schema(
        operation_id="finish_login", summary="登录第二步：校验码", request=Code,
        responses={201: SessionState, **PROBLEMS},
        tags=["session"], auth=[],
    )  # fmt: skip
    def post(self, request):
        given = Code(data=request.data)
        given.is_valid(raise_exception=True)
        data, plain = given.validated_data, request._request
        waiting = login.pending(data["ticket"])
        if waiting is None or waiting.face != Face.API:
            return _over()
        origin = origin_of_person(plain, waiting.user)
        token = secrets.token_urlsafe(32) if data["mode"] == "token" else ""
        client = client_of(plain, LOGIN_CHANNELS[waiting.user.kind], data["client"])
        try:
            session = login.finish(origin, waiting, data["code"], client, token=token)
        except DomainError as refused:
            return _refusal(refused)
        forget_origin(plain)
        answer = {}
        if token:
            plain._login = sessions.load(session.pk)
            answer["token"] = token
        else:
            enter(plain, session)
            answer["csrf_token"] = get_token(plain)
        return Response({**answer, **_state(plain, login_of(plain))}, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="resend_login_code", summary="重新获取短信校验码", request=TicketOnly,
        responses={202: Ticket, **PROBLEMS}, tags=["session"], auth=[],
    )  # fmt: skip
    def put(self, request):
        given = TicketOnly(data=request.data)
        given.is_valid(raise_exception=True)
        waiting = login.pending(given.validated_data["ticket"])
        return _ticket(request._request, waiting) if waiting and waiting.face == Face.API else _over()


class StepUpView(_Public):
    """A fresh proof in a standing session: POST asks for a code, PUT shows it."""

    authentication_classes = APIView.authentication_classes

    @extend_schema(
        operation_id="begin_step_up", summary="再次确认身份：取校验码", request=None,
        responses={202: Ticket, **PROBLEMS}, tags=["session"],
    )  # fmt: skip
    def post(self, request):
        plain = request._request
        session = login_of(plain)
        if session is None:
            return _nobody()
        factor = login.second_factor(session.user)
        answer = {"second_factor": factor.method}
        if factor.method == "sms":
            try:
                origin = origin_of(plain)
                sent = login.send_step_up_code(session, _binding(session), origin.ip or None, "", origin.request_id)
            except DomainError as refused:
                return _refusal(refused)
            answer |= {"masked_mobile": factor.masked_mobile, "resend_at": sent.resend_at}
        return Response(answer, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="finish_step_up", summary="再次确认身份：交校验码", request=StepUpCode,
        responses={200: SessionState, **PROBLEMS}, tags=["session"],
    )  # fmt: skip
    def put(self, request):
        given = StepUpCode(data=request.data)
        given.is_valid(raise_exception=True)
        plain = request._request
        session = login_of(plain)
        if session is None:
            return _nobody()
        try:
            login.step_up(origin_of(plain), session, _binding(session), given.validated_data["code"])
        except DomainError as refused:
            return _refusal(refused)
        plain._login = sessions.load(session.pk)
        forget_origin(plain)
        return Response(_state(plain, plain._login))


def _binding(session: LoginSession) -> str:
    """Codes of an API step-up belong to this one log-in."""
    return f"api-{session.pk}"


def _ticket(plain, waiting) -> Response:
    factor = login.second_factor(waiting.user)
    answer = {"ticket": waiting.pk, "second_factor": factor.method}
    if factor.method == "sms":
        origin = origin_of(plain)
        try:
            sent = login.send_code(waiting, origin.ip or None, origin.request_id)
            answer["resend_at"] = sent.resend_at
        except codes.CodeRefused as refused:
            if refused.code != "code.wait" or codes.resend_at(waiting.pk.hex, CodePurpose.LOGIN) is not None:
                return _refusal(refused)
            answer["resend_at"] = refused.facts["resend_at"]
        answer["masked_mobile"] = factor.masked_mobile
    return Response(answer, status=status.HTTP_202_ACCEPTED)


def _state(plain, session: LoginSession) -> dict:
    origin, level = origin_of(plain), sessions.level_of(session, origin_of(plain).at)
    return {
        "user": session.user.display_name,
        "kind": session.user.kind,
        "roles": sorted(origin.roles),
        "level": level.value,
        "level_until": level.until,
        "ends_at": sessions.clock_of(session).ends_at,
    }


def _challenge(data: dict, ip: str | None) -> Response | None:
    """After many failures from one address a sum comes first, as on the page; each sum is for one name (SEC-05)."""
    if not lockout.needs_question(ip):
        return None
    name = login_index(data["kind"], data["name"]).hex()
    try:
        a, b, whose = signing.loads(data["challenge"], salt=CHALLENGE_SALT, max_age=CHALLENGE_SECONDS)
        if whose == name and half_width(data["answer"]) == str(a + b):
            return None
    except (signing.BadSignature, ValueError, TypeError):
        pass
    a, b = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    answer = problem(429, "LOGIN_QUESTION", "本网络登录失败较多，先回答算式", detail=f"{a} 加 {b} 等于几")
    answer.data["challenge"] = signing.dumps([a, b, name], salt=CHALLENGE_SALT)
    return answer


STATUS = {"login.locked": 429, "code.wait": 429, "code.too_many": 429, "login.state": 403}


def _refusal(refused: DomainError) -> Response:
    until = refused.facts.get("locked_until") or refused.facts.get("resend_at")
    headers = {"Cache-Control": "no-store"}
    if until is not None:
        headers["Retry-After"] = str(max(1, int((until - now()).total_seconds())))
    return problem(
        STATUS.get(refused.code, 401),
        refused.code.upper().replace(".", "_"),
        refused.findings[0].message,
        errors=[finding_error(finding) for finding in refused.findings],
        headers=headers,
    )


def _nobody() -> Response:
    return problem(401, "NOT_LOGGED_IN", "尚未登录", headers={"WWW-Authenticate": "Bearer"})


def _over() -> Response:
    return problem(401, "LOGIN_OVER", "这次登录已经完成或已过期，重新登录", headers={"WWW-Authenticate": "Bearer"})


urlpatterns = [
    path("session/", SessionView.as_view(), name="api-session"),
    path("session/code/", CodeView.as_view(), name="api-session-code"),
    path("session/step-up/", StepUpView.as_view(), name="api-session-step-up"),
]
