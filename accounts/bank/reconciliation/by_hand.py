"""What the passes leave to people: matching with a reason, explaining, and taking a match back."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection, transaction

from accounts.bank.models import SpecialAccount
from accounts.bank.reconciliation.models import BankMatch, ItemState, Klass, OutstandingItem, Rung
from servicehub.declare import DomainError, Finding, Origin

_NEXT = "SELECT nextval('accounts_bankmatch_id_seq')"


def match_faults(items: Sequence[OutstandingItem]) -> list[Finding]:
    """Why these cannot be one match; empty when they can. Both sides must come to the same, signs included."""
    faults = []
    if len(items) < 2:
        faults.append(Finding("match.too_few", "至少选择两项", field="items", remedy="选银行流水和对应的日记账"))
    if any(item.state == ItemState.CLEARED for item in items):
        faults.append(Finding("match.cleared", "所选项目中有已经核销的", field="items", remedy="刷新清单再选"))
    if len({item.special_account_id for item in items}) > 1:
        faults.append(Finding("match.accounts", "所选项目不是同一个专户的", field="items", remedy="分专户核对"))
    bank, books = _sides(items)
    if bank != books:
        words = f"银行流水合计 {bank:,.2f} 元，日记账合计 {books:,.2f} 元，相差 {bank - books:,.2f} 元"
        faults.append(Finding("match.differs", words, field="items", remedy="金额相等的才能核对；差额查明后另行入账"))
    return faults


def _sides(items: Sequence[OutstandingItem]) -> tuple[Decimal, Decimal]:
    zero = Decimal("0.00")
    bank = sum((item.amount for item in items if item.notice_id), zero)
    return bank, sum((item.amount for item in items if item.entry_id), zero)


def match(origin: Origin, items: Sequence[int], reason: str) -> list[BankMatch]:
    """Pass 7: a person says they belong together, and why.

    :raises DomainError: match.refused with every fault.
    """
    origin.require_pass()
    with transaction.atomic():
        rows = list(
            OutstandingItem.objects.filter(pk__in=items).order_by("pk").select_for_update(of=("self",), no_key=True)
        )
        if faults := match_faults(rows):
            raise DomainError("match.refused", *faults)
        lines = [row.notice_id for row in rows if row.notice_id]
        entries = [row.entry_id for row in rows if row.entry_id]
        longer = max(len(lines), len(entries))
        with connection.cursor() as cursor:
            cursor.execute(_NEXT)
            (together,) = cursor.fetchone()
        made = BankMatch.objects.bulk_create(
            BankMatch(
                special_account_id=rows[0].special_account_id, together=together, rung=Rung.MANUAL,
                notice_id=lines[place] if place < len(lines) else None,
                entry_id=entries[place] if place < len(entries) else None,
                matched_on=origin.business_date, matched_by=origin.operator_name, reason=reason[:200],
            )
            for place in range(longer)
        )  # fmt: skip
        OutstandingItem.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=ItemState.CLEARED, cleared_on=origin.business_date
        )
    return made


def explain(origin: Origin, item: int, words: str) -> OutstandingItem:
    """Why it stands out and when it will be gone. It stays on the statement until its other side is there."""
    origin.require_pass()
    with transaction.atomic():
        row = OutstandingItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item)
        if row.state == ItemState.CLEARED:
            raise DomainError("outstanding.cleared", Finding("outstanding.cleared", "这一项已经核销，不需要说明"))
        row.state, row.explanation = ItemState.EXPLAINED, words[:200]
        row.explained_by, row.explained_on = origin.operator_name, origin.business_date
        row.save(update_fields=["state", "explanation", "explained_by", "explained_on"])
    return row


def undo(origin: Origin, match_id: int) -> int:
    """Take a match back, whole: both sides are on the list again. Returns how many items that are.

    :raises DomainError: match.undone.
    """
    origin.require_pass()
    with transaction.atomic():
        first = BankMatch.objects.get(pk=match_id)
        SpecialAccount.objects.select_for_update(of=("self",), no_key=True).get(pk=first.special_account_id)
        rows = BankMatch.objects.filter(undone_at=None)
        rows = rows.filter(together=first.together) if first.together else rows.filter(pk=match_id)
        members = list(rows.order_by("pk").select_related("notice", "entry"))
        if not members:
            raise DomainError("match.undone", Finding("match.undone", "这组匹配已经撤销", remedy="刷新清单再看"))
        rows.update(undone_at=origin.at, undone_by=origin.operator_name)
        count = 0
        for member in members:
            for side in filter(None, (member.notice, member.entry)):
                _list_again(origin, side)
                count += 1
    return count


def _list_again(origin: Origin, side) -> None:
    is_line = side._meta.model_name == "banknotice"
    klasses = (Klass.BANK_RECEIVED, Klass.BANK_PAID) if is_line else (Klass.CENTRE_RECEIVED, Klass.CENTRE_PAID)
    OutstandingItem.objects.update_or_create(
        **{"notice" if is_line else "entry": side},
        defaults={"state": ItemState.OPEN, "cleared_on": None, "by_hand": True},
        create_defaults={
            "special_account_id": side.special_account_id, "amount": side.amount, "found_on": origin.business_date, "by_hand": True,
            "klass": klasses[0] if side.amount > 0 else klasses[1],
            "arose_on": side.host_date if is_line else side.business_date,
        },
    )  # fmt: skip
