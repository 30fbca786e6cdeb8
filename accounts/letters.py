"""Papers of a person's account: the deposit certificate and the year's statement."""

from datetime import date

from accounts import queries
from accounts.bank.models import SpecialAccount
from accounts.bank.reconciliation.adjustment import adjust
from accounts.bank.reconciliation.models import Klass
from accounts.models import FundAccount
from accounts.roles import COUNTER_READERS, SELF
from servicehub.declare import Letter, Origin
from servicehub.declare.registry import letters
from servicehub.kit.amounts import yuan
from servicehub.kit.identity_numbers import IdType
from servicehub.kit.masks import mask_account, mask_id_number, mask_name
from servicehub.kit.months import Month

READERS = COUNTER_READERS | {SELF}
CERTIFICATE_DAYS = 90
PURPOSES = {"loan": "办理贷款", "rent": "租房备案", "visa": "出境手续", "school": "子女入学", "other": "其他"}


def subject_of(account: FundAccount, detail: str) -> str:
    """What a letter is about, as the archive names it: the account's row and the purpose or the year."""
    return f"{account.pk}:{detail}"


def _account(subject: str) -> tuple[FundAccount, str]:
    number, _, detail = subject.partition(":")
    return FundAccount.objects.select_related("person", "branch").get(pk=int(number)), detail


def _holder(account: FundAccount) -> dict:
    person = account.person
    return {
        "name": person.name,
        "id_type": IdType(person.id_type).label,
        "id_number": mask_id_number(person.id_number),
        "account": account.number,
    }


def certificate_facts(origin: Origin, subject: str) -> dict:
    """缴存证明: only facts, as of the business date."""
    account, purpose = _account(subject)
    (view,) = [
        one for one in queries.person_accounts(account.person_id, origin.business_date) if one.account == account
    ]
    return {
        "holder": _holder(account),
        "employer": view.employer,
        "fund_kind": account.get_fund_kind_display(),
        "status": view.status,
        "frozen": any(one.kind == "freeze" for one in view.restrictions),
        "opened_on": account.opened_on,
        "paid_through": Month.of(view.paid.through) if view.paid.through else None,
        "months": view.paid.months,
        "base": account.base,
        "employer_amount": account.employer_amount,
        "employee_amount": account.employee_amount,
        "monthly": view.monthly,
        "balance": view.balance.total if view.balance else None,
        "as_of": origin.business_date,
        "purpose": PURPOSES.get(purpose, PURPOSES["other"]),
        "branch": account.branch.name,
    }


def certificate_public(facts) -> dict:
    """Enough to compare a paper with, and no more."""
    through = facts["paid_through"]
    return {
        "姓名": mask_name(facts["holder"]["name"]),
        "个人账号": mask_account(facts["holder"]["account"]),
        "缴至年月": str(through) if through else "还没有缴存",
        "已缴月数": f"{facts['months']} 个月",
        "余额": yuan(facts["balance"]) if facts["balance"] is not None else "—",
        "数据截至": f"{facts['as_of']:%Y-%m-%d}",
    }


def statement_facts(origin: Origin, subject: str) -> dict:
    account, year = _account(subject)
    made = queries.year_statement(account, int(year), origin.business_date)
    return {
        "holder": _holder(account),
        "fund_kind": account.get_fund_kind_display(),
        "year": made.fund_year,
        "since": made.since,
        "until": made.until,
        "finished": made.finished,
        "opening": made.opening,
        "closing": made.closing,
        "lines": [
            {
                "label": line.label,
                "times": line.times,
                "employer_part": line.employer_part,
                "employee_part": line.employee_part,
                "amount": line.amount,
            }
            for line in made.lines
        ],
    }


def statement_public(facts) -> dict:
    return {
        "姓名": mask_name(facts["holder"]["name"]),
        "个人账号": mask_account(facts["holder"]["account"]),
        "对账期间": f"{facts['since']:%Y-%m-%d} 至 {facts['until']:%Y-%m-%d}",
        "期末余额": yuan(facts["closing"]),
    }


def adjustment_facts(origin: Origin, subject: str) -> dict:
    """银行存款余额调节表 of ``<special account>:<day>``."""
    number, _, day = subject.partition(":")
    made = adjust(SpecialAccount.objects.get(pk=int(number)), date.fromisoformat(day))
    return {
        "account": str(made.account),
        "name": made.account.name,
        "day": made.day,
        "bank": made.bank,
        "books": made.books,
        "bank_adjusted": made.bank_adjusted,
        "books_adjusted": made.books_adjusted,
        "difference": made.difference,
        "totals": {klass.value: made.total(klass) for klass in Klass},
        "items": [
            {
                "klass": Klass(item.klass).label,
                "day": item.day,
                "amount": abs(item.amount),
                "party": item.counter_name,
                "words": item.words.strip(),
                "explanation": item.explanation,
            }
            for item in made.items
        ],
    }


def adjustment_public(facts) -> dict:
    return {
        "户名": facts["name"],
        "截止日期": f"{facts['day']:%Y-%m-%d}",
        "调节后余额": yuan(facts["bank_adjusted"]),
        "是否平衡": "平衡" if facts["difference"] == 0 else "不平",
    }


ADJUSTMENT = letters.add(
    Letter(
        code="accounts.bank_adjustment",
        label="银行存款余额调节表",
        template="accounts/letters/bank_adjustment.html",
        facts=adjustment_facts,
        public=adjustment_public,
        roles=frozenset({"accountant", "accountant_reviewer", "cashier", "auditor"}),
        seal="财务专用章",
    )
)
CERTIFICATE = letters.add(
    Letter(
        code="accounts.deposit_certificate",
        label="住房公积金缴存证明",
        template="accounts/letters/deposit_certificate.html",
        facts=certificate_facts,
        public=certificate_public,
        roles=READERS,
        valid_days=CERTIFICATE_DAYS,
        seal="业务专用章",
    )
)
STATEMENT = letters.add(
    Letter(
        code="accounts.year_statement",
        label="住房公积金年度对账单",
        template="accounts/letters/year_statement.html",
        facts=statement_facts,
        public=statement_public,
        roles=READERS,
        seal="业务专用章",
    )
)
