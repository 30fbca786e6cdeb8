"""Confirm, withdraw and pay a month (单位汇缴)."""

from rest_framework import serializers

from accounts.models import EmployerAccount
from deposits.enums import PAYMENT_METHOD_LABELS, PaymentMethod
from deposits.models import Remittance
from deposits.operations.months import CONFIRMERS, PAYERS, MonthInput, account_of, in_flight
from deposits.services import change_lists, equations, payments, remittances
from deposits.services.remittances import MonthToConfirm
from servicehub.declare import CONTINUE, Change, DomainError, Finding, NextStep, Operation, Outcome, Party
from servicehub.declare.registry import operations
from servicehub.kit.amounts import money, money_cn, yuan
from servicehub.kit.months import Month


@operations.add
class ConfirmRemittance(Operation):
    """汇缴核定: the month's changes take effect, the register is frozen, the document is written."""

    code = "deposits.confirm_remittance"
    item = "J-PAY"
    label = "确认汇缴"
    target = "employer"
    roles = CONFIRMERS
    fresh_proof = True
    hidden = True

    class Input(MonthInput):
        heads = serializers.IntegerField(label="本月人数", min_value=0)
        total = serializers.DecimalField(label="本月金额", max_digits=18, decimal_places=2)

    @classmethod
    def example(cls):
        return {"month": "2026-11", "heads": 3, "total": "3000.00"}

    def claims(self, origin, target, data):
        return [(in_flight(account_of(target, data)), self.item)]

    def summary(self, origin, target, data):
        return [("大写", money_cn(data["total"]))]

    def button(self, origin, target, data):
        return f"确认汇缴 {yuan(data['total'])}"

    def check(self, origin, target, data):
        account = account_of(target, data)
        return [
            *remittances.may_confirm(account, data["month"], origin.business_date),
            *_same_as_shown(account, data),
        ]

    def execute(self, origin, target, data):
        account = account_of(target, data)
        change_lists.lock(account.pk)
        change_list = change_lists.find(account, data["month"])
        if change_list:
            change_lists.take_effect(origin, change_list)
        (head,) = remittances.confirm(origin, [MonthToConfirm(account, data["month"], change_list)])
        if (head.heads, head.total) != (data["heads"], data["total"]):
            raise DomainError("remit.changed", _changed(), status=409, title="名册有变动")
        return Outcome(
            f"已确认 {data['month'].words}汇缴，{head.pay_by} 前付款",
            state="continues",
            changes=(
                Change(
                    f"deposits.remittance:{head.pk}",
                    "核定汇缴",
                    head.number,
                    after={"heads": str(head.heads), "total": str(head.total), "month": str(data["month"])},
                ),
            ),
            rows=(
                ("汇缴书号", head.number),
                ("附言码", head.remark_code),
                ("人数", f"{head.heads:,} 人"),
                ("单位部分", money(head.employer_total)),
                ("个人部分", money(head.employee_total)),
                ("应付", yuan(head.total)),
                ("大写", money_cn(head.total)),
                ("付款截止", head.pay_by.isoformat()),
            ),
            letters=(("deposits.payment_notice", head.number),),
            next_steps=(NextStep("去付款", f"months/{data['month']}/pay/"),),
            facts={"remittance": head.number, "remark": head.remark_code, "total": str(head.total)},
        )


def _same_as_shown(account: EmployerAccount, data) -> list[Finding]:
    now = equations.preview(account, data["month"]).now
    return [] if (now.heads, now.amount) == (data["heads"], data["total"]) else [_changed()]


def _changed() -> Finding:
    return Finding("remit.changed", "核定后名册有变动，需重新核定", remedy="重新核定，核对新的等式后再确认")


class NamesRemittance:
    """What is asked about one document names it by its number."""

    class Input(serializers.Serializer):
        remittance = serializers.CharField(label="汇缴书号", max_length=24)

    @classmethod
    def example(cls):
        return {"remittance": "HJ20261109-0001001"}

    def remittance_of(self, target: Party, data) -> Remittance:
        """Raises ``DomainError`` "remit.none": another employer's document does not exist for this one."""
        rows = Remittance.objects.select_related("employer_account__employer")
        found = rows.filter(number=data["remittance"], employer_account__employer=target.id).first()
        if found is None:
            raise DomainError("remit.none", Finding("remit.none", "没有这份汇缴书", remedy="从汇缴记录里重新打开"))
        return found


class OfRemittance(NamesRemittance, Operation):
    item = "J-PAY"
    target = "employer"
    kind = CONTINUE
    hidden = True

    def case_of(self, origin, target, data):
        return self.remittance_of(target, data).case_no


@operations.add
class WithdrawRemittance(OfRemittance):
    code = "deposits.withdraw_remittance"
    label = "撤销确认"
    roles = CONFIRMERS
    withdraws = True

    def execute(self, origin, target, data):
        head = self.remittance_of(target, data)
        remittances.withdraw(origin, head)
        return Outcome(
            f"已撤销 {Month.of(head.month).words}的确认，可以重新核定",
            changes=(Change(f"deposits.remittance:{head.pk}", "撤销核定", head.number),),
            facts={"remittance": head.number},
        )


@operations.add
class PayRemittance(OfRemittance):
    """Pay online from the signed account, or out of suspense. A transfer needs no act here: the bank tells."""

    code = "deposits.pay_remittance"
    label = "付款"
    item = "J-ONLP"
    roles = PAYERS
    moves_money = True

    class Input(OfRemittance.Input):
        method = serializers.ChoiceField(
            label="付款方式",
            choices=[(m.value, PAYMENT_METHOD_LABELS[m]) for m in (PaymentMethod.ONLINE, PaymentMethod.SUSPENSE)],
        )

    @classmethod
    def example(cls):
        return {"remittance": "HJ20261109-0001001", "method": "online"}

    def amount(self, origin, target, data):
        return self.remittance_of(target, data).total

    def button(self, origin, target, data):
        return f"付款 {yuan(self.amount(origin, target, data))}"

    def check(self, origin, target, data):
        return payments.may_pay(self.remittance_of(target, data), PaymentMethod(data["method"]))

    def execute(self, origin, target, data):
        head = self.remittance_of(target, data)
        payment = payments.pay(origin, head, PaymentMethod(data["method"]))
        from_suspense = payment.method == PaymentMethod.SUSPENSE
        return Outcome(
            f"{head.number} 已用暂收款入账"
            if from_suspense
            else f"付款 {yuan(head.total)}：到银行页面完成付款，到账后自动入账",
            state="done" if from_suspense else "continues",
            changes=(
                Change(
                    f"deposits.payment:{payment.pk}",
                    "付款",
                    head.number,
                    after={"method": payment.get_method_display(), "amount": str(payment.amount)},
                ),
            ),
            rows=(
                ("汇缴书号", head.number),
                ("付款方式", payment.get_method_display()),
                ("金额", yuan(payment.amount)),
            ),
            facts={"payment": str(payment.pk), "remittance": head.number, "state": payment.state},
        )


@operations.add
class AbandonPayment(OfRemittance):
    code = "deposits.abandon_payment"
    label = "放弃这次付款"
    item = "J-ONLP"
    roles = PAYERS
    withdraws = True

    def execute(self, origin, target, data):
        head = self.remittance_of(target, data)
        payments.abandon(origin, head)
        return Outcome(
            f"已放弃 {head.number} 的在线付款，可以换一种方式付款",
            state="continues",
            changes=(Change(f"deposits.remittance:{head.pk}", "放弃付款", head.number),),
            facts={"remittance": head.number},
        )
