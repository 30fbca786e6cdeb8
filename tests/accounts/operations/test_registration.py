"""Employers and people registered at the counter, through the gate: entered by one, agreed to by another."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Employer, EmployerAccount, FundAccount, Person
from accounts.operations.employers import RegisterEmployer
from accounts.operations.persons import OpenAccount
from accounts.services import opening, rosters
from accounts.services.changes import Seal
from servicehub import gate, parties
from servicehub.audit.models import AuditEntry
from servicehub.cases.models import Case, Submission
from servicehub.declare import CENTRE, Party
from servicehub.gate import Refused
from servicehub.kit.months import Month
from tests.accounts.factories import EmployerAccountFactory, EmployerFactory, PersonFactory
from tests.accounts.services.test_opening import newcomer

pytestmark = pytest.mark.django_db

REGISTER, OPEN = "accounts.register_employer", "accounts.open_account"


def refused(call) -> list[str]:
    with pytest.raises(Refused) as error:
        call()
    return [finding.code for finding in error.value.findings]


class TestEmployer:
    def submit(self, origin, key="k1", **more):
        return gate.submit(REGISTER, origin, CENTRE, {**RegisterEmployer.example(), **more}, key)

    def test_a_second_clerk_agrees_and_the_number_is_given(self, at_counter, branch):
        waiting = self.submit(at_counter("teller", branch))
        assert waiting.state == "waiting"
        assert not Employer.objects.exists()
        done = gate.decide(waiting.submission, at_counter("reviewer", branch), "approve", "", "d1")
        assert done.state == "done"
        employer = Employer.objects.get()
        assert employer.branch_id == branch.pk
        assert done.message == f"已登记 许昌市示例机械制造有限公司，单位账号 {employer.number}"
        account = employer.accounts.get()
        assert (account.employer_rate, account.status, account.first_month) == (Decimal("0.08"), "02", 202611)
        assert employer.legal_name == "张示例"
        entry = AuditEntry.objects.get(object=f"accounts.employer:{employer.pk}", action="登记")
        assert employer.number in entry.after
        assert Case.objects.get().item == "J-REG"

    def test_the_first_clerk_does_not_agree(self, at_counter, branch):
        teller = at_counter("teller", branch)
        waiting = self.submit(teller)
        with pytest.raises(Refused):
            gate.decide(waiting.submission, teller, "approve", "", "d1")
        assert not Employer.objects.exists()

    def test_all_that_is_wrong_is_said_at_once(self, at_counter, branch):
        EmployerFactory(name="许昌市示例机械制造有限公司", address=RegisterEmployer.example()["address"])
        wrong = {"legal_id_number": "990000199001010018", "employer_rate": "15", "established_on": "2027-01-01"}
        codes = refused(lambda: self.submit(at_counter("teller", branch), **wrong))
        assert set(codes) == {
            "EMPLOYER-NAME", "EMPLOYER-ADDRESS", "R01", "EMPLOYER-SET-UP", "EMPLOYER-FIRST", "deposit.rate_out_of_range",
        }  # fmt: skip

    def test_a_faulty_form_is_told_to_the_digit(self, at_counter, branch):
        with pytest.raises(Refused) as error:
            self.submit(at_counter("teller", branch), credit_code="91411000MA9F4K2T5F", pay_day="32", klass="77")
        told = {fault["field"]: fault["message"] for fault in error.value.errors}
        assert told["credit_code"] == "统一社会信用代码第 18 位校验码应为 E"
        assert {"pay_day", "klass"} <= told.keys()

    def test_taken_in_between_it_is_not_registered_twice(self, at_counter, branch):
        first = self.submit(at_counter("teller", branch))
        second = self.submit(at_counter("teller", branch), key="k2")
        reviewer = at_counter("reviewer", branch)
        gate.decide(first.submission, reviewer, "approve", "", "d1")
        with pytest.raises(Refused):
            gate.decide(second.submission, reviewer, "approve", "", "d2")
        assert Employer.objects.count() == 1

    @pytest.mark.parametrize("role", ["reviewer", "accountant", "system_admin"])
    def test_only_tellers_enter_it(self, at_counter, branch, role):
        with pytest.raises(Refused) as error:
            self.submit(at_counter(role, branch))
        assert error.value.status == 403

    def test_what_was_typed_rests_encrypted(self, at_counter, branch):
        waiting = self.submit(at_counter("teller", branch))
        row = Submission.objects.filter(pk=waiting.submission).values().get()
        assert "990000199001010017" not in str({key: value for key, value in row.items() if key != "input"})


class TestPerson:
    @pytest.fixture
    def account(self, branch):
        return EmployerAccountFactory(employer__branch=branch, first_month=202611)

    def submit(self, origin, account, key="k1", **more):
        raw = {**OpenAccount.example(), **more}
        return gate.submit(OPEN, origin, Party("employer", account.employer_id), raw, key)

    def test_a_wrong_digit_is_told_of_a_person_and_not_of_a_line(self, at_counter, branch, account):
        typed = {**OpenAccount.example(), "id_number": "990000199001010018"}
        with pytest.raises(Refused) as error:
            gate.submit(OPEN, at_counter("teller", branch), account.employer.party, typed, "k1")
        told = next(finding for finding in error.value.findings if finding.code == "R01")
        assert (told.field, told.line) == ("id_number", None)

    def test_a_newcomer(self, at_counter, branch, account):
        done = self.submit(at_counter("teller", branch), account)
        assert done.state == "done"
        person = Person.objects.get()
        opened = person.fund_accounts.get()
        assert (opened.wage, opened.base, opened.employer_amount) == (Decimal(6500), Decimal(6500), Decimal(780))
        assert done.message == "已为周*英办理新开户，2026年11月起缴存"
        assert parties.authority(at_counter("teller", branch), person.party)
        assert Case.objects.get().item == "J-OPEN"

    def test_a_wage_below_the_floor_is_kept_and_the_base_raised(self, at_counter, branch, account):
        done = self.submit(at_counter("teller", branch), account, wage="1000.00")
        assert done.state == "done"
        opened = FundAccount.objects.get()
        assert opened.wage == Decimal("1000.00")
        assert opened.base > opened.wage

    def test_the_preview_says_what_it_comes_to(self, at_counter, branch, account):
        target = Party("employer", account.employer_id)
        shown = gate.preview(OPEN, at_counter("teller", branch), target, OpenAccount.example())
        assert shown.ok
        assert ("办理方式", "新开户") in shown.summary
        assert ("月缴存额合计", "¥1,560.00") in shown.summary
        assert not Person.objects.exists()

    def test_a_sealed_account_here_is_unsealed(self, at_counter, branch, account, origin):
        opening.open_accounts(origin, account.pk, Month(2026, 11), [newcomer(id_number="990000199001010017")])
        known = FundAccount.objects.get()
        rosters.seal(origin, account.pk, Month(2026, 11), [Seal(known.pk, "01")])
        done = self.submit(at_counter("teller", branch), account)
        known.refresh_from_db()
        assert (done.message, known.status) == ("已为周*英办理启封，2026年11月起缴存", "01")
        assert FundAccount.objects.count() == 1
        assert AuditEntry.objects.get(object=f"accounts.fund_account:{known.pk}").action == "启封"

    def test_a_sealed_account_elsewhere_is_transferred(self, at_counter, branch, account, origin):
        former = EmployerAccountFactory()
        opening.open_accounts(origin, former.pk, Month(2026, 1), [newcomer(id_number="990000199001010017")])
        known = FundAccount.objects.get()
        rosters.seal(origin, former.pk, Month(2026, 5), [Seal(known.pk, "01")])
        done = self.submit(at_counter("teller", branch), account)
        assert "转入" in done.message
        known.refresh_from_db()
        assert (known.status, known.branch_id) == ("01", branch.pk)

    def test_depositing_elsewhere_it_is_refused(self, at_counter, branch, account, origin):
        former = EmployerAccountFactory()
        opening.open_accounts(origin, former.pk, Month(2026, 1), [newcomer(id_number="990000199001010017")])
        assert refused(lambda: self.submit(at_counter("teller", branch), account)) == ["R06"]

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"id_number": "990000199001010018"}, "R01"),
            ({"month": "2026-10"}, "OPEN-EARLY"),
            ({"month": "2027-03"}, "OPEN-LATE"),
            ({"name": "周?"}, "R18"),
        ],
    )
    def test_refused_with_its_reason(self, at_counter, branch, account, more, code):
        assert refused(lambda: self.submit(at_counter("teller", branch), account, **more)) == [code]

    def test_somebody_alike_under_another_document_is_asked_about(self, at_counter, branch, account):
        PersonFactory(id_type="03", id_number="E12345678", name="周桂英", birth_date=date(1990, 1, 1))
        shown = gate.preview(
            OPEN, at_counter("teller", branch), Party("employer", account.employer_id), OpenAccount.example()
        )
        (asked,) = [finding for finding in shown.findings if finding.code == "OPEN-ALIKE"]
        assert shown.ok
        assert "护照 E******78" in asked.message

    def test_a_month_paid_is_closed(self, at_counter, branch, account):
        EmployerAccount.objects.update(paid_through=202611, status="01")
        assert refused(lambda: self.submit(at_counter("teller", branch), account)) == ["R15"]

    def test_a_clerk_of_another_branch_finds_no_such_employer(self, at_counter, account):
        from tests.accounts.factories import BranchFactory

        with pytest.raises(Refused) as error:
            self.submit(at_counter("teller", BranchFactory()), account)
        assert error.value.status == 404

    def test_sent_twice_it_is_done_once(self, at_counter, branch, account):
        teller = at_counter("teller", branch)
        first, second = self.submit(teller, account), self.submit(teller, account)
        assert first.case_number == second.case_number
        assert FundAccount.objects.count() == 1
