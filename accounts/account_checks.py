"""Balance checks of the registers: what is stored twice agrees, and what is encrypted is what its index says."""

from pathlib import Path

from django.db import connection

from accounts.models import FundAccount, Person
from servicehub.declare import BalanceCheck, Finding, Origin
from servicehub.declare.registry import checks
from servicehub.kit import crypto
from servicehub.kit.masks import mask_account
from servicehub.kit.sql_files import statement

APP = Path(__file__).resolve().parent
FINDINGS_MAX = 200
CHUNK = 2_000

DIFFERENCES = {
    "roster": "账户状态与名册不符：在用账户应在一个单位的名册上，销户账户不应在",
    "status": "账户状态与名册上的正常或封存不符",
    "employer": "总账中的所属单位与名册不符",
    "base": "缴存基数和月缴存额与最近一次申报记录不符",
}
SEALED_FIELDS = (
    ("id_number", "id_index", crypto.ID_NUMBER, "证件号码"),
    ("name", "name_index", crypto.NAME, "姓名"),
    ("mobile", "mobile_index", crypto.MOBILE, "手机号码"),
    ("bank_card", "bank_card_index", crypto.BANK_CARD, "银行卡号"),
)


def state_agrees(origin: Origin) -> list[Finding]:
    """Status, employer and base of every account against its spells and base records. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/state_differs.sql"), [FINDINGS_MAX])
        found = cursor.fetchall()
    numbers = dict(FundAccount.objects.filter(pk__in=[pk for pk, _ in found]).values_list("pk", "number"))
    return [
        Finding(
            code=f"accounts.{what}_differs",
            message=f"{mask_account(numbers[pk])}：{DIFFERENCES[what]}",
            remedy="核对该账户的名册变更和审计记录，由业务岗更正",
            facts={"object": f"accounts.fund_account:{pk}"},
        )
        for pk, what in found
    ]


def indexes_agree(origin: Origin) -> list[Finding]:
    """Every encrypted field reads back, and is the one its blind index was made of: a ciphertext copied from another
    row, or an index written without its number, shows here.
    """
    found: list[Finding] = []
    rows = Person.objects.order_by("pk").only("pk", *(name for field in SEALED_FIELDS for name in field[:2]))
    last = 0
    while chunk := _readable(rows.filter(pk__gt=last)[:CHUNK], last, found):
        for person in chunk:
            found.extend(_differing(person))
        last = chunk[-1].pk
        if len(found) >= FINDINGS_MAX:
            break
    return found[:FINDINGS_MAX]


def _readable(rows, last: int, found: list[Finding]) -> list[Person]:
    """A chunk of people; where one cannot be decrypted, one by one, so that the others are still looked at."""
    try:
        return list(rows)
    except crypto.Unreadable:
        readable = []
        for pk in Person.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]:
            try:
                readable.append(Person.objects.get(pk=pk))
            except crypto.Unreadable:
                found.append(_fault(pk, "有密文不能解密"))
        return readable


def _differing(person: Person) -> list[Finding]:
    faults = []
    for field, index, domain, label in SEALED_FIELDS:
        value, stored = getattr(person, field), getattr(person, index)
        if value and crypto.blind_index(value, domain) != stored:
            faults.append(_fault(person.pk, f"{label}的密文与盲索引不是同一个值"))
    return faults


def _fault(pk: int, words: str) -> Finding:
    return Finding(
        code="accounts.index_differs",
        message=f"编号 {pk} 的职工：{words}",
        remedy="由信息科从备份和审计记录核实该行",
        facts={"object": f"accounts.person:{pk}"},
    )


STATE = checks.add(
    BalanceCheck(
        "accounts.state_agrees",
        "账户状态、单位、基数与名册和申报记录一致",
        state_agrees,
        blocks_day_close=False,
        basis="JGJ/T 320-2014 表 5.0.4",
    )
)
INDEXES = checks.add(
    BalanceCheck(
        "accounts.indexes_agree",
        "加密字段可读且与盲索引一致",
        indexes_agree,
        blocks_day_close=False,
        basis="GB/T 39786-2021",
        pace="week",
        owner="security_admin",
    )
)
