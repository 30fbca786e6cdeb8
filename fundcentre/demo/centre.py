"""The centre itself: branches, people at work, special accounts, interest years, policy of the past."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.bank.models import SpecialAccount
from accounts.bank.states import Nature
from accounts.ledger import chart
from accounts.ledger.years import YearPolicy, open_interest_year
from fundcentre.demo.employers import BRANCHES
from servicehub.clock.models import BusinessCalendar
from servicehub.clock.published import load_published_years
from servicehub.declare import Origin
from servicehub.identity.models import Branch, User, UserState
from servicehub.identity.people import create_staff
from servicehub.policy.loading import load_files

STAFF_PASSWORD = "Gongjijin-2026"
OPENED_ON = date(2024, 10, 8)
BANKS = (("105", "建设银行许昌分行"), ("103", "农业银行许昌分行"))
INTEREST_YEARS = (2025, 2026, 2027)
AREA_OF_BRANCH = {"01": "411002", "02": "411082", "03": "411081", "04": "411024", "05": "411025"}

STAFF = (
    # work number, name, branch, posts
    ("S0101", "王芳", "01", ("teller",)),
    ("S0102", "刘强", "01", ("reviewer",)),
    ("S0103", "赵敏", "01", ("accountant",)),
    ("S0104", "孙丽", "01", ("accountant_reviewer",)),
    ("S0105", "马骏", "01", ("supervisor",)),
    ("S0201", "周杰", "02", ("teller",)),
    ("S0202", "吴倩", "02", ("reviewer",)),
    ("A0001", "周敏", None, ("channel_admin",)),
    ("A0002", "高远", None, ("ops_lead",)),
    ("A0003", "陈立", None, ("policy_admin",)),
    ("A0004", "何静", None, ("policy_lead",)),
    ("A0005", "郭涛", None, ("policy_chief",)),
    ("A0006", "罗平", None, ("system_admin",)),
    ("A0007", "梁辰", None, ("security_admin",)),
    ("A0008", "宋岩", None, ("audit_admin",)),
)


@dataclass(frozen=True, slots=True)
class Centre:
    branches: dict[str, Branch]
    accounts: dict[str, SpecialAccount]  # by branch code
    importer: User  # in whose name the years before the system are brought in


def set_up(origin: Origin) -> Centre:
    with transaction.atomic():
        BusinessCalendar.open(OPENED_ON)
    load_published_years()
    load_files(sorted(_policy_files()))
    chart.load()
    for year in INTEREST_YEARS:
        open_interest_year(origin, year, YearPolicy(document="银发〔2016〕43号"))
    branches = {
        code: Branch.objects.create(code=f"4110{code}", name=name, area=AREA_OF_BRANCH[code], address=f"许昌市{name}")
        for code, name, _area, _share in BRANCHES
    }
    importer = _staff(origin, branches)
    return Centre(branches, _special_accounts(origin, branches), importer)


def _policy_files() -> list[Path]:
    root = settings.BASE_DIR / "fundcentre" / "policy"
    return [*root.glob("*.toml"), *(root / "demo").glob("*.toml")]


def _staff(origin: Origin, branches: dict[str, Branch]) -> User:
    for place, (number, name, branch, posts) in enumerate(STAFF):
        create_staff(
            origin,
            work_number=number,
            name=name,
            password=STAFF_PASSWORD,
            branch=branches[branch] if branch else branches["01"],
            mobile=f"139{place:08d}",
            totp_seed=f"{place + 1:040x}",
            must_change=False,
            posts=[(post, branches[branch] if branch else None) for post in posts],
            posts_from=OPENED_ON,
            posts_basis="建中心时设岗",
        )
    importer = create_staff(
        origin,
        work_number="IMPORT",
        name="期初导入",
        password=f"{STAFF_PASSWORD}-x",
        branch=branches["01"],
        must_change=False,
    )
    User.objects.filter(pk=importer.pk).update(state=UserState.FROZEN)
    return importer


def _special_accounts(origin: Origin, branches: dict[str, Branch]) -> dict[str, SpecialAccount]:
    accounts = {}
    for place, (code, branch) in enumerate(branches.items(), start=1):
        bank_code, bank_name = BANKS[place % len(BANKS)]
        subject = chart.open_subject(origin, f"10101{place:02d}", "10101", f"归集户-{branch.name}")
        accounts[code] = SpecialAccount.objects.create(
            account_no=f"41050100{bank_code}{place:08d}",
            name=settings.CENTRE_NAME,
            nature=Nature.COLLECTION,
            bank_code=bank_code,
            bank_name=bank_name,
            subject=subject,
            branch=branch,
            opened_on=OPENED_ON,
        )
    return accounts


def interest_rates() -> tuple[Decimal, Decimal]:
    """Percent a year since 2016-02-21, current and carried alike (银发〔2016〕43号)."""
    return Decimal("1.50"), Decimal("1.50")
