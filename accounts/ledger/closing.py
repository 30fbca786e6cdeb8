"""Interest of an account that is emptied within the year (销户结息), taken back when the money returns, and what two
accounts that become one bring along.

Closing in two steps (E10): here the interest up to the day before is paid into the account and its products are taken
out; then the business withdraws the whole with the same value date, which leaves no product behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.ledger.entries import Entry, Movement, Posted
from accounts.ledger.events import Kind
from accounts.ledger.models import InterestRow, InterestYear, Posting, Subaccount, Voucher
from accounts.ledger.money import ZERO
from accounts.ledger.posting import post
from accounts.ledger.refusals import refused
from accounts.ledger.reversal import Reversal, reverse
from accounts.ledger.rules import interest as rules
from accounts.ledger.rules.calendar import Method, interest_year, weight, weight_after, year_end, year_start
from accounts.ledger.rules.interest import Buckets, RateChange, Terms
from accounts.ledger.settlement import settle_late
from accounts.ledger.subaccounts import close_subaccount, reopen_subaccount
from accounts.ledger.transactions import run
from servicehub.declare import Assessed, Origin

CLOSING_EVENT = "accounts.closing_interest"
MERGE_EVENT = "accounts.merge_accounts"
ACCRUE_EVENT = "accounts.accrue_interest"


@dataclass(frozen=True, slots=True)
class Closing:
    """``closed_on``: the day the money leaves; it earns up to the day before. ``rates`` in percent, as in force then;
    ``later``: their changes within the year so far, where the year is computed by segments.
    """

    subaccount: int
    closed_on: date
    event_id: str
    rates: Buckets
    later: Sequence[RateChange] = ()
    case_number: str = ""


@dataclass(frozen=True, slots=True)
class ClosingInterest:
    """``principal + interest`` is what the account holds now and the closing pays. ``assessed`` says how it came."""

    voucher: int | None  # none where nothing was earned
    principal: Decimal
    interest: Decimal
    assessed: Assessed

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest


def settle_closing(origin: Origin, closing: Closing) -> ClosingInterest:
    """Pay the interest of an account about to be emptied into it. The same event again gives the same answer.

    :raises LedgerRefused: ledger.year_not_settled (``closed_on`` lies beyond the account's open year, or money of the
        coming one is in it), ledger.closed_subaccount, ledger.unknown_subaccount.
    """
    origin.require_pass()
    return run(lambda: _settle_closing(origin, closing))


def _settle_closing(origin: Origin, closing: Closing) -> ClosingInterest:
    row = _locked(closing.subaccount)
    made = Voucher.objects.filter(event_type=CLOSING_EVENT, event_id=closing.event_id).first()
    if made:
        kept = InterestRow.objects.filter(subaccount_id=row.id, voucher=made).order_by("seq").first()
        if kept is None:
            raise refused("ledger.other_content", event_type=CLOSING_EVENT, event_id=closing.event_id)
        principal = kept.closing_current + kept.closing_carried
        return ClosingInterest(made.id, principal, kept.paid, Assessed(kept.paid))
    if row.closed_on:
        raise refused("ledger.closed_subaccount", subaccount=row.id)
    if interest_year(closing.closed_on) != row.open_year or row.next_current or row.next_carried:
        raise refused("ledger.year_not_settled", subaccount=row.id, year=row.open_year)
    year = InterestYear.objects.get(year=row.open_year)
    terms = Terms(year.year, closing.rates, year.divisor, Method(year.method))
    balance, product = Buckets(row.current, row.carried), Buckets(row.product_current, row.product_carried)
    earned = product + -balance.times(weight(closing.closed_on, year.year, terms.method))
    before = _last_row(row.id, year.year)
    whole = earned + (Buckets(before.product_current, before.product_carried) if before else Buckets())
    assessed = _year_so_far(row.id, whole, terms, closing)
    interest = assessed.value - (before.interest if before else ZERO)
    if not interest:
        return ClosingInterest(None, balance.total, ZERO, assessed)
    posted = _pay(origin, row, closing, interest, earned, _accrued(origin, row, terms, interest))
    InterestRow.objects.create(
        subaccount_id=row.id,
        year=year.year,
        seq=before.seq + 1 if before else 1,
        kind=InterestRow.Kind.CLOSING,
        product_current=whole.current,
        product_carried=whole.carried,
        closing_current=balance.current,
        closing_carried=balance.carried,
        rate_current=closing.rates.current,
        rate_carried=closing.rates.carried,
        interest=assessed.value,
        paid=interest,
        voucher_id=posted.voucher,
    )
    return ClosingInterest(posted.voucher, balance.total, interest, assessed)


def _locked(subaccount: int) -> Subaccount:
    row = (
        Subaccount.objects.select_for_update(of=("self",), no_key=True)
        .filter(id=subaccount, maintained=True, open_year__isnull=False)
        .first()
    )
    if row is None:
        raise refused("ledger.unknown_subaccount", subaccount=subaccount)
    return row


def _last_row(subaccount: int, year: int) -> InterestRow | None:
    return InterestRow.objects.filter(subaccount_id=subaccount, year=year).order_by("-seq").first()


def _year_so_far(subaccount: int, product: Buckets, terms: Terms, closing: Closing) -> Assessed:
    if not closing.later:
        return rules.annual_interest(product, terms)
    opening, movements = _movements(subaccount, terms.year)
    balance = sum((movement.amount for movement in movements), start=opening)
    movements.append(rules.Movement(closing.closed_on, -balance))
    later = [(rules.product_since(opening, movements, change.since, terms), change) for change in closing.later]
    return rules.segmented_interest(product, later, terms)


def _movements(subaccount: int, year: int) -> tuple[Buckets, list[rules.Movement]]:
    """What was brought into the year, and what moved in it."""
    opening, movements = Buckets(), []
    for booked in Posting.objects.filter(subaccount_id=subaccount, interest_year__lte=year).order_by("id"):
        amount = Buckets(booked.current, booked.carried)
        if booked.interest_year < year:
            opening += Buckets(carried=amount.total)
        else:
            movements.append(rules.Movement(booked.value_date, amount))
    return opening, movements


def _accrued(origin: Origin, row: Subaccount, terms: Terms, interest: Decimal) -> Decimal:
    """What of it the months before have expensed already: earned until the last accrual of the branch."""
    last = (
        Voucher.objects.filter(event_type=ACCRUE_EVENT, branch=row.branch, business_date__lte=origin.business_date)
        .order_by("-business_date")
        .values_list("business_date", flat=True)
        .first()
    )
    if last is None or interest_year(last) != terms.year:
        return ZERO
    balance, product = Buckets(row.current, row.carried), Buckets(row.product_current, row.product_carried)
    until = product + -balance.times(weight_after(last, terms.year, terms.method))
    share = rules.annual_interest(until, terms).value
    return max(ZERO, min(share, interest))


def _pay(
    origin: Origin, row: Subaccount, closing: Closing, interest: Decimal, earned: Buckets, accrued: Decimal
) -> Posted:
    movement = Movement(
        row.id,
        interest,
        bucket="carried",
        value_date=closing.closed_on,
        kind=Kind.CLOSING_INTEREST,
        product_adjust_current=-earned.current,
        product_adjust_carried=-earned.carried,
    )
    amounts = {"accrued": accrued, "extra": interest - accrued}
    entry = Entry(
        CLOSING_EVENT, closing.event_id, row.branch, amounts, [movement], case_number=closing.case_number
    )  # fmt: skip
    return post(origin, entry)


def restore_closed(origin: Origin, subaccount: int, vouchers: Sequence[int], reversal: Reversal) -> list[int]:
    """The payment came back: reopen, take back the vouchers (payment first, its interest last) with their value dates,
    and go through every 30 June missed meanwhile. Returns the reversing vouchers, in order.

    :raises LedgerRefused: as ``reverse`` and ``settle_late``.
    """
    origin.require_pass()
    with transaction.atomic():
        _locked(subaccount)
        reopen_subaccount(origin, subaccount)
        reversed_by = [
            reverse(
                origin,
                voucher,
                Reversal(f"{reversal.event_id}:{place}", reversal.reason, reversal.case_number),
            ).voucher
            for place, voucher in enumerate(vouchers, start=1)
        ]
        settle_late(origin, subaccount)
    return reversed_by


@dataclass(frozen=True, slots=True)
class Merge:
    """``source`` is emptied into ``target`` on ``merged_on`` and closed."""

    source: int
    target: int
    merged_on: date
    event_id: str
    case_number: str = ""


def merge_subaccounts(origin: Origin, merge: Merge) -> Posted:
    """Two accounts of one person become one (E49): each bucket and slot moves with its product.

    Nothing is earned twice and nothing lost: what the source's products know beyond the balance of the day goes along.
    The same event again gives the same voucher.

    :raises LedgerRefused: ledger.year_not_settled (they stand in different years), ledger.insufficient (a hold on the
        source), ledger.unknown_subaccount, ledger.closed_subaccount, ledger.zero_movement (there is nothing to move).
    """
    origin.require_pass()
    return run(lambda: _merge(origin, merge))


def _merge(origin: Origin, merge: Merge) -> Posted:
    made = Voucher.objects.filter(event_type=MERGE_EVENT, event_id=merge.event_id).values_list("id", flat=True).first()
    if made:
        return Posted(made, replayed=True)
    locked = {one: _locked(one) for one in sorted((merge.source, merge.target))}
    source, target = locked[merge.source], locked[merge.target]
    if source.open_year != target.open_year:
        raise refused("ledger.year_not_settled", subaccount=source.id, year=min(source.open_year, target.open_year))
    if source.held:
        raise refused("ledger.insufficient", subaccount=source.id, held=str(source.held))
    movements = [*_slot(source, target, merge.merged_on, "current"), *_slot(source, target, merge.merged_on, "carried")]
    total = sum((abs(one.amount) for one in movements if one.subaccount == target.id), ZERO)
    if not total:  # a voucher has lines; what an empty account has earned is paid by closing it
        raise refused("ledger.zero_movement", subaccount=source.id)
    entry = Entry(
        MERGE_EVENT, merge.event_id, target.branch, {"total": total}, movements, case_number=merge.case_number
    )  # fmt: skip
    posted = post(origin, entry)
    close_subaccount(origin, source.id)
    return posted


def _slot(source: Subaccount, target: Subaccount, day: date, bucket: str) -> list[Movement]:
    """The two legs per slot of one bucket. The open slot moves within its year, though the merge comes later."""
    found = []
    for prefix, year, when in (
        ("", source.open_year, min(day, year_end(source.open_year))),
        ("next_", source.open_year + 1, max(day, year_start(source.open_year + 1))),
    ):
        amount, product = getattr(source, prefix + bucket), getattr(source, f"{prefix}product_{bucket}")
        if not amount and not product:
            continue
        method = Method(InterestYear.objects.get(year=year).method)
        beyond = product - amount * weight(when, year, method)
        for subaccount, sign in ((source.id, -1), (target.id, 1)):
            found.append(
                Movement(
                    subaccount,
                    sign * amount,
                    bucket=bucket,
                    value_date=when,
                    kind=Kind.MERGE,
                    **{f"product_adjust_{bucket}": sign * beyond},
                )
            )
    return found
