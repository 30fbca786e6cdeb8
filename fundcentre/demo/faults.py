"""A dozen planted faults. The city does not know of them; their truth is written apart, for tests and training."""

from datetime import date, time
from decimal import Decimal

from accounts.bank import arrivals
from accounts.bank.models import BankNotice
from accounts.enums import RestrictionKind
from accounts.services import restrictions
from accounts.services.restrictions import NewRestriction
from fundcentre.demo.careers import LAST_MONTH
from fundcentre.demo.history import City, told
from servicehub.declare import Origin
from servicehub.kit.months import Month

# Employers of the list, by their number there; 0 is the one of the tour and stays plain.
UNPAID, SHORT, EXCESS, TWICE, TWO_BEHIND, NEVER = 11, 12, 13, 14, 15, 16
UNKNOWN_RECEIPTS = (
    # amount, remark, name of the payer
    (Decimal("2480.00"), "公积金", "张某某"),
    (Decimal("88200.00"), "", "恒通物业服务有限公司"),
    (Decimal("5120.50"), "十月份", "许昌市某某劳务派遣有限公司"),
)
FROZEN_PERSON, BANNED_PERSON = 40, 41


def odd_payments(month: Month) -> dict[int, str]:
    """Employers that do not simply pay what is due in this month."""
    odd = {NEVER: "absent"}
    if month == LAST_MONTH:
        odd |= {UNPAID: "unpaid", SHORT: "short", EXCESS: "excess", TWICE: "twice", TWO_BEHIND: "two_months_behind"}
    elif month == LAST_MONTH.previous:
        odd[TWO_BEHIND] = "unpaid"
    return odd


def plant(city: City, origin: Origin) -> list[dict]:
    """The faults that are not payments, and the truth of all."""
    for amount, remark, name in UNKNOWN_RECEIPTS:
        _unknown(city, origin, amount, remark, name)
    _restrict(city, origin, FROZEN_PERSON, RestrictionKind.FREEZE, "许昌市魏都区人民法院", "（2026）豫1002执1203号")
    _restrict(city, origin, BANNED_PERSON, RestrictionKind.BAN, "许昌市住房公积金管理中心", "许公积金稽〔2026〕7号")
    names = {
        number: city.accounts[number].employer.name for number in (UNPAID, SHORT, EXCESS, TWICE, TWO_BEHIND, NEVER)
    }
    return [
        {"fault": "unpaid", "what": "核定后没有付款", "employer": names[UNPAID], "month": str(LAST_MONTH)},
        {"fault": "short", "what": "到账少 40.00", "employer": names[SHORT], "month": str(LAST_MONTH)},
        {"fault": "excess", "what": "到账多 128.00", "employer": names[EXCESS], "suspense": "128.00"},
        {"fault": "twice", "what": "付款两次", "employer": names[TWICE], "month": str(LAST_MONTH)},
        {"fault": "arrears", "what": "欠缴两个月", "employer": names[TWO_BEHIND], "month": str(LAST_MONTH.previous)},
        {"fault": "never_paid", "what": "登记后从未汇缴", "employer": names[NEVER]},
        *(
            {"fault": "unknown_receipt", "what": "来款认不出单位", "amount": f"{row[0]:.2f}"}
            for row in UNKNOWN_RECEIPTS
        ),
        {"fault": "frozen", "what": "司法冻结", "fund_account": city.fund_account[FROZEN_PERSON]},
        {"fault": "banned", "what": "骗提限制期内", "fund_account": city.fund_account[BANNED_PERSON]},
        {"fault": "same_name", "what": "同名不同人", "names": _namesakes(city)},
    ]


def _unknown(city: City, origin: Origin, amount: Decimal, remark: str, name: str) -> None:
    special = city.centre.accounts["01"]
    city.balances[special.pk] += amount
    notice = BankNotice.objects.create(
        special_account=special,
        host_date=date(2026, 11, 6),
        host_no=f"{next(city.host_numbers):010d}",
        amount=amount,
        host_time=time(10, 2),
        balance=city.balances[special.pk],
        counter_name=name,
        summary="转账",
        remark=remark,
        message=told("SBDC100"),
        received_on=origin.business_date,
    )
    arrivals.keep_unknown(origin, notice, "附言、摘要、户名和账号都对应不到单位")


def _restrict(city: City, origin: Origin, person: int, kind: RestrictionKind, authority: str, document: str) -> None:
    restrictions.restrict(
        origin,
        NewRestriction(
            fund_account=city.fund_account[person],
            kind=kind.value,
            starts_on=date(2026, 9, 1),
            authority=authority,
            document=document,
            until=date(2029, 8, 31),
        ),
    )


def _namesakes(city: City) -> list[str]:
    seen: dict[str, int] = {}
    for number in range(len(city.people)):
        name = city.people[number].name
        seen[name] = seen.get(name, 0) + 1
    return sorted(name for name, times in seen.items() if times > 1)[:5]
