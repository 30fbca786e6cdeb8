"""What a person, and a clerk asked by them, may read: accounts, postings, the year's statement, who looked.

The gate writes down every look of a clerk; nothing here does.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from rest_framework import serializers

from accounts import queries
from accounts.enums import FundKind
from accounts.ledger import services as ledger
from accounts.models import FundAccount, Person
from accounts.operations.voucher_lookups import BOOK_READERS, voucher_address
from accounts.roles import COUNTER_READERS, SELF
from servicehub.audit.models import AuditEntry, EntryKind
from servicehub.declare import Origin, Party, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.identity.models import Branch
from servicehub.identity.roles import BY_CODE
from servicehub.kit.amounts import yuan
from servicehub.kit.fields import ChoiceField, DayField
from servicehub.kit.masks import mask_bank_card, mask_id_number, mask_mobile
from servicehub.kit.months import Month
from servicehub.kit.tokens import token_of

READERS = COUNTER_READERS | {SELF}
POSTINGS_MAX = 2_000


def account_of(target: Party, fund_kind: str) -> FundAccount | None:
    """The live account of the kind, else the one closed last."""
    rows = list(FundAccount.objects.filter(person=target.id, fund_kind=fund_kind).order_by("pk"))
    live = [row for row in rows if row.closed_on is None]
    return live[0] if live else max(rows, key=lambda row: (row.closed_on, row.pk), default=None)


class FundKindInput(serializers.Serializer):
    fund_kind = ChoiceField(
        label="资金性质", choices=FundKind.choices(), required=False, default=FundKind.HOUSING.value
    )


@operations.add
class PersonAccounts(Query):
    """个人缴存信息: every account with base, amounts, both sub-balances, paid-through month and what is kept back."""

    code = "accounts.person_accounts"
    item = "Q-ACC"
    label = "个人缴存信息"
    target = "person"
    roles = READERS
    counter_code = "9101"

    def rows(self, origin, target, data):
        person = Person.objects.get(pk=target.id)
        views = queries.person_accounts(target.id, origin.business_date)
        columns = (
            TableColumn("number", "个人账号"),
            TableColumn("fund_kind", "资金性质"),
            TableColumn("employer", "单位"),
            TableColumn("status", "状态", "status"),
            TableColumn("restricted", "限制"),
            TableColumn("base", "缴存基数", "money"),
            TableColumn("employer_amount", "单位月缴", "money"),
            TableColumn("employee_amount", "个人月缴", "money"),
            TableColumn("paid_through", "缴至年月", "month"),
            TableColumn("months", "已缴月数", "count"),
            TableColumn("carried", "上年结转", "money", total=True),
            TableColumn("current", "当年归集", "money", total=True),
            TableColumn("balance", "余额", "money", total=True),
        )
        rows = [_account_row(view) for view in views]
        totals = {key: sum((row[key] for row in rows), Decimal(0)) for key in ("carried", "current", "balance")}
        facts = (
            ("证件号码", mask_id_number(person.id_number)),
            ("手机号码", mask_mobile(person.mobile) or "没有登记"),
            ("银行卡", mask_bank_card(person.bank_card, person.bank_name) or "没有登记"),
            ("登记日期", f"{person.registered_on:%Y-%m-%d}"),
        )
        empty = "还没有个人账户。单位为职工办理账户设立后，会显示在这里"
        return Table(columns, rows, caption="个人账户", unit="元", totals=totals, facts=facts, empty=empty)


def _account_row(view: queries.AccountView) -> dict:
    account, balance = view.account, view.balance
    kept = "、".join(
        one.get_kind_display() + (f" {yuan(one.amount)}" if one.amount is not None else "") for one in view.restrictions
    )
    return {
        "number": account.number,
        "fund_kind": account.get_fund_kind_display(),
        "employer": view.employer,
        "status": f"fund_account:{view.status}",
        "restricted": kept,
        "base": account.base,
        "employer_amount": account.employer_amount,
        "employee_amount": account.employee_amount,
        "paid_through": view.paid.through,
        "months": view.paid.months,
        "carried": balance.carried if balance else Decimal(0),
        "current": balance.current if balance else Decimal(0),
        "balance": balance.total if balance else Decimal(0),
    }


@operations.add
class PersonPostings(Query):
    """个人明细: every row with the month concerned, both parts and the balance after it."""

    code = "accounts.person_postings"
    item = "Q-ACC"
    label = "个人账户明细"
    target = "person"
    roles = READERS

    class Input(FundKindInput):
        since = DayField(label="起始日期", required=False)
        until = DayField(label="截止日期", required=False)

    def rows(self, origin, target, data):
        account = account_of(target, data["fund_kind"])
        found = []
        if account is not None and account.subaccount_id:
            since, until = data.get("since") or date(1990, 1, 1), data.get("until") or origin.business_date
            found = ledger.statement_rows(account.subaccount_id, since, until, limit=POSTINGS_MAX)
        columns = (
            TableColumn("business_date", "记账日期", "date", sort="business_date"),
            TableColumn("label", "业务类型"),
            TableColumn("month", "所属年月", "month"),
            TableColumn("employer_part", "单位部分", "delta", total=True),
            TableColumn("employee_part", "个人部分", "delta", total=True),
            TableColumn("amount", "发生额", "delta", total=True, url=partial(figure_address, origin, target)),
            TableColumn("balance", "余额", "money"),
            TableColumn("value_date", "起息日", "date"),
            TableColumn("voucher", "凭证", "id", url=voucher_address if origin.roles & BOOK_READERS else None),
            TableColumn("summary", "摘要"),
        )
        rows = [_posting_row(row) for row in reversed(found)]
        totals = {
            key: sum((row[key] for row in rows if row[key] is not None), Decimal(0))
            for key in ("employer_part", "employee_part", "amount")
        }
        return Table(
            columns,
            rows,
            caption="个人账户明细",
            unit="元",
            totals=totals,
            filters=("fund_kind", "since", "until"),
            facts=(("个人账号", account.number),) if account else (),
            empty="还没有入账记录。单位汇缴到账并分配到个人后，会显示在这里",
        )


def figure_address(origin: Origin, target: Party, row: Mapping) -> str:
    """Where the amount of a row opens into its tree, below the face it is shown on."""
    place = f"person/{token_of('person', target.id)}/" if origin.user_kind == "staff" else ""
    return f"{place}list/accounts.posting_figure/?posting={row['posting']}"


def _posting_row(row: ledger.StatementRow) -> dict:
    return {
        "business_date": row.business_date,
        "label": row.label + ("（冲账）" if row.reverses else ""),
        "month": row.month,
        "employer_part": row.employer_part,
        "employee_part": row.employee_part,
        "amount": row.amount,
        "balance": row.balance,
        "value_date": row.value_date,
        "voucher": row.voucher,
        "posting": row.posting,
        "summary": row.summary,
    }


def fund_years(account: FundAccount | None, business_date: date) -> list[int]:
    """Years an account has a statement of, the running one first."""
    if account is None:
        return []
    last = account.closed_on or business_date
    return list(range(Month.of(last).fund_year, Month.of(account.opened_on).fund_year - 1, -1))


@operations.add
class PersonStatement(Query):
    """个人年度对账单: opening, what came and went by kind, closing. The letter of the same name prints it."""

    code = "accounts.person_statement"
    item = "Q-STMT"
    label = "个人年度对账单"
    target = "person"
    roles = READERS

    class Input(FundKindInput):
        year = serializers.IntegerField(
            label="缴存年度", required=False, min_value=1992, max_value=2100, help_text="2026 指 2025-07 至 2026-06"
        )

    def rows(self, origin, target, data):
        account = account_of(target, data["fund_kind"])
        columns = (
            TableColumn("label", "项目"),
            TableColumn("times", "笔数", "count", total=True),
            TableColumn("employer_part", "单位部分", "delta", total=True),
            TableColumn("employee_part", "个人部分", "delta", total=True),
            TableColumn("amount", "发生额", "delta", total=True),
        )
        empty = "这个年度没有发生额"
        years = fund_years(account, origin.business_date)
        year = data.get("year") or (years[0] if years else None)
        if year not in years:
            return Table(columns, [], caption="个人年度对账单", filters=("fund_kind", "year"), empty=empty)
        made = queries.year_statement(account, year, origin.business_date)
        rows = [
            {
                "label": line.label,
                "times": line.times,
                "employer_part": line.employer_part,
                "employee_part": line.employee_part,
                "amount": line.amount,
            }
            for line in made.lines
        ]
        keys = ("times", "employer_part", "employee_part", "amount")
        return Table(
            columns,
            rows,
            caption=f"{year - 1} 年 7 月至 {year} 年 6 月",
            unit="元",
            totals={key: sum((row[key] for row in rows), Decimal(0) if key != "times" else 0) for key in keys},
            filters=("fund_kind", "year"),
            facts=(
                ("个人账号", account.number),
                ("期初余额", yuan(made.opening)),
                ("期末余额", yuan(made.closing)),
                ("截止日期", f"{made.until:%Y-%m-%d}"),
            ),
            empty=empty,
        )


@operations.add
class WhoViewed(Query):
    """谁看过我 (个人信息保护法 第四十四条): who of the centre looked, when, in which post, what for."""

    code = "accounts.who_viewed"
    item = "Q-VIEW"
    label = "谁看过我"
    target = "person"
    roles = frozenset({SELF})

    class Input(serializers.Serializer):
        since = DayField(label="起始日期", required=False)
        until = DayField(label="截止日期", required=False)

    def rows(self, origin, target, data):
        rows = AuditEntry.objects.filter(kind=EntryKind.VIEW, party=str(target), disclosed=True)
        if since := data.get("since"):
            rows = rows.filter(business_date__gte=since)
        if until := data.get("until"):
            rows = rows.filter(business_date__lte=until)
        columns = (
            TableColumn("at", "时间", "datetime"),
            TableColumn("who", "查看人"),
            TableColumn("place", "部门"),
            TableColumn("fields", "查看内容"),
            TableColumn("reason", "事由"),
            TableColumn("case_no", "办件"),
        )
        return Table(
            columns,
            rows.values("at", "roles", "branch", "after", "reason", "case_no"),
            caption="谁看过我",
            order=("-id",),
            finish=_viewers,
            filters=("since", "until"),
            empty="还没有人查看过。工作人员为您办理业务时的每次查看都会记在这里",
        )


def _viewers(page):
    """Posts and branches, not names: whom to ask is the centre, and a clerk is a person too."""
    branches = dict(Branch.objects.filter(pk__in={row["branch"] for row in page}).values_list("pk", "name"))
    shown = []
    for row in page:
        posts = [BY_CODE[code].name for code in row["roles"].split(",") if code in BY_CODE]
        fields = json.loads(row["after"]).get("字段", "") if row["after"] else ""
        shown.append(
            row
            | {
                "who": "、".join(posts) or "工作人员",
                "place": branches.get(row["branch"], "中心"),
                "fields": fields,
            }
        )
    return shown
