"""职工账户设立 at the counter. Whoever has an account already is not given a second one: it is unsealed or transferred."""

from dataclasses import dataclass, replace

from rest_framework import serializers

from accounts.assessing import Assessment, assessor
from accounts.enums import AccountStatus, ChangeKind, FundKind
from accounts.models import EmployerAccount, FundAccount, Membership, Person
from accounts.operations.forms import BankCardField, IdNumberField, MobileField, NameField, OptionalText
from accounts.roles import COUNTER
from accounts.rules.identity import Identity, Likeness, likeness
from accounts.services import opening, rosters
from accounts.services.changes import NewBase
from accounts.services.opening import NewAccount
from servicehub.declare import Change, DomainError, Finding, NextStep, Operation, Outcome, Party, Severity
from servicehub.declare.registry import operations
from servicehub.kit import crypto
from servicehub.kit.amounts import yuan
from servicehub.kit.fields import ChoiceField, MoneyField, MonthField
from servicehub.kit.identity_numbers import IdType, birth_date
from servicehub.kit.masks import mask_account, mask_id_number, mask_name
from servicehub.kit.months import Month

ITEMS = {ChangeKind.OPEN: "J-OPEN", ChangeKind.UNSEAL: "J-UNSL", ChangeKind.TRANSFER_IN: "J-TRIN"}
NAMESAKES_MAX = 200
EARLIEST_REMEDY = "少缴的月份办理补缴"


class PersonStep(serializers.Serializer):
    title = "职工信息"

    id_type = ChoiceField(label="证件类型", choices=IdType.choices, default=IdType.RESIDENT.value)
    id_number = IdNumberField()
    name = NameField()
    mobile = MobileField(required=False, allow_blank=True, default="")
    bank_card = BankCardField(required=False, allow_blank=True, default="", help_text="本人储蓄卡，提取时收款")
    bank_name = OptionalText(label="开户银行", max_length=60)


class DepositStep(serializers.Serializer):
    title = "缴存信息"

    fund_kind = ChoiceField(label="资金性质", choices=FundKind.choices(), default=FundKind.HOUSING.value)
    month = MonthField(label="首次汇缴年月")
    wage = MoneyField(label="月工资", min_value=0, help_text="照实填写；低于下限或高于上限的，缴存基数按上下限取定")


@dataclass(frozen=True, slots=True)
class Route:
    """What opening an account comes to for this person: a new one, or the one they have."""

    kind: ChangeKind
    person: Person | None = None
    account: FundAccount | None = None
    employer: str = ""

    @property
    def words(self) -> str:
        match self.kind:
            case ChangeKind.UNSEAL:
                return "本单位的封存账户启封"
            case ChangeKind.TRANSFER_IN:
                return f"由“{self.employer}”转入并启封" if self.employer else "转入并启封"
        return "新开户"


def route_of(account: EmployerAccount, data) -> Route:
    person = Person.objects.identified(data["id_type"], data["id_number"]).first()
    if person is None:
        return Route(ChangeKind.OPEN)
    live = person.fund_accounts.live().filter(fund_kind=account.fund_kind).first()
    if live is None or live.status != AccountStatus.SEALED:
        return Route(ChangeKind.OPEN, person, live)
    spells = Membership.objects.open().filter(fund_account=live)
    spell = spells.select_related("employer_account__employer").first()
    if spell is None:
        return Route(ChangeKind.OPEN, person, live)
    here = spell.employer_account_id == account.pk
    return Route(
        ChangeKind.UNSEAL if here else ChangeKind.TRANSFER_IN, person, live, spell.employer_account.employer.name
    )


def account_of(target: Party, fund_kind: str) -> EmployerAccount:
    rows = EmployerAccount.objects.of(target.id, fund_kind).exclude(status="04").select_related("employer")
    account = rows.first()
    if account is None:
        words = f"单位没有{FundKind(fund_kind).label}账户"
        raise DomainError("account.none", Finding("ACCOUNT-NONE", words, field="fund_kind", remedy="先为单位开户"))
    return account


@operations.add
class OpenAccount(Operation):
    code = "accounts.open_account"
    item = "J-OPEN"
    label = "职工账户设立"
    target = "employer"
    roles = COUNTER
    steps = (PersonStep, DepositStep)
    counter_code = "1201"

    def initial(self, origin, target):
        account = EmployerAccount.objects.of(target.id).exclude(status="04").first()
        month = {"month": str(account.month_due)} if account else {}
        return {"id_type": IdType.RESIDENT.value, "fund_kind": FundKind.HOUSING.value, **month}

    def items(self, origin, target, data):
        return [ITEMS[route_of(account_of(target, data["fund_kind"]), data).kind]]

    def claims(self, origin, target, data):
        route = route_of(account_of(target, data["fund_kind"]), data)
        item = ITEMS[route.kind]
        # The employer's register must not move beneath a confirmed month; the person's account has one change at a time.
        return [(target, item), *([(route.person.party, item)] if route.person else [])]

    def summary(self, origin, target, data):
        account = account_of(target, data["fund_kind"])
        amounts = _assessed(account, data)
        return [
            ("办理方式", route_of(account, data).words),
            ("缴存基数", yuan(amounts.base)),
            ("单位月缴存额", yuan(amounts.employer_amount)),
            ("个人月缴存额", yuan(amounts.employee_amount)),
            ("月缴存额合计", yuan(amounts.employer_amount + amounts.employee_amount)),
        ]

    def button(self, origin, target, data):
        return "为{name}开户".format(name=mask_name(data["name"]))

    def check(self, origin, target, data):
        account = account_of(target, data["fund_kind"])
        route, month = route_of(account, data), Month.of(data["month"])
        amounts = _assessed(account, data)
        findings = [*_month_findings(origin, account, month), *_renamed(amounts.findings)]
        found = opening.opening_findings(origin, account, [_new_account(data, amounts)])
        opened = [replace(one, line=None) for one in found]  # one person at the window is no line of a list
        if route.kind is ChangeKind.OPEN:
            return [*findings, *opened, *([] if route.person else _alike(data))]
        told = Finding(
            code=f"ROUTE-{route.kind.value.upper()}",
            message=f"这名职工已有封存账户 {mask_account(route.account.number)}，本次按“{route.words}”办理，不另开户",
            severity=Severity.NOTICE,
            field="id_number",
        )
        others = [finding for finding in opened if finding.code not in {"OPEN-UNSEAL", "OPEN-TRANSFER"}]
        moved = rosters.findings(origin, account, route.kind, month, [_new_base(route.account, amounts)])
        return [told, *findings, *others, *moved]

    def execute(self, origin, target, data):
        account = account_of(target, data["fund_kind"])
        route, month, amounts = route_of(account, data), Month.of(data["month"]), _assessed(account, data)
        match route.kind:
            case ChangeKind.UNSEAL:
                rosters.unseal(origin, account.pk, month, [_new_base(route.account, amounts)])
            case ChangeKind.TRANSFER_IN:
                rosters.transfer_in(origin, account.pk, month, [_new_base(route.account, amounts)])
            case _:
                opening.open_accounts(origin, account.pk, month, [_new_account(data, amounts)])
        person = Person.objects.identified(data["id_type"], data["id_number"]).get()
        opened = person.fund_accounts.live().get(fund_kind=account.fund_kind)
        name = mask_name(data["name"])
        total = amounts.employer_amount + amounts.employee_amount
        change = Change(
            f"accounts.fund_account:{opened.pk}",
            route.kind.label,
            f"{name} {mask_account(opened.number)}",
            after={"单位": account.employer.name, "缴存基数": yuan(amounts.base), "生效年月": str(month)},
        )
        return Outcome(
            f"已为{name}办理{route.kind.label}，{month.words}起缴存",
            changes=(change,),
            rows=(
                ("姓名", name),
                ("个人账号", opened.number),
                ("办理方式", route.words),
                ("缴存基数", yuan(amounts.base)),
                ("月缴存额", yuan(total)),
                ("起缴年月", str(month)),
            ),
            next_steps=(NextStep("查看个人账户", f"person/{person.token}/"),),
            facts={"person": person.token, "account": opened.number, "kind": route.kind.value},
        )

    @classmethod
    def example(cls):
        return {
            "id_type": IdType.RESIDENT.value,
            "id_number": "990000199001010017",
            "name": "周桂英",
            "mobile": "13900001111",
            "fund_kind": FundKind.HOUSING.value,
            "month": "2026-11",
            "wage": "6500.00",
        }


def _assessed(account: EmployerAccount, data) -> Assessment:
    return assessor().amounts(account, Month.of(data["month"]), [data["wage"]])[0]


def _new_account(data, amounts: Assessment) -> NewAccount:
    return NewAccount(
        id_number=data["id_number"],
        name=data["name"],
        id_type=data["id_type"],
        mobile=data["mobile"],
        bank_card=data["bank_card"],
        bank_name=data["bank_name"],
        wage=amounts.wage,
        base=amounts.base,
        employer_amount=amounts.employer_amount,
        employee_amount=amounts.employee_amount,
    )


def _new_base(account: FundAccount, amounts: Assessment) -> NewBase:
    return NewBase(account.pk, amounts.wage, amounts.base, amounts.employer_amount, amounts.employee_amount)


def _month_findings(origin, account: EmployerAccount, month: Month) -> list[Finding]:
    findings = []
    if account.paid_through and int(month) <= account.paid_through:
        words = f"{month} 已汇缴入账，不能再改"
        findings.append(
            Finding("R15", words, field="month", remedy=f"改为 {account.month_due} 或以后；{EARLIEST_REMEDY}")
        )
    elif int(month) < account.first_month:
        words = f"单位自 {Month.of(account.first_month)} 起缴，职工不能更早"
        findings.append(Finding("OPEN-EARLY", words, field="month", remedy=f"改为 {account.month_due} 或以后"))
    if month > Month.of(origin.business_date).next:
        words = f"{month.words}还早，最多提前一个月办理"
        findings.append(Finding("OPEN-LATE", words, field="month", remedy=f"改为 {account.month_due}"))
    return findings


def _alike(data) -> list[Finding]:
    """Somebody of the same name under another document: asked about, never told whose number it is."""
    given = Identity(
        data["id_type"],
        data["id_number"],
        data["name"],
        birth_date(data["id_type"], data["id_number"]),
        data["mobile"],
    )
    namesakes = Person.objects.filter(name_index=crypto.blind_index(data["name"], crypto.NAME)).order_by("pk")
    findings = []
    for row in namesakes[:NAMESAKES_MAX]:
        known = Identity(row.id_type, row.id_number, row.name, row.birth_date, row.mobile or "")
        if likeness(given, known) is Likeness.ALIKE:
            document = f"{row.get_id_type_display()} {mask_id_number(row.id_number)}"
            findings.append(
                Finding(
                    code="OPEN-ALIKE",
                    message=f"已登记一名情况相同的职工（{document}），核对是否同一人",
                    severity=Severity.WARNING,
                    field="id_number",
                    remedy="是同一人的，先办个人信息变更，不另开户",
                )
            )
    return findings


def _renamed(findings) -> list[Finding]:
    """The rule of deposits speaks of a base; on this form the field is the wage."""
    import dataclasses

    return [dataclasses.replace(one, field="wage") if one.field == "base" else one for one in findings]
