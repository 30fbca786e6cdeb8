"""The chain does not fork, and every kind of tampering is found and named at its first bad link."""

import json
import multiprocessing

import pytest
from django.db import connection, connections, transaction

from servicehub import audit
from servicehub.audit import checkpoints, entry, sealing, verifying
from servicehub.audit.models import AuditEntry, AuditHead, AuditSeal
from servicehub.declare import Change
from tests.conftest import make_origin

PROCESSES, APPENDS = 8, 200


def append(number: int) -> None:
    with transaction.atomic():
        audit.record(make_origin(operator=number), [Change(f"tests.thing:{number}", "登记")])


def _append_many(process: int) -> None:
    connections.close_all()  # a forked process must not share its parent's socket
    for number in range(APPENDS):
        append(process * 1_000 + number)
        if number % 40 == 0:
            audit.seal()  # several sealers at once
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_eight_processes_make_one_chain_of_1600():
    connections.close_all()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append_many, args=(process,)) for process in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    report = audit.verify()
    assert report.ok, report.fault
    assert report.checked == PROCESSES * APPENDS
    assert list(AuditSeal.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 1601))


@pytest.fixture
def chain(transactional_db):
    """Ten sealed entries; returns their numbers in order."""
    for number in range(10):
        append(number)
    audit.seal()
    return list(AuditSeal.objects.order_by("seq").values_list("entry_id", flat=True))


def tamper(statement: str, *parameters) -> None:
    """As somebody with the database owner's password would: triggers off, program aside."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, parameters)


def test_a_clean_chain_verifies(chain):
    report = audit.verify()
    assert (report.ok, report.checked, report.to_seq) == (True, 10, 10)
    assert audit.verify(4, 7).checked == 4


def test_a_modified_entry_is_found(chain):
    tamper("UPDATE servicehub_auditentry SET actor_name = '李强' WHERE id = %s", chain[4])
    fault = audit.verify().fault
    assert (fault.seq, fault.kind, fault.entry_id) == (5, "modified", chain[4])
    assert fault.message == "审计链第 5 条被改写"
    assert audit.verify(6).ok  # a range that does not touch it


def test_every_column_is_under_the_seal(chain):
    numbers = {"actor", "branch", "call"}
    special = {"at": "now()", "business_date": "'2020-01-01'", "disclosed": "false"}
    for column in (*entry.COLUMNS, "mac"):
        value = special.get(column, "7" if column in numbers else "'\\x00'" if column == "mac" else "'x'")
        with transaction.atomic():
            tamper(f"UPDATE servicehub_auditentry SET {column} = {value} WHERE id = %s", chain[2])
            assert audit.verify().fault.seq == 3, column
            transaction.set_rollback(True)


@pytest.mark.parametrize("table", ["auditentry", "auditseal"])
def test_a_deleted_entry_is_found(chain, table):
    column = "id" if table == "auditentry" else "entry_id"
    tamper(f"DELETE FROM servicehub_{table} WHERE {column} = %s", chain[4])
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (5, "deleted")


def test_entry_and_seal_deleted_and_the_gap_closed_is_found(chain):
    tamper("DELETE FROM servicehub_auditentry WHERE id = %s", chain[4])
    tamper("DELETE FROM servicehub_auditseal WHERE entry_id = %s", chain[4])
    for seq in range(6, 11):
        tamper("UPDATE servicehub_auditseal SET seq = %s WHERE seq = %s", seq - 1, seq)
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (5, "deleted")


def test_a_cut_tail_is_found_by_the_head(chain):
    tamper("DELETE FROM servicehub_auditseal WHERE seq > 8")
    tamper("DELETE FROM servicehub_auditentry WHERE id >= %s", chain[8])
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (9, "deleted")


def test_a_cut_tail_with_a_forged_head_is_found_by_the_checkpoint(chain):
    assert audit.checkpoint()["seq"] == 10
    tamper("DELETE FROM servicehub_auditseal WHERE seq > 8")
    tamper("DELETE FROM servicehub_auditentry WHERE id >= %s", chain[8])
    tamper("UPDATE servicehub_audithead SET seq = 8, hash = (SELECT hash FROM servicehub_auditseal WHERE seq = 8)")
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (9, "deleted")


def test_two_seals_that_changed_places_are_found(chain):
    tamper("UPDATE servicehub_auditseal SET seq = 99 WHERE seq = 4")
    tamper("UPDATE servicehub_auditseal SET seq = 4 WHERE seq = 5")
    tamper("UPDATE servicehub_auditseal SET seq = 5 WHERE seq = 99")
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (4, "reordered")


def test_two_entries_that_changed_places_are_found(chain):
    tamper("UPDATE servicehub_auditseal SET entry_id = -1 WHERE seq = 4")
    tamper("UPDATE servicehub_auditseal SET entry_id = %s WHERE seq = 5", chain[3])
    tamper("UPDATE servicehub_auditseal SET entry_id = %s WHERE seq = 4", chain[4])
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (4, "reordered")


def test_an_entry_written_behind_the_program_is_never_sealed(chain):
    columns = ", ".join(entry.COLUMNS)
    tamper(
        f"INSERT INTO servicehub_auditentry ({columns}, mac) SELECT {columns}, mac FROM servicehub_auditentry"
        " WHERE id = %s RETURNING id",
        chain[3],
    )
    tamper(
        "UPDATE servicehub_auditentry SET actor_name = '李强' WHERE id = (SELECT max(id) FROM servicehub_auditentry)"
    )
    assert audit.seal() == 0
    audit.seal()  # the floor has passed it
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (11, "inserted")


def test_a_link_forged_into_the_middle_is_found(chain):
    """The forger knows the algorithm and closes his own link, but the next one does not follow it."""
    for seq in range(10, 4, -1):
        tamper("UPDATE servicehub_auditseal SET seq = %s WHERE seq = %s", seq + 1, seq)
    tamper(
        "INSERT INTO servicehub_auditseal (seq, entry_id, prev_hash, hash, sealed_at) SELECT 5, 9999, %s, %s, now()",
        bytes(31) + b"\1",
        bytes(31) + b"\2",
    )
    columns = ", ".join(entry.COLUMNS)
    tamper(
        f"INSERT INTO servicehub_auditentry (id, {columns}, mac) SELECT 9999, {columns}, mac"
        " FROM servicehub_auditentry WHERE id = %s",
        chain[3],
    )
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (5, "inserted")


def test_a_chain_rewritten_from_the_middle_is_found_by_the_checkpoint(chain):
    audit.checkpoint()
    tamper("UPDATE servicehub_auditentry SET actor_name = '李强' WHERE id = %s", chain[4])
    _rewrite_from(5)
    fault = audit.verify().fault
    assert (fault.seq, fault.kind) == (10, "modified")
    assert "库外" in fault.message


def _rewrite_from(seq: int) -> None:
    links = {link.seq: link for link in verifying._links(1, 10)}
    previous = links[seq - 1].hash
    for number in range(seq, 11):
        link = links[number]
        digest = entry.link(number, previous, link.entry_id, link.mac, link.text)
        tamper("UPDATE servicehub_auditseal SET prev_hash = %s, hash = %s WHERE seq = %s", previous, digest, number)
        previous = digest
    tamper("UPDATE servicehub_audithead SET hash = %s", previous)


def test_checkpoints_follow_each_other_and_cannot_be_edited(chain):
    first = audit.checkpoint()
    assert audit.checkpoint() == first  # nothing new, nothing written
    append(11)
    second = audit.checkpoint()
    assert (second["seq"], second["previous"]) == (11, first["signature"])
    assert [line["seq"] for line in checkpoints.checkpoints()] == [10, 11]
    path = checkpoints.checkpoint_file()
    path.write_text(json.dumps({**second, "seq": 12}) + "\n")
    with pytest.raises(checkpoints.CheckpointBroken):
        checkpoints.checkpoints()
    assert audit.verify().fault.kind == "modified"


def test_an_entry_that_commits_late_is_sealed_late(chain):
    """The floor never passes an entry whose transaction is still open."""
    blocker = connection.copy()
    try:
        with blocker.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_current_xact_id()")
            cursor.execute("SELECT nextval('servicehub_auditentry_id_seq')")
            late_id = cursor.fetchone()[0]
        for number in range(3):
            append(number)
            audit.seal()
        assert AuditHead.objects.get().floor_id < late_id
        with blocker.cursor() as cursor:
            cursor.execute("COMMIT")
        audit.seal()
        audit.seal()
        assert AuditHead.objects.get().floor_id > late_id
    finally:
        blocker.close()


def test_a_sealer_at_work_is_not_waited_for(chain):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT FROM servicehub_audithead FOR UPDATE")
        append(12)
        assert sealing.seal() == 0
        with other.cursor() as cursor:
            cursor.execute("ROLLBACK")
        assert sealing.seal() == 1
    finally:
        other.close()


def test_business_does_not_wait_for_an_open_business_transaction(chain):
    """What a lock on the chain's head, held to the end of a long posting, would break."""
    with transaction.atomic():
        audit.record(make_origin(), [Change("tests.long:1", "分摊")])
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
                columns = ", ".join(entry.COLUMNS)
                cursor.execute(
                    f"INSERT INTO servicehub_auditentry ({columns}, mac) SELECT {columns}, mac"
                    " FROM servicehub_auditentry LIMIT 1"
                )
                assert cursor.rowcount == 1
        finally:
            other.close()
    assert AuditEntry.objects.count() == 12
