"""A business day is closed once, by steps that say why they stand, and signed by two people."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.bank.models import BankNotice, BankStatement
from accounts.bank.reconciliation.models import BankMatch
from accounts.day_close import plan, running
from accounts.day_close.models import Closing, ClosingState, PeriodEnd, PeriodKind, StepState
from accounts.ledger import services as ledger
from accounts.ledger import settlement
from accounts.ledger.models import DayState, Subaccount, SubjectDay, VoucherNumber
from servicehub import batch, clock, gate
from servicehub.audit.models import AuditEntry
from servicehub.declare import CENTRE, CloseStep, DomainError
from servicehub.gate import Refused
from tests.accounts.day_close.conftest import FEN, on
from tests.conftest import make_origin
from tests.scenarios import staff

pytestmark = pytest.mark.django_db(transaction=True)


def step(closing: Closing, code: str):
    return closing.steps.get(code=code)


def test_a_day_is_closed_and_the_next_is_open(centre):
    centre.receive("100.00", "20.50")
    closing = centre.close()
    assert clock.business_date() == centre.day + timedelta(days=1)
    assert DayState.objects.get(day=centre.day).state == DayState.State.CLOSED
    assert set(closing.steps.values_list("state", flat=True)) == {StepState.DONE}
    # The bank's lines were asked for, booked in the day, matched, numbered without gaps, and their totals drawn.
    assert BankNotice.objects.filter(received_on=centre.day).count() == 2
    assert BankStatement.objects.filter(special_account=centre.account, breaks=0).exists()
    assert BankMatch.objects.count() == 2
    assert list(VoucherNumber.objects.order_by("no").values_list("month", "no")) == [(202611, 1), (202611, 2)]
    assert SubjectDay.objects.get(subject=centre.account.subject_id).balance == Decimal("120.50")
    (ended,) = PeriodEnd.objects.all()
    assert (ended.kind, ended.key, ended.signed_by) == (PeriodKind.DAY, "2026-11-10", "孙丽")
    assert ended.digest == step(closing, "close.finish").digest


def test_a_day_without_business_closes_too(centre):
    centre.close()
    assert DayState.objects.get(day=centre.day).state == DayState.State.CLOSED
    on(centre, centre.day + timedelta(days=1))
    centre.close()
    assert PeriodEnd.objects.count() == 2


def test_starting_twice_is_once_and_another_day_waits(centre):
    first = centre.start()
    assert centre.start() == first
    with pytest.raises(DomainError, match=r"close\.other_day"):
        running.start(make_origin(business_date=centre.day + timedelta(days=1)))


def test_nothing_but_batches_is_posted_on_a_day_that_closes(centre):
    centre.receive("100.00")
    centre.start()
    waits = ledger.open_subaccount(make_origin(), "21902", "bank_notice", 99, 1)
    late = ledger.Entry("accounts.receipt_unknown", "late", 1, {"total": Decimal("1.00")},
                        [ledger.Movement(waits, Decimal("1.00"))], {"bank": centre.account.subject_id})  # fmt: skip
    with pytest.raises(ledger.LedgerRefused):
        ledger.post(make_origin(business_date=centre.day), late)
    assert ledger.post(make_origin(business_date=centre.day + timedelta(days=1)), late).voucher


@pytest.mark.parametrize("differences", [(FEN,), (FEN, -FEN)])
def test_one_fen_behind_the_program_s_back_blocks_and_names_the_account(centre, differences):
    """Also two that offset each other: every account is proved by itself."""
    centre.receive("100.00", "20.50")
    centre.start()  # the money is booked, and everything proved, for now
    rows = list(Subaccount.objects.filter(subject="21902").order_by("pk"))
    for row, difference in zip(rows, differences, strict=False):
        shift(row.pk, difference)
    closing = again(centre)
    assert closing.state == ClosingState.BLOCKED
    note = step(closing, "close.checks").note
    for row, _ in zip(rows, differences, strict=False):
        assert f"明细账户 {row.pk}（科目 21902）" in note, note
    with pytest.raises(DomainError, match=r"close\.not_ready"):
        centre.sign()
    for row, difference in zip(rows, differences, strict=False):
        shift(row.pk, -difference)
    closing = centre.resume()
    assert (closing.state, closing.note) == (ClosingState.RUNNING, "两人签批：等待签批")
    assert step(closing, "close.checks").attempts == 3
    assert centre.sign().state == ClosingState.CLOSED


def shift(subaccount: int, difference: Decimal) -> None:
    """As somebody with the owner's password would."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_subaccount SET current = current + %s WHERE id = %s", [difference, subaccount])


def again(centre) -> Closing:
    """Let the checks run once more on the close under way."""
    closing = Closing.objects.get(day=centre.day)
    closing.steps.filter(code__in=["close.checks", "close.reconciled"]).update(state=StepState.TODO)
    running.advance(closing.pk)
    return centre.now(closing)


def test_a_bank_that_holds_another_balance_blocks_and_is_named(centre):
    centre.receive("100.00")
    centre.start()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE accounts_banknotice SET balance = balance + 0.01")
        cursor.execute("UPDATE accounts_bankstatement SET closing = closing + 0.01 WHERE lines > 0")
        cursor.execute("SET session_replication_role = origin")
    closing = again(centre)
    assert closing.state == ClosingState.BLOCKED
    assert centre.account.account_no in closing.note
    assert "0.01" in closing.note


def test_a_silent_bank_stops_the_close_and_it_goes_on_later(centre):
    centre.bank.fault("offline", times=-1)
    closing = centre.start()
    assert closing.state == ClosingState.BLOCKED
    assert "BankSilent" in closing.note
    centre.bank.fault("offline", times=0)
    closing = centre.resume()
    assert closing.note == "两人签批：等待签批"
    assert closing.steps.order_by("place").first().run.items.get(step=0).attempts == 2


def test_month_end_accrues_interest_and_the_month_is_over(centre):
    on(centre, date(2026, 11, 30))
    closing = centre.close()
    assert step(closing, "accounts.accrue_interest").state == StepState.DONE
    assert set(PeriodEnd.objects.values_list("kind", "key")) == {("day", "2026-11-30"), ("month", "202611")}


def test_what_stands_out_for_ninety_days_blocks_the_month_but_not_a_day(centre, monkeypatch):
    """A bank's fee nobody booked: on the list, and no month ends over it."""
    from accounts.bank import inbox
    from tests.accounts.bank.world import body, line

    old = line(centre.account, "-5.00", host_date=date(2026, 8, 1), summary="手续费", balance=Decimal("-5.00"))
    inbox.keep(body(old).decode(), "", "SBDC100")
    monkeypatch.setattr("accounts.day_close.own_steps.prove", lambda *given: None)
    centre.close()
    on(centre, date(2026, 11, 30))
    closing = centre.start()
    assert closing.state == ClosingState.BLOCKED
    assert "银行已付中心未付 5.00 元超过 90 天" in closing.note


def test_the_thirtieth_of_june_waits_for_the_release_and_pays_interest(centre):
    on(centre, date(2026, 6, 30))
    person = ledger.open_subaccount(make_origin(business_date=centre.day), "201", "fund_account", 1, 1, 700)
    closing = centre.start()
    assert closing.state == ClosingState.BLOCKED
    assert "还没有发布" in closing.note, closing.note
    settlement.release_year(make_origin(business_date=centre.day), 2026, Decimal("1.50"), Decimal("1.50"))
    closing = centre.resume()
    assert closing.note == "两人签批：等待签批", closing.note
    assert centre.sign().state == ClosingState.CLOSED
    assert Subaccount.objects.get(pk=person).open_year == 2027
    assert ("interest_year", "2026") in PeriodEnd.objects.values_list("kind", "key")


def test_a_slot_is_passed_over_until_an_app_fills_it(settings, monkeypatch):
    codes = [one.code for one in plan.steps_of(date(2026, 11, 10))]
    assert "loans.day_end" not in codes
    monkeypatch.setitem(running.jobs._by_code, "loans.day_end", batch)
    assert plan.steps_of(date(2026, 11, 10))[4] == CloseStep("loans.day_end", slot=True)


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        (date(2026, 11, 10), {"day"}),
        (date(2026, 2, 28), {"day", "month"}),
        (date(2028, 2, 28), {"day"}),
        (date(2026, 6, 30), {"day", "month", "interest_year"}),
        (date(2026, 12, 31), {"day", "month", "year"}),
    ],
)
def test_two_different_year_ends(day, kinds):
    assert set(plan.periods_ending(day)) == kinds


def test_two_people_sign_through_the_gate(centre, branch):
    centre.start()
    maker, checker = staff("accountant", branch=branch.pk), staff("accountant_reviewer", branch=branch.pk)
    given = {"day": centre.day.isoformat()}
    answer = gate.submit("accounts.sign_day_close", maker, CENTRE, given, key="sign-1")
    closing = Closing.objects.get()
    assert closing.signed_at is None
    with pytest.raises(Refused):
        gate.decide(answer.submission, maker, "approve", "", "own")
    gate.decide(answer.submission, checker, "approve", "", "other")
    closing.refresh_from_db()
    assert closing.state == ClosingState.CLOSED
    assert closing.sign_case


def test_every_step_leaves_a_trace(centre):
    closing = centre.close()
    traced = AuditEntry.objects.filter(object=f"accounts.closing:{closing.pk}", action="完成日终步骤")
    assert traced.count() == closing.steps.count()
