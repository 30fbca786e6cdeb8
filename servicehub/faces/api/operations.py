"""POST /operations/<code>/: an operation handed in as JSON, with the caller's Idempotency-Key."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from servicehub import gate, parties
from servicehub.declare import CALLBACK, CENTRE, READ, Operation, Origin, Party, registry
from servicehub.faces.access import Access, ByAccess
from servicehub.faces.api.answers import AnswerDocument, RefusalDocument, TargetField, answer_document
from servicehub.faces.login_parking import not_logged_in_problem
from servicehub.faces.origin import origin_of
from servicehub.gate import Refused
from servicehub.kit.problems import MEDIA_TYPE

KEY_HEADER = "Idempotency-Key"
KEY = OpenApiParameter(
    KEY_HEADER,
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="每次提交一个自己的键；同键同内容只办一次，同键不同内容答复 409",
)
REFUSALS = {
    (status, MEDIA_TYPE): OpenApiResponse(RefusalDocument, description=words)
    for status, words in {
        400: "读不出请求内容",
        401: "没有登录，或须再次核验身份（STEP_UP_REQUIRED）",
        403: "没有这项权限，或该渠道不办理",
        404: "不存在，或不属于本次登录可见的范围",
        409: "与在办业务冲突，或办理对象已有变化",
        410: "渠道已停用",
        422: "填写有误，或按规定不能办理：全部问题一次列出",
        426: "接入端版本过低",
        429: "次数过多，Retry-After 秒后再试",
        503: "停办或不在服务时间：公告、恢复时间、替代渠道和保存的草稿",
    }.items()
}


class GateView(APIView):
    """Who may do what to whom is the gate's question; a caller who is nobody is told to log in, never redirected."""

    access = Access("public")
    permission_classes = (ByAccess,)

    def initial(self, request: Request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.origin: Origin = origin_of(request._request)

    def must_be_somebody(self, operation: Operation | None = None) -> None:
        item = registry.items.get(operation.item) if operation else None
        open_to_all = operation is not None and not operation.target and item is not None and item.assurance == 0
        if self.origin.operator is None and not open_to_all:
            raise NotLoggedIn

    def handle_exception(self, exc):
        if isinstance(exc, NotLoggedIn):
            return not_logged_in_problem()
        return super().handle_exception(exc)


class NotLoggedIn(Exception):
    """Nobody is logged in on this call."""


def target_of(operation: Operation, origin: Origin, given: Any) -> Party | None:
    """The party a call names, or the only one it can mean.

    :raises Refused: TARGET_REQUIRED 422, or 404 for a token nobody has.
    """
    if not operation.target:
        return None
    if given in (None, "", {}):
        if operation.target == CENTRE.kind:
            return CENTRE
        if origin.acting_for is not None and origin.acting_for.kind == operation.target:
            return origin.acting_for
        own = parties.mine(origin, operation.target) if operation.target in registry.party_kinds else []
        if len(own) == 1:
            return own[0]
        error = {"field": "target", "code": "required", "message": "写明办理对象：target 的 kind 和 token"}
        raise Refused("TARGET_REQUIRED", 422, "没有写明办理对象", "这项业务须写明为谁办理。", errors=[error])
    if not isinstance(given, Mapping) or not {"kind", "token"} <= set(given):
        error = {"field": "target", "code": "invalid", "message": 'target 写成 {"kind": "employer", "token": "…"}'}
        raise Refused("TARGET_REQUIRED", 422, "办理对象写得不对", error["message"], errors=[error])
    found = parties.find(str(given["kind"]), str(given["token"]))
    if found is None:
        raise Refused("NOT_FOUND", 404, "找不到办理对象", "令牌不存在，或不属于本次登录可见的范围。")
    return found


class OperationView(GateView):
    """One operation, named by the address."""

    def post(self, request: Request, code: str) -> Response:
        operation = registry.operations.get(code)
        if operation is None or operation.kind in {READ, CALLBACK}:
            raise Refused("NOT_FOUND", 404, "没有这项操作", "代码不存在，见 /api/v1/schema/。")
        self.must_be_somebody(operation)
        body, files = self._body(request)
        target = target_of(operation, self.origin, body.get("target"))
        answer = gate.submit(
            code,
            self.origin,
            target,
            body.get("input") or {},
            request.headers.get(KEY_HEADER, ""),
            files,
            case=str(body.get("case") or ""),
        )
        return Response(answer_document(answer), status=200 if answer.state in {"done", "continues"} else 202)

    def _body(self, request: Request) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """JSON as it is; in a multipart upload ``target`` and ``input`` are JSON texts beside the files."""
        data = request.data
        if not isinstance(data, Mapping):
            raise exceptions.ParseError
        if request.content_type.startswith("multipart/"):
            parts = {name: _json(data.get(name)) for name in ("target", "input") if data.get(name)}
            return {**parts, "case": data.get("case", "")}, request.FILES
        if not isinstance(data.get("input") or {}, Mapping):
            error = {"field": "input", "code": "invalid", "message": "input 写成名称和值的对象"}
            raise Refused("INPUT_INVALID", 422, "填写的内容有误", "共 1 处", errors=[error])
        return data, {}


def _json(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        raise exceptions.ParseError from None


def input_form(operation: Operation) -> type[serializers.Serializer]:
    """One serializer for all pages of a wizard: the API takes a whole input at once.

    Named after the operation, also where several inherit one ``Input``: a component of the schema belongs to one.
    """
    return _merged(operation.steps or (operation.Input,), _name(operation, "Input"))


@lru_cache(maxsize=512)
def _merged(steps: tuple[type[serializers.Serializer], ...], name: str) -> type[serializers.Serializer]:
    if len(steps) == 1:
        return type(name, steps, {"__doc__": None})
    fields = {field: declared for step in steps for field, declared in step._declared_fields.items()}
    return type(name, (serializers.Serializer,), {**fields, "__doc__": None})


def _name(operation: Operation, suffix: str) -> str:
    return "".join(part.title() for part in operation.code.replace(".", "_").split("_")) + suffix


@lru_cache(maxsize=512)
def documented(code: str, revision: int) -> type[OperationView]:
    """The view of one operation with its own documentation. ``revision`` tells a re-declared operation apart."""
    operation = registry.operations[code]
    item = registry.items.get(operation.item)
    body = type(
        _name(operation, "Request"),
        (serializers.Serializer,),
        {
            "target": TargetField(required=False, help_text="办理对象；只有一个可能的对象时可省略"),
            "input": input_form(operation)(help_text="填写的内容"),
            "case": serializers.CharField(required=False, help_text="修改退回的业务时写流水号"),
            "__doc__": None,
        },
    )
    example = OpenApiExample("示例", value={"input": dict(operation.example())}, request_only=True)
    schema = extend_schema(
        operation_id=code.replace(".", "_"),
        summary=operation.label,
        description=_description(operation, item),
        tags=[item.group or "其他" if item else "其他"],
        parameters=[KEY],
        request=body,
        responses={200: AnswerDocument, 202: AnswerDocument, **REFUSALS},
        examples=[example] if operation.example() else [],
    )

    def post(self, request):
        return OperationView.post(self, request, code)

    return type(_name(operation, "View"), (OperationView,), {"post": schema(post)})


def _description(operation: Operation, item) -> str:
    lines = [f"事项 {operation.item} {item.name}。" if item else ""]
    if operation.stages:
        lines.append("须复核，答复 202，复核通过后生效。")
    if operation.runs == "job":
        lines.append("排队处理，答复 202，完成后发消息。")
    if operation.moves_money:
        lines.append("动用资金，15 分钟内须核验过身份。")
    return "".join(lines)
