"""银行专户 and the centre's own money between them: one person asks, another agrees."""

from decimal import Decimal

from rest_framework import serializers

from accounts.bank import own_money
from accounts.bank.models import SpecialAccount
from accounts.bank.special import NewSpecialAccount, open_special_account
from accounts.bank.states import Nature
from accounts.ledger.services import subject_balance
from accounts.operations.receipts import ACCOUNTANTS
from accounts.operations.statements import NO_ACCOUNT, account_of
from servicehub.declare import CENTRE, Change, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit.amounts import money
from servicehub.kit.fields import ChoiceField, MoneyField

ITEM = "S-FUND"
MAKERS, CHECKERS = frozenset({"accountant"}), ("accountant_reviewer",)


@operations.add
class SpecialAccountList(Query):
    code = "accounts.special_accounts"
    item = ITEM
    label = "银行专户"
    target = CENTRE.kind
    roles = ACCOUNTANTS
    counter_code = "4301"

    def rows(self, origin, target, data):
        found = SpecialAccount.objects.visible_to(origin)
        return Table(
            columns=(
                TableColumn("account_no", "账号", sort="account_no"),
                TableColumn("name", "户名"),
                TableColumn("nature", "性质"),
                TableColumn("bank_name", "开户银行"),
                TableColumn("subject", "科目"),
                TableColumn("balance", "账面余额", "money"),
                TableColumn("opened_on", "开户日期", "date"),
                TableColumn("reconciled_on", "最近对账", "date"),
            ),
            source=found.values(
                "id", "account_no", "name", "nature", "bank_name", "subject_id", "opened_on", "reconciled_on"
            ),
            caption="银行专户",
            unit="元",
            order=("account_no",),
            finish=lambda page: [
                {
                    **row,
                    "nature": Nature(row["nature"]).label,
                    "subject": row["subject_id"],
                    "balance": subject_balance(row["subject_id"]),
                }
                for row in page
            ],
            empty="还没有登记专户。从“登记银行专户”办理。",
        )


@operations.add
class OpenSpecialAccount(Operation):
    """A row and a subject of its own in the chart, by the account's nature."""

    code = "accounts.open_special_account"
    item = ITEM
    label = "登记银行专户"
    target = CENTRE.kind
    roles = MAKERS
    stages = CHECKERS
    counter_code = "4302"

    class Input(serializers.Serializer):
        account_no = serializers.RegexField(
            r"^\d{8,32}$", label="账号", error_messages={"invalid": "账号是 8 至 32 位数字"}
        )
        name = serializers.CharField(label="户名", max_length=120)
        nature = ChoiceField(label="性质", choices=Nature.choices())
        bank_code = serializers.RegexField(r"^\d{3}$", label="银行代码", help_text="联行号前三位")
        bank_name = serializers.CharField(label="开户银行", max_length=120)

    def check(self, origin, target, data):
        if SpecialAccount.objects.filter(account_no=data["account_no"]).exists():
            return [Finding("special.known", "这个专户已经登记过", field="account_no", remedy="从银行专户清单查看")]
        if origin.branch is None:
            return [Finding("special.branch", "专户要登记在一个管理部", remedy="由管理部的会计办理")]
        return []

    def execute(self, origin, target, data):
        new = NewSpecialAccount(**{**data, "nature": Nature(data["nature"])}, branch=origin.branch)
        made = open_special_account(origin, new)
        change = Change(f"accounts.special_account:{made.pk}", "登记专户", str(made), after={"科目": made.subject_id})
        return Outcome(f"已登记 {made}，科目 {made.subject_id}", changes=(change,), facts={"account": str(made.pk)})

    @classmethod
    def example(cls):
        return {
            "account_no": "41050100009900000001", "name": "许昌市住房公积金管理中心", "nature": "02", "bank_code": "105",
            "bank_name": "建设银行许昌分行",
        }  # fmt: skip


@operations.add
class TransferOwnMoney(Operation):
    """Between special accounts (E24). Booked when the bank has done it."""

    code = "accounts.transfer_own_money"
    item = ITEM
    label = "专户间资金划转"
    target = CENTRE.kind
    roles = MAKERS
    stages = CHECKERS
    moves_money = True
    counter_code = "4303"

    class Input(serializers.Serializer):
        source = serializers.CharField(label="付款专户账号", max_length=32)
        target = serializers.CharField(label="收款专户账号", max_length=32)
        amount = MoneyField(label="金额", min_value=Decimal("0.01"))
        summary = serializers.CharField(label="用途", max_length=100)

    def amount(self, origin, target, data):
        return data["amount"]

    def check(self, origin, target, data):
        source, payee = self._accounts(origin, data)
        if source is None or payee is None:
            return [NO_ACCOUNT]
        return own_money.transfer_faults(source, payee, data["amount"])

    def summary(self, origin, target, data):
        source, payee = self._accounts(origin, data)
        if source is None or payee is None:
            return []
        return [
            ("付款专户", f"{source}（{source.get_nature_display()}）"),
            ("收款专户", f"{payee}（{payee.get_nature_display()}）"),
            ("金额", money(data["amount"])),
        ]

    def button(self, origin, target, data):
        return f"划转 ¥{money(data['amount'])}"

    def execute(self, origin, target, data):
        source, payee = self._accounts(origin, data)
        made = own_money.transfer(origin, source, payee, data["amount"], data["summary"])
        change = Change(
            f"accounts.payment:{made.pk}", "划转指令", f"{source} → {payee}", after={"金额": money(made.amount)}
        )
        return Outcome(
            f"划转指令 {made.business_no} 已发出，银行办妥后入账",
            changes=(change,),
            rows=(("业务流水号", made.business_no), ("金额", money(made.amount))),
            facts={"payment": str(made.pk)},
        )

    def _accounts(self, origin, data):
        return account_of(origin, data["source"]), account_of(origin, data["target"])

    @classmethod
    def example(cls):
        return {"source": "41050100001", "target": "41050100002", "amount": "100.00", "summary": "归集资金划转"}
