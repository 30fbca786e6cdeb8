"""What the ledger refuses, in words for the reader at the window. One table; the API gives the code."""

import json
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError

from servicehub.declare import DomainError, Finding


class LedgerRefused(DomainError):
    """The ledger said no; nothing of the event was written."""


WORDS = {
    "ledger.day_unknown": ("记账日期早于已开账的营业日，或没有开账", "请核对营业日后重新办理"),
    "ledger.day_closed": ("该营业日正在日结或已经日结，不能再记账", "请在当前营业日办理"),
    "ledger.unknown_subaccount": ("找不到要记账的明细账户", "请联系系统管理员核对账户"),
    "ledger.closed_subaccount": ("明细账户已经关闭，不能记账", "请核对账户状态；退回的款项按退汇处理"),
    "ledger.value_date_too_late": ("起息日超出了下一个计息年度", "请核对起息日"),
    "ledger.interest_year_missing": ("起息日所在计息年度还没有设定计息办法", "请先由业务管理设定该年度的计息办法"),
    "ledger.year_not_released": ("起息日所在计息年度的利率还没有发布，不能补计利息", "请先发布该年度的结息利率"),
    "ledger.year_not_settled": ("账户的计息年度还没有结息，或两个账户的计息年度不同", "请等年度结息完成后办理"),
    "ledger.insufficient": ("余额或可用额不足", "请核对账户余额和占用额"),
    "ledger.other_content": ("同一笔业务已经记账，但内容不同", "请查看已记账的凭证；需要更正的先冲销"),
    "ledger.hold_ended": ("占用已经结束，或金额、账户不符", "请查看该笔占用的结果，不要重复付款"),
    "ledger.lines_differ": ("分录与明细的合计不一致", "请核对清册合计与入账金额"),
    "ledger.unbalanced": ("凭证借贷不平", "请联系系统管理员"),
    "ledger.year_segmented": ("起息日所在计息年度按利率分段计息，不能自动补计利息", "请由会计按明细重算该年度利息"),
    "ledger.year_released": ("该计息年度的利率已经发布，且与本次不同", "已发布的利率不能改；有误的按利息更正办理"),
    "ledger.earlier_day_open": ("更早的营业日还没有日结", "请先完成前一营业日的日结"),
    "ledger.day_not_closing": ("该营业日没有开始日结", "请先开始日结"),
    "ledger.unknown_voucher": ("找不到这张凭证", "请核对凭证编号"),
    "ledger.not_reversible": ("这张凭证是冲销凭证或结息凭证，不能直接冲销", "利息有误的按利息更正办理"),
    "ledger.already_reversed": ("该凭证已经冲销过", "请查看冲销凭证"),
    "ledger.parts_differ": ("单位部分与个人部分之和不等于发生额", "请核对清册金额"),
    "ledger.zero_movement": ("发生额为零，不需要记账", "请从清册中去掉金额为零的人员"),
    "ledger.inexact_amount": ("金额不是整数分", "金额最多写到分（两位小数）"),
    "ledger.not_empty": ("明细账户还有余额或占用，不能关闭", "请先结清余额、结束占用"),
}

_BY_STATE = {
    "LG001": "ledger.day_unknown",
    "LG002": "ledger.day_closed",
    "LG004": "ledger.unknown_subaccount",
    "LG007": "ledger.lines_differ",
    "LG010": "ledger.hold_ended",
    "LG011": "ledger.other_content",
    "LG102": "ledger.unbalanced",
    "LG103": "ledger.unbalanced",
    "LG104": "ledger.lines_differ",
}

_BY_CONSTRAINT = {
    "subaccount_current_not_negative": "ledger.insufficient",
    "subaccount_carried_not_negative": "ledger.insufficient",
    "subaccount_next_current_not_negative": "ledger.insufficient",
    "subaccount_roll_not_negative": "ledger.insufficient",
    "subaccount_held_within_balance": "ledger.insufficient",
    "voucher_reversed_once": "ledger.already_reversed",
    "hold_one_per_event": "ledger.other_content",
    "posting_parts_make_the_amount": "ledger.parts_differ",
    "posting_moves_something": "ledger.zero_movement",
}


def refused(code: str, **facts) -> LedgerRefused:
    message, remedy = WORDS[code]
    return LedgerRefused(code, Finding(code, message, remedy=remedy, facts=facts), **facts)


@contextmanager
def refusals_worded():
    """Turns what the database's functions and constraints refuse into ``LedgerRefused``; lets the rest through."""
    try:
        yield
    except DatabaseError as error:
        worded = _worded(error)
        if worded is None:
            raise
        raise worded from error


def _worded(error: DatabaseError) -> LedgerRefused | None:
    cause = error.__cause__
    state = getattr(cause, "pgcode", None) or ""
    diagnosis = getattr(cause, "diag", None)
    if state == "LG003":
        faults = json.loads(diagnosis.message_detail)
        findings = []
        for fault in faults:
            message, remedy = WORDS[f"ledger.{fault['fault']}"]
            findings.append(Finding(f"ledger.{fault['fault']}", message, remedy=remedy, facts=fault))
        return LedgerRefused(findings[0].code, *findings, faults=faults)
    if state in _BY_STATE:
        detail = diagnosis.message_detail
        facts = {"detail": json.loads(detail)} if detail and detail.startswith("[") else {}
        return refused(_BY_STATE[state], reason=diagnosis.message_primary, **facts)
    if isinstance(error, IntegrityError) and diagnosis is not None:
        code = _BY_CONSTRAINT.get(diagnosis.constraint_name or "")
        return refused(code, constraint=diagnosis.constraint_name) if code else None
    return None
