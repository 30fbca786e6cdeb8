"""States of a case and of a submission: every move that exists is written here, and no other happens."""

from django.db import models


class CaseState(models.TextChoices):
    """Codes and words of ``kit.wording``. 已提交 covers what waits for a job or for another case."""

    SUBMITTED = "submitted", "已提交"
    RUNNING = "running", "办理中"  # executed, an outside answer is awaited
    REVIEWING = "in_review", "审核中"  # a stage before the last
    CHECKING = "to_check", "待复核"  # the last stage
    SUPPLEMENT = "supplement", "待补正"
    RETURNED = "returned", "已退回修改"
    DECLINED = "refused", "不予办理"
    WITHDRAWN = "withdrawn", "已撤回"
    VOIDED = "voided", "已作废"
    DONE = "done", "已办结"


class CaseAction(models.TextChoices):
    REVIEW = "review", "送审"
    CHECK = "check", "送复核"
    PROCEED = "proceed", "转入办理"
    FINISH = "finish", "办结"
    RETURN = "return", "退回修改"
    ASK = "ask", "要求补正"
    RESUBMIT = "resubmit", "重新提交"
    DECLINE = "decline", "不予办理"
    WITHDRAW = "withdraw", "撤回"
    VOID = "void", "作废"


_S, _A = CaseState, CaseAction
CASE_MOVES: dict[tuple[CaseState, CaseAction], CaseState] = {
    (_S.SUBMITTED, _A.REVIEW): _S.REVIEWING,
    (_S.SUBMITTED, _A.CHECK): _S.CHECKING,
    (_S.SUBMITTED, _A.PROCEED): _S.RUNNING,
    (_S.SUBMITTED, _A.FINISH): _S.DONE,
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _A.DECLINE): _S.DECLINED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.VOID): _S.VOIDED,
    (_S.RUNNING, _A.PROCEED): _S.RUNNING,
    (_S.RUNNING, _A.FINISH): _S.DONE,
    (_S.RUNNING, _A.DECLINE): _S.DECLINED,
    (_S.RUNNING, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RUNNING, _A.VOID): _S.VOIDED,
    (_S.REVIEWING, _A.REVIEW): _S.REVIEWING,
    (_S.REVIEWING, _A.CHECK): _S.CHECKING,
    (_S.REVIEWING, _A.ASK): _S.SUPPLEMENT,
    (_S.REVIEWING, _A.RETURN): _S.RETURNED,
    (_S.REVIEWING, _A.DECLINE): _S.DECLINED,
    (_S.REVIEWING, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.CHECKING, _A.PROCEED): _S.RUNNING,
    (_S.CHECKING, _A.FINISH): _S.DONE,
    (_S.CHECKING, _A.ASK): _S.SUPPLEMENT,
    (_S.CHECKING, _A.RETURN): _S.RETURNED,
    (_S.CHECKING, _A.DECLINE): _S.DECLINED,
    (_S.CHECKING, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUPPLEMENT, _A.RESUBMIT): _S.SUBMITTED,
    (_S.SUPPLEMENT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUPPLEMENT, _A.VOID): _S.VOIDED,
    (_S.RETURNED, _A.RESUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _A.VOID): _S.VOIDED,
}
CLOSED = frozenset({CaseState.DECLINED, CaseState.WITHDRAWN, CaseState.VOIDED, CaseState.DONE})
OPEN = frozenset(CaseState) - CLOSED


class CannotMove(ValueError):
    """The case is not where this action starts from."""


def move(state: str, action: str) -> CaseState:
    try:
        return CASE_MOVES[CaseState(state), CaseAction(action)]
    except KeyError:
        raise CannotMove(f"{CaseState(state).label} → {CaseAction(action).label}") from None


class SubmissionState(models.TextChoices):
    """Ended states stay: a revised input is a new submission on the same case."""

    PARKED = "parked", "等待在办事项办结"
    WAITING = "waiting", "待审"
    QUEUED = "queued", "排队中"
    EXECUTED = "executed", "已执行"
    RETURNED = "returned", "已退回"
    DECLINED = "declined", "不予办理"
    WITHDRAWN = "withdrawn", "已撤回"
