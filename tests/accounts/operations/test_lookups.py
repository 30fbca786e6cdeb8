"""What people, agents and clerks read: their own, in figures that tie out, and never more than they may."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts import queries
from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, Kind, credit, debit
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.models import Membership, Person
from accounts.services import opening, restrictions, rosters
from accounts.services.changes import Seal
from servicehub import audit, gate, letters
from servicehub.audit.models import AuditEntry
from servicehub.declare import Party
from servicehub.declare.registry import ledger_events
from servicehub.faces import paging
from servicehub.gate import Refused
from servicehub.kit.months import Month
from tests.accounts.factories import EmployerAccountFactory
from tests.accounts.services.test_opening import newcomer
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db

DEPOSIT = EventTemplate("tests.deposit", "汇缴", (debit("10101", "total"), credit("201", "total")), Kind.REMITTANCE)


@pytest.fixture(autouse=True)
def books(db):
    ledger_events.add(DEPOSIT)
    for year in (2026, 2027):
        open_interest_year(make_origin(), year, YearPolicy())
    yield
    ledger_events.remove(DEPOSIT.code)


@pytest.fixture
def account(origin, employer_account):
    """周桂英 of the employer, with three months of 1,200.00."""
    change = opening.open_accounts(
        origin.for_date(date(2026, 6, 1)), employer_account.pk, Month(2026, 6), [newcomer(mobile="13900001111")]
    )
    (account,) = opening.opened_by(change)
    for month, day in ((202606, date(2026, 6, 10)), (202607, date(2026, 7, 10)), (202608, date(2026, 8, 10))):
        entry = ledger.Entry(
            "tests.deposit", f"D{month}", account.branch_id, {"total": Decimal(1200)},
            [ledger.Movement(
                account.subaccount_id, Decimal(1200), month=month, employer_part=Decimal(600), employee_part=Decimal(600)
            )],
        )  # fmt: skip
        ledger.post(origin.for_date(day), entry)
    return account


def page_of(table, raw=""):
    return paging.listing(table, QueryDict(raw)).rows


class TestPerson:
    def test_sees_accounts_with_both_balances(self, in_portal, account):
        table = gate.read("accounts.person_accounts", in_portal(account.person), account.person.party, {})
        (row,) = page_of(table)
        assert (row["balance"], row["paid_through"], row["months"]) == (Decimal(3600), 202608, 3)
        assert row["carried"] + row["current"] == Decimal(3600)
        assert ("手机号码", "139****1111") in table.facts
        assert table.totals["balance"] == Decimal(3600)

    def test_sees_each_posting_with_month_and_parts(self, in_portal, account):
        reader = in_portal(account.person)
        rows = page_of(gate.read("accounts.person_postings", reader, account.person.party, {}))
        assert [(row["month"], row["balance"]) for row in rows] == [
            (202608, Decimal(3600)), (202607, Decimal(2400)), (202606, Decimal(1200)),
        ]  # fmt: skip
        assert {(row["employer_part"], row["employee_part"]) for row in rows} == {(Decimal(600), Decimal(600))}
        july = gate.read(
            "accounts.person_postings", reader, account.person.party, {"since": "2026-07-01", "until": "2026-07-31"}
        )
        assert july.totals["amount"] == Decimal(1200)

    def test_reads_a_statement_that_ties_out(self, in_portal, account):
        reader = in_portal(account.person)
        table = gate.read("accounts.person_statement", reader, account.person.party, {"year": 2026})
        assert table.facts[1:3] == (("期初余额", "¥0.00"), ("期末余额", "¥1,200.00"))
        table = gate.read("accounts.person_statement", reader, account.person.party, {})
        assert table.facts[1:3] == (("期初余额", "¥1,200.00"), ("期末余额", "¥3,600.00"))
        assert [(row["label"], row["times"], row["amount"]) for row in page_of(table)] == [("汇缴", 2, Decimal(2400))]

    def test_sees_a_freeze_beside_the_state(self, origin, in_portal, account):
        restrictions.restrict(
            origin,
            restrictions.NewRestriction(account.pk, "freeze", date(2026, 9, 1), "魏都区人民法院", "1 号", Decimal(500)),
        )
        (row,) = page_of(gate.read("accounts.person_accounts", in_portal(account.person), account.person.party, {}))
        assert (row["status"], row["restricted"]) == ("fund_account:normal", "司法冻结 ¥500.00")

    def test_sees_nobody_else(self, in_portal, account, origin, employer_account):
        opening.open_accounts(origin, employer_account.pk, Month(2026, 8), [newcomer(2)])
        other = Person.objects.exclude(pk=account.person_id).get()
        for code in ("accounts.person_accounts", "accounts.person_postings", "accounts.person_statement"):
            with pytest.raises(Refused) as error:
                gate.read(code, in_portal(other), account.person.party, {})
            assert error.value.status == 404

    def test_reads_who_looked(self, at_counter, branch, in_portal, account):
        party = account.person.party
        gate.read("accounts.person_accounts", at_counter("teller", branch), party, {})
        gate.read("accounts.person_postings", in_portal(account.person), party, {})
        table = gate.read("accounts.who_viewed", in_portal(account.person), party, {})
        (row,) = page_of(table)
        assert (row["who"], row["place"], row["reason"]) == ("柜员", branch.name, "个人缴存信息")
        assert "余额" in row["fields"]
        assert AuditEntry.objects.filter(kind="view").count() == 1  # one's own look is no view

    def test_reads_the_post_and_the_purpose_of_a_look_and_no_name(self, in_portal, account):
        person = account.person.party
        clerk = make_origin(roles=frozenset({"teller"}))
        audit.record_view(clerk, person, ["证件号码"], "核对提取申请", case_no="W20261123-000009")
        audit.record_view(clerk, Party("person", person.id + 1), ["证件号码"], "核对提取申请")
        audit.record_view(clerk, person, ["余额"], "司法协查", disclosed=False)
        table = gate.read("accounts.who_viewed", in_portal(account.person), person, {})
        (row,) = page_of(table)
        assert (row["who"], row["fields"], row["reason"]) == ("柜员", "证件号码", "核对提取申请")
        assert "actor_name" not in row

    def test_what_the_law_keeps_secret_stays_so(self, in_portal, account, origin):
        audit.record_view(origin, account.person.party, ["余额"], "司法协查", disclosed=False)
        table = gate.read("accounts.who_viewed", in_portal(account.person), account.person.party, {})
        assert page_of(table) == []


class TestPapers:
    def test_a_certificate_states_facts_and_can_be_verified(self, in_portal, account):
        reader = in_portal(account.person)
        done = gate.submit(
            "accounts.issue_certificate", reader, account.person.party, {"fund_kind": "01", "purpose": "loan"}, "k1"
        )
        ((code, subject),) = done.letters
        issued = letters.issue(reader, code, subject, account.person.party)
        known = letters.verify(issued.verification)
        assert known["facts"]["姓名"] == "周*英"
        assert known["facts"]["余额"] == "¥3,600.00"
        assert known["facts"]["已缴月数"] == "3 个月"
        assert account.person.id_number not in str(known)
        assert str(known["valid_until"]) == "2027-02-21"

    @pytest.mark.parametrize(
        ("year", "codes"), [(2027, []), (2026, []), (2025, ["PAPER-YEAR"]), (2030, ["PAPER-YEAR"])]
    )
    def test_a_statement_of_each_year_it_has(self, in_portal, account, year, codes):
        reader, party = in_portal(account.person), account.person.party
        raw = {"fund_kind": "01", "year": year}
        if codes:
            with pytest.raises(Refused) as error:
                gate.submit("accounts.print_statement", reader, party, raw, "k1")
            assert [finding.code for finding in error.value.findings] == codes
        else:
            ((code, subject),) = gate.submit("accounts.print_statement", reader, party, raw, "k1").letters
            assert letters.issue(reader, code, subject, party).label == "住房公积金年度对账单"

    def test_both_are_drawn(self, in_portal, account, origin):
        from django.template.loader import render_to_string

        from accounts.letters import CERTIFICATE, STATEMENT, subject_of

        paper = {
            "label": "",
            "serial": "",
            "is_demo": False,
            "qr": "",
            "verification": "",
            "address": "/verify/",
            "seal": "",
        }
        paper |= {
            "printed_at": origin.at,
            "issued_on": origin.business_date,
            "operator": "王芳",
            "reprint": 0,
            "valid_until": None,
        }
        for letter, detail in ((CERTIFICATE, "loan"), (STATEMENT, "2027")):
            facts = letter.facts(origin, subject_of(account, detail))
            text = render_to_string(
                letter.template, {**facts, "paper": paper, "centre_name": "许昌市住房公积金管理中心"}
            )
            assert "周桂英" in text
            assert account.person.id_number not in text
            assert "3,600.00" in text


class TestEmployer:
    def test_reads_its_accounts(self, make_user, give, in_hall, employer, employer_account, account):
        user = make_user()
        give(user, employer, "agent_query")
        table = gate.read("accounts.employer_profile", in_hall(user, employer), employer.party, {})
        (row,) = page_of(table)
        assert (row["heads"], row["monthly"], row["balance"], row["rates"]) == (
            1, Decimal(1200), Decimal(3600), "单位 12% · 职工 12%",
        )  # fmt: skip
        assert ("单位账号", employer.number) in table.facts

    def test_reads_its_roster_masked(self, make_user, give, in_hall, employer, account):
        user = make_user()
        give(user, employer, "agent_query")
        table = gate.read("accounts.roster", in_hall(user, employer), employer.party, {})
        (row,) = page_of(table)
        assert (row["name"], row["status"], row["paid_through"], row["balance"]) == (
            "周*英", "fund_account:normal", 202608, Decimal(3600),
        )  # fmt: skip
        shown = str({key: value for key, value in row.items() if "__" not in key})
        assert account.person.id_number not in shown
        assert "周桂英" not in shown

    @pytest.mark.parametrize(
        ("raw", "heads"),
        [
            ({"q": "周桂英"}, 3), ({"q": "zhougui"}, 3), ({"q": "王"}, 0), ({"state": "sealed"}, 1),
            ({"state": "depositing"}, 2), ({"month": "2026-07"}, 3), ({"month": "2026-05"}, 0), ({"fund_kind": "02"}, 0),
        ],
    )  # fmt: skip
    def test_finds_people_on_it(self, origin, at_counter, branch, employer, employer_account, account, raw, heads):
        opening.open_accounts(origin, employer_account.pk, Month(2026, 6), [newcomer(2), newcomer(3)])
        rosters.seal(origin, employer_account.pk, Month(2026, 9), [Seal(account.pk, "01")])
        table = gate.read("accounts.roster", at_counter("teller", branch), employer.party, raw)
        assert len(page_of(table)) == heads

    def test_sealed_people_owe_nothing(self, origin, at_counter, branch, employer, employer_account, account):
        opening.open_accounts(origin, employer_account.pk, Month(2026, 6), [newcomer(2)])
        rosters.seal(origin, employer_account.pk, Month(2026, 9), [Seal(account.pk, "01")])
        table = gate.read("accounts.roster", at_counter("teller", branch), employer.party, {})
        assert paging.totals_of(table)["employer_amount"] == Decimal(600)

    def test_sees_nobody_of_another(self, make_user, give, in_hall, employer, account):
        other = EmployerAccountFactory()
        user = make_user()
        give(user, other.employer, "agent_query")
        acting = in_hall(user, other.employer)
        for code, party in (("accounts.roster", employer.party), ("accounts.employer_profile", employer.party)):
            with pytest.raises(Refused) as error:
                gate.read(code, acting, party, {})
            assert error.value.status == 404

    def test_clerks_list_employers_of_their_branches(self, at_counter, branch, employer_account, account):
        from servicehub.declare import CENTRE

        EmployerAccountFactory()
        table = gate.read("accounts.employers", at_counter("teller", branch), CENTRE, {})
        (row,) = page_of(table)
        assert (row["name"], row["heads"]) == (employer_account.employer.name, 1)
        assert row["address"] == f"employer/{employer_account.employer.token}/"


def test_a_roster_page_takes_the_same_statements_for_one_and_fifty(
    origin, at_counter, branch, employer, employer_account
):
    clerk = at_counter("teller", branch)
    counts = []
    gate.read("accounts.roster", clerk, employer.party, {})  # the first in a process also fetches policy values
    for serials in (range(1, 2), range(2, 52)):
        opening.open_accounts(origin, employer_account.pk, Month(2026, 6), [newcomer(n) for n in serials])
        with CaptureQueriesContext(connection) as seen:
            page_of(gate.read("accounts.roster", clerk, employer.party, {}))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_month_of_a_large_employer_is_read_from_the_index(employer_account):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        text, params = (
            Membership.objects.depositing(employer_account.pk, Month(2026, 6))
            .values("fund_account")
            .query.sql_with_params()
        )
        cursor.execute(f"EXPLAIN {text}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using membership_by_employer" in plan


def test_a_statement_that_does_not_tie_out_is_not_given(account, monkeypatch):
    monkeypatch.setattr(ledger, "balance_on", lambda subaccount, day: Decimal("0.01"))
    with pytest.raises(ArithmeticError):
        queries.year_statement(account, 2027, date(2026, 11, 23))
