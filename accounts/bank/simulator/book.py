"""The bank's ledger in SQLite: accounts, lines, clock, switches, and the queue of notices to push."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from accounts.bank.messages import AccountLine, ArrivalNotice, to_wire
from accounts.bank.simulator.faults import Fault, notice_faults_by_cents

SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
CUSTOMER_OPENING_FEN = 100_000_000_00
STATEMENT_LINES_MAX = 1000


WHOLE_NUMBERS = frozenset({Fault.DELAY, Fault.DUPLICATE})
AMOUNTS = frozenset({Fault.SHORT_AMOUNT, Fault.EXCESS_AMOUNT})


def fen(amount: Decimal) -> int:
    scaled = amount * 100
    if scaled != int(scaled):
        raise ValueError(f"not exact to the fen: {amount}")
    return int(scaled)


def yuan(amount: int) -> Decimal:
    return (Decimal(amount) / 100).quantize(Decimal("0.01"))


class Book:
    """One lock, one connection: a bank of two hundred transactions a minute, exact rather than fast."""

    def __init__(self, path: str, first_day: date):
        self.lock = threading.RLock()
        self.pushes = threading.Condition()  # told when a notice waits
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(SCHEMA)
        if self.setting("now") is None:
            self.set("now", datetime.combine(first_day, datetime.min.time()).replace(hour=9).isoformat())
            self.set("serial", "0")

    # --- Storage

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of a message's effects or none; notices are pushed after the commit."""
        with self.lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        with self.pushes:
            self.pushes.notify_all()

    def run(self, sql: str, *values) -> sqlite3.Cursor:
        with self.lock:
            return self._connection.execute(sql, values)

    def row(self, sql: str, *values) -> sqlite3.Row | None:
        with self.lock:
            return self._connection.execute(sql, values).fetchone()

    def rows(self, sql: str, *values) -> list[sqlite3.Row]:
        with self.lock:
            return self._connection.execute(sql, values).fetchall()

    def setting(self, name: str) -> str | None:
        found = self.row("SELECT value FROM setting WHERE name = ?", name)
        return found["value"] if found else None

    def set(self, name: str, value: str) -> None:
        self.run(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value
        )

    def close(self) -> None:
        with self.lock:
            self._connection.close()

    # --- Clock

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.setting("now"))

    def tick(self) -> datetime:
        """One second per transaction: lines of an account never share a moment."""
        later = self.now + timedelta(seconds=1)
        self.set("now", later.isoformat())
        return later

    def move_to(self, moment: datetime) -> None:
        """Forwards only; what was due on the way happens. The caller holds a transaction."""
        if moment <= self.now:
            return
        self.set("now", moment.isoformat())

    def follow(self, day: date) -> None:
        """The centre's business day is the bank's: the newest one seen in a message."""
        if day > self.now.date():
            self.move_to(datetime.combine(day, self.now.time()))

    @property
    def host_date(self) -> date:
        """After 23:00 the host books on the next day (日切)."""
        now = self.now
        return now.date() + timedelta(days=1) if now.hour >= 23 else now.date()

    def next_host_no(self) -> str:
        serial = int(self.setting("serial")) + 1
        self.set("serial", str(serial))
        return f"{self.host_date:%y%m%d}{serial:08}"

    # --- Accounts and lines

    def account(self, no: str) -> sqlite3.Row | None:
        return self.row("SELECT * FROM account WHERE no = ?", no)

    def open_account(
        self, no: str, name: str, kind: str = "customer", opening: int | None = None, bank: str = ""
    ) -> None:
        """Known accounts keep their balance; an outside account nobody opened has money enough for a demonstration."""
        if opening is None:
            opening = 0 if kind == "centre" else CUSTOMER_OPENING_FEN
        self.run(
            "INSERT INTO account (no, name, bank, kind, balance, opening) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (no) DO UPDATE SET name = excluded.name, bank = excluded.bank, kind = excluded.kind",
            no, name, bank, kind, opening, opening,
        )  # fmt: skip

    def move(
        self, payer: str, payee: str, amount: int, *, summary: str, remark: str,
        payer_name: str | None = None, reversal: bool = False,
    ) -> str:  # fmt: skip
        """Both lines of a transaction; returns the host number. Only centre accounts may not be overdrawn."""
        self.tick()
        host_no = self.next_host_no()
        names = {no: self.account(no)["name"] for no in (payer, payee)}
        if payer_name is not None:
            names[payer] = payer_name
        for account, counter, signed in ((payer, payee, -amount), (payee, payer, amount)):
            self.run("UPDATE account SET balance = balance + ? WHERE no = ?", signed, account)
            self.run(
                "INSERT INTO line (account, host_no, host_date, host_time, amount, balance, counter_account, "
                "counter_name, summary, remark, reversal, hidden) "
                "SELECT ?, ?, ?, ?, ?, balance, ?, ?, ?, ?, ?, 0 FROM account WHERE no = ?",
                account, host_no, self.host_date.isoformat(), self.now.time().isoformat(), signed, counter,
                names[counter], summary, remark, int(reversal), account,
            )  # fmt: skip
        return host_no

    def lines(self, account: str, first: date, last: date) -> list[AccountLine]:
        """The latest 1,000 of the window, oldest first; lines the statement_gap switch hid are not there."""
        found = self.rows(
            "SELECT * FROM line WHERE account = ? AND host_date BETWEEN ? AND ? AND NOT hidden "
            "ORDER BY id DESC LIMIT ?",
            account, first.isoformat(), last.isoformat(), STATEMENT_LINES_MAX,
        )  # fmt: skip
        return [self.account_line(row) for row in reversed(found)]

    def account_line(self, row: sqlite3.Row) -> AccountLine:
        return AccountLine(
            account=row["account"],
            host_no=row["host_no"],
            host_date=date.fromisoformat(row["host_date"]),
            host_time=datetime.fromisoformat(f"{row['host_date']}T{row['host_time']}").time(),
            amount=yuan(row["amount"]),
            balance=yuan(row["balance"]),
            counter_account=row["counter_account"],
            counter_name=row["counter_name"],
            summary=row["summary"],
            remark=row["remark"],
            reversal=bool(row["reversal"]),
        )

    # --- Faults

    def switch(self, fault: Fault, times: int, value: str = "") -> None:
        """:raises ValueError: a value the fault cannot use: it must fail here, not at the next customer's money."""
        if times and value:
            if fault in WHOLE_NUMBERS and not (value.isascii() and value.isdigit()):
                raise ValueError(f"{fault}: {value!r} is no whole number")
            if fault in AMOUNTS and fen(Decimal(value)) < 0:
                raise ValueError(f"{fault}: {value!r} is no amount")
        if times == 0:
            self.run("DELETE FROM fault WHERE name = ?", fault)
        else:
            self.run("INSERT OR REPLACE INTO fault VALUES (?, ?, ?)", fault, times, value)

    def strikes(self, fault: Fault) -> str | None:
        """Whether the switch strikes now, and with what value; one of its times is used up."""
        found = self.row("SELECT times, value FROM fault WHERE name = ?", fault)
        if found is None:
            return None
        if found["times"] > 0:
            self.switch(fault, found["times"] - 1, found["value"])
        return found["value"]

    # --- Notices

    def announce(self, host_no: str) -> bool:
        """Queue the arrival notice of every centre account the transaction touched. True: it must go out at once."""
        early = False
        for row in self.rows(
            "SELECT line.* FROM line JOIN account ON account.no = line.account "
            "WHERE line.host_no = ? AND account.kind = 'centre' ORDER BY line.id",
            host_no,
        ):  # fmt: skip
            by_cents = notice_faults_by_cents(row["amount"])
            if self.strikes(Fault.STATEMENT_GAP) is not None:
                self.run("UPDATE line SET hidden = 1 WHERE id = ?", row["id"])
            early = early or Fault.EARLY in by_cents or self.strikes(Fault.EARLY) is not None
            if Fault.LOST in by_cents or self.strikes(Fault.LOST) is not None:
                continue
            copies = self.strikes(Fault.DUPLICATE) or ("2" if Fault.DUPLICATE in by_cents else "1")
            delay = self.strikes(Fault.DELAY)
            body = json.dumps(
                {"head": {"TxCode": ArrivalNotice.CODE}, "body": to_wire(ArrivalNotice((self.account_line(row),)))},
                ensure_ascii=False,
            )
            for _ in range(max(1, int(copies))):
                self.run("INSERT INTO push (body, delay_s) VALUES (?, ?)", body, int(delay or 0))
        return early
