"""手工凭证: one operation for each form of the accounting rules that no business drives, and the red entry that answers it.

Maker and checker: an accountant keys, the 会计复核 approves, only then it is written. The form, its amounts and its
subjects are data (``accounts/ledger/data/entries.toml``), so a form flagged manual there is an operation here.
"""

from rest_framework import serializers

from accounts.bank.models import SpecialAccount
from accounts.events import MANUAL_FORMS
from accounts.ledger import keying
from accounts.ledger import services as ledger
from accounts.ledger.models import Subject, Voucher
from accounts.ledger.templates import EntryForm
from servicehub.declare import Change, Finding, Operation, Outcome
from servicehub.declare.registry import ledger_events, operations
from servicehub.kit.fields import MoneyField

ITEM = "S-VOUCH"
MAKER, CHECKER = "accountant", "accountant_reviewer"
COUNTER_CODES_FROM = 4201
SIDES = {"D": "借", "C": "贷"}


class KeyedVoucher(Operation):
    """What every manual form shares. Subclasses are made from the data; each sets ``form`` and its fields."""

    item = ITEM
    target = "centre"
    roles = frozenset({MAKER})
    stages = (CHECKER,)
    moves_money = True
    form: EntryForm

    def initial(self, origin, target):
        """Where a centre has one account only, nobody types its number."""
        only = {slot: keying.choices(within, origin.business_date) for slot, within in self.form.slots.items()}
        return {slot: rows[0].code for slot, rows in only.items() if len(rows) == 1}

    def keyed(self, data) -> keying.Keyed:
        amounts = {name: data[name] for name in self.form.names if data.get(name)}
        return keying.Keyed(self.form, amounts, {slot: data[slot].strip() for slot in self.form.slots})

    def amount(self, origin, target, data):
        return max((abs(amount) for amount in self.keyed(data).amounts.values()), default=None)

    def check(self, origin, target, data):
        found = keying.faults(self.keyed(data), origin.business_date)
        if origin.branch is None:
            words = "登录账号没有所属管理部，凭证没有归属"
            found.append(Finding("voucher.branch", words, remedy="用所属管理部的岗位登录后填制"))
        return [*found, *_of_other_branches(origin, self.keyed(data))]

    def summary(self, origin, target, data):
        keyed = self.keyed(data)
        if keying.faults(keyed, origin.business_date):
            return []
        lines = keyed.lines()
        names = dict(Subject.objects.filter(code__in=[code for _, code, _ in lines]).values_list("code", "name"))
        return [(SIDES[side], f"{code} {names[code]}　{amount:,.2f}") for side, code, amount in lines]

    def button(self, origin, target, data):
        amount = self.amount(origin, target, data)
        return f"{self.label} ¥{amount:,.2f}" if amount else self.label

    def execute(self, origin, target, data):
        keyed = self.keyed(data)
        case = origin.pass_.case
        entry = ledger.Entry(
            event_type=keyed.event.code,
            event_id=case,
            branch=origin.branch,
            amounts=keyed.amounts,
            subjects=keyed.subjects,
            summary=(data.get("note") or self.label)[:200],
            case_number=case,
        )
        voucher = ledger.post(origin, entry).voucher
        lines = [(SIDES[side], f"{code}　{amount:,.2f}") for side, code, amount in keyed.lines()]
        return Outcome(
            f"已记账：{self.label}",
            changes=(Change(f"accounts.voucher:{voucher}", "记账", self.label, after={"依据": data["evidence"]}),),
            rows=(("凭证", str(voucher)), *lines),
            facts={"voucher": str(voucher)},
        )

    @classmethod
    def example(cls):
        amounts = dict.fromkeys(cls.form.names, "100.00")
        return {
            **amounts,
            **{slot: _example(within) for slot, within in cls.form.slots.items()},
            "evidence": "银行回单",
        }


_EXAMPLES = {"101": "10101", "102": "10201", "111": "11101", "124": "12401"}


def _example(within: tuple[str, ...]) -> str:
    return _EXAMPLES.get(within[0], within[0])


def _of_other_branches(origin, keyed: keying.Keyed) -> list[Finding]:
    """A bank account belongs to a branch; who works for another does not book on it."""
    if origin.branches is None:
        return []
    foreign = SpecialAccount.objects.filter(subject__in=keyed.subjects.values()).exclude(branch__in=origin.branches)
    return [
        Finding("voucher.other_branch", f"{account} 是其他管理部的账户", remedy="由该管理部的会计填制")
        for account in foreign.order_by("pk")
    ]


def _fields(form: EntryForm) -> dict[str, serializers.Field]:
    swaps = {name for line in form.lines if line.either_side for name in line.terms()}
    fields: dict[str, serializers.Field] = {}
    for name, needed in form.names.items():
        hint = "冲回的写负数" if name in swaps else ""
        fields[name] = MoneyField(label=form.amounts[name], required=needed, help_text=hint)
    for slot, within in form.slots.items():
        where = "、".join(within)
        fields[slot] = serializers.CharField(
            label=f"{form.subjects[slot]}科目编号", max_length=19, help_text=f"{where} 之下的明细科目"
        )
    fields["note"] = serializers.CharField(label="摘要", required=False, allow_blank=True, max_length=100)
    fields["evidence"] = serializers.CharField(
        label="依据", max_length=100, min_length=2, help_text="银行回单号、批准文件等原始凭证"
    )
    return fields


def _declare(form: EntryForm, number: int) -> type[KeyedVoucher]:
    name = f"Key{form.entry}{form.code.title().replace('_', '')}"
    made = type(
        name,
        (KeyedVoucher,),
        {
            "__module__": __name__,
            "__doc__": f"{form.entry} {form.label}.",
            "code": f"accounts.key_{form.entry.lower()}_{form.code}",
            "label": form.label,
            "counter_code": str(COUNTER_CODES_FROM + number),
            "form": form,
            "Input": type("Input", (serializers.Serializer,), {**_fields(form), "__module__": __name__}),
        },
    )
    return operations.add(made)


KEYED = tuple(_declare(form, number) for number, form in enumerate(MANUAL_FORMS))


@operations.add
class ReverseVoucher(Operation):
    """红字冲销 of a keyed voucher. What business booked is taken back by the business that booked it."""

    code = "accounts.reverse_voucher"
    item = ITEM
    label = "冲销手工凭证"
    target = "centre"
    roles = frozenset({MAKER})
    stages = (CHECKER,)
    moves_money = True
    counter_code = "4105"

    class Input(serializers.Serializer):
        voucher = serializers.IntegerField(label="凭证编号", min_value=1, help_text="凭证簿中的凭证编号，不是凭证号")
        reason = serializers.CharField(label="冲销原因", max_length=100, min_length=2)

    def check(self, origin, target, data):
        voucher = Voucher.objects.filter(pk=data["voucher"]).first()
        seen = voucher and (origin.branches is None or voucher.branch in origin.branches)
        if not seen:
            return [Finding("voucher.none", "没有这张凭证", field="voucher", remedy="从凭证簿进入")]
        event = ledger_events.get(voucher.event_type)
        if event is None or not event.manual:
            words = f"凭证 {voucher.pk} 由业务记账，不能在这里冲销"
            return [Finding("voucher.of_business", words, field="voucher", remedy="由原业务办理更正或撤销")]
        answered = Voucher.objects.filter(reverses=voucher).first()
        if answered:
            words = f"凭证 {voucher.pk} 已由凭证 {answered.pk} 冲销"
            return [Finding("voucher.reversed", words, field="voucher", remedy="查看冲销凭证")]
        return []

    def amount(self, origin, target, data):
        lines = [line.amount for line in ledger.voucher_lines(data["voucher"]) if line.side == "D"]
        return sum(lines) if lines else None

    def summary(self, origin, target, data):
        lines = ledger.voucher_lines(data["voucher"])
        names = dict(Subject.objects.filter(code__in=[line.subject for line in lines]).values_list("code", "name"))
        return [(SIDES[line.side], f"{line.subject} {names[line.subject]}　{-line.amount:,.2f}") for line in lines]

    def execute(self, origin, target, data):
        case = origin.pass_.case
        posted = ledger.reverse(origin, data["voucher"], ledger.Reversal(case, data["reason"], case))
        change = Change(
            f"accounts.voucher:{data['voucher']}", "冲销", data["reason"], after={"冲销凭证": str(posted.voucher)}
        )
        return Outcome(
            f"已冲销凭证 {data['voucher']}",
            changes=(change,),
            rows=(("原凭证", str(data["voucher"])), ("冲销凭证", str(posted.voucher)), ("原因", data["reason"])),
            facts={"voucher": str(posted.voucher)},
        )

    @classmethod
    def example(cls):
        return {"voucher": 1, "reason": "金额填错"}
