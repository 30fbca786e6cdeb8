"""Policy keys of deposits: bounds of the base, rates by class, precision, deadlines, what to do with odd payments."""

from accounts.enums import EmployerClass, FundKind
from deposits.rules.rounding import NAMED
from servicehub.declare import PolicyKey
from servicehub.declare.registry import parameters

_ART_16_18 = "住房公积金管理条例 第十六条至第十八条"
_ART_18 = "住房公积金管理条例 第十八条"
_ART_19 = "住房公积金管理条例 第十九条"
_OWNER = "归集管理科"
_CLASSES = tuple(EmployerClass.choices())

BASE_CEILING = parameters.add(
    PolicyKey(
        "deposits.base.ceiling",
        "缴存基数上限",
        "money",
        unit="元/月",
        basis="建金管〔2005〕5号",
        checkers=2,
        owner=_OWNER,
    )
)
BASE_FLOOR = parameters.add(
    PolicyKey(
        "deposits.base.floor",
        "缴存基数下限",
        "money",
        unit="元/月",
        basis=_ART_16_18,
        scoped_by="area,employer_class",
        scopes=(*_CLASSES, ("领取基本生活费职工", "领取基本生活费职工")),
        checkers=2,
        owner=_OWNER,
    )
)


def _rate(code: str, label: str, scoped_by: str = "employer_class", basis: str = _ART_18) -> PolicyKey:
    return parameters.add(
        PolicyKey(
            f"deposits.rate.{code}",
            label,
            "rate",
            basis=basis,
            scoped_by=scoped_by,
            scopes=_CLASSES if scoped_by else (),
            checkers=2,
            owner=_OWNER,
        )
    )


EMPLOYER_RATE_MIN = _rate("employer_min", "单位缴存比例下限")
EMPLOYER_RATE_MAX = _rate("employer_max", "单位缴存比例上限")
EMPLOYEE_RATE_MIN = _rate("employee_min", "职工缴存比例下限")
EMPLOYEE_RATE_MAX = _rate("employee_max", "职工缴存比例上限")
RATE_STEP = _rate("step", "缴存比例级差")
SUPPLEMENTARY_RATE_MIN = _rate("supplementary_min", "补充住房公积金比例下限", "")
SUPPLEMENTARY_RATE_MAX = _rate("supplementary_max", "补充住房公积金比例上限", "")
FLEXIBLE_RATE_MIN = _rate("flexible_min", "灵活就业人员缴存比例下限", "", "住房公积金管理条例 第四十九条")
FLEXIBLE_RATE_MAX = _rate("flexible_max", "灵活就业人员缴存比例上限", "", "住房公积金管理条例 第四十九条")
RATES_EQUAL = parameters.add(
    PolicyKey("deposits.rate.must_be_equal", "单位与职工比例须一致", "boolean", default="否", checkers=2, owner=_OWNER)
)
ROUNDING = parameters.add(
    PolicyKey(
        "deposits.rounding",
        "月缴存额取整方式",
        "choice",
        choices=tuple(NAMED),
        scoped_by="fund_kind",
        scopes=tuple(FundKind.choices()),
        checkers=2,
        owner=_OWNER,
    )
)
FUND_YEAR_START = parameters.add(
    PolicyKey("deposits.fund_year_start", "缴存年度起始日", "month_day", checkers=2, owner=_OWNER)
)
BASE_CHANGES_PER_YEAR = parameters.add(
    PolicyKey(
        "deposits.base.changes_per_year",
        "每个缴存年度可调整基数次数",
        "integer",
        unit="次",
        default=1,
        owner=_OWNER,
    )
)
BASE_JUMP_PERCENT = parameters.add(
    PolicyKey("deposits.base.jump_percent", "基数变化提醒线", "integer", unit="%", default=50, owner=_OWNER)
)
TOTAL_JUMP_PERCENT = parameters.add(
    PolicyKey("deposits.list.jump_percent", "整份清册应缴变化提醒线", "integer", unit="%", default=10, owner=_OWNER)
)
MISSING_HEADS = parameters.add(
    PolicyKey("deposits.list.missing_heads", "全量名册缺人提醒人数", "integer", unit="人", default=20, owner=_OWNER)
)
MISSING_PERCENT = parameters.add(
    PolicyKey("deposits.list.missing_percent", "全量名册缺人提醒比例", "integer", unit="%", default=5, owner=_OWNER)
)
PAY_DAY_DEFAULT = parameters.add(
    PolicyKey(
        "deposits.remittance.pay_day_default",
        "单位没有登记发薪日时按每月几日",
        "integer",
        unit="日",
        default=10,
        owner=_OWNER,
    )
)
PAY_BY_DAYS = parameters.add(
    PolicyKey(
        "deposits.remittance.pay_by_days",
        "发薪日起汇缴期限",
        "integer",
        unit="天",
        basis=_ART_19,
        default=5,
        owner=_OWNER,
    )
)
ADVANCE_MONTHS = parameters.add(
    PolicyKey("deposits.remittance.advance_months", "可预缴月数", "integer", unit="个月", default=0, owner=_OWNER)
)
REMINDER_MONTHS = parameters.add(
    PolicyKey("deposits.arrears.reminder_months", "欠缴满几个月起催缴", "integer", unit="个月", default=1, owner=_OWNER)
)
SHORT_PAYMENT = parameters.add(
    PolicyKey(
        "deposits.payment.short",
        "到账金额不足时",
        "choice",
        choices=("suspense", "earliest_whole_months"),
        default="suspense",
        owner=_OWNER,
    )
)
EXCESS_PAYMENT = parameters.add(
    PolicyKey(
        "deposits.payment.excess",
        "到账金额多出时",
        "choice",
        choices=("keep_in_suspense", "refund_task"),
        default="keep_in_suspense",
        owner=_OWNER,
    )
)
SUSPENSE_AUTO_USE = parameters.add(
    PolicyKey(
        "deposits.suspense.auto_use",
        "暂收款足够一整笔汇缴时自动使用",
        "boolean",
        default="否",
        owner=_OWNER,
    )
)
SUSPENSE_REPORT_DAYS = parameters.add(
    PolicyKey("deposits.suspense.report_days", "暂收款挂账超期报告", "integer", unit="天", default=365, owner=_OWNER)
)
BACK_PAYMENT_COUNTS = parameters.add(
    PolicyKey("deposits.continuity.back_payment_counts", "补缴计入连续缴存月数", "boolean", default="否", owner=_OWNER)
)
