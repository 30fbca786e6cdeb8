"""What people are told about, and where it goes when they have chosen nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """``statutory``: always in the inbox, whatever the reader chose. ``urgent``: not held back by quiet hours."""

    code: str
    label: str
    statutory: bool = False
    sms: bool = False
    urgent: bool = False


TOPICS = {
    topic.code: topic
    for topic in (
        Topic("deposit", "到账", sms=True),
        Topic("remittance_due", "汇缴到期", statutory=True, sms=True),
        Topic("arrears", "欠缴催缴", statutory=True, sms=True),
        Topic("withdrawal", "提取结果", statutory=True, sms=True),
        Topic("repayment", "还款提醒", sms=True),
        Topic("overdue", "贷款逾期", statutory=True, sms=True),
        Topic("supplement", "办件补正", statutory=True, sms=True),
        Topic("case", "办件进度"),
        Topic("review", "待办复核"),
        Topic("stop_order", "停办处置", statutory=True, sms=True, urgent=True),
        Topic("suspension", "停办公告", statutory=True),
        Topic("security", "账户安全", statutory=True, sms=True, urgent=True),
        Topic("job", "批处理"),
        Topic("policy", "政策"),
        Topic("survey", "调查"),
    )
}
