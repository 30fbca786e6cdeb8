"""The settlement interface (全国住房公积金银行结算数据应用系统) as typed messages over JSON. No Django here.

The production interface carries XML in GBK with compressed-hex detail files; this layer is what the adapter speaks
behind it, and what the bank simulator speaks in front of it. Amounts travel as text with two places, dates as
``YYYYMMDD``, times as ``HHMMSS``.
"""

import dataclasses
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import ClassVar, get_args, get_origin, get_type_hints

SIGNATURE_HEADER = "X-Bank-Signature"
SUCCESS_CODE = "00000"


class TxStatus(StrEnum):
    SUCCESS = "0"
    FAILURE = "1"
    UNKNOWN = "2"  # processing, or nobody can tell yet


class BatchStatus(StrEnum):
    PROCESSING = "0"
    FINISHED = "1"
    PARTLY = "2"
    FAILED = "3"


class SettleType(StrEnum):
    SAME_BANK = "1"
    CROSS_REAL_TIME = "2"
    CROSS_DEFERRED = "3"  # settled at the next clearing only


class BusinessType(StrEnum):
    """资金业务类型, the interface's own numbers."""

    REMITTANCE = "01"
    PART_WITHDRAWAL = "02"
    CLOSING_WITHDRAWAL = "03"
    LOAN_FUND = "04"
    LOAN_DEDUCTION = "05"
    LOAN_BREAKDOWN = "06"
    TRANSFER_OUT = "07"
    FEE = "13"
    FUND_MOVE = "18"
    OTHER = "20"


class MessageFault(ValueError):
    """A message that does not have the shape of the interface. Names the field."""


def sign(key: bytes, body: bytes) -> str:
    """HMAC-SM3 over the raw body: what was stored raw can be verified again."""
    return hmac.new(key, body, "sm3").hexdigest()


def verify(key: bytes, body: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(key, body), signature or "")


@dataclass(frozen=True, slots=True)
class Head:
    """Centre → hub."""

    send_date: date
    send_time: time
    send_seq_no: str  # one per transmission attempt
    tx_code: str
    tx_unit_no: str = "411000000000000"
    send_node: str = "411000"
    receive_node: str = "D00000"
    cust_no: str = ""
    oper_no: str = ""

    WIRE: ClassVar[Mapping[str, str]] = {
        "send_date": "SendDate", "send_time": "SendTime", "send_seq_no": "SendSeqNo", "tx_code": "TxCode",
        "tx_unit_no": "TxUnitNo", "send_node": "SendNode", "receive_node": "ReceiveNode", "cust_no": "CustNo",
        "oper_no": "OperNo",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """Hub → centre."""

    tx_status: TxStatus
    rtn_code: str
    rtn_message: str
    tx_code: str
    bdc_date: date
    bdc_time: time
    bdc_seq_no: str
    receive_seq_no: str = ""  # the attempt it answers
    send_node: str = "D00000"

    WIRE: ClassVar[Mapping[str, str]] = {
        "tx_status": "TxStatus", "rtn_code": "RtnCode", "rtn_message": "RtnMessage", "tx_code": "TxCode",
        "bdc_date": "BDCDate", "bdc_time": "BDCTime", "bdc_seq_no": "BDCSeqNo", "receive_seq_no": "ReceiveSeqNo",
        "send_node": "SendNode",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Probe:
    """SYS600 接口探测, both ways."""

    CODE: ClassVar[str] = "SYS600"


@dataclass(frozen=True, slots=True)
class SinglePayment:
    """BDC101 单笔付款. ``total`` = principal + interest."""

    CODE: ClassVar[str] = "BDC101"
    business_no: str
    payer_account: str
    payee_account: str
    payee_name: str
    principal: Decimal
    total: Decimal
    interest: Decimal = Decimal("0.00")
    settle_type: SettleType = SettleType.SAME_BANK
    business_type: BusinessType = BusinessType.OTHER
    payee_class: str = "1"  # 1 对私, 2 对公
    payee_bank: str = ""
    summary: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SingleCollection:
    """BDC102 单笔收款: debit of an account that signed an agreement (多方协议号)."""

    CODE: ClassVar[str] = "BDC102"
    business_no: str
    payer_account: str
    payer_name: str
    agreement_no: str
    payee_account: str
    amount: Decimal
    settle_type: SettleType = SettleType.SAME_BANK
    business_type: BusinessType = BusinessType.REMITTANCE
    summary: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class BatchLine:
    no: int
    amount: Decimal
    account: str
    name: str
    summary: str = ""
    agreement_no: str = ""


@dataclass(frozen=True, slots=True)
class BatchPayment:
    """BDC103 批量付款, answered later."""

    CODE: ClassVar[str] = "BDC103"
    business_no: str
    account: str
    count: int
    total: Decimal
    lines: tuple[BatchLine, ...]
    file_type: str = "1"  # 1 同行, 2 跨行, 3 混合
    business_type: BusinessType = BusinessType.OTHER


@dataclass(frozen=True, slots=True)
class BatchCollection:
    """BDC104 批量收款, answered later."""

    CODE: ClassVar[str] = "BDC104"
    business_no: str
    account: str
    count: int
    total: Decimal
    lines: tuple[BatchLine, ...]
    file_type: str = "1"
    business_type: BusinessType = BusinessType.REMITTANCE


@dataclass(frozen=True, slots=True)
class BatchQuery:
    """BDC107 批量结果查询."""

    CODE: ClassVar[str] = "BDC107"
    batch_no: str


@dataclass(frozen=True, slots=True)
class BatchDownload:
    """BDC108 批量结果下载."""

    CODE: ClassVar[str] = "BDC108"
    batch_no: str


@dataclass(frozen=True, slots=True)
class OwnTransfer:
    """BDC109 单笔转账, between the centre's own accounts."""

    CODE: ClassVar[str] = "BDC109"
    business_no: str
    payer_account: str
    payee_account: str
    amount: Decimal
    summary: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class TransactionQuery:
    """BDC110 交易结果查询: what became of an earlier message."""

    CODE: ClassVar[str] = "BDC110"
    original_date: date
    original_seq_no: str
    business_no: str


@dataclass(frozen=True, slots=True)
class StatementQuery:
    """BDC113 账户交易明细查询. The bank gives the latest 1,000 lines of the window at most."""

    CODE: ClassVar[str] = "BDC113"
    account: str
    first_date: date
    last_date: date


@dataclass(frozen=True, slots=True)
class BalanceQuery:
    """BDC123 活期实时余额查询."""

    CODE: ClassVar[str] = "BDC123"
    account: str


REQUESTS = {
    message.CODE: message
    for message in (
        Probe, SinglePayment, SingleCollection, BatchPayment, BatchCollection, BatchQuery, BatchDownload, OwnTransfer,
        TransactionQuery, StatementQuery, BalanceQuery,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of an account: of a statement (BDC113) and of an arrival notice (SBDC100). Credits are positive."""

    account: str
    host_no: str  # 银行主机流水号
    host_date: date
    host_time: time
    amount: Decimal
    balance: Decimal
    counter_account: str = ""
    counter_name: str = ""
    counter_bank: str = ""
    summary: str = ""
    remark: str = ""
    reversal: bool = False  # 冲正标识
    tx_code: str = ""
    branch_no: str = ""
    currency: str = "156"
    voucher_type: str = ""
    voucher_no: str = ""


@dataclass(frozen=True, slots=True)
class ArrivalNotice:
    """SBDC100 账户变动通知, pushed by the bank: at any time, twice, late, out of order, or never."""

    CODE: ClassVar[str] = "SBDC100"
    lines: tuple[AccountLine, ...]


@dataclass(frozen=True, slots=True)
class TransactionAnswer:
    """Body of the answers to 101, 102, 109 and 110."""

    status: TxStatus  # of the transaction asked about
    host_no: str = ""
    host_date: date | None = None
    code: str = ""
    message: str = ""
    batch_no: str = ""


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """Body of the answers to 103, 104 and 107."""

    batch_no: str
    status: BatchStatus
    count: int = 0
    total: Decimal = Decimal("0.00")
    success_count: int = 0
    success_total: Decimal = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class BatchLineResult:
    no: int
    amount: Decimal
    account: str
    name: str
    status: TxStatus
    code: str = ""
    message: str = ""
    host_no: str = ""
    host_date: date | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Body of the answer to 108."""

    batch_no: str
    status: BatchStatus
    lines: tuple[BatchLineResult, ...]


@dataclass(frozen=True, slots=True)
class StatementAnswer:
    lines: tuple[AccountLine, ...]


@dataclass(frozen=True, slots=True)
class BalanceAnswer:
    account: str
    balance: Decimal
    available: Decimal
    status: str = "0"


def to_wire(message) -> dict:
    """A message as JSON can carry it: text, integers, booleans, lists."""
    names = getattr(message, "WIRE", {})
    return {
        names.get(field.name, field.name): _encode(getattr(message, field.name))
        for field in dataclasses.fields(message)
    }


def _encode(value):
    match value:
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.strftime("%Y%m%d")
        case time():
            return value.strftime("%H%M%S")
        case tuple():
            return [to_wire(item) for item in value]
    return value


def from_wire(kind: type, wire: Mapping):
    """The message, or ``MessageFault`` naming what is missing or misshapen. Unknown fields are left alone."""
    if not isinstance(wire, Mapping):
        raise MessageFault(f"{kind.__name__}: not an object")
    names, hints, values = getattr(kind, "WIRE", {}), get_type_hints(kind), {}
    for field in dataclasses.fields(kind):
        name = names.get(field.name, field.name)
        if name in wire:
            try:
                values[field.name] = _decode(hints[field.name], wire[name])
            except MessageFault:
                raise
            except (ValueError, TypeError, ArithmeticError) as error:
                raise MessageFault(f"{kind.__name__}.{name}: {wire[name]!r}") from error
        elif field.default is dataclasses.MISSING:
            raise MessageFault(f"{kind.__name__}.{name}: missing")
    return kind(**values)


def _decode(hint, value):
    if get_origin(hint) is UnionType:
        if value is None:
            return None
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        return tuple(from_wire(get_args(hint)[0], item) for item in value)
    if hint is Decimal:
        if not isinstance(value, str):
            raise MessageFault(f"an amount travels as text, not {value!r}")
        amount = Decimal(value)
        if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
            raise MessageFault(f"an amount that is not exact to the fen: {value}")
        return amount.quantize(Decimal("0.01"))
    if hint is date:
        return date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    if hint is time:
        return time(int(value[:2]), int(value[2:4]), int(value[4:6]))
    if hint is bool or hint is int:
        if type(value) is not hint:
            raise MessageFault(f"not {hint.__name__}: {value!r}")
        return value
    if not isinstance(value, str):
        raise MessageFault(f"not text: {value!r}")
    return hint(value)
