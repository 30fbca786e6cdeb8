"""Matching against a planted truth: nothing lost, nothing twice, nothing false, and everything that can be told is told."""

import random
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.bank import inbox
from accounts.bank.models import BankNotice
from accounts.bank.reconciliation import by_hand
from accounts.bank.reconciliation.adjustment import adjust, standing_out
from accounts.bank.reconciliation.models import BankMatch, ItemState, JournalEntry, Klass, OutstandingItem, Rung
from accounts.bank.reconciliation.passes import Run, reconcile
from servicehub.declare import DomainError
from servicehub.declare.registry import receipts
from tests.accounts.bank.planted import LEFT_OVER, MATCHABLE, MONDAY, Planted, matched
from tests.accounts.bank.world import body, line, special_account
from tests.accounts.factories import EmployerAccountFactory
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(branch):
    return special_account(branch)


@pytest.fixture
def owner(branch):
    return EmployerAccountFactory(employer__branch=branch)


@pytest.fixture
def settings_of_bank(monkeypatch):
    only = {"accounts.employer_suspense": receipts["accounts.employer_suspense"]}
    monkeypatch.setattr(receipts, "_by_code", only)


def left() -> tuple[set[int], set[int]]:
    rows = OutstandingItem.objects.live()
    return (
        set(rows.filter(notice__isnull=False).values_list("notice_id", flat=True)),
        set(rows.filter(entry__isnull=False).values_list("entry_id", flat=True)),
    )


def assert_whole(world: Planted) -> None:
    """Every line and entry is in one live match or on the list, never both, and the matches are the planted truth."""
    found = matched()
    assert found == world.truth()
    lines, entries = left()
    in_match_lines, in_match_entries = (
        set().union(*(pair[0] for pair in found)) if found else set(),
        set().union(*(pair[1] for pair in found)) if found else set(),
    )
    assert lines.isdisjoint(in_match_lines)
    assert lines | in_match_lines == set(world.line_ids.values())
    assert entries.isdisjoint(in_match_entries)
    assert entries | in_match_entries == set(world.entry_ids.values())


@pytest.mark.parametrize("kind", [*MATCHABLE, *LEFT_OVER])
def test_each_kind_alone_and_among_its_like(account, kind):
    world = Planted(seed=7).plant([kind] * 12)
    world.store(account)
    reconcile(make_origin(), [account.pk])
    assert_whole(world)


RUNGS = {
    "host": Rung.HOST_NUMBER, "business": Rung.BUSINESS_NUMBER, "batch": Rung.BATCH, "counter": Rung.COUNTER_ACCOUNT,
    "name": Rung.COUNTER_NAME, "sum_entries": Rung.SUM, "sum_lines": Rung.SUM, "reversal": Rung.REVERSAL,
    "red": Rung.REVERSAL,
}  # fmt: skip


@pytest.mark.parametrize("kind", MATCHABLE)
def test_the_rung_that_singled_it_out_is_kept(account, kind):
    Planted(seed=3).plant([kind]).store(account)
    reconcile(make_origin(), [account.pk])
    assert set(BankMatch.objects.values_list("rung", flat=True)) == {RUNGS[kind]}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.lists(st.sampled_from([*MATCHABLE, *LEFT_OVER]), min_size=5, max_size=60))
def test_any_mixture_ends_as_the_truth_says(account, seed, kinds):
    with transaction.atomic():
        world = Planted(seed).plant(kinds)
        world.store(account)
        account.reconciled_on = None
        account.save()
        reconcile(make_origin(), [account.pk])
        assert_whole(world)
        reconcile(make_origin(), [account.pk])  # again: nothing more, nothing else
        assert_whole(world)
        transaction.set_rollback(True)


def test_two_accounts_do_not_mix(branch):
    first, second = special_account(branch), special_account(branch)
    worlds = []
    for account, seed in ((first, 1), (second, 1)):  # the same movements at both
        world = Planted(seed).plant(["host", "business", "name", "counter", "line_alone"])
        world.store(account)
        worlds.append(world)
    reconcile(make_origin(), [first.pk, second.pk])
    assert matched() == worlds[0].truth() | worlds[1].truth()


def test_days_come_one_after_another_and_late_ones_find_their_pair(account):
    """What is left over today is matched when the other side comes, weeks later, and leaves the list."""
    world = Planted(seed=5, days=1).plant(["business"] * 6)
    entries, world.entries = world.entries, []
    world.store(account)
    reconcile(make_origin(business_date=MONDAY), [account.pk])
    assert OutstandingItem.objects.live().count() == 6
    booked_on = MONDAY + timedelta(days=40)  # far beyond the overlap
    reconcile(make_origin(business_date=booked_on), [account.pk])
    assert OutstandingItem.objects.live().count() == 6
    late = [world._journal(account, row | {"business_date": booked_on}, place) for place, row in enumerate(entries)]
    JournalEntry.objects.bulk_create(late)
    done = reconcile(make_origin(business_date=booked_on), [account.pk])
    assert (done.matched, done.outstanding) == (6, 0)
    assert set(OutstandingItem.objects.values_list("state", "cleared_on")) == {(ItemState.CLEARED, booked_on)}


def test_the_database_refuses_a_second_match(account):
    world = Planted(seed=1).plant(["host", "host"])
    world.store(account)
    reconcile(make_origin(), [account.pk])
    first, second = BankMatch.objects.order_by("pk")
    with pytest.raises(IntegrityError, match="bank_match_line_once"), transaction.atomic():
        BankMatch.objects.create(special_account=account, rung=7, notice=first.notice, matched_on=MONDAY)
    with pytest.raises(IntegrityError, match="bank_match_entry_once"), transaction.atomic():
        BankMatch.objects.create(special_account=account, rung=7, entry=second.entry, matched_on=MONDAY)


def test_four_classes_of_what_stands_out(account):
    world = Planted(seed=2).plant(["line_alone", "line_alone", "entry_alone", "entry_alone"])
    for row, amount in zip(world.lines + world.entries, ("5.00", "-6.00", "10.00", "-12.00"), strict=True):
        row["amount"] = Decimal(amount)
    world.store(account)
    reconcile(make_origin(), [account.pk])
    assert dict(OutstandingItem.objects.values_list("amount", "klass")) == {
        Decimal("5.00"): "bank_in", Decimal("-6.00"): "bank_out", Decimal("10.00"): "centre_in",
        Decimal("-12.00"): "centre_out",
    }  # fmt: skip


def test_the_automatic_share_is_the_matchable_share(account):
    dice = random.Random(11)
    kinds = dice.choices(MATCHABLE, k=270) + dice.choices(LEFT_OVER, k=30)
    dice.shuffle(kinds)
    world = Planted(seed=11, days=90).plant(kinds)
    world.store(account)
    reconcile(make_origin(), [account.pk])
    assert_whole(world)
    assert BankMatch.objects.filter(notice__isnull=False).count() >= sum(
        len(group.lines) for group in world.groups if group.matchable
    )
    assert BankNotice.objects.count() == len(world.lines)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.lists(st.sampled_from([*MATCHABLE, *LEFT_OVER]), min_size=5, max_size=40))
def test_on_any_day_what_stands_out_is_the_difference_of_both_sides(account, seed, kinds):
    """Also days before the match, when one member was there and the other was not."""
    with transaction.atomic():
        world = Planted(seed).plant(kinds)
        world.store(account)
        reconcile(make_origin(), [account.pk])
        account.refresh_from_db()
        for day in (MONDAY + timedelta(days=number) for number in range(0, 24, 3)):
            items = standing_out(account, day)
            bank = sum((item.amount for item in items if item.klass.startswith("bank")), Decimal("0.00"))
            books = sum((item.amount for item in items if item.klass.startswith("centre")), Decimal("0.00"))
            told = sum((row["amount"] for row in world.lines if row["host_date"] <= day), Decimal("0.00"))
            booked = sum((row["amount"] for row in world.entries if row["business_date"] <= day), Decimal("0.00"))
            assert told - booked == bank - books, day
        transaction.set_rollback(True)


def test_by_hand_needs_equal_sides_and_can_be_taken_back_for_good(account):
    world = Planted(seed=4).plant(["twins", "line_alone"])
    world.lines[2]["amount"] = Decimal("1.00")
    world.store(account)
    reconcile(make_origin(), [account.pk])
    items = {(row.notice_id, row.entry_id): row.pk for row in OutstandingItem.objects.live()}
    line, entry = items[world.line_ids[0], None], items[None, world.entry_ids[0]]
    with pytest.raises(DomainError, match=r"match\.refused"):
        by_hand.match(make_origin(), [items[world.line_ids[2], None], entry], "不相等")
    (made,) = by_hand.match(make_origin(operator_name="赵敏"), [line, entry], "与回单一致")
    assert (made.rung, made.matched_by, made.notice_id, made.entry_id) == (
        7,
        "赵敏",
        world.line_ids[0],
        world.entry_ids[0],
    )
    reconcile(make_origin(), [account.pk])  # the other twin is now alone of its kind
    assert OutstandingItem.objects.live().count() == 1
    assert by_hand.undo(make_origin(), made.pk) == 2
    reconcile(make_origin(), [account.pk])
    assert OutstandingItem.objects.live().count() == 3  # the passes keep off what a person took apart
    with pytest.raises(DomainError, match=r"match\.undone"):
        by_hand.undo(make_origin(), made.pk)


def test_an_explanation_stays_until_the_other_side_is_there(account):
    world = Planted(seed=4).plant(["line_alone"])
    world.store(account)
    reconcile(make_origin(), [account.pk])
    (item,) = OutstandingItem.objects.live()
    by_hand.explain(make_origin(operator_name="赵敏"), item.pk, "银行次日入账")
    reconcile(make_origin(), [account.pk])
    item.refresh_from_db()
    assert (item.state, item.explanation, item.explained_by) == (ItemState.EXPLAINED, "银行次日入账", "赵敏")
    (stands,) = standing_out(account, MONDAY + timedelta(days=30))
    assert stands.explanation == "银行次日入账"


def test_real_money_is_drawn_from_the_ledger_and_the_month_is_in_balance(account, owner, settings_of_bank):
    """Through the real doors: arrivals are booked, the journal is drawn, and the paper says so."""
    told = [
        line(account, "100.00", remark=owner.employer.number, balance=Decimal("100.00"), host_date=MONDAY),
        line(account, "7.00", remark="货款", balance=Decimal("107.00"), host_date=MONDAY, host_time=time(10)),
        line(account, "-2.00", summary="手续费", balance=Decimal("105.00"), host_date=MONDAY, host_time=time(11)),
    ]
    inbox.keep(body(*told).decode(), "", "SBDC100")
    assert reconcile(make_origin(), [account.pk]) == Run(matched=2, outstanding=1)
    account.refresh_from_db()
    made = adjust(account, date(2026, 11, 30))
    assert (made.bank, made.books, made.difference) == (Decimal("105.00"), Decimal("107.00"), Decimal("0.00"))
    assert (made.bank_adjusted, made.total(Klass.BANK_PAID)) == (Decimal("105.00"), Decimal("2.00"))
    assert set(BankMatch.objects.values_list("rung", flat=True)) == {Rung.HOST_NUMBER}
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        JournalEntry.objects.update(amount=1)
