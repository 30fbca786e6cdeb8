"""Policy keys of accounts: how interest is computed and when, and what the Regulation says in each version."""

from decimal import Decimal

from servicehub.declare import PolicyKey
from servicehub.declare.registry import parameters

REGULATION = "住房公积金管理条例"

# Interest (银发〔1999〕77号, 银发〔2016〕43号; from 2026-09-20 the State Council decides, art 6).
INTEREST_RATE_CURRENT = parameters.add(
    PolicyKey(
        "accounts.interest.rate_current",
        "当年归集存款年利率",
        "rate",
        unit="1/年",
        basis="银发〔2016〕43号",
        checkers=2,
        owner="计划财务科",
    )
)
INTEREST_RATE_CARRIED = parameters.add(
    PolicyKey(
        "accounts.interest.rate_carried",
        "上年结转存款年利率",
        "rate",
        unit="1/年",
        basis="银发〔2016〕43号",
        checkers=2,
        owner="计划财务科",
    )
)
INTEREST_DIVISOR = parameters.add(
    PolicyKey("accounts.interest.divisor", "计息天数分母", "integer", unit="天", checkers=2, owner="计划财务科")
)
INTEREST_METHOD = parameters.add(
    PolicyKey(
        "accounts.interest.method",
        "计息方法",
        "choice",
        choices=("days_product", "months_11_to_0"),
        checkers=2,
        owner="计划财务科",
    )
)
INTEREST_RATE_APPLICATION = parameters.add(
    PolicyKey(
        "accounts.interest.rate_application",
        "利率适用方式",
        "choice",
        basis="银发〔1999〕77号",
        choices=("SETTLEMENT_DAY", "SEGMENTED"),
        checkers=2,
        owner="计划财务科",
    )
)
SETTLEMENT_DAY = parameters.add(
    PolicyKey("accounts.interest.settlement_day", "年度结息日", "month_day", checkers=2, owner="计划财务科")
)
WITHDRAWAL_BUCKET_ORDER = parameters.add(
    PolicyKey(
        "accounts.interest.bucket_order",
        "支取时扣减次序",
        "choice",
        choices=("carried_first", "current_first"),
        default="carried_first",
        owner="计划财务科",
    )
)

RESERVE_FLOOR = parameters.add(
    PolicyKey(
        "accounts.reserve_floor",
        "贷款风险准备不低于贷款余额的比例",
        "rate",
        basis="财综字〔1999〕59号",
        default=Decimal("0.01"),
        checkers=2,
        owner="计划财务科",
    )
)

# The Regulation's own numbers, by version: a case keeps the version of its facts.
LAW_VERSION = parameters.add(PolicyKey("accounts.law.version", "条例版本", "text", basis=REGULATION, checkers=2))
RATE_MIN = parameters.add(
    PolicyKey("accounts.law.rate_min", "缴存比例下限", "rate", basis=f"{REGULATION} 第十八条", checkers=2)
)
RATE_MAX = parameters.add(
    PolicyKey("accounts.law.rate_max", "缴存比例上限", "rate", basis="建金〔2018〕45号", checkers=2)
)
TAX_FREE_RATE_MAX = parameters.add(
    PolicyKey("accounts.law.tax_free_rate_max", "免税比例上限", "rate", basis="财税〔2006〕10号", checkers=2)
)
TAX_FREE_BASE_MULTIPLE = parameters.add(
    PolicyKey(
        "accounts.law.tax_free_base_multiple",
        "免税基数上限（上年度月平均工资倍数）",
        "integer",
        unit="倍",
        basis="财税〔2006〕10号",
        checkers=2,
    )
)
FINE_NO_REGISTRATION_MIN = parameters.add(
    PolicyKey("accounts.law.fine_no_registration_min", "不登记、不开户罚款下限", "money", unit="元", basis=REGULATION)
)
FINE_NO_REGISTRATION_MAX = parameters.add(
    PolicyKey("accounts.law.fine_no_registration_max", "不登记、不开户罚款上限", "money", unit="元", basis=REGULATION)
)
FINE_NO_REGISTRATION_ARTICLE = parameters.add(
    PolicyKey("accounts.law.fine_no_registration_article", "不登记、不开户罚款条文", "text", basis=REGULATION)
)
ARREARS_ARTICLE = parameters.add(
    PolicyKey("accounts.law.arrears_article", "逾期不缴或者少缴条文", "text", basis=REGULATION)
)


def _days(code: str, label: str, article: str) -> PolicyKey:
    return parameters.add(
        PolicyKey(
            f"accounts.law.{code}_days",
            label,
            "integer",
            unit="天",
            basis=f"{REGULATION} {article}".strip(),
            checkers=2,
        )
    )


REGISTER_DAYS = _days("register", "单位设立后缴存登记期限", "第十四条")
OPEN_ACCOUNTS_DAYS = _days("open_accounts", "登记后职工账户设立期限", "第十四条")
HIRE_DAYS = _days("hire", "录用职工缴存登记期限", "第十五条")
TERMINATE_DAYS = _days("terminate", "终止劳动关系变更登记期限", "第十五条")
CHANGE_DAYS = _days("change_registration", "单位变更、注销登记期限", "第十四条")
REMIT_DAYS = _days("remit_after_payday", "发薪后汇缴期限", "第十九条")
BALANCE_ANSWER_DAYS = _days("balance_objection", "缴存异议书面答复期限", "")
FRAUD_BAN_WITHDRAWAL_YEARS = parameters.add(
    PolicyKey(
        "accounts.law.fraud_ban_withdrawal_years",
        "骗提禁止期",
        "integer",
        unit="年",
        basis=f"{REGULATION} 第四十一条",
        checkers=2,
    )
)
FRAUD_BAN_LOAN_YEARS = parameters.add(
    PolicyKey(
        "accounts.law.fraud_ban_loan_years",
        "骗贷禁止期",
        "integer",
        unit="年",
        basis=f"{REGULATION} 第四十一条",
        checkers=2,
    )
)
