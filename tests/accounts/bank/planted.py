"""Movements of money as both sides tell them, with the truth about which belong together planted beside them.

Amounts come from a short list, so that strangers of the same amount on the same day are common; what singles a pair out
is only what a kind says it is.
"""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal

from accounts.bank.models import BankMessage, BankNotice
from accounts.bank.reconciliation.models import BankMatch, JournalEntry
from tests.conftest import REQUEST_TIME

MONDAY = date(2026, 11, 2)
AMOUNTS = tuple(Decimal(yuan) for yuan in ("100.00", "500.00", "1200.00", "1200.50", "3000.00", "36480.00"))
MATCHABLE = ("host", "business", "batch", "counter", "name", "sum_entries", "sum_lines", "reversal", "red")
LEFT_OVER = ("line_alone", "entry_alone", "twins", "other_sign", "other_number", "sent_back", "too_late", "two_sums",
             "host_twice")  # fmt: skip


@dataclass
class Group:
    """``lines`` and ``entries`` are places in the world's lists. Left over: nothing of it may be matched."""

    kind: str
    lines: list[int] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)

    @property
    def matchable(self) -> bool:
        return self.kind in MATCHABLE


class Planted:
    """Kinds are planted one by one; ``lines`` and ``entries`` are rows without database numbers yet."""

    def __init__(self, seed: int, first: date = MONDAY, days: int = 12):
        self.dice = random.Random(seed)
        self.first, self.days = first, days
        self.lines: list[dict] = []
        self.entries: list[dict] = []
        self.groups: list[Group] = []
        self.serial = 0

    def plant(self, kinds: Iterable[str]) -> "Planted":
        for kind in kinds:
            self.serial += 1
            self.group = Group(kind)
            getattr(self, f"_{kind}")()
            self.groups.append(self.group)
        return self

    # --- Pieces ------------------------------------------------------------------------------------------------------

    def day(self) -> date:
        return self.first + timedelta(days=self.dice.randrange(self.days))

    def weekday(self) -> date:
        day = self.day()
        return day - timedelta(days=max(day.weekday() - 4, 0))

    def amount(self) -> Decimal:
        return self.dice.choice(AMOUNTS) * self.dice.choice((1, -1))

    def party(self) -> str:
        return f"许昌（第{self.serial}）机械有限公司"

    def line(self, day: date, amount: Decimal, **given) -> dict:
        row = {"host_date": day, "host_no": f"7{len(self.lines):09}", "amount": amount, "reversal": False,
               "counter": "", "counter_name": "", "summary": "转账", "remark": "", **given}  # fmt: skip
        self.group.lines.append(len(self.lines))
        self.lines.append(row)
        return row

    def entry(self, day: date, amount: Decimal, **given) -> dict:
        row = {"business_date": day, "amount": amount, "host_no": "", "host_date": None, "business_no": "",
               "batch_no": "", "counter": "", "counter_name": "", "voucher_id": len(self.entries) + 1,
               "reverses_voucher": None, **given}  # fmt: skip
        self.group.entries.append(len(self.entries))
        self.entries.append(row)
        return row

    def number(self) -> str:
        return f"ZF261102{self.serial:08}"

    # --- What a pass can tell ----------------------------------------------------------------------------------------

    def _host(self) -> None:
        line = self.line(self.day(), self.amount())
        self.entry(self.day(), line["amount"], host_no=line["host_no"], host_date=line["host_date"])

    def _business(self) -> None:
        entry = self.entry(self.day(), self.amount(), business_no=self.number())
        self.line(self.day(), entry["amount"], remark=f"{entry['business_no']} 提取")

    def _batch(self) -> None:
        parts = [-self.dice.choice(AMOUNTS) for _ in range(self.dice.randint(2, 7))]
        batch, day = f"P{self.serial:09}", self.day()
        for number, part in enumerate(parts, start=1):
            self.entry(day, part, batch_no=batch, business_no=f"{self.number()}-{number}")
        self.line(day, sum(parts), remark=self.dice.choice((batch, f"{self.number()} {batch}")))

    def _counter(self) -> None:
        day, amount, account = self.day(), self.amount(), f"6222{self.serial:012}"
        self.line(day, amount, counter=account)
        self.entry(day, amount, counter=account)

    def _name(self) -> None:
        day, amount = self.weekday(), self.amount()
        self.line(day, amount, counter_name=self.party())
        later = day + timedelta(days=self.dice.randint(0, 3))
        self.entry(later, amount, counter_name=self.party().replace("（", "(").replace("）", ")"))

    def _sum_entries(self) -> None:
        day, parts = self.day(), self._odd_parts()
        for part in parts:
            self.entry(day + timedelta(days=self.dice.randint(0, 3)), part, counter_name=self.party())
        self.line(day, sum(parts), counter_name=self.party())

    def _sum_lines(self) -> None:
        day, parts = self.day(), self._odd_parts()
        for part in parts:
            self.line(day + timedelta(days=self.dice.randint(0, 3)), part, counter_name=self.party())
        self.entry(day, sum(parts), counter_name=self.party())

    def _odd_parts(self) -> list[Decimal]:
        """No two choices of them sum alike: powers of two."""
        sign = self.dice.choice((1, -1))
        return [sign * Decimal(100 * 2**place) for place in range(self.dice.randint(2, 5))]

    def _reversal(self) -> None:
        day, amount = self.day(), abs(self.amount())
        line = self.line(day, amount, counter_name=self.party())
        named = self.dice.choice((True, False))
        # Without its number in words it must be alone of its amount: an amount nobody else has.
        if not named:
            line["amount"] = amount = Decimal(900_000 + self.serial)
        self.line(day, -amount, reversal=True, remark=f"冲正{line['host_no']}" if named else "冲正",
                  counter_name=self.party())  # fmt: skip

    def _red(self) -> None:
        entry = self.entry(self.day(), self.amount(), counter_name=self.party())
        self.entry(self.day(), -entry["amount"], reverses_voucher=entry["voucher_id"], counter_name=self.party())

    # --- What nothing can tell ---------------------------------------------------------------------------------------

    def _line_alone(self) -> None:
        self.line(self.day(), self.amount(), counter_name=self.party(), counter=f"6222{self.serial:012}")

    def _entry_alone(self) -> None:
        self.entry(self.day(), self.amount(), counter_name=self.party(), counter=f"6222{self.serial:012}")

    def _twins(self) -> None:
        """Twice the same: any pairing would be a guess."""
        day, amount = self.day(), self.amount()
        for _ in range(2):
            self.line(day, amount, counter_name=self.party())
            self.entry(day, amount, counter_name=self.party())

    def _other_sign(self) -> None:
        day, amount = self.day(), self.amount()
        self.line(day, amount, counter_name=self.party())
        self.entry(day, -amount, counter_name=self.party())

    def _other_number(self) -> None:
        """The books know the bank's number of this one, and it is another."""
        day, amount = self.day(), self.amount()
        self.line(day, amount, counter_name=self.party())
        self.entry(day, amount, counter_name=self.party(), host_no=f"99{self.serial:08}", host_date=day)

    def _sent_back(self) -> None:
        """退汇 names the payment, and is none of it: not even of a stranger's entry of the same sum."""
        amount = abs(self.amount())
        self.entry(self.day(), -amount, business_no=self.number(), counter_name="张三")
        day = self.day()
        self.line(day, amount, remark=f"退汇 {self.number()}", summary="退汇", counter_name=self.party())
        self.entry(day, amount, counter_name=self.party())

    def _too_late(self) -> None:
        day, amount = self.weekday(), self.amount()
        self.line(day, amount, counter_name=self.party())
        self.entry(day + timedelta(days=8), amount, counter_name=self.party())

    def _two_sums(self) -> None:
        day = self.day()
        for part in ("100.00", "200.00", "150.00", "150.00"):
            self.entry(day, Decimal(part), counter_name=self.party())
        self.line(day, Decimal("300.00"), counter_name=self.party())

    def _host_twice(self) -> None:
        """Booked twice by mistake: which of the two is the bank's is a person's word."""
        line = self.line(self.day(), self.amount())
        for _ in range(2):
            self.entry(line["host_date"], line["amount"], host_no=line["host_no"], host_date=line["host_date"])

    # --- Into the database -------------------------------------------------------------------------------------------

    def store(self, account) -> None:
        """Shuffled, so that no order helps."""
        message = BankMessage.objects.create(tx_code="BDC113", body="{}", signature="", received_at=REQUEST_TIME)
        order = list(range(len(self.lines)))
        self.dice.shuffle(order)
        stored = BankNotice.objects.bulk_create(
            [self._notice(account, message, self.lines[place]) for place in order], batch_size=2_000
        )
        self.line_ids = {place: row.pk for place, row in zip(order, stored, strict=True)}
        order = list(range(len(self.entries)))
        self.dice.shuffle(order)
        stored = JournalEntry.objects.bulk_create(
            [self._journal(account, self.entries[place], place) for place in order], batch_size=2_000
        )
        self.entry_ids = {place: row.pk for place, row in zip(order, stored, strict=True)}

    def _notice(self, account, message, row: dict) -> BankNotice:
        given = {key: value for key, value in row.items() if key != "counter"}
        return BankNotice(
            special_account=account, host_time=time(9), balance=Decimal("0.00"), message=message,
            counter_account_index=index_of(row["counter"]), received_on=row["host_date"], **given,
        )  # fmt: skip

    def _journal(self, account, row: dict, place: int) -> JournalEntry:
        given = {key: value for key, value in row.items() if key != "counter"}
        return JournalEntry(
            special_account=account, line_id=1_000_000 * account.pk + place, counter_account_index=index_of(row["counter"]),
            summary="测试", **given,
        )  # fmt: skip

    # --- The verdict -------------------------------------------------------------------------------------------------

    def truth(self) -> set[tuple[frozenset[int], frozenset[int]]]:
        return {
            (frozenset(self.line_ids[place] for place in group.lines),
             frozenset(self.entry_ids[place] for place in group.entries))
            for group in self.groups if group.matchable
        }  # fmt: skip


def matched() -> set[tuple[frozenset[int], frozenset[int]]]:
    """Live matches as the sets of both sides."""
    groups: dict[object, tuple[set, set]] = {}
    for number, together, notice, entry in (
        BankMatch.objects.filter(undone_at=None).order_by("pk").values_list("pk", "together", "notice_id", "entry_id")
    ):
        lines, entries = groups.setdefault(together or -number, (set(), set()))
        lines |= {notice} - {None}
        entries |= {entry} - {None}
    return {(frozenset(lines), frozenset(entries)) for lines, entries in groups.values()}


def index_of(account: str) -> bytes | None:
    return hashlib.sha256(account.encode()).digest()[:16] if account else None
