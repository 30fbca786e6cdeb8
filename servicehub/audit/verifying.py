"""Walking the chain: the first bad link, and what was done to it (SEC-26)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from servicehub.audit import entry
from servicehub.audit.checkpoints import CheckpointBroken, checkpoints
from servicehub.audit.sealing import seal_up_to_now

ROWS_PER_READ = 5_000

MODIFIED = "modified"
DELETED = "deleted"
INSERTED = "inserted"
REORDERED = "reordered"
LABELS = {MODIFIED: "被改写", DELETED: "被删除", INSERTED: "被插入", REORDERED: "被调换次序"}


@dataclass(frozen=True, slots=True)
class ChainFault:
    """``seq`` is the first link that does not hold; ``kind`` one of modified, deleted, inserted, reordered."""

    seq: int
    kind: str
    entry_id: int | None = None
    detail: str = ""

    @property
    def message(self) -> str:
        return f"审计链第 {self.seq} 条{LABELS[self.kind]}" + (f"（{self.detail}）" if self.detail else "")


@dataclass(frozen=True, slots=True)
class ChainReport:
    from_seq: int
    to_seq: int  # the last link there should be
    checked: int
    fault: ChainFault | None = None

    @property
    def ok(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True)
class _Link:
    seq: int
    entry_id: int
    prev_hash: bytes
    hash: bytes
    mac: bytes | None  # None: the entry is gone
    text: str

    def holds_at(self, seq: int, previous: bytes) -> bool:
        return self.mac is not None and self.hash == entry.link(seq, previous, self.entry_id, self.mac, self.text)


_COLUMNS = ", ".join(f"e.{column}" for column in entry.COLUMNS)
_LINKS = f"""
SELECT s.seq, s.entry_id, s.prev_hash, s.hash, e.mac, {_COLUMNS}
  FROM servicehub_auditseal s LEFT JOIN servicehub_auditentry e ON e.id = s.entry_id
 WHERE s.seq > %s AND s.seq <= %s
 ORDER BY s.seq
 LIMIT %s
"""


def verify(from_seq: int = 1, to_seq: int | None = None, seal_first: bool = True) -> ChainReport:
    """Seal what is committed, then check links ``from_seq`` to ``to_seq`` (default: all) against their entries,
    their neighbours, the head and the checkpoints kept outside the database. Keeps one page in memory.

    ``seal_first=False`` only reads: for a check that runs in a read-only snapshot.
    """
    if seal_first:
        seal_up_to_now()
    head_seq, head_hash, floor_id = _head()
    last = min(to_seq or head_seq, head_seq)
    expected, previous, checked, fault = from_seq, _hash_before(from_seq), 0, None
    outside, file_fault = _outside(from_seq)
    for link in _links(from_seq, last):
        fault = _fault_of(link, expected, previous)
        if fault is None and link.seq in outside and outside[link.seq] != link.hash.hex():
            fault = ChainFault(link.seq, MODIFIED, link.entry_id, "与库外封存的散列不同")
        if fault:
            break
        expected, previous, checked = expected + 1, link.hash, checked + 1
    if fault is None and expected <= last:
        fault = ChainFault(expected, DELETED, detail="链尾缺失")
    if fault is None and last == head_seq:
        if checked and previous != head_hash:
            fault = ChainFault(last, MODIFIED, detail="与链首记载的末散列不同")
        elif any(seq > head_seq for seq in outside):
            fault = ChainFault(head_seq + 1, DELETED, detail=f"库外封存至第 {max(outside)} 条")
    if fault is None:
        fault = file_fault or _beyond_head(head_seq) or _unsealed_below(floor_id)
    return ChainReport(from_seq, last, checked, fault)


def _head() -> tuple[int, bytes, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash, floor_id FROM servicehub_audithead WHERE id = 1")
        row = cursor.fetchone()
    return (row[0], bytes(row[1]), row[2]) if row else (0, entry.GENESIS, 0)


def _hash_before(seq: int) -> bytes | None:
    """Hash the first link must follow; ``None`` when a range starts after a missing link."""
    if seq <= 1:
        return entry.GENESIS
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM servicehub_auditseal WHERE seq = %s", [seq - 1])
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def _links(from_seq: int, to_seq: int) -> Iterator[_Link]:
    after = from_seq - 1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LINKS, [after, to_seq, ROWS_PER_READ])
            rows = cursor.fetchall()
        for seq, entry_id, prev_hash, digest, mac, *values in rows:
            gone = mac is None
            yield _Link(
                seq,
                entry_id,
                bytes(prev_hash),
                bytes(digest),
                None if gone else bytes(mac),
                "" if gone else entry.canonical(values),
            )
        if len(rows) < ROWS_PER_READ:
            return
        after = rows[-1][0]


def _fault_of(link: _Link, expected: int, previous: bytes | None) -> ChainFault | None:
    if link.seq != expected:
        return ChainFault(expected, DELETED, detail="序号中断")
    if link.mac is None:
        return ChainFault(link.seq, DELETED, link.entry_id, "记录已不在")
    if previous is not None and link.prev_hash != previous:
        return ChainFault(link.seq, _kind_of_break(link, previous), link.entry_id)
    if not link.holds_at(link.seq, link.prev_hash):
        kind = REORDERED if _belongs_elsewhere(link) else MODIFIED
        return ChainFault(link.seq, kind, link.entry_id)
    return None


def _kind_of_break(link: _Link, previous: bytes) -> str:
    """The link does not follow the one before. Does another one? Then this stands in between, or in its place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM servicehub_auditseal WHERE prev_hash = %s", [previous])
        successor_exists = cursor.fetchone()[0] > 0
        cursor.execute("SELECT count(*) FROM servicehub_auditseal WHERE hash = %s", [link.prev_hash])
        predecessor_exists = cursor.fetchone()[0] > 0
    if successor_exists:
        return REORDERED if predecessor_exists else INSERTED
    return DELETED if link.holds_at(link.seq, link.prev_hash) or not predecessor_exists else MODIFIED


def _belongs_elsewhere(link: _Link) -> bool:
    """The entry under this link is genuine, but another link was made for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, prev_hash, hash FROM servicehub_auditseal ORDER BY seq")
        while rows := cursor.fetchmany(ROWS_PER_READ):
            for seq, prev_hash, digest in rows:
                if entry.link(seq, prev_hash, link.entry_id, link.mac, link.text) == bytes(digest):
                    return True
    return False


def _beyond_head(head_seq: int) -> ChainFault | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(seq) FROM servicehub_auditseal WHERE seq > %s", [head_seq])
        seq = cursor.fetchone()[0]
    return ChainFault(seq, INSERTED, detail="在链首之后") if seq else None


def _unsealed_below(floor_id: int) -> ChainFault | None:
    """An entry that never got a seal although everything around it has: written behind the program, or forged."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(e.id) FROM servicehub_auditentry e"
            " WHERE e.id <= %s AND NOT EXISTS (SELECT FROM servicehub_auditseal s WHERE s.entry_id = e.id)",
            [floor_id],
        )
        entry_id = cursor.fetchone()[0]
        if entry_id is None:
            return None
        cursor.execute("SELECT min(seq) FROM servicehub_auditseal WHERE entry_id > %s", [entry_id])
        seq = cursor.fetchone()[0]
    return ChainFault(seq or _head()[0] + 1, INSERTED, entry_id, "无封记")


def _outside(from_seq: int) -> tuple[dict[int, str], ChainFault | None]:
    """Checkpoints from ``from_seq`` on by link number; a fault when their file itself was changed."""
    try:
        lines = checkpoints()
    except CheckpointBroken as broken:
        return {}, ChainFault(from_seq, MODIFIED, detail=f"库外封存文件：{broken}")
    return {line["seq"]: line["hash"] for line in lines if line["seq"] >= from_seq}, None
