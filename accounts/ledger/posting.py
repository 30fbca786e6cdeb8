"""Posting of small events: one call of one SQL function, whatever the number of vouchers in it."""

import json
from collections.abc import Sequence

from django.db import OperationalError, connection

from accounts.ledger import events
from accounts.ledger.entries import Entry, Posted, fingerprint, line_rows, movement_row
from accounts.ledger.money import InexactAmount
from accounts.ledger.refusals import refusals_worded, refused
from accounts.ledger.transactions import ATTEMPTS_MAX, is_deadlock
from servicehub.declare import Origin, PassKind

_POST = "SELECT n, voucher_id, replayed FROM ledger_post(%s, %s, %s, %s, %s, %s)"


def post(origin: Origin, entry: Entry) -> Posted:
    """Book one event: its voucher, lines, postings and balances, all or nothing.

    Locks the subaccounts it moves (in id order), never a row all tellers share. Safe to call again with the same
    entry: the answer is the voucher of the first time.

    :raises PassRequired: the origin carries no pass of the gate.
    :raises LedgerRefused: the day is closed, money is short, the value date is out of reach, the event was booked
        with other content, movements and lines differ … (``refusals.WORDS``).
    :raises KeyError: the event type is not declared, or the template needs an amount the entry lacks.
    """
    return post_each(origin, [entry])[0]


def post_each(origin: Origin, entries: Sequence[Entry]) -> list[Posted]:
    """Book many small events in one call and one transaction: a thousand transfers cost about a tenth of a second.

    Events booked before are answered, not written again. For one event that moves thousands of accounts use
    ``post_many``.
    """
    given = origin.require_pass()
    if len({entry.key() for entry in entries}) < len(entries):
        raise ValueError("one call names the same event twice")
    try:
        vouchers, lines, movements = _payload(entries)
    except InexactAmount as error:
        raise refused("ledger.inexact_amount", amount=str(error)) from error
    parameters = [
        origin.business_date,
        given.kind is PassKind.BATCH,
        json.dumps(signature(origin), ensure_ascii=False),
        json.dumps(vouchers, ensure_ascii=False),
        json.dumps(lines),
        json.dumps(movements),
    ]
    posted = {n: Posted(voucher, replayed) for n, voucher, replayed in _call(parameters)}
    return [posted[n] for n in range(1, len(entries) + 1)]


def signature(origin: Origin) -> dict:
    """Who books, as the voucher keeps it: plain text, no foreign key."""
    return {
        "operator": origin.operator,
        "name": origin.operator_name,
        "channel": origin.channel,
        "request": origin.request_id,
        "call": origin.pass_.call if origin.pass_ else None,
        "at": origin.at.isoformat(),
    }


def _payload(entries: Sequence[Entry]) -> tuple[list[dict], list[dict], list[dict]]:
    vouchers, lines, movements = [], [], []
    for n, entry in enumerate(entries, start=1):
        template = events.template(entry.event_type)
        entry_lines = line_rows(entry)
        entry_movements = [movement_row(movement, template.kind) for movement in entry.movements]
        vouchers.append(
            {
                "n": n,
                "type": entry.event_type,
                "id": entry.event_id,
                "ver": entry.version,
                "branch": entry.branch,
                "summary": entry.summary or template.label,
                "file": entry.case_number,
                "digest": fingerprint(entry.key(), entry.branch, entry_lines, entry_movements),
                "f": len(movements) + 1,
                "m": len(entry_movements),
            }
        )
        lines.extend({"n": n, "i": i, **row} for i, row in enumerate(entry_lines, start=len(lines) + 1))
        movements.extend({"n": n, "i": i, **row} for i, row in enumerate(entry_movements, start=len(movements) + 1))
    return vouchers, lines, movements


def _call(parameters: list) -> list[tuple]:
    """Outside a transaction the statement is one by itself: no BEGIN, no COMMIT, two round trips saved."""
    attempts = 1 if connection.in_atomic_block else ATTEMPTS_MAX
    for attempt in range(1, attempts + 1):
        try:
            with refusals_worded(), connection.cursor() as cursor:
                cursor.execute(_POST, parameters)
                return cursor.fetchall()
        except OperationalError as error:
            if attempt == attempts or not is_deadlock(error):
                raise
    raise AssertionError("unreachable")
