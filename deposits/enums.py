"""Words of the app; imports nothing of ours."""

from enum import StrEnum


class Action(StrEnum):
    """Kinds of change-list lines (变更类型), by the item each exercises."""

    OPEN = "open"  # 新开户
    UNSEAL = "unseal"  # 启封
    SEAL = "seal"  # 封存
    TRANSFER_IN = "transfer_in"  # 转入
    TRANSFER_OUT = "transfer_out"  # 转出: sealed here, then moved by the new employer
    BASE = "base"  # 基数调整
    UPDATE = "update"  # 信息变更


ACTION_LABELS = {
    Action.OPEN: "新开户",
    Action.UNSEAL: "启封",
    Action.SEAL: "封存",
    Action.TRANSFER_IN: "转入",
    Action.TRANSFER_OUT: "转出",
    Action.BASE: "基数调整",
    Action.UPDATE: "信息变更",
}

ACTION_ITEMS = {
    Action.OPEN: "J-OPEN",
    Action.UNSEAL: "J-UNSL",
    Action.SEAL: "J-SEAL",
    Action.TRANSFER_IN: "J-TRIN",
    Action.TRANSFER_OUT: "J-SEAL",
    Action.BASE: "J-BASE",
    Action.UPDATE: "J-PCHG",
}

JOINING = (Action.OPEN, Action.UNSEAL, Action.TRANSFER_IN)
LEAVING = (Action.SEAL, Action.TRANSFER_OUT)


class ChangeListState(StrEnum):
    DRAFT = "draft"  # 草稿
    CONFIRMED = "confirmed"  # 已核定


class RemittanceState(StrEnum):
    TO_PAY = "to_pay"  # 待付款
    PAYING = "paying"  # 付款处理中
    PART_RECEIVED = "part_received"  # 部分到账
    POSTED = "posted"  # 已入账
    REVOKED = "revoked"  # 已撤销


OPEN_STATES = frozenset({RemittanceState.TO_PAY, RemittanceState.PAYING, RemittanceState.PART_RECEIVED})
"""Waiting for money: at most one remittance of an account."""


class PaymentMethod(StrEnum):
    """付款方式 (codes 01, 02 of the data standard; online payment reports as 01)."""

    TRANSFER = "transfer"  # 转账
    ONLINE = "online"  # 在线付款
    SUSPENSE = "suspense"  # 使用暂收款


PAYMENT_METHOD_LABELS = {
    PaymentMethod.ONLINE: "在线付款",
    PaymentMethod.TRANSFER: "转账",
    PaymentMethod.SUSPENSE: "使用暂收款",
}


class ReceiptDecision(StrEnum):
    """What becomes of money that arrived (deposits 7.1 step 5)."""

    ALLOCATE = "allocate"  # A = T: to every person
    ALLOCATE_KEEP_REST = "allocate_keep_rest"  # A > T: allocate T from suspense, the rest stays
    SHORT = "short"  # A < T: whole amount into suspense
    DUPLICATE = "duplicate"  # the document is posted already
    NO_DOCUMENT = "no_document"  # employer known, nothing to pay
    UNKNOWN = "unknown"  # 待查
    REVERSAL = "reversal"  # negative: for the accountant
