"""Seal, unseal, adjust, undo: their effect, what refuses them, and that they hold for many as for one."""

import dataclasses
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import SealReason
from accounts.models import BaseRecord, Employer, EmployerAccount, FundAccount, Membership
from accounts.services import changes, rosters
from accounts.services.changes import NewBase, Seal
from servicehub.declare import DomainError, PassRequired
from servicehub.kit.months import FAR_FUTURE, Month
from servicehub.kit.sql_files import statement
from tests.accounts.factories import EmployerAccountFactory
from tests.accounts.rosters import member_of

pytestmark = pytest.mark.django_db

JAN, MAY, JUNE = Month(2026, 1), Month(2026, 5), Month(2026, 6)
LEFT = SealReason.LEFT.value


def seals(*accounts, reason=LEFT):
    return [Seal(account.pk, reason) for account in accounts]


def bases(*accounts, base="6000.00"):
    base = Decimal(base)
    side = (base * Decimal("0.12")).quantize(Decimal("0.01"))
    return [NewBase(account.pk, base, base, side, side) for account in accounts]


def spells(account):
    rows = account.memberships.order_by("id")
    return [(row.employer_account_id, row.from_month, row.to_month, row.sealed) for row in rows]


def refused(call) -> list[str]:
    with pytest.raises(DomainError) as error:
        call()
    return [finding.code for finding in error.value.findings]


@pytest.fixture
def account(employer_account):
    return member_of(employer_account, JAN)


@pytest.mark.parametrize("step", ["end_spells", "void_spells", "moved_units", "moved_total", "restore_accounts"])
def test_an_open_spell_is_found_by_its_index(origin, employer_account, account, step):
    """With a million spells a seal of one person must not read them all."""
    head = changes.begin(origin, employer_account, changes.ChangeKind.SEAL, MAY)
    known = {"month": 202605, "change": head.pk, "today": origin.business_date}
    with connection.cursor() as cursor:
        changes.fill_stage(cursor, changes.SEAL_COLUMNS, [changes.Part(head, seals(account))])
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement(changes.APP, f'sql/roster/{step}.sql')}", known)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "membership_one_at_a_time" in plan
    assert "membership_one_at_a_time" in Membership.objects.open().filter(fund_account=account).explain()


def test_a_seal_ends_one_spell_and_begins_another(origin, employer_account, account):
    change = rosters.seal(origin, employer_account.pk, MAY, seals(account))
    account.refresh_from_db()
    change.refresh_from_db()
    assert account.status == "02"
    assert spells(account) == [
        (employer_account.pk, 202601, 202605, False),
        (employer_account.pk, 202605, FAR_FUTURE, True),
    ]
    assert (change.kind, change.month, change.heads, change.operator_name) == ("seal", 202605, 1, "王芳")
    assert list(Membership.objects.depositing(employer_account.pk, Month(2026, 4))) == [
        account.memberships.get(to_month=202605)
    ]
    assert not Membership.objects.depositing(employer_account.pk, MAY).exists()


def test_a_seal_in_the_first_month_leaves_no_month_deposited(origin, employer_account, account):
    rosters.seal(origin, employer_account.pk, JAN, seals(account))
    assert not Membership.objects.depositing(employer_account.pk, JAN).exists()
    assert Membership.objects.of_month(employer_account.pk, JAN).get().reason == LEFT


def test_an_unsealing_begins_again_with_a_new_base(origin, employer_account, account):
    rosters.seal(origin, employer_account.pk, MAY, seals(account))
    rosters.unseal(origin, employer_account.pk, Month(2026, 8), bases(account, base="7000.00"))
    account.refresh_from_db()
    assert (account.status, account.base, account.employer_amount) == ("01", Decimal("7000.00"), Decimal("840.00"))
    assert spells(account)[-1] == (employer_account.pk, 202608, FAR_FUTURE, False)
    assert BaseRecord.objects.filter(fund_account=account).order_by("from_month").last().base == Decimal("7000.00")


def test_wage_and_base_are_both_kept(origin, employer_account, account):
    new = NewBase(account.pk, Decimal("1500.00"), Decimal("2350.00"), Decimal("282.00"), Decimal("282.00"))
    rosters.adjust_base(origin, employer_account.pk, JUNE, [new])
    account.refresh_from_db()
    assert (account.wage, account.base) == (Decimal("1500.00"), Decimal("2350.00"))
    assert spells(account) == [(employer_account.pk, 202601, FAR_FUTURE, False)]


class TestRefused:
    def test_twice_sealed(self, origin, employer_account, account):
        rosters.seal(origin, employer_account.pk, MAY, seals(account))
        assert refused(lambda: rosters.seal(origin, employer_account.pk, JUNE, seals(account))) == ["R05"]

    def test_unsealed_while_depositing(self, origin, employer_account, account):
        assert refused(lambda: rosters.unseal(origin, employer_account.pk, MAY, bases(account))) == ["R05"]

    def test_a_base_of_somebody_sealed(self, origin, employer_account, account):
        rosters.seal(origin, employer_account.pk, MAY, seals(account))
        assert refused(lambda: rosters.adjust_base(origin, employer_account.pk, JUNE, bases(account))) == ["R05"]

    def test_somebody_of_another_roster(self, origin, employer_account):
        other = member_of(EmployerAccountFactory(), JAN)
        assert refused(lambda: rosters.seal(origin, employer_account.pk, MAY, seals(other))) == ["ROSTER-ELSEWHERE"]

    def test_before_the_last_change(self, origin, employer_account, account):
        assert refused(lambda: rosters.seal(origin, employer_account.pk, Month(2025, 12), seals(account))) == [
            "ROSTER-EARLY"
        ]

    def test_without_a_reason(self, origin, employer_account, account):
        assert refused(lambda: rosters.seal(origin, employer_account.pk, MAY, seals(account, reason=""))) == ["R10"]

    def test_the_same_person_twice(self, origin, employer_account, account):
        assert refused(lambda: rosters.seal(origin, employer_account.pk, MAY, seals(account, account))) == ["R04"]

    def test_a_base_before_a_later_one(self, origin, employer_account, account):
        rosters.adjust_base(origin, employer_account.pk, JUNE, bases(account))
        assert refused(lambda: rosters.adjust_base(origin, employer_account.pk, MAY, bases(account))) == ["ROSTER-BASE"]

    def test_an_account_nobody_has(self, origin, employer_account):
        assert refused(lambda: rosters.seal(origin, employer_account.pk, MAY, [Seal(0, LEFT)])) == ["ROSTER-UNKNOWN"]

    def test_a_sealed_employer(self, origin, employer_account, account):
        EmployerAccount.objects.update(status="05")
        assert refused(lambda: rosters.seal(origin, employer_account.pk, MAY, seals(account))) == ["EMPLOYER-STATUS"]

    def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_done(self, origin, employer_account, account):
        good, other = member_of(employer_account, JAN), member_of(EmployerAccountFactory(), JAN)
        rows = [*seals(good), *seals(account, reason=""), *seals(other), Seal(0, LEFT)]
        assert sorted(refused(lambda: rosters.seal(origin, employer_account.pk, MAY, rows))) == [
            "R10",
            "ROSTER-ELSEWHERE",
            "ROSTER-UNKNOWN",
        ]
        good.refresh_from_db()
        assert good.status == "01"
        assert len(spells(good)) == 1

    def test_names_in_findings_are_masked(self, origin, employer_account, account):
        with pytest.raises(DomainError) as error:
            rosters.unseal(origin, employer_account.pk, MAY, bases(account))
        (finding,) = error.value.findings
        assert finding.message == "仲*已是“正常”状态，不能再启封"
        assert account.person.id_number not in str(finding)

    @pytest.mark.parametrize("call", [rosters.seal, rosters.unseal, rosters.adjust_base])
    def test_without_a_pass(self, origin, employer_account, call):
        with pytest.raises(PassRequired):
            call(dataclasses.replace(origin, pass_=None), employer_account.pk, MAY, [])
        with pytest.raises(PassRequired):
            rosters.undo(dataclasses.replace(origin, pass_=None), 1)


class TestUndo:
    @pytest.mark.parametrize("month", [JAN, MAY])
    def test_a_seal(self, origin, employer_account, account, month):
        before = spells(account)
        change = rosters.seal(origin, employer_account.pk, month, seals(account))
        assert rosters.undo(origin, change.pk) == 1
        account.refresh_from_db()
        assert account.status == "01"
        assert [spell for spell in spells(account) if spell[1] < spell[2]] == before
        rosters.seal(origin, employer_account.pk, month, seals(account))

    def test_an_unsealing_brings_the_old_base_back(self, origin, employer_account, account):
        rosters.seal(origin, employer_account.pk, MAY, seals(account))
        change = rosters.unseal(origin, employer_account.pk, JUNE, bases(account, base="9000.00"))
        rosters.undo(origin, change.pk)
        account.refresh_from_db()
        assert (account.status, account.base) == ("02", Decimal("5000.00"))

    def test_several_calls_under_one_head(self, origin, employer_account, account):
        second = member_of(employer_account, JAN)
        change = rosters.seal(origin, employer_account.pk, MAY, seals(account))
        rosters.adjust_base(origin, employer_account.pk, MAY, bases(second), change=change)
        change.refresh_from_db()
        assert change.heads == 2
        assert rosters.undo(origin, change.pk) == 2
        second.refresh_from_db()
        assert second.base == Decimal("5000.00")

    def test_not_when_somebody_was_changed_again(self, origin, employer_account, account):
        change = rosters.adjust_base(origin, employer_account.pk, MAY, bases(account))
        rosters.seal(origin, employer_account.pk, JUNE, seals(account))
        assert refused(lambda: rosters.undo(origin, change.pk)) == ["ROSTER-UNDO"]

    def test_not_twice(self, origin, employer_account, account):
        change = rosters.seal(origin, employer_account.pk, MAY, seals(account))
        rosters.undo(origin, change.pk)
        assert refused(lambda: rosters.undo(origin, change.pk)) == ["ROSTER-UNDO"]


def test_a_select_serves_as_well_as_rows(origin, employer_account):
    accounts = [member_of(employer_account, JAN) for _ in range(5)]
    change = rosters.seal(
        origin,
        employer_account.pk,
        MAY,
        "SELECT fund_account_id, %(reason)s FROM accounts_membership WHERE employer_account_id = %(account)s",
        {"reason": LEFT, "account": employer_account.pk},
    )
    change.refresh_from_db()
    assert change.heads == len(accounts)
    assert FundAccount.objects.filter(status="02").count() == len(accounts)


def test_one_or_fifty_take_the_same_statements(origin, employer_account):
    accounts = [member_of(employer_account, JAN) for _ in range(51)]
    with CaptureQueriesContext(connection) as one:
        rosters.seal(origin, employer_account.pk, MAY, seals(accounts[0]))
    with CaptureQueriesContext(connection) as fifty:
        rosters.seal(origin, employer_account.pk, MAY, seals(*accounts[1:]))
    assert len(fifty) == len(one)


def test_waiting_submissions_look_again(origin, employer_account, account):
    before = Employer.objects.get(pk=employer_account.employer_id).version
    rosters.seal(origin, employer_account.pk, MAY, seals(account))
    assert Employer.objects.get(pk=employer_account.employer_id).version == before + 1
