"""A bank's statement as a file (xlsx, csv): judged whole, and taken in line by line like anything the bank tells.

Lines told before are recognised; the rest go the way of an arrival notice, so that money which came is booked by the
same rules whichever way the centre heard of it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from accounts.bank import inbox
from accounts.bank.messages import AccountLine, ArrivalNotice, to_wire
from accounts.bank.models import BankStatement, SpecialAccount, StagedStatementLine
from accounts.bank.statements import balance_before
from accounts.bank.states import StatementSource
from servicehub import clock
from servicehub.declare import Difference, DifferenceGroup, DifferenceRow, DomainError, Finding, Origin
from servicehub.kit.amounts import money_delta
from servicehub.kit.masks import mask_name
from servicehub.kit.sql_files import statement
from servicehub.sheets import intake
from servicehub.sheets.models import Upload, UploadState

ROOM = Path(__file__).resolve().parent
FILE_CODE = "FILE"
LINES_PER_MESSAGE = 500  # a message is one transaction: short enough to be done again after a kill
SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Summary:
    first: date
    last: date
    lines: int
    received: Decimal
    paid: Decimal
    opening: Decimal
    closing: Decimal
    digest: str
    new: int
    new_total: Decimal


def account_of(upload: Upload) -> SpecialAccount:
    return SpecialAccount.objects.get(pk=upload.context["account"])


def judge(origin: Origin, upload: Upload) -> None:
    """Type the lines further, put them in order, prove that each balance follows, recognise what was told before."""
    account = account_of(upload)
    parameters = {
        "upload": upload.pk, "account": account.pk, "account_no": account.account_no, "today": clock.today(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for step in _steps("sql/judge_statement.sql"):
            cursor.execute(step, parameters)


def _steps(name: str) -> list[str]:
    return statement(ROOM, name).split("-- step\n")[1:]


def summary(upload: Upload) -> Summary:
    """Of a judged upload."""
    with connection.cursor() as cursor:
        cursor.execute(statement(ROOM, "sql/summarise_statement.sql"), {"upload": upload.pk})
        first, last, lines, received, paid, opening, closing, digest, new, new_total = cursor.fetchone()
    return Summary(first, last, lines, received, paid, opening, closing, digest, new, new_total)


def difference(origin: Origin, upload: Upload) -> Difference:
    made = summary(upload)
    rows = StagedStatementLine.objects.filter(upload_id=upload.pk, notice_id=None).order_by("place")[:SHOWN_MAX]
    shown = tuple(
        DifferenceRow(
            mask_name(row.counter_name or "") or "—", row.host_no or "", f"{row.host_date:%Y-%m-%d}",
            money_delta(row.signed), row.signed, row.remark or row.summary or "",
        )
        for row in rows
    )  # fmt: skip
    group = DifferenceGroup("新的流水", made.new, made.new_total, shown)
    return Difference((group,) if made.new else (), made.lines - made.new, made.opening, made.closing)


def known_statement(upload: Upload) -> BankStatement | None:
    """The same lines, imported before: from another file, or told by the interface."""
    return BankStatement.objects.filter(
        special_account_id=upload.context["account"], digest=summary(upload).digest
    ).first()


def accept(origin: Origin, upload: Upload) -> tuple[BankStatement, bool]:
    """Record the statement and hand what is new to the worker. The same statement again is answered, not repeated.

    :raises DomainError: statement.state, statement.bad_lines.
    """
    origin.require_pass()
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",), no_key=True).get(pk=upload.pk)
        if upload.state not in {UploadState.CHECKED, UploadState.APPLIED}:
            words = f"这份对账单{upload.get_state_display()}，不能登记"
            raise DomainError("statement.state", Finding("statement.state", words, remedy="重新上传对账单"))
        if upload.state == UploadState.APPLIED:
            return BankStatement.objects.get(pk=upload.context["statement"]), False
        intake.check(origin, upload)  # against the world as it is now: lines may have been told meanwhile
        if upload.state != UploadState.CHECKED or upload.rows_bad:
            words = f"还有 {upload.rows_bad:,} 行须改正，对账单要整份登记"
            raise DomainError("statement.bad_lines", Finding("statement.bad_lines", words, remedy="改正后重新上传"))
        known = known_statement(upload)
        made = known or _record(origin, upload)
        if known is None:
            _confirm_known(made, upload)
            _hand_over(made, upload)
        upload.state, upload.context = UploadState.APPLIED, {**upload.context, "statement": made.pk}
        upload.save(update_fields=["state", "context"])
    return made, known is None


def _record(origin: Origin, upload: Upload) -> BankStatement:
    made, account = summary(upload), account_of(upload)
    before = balance_before(account, made.first - timedelta(days=1), unknown=made.opening)
    return BankStatement.objects.create(
        special_account=account, source=StatementSource.FILE, first=made.first, last=made.last, opening=made.opening,
        closing=made.closing, lines=made.lines, received=made.received, paid=made.paid, digest=made.digest,
        gap=made.opening - before, upload=upload, imported_on=origin.business_date,
        imported_by=origin.operator_name, imported_at=origin.at,
    )  # fmt: skip


def _confirm_known(made: BankStatement, upload: Upload) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_banknotice n SET statement_id = %s FROM accounts_stagedstatementline s"
            " WHERE s.upload_id = %s AND n.id = s.notice_id AND n.statement_id IS NULL",
            [made.pk, upload.pk],
        )


def _hand_over(made: BankStatement, upload: Upload) -> None:
    waiting = _new_lines(upload)
    while lines := tuple(islice(waiting, LINES_PER_MESSAGE)):
        wire = {"head": {"TxCode": FILE_CODE}, "body": to_wire(ArrivalNotice(lines))}
        inbox.keep(json.dumps(wire, ensure_ascii=False), "", FILE_CODE, statement=made)


def _new_lines(upload: Upload) -> Iterator[AccountLine]:
    """In the order of the account. Account numbers of the other side come from the encrypted file."""
    account = account_of(upload)
    rows = list(StagedStatementLine.objects.filter(upload_id=upload.pk, notice_id=None).order_by("place"))
    cells = intake.raw_cells(upload, (row.line for row in rows)) if rows else {}
    for row in rows:
        yield AccountLine(
            account=account.account_no, host_no=row.host_no, host_date=row.host_date, host_time=row.host_time,
            amount=row.signed, balance=row.balance, counter_account=cells[row.line].get("counter_account", "").strip().lstrip("'"),
            counter_name=row.counter_name or "", counter_bank=row.counter_bank or "", summary=row.summary or "",
            remark=row.remark or "", reversal=row.reversal,
        )  # fmt: skip
