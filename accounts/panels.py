"""Blocks about accounts on the home pages and the customer view, and the ways to the lists behind them."""

from dataclasses import replace
from decimal import Decimal

from accounts import queries
from accounts.ledger import services as ledger
from accounts.models import EmployerAccount, Person
from accounts.operations.employer_lookups import EmployerProfile
from accounts.operations.person_lookups import PersonAccounts
from accounts.operations.receipts import ACCOUNTANTS
from accounts.operations.voucher_lookups import BOOK_READERS
from accounts.roles import AGENT_ADMINS, AGENTS, COUNTER_READERS, SELF
from accounts.wall import WALL_READERS, wall_context
from servicehub import audit, parties
from servicehub.cases.models import Case
from servicehub.declare import Entry, Origin, Panel, Party
from servicehub.declare.registry import entries, panels
from servicehub.kit import charts
from servicehub.kit.amounts import yuan
from servicehub.kit.masks import mask_account, mask_address, mask_bank_card, mask_mobile
from servicehub.kit.months import Month, months_from_to

MONTHS_SHOWN = 12


def balance_context(origin: Origin, party: Party) -> dict | None:
    """余额 of each live account, the rules behind it, and what was deposited in the last twelve months."""
    views = [one for one in queries.person_accounts(party.id, origin.business_date) if one.account.closed_on is None]
    if not views:
        return None
    return {"accounts": [_account(origin, one) for one in views]}


def _account(origin: Origin, view: queries.AccountView) -> dict:
    balance = view.balance
    return {
        "fund_kind": view.account.get_fund_kind_display(),
        "status": f"fund_account:{view.status}",
        "frozen": any(one.kind == "freeze" for one in view.restrictions),
        "balance": balance.total if balance else Decimal(0),
        "facts": (
            ("个人账号", mask_account(view.account.number)),
            ("单位", view.employer or "—"),
            ("缴至", str(Month.of(view.paid.through)) if view.paid.through else "还没有缴存"),
            ("上年结转", yuan(balance.carried if balance else 0)),
            ("当年归集", yuan(balance.current if balance else 0)),
            ("缴存基数", yuan(view.account.base)),
            (
                "月缴存额",
                (
                    f"{yuan(view.monthly)}（单位 {yuan(view.account.employer_amount)}，"
                    f"个人 {yuan(view.account.employee_amount)}）"
                ),
            ),
        ),
        "chart": deposit_chart(origin, view),
    }


def deposit_chart(origin: Origin, view: queries.AccountView) -> charts.Drawing | None:
    """Twelve months of deposits, employer's and own part on one another; a month without is a gap that shows."""
    last = Month.of(origin.business_date)
    first = last - (MONTHS_SHOWN - 1)
    paid = {one.month: one for one in queries.months_paid(view.account.subaccount_id, first)}
    if not paid:
        return None
    months = list(months_from_to(first, last))
    parts = [paid.get(int(month)) for month in months]
    series = (
        charts.Series("单位部分", tuple(part.employer_part if part else Decimal(0) for part in parts)),
        charts.Series("个人部分", tuple(part.employee_part if part else Decimal(0) for part in parts)),
    )
    total = sum((one.employer_part + one.employee_part for one in paid.values()), Decimal(0))
    finding = f"近 {MONTHS_SHOWN} 个月缴存 {len(paid)} 个月，合计 {yuan(total)}。"
    return charts.stacked([str(month) for month in months], series, "元", finding)


def particulars_context(origin: Origin, party: Party) -> dict | None:
    person = Person.objects.filter(pk=party.id).first()
    if person is None:
        return None
    return {
        "facts": (
            ("手机号码", mask_mobile(person.mobile) or "没有登记"),
            ("银行卡", mask_bank_card(person.bank_card, person.bank_name) or "没有登记"),
            ("住址", mask_address(person.address) or "没有登记"),
        )
    }


def person_context(origin: Origin, party: Party) -> dict:
    """The customer view: the same list the person reads. Opening it is a look, and is written down as one."""
    table = PersonAccounts().rows(origin, party, {})
    audit.record_view(origin, party, [column.label for column in table.columns], purpose="查看客户")
    return {"table": table}


def employer_context(origin: Origin, party: Party) -> dict:
    """What the head of the customer view says already is not said again below it."""
    table, card = EmployerProfile().rows(origin, party, {}), parties.card(party)
    said = {card.number, *(value for _, value in card.details)}
    return {"table": replace(table, facts=tuple(fact for fact in table.facts if fact[1] not in said))}


def roster_context(origin: Origin, party: Party) -> dict | None:
    """名册: heads depositing and sealed, and the month's amount, of each fund kind."""
    accounts = list(EmployerAccount.objects.filter(employer=party.id).exclude(status="04").order_by("fund_kind"))
    if not accounts:
        return None
    totals = queries.employer_totals([one.pk for one in accounts], Month.of(origin.business_date))
    rows = [
        {
            "fund_kind": one.get_fund_kind_display(),
            "depositing": totals[one.pk].depositing,
            "sealed": totals[one.pk].sealed,
            "monthly": totals[one.pk].monthly,
            "balance": totals[one.pk].balance,
        }
        for one in accounts
    ]
    return {"rows": rows}


VOUCHERS_SHOWN = 10


def case_vouchers_context(origin: Origin, party: Party) -> dict | None:
    """What a case booked, for those who keep the books: the way back from business to its vouchers."""
    number = Case.objects.values_list("number", flat=True).filter(pk=party.id).first()
    found = ledger.vouchers_of_case(number) if number else None
    if not found:
        return None
    answered = set(found.filter(reversed_by__isnull=False).values_list("pk", flat=True))
    count = found.count()
    return {
        "number": number,
        "vouchers": [
            {"voucher": one.pk, "day": one.business_date, "summary": one.summary, "reversed": one.pk in answered}
            for one in found[:VOUCHERS_SHOWN]
        ],
        "more": count if count > VOUCHERS_SHOWN else 0,
    }


for _panel in (
    Panel("accounts.case_vouchers.counter", "counter", "case", "凭证", "accounts/panels/case_vouchers.html",
          case_vouchers_context, BOOK_READERS, 10),
    Panel("accounts.case_vouchers.switchboard", "switchboard", "case", "凭证", "accounts/panels/case_vouchers.html",
          case_vouchers_context, BOOK_READERS, 10),
    Panel("accounts.balance", "my", "home", "账户", "accounts/panels/balance.html", balance_context, order=10),
    Panel("accounts.particulars", "my", "about", "联系方式", "accounts/panels/facts.html", particulars_context, order=10),
    Panel("accounts.wall", "switchboard", "wall", "四方相等", "accounts/panels/wall.html", wall_context, WALL_READERS, 10),
    Panel("accounts.roster", "employer", "home", "职工名册", "accounts/panels/roster.html", roster_context, AGENTS, 30),
    Panel(
        "accounts.person", "counter", "party:person", "个人账户", "accounts/panels/table.html", person_context,
        COUNTER_READERS, 10,
    ),
    Panel(
        "accounts.employer", "counter", "party:employer", "单位账户", "accounts/panels/table.html", employer_context,
        COUNTER_READERS, 10,
    ),
):  # fmt: skip
    panels.add(_panel)


def _list(code: str, face: str, label: str, item: str, roles: frozenset[str], order: int, key: str = "") -> Entry:
    return Entry(f"{code}.{face}", face, label, lambda base: f"{base}list/{code}/", item, roles, key, order)


for _entry in (
    _list("accounts.roster", "employer", "职工清册", "Q-ROST", AGENTS, 40),
    _list("accounts.employer_profile", "employer", "单位账户信息", "Q-UNIT", AGENTS, 50),
    _list("accounts.agent_grants", "employer", "经办人", "S-GRANT", AGENT_ADMINS, 60),
    _list("accounts.person_postings", "my", "账户明细", "Q-ACC", frozenset({SELF}), 10),
    _list("accounts.person_statement", "my", "年度对账单", "Q-STMT", frozenset({SELF}), 20),
    _list("accounts.who_viewed", "my", "谁看过我", "Q-VIEW", frozenset({SELF}), 90),
    _list("accounts.employers", "counter", "单位清单", "Q-UNIT", COUNTER_READERS, 20),
    Entry("accounts.wall.counter", "counter", "平衡墙", lambda base: "/switchboard/wall/", "", WALL_READERS, "", 59),
    _list("accounts.bank_statement", "counter", "银行流水", "S-RECON", ACCOUNTANTS, 60),
    _list("accounts.unknown_receipts", "counter", "待查来款", "S-CLAIM", ACCOUNTANTS, 61),
):
    entries.add(_entry)
