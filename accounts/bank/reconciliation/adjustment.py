"""银行存款余额调节表: per special account and day (a month's last day), as of that day, whatever was matched since.

bank + 中心已收银行未收 − 中心已付银行未付 = books + 银行已收中心未收 − 银行已付中心未付
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import connection

from accounts.bank.models import BankNotice, BankStatement, SpecialAccount
from accounts.bank.reconciliation.models import Klass
from accounts.bank.reconciliation.passes import BEGINNING, OVERLAP_DAYS
from accounts.ledger.services import subject_balance
from servicehub.kit.sql_files import statement

ROOM = Path(__file__).resolve().parent
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class StandingOut:
    """One 未达账项 as of a day; ``amount`` is signed as its own side books it."""

    klass: str
    day: date
    amount: Decimal
    counter_name: str
    host_no: str
    words: str
    voucher: int | None
    explanation: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    account: SpecialAccount
    day: date
    bank: Decimal
    books: Decimal
    items: tuple[StandingOut, ...]

    def total(self, klass: Klass) -> Decimal:
        """Of one class, as a positive amount."""
        return abs(sum((item.amount for item in self.items if item.klass == klass), ZERO))

    @property
    def bank_adjusted(self) -> Decimal:
        return self.bank + self.total(Klass.CENTRE_RECEIVED) - self.total(Klass.CENTRE_PAID)

    @property
    def books_adjusted(self) -> Decimal:
        return self.books + self.total(Klass.BANK_RECEIVED) - self.total(Klass.BANK_PAID)

    @property
    def difference(self) -> Decimal:
        """Zero, or something is unexplained."""
        return self.bank_adjusted - self.books_adjusted


def adjust(account: SpecialAccount, day: date) -> Adjustment:
    """Reads only. What was told or booked since the last run of reconciliation stands out too."""
    return Adjustment(account, day, bank_balance(account, day), subject_balance(account.subject_id, as_of=day),
                      standing_out(account, day))  # fmt: skip


def standing_out(account: SpecialAccount, day: date) -> tuple[StandingOut, ...]:
    since = account.reconciled_on - timedelta(days=OVERLAP_DAYS) if account.reconciled_on else BEGINNING
    with connection.cursor() as cursor:
        cursor.execute(statement(ROOM, "sql/standing_out.sql"), {"account": account.pk, "day": day, "since": since})
        return tuple(StandingOut(*row) for row in cursor.fetchall())


def bank_balance(account: SpecialAccount, day: date) -> Decimal:
    """What the bank says the account held at the end of a day: a statement's closing, or the last line's balance.

    Lines of one second have no order of their own, a statement has; so a statement that reaches the last line wins.
    """
    told = BankNotice.objects.filter(special_account=account, host_date__lte=day)
    last = told.order_by("-host_date", "-host_time", "-pk").values_list("host_date", "balance").first()
    made = (
        BankStatement.objects.filter(special_account=account, last__lte=day, breaks=0).order_by("-last", "-pk").first()
    )
    if last is None:
        return made.closing if made else ZERO
    return made.closing if made is not None and made.last >= last[0] else last[1]
