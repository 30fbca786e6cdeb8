"""Payments and collections: built inside a decision, sent by the worker after it, asked about until they are final.

The instruction is written in the transaction that decides it. Sending is another matter: the attempt is committed
first, then the message goes out, then the answer comes in by the gate as a callback. A worker killed in between leaves
``sent``, which is treated like silence: nobody sends again, the bank is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from accounts.bank import messages, settlement
from accounts.bank.messages import BusinessType, SettleType, TxStatus
from accounts.bank.models import PaymentAttempt, PaymentInstruction, PaymentLine, SpecialAccount
from accounts.bank.settlement import AnswerLost, NotDelivered
from accounts.bank.states import ASKED_ABOUT, FINAL, PAYMENT_MOVES, PaymentState, moved
from servicehub import clock, outbox
from servicehub.declare import Origin
from servicehub.kit.crypto import BANK_CARD, blind_index

BATCHES = frozenset({messages.BatchPayment.CODE, messages.BatchCollection.CODE})
SINGLE = frozenset({messages.SinglePayment.CODE, messages.SingleCollection.CODE, messages.OwnTransfer.CODE})


class PaymentOwner:
    """A business that waits for the bank. Registered by code: ``payments.owners["accounts.suspense_refund"] = …``."""

    def bank_answered(self, origin: Origin, instruction: PaymentInstruction) -> None:
        """The instruction is final (``success`` or ``failed``). Runs in the transaction that records it."""
        raise NotImplementedError

    def lines_answered(self, origin: Origin, lines: Sequence[PaymentLine]) -> None:
        """Every detail of a batch is final; called once, before ``bank_answered``."""


owners: dict[str, PaymentOwner] = {}


def payment_event(instruction: PaymentInstruction) -> str:
    """The event id of the voucher that books a payment: reconciliation reads from it which instruction it carries out.

    Of one detail of a batch it is ``payment_line:<pk>``.
    """
    return f"payment:{instruction.pk}"


@dataclass(frozen=True, slots=True)
class Counterpart:
    account: str
    name: str
    bank: str = ""
    agreement_no: str = ""


@dataclass(frozen=True, slots=True)
class BatchDetail:
    amount: Decimal
    counterpart: Counterpart
    subject: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What a business asks for. ``owner`` and ``subject`` say whom the answer concerns."""

    owner: str
    subject: str
    summary: str = ""
    remark: str = ""
    business_type: BusinessType = BusinessType.OTHER
    settle_type: SettleType = SettleType.SAME_BANK


def pay(
    origin: Origin,
    account: SpecialAccount,
    to: Counterpart,
    amount: Decimal,
    order: Order,
    interest: Decimal = Decimal("0.00"),
    retry_of: PaymentInstruction | None = None,
) -> PaymentInstruction:
    """BDC101: from a special account to somebody. ``amount`` includes ``interest``. Sent after the commit."""
    return _instruct(
        origin, messages.SinglePayment.CODE, account, to, amount, order, interest=interest, retry_of=retry_of
    )


def collect(
    origin: Origin, account: SpecialAccount, payer: Counterpart, amount: Decimal, order: Order
) -> PaymentInstruction:
    """BDC102: from an account whose owner signed an agreement, to a special account."""
    if not payer.agreement_no:
        raise ValueError("a collection needs the number of its agreement")
    return _instruct(origin, messages.SingleCollection.CODE, account, payer, amount, order)


def transfer(
    origin: Origin, account: SpecialAccount, to: SpecialAccount, amount: Decimal, order: Order
) -> PaymentInstruction:
    """BDC109: between two special accounts."""
    other = Counterpart(to.account_no, to.name, to.bank_name)
    return _instruct(origin, messages.OwnTransfer.CODE, account, other, amount, order)


def batch(
    origin: Origin, tx_code: str, account: SpecialAccount, details: Sequence[BatchDetail], order: Order
) -> PaymentInstruction:
    """BDC103 or BDC104: many at once, each with an end of its own."""
    if tx_code not in BATCHES or not details:
        raise ValueError("a batch is BDC103 or BDC104 and has details")
    total = sum((detail.amount for detail in details), Decimal("0.00"))
    with transaction.atomic():  # it must not go out before its details are there
        return _batch_with_details(origin, tx_code, account, details, order, total)


def _batch_with_details(
    origin: Origin, tx_code: str, account: SpecialAccount, details: Sequence[BatchDetail], order: Order, total: Decimal
) -> PaymentInstruction:
    instruction = _instruct(origin, tx_code, account, Counterpart("", ""), total, order)
    PaymentLine.objects.bulk_create(
        [
            PaymentLine(
                instruction=instruction,
                no=no,
                amount=detail.amount,
                account=detail.counterpart.account,
                name=detail.counterpart.name,
                agreement_no=detail.counterpart.agreement_no,
                summary=detail.summary,
                subject=detail.subject,
            )
            for no, detail in enumerate(details, start=1)
        ],
        batch_size=2_000,
    )
    return instruction


def _instruct(
    origin: Origin,
    tx_code: str,
    account: SpecialAccount,
    counterpart: Counterpart,
    amount: Decimal,
    order: Order,
    interest: Decimal = Decimal("0.00"),
    retry_of: PaymentInstruction | None = None,
) -> PaymentInstruction:
    from accounts.tasks import send_payment

    origin.require_pass()
    if order.owner not in owners:
        raise ValueError(f"nobody waits for the answer: {order.owner}")
    if retry_of is not None and retry_of.state != PaymentState.FAILED:
        raise ValueError("only a failed payment is paid again; an unknown one is asked about")
    instruction = PaymentInstruction.objects.create(
        business_no=_next_business_no(origin.business_date),
        tx_code=tx_code,
        special_account=account,
        amount=amount,
        interest=interest,
        counter_account=counterpart.account or None,
        counter_account_index=blind_index(counterpart.account.strip(), BANK_CARD) if counterpart.account else None,
        counter_name=counterpart.name,
        counter_bank=counterpart.bank,
        agreement_no=counterpart.agreement_no,
        settle_type=order.settle_type,
        business_type=order.business_type,
        summary=order.summary,
        remark=order.remark,
        owner=order.owner,
        subject=order.subject,
        retry_of=retry_of,
        business_date=origin.business_date,
        created_at=origin.at,
    )
    outbox.send_after_commit(send_payment, instruction.pk)
    return instruction


def _next_business_no(business_date: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_business_no')")
        (number,) = cursor.fetchone()
    return f"ZF{business_date:%y%m%d}{number:08}"


# --- Sending and asking: the worker's part, outside any transaction --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """What an attempt brought back; becomes the input of ``accounts.record_bank_answer``."""

    attempt: int
    action: str  # of states.PAYMENT_MOVES, or "" when nothing changed
    code: str = ""
    words: str = ""
    host_no: str = ""
    host_date: date | None = None
    batch_no: str = ""


def send_out(instruction_id: int, business_date: date) -> Heard | None:
    """Send a new instruction, once; ``None`` when it was sent already."""
    with transaction.atomic(durable=True):
        instruction = _locked(instruction_id)
        if instruction.state != PaymentState.NEW:
            return None
        _move(instruction, "send")
        attempt = _attempt(instruction, instruction.tx_code, business_date)
    try:
        answer = settlement.send(message_of(instruction), attempt.send_seq_no, business_date)
    except NotDelivered as fault:
        return Heard(attempt.pk, "not_delivered", words=str(fault)[:200])
    except AnswerLost as fault:
        return Heard(attempt.pk, "lose", words=str(fault)[:200])
    _note_answer(attempt, answer)
    return _heard(instruction, attempt, answer)


def ask(instruction_id: int, business_date: date) -> Heard | None:
    """Ask what became of an instruction that went out (BDC110, or BDC107 for a batch); ``None``: nothing to ask."""
    with transaction.atomic(durable=True):
        instruction = _locked(instruction_id)
        if instruction.state not in ASKED_ABOUT:
            return None
        first = instruction.attempts.filter(tx_code=instruction.tx_code).order_by("pk").last()
        question = _question(instruction, first)
        attempt = _attempt(instruction, question.CODE, business_date)
        instruction.queries += 1
        instruction.save(update_fields=["queries"])
    try:
        answer = settlement.send(question, attempt.send_seq_no, business_date)
    except (NotDelivered, AnswerLost) as fault:
        # The question got no answer; the payment is no better and no worse known than before.
        return Heard(attempt.pk, "lose" if instruction.state == PaymentState.SENT else "", words=str(fault)[:200])
    _note_answer(attempt, answer)
    return _heard(instruction, attempt, answer)


def ask_details(instruction: PaymentInstruction, business_date: date) -> messages.BatchResult | None:
    """BDC108: the details of a batch; ``None`` when the bank gave none this time."""
    with transaction.atomic(durable=True):
        attempt = _attempt(instruction, messages.BatchDownload.CODE, business_date)
    try:
        answer = settlement.send(messages.BatchDownload(instruction.batch_no), attempt.send_seq_no, business_date)
    except (NotDelivered, AnswerLost):
        return None
    _note_answer(attempt, answer)
    return answer.read(messages.BatchResult)


def _question(instruction: PaymentInstruction, first: PaymentAttempt):
    if instruction.batch_no:
        return messages.BatchQuery(instruction.batch_no)
    return messages.TransactionQuery(first.business_date, first.send_seq_no, instruction.business_no)


def _locked(instruction_id: int) -> PaymentInstruction:
    rows = PaymentInstruction.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("special_account").get(pk=instruction_id)


def _attempt(instruction: PaymentInstruction, tx_code: str, business_date: date) -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        instruction=instruction, tx_code=tx_code, business_date=business_date, sent_at=clock.now()
    )


def _note_answer(attempt: PaymentAttempt, answer: settlement.Answer) -> None:
    attempt.answered_at = clock.now()
    attempt.tx_status, attempt.code = answer.head.tx_status, answer.head.rtn_code
    attempt.words, attempt.bdc_seq_no = answer.head.rtn_message[:200], answer.head.bdc_seq_no
    attempt.save()


def message_of(instruction: PaymentInstruction):
    """The typed message of an instruction; pure but for its lines."""
    own, other = instruction.special_account.account_no, instruction.counter_account or ""
    common = {"business_no": instruction.business_no, "summary": instruction.summary, "remark": instruction.remark}
    match instruction.tx_code:
        case messages.SinglePayment.CODE:
            return messages.SinglePayment(
                payer_account=own,
                payee_account=other,
                payee_name=instruction.counter_name,
                payee_bank=instruction.counter_bank,
                principal=instruction.amount - instruction.interest,
                interest=instruction.interest,
                total=instruction.amount,
                settle_type=SettleType(instruction.settle_type),
                business_type=BusinessType(instruction.business_type),
                **common,
            )
        case messages.SingleCollection.CODE:
            return messages.SingleCollection(
                payer_account=other,
                payer_name=instruction.counter_name,
                agreement_no=instruction.agreement_no,
                payee_account=own,
                amount=instruction.amount,
                settle_type=SettleType(instruction.settle_type),
                business_type=BusinessType(instruction.business_type),
                **common,
            )
        case messages.OwnTransfer.CODE:
            return messages.OwnTransfer(payer_account=own, payee_account=other, amount=instruction.amount, **common)
    kind = messages.REQUESTS[instruction.tx_code]
    lines = tuple(
        messages.BatchLine(line.no, line.amount, line.account, line.name, line.summary, line.agreement_no)
        for line in instruction.lines.order_by("no")
    )
    return kind(
        business_no=instruction.business_no,
        account=own,
        count=len(lines),
        total=instruction.amount,
        lines=lines,
        business_type=BusinessType(instruction.business_type),
    )


def _heard(instruction: PaymentInstruction, attempt: PaymentAttempt, answer: settlement.Answer) -> Heard:
    """An answer as a move. A misread body is silence, never a guess."""
    failed = Heard(attempt.pk, "fail", answer.head.rtn_code, answer.head.rtn_message[:200])
    try:
        if instruction.tx_code in BATCHES:
            return _heard_of_batch(attempt, answer, failed)
        body = answer.read(messages.TransactionAnswer)
    except messages.MessageFault as fault:
        return Heard(attempt.pk, "lose" if instruction.state == PaymentState.SENT else "", words=str(fault)[:200])
    if body is None:
        return failed
    actions = {TxStatus.SUCCESS: "succeed", TxStatus.FAILURE: "fail"}
    processing = "accept" if instruction.state in {PaymentState.SENT, PaymentState.UNKNOWN} else ""
    return Heard(
        attempt.pk,
        actions.get(body.status, processing),
        body.code,
        body.message[:200],
        body.host_no,
        body.host_date,
        body.batch_no,
    )


def _heard_of_batch(attempt: PaymentAttempt, answer: settlement.Answer, failed: Heard) -> Heard:
    if not answer.body:
        return failed
    if "batch_no" not in answer.body or "count" not in answer.body:
        # BDC110 about a batch whose answer was lost: it tells the batch number, or that there is none.
        body = answer.read(messages.TransactionAnswer)
        if body.batch_no:
            return Heard(attempt.pk, "accept", batch_no=body.batch_no)
        return Heard(attempt.pk, "fail", body.code, body.message[:200])
    body = answer.read(messages.BatchAnswer)
    if body.status in {messages.BatchStatus.FINISHED, messages.BatchStatus.FAILED}:
        action = "succeed" if body.status == messages.BatchStatus.FINISHED else "fail"
        return Heard(attempt.pk, action, batch_no=body.batch_no)
    return Heard(attempt.pk, "accept", batch_no=body.batch_no)


# --- Recording: inside the gate --------------------------------------------------------------------------------------


def record(origin: Origin, heard: Heard, details: messages.BatchResult | None = None) -> PaymentInstruction:
    """Write down what was heard, and tell the owner when it is final. Called by the callback operation only."""
    origin.require_pass()
    attempt = PaymentAttempt.objects.get(pk=heard.attempt)
    instruction = _locked(attempt.instruction_id)
    if instruction.state in FINAL or not heard.action:
        return instruction
    if heard.action == "accept" and instruction.state == PaymentState.ACCEPTED:
        return instruction
    if heard.batch_no:
        instruction.batch_no = heard.batch_no
    instruction.code, instruction.words = heard.code, heard.words
    instruction.host_no, instruction.host_date = heard.host_no, heard.host_date
    _move(instruction, heard.action, origin)
    if instruction.state in FINAL:
        owner = owners[instruction.owner]
        if details is not None:
            _record_details(origin, instruction, details)
        elif instruction.tx_code in BATCHES:
            _fail_details(origin, instruction)
        owner.bank_answered(origin, instruction)
    return instruction


def _record_details(origin: Origin, instruction: PaymentInstruction, details: messages.BatchResult) -> None:
    """Every detail gets an end of its own; header and details must agree."""
    owner = owners[instruction.owner]
    lines = {line.no: line for line in instruction.lines.select_for_update(of=("self",), no_key=True).order_by("no")}
    if {result.no for result in details.lines} != set(lines):
        raise ValueError(f"{instruction.business_no}: the bank answered other lines than were sent")
    for result in details.lines:
        line = lines[result.no]
        line.state = PaymentState.SUCCESS if result.status is TxStatus.SUCCESS else PaymentState.FAILED
        line.code, line.words = result.code, result.message[:200]
        line.host_no, line.host_date = result.host_no, result.host_date
    PaymentLine.objects.bulk_update(
        lines.values(), ["state", "code", "words", "host_no", "host_date"], batch_size=1_000
    )
    owner.lines_answered(origin, list(lines.values()))


def _fail_details(origin: Origin, instruction: PaymentInstruction) -> None:
    """The bank took none of the batch: every detail shares its reason."""
    if instruction.state != PaymentState.FAILED:
        raise ValueError(f"{instruction.business_no}: a batch succeeded without details")
    instruction.lines.update(state=PaymentState.FAILED, code=instruction.code, words=instruction.words)
    owners[instruction.owner].lines_answered(origin, list(instruction.lines.order_by("no")))


def _move(instruction: PaymentInstruction, action: str, origin: Origin | None = None) -> None:
    instruction.state = moved(PAYMENT_MOVES, instruction.state, action)
    if instruction.state in FINAL and origin is not None:
        instruction.final_at = origin.at
    instruction.save()
