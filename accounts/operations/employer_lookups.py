"""What an employer's agents, and clerks, may read of an employer: its accounts and its people."""

from django.db.models import Count, Q, Sum
from rest_framework import serializers

from accounts import queries
from accounts.areas import area_name
from accounts.enums import EmployerStatus, FundKind, SealReason
from accounts.ledger import services as ledger
from accounts.models import Employer, EmployerAccount, Person
from accounts.parties import EMPLOYER_STATUS
from accounts.roles import AGENTS, COUNTER_READERS
from servicehub.declare import Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit.amounts import ratio
from servicehub.kit.fields import ChoiceField, MonthField
from servicehub.kit.masks import mask_account, mask_bank_card, mask_id_number, mask_name
from servicehub.kit.months import Month
from servicehub.kit.tokens import token_of

READERS = COUNTER_READERS | AGENTS
STATES = [("depositing", "正常"), ("sealed", "封存")]


@operations.add
class EmployerProfile(Query):
    """单位账户信息: what is registered, and for each fund kind the standing, heads, month's amount and balances."""

    code = "accounts.employer_profile"
    item = "Q-UNIT"
    label = "单位账户信息"
    target = "employer"
    roles = READERS
    counter_code = "9102"

    def rows(self, origin, target, data):
        employer = Employer.objects.select_related("branch").get(pk=target.id)
        accounts = list(EmployerAccount.objects.filter(employer=employer).order_by("fund_kind", "pk"))
        totals = queries.employer_totals([one.pk for one in accounts], Month.of(origin.business_date))
        suspense = ledger.balances([one.suspense_id for one in accounts if one.suspense_id])
        columns = (
            TableColumn("fund_kind", "资金性质"),
            TableColumn("status", "汇缴状态", "status"),
            TableColumn("opened_on", "登记日期", "date"),
            TableColumn("first_month", "首次汇缴", "month"),
            TableColumn("paid_through", "缴至年月", "month"),
            TableColumn("rates", "缴存比例"),
            TableColumn("heads", "汇缴人数", "count"),
            TableColumn("sealed", "封存人数", "count"),
            TableColumn("monthly", "月缴金额", "money"),
            TableColumn("balance", "公积金余额", "money"),
            TableColumn("suspense", "暂收款余额", "money"),
        )
        rows = [
            {
                "fund_kind": one.get_fund_kind_display(),
                "status": f"employer:{EMPLOYER_STATUS[EmployerStatus(one.status)]}",
                "opened_on": one.opened_on,
                "first_month": one.first_month,
                "paid_through": one.paid_through,
                "rates": f"单位 {ratio(one.employer_rate)} · 职工 {ratio(one.employee_rate)}",
                "heads": totals[one.pk].depositing,
                "sealed": totals[one.pk].sealed,
                "monthly": totals[one.pk].monthly,
                "balance": totals[one.pk].balance,
                "suspense": suspense[one.suspense_id].total if one.suspense_id in suspense else 0,
            }
            for one in accounts
        ]
        return Table(columns, rows, caption="单位账户", unit="元", facts=_facts(employer), empty="单位还没有账户")


def _facts(employer: Employer) -> tuple[tuple[str, str], ...]:
    return (
        ("单位账号", employer.number),
        ("统一社会信用代码", employer.credit_code),
        ("单位类别", employer.get_klass_display()),
        ("行政区域", area_name(employer.area)),
        ("单位地址", employer.address),
        ("法定代表人", mask_name(employer.legal_name) or "没有登记"),
        ("单位电话", employer.phone or "没有登记"),
        ("发薪日", f"每月 {employer.pay_day} 日" if employer.pay_day else "没有登记"),
        ("付款账户", mask_bank_card(employer.payer_account, employer.payer_bank) or "没有登记"),
        ("管理部", employer.branch.name),
    )


@operations.add
class Roster(Query):
    """职工清册: who is on the roster now, or was in a month; found by name, document or account number."""

    code = "accounts.roster"
    item = "Q-ROST"
    label = "职工清册"
    target = "employer"
    roles = READERS

    class Input(serializers.Serializer):
        q = serializers.CharField(
            label="姓名、证件号码或个人账号", required=False, allow_blank=True, default="", max_length=50
        )
        state = ChoiceField(label="状态", choices=STATES, required=False, allow_blank=True, default="")
        month = MonthField(label="所属年月", required=False, help_text="不填为现在")
        fund_kind = ChoiceField(
            label="资金性质", choices=FundKind.choices(), required=False, default=FundKind.HOUSING.value
        )

    def rows(self, origin, target, data):
        rows = EmployerAccount.objects.of(target.id, data["fund_kind"]).order_by("closed_on", "-pk")
        account = rows.first()
        if account is None:
            return Table(_ROSTER, [], caption="职工清册", filters=_FILTERS, empty="单位没有这种资金的账户")
        month = Month.of(data["month"]) if data.get("month") else None
        people = queries.roster(account, month)
        if data["state"]:
            people = people.filter(sealed=data["state"] == "sealed")
        if text := data["q"].strip():
            people = people.filter(fund_account__person__in=Person.objects.found_by(text).values("pk"))
        return Table(
            _ROSTER,
            people.values(
                "sealed",
                "reason",
                "from_month",
                "balance",
                "fund_account__person",
                "fund_account__number",
                "fund_account__status",
                "fund_account__subaccount_id",
                "fund_account__base",
                "fund_account__employer_amount",
                "fund_account__employee_amount",
            ),
            caption=f"{month.words}职工清册" if month else "职工清册",
            unit="元",
            order=("fund_account",),
            totals=_roster_totals,
            finish=_roster_page,
            filters=_FILTERS,
            empty="名册上没有职工。通过变更清册新增职工后，会显示在这里",
            facts=_heads(account, month or Month.of(origin.business_date)),
        )


_FILTERS = ("q", "state", "month", "fund_kind")
_ROSTER = (
    TableColumn("name", "姓名", sort="fund_account__person__name_key", url=lambda row: row["address"]),
    TableColumn("id_number", "证件号码", "mask"),
    TableColumn("account", "个人账号", "mask"),
    TableColumn("status", "状态", "status", sort="sealed"),
    TableColumn("since", "起始年月", "month", sort="from_month"),
    TableColumn("paid_through", "缴至年月", "month"),
    TableColumn("base", "缴存基数", "money", sort="fund_account__base"),
    TableColumn("employer_amount", "单位月缴", "money", sort="fund_account__employer_amount", total=True),
    TableColumn("employee_amount", "个人月缴", "money", sort="fund_account__employee_amount", total=True),
    TableColumn("balance", "余额", "money", sort="balance"),
    TableColumn("reason_word", "封存原因"),
)


def _heads(account: EmployerAccount, month: Month) -> tuple[tuple[str, str], ...]:
    depositing, sealed = queries.heads(account, month)
    return (("汇缴人数", f"{depositing:,}"), ("封存人数", f"{sealed:,}"))


def _roster_totals(rows):
    """Of those depositing: sealed people have amounts on their card, and owe none."""
    live = Q(sealed=False)
    return rows.aggregate(
        employer_amount=Sum("fund_account__employer_amount", filter=live, default=0),
        employee_amount=Sum("fund_account__employee_amount", filter=live, default=0),
        heads=Count("pk"),
    )


def _roster_page(page):
    people = Person.objects.in_bulk([row["fund_account__person"] for row in page])
    paid = queries.paid_through(
        [row["fund_account__subaccount_id"] for row in page if row["fund_account__subaccount_id"]]
    )
    shown = []
    for row in page:
        person = people[row["fund_account__person"]]
        through = paid.get(row["fund_account__subaccount_id"])
        shown.append(
            row
            | {
                "name": mask_name(person.name),
                "address": f"person/{token_of('person', person.pk)}/",
                "id_number": mask_id_number(person.id_number),
                "account": mask_account(row["fund_account__number"]),
                "status": "fund_account:sealed" if row["sealed"] else "fund_account:normal",
                "since": row["from_month"],
                "paid_through": through.through if through else None,
                "base": row["fund_account__base"],
                "employer_amount": row["fund_account__employer_amount"],
                "employee_amount": row["fund_account__employee_amount"],
                "reason_word": SealReason.word(row["reason"]) if row["sealed"] else "",
            }
        )
    return shown


@operations.add
class Employers(Query):
    """单位清单 of the branches one works for: found by number, credit code or a piece of the name."""

    code = "accounts.employers"
    item = "Q-UNIT"
    label = "单位清单"
    target = "centre"
    roles = COUNTER_READERS

    class Input(serializers.Serializer):
        q = serializers.CharField(
            label="单位名称、账号或信用代码", required=False, allow_blank=True, default="", max_length=60
        )
        status = ChoiceField(
            label="账户状态", choices=EmployerStatus.choices(), required=False, allow_blank=True, default=""
        )

    def rows(self, origin, target, data):
        rows = EmployerAccount.objects.visible_to(origin).filter(fund_kind=FundKind.HOUSING)
        if data["status"]:
            rows = rows.filter(status=data["status"])
        if text := data["q"].strip():
            rows = rows.filter(employer__in=Employer.objects.found_by(text).values("pk"))
        columns = (
            TableColumn("number", "单位账号", sort="employer__number"),
            TableColumn("name", "单位名称", sort="employer__name", url=lambda row: row["address"]),
            TableColumn("branch", "管理部", sort="employer__branch__name"),
            TableColumn("status", "状态", "status", sort="status"),
            TableColumn("rates", "缴存比例"),
            TableColumn("paid_through", "缴至年月", "month", sort="paid_through"),
            TableColumn("heads", "汇缴人数", "count"),
            TableColumn("monthly", "月缴金额", "money"),
        )
        today = Month.of(origin.business_date)
        return Table(
            columns,
            rows.values(
                "pk", "employer", "employer__number", "employer__name", "employer__branch__name", "status",
                "employer_rate", "employee_rate", "paid_through",
            ),
            caption="单位清单",
            unit="元",
            order=("employer__number",),
            finish=lambda page: _employers_page(page, today),
            filters=("q", "status"),
            empty="没有登记的单位。办理单位缴存登记后，会显示在这里",
        )  # fmt: skip


def _employers_page(page, month: Month):
    totals = queries.employer_totals([row["pk"] for row in page], month)
    return [
        row
        | {
            "number": row["employer__number"],
            "name": row["employer__name"],
            "address": f"employer/{token_of('employer', row['employer'])}/",
            "branch": row["employer__branch__name"],
            "status": f"employer:{EMPLOYER_STATUS[EmployerStatus(row['status'])]}",
            "rates": f"{ratio(row['employer_rate'])} + {ratio(row['employee_rate'])}",
            "heads": totals[row["pk"]].depositing,
            "monthly": totals[row["pk"]].monthly,
        }
        for row in page
    ]


__all__ = ["EmployerProfile", "Employers", "Roster"]
