"""Policy keys of housing loans: national rates since 1999, penalties, and what cities set."""

from servicehub.declare import PolicyKey
from servicehub.declare.registry import parameters

_OWNER = "贷款管理科"


def _national_rate(code: str, label: str) -> PolicyKey:
    return parameters.add(PolicyKey(f"loans.rate.{code}", label, "rate", unit="1/年", checkers=2, owner=_OWNER))


FIRST_UP_TO_5_YEARS = _national_rate("first_le5y", "首套个人住房公积金贷款年利率（五年以下含五年）")
FIRST_OVER_5_YEARS = _national_rate("first_gt5y", "首套个人住房公积金贷款年利率（五年以上）")
SECOND_UP_TO_5_YEARS = _national_rate("second_le5y", "第二套个人住房公积金贷款年利率（五年以下含五年）")
SECOND_OVER_5_YEARS = _national_rate("second_gt5y", "第二套个人住房公积金贷款年利率（五年以上）")
LPR_1_YEAR = _national_rate("lpr_1y", "一年期贷款市场报价利率")
LPR_5_YEARS = _national_rate("lpr_5y", "五年期以上贷款市场报价利率")
DAY_BASIS = parameters.add(
    PolicyKey("loans.rate.day_basis", "贷款计息天数分母", "integer", unit="天", checkers=2, owner=_OWNER)
)
PENALTY_FACTOR = parameters.add(
    PolicyKey(
        "loans.penalty.factor", "逾期罚息倍数", "rate", unit="倍", basis="银发〔2003〕251号", checkers=2, owner=_OWNER
    )
)
PENALTY_BASE = parameters.add(
    PolicyKey(
        "loans.penalty.base",
        "罚息计算基础",
        "choice",
        choices=("overdue_principal", "overdue_principal_and_interest"),
        default="overdue_principal",
        checkers=2,
        owner=_OWNER,
    )
)
DECISION_DAYS = parameters.add(
    PolicyKey(
        "loans.decision_days",
        "贷款审批法定期限",
        "integer",
        unit="天",
        basis="住房公积金管理条例 第二十六条",
        checkers=2,
        owner=_OWNER,
    )
)


def _money(code: str, label: str) -> PolicyKey:
    return parameters.add(PolicyKey(f"loans.quota.{code}", label, "money", unit="元", checkers=2, owner=_OWNER))


SINGLE_MAX = _money("single_max", "单缴存人最高贷款额")
FAMILY_MAX = _money("family_max", "双缴存人家庭最高贷款额")
SINGLE_SECOND_MAX = _money("single_second_max", "单缴存人第二套最高贷款额")
FAMILY_SECOND_MAX = _money("family_second_max", "双缴存人家庭第二套最高贷款额")
SINGLE_TOP = _money("single_top", "单缴存人叠加上浮后最高额")
FAMILY_TOP = _money("family_top", "双缴存人家庭叠加上浮后最高额")
BALANCE_MULTIPLE = parameters.add(
    PolicyKey("loans.quota.balance_multiple", "账户余额倍数", "integer", unit="倍", checkers=2, owner=_OWNER)
)
MONTHS_MIN = parameters.add(
    PolicyKey("loans.quota.months_min", "申请前连续缴存月数", "integer", unit="个月", checkers=2, owner=_OWNER)
)
MULTI_CHILD_UPLIFT = parameters.add(
    PolicyKey("loans.quota.multi_child_uplift", "多子女家庭额度上浮比例", "rate", checkers=2, owner=_OWNER)
)
PAYMENT_RATIO_MAX = parameters.add(
    PolicyKey("loans.payment_ratio_max", "月还款额占收入比例上限", "rate", checkers=2, owner=_OWNER)
)
DOWN_PAYMENT_FIRST = parameters.add(
    PolicyKey("loans.down_payment.first", "首套最低首付比例", "rate", checkers=2, owner=_OWNER)
)
DOWN_PAYMENT_SECOND = parameters.add(
    PolicyKey("loans.down_payment.second", "第二套最低首付比例", "rate", checkers=2, owner=_OWNER)
)
DOWN_PAYMENT_AFFORDABLE = parameters.add(
    PolicyKey("loans.down_payment.affordable", "保障性住房最低首付比例", "rate", checkers=2, owner=_OWNER)
)
