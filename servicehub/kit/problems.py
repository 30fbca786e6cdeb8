"""Problem documents (RFC 9457): every refusal of the API in one shape, all faults at once."""

from collections.abc import Iterator, Mapping

from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from servicehub.declare import DomainError, Finding

MEDIA_TYPE = "application/problem+json"


class ProblemError(serializers.Serializer):
    field = serializers.CharField(help_text="字段，列表中的一行写成 entries[2].amount")
    code = serializers.CharField()
    message = serializers.CharField(help_text="错在哪里")
    remedy = serializers.CharField(required=False, help_text="怎样改")
    clause = serializers.CharField(required=False, help_text="依据")


class Problem(serializers.Serializer):
    """RFC 9457 problem document."""

    type = serializers.CharField(help_text="urn:gjj:problem:<code>")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    errors = ProblemError(many=True, required=False)


def type_of(code: str) -> str:
    """CELL_SUSPENDED → urn:gjj:problem:cell-suspended."""
    return f"urn:gjj:problem:{code.lower().replace('_', '-').replace('.', '-')}"


def problem(status_code: int, code: str, title: str, *, detail: str = "", errors=(), headers=None) -> Response:
    body = {"type": type_of(code), "title": title, "status": status_code, "code": code}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    return Response(body, status=status_code, content_type=MEDIA_TYPE, headers=headers)


def finding_error(finding: Finding) -> dict[str, str]:
    error = {"field": finding.field, "code": finding.code, "message": finding.message}
    if finding.remedy:
        error["remedy"] = finding.remedy
    if finding.clause:
        error["clause"] = finding.clause
    return error


def input_errors(detail, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested error detail, flattened to one entry per fault with a path a client can point at."""
    if isinstance(detail, Mapping):
        for key, below in detail.items():
            if key == "non_field_errors":
                yield from input_errors(below, path)
            elif isinstance(key, int):
                yield from input_errors(below, f"{path}[{key}]")
            else:
                yield from input_errors(below, f"{path}.{key}" if path else str(key))
    elif isinstance(detail, list):
        for place, below in enumerate(detail):
            yield from input_errors(below, f"{path}[{place}]" if isinstance(below, Mapping) else path)
    else:
        yield {"field": path, "code": getattr(detail, "code", "invalid"), "message": str(detail)}


def exception_handler(error: Exception, context: Mapping) -> Response | None:
    """DRF's hook: what a view raises becomes a problem document; anything unforeseen stays a 500 and is logged."""
    if isinstance(error, exceptions.ValidationError):
        errors = list(input_errors(error.detail))
        return problem(
            status.HTTP_422_UNPROCESSABLE_ENTITY,
            "input",
            "填写的内容有误",
            detail=f"共 {len(errors)} 处",
            errors=errors,
        )
    if isinstance(error, DomainError):
        return problem(
            error.facts.get("status", status.HTTP_422_UNPROCESSABLE_ENTITY),
            error.code,
            error.facts.get("title", "按规定不能办理"),
            errors=[finding_error(finding) for finding in error.findings],
        )
    response = drf_exception_handler(error, context)
    if response is None:
        return None
    code = getattr(getattr(error, "detail", None), "code", None) or "http"
    answer = problem(response.status_code, str(code), str(getattr(error, "detail", error)))
    for name, value in response.items():
        if name.lower() not in {"content-type", "content-length"}:
            answer[name] = value
    return answer
