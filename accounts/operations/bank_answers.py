"""What the bank tells us, through the gate: arrivals, answers to our instructions. No page; no stop refuses them."""

from rest_framework import serializers

from accounts.bank import arrivals, inbox, payments
from accounts.bank.messages import BatchResult, MessageFault, from_wire
from accounts.bank.models import BankMessage
from accounts.bank.states import MessageState
from servicehub.declare import CALLBACK, Change, DomainError, Operation, Outcome
from servicehub.declare.registry import operations


@operations.add
class ReceiveNotice(Operation):
    """One stored message: its new lines are recorded, matched and booked, all or nothing."""

    code = "accounts.receive_notice"
    item = "S-RECON"
    label = "接收银行账户变动"
    target = "centre"
    kind = CALLBACK
    opens_case = False
    moves_money = True
    hidden = True

    class Input(serializers.Serializer):
        message = serializers.IntegerField(min_value=1)

    def execute(self, origin, target, data):
        rows = BankMessage.objects.select_for_update(of=("self",), no_key=True)
        message = rows.get(pk=data["message"])
        if message.state != MessageState.RECEIVED:
            return Outcome("报文已经处理")
        try:
            notices = arrivals.take(origin, message, inbox.read(message).lines)
        except MessageFault as fault:
            return self._faulty(origin, message, f"报文不能识别：{fault}")
        except DomainError as refusal:
            if refusal.code != "bank.account_unknown":
                raise
            return self._faulty(origin, message, "不是本中心的专户：" + "、".join(refusal.facts["accounts"]))
        message.state, message.processed_at = MessageState.PROCESSED, origin.at
        message.save(update_fields=["state", "processed_at"])
        changes = [
            Change(
                f"accounts.bank_notice:{notice.pk}", "到账", notice.reason, after={"状态": notice.get_state_display()}
            )
            for notice in notices
        ]
        return Outcome(f"新到账户变动 {len(notices)} 笔", changes=tuple(changes), facts={"notices": str(len(notices))})

    def _faulty(self, origin, message, words):
        """Kept for a person to look at; the bank is not told, it has done its part."""
        message.state, message.processed_at, message.error = MessageState.FAULTY, origin.at, words[:300]
        message.save(update_fields=["state", "processed_at", "error"])
        return Outcome(words, changes=(Change(f"accounts.bank_message:{message.pk}", "报文有误", words),))

    @classmethod
    def example(cls):
        return {"message": 1}


@operations.add
class RecordBankAnswer(Operation):
    """What one transmission brought back, and what it means for the business that waits."""

    code = "accounts.record_bank_answer"
    item = "S-RECON"
    label = "登记银行应答"
    target = "centre"
    kind = CALLBACK
    opens_case = False
    moves_money = True
    hidden = True

    class Input(serializers.Serializer):
        attempt = serializers.IntegerField(min_value=1)
        action = serializers.CharField(allow_blank=True, default="")
        code = serializers.CharField(allow_blank=True, default="")
        words = serializers.CharField(allow_blank=True, default="")
        host_no = serializers.CharField(allow_blank=True, default="")
        host_date = serializers.DateField(allow_null=True, default=None)
        batch_no = serializers.CharField(allow_blank=True, default="")
        details = serializers.JSONField(allow_null=True, default=None)

    def execute(self, origin, target, data):
        fields = {name: value for name, value in data.items() if name != "details"}
        details = from_wire(BatchResult, data["details"]) if data["details"] else None
        instruction = payments.record(origin, payments.Heard(**fields), details)
        words = f"{instruction.business_no} {instruction.get_state_display()}"
        change = Change(
            f"accounts.payment:{instruction.pk}", "银行应答", words, after={"状态": instruction.get_state_display()}
        )
        return Outcome(words, changes=(change,), facts={"state": instruction.state})

    @classmethod
    def example(cls):
        return {"attempt": 1, "action": "succeed", "host_no": "1"}
