"""Linking committed entries into the chain, beside the business and never in its way (docs/decisions/0010).

Business transactions append entries without any lock. The sealer, one at a time, gives every entry it can see the
next number and hash. An entry whose transaction commits later simply comes later in the chain.
"""

from django.db import connection, transaction

from servicehub import clock
from servicehub.audit import entry

ROWS_PER_SEAL = 2_000

_COLUMNS = ", ".join(f"e.{column}" for column in entry.COLUMNS)
_UNSEALED = f"""
SELECT e.id, e.mac, {_COLUMNS}
  FROM servicehub_auditentry e
 WHERE e.id > %s AND NOT EXISTS (SELECT FROM servicehub_auditseal s WHERE s.entry_id = e.id)
 ORDER BY e.id
 LIMIT %s
"""
_WRITE = """
INSERT INTO servicehub_auditseal (seq, entry_id, prev_hash, hash, sealed_at)
SELECT seq, entry_id, prev_hash, hash, %s
  FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[]) AS t (seq, entry_id, prev_hash, hash)
"""


def seal() -> int:
    """Seal everything committed so far. Returns how many entries; 0 also when another process is at it."""
    return _seal_all(wait=False)


def seal_up_to_now() -> int:
    """As ``seal``, but waits for a sealer at work: afterwards everything committed before the call is sealed."""
    return _seal_all(wait=True)


def _seal_all(wait: bool) -> int:
    total, after = 0, 0
    while after is not None:
        count, after = _seal_some(wait, after)
        total += count
    return total


def _seal_some(wait: bool, after: int) -> tuple[int, int | None]:
    """One transaction: up to ``ROWS_PER_SEAL`` entries beyond ``after``. Returns how many, and where to go on."""
    with transaction.atomic(), connection.cursor() as cursor:
        head = _lock_head(cursor, wait)
        if head is None:
            return 0, None
        seq, last_hash, floor_id, next_floor_id, next_floor_xid = head
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        oldest_running = cursor.fetchone()[0]
        # This statement's snapshot is later than the one above: what was finished there is visible here.
        cursor.execute(_UNSEALED, [max(floor_id, after), ROWS_PER_SEAL])
        found = cursor.fetchall()
        seqs, ids, previous, hashes = [], [], [], []
        for entry_id, entry_mac, *values in found:
            text = entry.canonical(values)
            if entry.mac(text) != bytes(entry_mac):
                continue  # forged or changed before its seal: left out, and reported by verify as inserted
            seq += 1
            seqs.append(seq)
            ids.append(entry_id)
            previous.append(last_hash)
            last_hash = entry.link(seq, last_hash, entry_id, entry_mac, text)
            hashes.append(last_hash)
        if seqs:
            cursor.execute(_WRITE, [clock.now(), seqs, ids, previous, hashes])
        finished = len(found) < ROWS_PER_SEAL
        if finished and oldest_running >= next_floor_xid:
            floor_id = max(floor_id, next_floor_id)
            next_floor_id, next_floor_xid = _next_floor(cursor)
        cursor.execute(
            "UPDATE servicehub_audithead SET seq = %s, hash = %s, floor_id = %s, next_floor_id = %s,"
            " next_floor_xid = %s WHERE id = 1",
            [seq, last_hash, floor_id, next_floor_id, next_floor_xid],
        )
    return len(seqs), None if finished else found[-1][0]


def _lock_head(cursor, wait: bool):
    columns = "seq, hash, floor_id, next_floor_id, next_floor_xid"
    cursor.execute(
        f"SELECT {columns} FROM servicehub_audithead WHERE id = 1 FOR UPDATE {'' if wait else 'SKIP LOCKED'}"
    )
    row = cursor.fetchone()
    if row is None:
        cursor.execute(
            "INSERT INTO servicehub_audithead (id, seq, hash, floor_id, next_floor_id, next_floor_xid)"
            " VALUES (1, 0, %s, 0, 0, 0) ON CONFLICT DO NOTHING RETURNING " + columns,
            [entry.GENESIS],
        )
        row = cursor.fetchone()
    return row and (row[0], bytes(row[1]), *row[2:])


def _next_floor(cursor) -> tuple[int, int]:
    """The last entry number given out, then the first transaction that has not begun: in this order.

    A transaction takes its own number before an entry's (recording.py). So whoever holds an entry number read here
    has a transaction number below the one read after it, and once all those have ended no entry can still appear at
    or below the floor.
    """
    cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM servicehub_auditentry_id_seq")
    last_id = cursor.fetchone()[0]
    cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    return last_id, cursor.fetchone()[0]
