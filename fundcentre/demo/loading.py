"""Builds the whole city. Deterministic by seed; everything that moves money goes through the services."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from django.db import connection, transaction

from accounts.enums import AgentRole
from accounts.models import EmployerAccount, Person
from accounts.services import grants, registering
from accounts.services.grants import NewGrant
from accounts.services.registering import NewEmployer, NewEmployerAccount
from fundcentre.demo import careers, centre, faults, tour
from fundcentre.demo.careers import FIRST_MONTH, LAST_MONTH
from fundcentre.demo.centre import AREA_OF_BRANCH
from fundcentre.demo.employers import Firm, firms
from fundcentre.demo.history import City, origin_on, play_month
from fundcentre.demo.people import people
from servicehub.clock.models import BusinessCalendar
from servicehub.identity.people import create_agent_user, create_person_user

SEED = 20261109
BUSINESS_DATE = date(2026, 11, 9)
KLASS = {"private": "06", "state": "03", "agency": "01", "institution": "02"}
PASSWORD = "Gongjijin-26"
AGENTS = 6  # employers whose agents can log in
PERSONS = 5


@dataclass(frozen=True, slots=True)
class Size:
    employers: int = 320
    heads: int = 20_500


def load(size: Size, folder: Path, say: Callable[[str], None], seed: int = SEED) -> City:
    random = Random(seed)
    with connection.cursor() as cursor:
        # A loading that is cut off starts afresh: waiting for the disk at every step would buy nothing.
        cursor.execute("SET synchronous_commit = off")
    origin = origin_on(centre.OPENED_ON)
    place = centre.set_up(origin)
    invented = list(firms(random, size.employers, size.heads))
    months = list(careers.careers(random, invented))
    last = max(event.person for _, events in months for event in events)
    everybody = list(people(random, last + 1))
    say(f"{len(invented)} employers, {len(everybody)} people")
    city = City(place, _register(origin, place, invented), [firm.branch for firm in invented], everybody)
    for month, events in months:
        play_month(city, month, events, faults.odd_payments(month))
        if month == FIRST_MONTH:
            _analyze()
        say(f"{month}: {len(events)} changes of rosters, every employer's money")
    with transaction.atomic():
        BusinessCalendar.open(BUSINESS_DATE)
    today = origin_on(BUSINESS_DATE, place.importer)
    logins = _log_ins(city, today)
    truth = faults.plant(city, today)
    folder.mkdir(parents=True, exist_ok=True)
    tour.write_files(city, folder)
    bank = {"day": BUSINESS_DATE.isoformat(), "accounts": _bank_accounts(city)}
    (folder / "bank-accounts.json").write_text(json.dumps(bank, ensure_ascii=False), encoding="utf-8")
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder.parent / "demo-logins.txt").write_text(logins, encoding="utf-8")
    return city


def _analyze() -> None:
    """The tables were empty a moment ago: until PostgreSQL knows better it reads them whole for every row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _register(origin, place: centre.Centre, invented: list[Firm]) -> list[EmployerAccount]:
    rows = [
        NewEmployer(
            name=firm.name,
            credit_code=firm.credit_code,
            address=f"许昌市建安大道 {number} 号",
            area=AREA_OF_BRANCH[firm.branch],
            klass=KLASS[firm.kind],
            branch=place.branches[firm.branch].pk,
            accounts=(NewEmployerAccount(firm.rate, firm.rate, FIRST_MONTH),),
            legal_name=firm.legal_representative,
            phone=f"0374-{2_600_000 + number}",
            pay_day=firm.pay_day,
            payer_account=f"6222{number:012d}",
            payer_name=firm.name,
            payer_bank="建设银行许昌分行",
            established_on=firm.established,
        )
        for number, firm in enumerate(invented, start=1)
    ]
    employers = registering.register_employers(origin, rows)
    accounts = EmployerAccount.objects.filter(employer__in=employers).select_related("employer__branch").order_by("pk")
    return list(accounts)


def _log_ins(city: City, origin) -> str:
    """A few who can log in on each face; their passwords are printed by the demo."""
    lines = ["演示登录（短信校验码在 /demo/sms/，动态口令在 /demo/totp/）", ""]
    lines.append("单位网厅 /login/employer/    手机号            密码           单位")
    for number in range(AGENTS):
        someone = city.people[-1 - number]
        mobile = f"13803740{number}11"  # the SMS simulator plays its faults on numbers ending 0000 to 0002
        user = create_agent_user(
            origin, mobile=mobile, name=f"李会计{number or ''}", id_number=someone.id_number, password=PASSWORD
        )
        employer = city.accounts[number].employer
        roles = (
            (AgentRole.ADMIN, AgentRole.MAKER, AgentRole.PAYER) if number == 0 else (AgentRole.MAKER, AgentRole.PAYER)
        )
        grants.grant(
            origin,
            [
                NewGrant(
                    user.pk,
                    employer.pk,
                    role.value,
                    date(2026, 1, 1),
                    date(2028, 12, 31),
                    f"授权书 2026-{number + 1:03d}",
                )
                for role in roles
            ],
        )
        lines.append(f"                             {mobile}       {PASSWORD}   {employer.name}")
    lines.append("")
    lines.append("个人网厅 /login/person/      证件号码               密码")
    for number in range(PERSONS):
        someone = city.people[number]
        user = create_person_user(
            origin, id_number=someone.id_number, name=someone.name, mobile=someone.mobile, password=PASSWORD
        )
        Person.objects.identified("01", someone.id_number).update(user=user)
        lines.append(f"                             {someone.id_number}     {PASSWORD}   {someone.name}")
    lines.append("")
    lines.append("工作人员 /login/staff/       工号     密码             岗位")
    for work_number, name, _branch, posts in centre.STAFF:
        lines.append(
            f"                             {work_number}    {centre.STAFF_PASSWORD}   {name} {'、'.join(posts)}"
        )
    return "\n".join(lines) + "\n"


def _bank_accounts(city: City) -> list[dict]:
    """What the bank simulator opens: the centre's accounts at their balance, the tour employer with money."""
    accounts = [
        {
            "no": special.account_no,
            "name": special.name,
            "kind": "centre",
            "opening": int(city.balances[special.pk] * 100),
            "bank": special.bank_name,
        }
        for special in city.centre.accounts.values()
    ]
    employers = [account.employer for account in city.accounts[:AGENTS]]
    return accounts + [
        {"no": employer.payer_account, "name": employer.name, "bank": employer.payer_bank} for employer in employers
    ]


__all__ = ["BUSINESS_DATE", "LAST_MONTH", "Size", "load"]
