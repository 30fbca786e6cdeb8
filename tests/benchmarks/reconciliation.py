"""``reconcile_200k``: 200,000 lines of the bank against 200,000 entries of the books, all passes, exceptions listed.

The world is that of the tests (tests/accounts/bank/planted.py), spread over five accounts and a month: nine in ten known
by the bank's own number, the rest by weaker evidence, and two in a hundred by none. The floor is one hash join of both
sides on account, number, day and amount, and the insert of its pairs into a table with a key.
"""

from datetime import timedelta

from django.db import connection, transaction

from accounts.bank.models import SpecialAccount
from accounts.bank.reconciliation.models import BankMatch, OutstandingItem
from accounts.bank.reconciliation.passes import reconcile
from accounts.ledger import chart
from servicehub.clock.published import load_published_years
from tests.accounts.bank.planted import LEFT_OVER, MATCHABLE, MONDAY, Planted, matched
from tests.accounts.bank.world import special_account
from tests.accounts.factories import BranchFactory
from tests.benchmarks import scratch
from tests.benchmarks.harness import Benchmark, stopwatch
from tests.conftest import make_origin

ACCOUNTS = 5
SIDE = 200_000
OTHERS = ("business", "counter", "name", "batch", "sum_entries", "sum_lines", "reversal", "red")
MIXTURE = ("host",) * 900 + OTHERS * 10 + LEFT_OVER * 2

_FLOOR = """
INSERT INTO floor_pair (line, entry)
SELECT n.id, e.id FROM accounts_banknotice n
JOIN accounts_journalentry e ON e.special_account_id = n.special_account_id AND e.host_no = n.host_no
                            AND e.host_date = n.host_date AND e.amount = n.amount
"""


class Reconcile(Benchmark):
    code = "reconcile_200k"
    what = "200,000 statement lines against 200,000 entries, all passes"
    n = SIDE
    rounds = 5
    must, aim = 6.0, 3.5

    def prepare(self) -> None:
        load_published_years([2026])
        chart.load()
        branch = BranchFactory.create()
        self.worlds = []
        for number in range(ACCOUNTS):
            world, kinds = Planted(seed=number, days=28), list(MIXTURE)
            while len(world.lines) < SIDE // ACCOUNTS:
                world.dice.shuffle(kinds)
                world.plant(kinds)
            while len(world.entries) < len(world.lines):
                world.plant(["entry_alone"])
            account = special_account(branch, nature="01")
            with transaction.atomic():
                world.store(account)
            self.worlds.append((account, world))
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE floor_pair (id bigserial PRIMARY KEY, line bigint, entry bigint)")
        scratch.vacuum()

    def floor(self) -> float:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE floor_pair")
            with stopwatch() as taken:
                cursor.execute(_FLOOR)
        return taken[0]

    def product(self) -> float:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE accounts_bankmatch, accounts_outstandingitem")
        SpecialAccount.objects.update(reconciled_on=None)
        origin = make_origin(business_date=MONDAY + timedelta(days=30))
        with stopwatch() as taken:
            reconcile(origin, [account.pk for account, _ in self.worlds])
        return taken[0]

    def check(self) -> None:
        """The planted truth, to the last pair; and everything else on the list."""
        truth = set().union(*(world.truth() for _, world in self.worlds))
        assert matched() == truth
        lines = sum(len(world.lines) for _, world in self.worlds)
        entries = sum(len(world.entries) for _, world in self.worlds)
        live = BankMatch.objects.filter(undone_at=None)
        assert live.filter(notice__isnull=False).count() + OutstandingItem.objects.live().filter(
            notice__isnull=False
        ).count() == lines  # fmt: skip
        assert live.filter(entry__isnull=False).count() + OutstandingItem.objects.live().filter(
            entry__isnull=False
        ).count() == entries  # fmt: skip
        assert set(MATCHABLE) == {"host", *OTHERS}
