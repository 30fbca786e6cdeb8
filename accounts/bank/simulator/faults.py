"""What goes wrong, and on what sign: switches of the human page, endings of account numbers, cents of amounts."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Switchable by ``POST /admin/faults`` and on the page. ``times`` is how often it still strikes; -1 is always."""

    DELAY = "delay"
    DUPLICATE = "duplicate"
    LOST = "lost"
    EARLY = "early"
    SHORT_AMOUNT = "short_amount"
    EXCESS_AMOUNT = "excess_amount"
    WRONG_REMARK = "wrong_remark"
    WIDE_NAME = "wide_name"
    TIMEOUT_DONE = "timeout_done"
    TIMEOUT_NOT_DONE = "timeout_not_done"
    REVERSAL = "reversal"
    STATEMENT_GAP = "statement_gap"
    OFFLINE = "offline"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Wording:
    label: str
    help: str
    value: str = ""  # what its value means, "" when it has none
    default: str = ""


FAULTS = {
    Fault.DELAY: Wording("通知延迟", "到账通知晚到若干秒", "秒", "10"),
    Fault.DUPLICATE: Wording("重复通知", "同一笔到账通知发送若干次", "次", "2"),
    Fault.LOST: Wording("通知丢失", "到账通知不发送，只在账户明细里能查到"),
    Fault.EARLY: Wording("通知先到", "到账通知先于付款应答到达"),
    Fault.SHORT_AMOUNT: Wording("少到账", "客户汇款到账金额少若干元", "元", "1.00"),
    Fault.EXCESS_AMOUNT: Wording("多到账", "客户汇款到账金额多若干元", "元", "1.00"),
    Fault.WRONG_REMARK: Wording("附言错误", "客户汇款附言被改成所填内容，空白为没有附言", "附言", ""),
    Fault.WIDE_NAME: Wording("户名变形", "付款户名变成全角括号并夹空格"),
    Fault.TIMEOUT_DONE: Wording("超时后成功", "交易已做，应答超时"),
    Fault.TIMEOUT_NOT_DONE: Wording("超时未做", "交易未做，应答超时"),
    Fault.REVERSAL: Wording("冲正", "客户汇款到账后，当日冲正"),
    Fault.STATEMENT_GAP: Wording("明细缺笔", "新到账的一笔不出现在账户明细中"),
    Fault.OFFLINE: Wording("断开连接", "一接通就断开"),
    Fault.HALF_OPEN: Wording("半开连接", "收下报文后不应答"),
}

TIMED_OUT_POLLS = 2
BATCH_POLLS = 2
PARTIAL_LINE = 7


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one transaction goes. ``code`` empty: it is done."""

    code: str = ""
    message: str = ""
    answered: bool = True  # False: the connection ends without an answer
    done: bool = True
    polls: int = 0  # "processing" so many times before it is done
    afterwards: str = ""  # "returned" on the next day · "reversed" on the same day


ENDINGS = {
    "9001": Behaviour("B0101", "账号不存在", done=False),
    "9002": Behaviour("B0102", "户名不符", done=False),
    "9003": Behaviour("B0103", "账户状态异常", done=False),
    "9004": Behaviour("B0104", "余额不足", done=False),
    "9005": Behaviour(answered=False),
    "9006": Behaviour("B0109", "交易未受理", answered=False, done=False),
    "9007": Behaviour(answered=False, done=False, polls=TIMED_OUT_POLLS),
    "9008": Behaviour(afterwards="returned"),
    "9009": Behaviour(afterwards="reversed"),
    "9010": Behaviour("B0110", "Ⅱ类账户超过当日限额", done=False),
}
"""By the ending of the outside account: the payee of a payment, the payer of a collection."""

PLAIN = Behaviour()


def behaviour_of(account: str) -> Behaviour:
    return ENDINGS.get(account[-4:], PLAIN)


def notice_faults_by_cents(fen: int) -> set[Fault]:
    """13 fen: sent twice. 14: only in the statement. 15: sent before the answer."""
    return {13: {Fault.DUPLICATE}, 14: {Fault.LOST}, 15: {Fault.EARLY}}.get(abs(fen) % 100, set())
