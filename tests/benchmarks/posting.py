"""Small postings: transfers between two accounts, one by one and a thousand in a call, beside pgbench's TPC-B.

``posting_single`` goes the whole way of a submission: the gate's questions, the frozen input, a case, the operation,
the audit row, the voucher. ``posting_service`` is the ledger's share of it: one call of ``ledger.post``.
"""

import itertools
import multiprocessing
import random
import re
import time
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import connection, connections
from rest_framework import serializers

from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, Kind, credit, debit
from accounts.ledger.years import YearPolicy, open_interest_year
from accounts.models import Employer
from servicehub import clock, gate
from servicehub.catalogue.sync import sync_catalogue
from servicehub.clock.models import BusinessCalendar
from servicehub.declare import Audience, Change, Channel, Item, Operation, Outcome, Party, registry
from servicehub.identity.models import User
from tests.accounts.factories import EmployerFactory
from tests.benchmarks import scratch
from tests.benchmarks.harness import Benchmark
from tests.conftest import BUSINESS_DATE, make_origin

ACCOUNTS = 100_000
PGBENCH_SCALE = 10
SECONDS = 3  # of each side of a round
SEED = 20261123

TRANSFER = EventTemplate(
    code="bench.transfer",
    label="测试划转",
    kind=Kind.INTERNAL_TRANSFER,
    lines=(debit("201", "total"), credit("201", "total")),
)
ITEM = Item(
    code="X-BENCH",
    name="测试划转",
    owner="信息科",
    audiences=frozenset({Audience.EMPLOYER}),
    channels=frozenset({Channel.CTR}),
    assurance=1,
    guide="只在基准测试里。",
    help="问。答。",
)


class TransferOperation(Operation):
    code = "bench.transfer"
    item = ITEM.code
    label = "测试划转"
    target = "employer"
    roles = frozenset({"teller"})
    moves_money = True

    class Input(serializers.Serializer):
        source = serializers.IntegerField()
        target = serializers.IntegerField()
        amount = serializers.DecimalField(max_digits=18, decimal_places=2)

    def amount(self, origin, target, data):
        return data["amount"]

    def execute(self, origin, target, data):
        posted = ledger.post(origin, transfer(origin.pass_.case, data["source"], data["target"], data["amount"]))
        change = Change("ledger.voucher", posted.voucher, "", {"金额": ("", f"{data['amount']}")})
        return Outcome(message="已划转", changes=(change,))


def transfer(event_id: str, source: int, target: int, amount: Decimal) -> ledger.Entry:
    movements = (ledger.Movement(source, -amount, bucket="current"), ledger.Movement(target, amount))
    return ledger.Entry(TRANSFER.code, event_id, 1, {"total": amount}, movements)


def transactions_a_second(clients: int) -> float:
    """pgbench's TPC-B, as it comes."""
    said = scratch.pgbench("-n", "-c", str(clients), "-j", str(clients), "-T", str(SECONDS))
    return float(re.search(r"^tps = ([\d.]+)", said, re.MULTILINE).group(1))


class Postings(Benchmark):
    n = ACCOUNTS

    def prepare(self) -> None:
        registry.ledger_events.add(TRANSFER)
        registry.items.add(ITEM)
        registry.operations.add(TransferOperation)
        sync_catalogue()
        BusinessCalendar.open(BUSINESS_DATE)
        User.objects.create(pk=1, username="bench", kind="staff", display_name="王芳")
        self.origin = make_origin(branches=None)
        open_interest_year(self.origin, 2027, YearPolicy())
        ledger.open_subaccounts(
            self.origin, "201", "fund_account",
            "SELECT g, 1, 700 + g %% 300 FROM generate_series(1, %s) AS g", [ACCOUNTS],
        )  # fmt: skip
        registry.ledger_events.add(
            EventTemplate(code="bench.open", label="测试余额", lines=(debit("10101", "total"), credit("201", "total")))
        )
        ledger.post_many(
            self.origin,
            ledger.Entry("bench.open", "opening", 1, {"total": Decimal(ACCOUNTS * 10_000)}),
            ledger.Source("SELECT id, 10000.00 FROM accounts_subaccount", ("subaccount", "current")),
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(id), max(id) FROM accounts_subaccount")
            self.low, self.high = cursor.fetchone()
        EmployerFactory.create()
        scratch.pgbench("-i", "-q", "-s", str(PGBENCH_SCALE))
        scratch.vacuum()

    def pair(self, dice: random.Random) -> tuple[int, int]:
        source, target = dice.randint(self.low, self.high), dice.randint(self.low, self.high - 1)
        return source, target + (target >= source)

    def check(self) -> None:
        from accounts.ledger import proofs

        for proof in (proofs.totals_tie, proofs.every_voucher_ties, proofs.every_account_ties):
            assert proof(self.origin) == [], proof.__name__


class PostingService(Postings):
    code = "posting_service"
    what = "one two-leg posting through the ledger's service"
    must, aim = 1.7, 1.0

    def floor(self) -> float:
        return 1 / transactions_a_second(1)

    def product(self) -> float:
        dice, events = random.Random(), uuid4().hex
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < SECONDS:
            ledger.post(self.origin, transfer(f"{events}{done}", *self.pair(dice), Decimal("1.00")))
            done += 1
        return (time.perf_counter() - began) / done


class PostingBatch(Postings):
    code = "posting_batch"
    what = "postings in batches of 1,000"
    must, aim = 0.17, 0.10
    batch = 1_000

    def floor(self) -> float:
        return 1 / transactions_a_second(1)

    def product(self) -> float:
        dice, events = random.Random(), uuid4().hex
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < SECONDS:
            entries = [
                transfer(f"{events}{done}-{one}", *self.pair(dice), Decimal("1.00")) for one in range(self.batch)
            ]
            ledger.post_each(self.origin, entries)
            done += self.batch
        return (time.perf_counter() - began) / done


class PostingSingle(Postings):
    """The bar is the worse of one client and two."""

    code = "posting_single"
    what = "one two-leg posting through gate, case, audit and idempotency key, at 1 and 2 clients"
    must, aim = 1.7, 1.0
    clients = (1, 2)

    def prepare(self) -> None:
        super().prepare()
        self.employer = Party("employer", Employer.objects.values_list("pk", flat=True).get())
        self.dice = itertools.count(SEED)

    def run(self):
        figures = []
        for clients in self.clients:
            self.at_once = clients
            figures.append(super().run() if clients == self.clients[0] else self.again())
        worst = max(figures, key=lambda figure: figure.ratio)
        worst.details["clients"] = {str(c): f"{f.ratio:.3f}" for c, f in zip(self.clients, figures, strict=True)}
        return worst

    def again(self):
        self.prepare = lambda: None
        return super().run()

    def floor(self) -> float:
        return 1 / transactions_a_second(self.at_once)

    def product(self) -> float:
        """Seconds per posting over all clients, each a process of its own."""
        connections.close_all()
        context = multiprocessing.get_context("fork")
        answers = context.Queue()
        workers = [
            context.Process(target=self.client, args=(next(self.dice), answers), daemon=True)
            for _ in range(self.at_once)
        ]
        for worker in workers:
            worker.start()
        rates = [answers.get(timeout=60) for _ in workers]
        for worker in workers:
            worker.join()
        return 1 / sum(rates)

    def client(self, seed: int, answers) -> None:
        dice = random.Random(seed)
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < SECONDS:
            source, target = self.pair(dice)
            raw = {"source": source, "target": target, "amount": "1.00"}
            now = clock.now()
            origin = make_origin(
                pass_=None, branch=1, branches=None, roles=frozenset({"teller"}),
                posts=frozenset({("teller", None)}), assurance=2, at=now, assured_at=now - timedelta(seconds=5), request_id=uuid4().hex,
            )  # fmt: skip
            answer = gate.submit("bench.transfer", origin, self.employer, raw, key=uuid4().hex)
            assert answer.state == "done", answer
            done += 1
        answers.put(done / (time.perf_counter() - began))
