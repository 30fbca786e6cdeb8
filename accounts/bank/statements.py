"""The bank's statement (BDC113) and balance (BDC123): what the notices left out, and whether the chain has a gap."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.bank import inbox, settlement
from accounts.bank.messages import (
    ArrivalNotice,
    BalanceAnswer,
    BalanceQuery,
    MessageFault,
    StatementAnswer,
    StatementQuery,
    to_wire,
)
from accounts.bank.models import BankBalance, BankMessage, SpecialAccount
from accounts.bank.settlement import AnswerLost, NotDelivered
from servicehub import clock


class BankSilent(Exception):
    """No usable answer; the question can be asked again at any time."""


def pull(account: SpecialAccount, first: date, last: date | None = None) -> BankMessage | None:
    """Ask for the lines of a window and have them taken in like notices; lines known already are passed over.

    :raises BankSilent: no answer this time.
    """
    answer = _ask(StatementQuery(account.account_no, first, last or first), f"113-{account.pk}-{first:%y%m%d}")
    lines = answer.read(StatementAnswer).lines
    if not lines:
        return None
    wire = {"head": {"TxCode": StatementQuery.CODE}, "body": to_wire(ArrivalNotice(lines))}
    return inbox.keep(json.dumps(wire, ensure_ascii=False), "", StatementQuery.CODE)


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
