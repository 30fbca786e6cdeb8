"""Restrictions on a fund account: laid on, lifted, and what they leave free."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from accounts.enums import LIVE, RestrictionKind
from accounts.models import FundAccount, Restriction
from servicehub.declare import DomainError, Finding, Origin

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class NewRestriction:
    """``amount`` ``None`` is everything; ``until`` is the last day, ``None`` until lifted."""

    fund_account: int
    kind: str
    starts_on: date
    authority: str
    document: str
    amount: Decimal | None = None
    until: date | None = None
    source: str = ""  # who may lift it: "loans.loan:18"


@dataclass(frozen=True, slots=True)
class Kept:
    """What must stay in an account on a day: an amount in yuan, or everything."""

    everything: bool = False
    amount: Decimal = ZERO

    def free_of(self, balance: Decimal) -> Decimal:
        return ZERO if self.everything else max(balance - self.amount, ZERO)


def restrict(origin: Origin, new: NewRestriction) -> Restriction:
    """Lay a restriction on. A withdrawal of the same moment sees it or is seen by it: both lock the account.

    :raises DomainError: ``restriction.refused``: no live account, or this document restricts it already.
    """
    origin.require_pass()
    with transaction.atomic():
        account = _locked(new.fund_account)
        findings = []
        if account.status not in LIVE:
            findings.append(Finding("RESTRICT-CLOSED", "账户已销户，不能再限制", remedy="核对个人账号"))
        same = account.restrictions.filter(kind=new.kind, document=new.document, lifted_on=None)
        if same.exists():
            words = f"这份文书（{new.document}）已经登记过"
            findings.append(Finding("RESTRICT-TWICE", words, field="document", remedy="续冻的，登记新的文书"))
        if findings:
            raise DomainError("restriction.refused", *findings)
        ahead = account.restrictions.live(origin.business_date).filter(kind=new.kind).count()
        row = Restriction.objects.create(
            fund_account=account,
            kind=new.kind,
            amount=new.amount,
            starts_on=new.starts_on,
            until=new.until,
            authority=new.authority,
            document=new.document,
            source=new.source,
            rank=ahead + 1,
            entered_by=origin.operator,
            entered_at=origin.at,
        )
        _new_version(account)
    return row


def lift(origin: Origin, restriction: int, document: str, source: str = "") -> None:
    """:raises DomainError: ``restriction.refused``: lifted already, or laid on by another business (``source``)."""
    origin.require_pass()
    with transaction.atomic():
        row = Restriction.objects.select_for_update(of=("self",), no_key=True).get(pk=restriction)
        account = _locked(row.fund_account_id)
        if row.lifted_on:
            words = f"已于 {row.lifted_on} 解除，没有重复解除"
            raise DomainError("restriction.refused", Finding("RESTRICT-LIFTED", words))
        if row.source != source:
            words = f"这项限制由{row.get_kind_display()}业务设立，不能在这里解除"
            raise DomainError("restriction.refused", Finding("RESTRICT-SOURCE", words, remedy="在设立它的业务中解除"))
        row.lifted_on, row.lift_document = origin.business_date, document
        row.save(update_fields=["lifted_on", "lift_document"])
        _new_version(account)


def kept(fund_account: int, on: date) -> Kept:
    """What freezes and other restrictions keep in the account. Freezes of amounts add up; every other kind is whole
    unless it names an amount.
    """
    rows = Restriction.objects.live(on).filter(fund_account=fund_account).exclude(kind=RestrictionKind.DISPUTE)
    amounts = list(rows.values_list("amount", flat=True))
    return Kept(everything=None in amounts, amount=sum((amount for amount in amounts if amount is not None), ZERO))


def _locked(fund_account: int) -> FundAccount:
    return FundAccount.objects.select_for_update(of=("self",), no_key=True).get(pk=fund_account)


def _new_version(account: FundAccount) -> None:
    FundAccount.objects.filter(pk=account.pk).update(version=F("version") + 1)
