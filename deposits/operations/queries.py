"""Reading twins: what was remitted, for whom, and what waits in suspense."""

from collections.abc import Mapping
from functools import partial

from django.db.models import Count, Sum
from rest_framework import serializers

from accounts.enums import FundKind
from accounts.ledger import services as ledger
from accounts.models import Person
from deposits.models import Remittance, RemittanceLine
from deposits.operations.months import READERS, MonthInput, account_of
from deposits.operations.remittance import NamesRemittance
from deposits.services import figures
from servicehub.declare import Origin, Party, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit import wording
from servicehub.kit.masks import mask_account, mask_id_number, mask_name
from servicehub.kit.months import Month
from servicehub.kit.tokens import token_of


@operations.add
class Remittances(Query):
    """汇缴记录 of one employer: every month, what was due and when it was booked."""

    code = "deposits.remittances"
    item = "Q-UNIT"
    label = "汇缴记录"
    target = "employer"
    roles = READERS

    class Input(serializers.Serializer):
        fund_kind = serializers.ChoiceField(label="资金性质", required=False, choices=FundKind.choices())
        year = serializers.IntegerField(label="年份", required=False, min_value=1990, max_value=2100)
        state = serializers.ChoiceField(
            label="状态",
            required=False,
            choices=[
                ("to_pay", "待付款"),
                ("paying", "付款处理中"),
                ("part_received", "部分到账"),
                ("posted", "已入账"),
            ],
        )

    def rows(self, origin, target, data):
        rows = Remittance.objects.filter(employer_account__employer=target.id)
        if fund_kind := data.get("fund_kind"):
            rows = rows.filter(employer_account__fund_kind=fund_kind)
        if year := data.get("year"):
            rows = rows.filter(month__gte=year * 100, month__lt=year * 100 + 100)
        if state := data.get("state"):
            rows = rows.filter(state=state)
        columns = (
            TableColumn("month", "汇缴月份", "month", sort="month"),
            TableColumn("number", "汇缴书号", "id", url=partial(_register_address, origin, target)),
            TableColumn("fund_kind", "资金性质"),
            TableColumn("heads", "人数", "count", sort="heads", total=True),
            TableColumn("total", "应缴金额", "money", sort="total", total=True),
            TableColumn("value_date", "到账日期", "date", sort="value_date"),
            TableColumn("posted_on", "入账日期", "date", sort="posted_on"),
            TableColumn("status", "状态", "status"),
        )
        return Table(
            columns,
            rows.values(
                "month",
                "number",
                "heads",
                "total",
                "value_date",
                "posted_on",
                "state",
                "employer_account__fund_kind",
            ),
            caption="汇缴记录",
            unit="元",
            order=("-month",),
            totals=rows.aggregate(heads=Sum("heads"), total=Sum("total")),
            finish=lambda page: [
                row
                | {
                    "status": f"remittance:{row['state']}",
                    "fund_kind": FundKind(row["employer_account__fund_kind"]).label,
                }
                for row in page
            ],
            filters=("fund_kind", "year", "state"),
            empty="还没有汇缴记录。首次汇缴从开户当月开始",
        )


@operations.add
class RemittanceRegister(NamesRemittance, Query):
    """汇缴清册: the people of one confirmed month, as they were."""

    code = "deposits.remittance_register"
    item = "Q-ROST"
    label = "汇缴清册"
    target = "employer"
    roles = READERS

    def rows(self, origin, target, data):
        head = self.remittance_of(target, data)
        lines = RemittanceLine.objects.filter(remittance=head)
        columns = (
            TableColumn("name", "姓名"),
            TableColumn("id_number", "证件号码", "mask"),
            TableColumn("account", "个人账号", "mask"),
            TableColumn("base", "缴存基数", "money", sort="base"),
            TableColumn("employer_amount", "单位月缴", "money", sort="employer_amount", total=True),
            TableColumn("employee_amount", "个人月缴", "money", sort="employee_amount", total=True),
            TableColumn("amount", "月缴存额", "money", total=True, url=partial(_line_address, origin, target)),
        )
        sums = lines.aggregate(
            employer_amount=Sum("employer_amount"), employee_amount=Sum("employee_amount"), heads=Count("pk")
        )
        return Table(
            columns,
            lines.values(
                "pk", "fund_account__person", "fund_account__number", "base", "employer_amount", "employee_amount"
            ),
            caption=f"{Month.of(head.month).words}汇缴清册 {head.number}",
            unit="元",
            order=("fund_account",),
            totals={
                "employer_amount": sums["employer_amount"],
                "employee_amount": sums["employee_amount"],
                "amount": (sums["employer_amount"] or 0) + (sums["employee_amount"] or 0),
            },
            finish=_named,
            empty="清册里没有职工",
            facts=(("人数", f"{sums['heads']:,}"), ("状态", wording.status(f"remittance:{head.state}").word)),
            paper=figures.equation_steps(Month.of(head.month), figures.equation_of(head)),
        )


def _below(origin: Origin, target: Party) -> str:
    """A clerk reads of one employer among many, its agent of the employer of the hall."""
    return f"employer/{token_of('employer', target.id)}/" if origin.user_kind == "staff" else ""


def _register_address(origin: Origin, target: Party, row: Mapping) -> str:
    return f"{_below(origin, target)}list/deposits.remittance_register/?remittance={row['number']}"


def _line_address(origin: Origin, target: Party, row: Mapping) -> str:
    return f"{_below(origin, target)}list/deposits.line_figure/?line={row['pk']}"


@operations.add
class LineFigure(Query):
    """How one person's amount of a confirmed month came about."""

    code = "deposits.line_figure"
    item = "Q-ROST"
    label = "月缴存额来历"
    target = "employer"
    roles = READERS
    offered = False

    class Input(serializers.Serializer):
        line = serializers.IntegerField(label="清册行", min_value=1)

    def rows(self, origin, target, data):
        found = RemittanceLine.objects.select_related(
            "remittance__employer_account__employer", "fund_account__person"
        ).filter(pk=data["line"], remittance__employer_account__employer=target.id)
        columns = (TableColumn("what", "项目"), TableColumn("amount", "金额", "money"))
        line = found.first()
        if line is None:
            return Table(columns, [], caption=self.label, unit="元", empty="没有这一行。从汇缴清册里重新打开")
        head, person = line.remittance, line.fund_account.person
        total = line.employer_amount + line.employee_amount
        parts = (("缴存基数", line.base), ("单位月缴", line.employer_amount), ("个人月缴", line.employee_amount))
        return Table(
            columns,
            [{"what": what, "amount": amount} for what, amount in (*parts, ("月缴存额", total))],
            caption=self.label,
            unit="元",
            facts=(
                ("姓名", mask_name(person.name)),
                ("个人账号", mask_account(line.fund_account.number)),
                ("汇缴月份", Month.of(head.month).words),
                ("汇缴书号", head.number),
            ),
            paper=(figures.document_step(head), *figures.line_steps(line)),
        )

    @classmethod
    def example(cls):
        return {"line": 1}


def _named(page):
    """Names and numbers of one page, masked: decrypted for as many people as are shown, never for the register."""
    people = Person.objects.in_bulk([row["fund_account__person"] for row in page])
    shown = []
    for row in page:
        person = people[row["fund_account__person"]]
        shown.append(
            row
            | {
                "name": mask_name(person.name),
                "id_number": mask_id_number(person.id_number),
                "account": mask_account(row["fund_account__number"]),
                "amount": row["employer_amount"] + row["employee_amount"],
            }
        )
    return shown


@operations.add
class Suspense(Query):
    """暂收款: what came in, what was used, what is left, with the source of each movement."""

    code = "deposits.suspense"
    item = "Q-UNIT"
    label = "暂收款"
    target = "employer"
    roles = READERS

    class Input(MonthInput):
        month = None

    def rows(self, origin, target, data):
        account = account_of(target, data)
        rows = ledger.statement_rows(account.suspense_id) if account.suspense_id else []
        columns = (
            TableColumn("business_date", "日期", "date"),
            TableColumn("summary", "摘要"),
            TableColumn("incoming", "收入", "money"),
            TableColumn("outgoing", "使用", "money"),
            TableColumn("balance", "余额", "money"),
        )
        balance = ledger.balance(account.suspense_id).total if account.suspense_id else 0
        return Table(
            columns,
            list(rows),
            caption="暂收款",
            unit="元",
            finish=_in_and_out,
            empty="没有暂收款",
            facts=(("暂收款余额", f"{balance:,.2f} 元"),),
        )


def _in_and_out(page):
    return [
        {
            "business_date": row.business_date,
            "summary": row.summary,
            "incoming": row.amount if row.amount > 0 else None,
            "outgoing": -row.amount if row.amount < 0 else None,
            "balance": row.balance,
        }
        for row in page
    ]
