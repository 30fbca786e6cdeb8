"""单位年度对账单: on screen, as a workbook and on paper with a verification code."""

from decimal import Decimal

from rest_framework import serializers

from accounts.enums import FundKind
from deposits.letters import EMPLOYER_STATEMENT
from deposits.operations.months import READERS, account_of, live_account
from deposits.services.statements import employer_year, employer_years
from servicehub.declare import Change, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit.amounts import yuan
from servicehub.kit.fields import ChoiceField

COLUMNS = (
    TableColumn("label", "项目"),
    TableColumn("month", "所属年月", "month"),
    TableColumn("heads", "人数", "count"),
    TableColumn("employer_part", "单位部分", "delta", total=True),
    TableColumn("employee_part", "个人部分", "delta", total=True),
    TableColumn("amount", "发生额", "delta", total=True),
)


class YearInput(serializers.Serializer):
    fund_kind = ChoiceField(
        label="资金性质", choices=FundKind.choices(), required=False, default=FundKind.HOUSING.value
    )
    year = serializers.IntegerField(
        label="缴存年度", required=False, min_value=1992, max_value=2100, help_text="2026 指 2025-07 至 2026-06"
    )


@operations.add
class EmployerStatement(Query):
    """Opening, what was remitted by month with its heads, everything else by kind, closing."""

    code = "deposits.employer_statement"
    item = "Q-STMT"
    label = "单位年度对账单"
    target = "employer"
    roles = READERS
    counter_code = "9104"

    class Input(YearInput):
        pass

    def rows(self, origin, target, data):
        filters, empty = ("fund_kind", "year"), "这个年度没有发生额"
        account = live_account(target, data["fund_kind"])
        years = employer_years(account, origin.business_date) if account else []
        year = data.get("year") or (years[0] if years else None)
        if year not in years:
            return Table(COLUMNS, [], caption=self.label, filters=filters, empty=empty)
        made = employer_year(account, year, origin.business_date)
        rows = [
            {
                "label": line.label,
                "month": int(line.month) if line.month else None,
                "heads": line.heads,
                "employer_part": line.employer_part,
                "employee_part": line.employee_part,
                "amount": line.amount,
            }
            for line in made.lines
        ]
        sums = ("employer_part", "employee_part", "amount")
        return Table(
            COLUMNS,
            rows,
            caption=f"{year - 1} 年 7 月至 {year} 年 6 月",
            unit="元",
            totals={key: sum((row[key] for row in rows), Decimal(0)) for key in sums},
            filters=filters,
            facts=(
                ("单位账号", account.employer.number),
                ("期初余额", yuan(made.opening)),
                ("期末余额", yuan(made.closing)),
                ("截止日期", f"{made.until:%Y-%m-%d}"),
            ),
            empty=empty,
        )


@operations.add
class PrintEmployerStatement(Operation):
    """The same on paper: a letter with a verification code anybody can check."""

    code = "deposits.print_employer_statement"
    item = "Q-STMT"
    label = "打印单位年度对账单"
    target = "employer"
    roles = READERS
    counter_code = "9202"

    class Input(YearInput):
        year = serializers.IntegerField(
            label="缴存年度", min_value=1992, max_value=2100, help_text="2026 指 2025-07 至 2026-06"
        )

    def initial(self, origin, target):
        account = live_account(target)
        years = employer_years(account, origin.business_date) if account else []
        return {"year": years[1] if len(years) > 1 else years[0]} if years else {}

    def check(self, origin, target, data):
        years = employer_years(account_of(target, data), origin.business_date)
        if data["year"] in years:
            return []
        remedy = f"可选 {years[-1]} 至 {years[0]} 年度" if years else "首次汇缴以后才有对账单"
        return [Finding("PAPER-YEAR", f"{data['year']} 年度没有对账单", field="year", remedy=remedy)]

    def execute(self, origin, target, data):
        account = account_of(target, data)
        change = Change(
            f"accounts.employer_account:{account.pk}", "打印单位年度对账单", account.employer.number,
            after={"年度": str(data["year"])},
        )  # fmt: skip
        return Outcome(
            f"{data['year']} 年度单位对账单已生成，可以打印或下载",
            changes=(change,),
            rows=(("单位账号", account.employer.number), ("缴存年度", str(data["year"]))),
            letters=((EMPLOYER_STATEMENT.code, f"{account.pk}:{data['year']}"),),
        )

    @classmethod
    def example(cls):
        return {"fund_kind": "01", "year": 2027}
