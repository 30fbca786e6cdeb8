"""States of bank messages, notices and payments, and the moves between them: tables, tested whole."""

from django.db import models

from servicehub.kit.codes import Code


class Nature(Code):
    """专户性质."""

    COLLECTION = "01", "归集专户"
    LOAN = "02", "委托贷款专户"
    SURPLUS = "03", "增值收益专户"


class StatementSource(models.TextChoices):
    INTERFACE = "interface", "银行接口"
    FILE = "file", "文件导入"


class MessageState(models.TextChoices):
    RECEIVED = "received", "已接收"
    PROCESSED = "processed", "已处理"
    FAULTY = "faulty", "报文有误"


class NoticeState(models.TextChoices):
    """到账通知. The words are those of ``kit.wording``, kind "notice"."""

    UNMATCHED = "unmatched", "未匹配"
    MATCHED = "matched", "已匹配"
    SUSPENDED = "suspended", "挂账"
    UNKNOWN = "unknown", "待查"
    CLAIMED = "claimed", "已认领"
    RETURNED = "returned", "已退回"
    REVERSED = "reversed", "已冲正"


NOTICE_MOVES = {
    (NoticeState.UNMATCHED, "match"): NoticeState.MATCHED,
    (NoticeState.UNMATCHED, "suspend"): NoticeState.SUSPENDED,
    (NoticeState.UNMATCHED, "book_unknown"): NoticeState.UNKNOWN,
    (NoticeState.UNMATCHED, "reverse"): NoticeState.REVERSED,
    (NoticeState.UNKNOWN, "claim"): NoticeState.CLAIMED,
    (NoticeState.UNKNOWN, "return"): NoticeState.RETURNED,
    (NoticeState.UNKNOWN, "reverse"): NoticeState.REVERSED,
    (NoticeState.SUSPENDED, "match"): NoticeState.MATCHED,
    (NoticeState.SUSPENDED, "return"): NoticeState.RETURNED,
    (NoticeState.SUSPENDED, "reverse"): NoticeState.REVERSED,
    (NoticeState.CLAIMED, "match"): NoticeState.MATCHED,
    (NoticeState.CLAIMED, "return"): NoticeState.RETURNED,
    (NoticeState.CLAIMED, "reverse"): NoticeState.REVERSED,
}


class PaymentState(models.TextChoices):
    """付款、收款指令. After ``UNKNOWN`` nothing is ever sent again: the bank is asked until it says what happened."""

    NEW = "new", "待发送"
    SENT = "sent", "已发送"
    ACCEPTED = "accepted", "银行已受理"
    UNKNOWN = "unknown", "结果核实中"
    SUCCESS = "success", "成功"
    FAILED = "failed", "失败"


PAYMENT_MOVES = {
    (PaymentState.NEW, "send"): PaymentState.SENT,
    (PaymentState.SENT, "not_delivered"): PaymentState.NEW,
    (PaymentState.SENT, "accept"): PaymentState.ACCEPTED,
    (PaymentState.SENT, "lose"): PaymentState.UNKNOWN,
    (PaymentState.SENT, "succeed"): PaymentState.SUCCESS,
    (PaymentState.SENT, "fail"): PaymentState.FAILED,
    (PaymentState.ACCEPTED, "succeed"): PaymentState.SUCCESS,
    (PaymentState.ACCEPTED, "fail"): PaymentState.FAILED,
    (PaymentState.UNKNOWN, "accept"): PaymentState.ACCEPTED,
    (PaymentState.UNKNOWN, "succeed"): PaymentState.SUCCESS,
    (PaymentState.UNKNOWN, "fail"): PaymentState.FAILED,
}
FINAL = frozenset({PaymentState.SUCCESS, PaymentState.FAILED})
ASKED_ABOUT = frozenset({PaymentState.SENT, PaymentState.ACCEPTED, PaymentState.UNKNOWN})
"""States in which only the bank knows more."""


class MoveRefused(ValueError):
    """A move the table does not list."""


def moved(table: dict, state: str, action: str) -> str:
    try:
        return table[(state, action)]
    except KeyError:
        raise MoveRefused(f"{action} from {state}") from None
