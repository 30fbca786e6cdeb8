"""Lines of a special account become notices, are matched, and are booked: each once, whoever tells it how often."""

from django.db import transaction

from accounts.bank import suspense
from accounts.bank.matching import Arrival, Match, match
from accounts.bank.messages import AccountLine
from accounts.bank.models import BankMessage, BankNotice, PaymentInstruction, PaymentLine, SpecialAccount
from accounts.bank.rules.texts import host_number, words
from accounts.bank.states import NOTICE_MOVES, NoticeState, moved
from servicehub.declare import DomainError, Origin
from servicehub.declare.registry import receipts
from servicehub.kit.crypto import BANK_CARD, blind_index


def take(origin: Origin, message: BankMessage, lines: tuple[AccountLine, ...]) -> list[BankNotice]:
    """Book what is new in a message; lines told before are passed over. Returns the new notices.

    :raises DomainError: a line of an account the centre does not keep.
    """
    origin.require_pass()
    accounts = _accounts_of(lines)
    taken = []
    for line in lines:
        notice = _recorded(origin, message, accounts[line.account], line)
        if notice is not None:
            _settle(origin, notice, line)
            taken.append(notice)
    return taken


def _accounts_of(lines: tuple[AccountLine, ...]) -> dict[str, SpecialAccount]:
    numbers = {line.account for line in lines}
    known = {account.account_no: account for account in SpecialAccount.objects.filter(account_no__in=numbers)}
    if strange := sorted(numbers - known.keys()):
        raise DomainError("bank.account_unknown", accounts=strange)
    return known


def _recorded(origin: Origin, message: BankMessage, account: SpecialAccount, line: AccountLine) -> BankNotice | None:
    """The notice if it is new. Two workers with the same line: the second waits for the first, then finds it there."""
    notice = BankNotice(
        special_account=account,
        host_date=line.host_date,
        host_no=host_number(line.host_no),
        amount=line.amount,
        reversal=line.reversal,
        host_time=line.host_time,
        balance=line.balance,
        counter_account=line.counter_account or None,
        counter_account_index=blind_index(line.counter_account.strip(), BANK_CARD) if line.counter_account else None,
        counter_name=line.counter_name[:200],
        counter_bank=line.counter_bank[:120],
        summary=line.summary[:300],
        remark=line.remark[:300],
        message=message,
        received_on=origin.business_date,
        statement_id=message.statement_id,
    )
    told_before = BankNotice.objects.filter(
        special_account=account, host_date=line.host_date, host_no=notice.host_no, amount=line.amount,
        reversal=line.reversal,
    )  # fmt: skip
    if told_before.exists():
        if message.statement_id:
            told_before.filter(statement=None).update(statement=message.statement_id)
        return None
    BankNotice.objects.bulk_create([notice], ignore_conflicts=True)
    # ON CONFLICT DO NOTHING waits for a rival's commit and answers no number: whose row is it now?
    found = told_before.select_related("special_account").get()
    return found if found.message_id == message.pk else None


def _settle(origin: Origin, notice: BankNotice, line: AccountLine) -> None:
    ordered = _ordered_by_us(notice)
    if ordered is not None:
        notice.payment = ordered
        _place(origin, notice, "match", "本中心发出的指令")
    elif notice.reversal or notice.amount < 0:
        notice.pair = _reversed_by(notice) if notice.reversal else None
        notice.reason = "银行冲正，等待会计处理" if notice.reversal else "不是本中心指令的支出，等待会计处理"
        notice.save(update_fields=["pair", "reason"])
    else:
        _give(origin, notice, line)


def _give(origin: Origin, notice: BankNotice, line: AccountLine) -> None:
    """To its owner, or to 待查 with the reason."""
    arrival = Arrival(
        account_no=line.account,
        nature=notice.special_account.nature,
        amount=notice.amount,
        host_date=notice.host_date,
        counter_account=line.counter_account,
        counter_name=line.counter_name,
        summary=line.summary,
        remark=line.remark,
    )
    found = match(arrival)
    if found.claim is None:
        keep_unknown(origin, notice, _why_unmatched(found))
        return
    claim = found.claim
    try:
        with transaction.atomic():
            settled = receipts[claim.claimer].settle(origin, notice, claim)
    except DomainError as refusal:
        keep_unknown(origin, notice, _why_refused(refusal))
        return
    notice.rung, notice.claimer = claim.rung, claim.claimer
    notice.party_kind, notice.party_id = claim.party.kind, claim.party.id
    notice.document, notice.voucher = settled.document or claim.document, settled.voucher
    _place(origin, notice, settled.action, settled.words)


def keep_unknown(origin: Origin, notice: BankNotice, reason: str) -> None:
    notice.voucher = suspense.book_unknown(origin, notice)
    _place(origin, notice, "book_unknown", reason)


def _place(origin: Origin, notice: BankNotice, action: str, words_for_people: str) -> None:
    notice.state = moved(NOTICE_MOVES, notice.state, action)
    notice.reason = words_for_people[:200]
    notice.settled_on = origin.business_date
    notice.save()


def _why_unmatched(found: Match) -> str:
    if found.rivals:
        return f"有 {len(found.rivals)} 个可能的单位或单据，不能自动认定"
    return "附言、摘要、户名和账号都对应不到单位"


def _why_refused(refusal: DomainError) -> str:
    return "；".join(finding.message for finding in refusal.findings) or f"不能入账（{refusal.code}）"


def _ordered_by_us(notice: BankNotice) -> PaymentInstruction | None:
    """The instruction a line carries out: by our business number in its remark, or by the bank's number of the answer.

    A returned payment (退汇) names the number too, but is a credit of its own, not what we ordered.
    """
    if notice.reversal or "退汇" in notice.summary:
        return None
    pieces = words(notice.remark) + words(notice.summary)
    numbers = {piece.partition("-")[0] for piece in pieces}
    by_number = PaymentInstruction.objects.filter(business_no__in=numbers).order_by("pk").first()
    if by_number is not None:
        return by_number
    by_host = {"host_no": notice.host_no, "host_date": notice.host_date}
    line = PaymentLine.objects.filter(**by_host).select_related("instruction").order_by("pk").first()
    return line.instruction if line else PaymentInstruction.objects.filter(**by_host).order_by("pk").first()


def _reversed_by(reversal: BankNotice) -> BankNotice | None:
    """The line a 冲正 takes back: same account, opposite amount, not taken back yet; named in its words."""
    originals = BankNotice.objects.filter(
        special_account=reversal.special_account, amount=-reversal.amount, reversal=False, bank_pair__isnull=True
    ).exclude(state=NoticeState.REVERSED)
    named = [row for row in originals.order_by("-host_date", "-pk")[:50] if row.host_no in reversal.remark]
    if named:
        return named[0]
    found = list(originals.filter(host_date=reversal.host_date).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None
