"""Posting of large events: one voucher that moves any number of subaccounts, in one transaction, set-based.

A remittance of 100,000 people is one event: chunks would break the voucher check, reversal, and the promise that nobody
ever sees half a list.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import DatabaseError, connection

from accounts.ledger import events
from accounts.ledger.entries import Entry, Movement, Posted, fingerprint, line_rows
from accounts.ledger.money import ZERO, as_fen_exact
from accounts.ledger.posting import signature
from accounts.ledger.refusals import WORDS, LedgerRefused, refusals_worded, refused
from accounts.ledger.statements import statement
from accounts.ledger.transactions import run
from servicehub.declare import Finding, Origin, PassKind

COLUMNS = {
    "subaccount": "bigint",
    "current": "numeric",
    "carried": "numeric",
    "kind": "varchar",
    "value_date": "date",
    "month": "int",
    "employer": "bigint",
    "employer_part": "numeric",
    "employee_part": "numeric",
    "adjust_current": "numeric",
    "adjust_carried": "numeric",
    "spill": "boolean",
}
"""What a source may give, with the type it is read as; in this order the staging statement reads them."""

STATEMENT_TIMEOUT = "300s"
LOCK_TIMEOUT = "30s"
SORT_MEMORY = "64MB"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the movements of a large event come from.

    ``sql`` is a SELECT whose columns are ``columns``, in that order: ``subaccount`` and ``current`` (or ``carried``)
    at least, of ``COLUMNS``. What is the same for every row is given here instead of in a column: ``value_date``
    (unset: the business date), ``kind`` (unset: the template's), ``month``, ``employer`` (whose total it counts for;
    unset: the subaccount's own, which only the legs of a transfer between employers override),
    ``spill`` (debits take their own bucket first, then the other one: give them in ``carried``).
    Amounts are signed yuan with at most two places; ``employer_part + employee_part`` is the row's amount.
    """

    sql: str
    columns: tuple[str, ...]
    params: Sequence = field(default=())
    value_date: date | None = None
    kind: str = ""
    month: int | None = None
    employer: int | None = None
    spill: bool = False


@dataclass(frozen=True, slots=True)
class LargeEvent:
    """A source and the voucher it is booked under. ``lines`` given: the event reverses, and brings its own in red."""

    entry: Entry
    summary: str
    kind: str
    source: Source
    reverses: int | None = None
    lines: tuple[tuple[str, str, Decimal, int], ...] | None = None

    def declared_lines(self) -> list[dict]:
        return line_rows(self.entry) if self.lines is None else []


def post_many(origin: Origin, entry: Entry, source: Source) -> Posted:
    """Book one event over the rows of ``source``, plus ``entry.movements`` (the suspense it is paid from).

    Either everything or nothing: one row that cannot be booked refuses the event, and the refusal names every such
    row (the first thousand) with its reason. Replay-safe like ``post``. Runs in the caller's transaction when there is
    one (then the caller retries a deadlock, with ``transactions.run``), else in its own. Every subaccount is a
    maintained one.

    :raises PassRequired: no pass. :raises LedgerRefused: as ``post``; ``facts["rows"]`` lists (subaccount, code).
    """
    origin.require_pass()
    template = events.template(entry.event_type)
    _check_shape(entry, source)
    return post_large(origin, LargeEvent(entry, entry.summary or template.label, template.kind, source))


def post_large(origin: Origin, event: LargeEvent) -> Posted:
    batch = origin.require_pass().kind is PassKind.BATCH
    with refusals_worded():
        return run(lambda: _book(origin, batch, event))


def _check_shape(entry: Entry, source: Source) -> None:
    unknown = set(source.columns) - set(COLUMNS)
    if unknown or "subaccount" not in source.columns or not {"current", "carried"} & set(source.columns):
        raise ValueError(f"a source gives subaccount and an amount, of {list(COLUMNS)}; got {source.columns}")
    if any(movement.hold for movement in entry.movements):
        raise ValueError("holds are ended by post(), one event at a time")


def _book(origin: Origin, batch: bool, event: LargeEvent) -> Posted:
    day = origin.business_date
    with connection.cursor() as cursor, _patience(cursor), _staging(cursor):
        cursor.execute("SELECT ledger_enter_day(%s, %s)", [day, batch])
        if replayed := _booked_before(cursor, day, event):
            return replayed
        totals = _staged(cursor, day, event)
        if totals.faults:
            _refuse_faults(cursor)
        lines = event.lines if event.lines is not None else _lines(cursor, event.entry, totals)
        voucher = _header(cursor, origin, event, totals)
        if voucher is None:  # another call booked the event while this one waited for its rows
            return _booked_before(cursor, day, event)
        _write(cursor, voucher, day, totals)
        cursor.executemany(
            "INSERT INTO accounts_line (voucher_id, side, subject, amount, branch, business_date)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(voucher, *line, day) for line in lines],
        )
        if totals.late:
            cursor.execute(_over_resolved("batch_late"))
            cursor.execute("SELECT ledger_late_interest(%s, %s)", [day, voucher])
            cursor.execute("DROP TABLE pg_temp.ledger_late")
        return Posted(voucher, replayed=False)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a staged event comes to. ``groups``: subject, branch, employer, grows or not, amount."""

    groups: tuple[tuple[str, int, int | None, bool, Decimal], ...]
    rows: int
    locked: int
    faults: int
    plain: int  # rows of accounts that bear no interest
    late: int
    special: bool
    first: int | None
    last: int | None
    digest: str


def _staged(cursor, day: date, event: LargeEvent) -> Totals:
    rows, params = _rows_sql(day, event)
    cursor.execute(statement("batch_stage").replace("{source}", rows), params)
    staged = cursor.rowcount
    cursor.execute("ANALYZE pg_temp.ledger_batch (subaccount_id)")  # a list is not two hundred rows to the planner now
    cursor.execute(statement("batch_lock"))
    (locked,) = cursor.fetchone()
    if _may_spill(event):
        cursor.execute(_over_resolved("batch_spill"))
    cursor.execute(_over_resolved("batch_totals"), [])
    found = cursor.fetchall()
    sums = [sum((row[place] for row in found), 0) for place in (5, 6, 7, 8)]
    return Totals(
        groups=tuple(row[:5] for row in found),
        rows=staged,
        locked=locked,
        faults=sums[1],
        plain=sums[2],
        late=sums[3],
        special=any(row[9] for row in found),
        first=min((row[12] for row in found), default=None),
        last=max((row[13] for row in found), default=None),
        digest=_digest(event, staged, found),
    )


def _digest(event: LargeEvent, rows: int, found: Sequence[tuple]) -> str:
    """Binds the event's key to its content: count, totals, and sums that tie amounts and dates to accounts."""
    sums = [str(sum((row[place] or 0 for row in found), Decimal(0)).normalize()) for place in (4, 10, 11)]
    return fingerprint(event.entry.key(), event.entry.branch, event.declared_lines(), event.reverses, rows, sums)


def _over_resolved(name: str) -> str:
    return statement(name).replace("{resolved}", statement("batch_resolved"))


@contextmanager
def _patience(cursor):
    """A large event may take long, but waits for nobody for long; the caller's own limits come back afterwards."""
    names = ("statement_timeout", "lock_timeout", "work_mem")
    cursor.execute("SELECT current_setting(name) FROM unnest(%s) AS name", [list(names)])
    before = [value for (value,) in cursor.fetchall()]
    _set_local(cursor, names, (STATEMENT_TIMEOUT, LOCK_TIMEOUT, SORT_MEMORY))
    try:
        yield
    except DatabaseError:
        raise  # the transaction is lost, and its settings with it
    except BaseException:
        _set_local(cursor, names, before)
        raise
    _set_local(cursor, names, before)


def _set_local(cursor, names, values):
    cursor.execute("SELECT set_config(n, v, true) FROM unnest(%s, %s) AS s(n, v)", [list(names), list(values)])


@contextmanager
def _staging(cursor):
    """A table of this session: no log volume, no other writer, gone with the transaction or with the next event."""
    cursor.execute(statement("batch_table"))
    yield
    cursor.execute("DROP TABLE pg_temp.ledger_batch")


def _rows_sql(day: date, event: LargeEvent) -> tuple[str, list]:
    """The source, its columns completed and typed, and the entry's own movements below it."""
    source = event.source
    constants = {
        "current": ZERO,
        "carried": ZERO,
        "kind": source.kind or event.kind,
        "value_date": source.value_date or day,
        "month": source.month,
        "employer": source.employer,
        "employer_part": None,
        "employee_part": None,
        "adjust_current": ZERO,
        "adjust_carried": ZERO,
        "spill": source.spill,
    }
    params: list = []
    selected = []
    for name, kind_of in COLUMNS.items():
        if name in source.columns:
            selected.append(f"given.{name}::{kind_of} AS {name}")
        else:
            selected.append(f"%s::{kind_of} AS {name}")
            params.append(constants[name])
    sql = f"SELECT {', '.join(selected)} FROM ({source.sql}) AS given({', '.join(source.columns)})"
    params.extend(source.params)
    for movement in event.entry.movements:
        sql += "\n    UNION ALL SELECT " + ", ".join(f"%s::{kind_of}" for kind_of in COLUMNS.values())
        params.extend(_movement_values(movement, day, event.kind))
    return sql, params


def _movement_values(movement: Movement, day: date, kind: str) -> list:
    amount = as_fen_exact(movement.amount)
    carried = movement.bucket == "carried" or (movement.bucket is None and amount < 0)
    return [
        movement.subaccount,
        ZERO if carried else amount,
        amount if carried else ZERO,
        movement.kind or kind,
        movement.value_date or day,
        movement.month,
        movement.employer,
        movement.employer_part,
        movement.employee_part,
        movement.product_adjust_current,
        movement.product_adjust_carried,
        movement.bucket is None and amount < 0,
    ]


def _may_spill(event: LargeEvent) -> bool:
    own = any(movement.bucket is None and movement.amount < 0 for movement in event.entry.movements)
    return own or event.source.spill or "spill" in event.source.columns


def _booked_before(cursor, day: date, event: LargeEvent) -> Posted | None:
    cursor.execute(
        "SELECT id, digest FROM accounts_voucher WHERE event_type = %s AND event_id = %s AND version = %s",
        event.entry.key(),
    )
    found = cursor.fetchone()
    if found is None:
        return None
    sql, params = _rows_sql(day, event)
    cursor.execute(statement("batch_content").replace("{source}", sql), params)
    rows, *sums = cursor.fetchone()
    content = [(None,) * 4 + (sums[0],) + (None,) * 5 + (sums[1], sums[2])]
    if _digest(event, rows, content) != found[1]:
        raise refused("ledger.other_content", event_type=event.entry.event_type, event_id=event.entry.event_id)
    return Posted(found[0], replayed=True)


def _refuse_faults(cursor) -> None:
    cursor.execute(_over_resolved("batch_faults"))
    rows = [(subaccount, f"ledger.{fault}") for subaccount, fault in cursor.fetchall()]
    findings = [
        Finding(code, WORDS[code][0], remedy=WORDS[code][1], facts={"subaccount": subaccount})
        for subaccount, code in rows
    ]
    raise LedgerRefused(rows[0][1], *findings, rows=rows)


def _lines(cursor, entry: Entry, totals: Totals) -> list[tuple]:
    """Lines as (side, subject, amount, branch). Those of sub-ledger subjects are drawn per branch from the rows."""
    cursor.execute("SELECT code, side FROM accounts_subject WHERE has_subledger")
    own_side = dict(cursor.fetchall())
    drawn: dict[tuple, Decimal] = {}  # (side, subject, branch)
    for subject, branch, _employer, grows, amount in totals.groups:
        if amount:
            side = own_side[subject] if grows else ("D" if own_side[subject] == "C" else "C")
            key = side, subject, branch
            drawn[key] = drawn.get(key, ZERO) + abs(amount)
    said: dict[tuple, Decimal] = {}
    lines = []
    for row in line_rows(entry):
        key = row["side"], row["subject"]
        if row["subject"] not in own_side:
            lines.append((*key, Decimal(row["amount"]), row["branch"]))
            continue
        if key not in said:
            lines.extend((*key, amount, at[2]) for at, amount in sorted(drawn.items()) if at[:2] == key)
        said[key] = said.get(key, ZERO) + Decimal(row["amount"])
    moved: dict[tuple, Decimal] = {}
    for (side, subject, _branch), amount in drawn.items():
        moved[side, subject] = moved.get((side, subject), ZERO) + amount
    if said != moved:
        detail = [
            {"subject": key[1], "line": str(said.get(key, ZERO)), "movements": str(moved.get(key, ZERO))}
            for key in sorted(set(said) | set(moved))
            if said.get(key) != moved.get(key)
        ]
        raise refused("ledger.lines_differ", detail=detail)
    return lines


def _header(cursor, origin: Origin, event: LargeEvent, totals: Totals) -> int | None:
    who = signature(origin)
    cursor.execute(
        "INSERT INTO accounts_voucher (event_type, event_id, version, business_date, branch, summary, case_number,"
        " operator, operator_name, channel, request_id, call, recorded_at, reverses_id, digest, first_posting,"
        " last_posting) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (event_type, event_id, version) DO NOTHING RETURNING id",
        [
            *event.entry.key(),
            origin.business_date,
            event.entry.branch,
            event.summary,
            event.entry.case_number,
            *(who[key] for key in ("operator", "name", "channel", "request", "call", "at")),
            event.reverses,
            totals.digest,
            totals.first,
            totals.last,
        ],
    )
    found = cursor.fetchone()
    return found[0] if found else None


def _write(cursor, voucher: int, day: date, totals: Totals) -> None:
    values = {"voucher": voucher, "day": day}
    if totals.locked == totals.rows and not totals.special:
        cursor.execute(statement("batch_current"), values)
        touched = cursor.rowcount
        if totals.plain:
            cursor.execute(statement("batch_plain"), values)
            touched += cursor.rowcount
    else:
        cursor.execute(_over_resolved("batch_insert"), values)
        cursor.execute(_over_resolved("batch_update"))
        touched = cursor.rowcount
    if touched != totals.locked:
        raise refused("ledger.unknown_subaccount", updated=touched, locked=totals.locked)
    units = [
        (employer, subject, branch, amount)
        for subject, branch, employer, _grows, amount in totals.groups
        if employer is not None and amount
    ]
    if units:
        cursor.execute(statement("batch_units"), [list(column) for column in zip(*units, strict=True)])
