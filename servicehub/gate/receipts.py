"""The answer of a submission, found again by whoever handed it in: receipt pages are bookmarkable."""

from django.db import connection

from servicehub.declare import Origin, Party
from servicehub.gate.answers import Answer
from servicehub.gate.facts import key_of


def answer_of(operation_code: str, origin: Origin, target: Party | None, key: str) -> Answer | None:
    """What this principal was told for this key, operation and target; nothing for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(known.answer, submission.answer) FROM servicehub_requestkey known"
            " LEFT JOIN servicehub_submission submission ON submission.id = known.submission_id"
            " WHERE known.key = %s",
            [str(key_of(origin, operation_code, target, key))],
        )
        row = cursor.fetchone()
    return Answer.opened(bytes(row[0])) if row and row[0] is not None else None
