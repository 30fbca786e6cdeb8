"""The bank's statement (BDC113) and balance (BDC123): what the notices left out, and whether the chain has a gap."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, transaction

from accounts.bank import inbox, settlement
from accounts.bank.messages import (
    AccountLine,
    ArrivalNotice,
    BalanceAnswer,
    BalanceQuery,
    MessageFault,
    StatementAnswer,
    StatementQuery,
    to_wire,
)
from accounts.bank.models import BankBalance, BankNotice, BankStatement, SpecialAccount
from accounts.bank.rules import continuity
from accounts.bank.rules.texts import host_number
from accounts.bank.settlement import AnswerLost, NotDelivered
from accounts.bank.states import StatementSource
from servicehub import clock
from servicehub.declare import Origin

LINES_TOLD_MAX = 1_000
ZERO = Decimal("0.00")


class BankSilent(Exception):
    """No usable answer; the question can be asked again at any time."""


def pull(origin: Origin, account: SpecialAccount, first: date, last: date | None = None) -> BankStatement:
    """Ask for the lines of a window and have them taken in like notices; lines known already are passed over.

    The answer is kept as a statement with its proof of continuity, the same answer again as the same one. The bank
    gives at most the last thousand lines: a window that comes back full is asked for again day by day.

    :raises BankSilent: no answer this time.
    """
    origin.require_pass()
    last = last or first
    answer = _ask(StatementQuery(account.account_no, first, last), f"113-{account.pk}-{first:%y%m%d}")
    lines = answer.read(StatementAnswer).lines
    if len(lines) >= LINES_TOLD_MAX and first < last:
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [pull(origin, account, day) for day in days][-1]
    with transaction.atomic():
        made, new = _kept(origin, account, first, last, lines)
        if new and lines:
            wire = {"head": {"TxCode": StatementQuery.CODE}, "body": to_wire(ArrivalNotice(lines))}
            inbox.keep(json.dumps(wire, ensure_ascii=False), "", StatementQuery.CODE, statement=made)
    return made


def _kept(
    origin: Origin, account: SpecialAccount, first: date, last: date, lines: tuple[AccountLine, ...]
) -> tuple[BankStatement, bool]:
    if lines:
        proof = continuity.prove([chain_line(line) for line in lines])
    else:
        balance = balance_before(account, last)
        proof = continuity.Proof(balance, balance, ZERO, ZERO, (), f"{first:%Y%m%d}-{last:%Y%m%d}")
    made, new = BankStatement.objects.get_or_create(
        special_account=account,
        digest=digest(proof.content),
        defaults={
            "source": StatementSource.INTERFACE, "first": first, "last": last, "opening": proof.opening,
            "closing": proof.closing, "lines": len(lines), "received": proof.received, "paid": proof.paid,
            "breaks": len(proof.breaks), "imported_on": origin.business_date, "imported_by": origin.operator_name,
            "gap": proof.opening - balance_before(account, first - timedelta(days=1), proof.opening),
            "imported_at": origin.at,
        },
    )  # fmt: skip
    if not new and (first < made.first or last > made.last):  # the same lines, and now known to be all of more days
        made.first, made.last = min(first, made.first), max(last, made.last)
        made.save(update_fields=["first", "last"])
    return made, new


def balance_before(account: SpecialAccount, day: date, unknown: Decimal = ZERO) -> Decimal:
    """The last balance the bank told up to a day; ``unknown`` where it never told one."""
    told = BankNotice.objects.filter(special_account=account, host_date__lte=day)
    last = told.order_by("-host_date", "-host_time", "-pk").values_list("balance", flat=True).first()
    return unknown if last is None else last


def digest(content: str) -> str:
    """SHA-256, as ``sql/summarise_statement.sql`` takes it."""
    return hashlib.sha256(content.encode()).hexdigest()


def chain_line(line: AccountLine) -> continuity.ChainLine:
    return continuity.ChainLine(line.host_date, host_number(line.host_no), line.amount, line.balance, line.reversal)


def pull_balance(account: SpecialAccount, business_date: date) -> BankBalance:
    """:raises BankSilent: no answer this time."""
    answer = _ask(BalanceQuery(account.account_no), f"123-{account.pk}-{business_date:%y%m%d}")
    body = answer.read(BalanceAnswer)
    told = {"balance": body.balance, "available": body.available, "asked_at": clock.now()}
    return BankBalance.objects.update_or_create(special_account=account, business_date=business_date, defaults=told)[0]


def _ask(question, send_seq_no: str) -> settlement.Answer:
    try:
        answer = settlement.send(question, send_seq_no, clock.business_date())
    except (NotDelivered, AnswerLost, MessageFault) as fault:
        raise BankSilent(str(fault)) from fault
    if not answer.body:
        raise BankSilent(f"{answer.head.rtn_code} {answer.head.rtn_message}")
    return answer


@dataclass(frozen=True, slots=True)
class Gap:
    """A line whose balance does not follow from the one before it: something in between was never told."""

    account_no: str
    host_date: date
    host_no: str
    missing: Decimal  # yuan that the untold lines amount to


_GAPS = """
SELECT account_no, host_date, host_no, balance - previous - amount AS missing
  FROM (
    SELECT s.account_no, n.host_date, n.host_no, n.amount, n.balance,
           lag(n.balance) OVER (PARTITION BY n.special_account_id ORDER BY n.host_date, n.host_time, n.id) AS previous
      FROM accounts_banknotice n JOIN accounts_specialaccount s ON s.id = n.special_account_id
     WHERE n.host_date BETWEEN %s AND %s
  ) AS chain
 WHERE previous IS NOT NULL AND balance - previous <> amount
 ORDER BY account_no, host_date, host_no
"""


def gaps(first: date, last: date) -> list[Gap]:
    """Proof of completeness by the balances the bank wrote beside its lines."""
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, [first, last])
        return [Gap(*row) for row in cursor.fetchall()]
