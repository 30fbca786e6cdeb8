"""The year from trial to statements: tried, released by two people, settled in ranges, tied, published."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.interest import jobs, running, terms
from accounts.interest.models import InterestException, InterestSettlement
from accounts.ledger import accrual, closing, proofs, settlement
from accounts.ledger import services as ledger
from accounts.ledger.general import subject_balance
from accounts.ledger.models import InterestRow, InterestYear, Subaccount, Voucher
from accounts.ledger.rules.interest import Buckets, RateChange
from servicehub import batch, gate
from servicehub.batch.models import ItemState, JobItem, JobRun, RunState
from servicehub.catalogue.sync import sync_catalogue
from servicehub.declare import CENTRE, Pass, PassKind
from servicehub.identity.models import User
from tests.accounts.ledger.conftest import Books, declared_events  # noqa: F401
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db(transaction=True)
BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
JUNE = date(2026, 6, 30)
RATE = Decimal("1.50")
PEOPLE = 12


@pytest.fixture(autouse=True)
def world(monkeypatch):
    sync_catalogue()
    monkeypatch.setattr(running, "RANGE_ACCOUNTS_MAX", 4)


@pytest.fixture
def books():
    made = Books()
    InterestYear.objects.exclude(year__in=[2026, 2027]).delete()
    opened = date(2025, 7, 1)
    made.people = [made.person(ref, branch=1 + ref % 2, day=opened) for ref in range(PEOPLE)]
    for place, one in enumerate(made.people):
        made.deposit(one, f"{1000 + 137 * place}.{10 + place}", day=opened + timedelta(days=place))
    made.deposit(made.people[0], "1.00", day=JUNE)
    return made


def accountant(name: str, role: str = "accountant"):
    user, _ = User.objects.get_or_create(username=name, defaults={"kind": "staff", "display_name": name})
    given = {
        "operator": user.pk, "operator_name": name, "roles": frozenset({role}), "pass_": None, "assurance": 3,
        "channel": "ADM", "branches": None, "business_date": JUNE,
    }  # fmt: skip
    return make_origin(**given, assured_at=make_origin().at)


def tried(key: str = "t1"):
    return gate.submit("accounts.try_interest", accountant("会计"), CENTRE, {"year": 2026}, key)


def release(key: str = "r1"):
    answer = gate.submit("accounts.release_interest", accountant("会计"), CENTRE, {"year": 2026}, key)
    return gate.decide(answer.submission, accountant("复核", "accountant_reviewer"), "approve", "", f"d{key}")


def paid() -> Decimal:
    return sum(InterestRow.objects.filter(year=2026).values_list("paid", flat=True), Decimal(0))


def test_the_whole_way(books):
    tried()
    trial = running.trial_totals(2026)
    assert [row["heads"] for row in trial] == [6, 6]
    release()
    run = JobRun.objects.get(job=jobs.SETTLE.code)
    assert run.state == RunState.DONE, list(run.items.exclude(error="").values_list("step", "subject", "error"))
    assert (run.key, run.business_date) == ("2026", JUNE)
    assert sum(row["interests"] for row in trial) == paid() > 0
    assert set(Subaccount.objects.filter(subject_id="201").values_list("open_year", flat=True)) == {2027}
    assert subject_balance("211") == 0
    assert subject_balance("41101") == paid()
    made = InterestSettlement.objects.get(year=2026)
    assert made.published_on == JUNE
    assert made.case_number
    assert Voucher.objects.filter(event_type=settlement.SETTLE_EVENT).count() == 3
    for proof in (proofs.totals_tie, proofs.every_account_ties, proofs.every_voucher_ties, proofs.trial_balance_zero):
        assert proof(make_origin()) == []


def test_trials_are_as_many_as_one_likes_and_book_nothing(books):
    before = Voucher.objects.count()
    tried("t1")
    first = running.trial_totals(2026)
    books.deposit(books.people[1], "5000.00", day=JUNE)
    tried("t2")
    second = running.trial_totals(2026)
    assert [row["heads"] for row in first] == [row["heads"] for row in second]
    assert sum(row["interests"] for row in second) > sum(row["interests"] for row in first)
    assert Voucher.objects.count() == before + 1
    assert InterestRow.objects.count() == 0


def test_nobody_releases_alone_or_untried(books):
    with pytest.raises(gate.Refused) as refusal:
        gate.submit("accounts.release_interest", accountant("会计"), CENTRE, {"year": 2026}, "k0")
    assert "还没有试算" in str(refusal.value.findings)
    tried()
    answer = gate.submit("accounts.release_interest", accountant("会计"), CENTRE, {"year": 2026}, "k1")
    with pytest.raises(gate.Refused):
        gate.decide(answer.submission, accountant("会计", "accountant_reviewer"), "approve", "", "k2")
    assert InterestYear.objects.get(year=2026).released_on is None


def behind(sql: str, *params) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_what_cannot_be_proved_is_an_exception_and_stops_the_release(books):
    one = books.people[3]
    behind("UPDATE accounts_subaccount SET product_current = product_current + 1 WHERE id = %s", one)
    tried()
    (found,) = InterestException.objects.all()
    assert (found.subaccount_id, found.reason) == (one, "proof")
    with pytest.raises(gate.Refused) as refusal:
        release()
    assert "例外" in str(refusal.value.findings)


def test_a_fen_between_the_engines_holds_the_batch_until_it_is_gone(books):
    tried()
    one = books.people[5]
    behind("UPDATE accounts_subaccount SET product_current = product_current + 0.01 WHERE id = %s", one)
    release()
    run = JobRun.objects.get(job=jobs.SETTLE.code)
    assert run.state == RunState.PARTLY_FAILED
    assert "两套算法" in run.items.exclude(error="").get().error
    assert InterestRow.objects.count() == 0
    behind("UPDATE accounts_subaccount SET product_current = product_current - 0.01 WHERE id = %s", one)
    running.compute_twice(make_origin(pass_=BATCH, business_date=JUNE), run, "2026")
    batch.retry(make_origin(pass_=BATCH, business_date=JUNE), run.pk)
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert InterestRow.objects.count() == PEOPLE


def test_a_range_that_was_killed_is_done_again_and_pays_once(books, monkeypatch):
    """The worker dies after the range is booked and before its piece is marked: nothing of either stays."""
    tried()
    real, calls = running.settle_range, []

    def dies(*given, **named):
        answer = real(*given, **named)
        calls.append(answer)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(running, "settle_range", dies)
    with pytest.raises(KeyboardInterrupt):
        release()
    run = JobRun.objects.get(job=jobs.SETTLE.code)
    assert run.state == RunState.RUNNING
    waiting = JobItem.objects.filter(run=run, step=run.step, state=ItemState.WAITING).count()
    assert (waiting, InterestRow.objects.count()) == (2, 4)
    assert running.unpublished(2026)
    batch.work_off(run.pk, make_origin(pass_=BATCH, business_date=JUNE))
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert InterestRow.objects.count() == PEOPLE
    assert subject_balance("41101") == paid()
    assert not running.unpublished(2026)


def test_money_on_its_way_out_waits_for_the_bank(books):
    one = books.people[2]
    origin = make_origin(business_date=JUNE)
    total = ledger.balance(one).total
    held = ledger.hold(origin, ledger.Reservation(one, total, "tests.payout", "P1"))
    tried()
    release()
    assert JobRun.objects.get(job=jobs.SETTLE.code).state == RunState.DONE
    assert Subaccount.objects.get(id=one).open_year == 2026
    assert InterestRow.objects.count() == PEOPLE - 1
    july = make_origin(business_date=date(2026, 7, 2))
    ledger.release(july, held)
    settlement.settle_late(july, one)
    assert Subaccount.objects.get(id=one).open_year == 2027
    assert proofs.every_account_ties(make_origin()) == []


def test_a_year_of_segments_is_tried_before_it_is_released(books, monkeypatch):
    InterestYear.objects.filter(year=2026).update(application="segmented")
    lower = RateChange(date(2026, 3, 1), Buckets(Decimal("1.30"), Decimal("1.30")))
    monkeypatch.setattr("accounts.interest.running.year_rates", lambda year: (Buckets(RATE, RATE), (lower,)))
    monkeypatch.setattr("accounts.operations.interest.year_rates", lambda year: (Buckets(RATE, RATE), (lower,)))
    tried()
    trial = sum(row["interests"] for row in running.trial_totals(2026))
    release()
    assert JobRun.objects.get(job=jobs.SETTLE.code).state == RunState.DONE
    assert paid() == trial


def test_terms_come_from_the_policy_book(books):
    assert terms.year_policy(2026).divisor == 360
    assert terms.rates_on(JUNE) == Buckets(RATE, RATE)
    assert terms.rates_on(date(2015, 6, 30)) == Buckets(Decimal("0.35"), Decimal("1.60"))
    assert terms.year_policy(2016).application == "segmented"
    InterestYear.objects.create(year=2016, method="days_product", application="segmented", divisor=360)
    assert terms.year_rates(2016) == (
        Buckets(Decimal("0.35"), Decimal("1.10")), (RateChange(date(2016, 2, 21), Buckets(RATE, RATE)),),
    )  # fmt: skip


def test_the_month_is_accrued_once(books):
    origin = make_origin(pass_=BATCH, business_date=JUNE)
    run = batch.start(origin, jobs.ACCRUE.code, "2026-06-30")
    run.refresh_from_db()
    assert run.state == RunState.DONE
    earned = sum(accrual.estimates(JUNE, Buckets(RATE, RATE)).values())
    assert subject_balance("211") == earned > 0
    running.accrue(origin, run, "")
    assert subject_balance("211") == earned


def test_a_closing_before_30_june_is_not_paid_again(books):
    one = books.people[4]
    origin = make_origin(business_date=JUNE)
    closed = closing.settle_closing(origin, closing.Closing(one, JUNE, "C1", Buckets(RATE, RATE)))
    books.withdraw(one, str(closed.total), day=JUNE)
    ledger.close_subaccount(origin, one)
    tried()
    release()
    assert JobRun.objects.get(job=jobs.SETTLE.code).state == RunState.DONE
    rows = InterestRow.objects.filter(subaccount_id=one)
    assert [(row.kind, row.paid) for row in rows] == [("closing", closed.interest)]
