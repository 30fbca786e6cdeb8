"""The settlement desk: what the bank does with each message of the centre."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.bank.messages import (
    REQUESTS,
    SUCCESS_CODE,
    AnswerHead,
    BalanceAnswer,
    BalanceQuery,
    BatchAnswer,
    BatchCollection,
    BatchDownload,
    BatchLineResult,
    BatchPayment,
    BatchQuery,
    BatchResult,
    BatchStatus,
    Head,
    MessageFault,
    OwnTransfer,
    Probe,
    SettleType,
    SingleCollection,
    SinglePayment,
    StatementAnswer,
    StatementQuery,
    TransactionAnswer,
    TransactionQuery,
    TxStatus,
    from_wire,
    to_wire,
)
from accounts.bank.simulator.book import Book, fen, yuan
from accounts.bank.simulator.faults import BATCH_POLLS, PARTIAL_LINE, PLAIN, Behaviour, Fault, behaviour_of


@dataclass(frozen=True, slots=True)
class Reply:
    """``answered`` False: the connection ends without an answer. ``early``: notices go out before the answer."""

    wire: dict
    answered: bool = True
    early: bool = False


class Refusal(Exception):
    """The bank says no, with its code."""

    def __init__(self, code: str, message: str):
        super().__init__(code, message)
        self.code, self.message = code, message


class Desk:
    def __init__(self, book: Book):
        self.book = book
        self._early = False
        self._answered = True
        self._work: Mapping[type, Callable] = {
            Probe: lambda message: None,
            SinglePayment: self._pay,
            SingleCollection: self._collect,
            OwnTransfer: self._transfer,
            BatchPayment: self._take_batch,
            BatchCollection: self._take_batch,
            BatchQuery: self._batch_state,
            BatchDownload: self._batch_result,
            TransactionQuery: self._what_became_of,
            StatementQuery: self._statement,
            BalanceQuery: self._balance,
        }

    def answer(self, wire: Mapping) -> Reply:
        """One message, one transaction of the bank's book."""
        with self.book.transaction():
            try:
                head = from_wire(Head, wire.get("head", {}))
                kind = REQUESTS.get(head.tx_code)
                if kind is None:
                    raise MessageFault(f"TxCode: {head.tx_code}")
                message = from_wire(kind, wire.get("body", {}))
            except MessageFault as fault:
                return Reply(self._wire(None, TxStatus.FAILURE, "B0001", f"报文格式错误：{fault}", None))
            self.book.follow(head.send_date)
            self._early, self._answered, self._head = False, True, head
            try:
                body = self._work[kind](message)
            except Refusal as refusal:
                return Reply(self._wire(head, TxStatus.FAILURE, refusal.code, refusal.message, None))
            status, code, text = _outcome_of(kind, body)
            return Reply(self._wire(head, status, code, text, body), self._answered, self._early)

    def _wire(self, head: Head | None, status: TxStatus, code: str, message: str, body) -> dict:
        now = self.book.tick()
        answer = AnswerHead(
            tx_status=status,
            rtn_code=code,
            rtn_message=message,
            tx_code=head.tx_code if head else "",
            bdc_date=now.date(),
            bdc_time=now.time(),
            bdc_seq_no=f"BDC{self.book.next_host_no()}",
            receive_seq_no=head.send_seq_no if head else "",
        )
        return {"head": to_wire(answer), "body": to_wire(body) if body is not None else {}}

    # --- Single transactions

    def _pay(self, message: SinglePayment) -> TransactionAnswer:
        if message.principal + message.interest != message.total:
            raise Refusal("B0002", "本金加利息不等于总额")
        self._centre_account(message.payer_account)
        return self._once(message, message.payer_account, message.payee_account, message.total, outside="payee")

    def _collect(self, message: SingleCollection) -> TransactionAnswer:
        if not message.agreement_no:
            raise Refusal("B0111", "没有扣款协议")
        self._centre_account(message.payee_account)
        return self._once(message, message.payer_account, message.payee_account, message.amount, outside="payer")

    def _transfer(self, message: OwnTransfer) -> TransactionAnswer:
        for account in (message.payer_account, message.payee_account):
            self._centre_account(account)
        return self._once(message, message.payer_account, message.payee_account, message.amount, outside="")

    def _once(self, message, payer: str, payee: str, amount: Decimal, outside: str) -> TransactionAnswer:
        """A business number moves money once: sent again, it answers what became of it the first time."""
        known = self.book.row("SELECT * FROM txn WHERE business_no = ?", message.business_no)
        if known:
            return _answer_of(known)
        if amount <= 0:
            raise Refusal("B0003", "金额不大于零")
        account = {"payee": payee, "payer": payer}.get(outside)
        if account is not None and self.book.account(account) is None:
            name = getattr(message, f"{outside}_name")
            self.book.open_account(account, name, opening=0 if outside == "payee" else None)
        behaviour = self._behaviour(account)
        if behaviour.done and self.book.account(payer)["balance"] < fen(amount):
            behaviour = Behaviour("B0104", "余额不足", done=False, answered=behaviour.answered)
        waits = "clearing" if _deferred(message) and behaviour.done else "poll" if behaviour.polls else ""
        self._answered = behaviour.answered
        self.book.run(
            "INSERT INTO txn (business_no, seq_no, code, content, status, polls_left, waits_for, rtn_code, "
            "rtn_message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            message.business_no, self._head.send_seq_no, message.CODE, json.dumps(to_wire(message), ensure_ascii=False),
            TxStatus.UNKNOWN if waits or behaviour.done else TxStatus.FAILURE, behaviour.polls, waits,
            behaviour.code or SUCCESS_CODE, behaviour.message,
        )  # fmt: skip
        if behaviour.done and not waits:
            self._book(message.business_no, behaviour)
        return _answer_of(self.book.row("SELECT * FROM txn WHERE business_no = ?", message.business_no))

    def _behaviour(self, outside: str | None) -> Behaviour:
        if self.book.strikes(Fault.TIMEOUT_DONE) is not None:
            return Behaviour(answered=False)
        if self.book.strikes(Fault.TIMEOUT_NOT_DONE) is not None:
            return Behaviour("B0109", "交易未受理", answered=False, done=False)
        return behaviour_of(outside) if outside else PLAIN

    def _book(self, business_no: str, behaviour: Behaviour = PLAIN) -> None:
        """The money moves; the transaction is final."""
        row = self.book.row("SELECT * FROM txn WHERE business_no = ?", business_no)
        message = from_wire(REQUESTS[row["code"]], json.loads(row["content"]))
        amount = message.total if isinstance(message, SinglePayment) else message.amount
        remark = " ".join(filter(None, (message.business_no, message.remark)))
        host_no = self.book.move(
            message.payer_account, message.payee_account, fen(amount), summary=message.summary, remark=remark
        )
        self.book.run(
            "UPDATE txn SET status = ?, waits_for = '', host_no = ?, host_date = ? WHERE business_no = ?",
            TxStatus.SUCCESS, host_no, self.book.host_date.isoformat(), business_no,
        )  # fmt: skip
        self._early = self.book.announce(host_no) or self._early
        if behaviour.afterwards == "returned":
            tomorrow = self.book.host_date + timedelta(days=1)
            self.book.run(
                "INSERT INTO later (due, kind, host_no) VALUES (?, 'return', ?)", tomorrow.isoformat(), host_no
            )
        elif behaviour.afterwards == "reversed":
            self.reverse(host_no)

    def _what_became_of(self, message: TransactionQuery) -> TransactionAnswer:
        row = self.book.row("SELECT * FROM txn WHERE business_no = ?", message.business_no)
        if row is None:
            return TransactionAnswer(TxStatus.FAILURE, code="B0301", message="无此交易")
        if row["waits_for"] == "poll":
            if row["polls_left"] > 0:
                self.book.run("UPDATE txn SET polls_left = polls_left - 1 WHERE business_no = ?", message.business_no)
                return _answer_of(row)
            self._book(message.business_no)
            row = self.book.row("SELECT * FROM txn WHERE business_no = ?", message.business_no)
        return _answer_of(row)

    # --- Batches

    def _take_batch(self, message: BatchPayment | BatchCollection) -> BatchAnswer:
        known = self.book.row("SELECT batch_no FROM txn WHERE business_no = ?", message.business_no)
        if known:
            return self._batch_answer(known["batch_no"])
        self._centre_account(message.account)
        if message.count != len(message.lines) or message.total != sum(line.amount for line in message.lines):
            raise Refusal("B0201", "笔数或金额与明细汇总不符")
        if len({line.no for line in message.lines}) != len(message.lines):
            raise Refusal("B0202", "明细序号重复")
        batch_no = f"P{self.book.next_host_no()}"
        content = to_wire(dataclasses.replace(message, lines=()))
        self.book.run(
            "INSERT INTO txn (business_no, seq_no, code, content, status, polls_left, batch_no) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            message.business_no, self._head.send_seq_no, message.CODE, json.dumps(content, ensure_ascii=False),
            TxStatus.UNKNOWN, BATCH_POLLS if len(message.lines) >= PARTIAL_LINE else 0, batch_no,
        )  # fmt: skip
        for line in message.lines:
            self.book.run(
                "INSERT INTO batch_line (batch_no, no, amount, account, name, summary, status) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                batch_no, line.no, fen(line.amount), line.account, line.name, line.summary, TxStatus.UNKNOWN,
            )  # fmt: skip
        return self._batch_answer(batch_no)

    def _batch_state(self, message: BatchQuery) -> BatchAnswer:
        """Each question moves the batch on: the first does all lines but the seventh, the last decides that one."""
        row = self._batch(message.batch_no)
        if row["status"] == TxStatus.UNKNOWN:
            last = row["polls_left"] == 0
            for line in self.book.rows(
                "SELECT * FROM batch_line WHERE batch_no = ? AND status = ? ORDER BY no",
                message.batch_no, TxStatus.UNKNOWN,
            ):  # fmt: skip
                if line["no"] != PARTIAL_LINE or last:
                    self._do_batch_line(row, line)
            if last:
                self.book.run("UPDATE txn SET status = ? WHERE batch_no = ?", TxStatus.SUCCESS, message.batch_no)
            else:
                self.book.run("UPDATE txn SET polls_left = polls_left - 1 WHERE batch_no = ?", message.batch_no)
        return self._batch_answer(message.batch_no)

    def _do_batch_line(self, batch, line) -> None:
        content = json.loads(batch["content"])
        centre, outside = content["account"], line["account"]
        collecting = batch["code"] == BatchCollection.CODE
        if self.book.account(outside) is None:
            self.book.open_account(outside, line["name"], opening=None if collecting else 0)
        behaviour = behaviour_of(outside)
        if line["no"] == PARTIAL_LINE:
            behaviour = Behaviour("B0109", "交易未受理", done=False)
        payer, payee = (outside, centre) if collecting else (centre, outside)
        if behaviour.done and self.book.account(payer)["balance"] < line["amount"]:
            behaviour = Behaviour("B0104", "余额不足", done=False)
        if not behaviour.done:
            self.book.run(
                "UPDATE batch_line SET status = ?, rtn_code = ?, rtn_message = ? WHERE batch_no = ? AND no = ?",
                TxStatus.FAILURE, behaviour.code or "B0109", behaviour.message or "交易未受理",
                line["batch_no"], line["no"],
            )  # fmt: skip
            return
        remark = f"{content['business_no']}-{line['no']}"
        host_no = self.book.move(payer, payee, line["amount"], summary=line["summary"], remark=remark)
        self.book.announce(host_no)
        self.book.run(
            "UPDATE batch_line SET status = ?, rtn_code = ?, host_no = ?, host_date = ? WHERE batch_no = ? AND no = ?",
            TxStatus.SUCCESS, SUCCESS_CODE, host_no, self.book.host_date.isoformat(), line["batch_no"], line["no"],
        )  # fmt: skip

    def _batch(self, batch_no: str):
        row = self.book.row("SELECT * FROM txn WHERE batch_no = ?", batch_no)
        if not batch_no or row is None:
            raise Refusal("B0302", "无此批次")
        return row

    def _batch_answer(self, batch_no: str) -> BatchAnswer:
        sums = self.book.row(
            "SELECT count(*) AS count, sum(amount) AS total, sum(status = '0') AS done, "
            "sum(CASE WHEN status = '0' THEN amount ELSE 0 END) AS done_total, sum(status = '2') AS waiting "
            "FROM batch_line WHERE batch_no = ?",
            batch_no,
        )
        if sums["waiting"]:
            status = BatchStatus.PROCESSING if sums["waiting"] == sums["count"] else BatchStatus.PARTLY
        else:
            status = BatchStatus.FINISHED if sums["done"] else BatchStatus.FAILED
        return BatchAnswer(batch_no, status, sums["count"], yuan(sums["total"]), sums["done"], yuan(sums["done_total"]))

    def _batch_result(self, message: BatchDownload) -> BatchResult:
        self._batch(message.batch_no)
        found = self.book.rows("SELECT * FROM batch_line WHERE batch_no = ? ORDER BY no", message.batch_no)
        lines = tuple(map(_line_result, found))
        return BatchResult(message.batch_no, self._batch_answer(message.batch_no).status, lines)

    # --- Enquiries

    def _statement(self, message: StatementQuery) -> StatementAnswer:
        self._centre_account(message.account)
        return StatementAnswer(tuple(self.book.lines(message.account, message.first_date, message.last_date)))

    def _balance(self, message: BalanceQuery) -> BalanceAnswer:
        account = self._centre_account(message.account)
        balance = yuan(account["balance"])
        return BalanceAnswer(message.account, balance, balance)

    def _centre_account(self, no: str):
        account = self.book.account(no)
        if account is None or account["kind"] != "centre":
            raise Refusal("B0112", f"{no} 不是中心的专户")
        return account

    # --- What customers and time do

    def customer_transfer(
        self, payer: str, payer_name: str, payee: str, amount: Decimal, summary: str = "", remark: str = ""
    ) -> str:
        """A customer pays at the bank. The switches for arriving money strike here. Returns the host number."""
        with self.book.transaction():
            if amount <= 0:
                raise Refusal("B0003", "金额不大于零")
            if self.book.account(payee) is None:
                raise Refusal("B0101", "收款账号不存在")
            if self.book.account(payer) is None:
                self.book.open_account(payer, payer_name)
            if (short := self.book.strikes(Fault.SHORT_AMOUNT)) is not None:
                amount = max(amount - Decimal(short or "1.00"), Decimal("0.01"))
            if (excess := self.book.strikes(Fault.EXCESS_AMOUNT)) is not None:
                amount += Decimal(excess or "1.00")
            if (wrong := self.book.strikes(Fault.WRONG_REMARK)) is not None:
                remark = wrong
            name = self.book.account(payer)["name"]
            if self.book.strikes(Fault.WIDE_NAME) is not None:
                name = "　".join((name[:2], name[2:])).replace("(", "（").replace(")", "）")
            if self.book.account(payer)["balance"] < fen(amount):
                raise Refusal("B0104", "余额不足")
            host_no = self.book.move(payer, payee, fen(amount), summary=summary, remark=remark, payer_name=name)
            self.book.announce(host_no)
            if self.book.strikes(Fault.REVERSAL) is not None:
                self.reverse(host_no)
            return host_no

    def reverse(self, host_no: str, reason: str = "冲正") -> str:
        """The same two lines with the other sign, marked; today's date."""
        with self.book.transaction():
            debit = self.book.row("SELECT * FROM line WHERE host_no = ? AND amount < 0", host_no)
            reversal = self.book.move(
                debit["account"], debit["counter_account"], debit["amount"], summary=reason,
                remark=f"{reason}{host_no}", reversal=True,
            )  # fmt: skip
            self.book.announce(reversal)
            return reversal

    def move_clock(self, moment: datetime) -> None:
        """Time goes on: deferred payments clear, returned ones come back."""
        with self.book.transaction():
            before = self.book.now.date()
            self.book.move_to(moment)
            if self.book.now.date() > before:
                self.clear()
            for row in self.book.rows(
                "SELECT * FROM later WHERE due <= ? ORDER BY id", self.book.now.date().isoformat()
            ):
                self._give_back(row["host_no"])
                self.book.run("DELETE FROM later WHERE id = ?", row["id"])

    def clear(self) -> int:
        """The next clearing window: cross-bank payments that waited for it are done."""
        with self.book.transaction():
            waiting = self.book.rows("SELECT business_no FROM txn WHERE waits_for = 'clearing' ORDER BY rowid")
            for row in waiting:
                self._book(row["business_no"])
            return len(waiting)

    def _give_back(self, host_no: str) -> None:
        """退汇: a new credit from the payee's bank, with nothing but its words to tell what it is."""
        debit = self.book.row("SELECT * FROM line WHERE host_no = ? AND amount < 0", host_no)
        returned = self.book.move(
            debit["counter_account"],
            debit["account"],
            -debit["amount"],
            summary="退汇",
            remark=f"退汇 {debit['remark']}",
        )
        self.book.announce(returned)


def _deferred(message) -> bool:
    return getattr(message, "settle_type", None) is SettleType.CROSS_DEFERRED


def _answer_of(row) -> TransactionAnswer:
    return TransactionAnswer(
        TxStatus(row["status"]), row["host_no"], _day(row["host_date"]), row["rtn_code"], row["rtn_message"],
        row["batch_no"],
    )  # fmt: skip


def _line_result(line) -> BatchLineResult:
    return BatchLineResult(
        no=line["no"],
        amount=yuan(line["amount"]),
        account=line["account"],
        name=line["name"],
        status=TxStatus(line["status"]),
        code=line["rtn_code"],
        message=line["rtn_message"],
        host_no=line["host_no"],
        host_date=_day(line["host_date"]),
    )


def _outcome_of(kind: type, body) -> tuple[TxStatus, str, str]:
    """Head of the answer: an enquiry succeeds whatever it reports about another transaction."""
    if isinstance(body, TransactionAnswer) and kind is not TransactionQuery:
        return body.status, body.code or SUCCESS_CODE, body.message
    return TxStatus.SUCCESS, SUCCESS_CODE, ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
