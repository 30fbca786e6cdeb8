"""One employer's month from xlsx to posted, against the floor: the same file read by the same reader, COPY, match by the
same blind index, INSERT, UPDATE, without a single check. The floor's postings have a key and the one index that finds
an account's postings, as those of ``posting_list_100k`` do: rows nobody could look up would not be the same effect.
"""

import gc
import io
import time
from dataclasses import dataclass

import xlsxwriter
from django.conf import settings
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from accounts.models import EmployerAccount
from deposits.models import Remittance
from deposits.services import change_lists
from deposits.services.receipts import receive
from deposits.services.remittances import MonthToConfirm, confirm
from servicehub.clock.models import BusinessCalendar
from servicehub.clock.published import load_published_years
from servicehub.declare import Party
from servicehub.declare.registry import sheets
from servicehub.kit import crypto
from servicehub.kit.identity_numbers import check_digit
from servicehub.kit.months import Month
from servicehub.policy.loading import load_files
from servicehub.sheets import intake
from tests.accounts.factories import id_number
from tests.benchmarks.harness import Benchmark, Growth, forget_peak, peak_mebibytes, progress
from tests.conftest import BUSINESS_DATE
from tests.deposits.world import NAMES, by_clerk, employer_with, notice

HEADING = ("变更类型", "姓名", "证件号码", "缴存基数", "缴存比例", "生效年月", "原因", "手机号码")
ROWS_BAD = 24
MONTH = Month(2026, 10)


@dataclass
class World:
    account: EmployerAccount
    heads: int
    serial: int
    month: Month = MONTH


def law() -> None:
    """The calendar and the policy that a month is computed under, once per scratch database."""
    if BusinessCalendar.objects.exists():
        return
    with transaction.atomic():
        BusinessCalendar.open(BUSINESS_DATE)
    load_published_years()
    root = settings.BASE_DIR / "fundcentre" / "policy"
    load_files(sorted([*root.glob("*.toml"), *(root / "demo").glob("*.toml")]))


def build(heads: int, serial: int = 1) -> World:
    law()
    account = employer_with(heads, serial=serial)
    connection.cursor().execute("VACUUM ANALYZE")
    return World(account, heads, serial)


def book(world: World, round_no: int) -> bytes:
    """The whole roster; one in a hundred has a new base, twenty-four rows are wrong."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"constant_memory": True})
    page = workbook.add_worksheet()
    page.write_row(0, 0, HEADING)
    step = max(world.heads // ROWS_BAD, 1)
    for place in range(world.heads):
        number = id_number(world.serial + place)
        if place % step == 7 and place // step < ROWS_BAD:
            number = number[:17] + ("1" if check_digit(number[:17]) != "1" else "2")
        wage = 5000 + (100 * (round_no % 40 + 1) if place % 100 == 3 else 0)
        page.write_row(place + 1, 0, ("", NAMES[place % len(NAMES)], number))
        page.write_number(place + 1, 3, wage)
        page.write_string(place + 1, 5, str(world.month))
    workbook.close()
    return stream.getvalue()


def product(world: World, data: bytes) -> dict[str, float]:
    """Upload, apply, confirm, bank notice, allocation: what it took, in seconds."""
    origin, took = by_clerk(), {}
    world.account.refresh_from_db()

    def timed(name, work):
        begin = time.perf_counter()
        result = work()
        took[name] = time.perf_counter() - begin
        return result

    upload = timed(
        "upload",
        lambda: intake.receive(
            origin,
            sheets["deposits.change_list"],
            Party("employer", world.account.employer_id),
            "清册.xlsx",
            data,
            mode="full",
            context={"account": world.account.pk, "month": int(world.month)},
        ),
    )
    assert upload.rows_bad == ROWS_BAD, upload.rows_bad
    timed("apply", lambda: change_lists.apply_upload(origin, upload))

    def confirmed() -> Remittance:
        with transaction.atomic():
            change_list = change_lists.find(world.account, world.month)
            change_lists.take_effect(origin, change_list)
            return confirm(origin, [MonthToConfirm(world.account, world.month, change_list)])[0]

    head = timed("confirm", confirmed)
    arrived = timed("notice", lambda: notice(world.account, str(head.total), head.remark_code))
    timed("allocate", lambda: receive(origin, arrived, world.account, head))
    head.refresh_from_db()
    assert head.state == "posted"
    world.month = world.month.next
    return took


FLOOR_TABLES = """
DROP TABLE IF EXISTS floor_stage, floor_posting;
CREATE UNLOGGED TABLE floor_stage (id_index bytea, amount numeric(18, 2));
CREATE TABLE IF NOT EXISTS floor_posting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subaccount_id bigint, amount numeric(18, 2), month int
);
CREATE INDEX ON floor_posting (subaccount_id);
"""


def floor(world: World, data: bytes) -> float:
    """Read, COPY, match, INSERT, UPDATE; on tables of its own, so that the product's rows stay what they were."""
    with connection.cursor() as cursor:
        cursor.execute(FLOOR_TABLES)
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS floor_balance (id bigint PRIMARY KEY, balance numeric(18, 2)) WITH (fillfactor = 50)"
        )
        cursor.execute("SELECT count(*) FROM floor_balance")
        if cursor.fetchone()[0] != world.heads:
            cursor.execute("TRUNCATE floor_balance")
            cursor.execute("INSERT INTO floor_balance SELECT subaccount_id, 0 FROM accounts_fundaccount ORDER BY 1")
            cursor.execute("VACUUM ANALYZE floor_balance")
    begin = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            rows = workbook.get_sheet_by_index(0).to_python()[1:]
        indexes = crypto.blind_index_many([row[2] for row in rows], crypto.ID_NUMBER)
        lines = "\n".join(f"\\\\x{index.hex()}\t{row[3] * 0.24:.2f}" for index, row in zip(indexes, rows, strict=True))
        cursor.copy_expert("COPY floor_stage FROM STDIN", io.StringIO(lines + "\n"))
        cursor.execute(
            "INSERT INTO floor_posting (subaccount_id, amount, month) SELECT account.subaccount_id, s.amount, 202610"
            " FROM floor_stage s JOIN accounts_person p ON p.id_index = s.id_index AND p.id_type = '01'"
            " JOIN accounts_fundaccount account ON account.person_id = p.id AND account.fund_kind = '01'"
            " ORDER BY account.subaccount_id"
        )
        cursor.execute(
            "UPDATE floor_balance b SET balance = b.balance + p.amount FROM floor_posting p WHERE p.subaccount_id = b.id"
        )
    return time.perf_counter() - begin


class Remittance100k(Benchmark):
    code = "remittance_100k"
    what = "one employer of 100,000: workbook to posted, all checks, bad rows by line, voucher"
    n = 100_000
    must, aim = 2.0, 1.5
    memory_must = 600  # MiB of the process that does the work

    def prepare(self) -> None:
        self.peaks: list[int] = []
        self.world = build(self.n)
        self.round = 0
        self.books: dict[Month, bytes] = {}

    def data(self) -> bytes:
        """One workbook a round, the same for both sides."""
        if self.world.month not in self.books:
            self.round += 1
            self.books = {self.world.month: book(self.world, self.round)}
        gc.collect()
        return self.books[self.world.month]

    def floor(self) -> float:
        self.kept = self.data()
        return floor(self.world, self.kept)

    def product(self) -> float:
        data = self.data()
        forget_peak()
        took = product(self.world, data)
        self.peaks.append(peak_mebibytes())
        progress(" ".join(f"{name} {seconds:.2f}" for name, seconds in took.items()) + f", {self.peaks[-1]} MiB")
        connection.cursor().execute("VACUUM ANALYZE")  # as autovacuum would have left it by the next month
        return sum(took.values())

    def check(self) -> None:
        assert max(self.peaks) < self.memory_must, self.peaks

    def details(self) -> dict:
        return {"peak_mebibytes": max(self.peaks)}


class GrowthRemittance(Growth):
    code = "growth_remittance"
    what = "the same work for 1,000, 10,000 and 100,000 people"
    n = 100_000
    sizes = (1_000, 10_000, 100_000)
    must, aim = 1.10, 1.0

    def prepare(self) -> None:
        first = 1
        self.worlds = {}
        for size in self.sizes:
            self.worlds[size] = build(size, first)
            first += size

    def measure(self, n: int) -> float:
        world = self.worlds[n]
        return sum(product(world, book(world, int(world.month))).values())
