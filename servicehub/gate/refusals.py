"""What the gate answers when it says no: one shape for every code, for pages and API alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from servicehub.declare import DomainError, Finding
from servicehub.kit.problems import finding_error, type_of

HOTLINE = "12329"


class Refused(DomainError):
    """``status`` is the HTTP status, ``detail`` a sentence for the reader; ``facts`` go into the problem document."""

    def __init__(
        self,
        code: str,
        status: int,
        title: str,
        detail: str = "",
        *findings: Finding,
        retry_after: int | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        **facts: Any,
    ):
        super().__init__(code, *findings, **facts)
        self.status = status
        self.title = title
        self.detail = detail
        self.retry_after = retry_after
        self.errors = list(errors)
        self.draft: dict[str, Any] | None = None
        self.trace_id = ""

    @property
    def keeps_a_draft(self) -> bool:
        """The reader did nothing wrong and comes back: what was typed is kept (R-ST-10)."""
        return self.status in {401, 429, 503}

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Cache-Control": "no-store"}
        if self.trace_id:
            headers["X-Trace-Id"] = self.trace_id
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return headers

    def problem(self) -> dict[str, Any]:
        """Body of the problem document (RFC 9457)."""
        body: dict[str, Any] = {
            "type": type_of(self.code),
            "code": self.code,
            "status": self.status,
            "title": self.title,
            "detail": self.detail,
            **self.facts,
        }
        if self.errors or self.findings:
            body["errors"] = [*self.errors, *(finding_error(finding) for finding in self.findings)]
        if self.draft is not None:
            body["draft"] = self.draft
        body["hotline"] = HOTLINE
        body["trace_id"] = self.trace_id
        return body


def from_domain(error: DomainError) -> Refused:
    """A rule of the app said no while it was acting."""
    if isinstance(error, Refused):
        return error
    facts = dict(error.facts)
    status = facts.pop("status", 422)
    title = facts.pop("title", "按规定不能办理")
    detail = facts.pop("detail", error.findings[0].message if error.findings else "")
    return Refused(error.code, status, title, detail, *error.findings, **facts)


def rules_refuse(findings: Sequence[Finding]) -> Refused:
    blocking = [finding for finding in findings if finding.blocks]
    clash = next((finding for finding in blocking if finding.code == "CLASH"), None)
    if clash is not None:
        return Refused(
            "IN_FLIGHT", 409, "有在办业务，暂不能办理", clash.message, *findings, case=clash.facts.get("case", "")
        )
    return Refused("RULE_REFUSED", 422, "按规定不能办理", f"共 {len(blocking)} 处不符合规定", *findings)


def not_found() -> Refused:
    """The same words for what does not exist and for what is somebody else's."""
    return Refused("NOT_FOUND", 404, "找不到这个页面", "链接可能已失效。可从首页重新进入。")
