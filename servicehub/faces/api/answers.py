"""Shapes of what the API answers, and every refusal as a problem document."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from servicehub.gate import Answer, Refused
from servicehub.kit import problems


class StepLink(serializers.Serializer):
    label = serializers.CharField(help_text="下一步")
    url = serializers.CharField(help_text="地址")


class Line(serializers.Serializer):
    label = serializers.CharField(help_text="名称")
    value = serializers.CharField(help_text="内容")


class LetterLink(serializers.Serializer):
    code = serializers.CharField(help_text="文书代码")
    subject = serializers.CharField(help_text="文书对象")


class Remark(serializers.Serializer):
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=("warning", "notice"))
    message = serializers.CharField(help_text="提醒")


class AnswerDocument(serializers.Serializer):
    """The answer of an operation: done, or where it waits."""

    state = serializers.ChoiceField(
        choices=("done", "continues", "waiting", "queued", "parked"),
        help_text="done 办成；continues 等外部答复；waiting 待审核；queued 排队处理；parked 等在办业务办结",
    )
    message = serializers.CharField(help_text="结果说明")
    case_number = serializers.CharField(help_text="流水号", allow_blank=True)
    submission = serializers.IntegerField(help_text="提交编号，审核时用")
    rows = Line(many=True, help_text="回执内容")
    letters = LetterLink(many=True, help_text="可打印的文书")
    next_steps = StepLink(many=True, help_text="接下来")
    facts = serializers.DictField(child=serializers.CharField(), help_text="机器可读的结果，金额为两位小数文本")
    remarks = Remark(many=True, help_text="须留意")
    at = serializers.CharField(help_text="第一次提交的时间")
    replayed = serializers.BooleanField(help_text="是否为重复提交，没有再次办理")


class TargetField(serializers.Serializer):
    kind = serializers.CharField(help_text="employer 单位 · person 个人 · centre 中心")
    token = serializers.CharField(help_text="对象令牌，从查询和首页取得，不是账号")


class RefusalError(problems.ProblemError):
    pass


class RefusalDocument(serializers.Serializer):
    """RFC 9457 problem document; a stop adds its notice, its end and the other channels."""

    type = serializers.CharField(help_text="urn:gjj:problem:<code>")
    code = serializers.CharField(help_text="稳定代码，例如 CELL_SUSPENDED")
    status = serializers.IntegerField()
    title = serializers.CharField()
    detail = serializers.CharField(required=False, help_text="给读者的一句话；停办时是公告原文")
    errors = RefusalError(many=True, required=False, help_text="全部问题，一次列出")
    assurance = serializers.IntegerField(required=False, help_text="401：需要的认证等级")
    reached = serializers.IntegerField(required=False, help_text="401：本次登录已达到的认证等级")
    channel = serializers.CharField(required=False)
    item = serializers.CharField(required=False)
    mode = serializers.CharField(required=False)
    stop_order = serializers.CharField(required=False)
    since = serializers.CharField(required=False)
    expected_resume = serializers.CharField(required=False, allow_null=True)
    alternatives = serializers.ListField(child=serializers.DictField(), required=False)
    draft = serializers.DictField(required=False, help_text="保存的草稿：id、keep_until")
    hotline = serializers.CharField(required=False)
    trace_id = serializers.CharField(required=False)


def answer_document(answer: Answer) -> dict[str, Any]:
    return {
        **answer.as_json(),
        "rows": [{"label": label, "value": str(value)} for label, value in answer.rows],
        "letters": [{"code": code, "subject": str(subject)} for code, subject in answer.letters],
        "next_steps": [{"label": step.label, "url": step.url} for step in answer.next_steps],
        "replayed": answer.replayed,
    }


def exception_handler(error: Exception, context: Mapping) -> Response | None:
    """DRF's hook for the whole API."""
    if isinstance(error, Refused):
        error.trace_id = error.trace_id or str(getattr(context["request"], "request_id", ""))
        return Response(
            error.problem(), status=error.status, content_type=problems.MEDIA_TYPE, headers=dict(error.headers)
        )
    if isinstance(error, Http404):
        return problems.problem(404, "NOT_FOUND", "没有这个地址", detail="地址不存在，或不属于本次登录可见的范围。")
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return problems.problem(403, "FORBIDDEN", "没有权限", detail=_detail(error))
    if isinstance(error, exceptions.ParseError):
        return problems.problem(400, "BAD_REQUEST", "读不出请求内容", detail="请求内容不是有效的 JSON。")
    if isinstance(error, exceptions.MethodNotAllowed):
        return problems.problem(405, "METHOD_NOT_ALLOWED", "这个地址不支持该方法")
    if isinstance(error, exceptions.UnsupportedMediaType):
        return problems.problem(415, "UNSUPPORTED_MEDIA_TYPE", "只接受 JSON 或表单上传")
    return problems.exception_handler(error, context)


def _detail(error: Exception) -> str:
    """CSRF and permission texts of the framework are English and say nothing to the caller."""
    text = str(getattr(error, "detail", ""))
    return "缺少或不符的 CSRF 令牌，从 /api/v1/session/ 取得后放进 X-CSRFToken。" if "CSRF" in text else ""
