"""单位缴存登记: employers and their accounts per fund kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, connection, transaction

from accounts.assessing import assessor
from accounts.enums import FundKind
from accounts.ledger import services as ledger
from accounts.ledger.services import NewSubaccount
from accounts.models import Employer, EmployerAccount
from accounts.models.employers import employer_name_key
from accounts.rules.states import EmployerEvent, next_employer_status
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit import crypto, identity_numbers, names
from servicehub.kit.identity_numbers import IdType
from servicehub.kit.months import Month

SUSPENSE_SUBJECT = "21901"
SUSPENSE_OWNER = "employer_account"


@dataclass(frozen=True, slots=True)
class NewEmployerAccount:
    """Rates are fractions (0.12)."""

    employer_rate: Decimal
    employee_rate: Decimal
    first_month: Month
    fund_kind: str = FundKind.HOUSING.value


@dataclass(frozen=True, slots=True)
class NewEmployer:
    name: str
    credit_code: str
    address: str
    area: str
    klass: str
    branch: int
    accounts: tuple[NewEmployerAccount, ...]
    legal_name: str = ""
    legal_id_type: str = IdType.RESIDENT.value
    legal_id_number: str = ""
    phone: str = ""
    postcode: str = ""
    email: str = ""
    pay_day: int | None = None
    payer_account: str = ""
    payer_name: str = ""
    payer_bank: str = ""
    entrusted_bank: str = ""
    affiliation: str = ""
    economic_type: str = ""
    industry: str = ""
    established_on: date | None = None


def employer_findings(origin: Origin, new: NewEmployer) -> list[Finding]:
    """Everything that stands against a registration, at once."""
    code = identity_numbers.normalise_credit_code(new.credit_code)
    found = [*identity_numbers.check_credit_code(code)]
    live = Employer.objects.live()
    if taken := live.filter(credit_code=code).first():
        words = f"这个统一社会信用代码已登记，单位账号 {taken.number}"
        found.append(Finding("EMPLOYER-CODE", words, field="credit_code", remedy="查询该单位，办理单位信息变更"))
    if live.filter(name_key=employer_name_key(new.name)).exclude(credit_code=code).exists():
        remedy = "核对单位名称；同名单位到柜台核实"
        found.append(Finding("EMPLOYER-NAME", "已有同名的在缴单位", field="name", remedy=remedy))
    if live.filter(address=new.address.strip()).exclude(credit_code=code).exists():
        words = "另一单位登记在同一地址"
        found.append(Finding("EMPLOYER-ADDRESS", words, field="address", remedy="写明楼号、房间号后再办"))
    if new.legal_id_number:
        number = identity_numbers.normalise_id_number(new.legal_id_type, new.legal_id_number)
        found.extend(
            identity_numbers.check_id_number(new.legal_id_type, number, origin.business_date, "legal_id_number")
        )
    if new.established_on and new.established_on > origin.business_date:
        found.append(Finding("EMPLOYER-SET-UP", "设立日期还没有到", field="established_on", remedy="照登记证书填写"))
    for account in new.accounts:
        found.extend(_account_findings(new, account))
    return found


def _account_findings(new: NewEmployer, account: NewEmployerAccount) -> list[Finding]:
    found = []
    if new.established_on and account.first_month < Month.of(new.established_on):
        words = f"首次汇缴年月 {account.first_month} 早于单位设立的 {Month.of(new.established_on)}"
        found.append(Finding("EMPLOYER-FIRST", words, field="first_month", remedy="改为设立当月或以后的月份"))
    found.extend(
        assessor().rates(
            month=account.first_month,
            area=new.area,
            klass=new.klass,
            fund_kind=account.fund_kind,
            employer_rate=account.employer_rate,
            employee_rate=account.employee_rate,
        )
    )
    return found


def register_employers(origin: Origin, employers: Sequence[NewEmployer]) -> list[Employer]:
    """Register employers with their accounts (开户) and suspense sub-accounts, in a few statements for any number.

    :raises DomainError: ``employer.taken``: a code or a name is registered already.
    """
    origin.require_pass()
    with transaction.atomic():
        numbers = _numbers(len(employers))
        try:
            with transaction.atomic():
                rows = Employer.objects.bulk_create(
                    _row(origin, new, number) for new, number in zip(employers, numbers, strict=True)
                )
        except IntegrityError as clash:
            if "employer_one_per" not in str(clash):
                raise
            words = "统一社会信用代码或单位名称刚被另一笔业务登记"
            raise DomainError("employer.taken", Finding("EMPLOYER-TAKEN", words, remedy="查询该单位后再办")) from clash
        _open_accounts(origin, zip(rows, employers, strict=True))
    return rows


def open_employer_account(origin: Origin, employer: Employer, new: NewEmployerAccount) -> EmployerAccount:
    """A further fund kind for an employer: 新职工补贴 beside 住房公积金."""
    origin.require_pass()
    with transaction.atomic():
        return _write_accounts(origin, [(employer, new)])[0]


def _open_accounts(origin: Origin, registered: Iterable[tuple[Employer, NewEmployer]]) -> None:
    _write_accounts(origin, [(row, account) for row, new in registered for account in new.accounts])


def _write_accounts(origin: Origin, wanted: list[tuple[Employer, NewEmployerAccount]]) -> list[EmployerAccount]:
    status = next_employer_status(None, EmployerEvent.REGISTER)
    accounts = EmployerAccount.objects.bulk_create(
        EmployerAccount(
            employer=employer,
            fund_kind=new.fund_kind,
            status=status.value,
            employer_rate=new.employer_rate,
            employee_rate=new.employee_rate,
            first_month=int(new.first_month),
            opened_on=origin.business_date,
        )
        for employer, new in wanted
    )
    ledger.open_subaccounts(
        origin,
        SUSPENSE_SUBJECT,
        SUSPENSE_OWNER,
        [NewSubaccount(account.pk, account.employer.branch_id, account.pk) for account in accounts],
    )
    ids = ledger.subaccount_ids(SUSPENSE_SUBJECT, SUSPENSE_OWNER, [account.pk for account in accounts])
    for account in accounts:
        account.suspense_id = ids[account.pk]
    EmployerAccount.objects.bulk_update(accounts, ["suspense_id"])
    return accounts


def _numbers(count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_employer_number() FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def _row(origin: Origin, new: NewEmployer, number: str) -> Employer:
    id_number = identity_numbers.normalise_id_number(new.legal_id_type, new.legal_id_number)
    payer_account = identity_numbers.half_width(new.payer_account)
    return Employer(
        number=number,
        name=new.name.strip(),
        name_key=employer_name_key(new.name),
        credit_code=identity_numbers.normalise_credit_code(new.credit_code),
        address=new.address.strip(),
        area=new.area,
        klass=new.klass,
        affiliation=new.affiliation,
        economic_type=new.economic_type,
        industry=new.industry,
        postcode=new.postcode,
        email=new.email,
        phone=new.phone,
        pay_day=new.pay_day,
        legal_name=names.normalise_name(new.legal_name) or None,
        legal_id_type=new.legal_id_type,
        legal_id_number=id_number or None,
        legal_id_index=crypto.blind_index(id_number, crypto.ID_NUMBER) if id_number else None,
        payer_account=payer_account or None,
        payer_account_index=crypto.blind_index(payer_account, crypto.BANK_CARD) if payer_account else None,
        payer_name=new.payer_name.strip(),
        payer_bank=new.payer_bank.strip(),
        entrusted_bank=new.entrusted_bank,
        certificate_number=number,
        branch_id=new.branch,
        established_on=new.established_on,
        opened_on=origin.business_date,
    )
