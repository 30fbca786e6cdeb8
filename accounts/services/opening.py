"""Registering people and opening their accounts, one or a hundred thousand, in the same few statements.

What must not lie in the clear is encrypted and indexed here, once, before anything reaches a table.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F, QuerySet

from accounts.enums import ChangeKind, FundKind
from accounts.ledger import services as ledger
from accounts.models import EmployerAccount, FundAccount, RosterChange
from accounts.services import changes
from accounts.services.changes import APP, FINDINGS_MAX, Part
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit import crypto, identity_numbers, names
from servicehub.kit.copying import copy_rows
from servicehub.kit.identity_numbers import IdType
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement

PERSON_SUBJECT = "201"
PERSON_OWNER = "fund_account"

STAGE_COLUMNS = (
    "change_id", "employer_account_id", "line", "id_type", "id_number", "id_index", "name", "name_index", "name_key",
    "sex", "birth_date", "mobile", "mobile_index", "bank_card", "bank_card_index", "bank_name", "wage", "base",
    "employer_amount", "employee_amount",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Somebody to open an account for, as declared. ``line`` is how the caller counts (0: the order given).

    Amounts in yuan; ``base`` and the two sides come from the rule of deposits, ``wage`` is what was declared.
    """

    id_number: str
    name: str
    wage: Decimal
    base: Decimal
    employer_amount: Decimal
    employee_amount: Decimal
    id_type: str = IdType.RESIDENT.value
    mobile: str = ""
    bank_card: str = ""
    bank_name: str = ""
    line: int = 0


def normalised(row: NewAccount, place: int = 0) -> NewAccount:
    return replace(
        row,
        id_number=identity_numbers.normalise_id_number(row.id_type, row.id_number),
        name=names.normalise_name(row.name),
        mobile=identity_numbers.normalise_mobile(row.mobile) if row.mobile else "",
        bank_card=identity_numbers.normalise_bank_card(row.bank_card) if row.bank_card else "",
        line=row.line or place,
    )


def form_findings(origin: Origin, row: NewAccount) -> list[Finding]:
    """Faults that show without the registers. ``row`` is normalised."""
    found = [
        *identity_numbers.check_id_number(row.id_type, row.id_number, origin.business_date),
        *names.check_name(row.name),
    ]
    if row.mobile:
        found.extend(identity_numbers.check_mobile(row.mobile))
    if row.bank_card:
        found.extend(identity_numbers.check_bank_card(row.bank_card))
    return [replace(finding, line=row.line) for finding in found] if row.line else found


def opening_findings(origin: Origin, account: EmployerAccount, rows: Sequence[NewAccount]) -> list[Finding]:
    """Everything that stands against these openings, before anything is done; writes nothing that stays."""
    people = [normalised(row, place) for place, row in enumerate(rows, 1)]
    found = [finding for row in people for finding in form_findings(origin, row)]
    with transaction.atomic(), connection.cursor() as cursor:
        _fill_stage(cursor, ((RosterChange(employer_account=account), row) for row in people))
        found.extend(_judged(cursor))
    return found[:FINDINGS_MAX]


def open_accounts(
    origin: Origin,
    account: int,
    month: Month,
    rows: Iterable[NewAccount],
    change: RosterChange | None = None,
) -> RosterChange:
    """个人设立: register whoever is not known, give everybody an account, depositing from ``month`` on.

    :raises DomainError: ``opening.refused`` with every fault by line; nothing is opened then.
    """
    origin.require_pass()
    with transaction.atomic():
        owner = changes.lock_employer_account(account)
        head = change or changes.begin(origin, owner, ChangeKind.OPEN, month)
        _open(origin, month, [Part(head, rows)])
    return head


def open_each(origin: Origin, month: Month, parts: Sequence[Part]) -> None:
    """The same for many employers, each under its own head: lists of a month taken over together. All or nothing.

    :raises DomainError: ``roster.employer``, ``opening.refused``.
    """
    origin.require_pass()
    if not parts:
        return
    with transaction.atomic():
        changes.lock_employer_accounts({part.change.employer_account_id for part in parts})
        _open(origin, month, parts)


def _open(origin: Origin, month: Month, parts: Sequence[Part]) -> None:
    with connection.cursor() as cursor:
        faults: list[Finding] = []
        staged = _fill_stage(cursor, _sound(origin, parts, faults))
        faults.extend(_judged(cursor))
        if faults:
            raise DomainError("opening.refused", *faults[:FINDINGS_MAX])
        try:
            _write(cursor, origin, month, staged)
        except IntegrityError as clash:
            raise _raced(clash) from clash
        _run(cursor, "finish")


def opened_by(*heads: RosterChange) -> list[FundAccount]:
    """The accounts these changes opened: by the number of the change, then in the order given."""
    return list(_opened(heads).select_related("person"))


def ids_opened_by(*heads: RosterChange) -> list[int]:
    """The same, for callers with tens of thousands."""
    return list(_opened(heads).values_list("pk", flat=True))


def _opened(heads: Sequence[RosterChange]) -> QuerySet[FundAccount]:
    rows = FundAccount.objects.filter(
        memberships__employer_account__in={head.employer_account_id for head in heads},
        memberships__opened_by__in=[head.pk for head in heads],
        # Nobody who was unsealed or transferred in under the same head.
        memberships__from_month=F("first_month"),
    )
    return rows.order_by("memberships__opened_by", "pk")


def _sound(origin: Origin, parts: Iterable[Part], faults: list[Finding]) -> Iterator[tuple[RosterChange, NewAccount]]:
    rows = ((part.change, row) for part in parts for row in part.source)
    for place, (head, row) in enumerate(rows, 1):
        person = normalised(row, place)
        faults.extend(form_findings(origin, person))
        yield head, person


def _fill_stage(cursor: CursorWrapper, people: Iterable[tuple[RosterChange, NewAccount]]) -> int:
    cursor.execute(statement(APP, "sql/opening/stage.sql"))
    cursor.execute("TRUNCATE opening_stage")
    staged = copy_rows(cursor, "opening_stage", STAGE_COLUMNS, (_sealed(*given) for given in people))
    # Before the first look at the registers: of an unknown table the planner expects enough to read them whole.
    cursor.execute("ANALYZE opening_stage")
    _run(cursor, "match")
    return staged


def _sealed(head: RosterChange, row: NewAccount) -> tuple:
    """What of a person goes into tables: ciphertext and indexes."""
    return (
        head.pk,
        head.employer_account_id,
        row.line,
        row.id_type,
        crypto.encrypt(row.id_number, "accounts.person.id_number"),
        crypto.blind_index(row.id_number, crypto.ID_NUMBER),
        crypto.encrypt(row.name, "accounts.person.name"),
        crypto.blind_index(row.name, crypto.NAME),
        names.name_key(row.name),
        identity_numbers.sex(row.id_type, row.id_number),
        identity_numbers.birth_date(row.id_type, row.id_number),
        crypto.encrypt(row.mobile, "accounts.person.mobile") if row.mobile else None,
        crypto.blind_index(row.mobile, crypto.MOBILE) if row.mobile else None,
        crypto.encrypt(row.bank_card, "accounts.person.bank_card") if row.bank_card else None,
        crypto.blind_index(row.bank_card, crypto.BANK_CARD) if row.bank_card else None,
        row.bank_name,
        row.wage,
        row.base,
        row.employer_amount,
        row.employee_amount,
    )


def _write(cursor: CursorWrapper, origin: Origin, month: Month, staged: int) -> None:
    known = {"month": int(month), "owner": PERSON_OWNER, "subject": PERSON_SUBJECT, "today": origin.business_date}
    _run(cursor, "number")
    cursor.execute("ANALYZE opening_stage")
    _run(cursor, "persons", known)
    _run(cursor, "known_persons")
    ledger.open_subaccounts(origin, PERSON_SUBJECT, PERSON_OWNER, statement(APP, "sql/opening/units.sql"))
    for step in ("accounts", "spells", "bases"):
        changes.expect(_run(cursor, step, known), staged, step)


def _run(cursor: CursorWrapper, name: str, known: dict | None = None) -> int:
    cursor.execute(statement(APP, f"sql/opening/{name}.sql"), known)
    return cursor.rowcount


def _judged(cursor: CursorWrapper) -> list[Finding]:
    _run(cursor, "guard", {"limit": FINDINGS_MAX})
    return [_finding(*row) for row in cursor.fetchall()]


def _finding(line: int, code: str, word: str, twin: int) -> Finding:
    elsewhere = f"在“{word}”名册上的封存账户" if word else "封存账户"
    message, remedy, field = {
        "R04": (f"与第 {twin} 行是同一人", "只保留一行", "id_number"),
        "R05": (f"这名职工在本单位已是“{word}”状态，不能再新开户", "改为“基数调整”", "id_number"),
        "R06": (f"这名职工在“{word}”仍是正常状态", "先发起转移", "id_number"),
        "OPEN-UNSEAL": ("这名职工有本单位的封存账户，不能另开一户", "改为“启封”", "id_number"),
        "OPEN-TRANSFER": (f"这名职工有{elsewhere}，不能另开一户", "改为“转入”", "id_number"),
        # Never the registered name: whoever types a number must not learn whose it is.
        "OPEN-NAME": ("姓名与该证件号码已登记的姓名不一致", "照证件核对姓名；姓名变更的，先办个人信息变更", "name"),
        "OPEN-MOBILE": (
            f"与第 {twin} 行手机号相同" if twin else "手机号已登记在另一名职工名下",
            "填写本人的手机号",
            "mobile",
        ),
        "OPEN-CARD": (
            f"与第 {twin} 行银行卡号相同" if twin else "银行卡已登记在另一名职工名下",
            "填写本人的银行卡",
            "bank_card",
        ),
        "OPEN-SUBSIDY": (
            f"没有住房公积金账户，不能开{FundKind.SUBSIDY.label}账户",
            "先办住房公积金职工账户设立",
            "id_number",
        ),
    }[code]
    return Finding(code=code, message=message, remedy=remedy, field=field, line=line)


def _raced(clash: IntegrityError) -> DomainError:
    """Two openings of one person at the same moment: the database let one through."""
    once = ("person_one_per_document", "person_mobile_once", "person_bank_card_once", "fund_account_one_live")
    if not any(name in str(clash) for name in once):
        raise clash
    words = "有职工在同一时刻被另一笔业务登记"
    return DomainError("opening.raced", Finding("OPEN-RACED", words, remedy="稍后再办一次，系统会按已登记的账户办理"))
