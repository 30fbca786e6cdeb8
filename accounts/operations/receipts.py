"""来款认领 and the lists around it: what the bank told, what nobody owns yet."""

from decimal import Decimal

from django.db.models import Sum
from rest_framework import serializers

from accounts.bank import suspense
from accounts.bank.models import BankNotice
from accounts.bank.states import NOTICE_MOVES, NoticeState, moved
from accounts.enums import REMITTABLE
from accounts.models.employers import Employer
from servicehub.declare import Change, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations, receipts
from servicehub.kit.fields import DayField
from servicehub.kit.masks import mask_bank_card
from servicehub.kit.tokens import number_of, token_of

ACCOUNTANTS = frozenset({"accountant", "accountant_reviewer", "cashier", "auditor"})
NOTICE = "bank_notice"
NOTICE_WORDS = "notice"  # table of wording.STATUS


@operations.add
class ClaimReceipt(Operation):
    """Whose money is it? The accountant says, with evidence; a second accountant agrees; then it is booked."""

    code = "accounts.claim_receipt"
    item = "S-CLAIM"
    label = "认领来款"
    target = "centre"
    roles = frozenset({"accountant"})
    stages = ("accountant_reviewer",)
    moves_money = True
    counter_code = "4103"

    class Input(serializers.Serializer):
        notice = serializers.CharField(label="来款编号", help_text="待查来款清单中的编号")
        employer = serializers.CharField(label="归属单位", help_text="单位账号")
        evidence = serializers.CharField(label="认领依据", max_length=200, help_text="单位来函、回单或与单位核对的情况")

    def amount(self, origin, target, data):
        notice = _notice(origin, data["notice"])
        return notice.amount if notice else None

    def summary(self, origin, target, data):
        notice, employer = _notice(origin, data["notice"]), _employer(origin, data["employer"])
        if notice is None or employer is None:
            return []
        return [
            ("到账日期", f"{notice.host_date:%Y-%m-%d}"),
            ("付款户名", notice.counter_name or "—"),
            ("金额", f"¥{notice.amount:,.2f}"),
            ("归属单位", str(employer)),
            ("入账科目", "待查暂收转单位暂收"),
        ]

    def button(self, origin, target, data):
        notice = _notice(origin, data["notice"])
        return f"认领 ¥{notice.amount:,.2f}" if notice else self.label

    def check(self, origin, target, data):
        notice, employer = _notice(origin, data["notice"]), _employer(origin, data["employer"])
        findings = []
        if notice is None:
            findings.append(Finding("claim.no_notice", "没有这笔来款", field="notice", remedy="从待查来款清单进入"))
        elif notice.state != NoticeState.UNKNOWN:
            state = notice.get_state_display()
            findings.append(
                Finding(
                    "claim.not_unknown",
                    f"这笔来款现在是“{state}”，不是待查",
                    field="notice",
                    remedy="查看这笔来款的处理结果",
                )
            )
        if employer is None:
            findings.append(
                Finding(
                    "claim.no_employer",
                    "没有这个单位账号",
                    field="employer",
                    remedy="核对单位账号，一共 20 位以内的数字",
                )
            )
        elif not employer.accounts.filter(status__in=REMITTABLE).exists():
            findings.append(
                Finding(
                    "claim.employer_not_remittable",
                    f"{employer.name}的单位账户不能收款",
                    field="employer",
                    remedy="单位已封存或注销的，款项按退款办理",
                )
            )
        return findings

    def execute(self, origin, target, data):
        notice = BankNotice.objects.select_for_update(of=("self",), no_key=True).get(
            pk=_notice(origin, data["notice"]).pk
        )
        employer = _employer(origin, data["employer"])
        account = suspense.remittable_account(employer.pk)
        case = origin.pass_.case if origin.pass_ else ""
        voucher = suspense.book_claim(origin, notice, account, case)
        notice.state = moved(NOTICE_MOVES, notice.state, "claim")
        notice.party_kind, notice.party_id = employer.party.kind, employer.party.id
        notice.reason, notice.settled_on = f"会计认领：{data['evidence']}"[:200], origin.business_date
        self._use(origin, notice, employer.party)
        notice.save()
        change = Change(
            f"accounts.bank_notice:{notice.pk}", "认领", f"归属{employer.name}",
            before={"状态": NoticeState.UNKNOWN.label}, after={"状态": notice.get_state_display()},
        )  # fmt: skip
        return Outcome(
            f"已认领 {employer.name} 来款 ¥{notice.amount:,.2f}",
            changes=(change,),
            rows=(("归属单位", str(employer)), ("金额", f"¥{notice.amount:,.2f}"), ("处理结果", notice.reason)),
            facts={"voucher": str(voucher), "state": notice.state},
        )

    def _use(self, origin, notice, employer):
        """An app may have waited for exactly this money."""
        for claimer in sorted(receipts, key=lambda claimer: (claimer.order, claimer.code)):
            settled = claimer.claimed(origin, notice, employer)
            if settled is not None:
                notice.claimer, notice.document = claimer.code, settled.document
                notice.state = moved(NOTICE_MOVES, notice.state, settled.action)
                notice.reason = settled.words[:200]
                return

    @classmethod
    def example(cls):
        return {"notice": token_of(NOTICE, 1), "employer": "41100001", "evidence": "单位来函说明系 11 月汇缴款"}


@operations.add
class BookReversal(Operation):
    """The bank took a receipt back (冲正). While its money still waits in suspense it is taken out of there; once it
    was used, what used it has to be undone first.
    """

    code = "accounts.book_reversal"
    item = "S-CLAIM"
    label = "银行冲正入账"
    target = "centre"
    roles = frozenset({"accountant"})
    stages = ("accountant_reviewer",)
    moves_money = True
    counter_code = "4104"

    class Input(serializers.Serializer):
        notice = serializers.CharField(label="来款编号", help_text="待查来款清单中冲正的那一笔")
        evidence = serializers.CharField(label="处理依据", max_length=200, help_text="银行冲正说明")

    def check(self, origin, target, data):
        reversal = _notice(origin, data["notice"])
        if reversal is None or not reversal.reversal or reversal.state != NoticeState.UNMATCHED:
            remedy = "从待查来款清单进入"
            return [Finding("reversal.none", "没有这笔待处理的冲正", field="notice", remedy=remedy)]
        if reversal.pair is None:
            remedy = "与银行核实冲正的原交易"
            return [Finding("reversal.no_original", "找不到被冲正的原来款", field="notice", remedy=remedy)]
        if (reversal.pair.state, "reverse") not in NOTICE_MOVES:
            words = f"原来款现在是“{reversal.pair.get_state_display()}”，款项已经使用"
            remedy = "先冲销用了这笔款的汇缴，款项退回单位暂收后再办"
            return [Finding("reversal.used", words, field="notice", remedy=remedy)]
        return []

    def summary(self, origin, target, data):
        reversal = _notice(origin, data["notice"])
        original = reversal.pair if reversal else None
        if original is None:
            return []
        return [
            ("原来款", f"{original.host_date:%Y-%m-%d} {original.counter_name or '—'}"),
            ("金额", f"¥{original.amount:,.2f}"),
            ("原处理结果", original.reason),
        ]

    def execute(self, origin, target, data):
        reversal = _notice(origin, data["notice"])
        rows = BankNotice.objects.select_for_update(of=("self",), no_key=True)
        locked = {row.pk: row for row in rows.filter(pk__in=[reversal.pk, reversal.pair_id]).order_by("pk")}
        reversal, original = locked[reversal.pk], locked[reversal.pair_id]
        case = origin.pass_.case if origin.pass_ else ""
        before = original.get_state_display()
        reversal.voucher = suspense.book_taken_back(origin, reversal, original, case)
        for notice in (reversal, original):
            notice.state = moved(NOTICE_MOVES, notice.state, "reverse")
            notice.reason, notice.settled_on = f"银行冲正：{data['evidence']}"[:200], origin.business_date
            notice.save()
        change = Change(
            f"accounts.bank_notice:{original.pk}", "冲正", "银行冲正来款",
            before={"状态": before}, after={"状态": original.get_state_display()},
        )  # fmt: skip
        return Outcome(
            f"已冲正来款 ¥{original.amount:,.2f}",
            changes=(change,),
            rows=(("金额", f"¥{original.amount:,.2f}"),),
            facts={"voucher": str(reversal.voucher)},
        )

    @classmethod
    def example(cls):
        return {"notice": token_of(NOTICE, 1), "evidence": "银行通知系错账冲正"}


class _Lines(Query):
    """What the two lists share: rows of special accounts within the reader's branches."""

    target = "centre"
    roles = ACCOUNTANTS

    def lines(self, origin, data):
        found = BankNotice.objects.visible_to(origin)
        if data.get("since"):
            found = found.filter(host_date__gte=data["since"])
        if data.get("until"):
            found = found.filter(host_date__lte=data["until"])
        if data.get("account"):
            found = found.filter(special_account__account_no=data["account"])
        return found

    def table(self, found, caption, empty, filters):
        values = found.values(
            "id", "host_date", "host_time", "special_account__account_no", "special_account__bank_name", "host_no",
            "amount", "balance", "counter_name", "counter_account", "summary", "remark", "state", "reason", "reversal",
        )  # fmt: skip
        return Table(
            columns=_COLUMNS,
            source=values,
            caption=caption,
            unit="元",
            order=("-host_date", "-id"),
            totals=lambda rows: rows.aggregate(amount=Sum("amount", default=Decimal("0.00"))),
            finish=_shown,
            filters=filters,
            empty=empty,
        )


_COLUMNS = (
    TableColumn("number", "来款编号"),
    TableColumn("host_date", "记账日期", "date", sort="host_date"),
    TableColumn("account", "专户"),
    TableColumn("host_no", "主机流水号"),
    TableColumn("amount", "金额", "delta", sort="amount", total=True),
    TableColumn("balance", "账户余额", "money"),
    TableColumn("counter_name", "对方户名", sort="counter_name"),
    TableColumn("counter", "对方账号", "mask"),
    TableColumn("summary", "摘要"),
    TableColumn("remark", "附言"),
    TableColumn("state", "状态", "status", sort="state"),
    TableColumn("reason", "说明"),
)


NEXT_OF_STATE = {NoticeState.UNKNOWN: ("认领", "accounts.claim_receipt")}
"""What an accountant does about a line, from the list itself."""


def _next(row, number: str) -> list[tuple[str, str]]:
    state = NoticeState(row["state"])
    if state == NoticeState.UNMATCHED and row["reversal"]:
        words, code = "冲正入账", "accounts.book_reversal"
    elif state in NEXT_OF_STATE:
        words, code = NEXT_OF_STATE[state]
    else:
        return []
    return [(words, f"../../do/{code}/?notice={number}")]


def _shown(rows):
    return [
        {
            **row,
            "_actions": _next(row, token_of(NOTICE, row["id"])),
            "number": token_of(NOTICE, row["id"]),
            "account": f"{row['special_account__bank_name']} {row['special_account__account_no'][-4:]}",
            "counter": mask_bank_card(row["counter_account"]),
            "counter_account": None,
            "state": f"{NOTICE_WORDS}:{row['state']}",
        }
        for row in rows
    ]


@operations.add
class BankStatement(_Lines):
    """银行流水: every line of the special accounts, matched or not."""

    code = "accounts.bank_statement"
    item = "S-RECON"
    label = "银行流水"
    counter_code = "4101"

    class Input(serializers.Serializer):
        since = DayField(required=False, label="记账日期起")
        until = DayField(required=False, label="记账日期止")
        account = serializers.CharField(required=False, label="专户账号")
        state = serializers.ChoiceField(required=False, choices=NoticeState.choices, label="状态")

    def rows(self, origin, target, data):
        found = self.lines(origin, data)
        if data.get("state"):
            found = found.filter(state=data["state"])
        return self.table(
            found, "银行流水", "还没有账户变动。银行发来到账通知后出现在这里。", ("since", "until", "account", "state")
        )


@operations.add
class UnknownReceipts(_Lines):
    """待查来款: money nobody owns yet, and lines the program leaves to an accountant."""

    code = "accounts.unknown_receipts"
    item = "S-CLAIM"
    label = "待查来款"
    counter_code = "4102"

    class Input(serializers.Serializer):
        since = DayField(required=False, label="记账日期起")
        until = DayField(required=False, label="记账日期止")
        account = serializers.CharField(required=False, label="专户账号")

    def rows(self, origin, target, data):
        found = self.lines(origin, data).filter(state__in=[NoticeState.UNKNOWN, NoticeState.UNMATCHED])
        return self.table(found, "待查来款", "没有待查来款。", ("since", "until", "account"))


def _notice(origin, token: str) -> BankNotice | None:
    number = number_of(NOTICE, token.strip().lower())
    found = BankNotice.objects.visible_to(origin).select_related("special_account")
    return found.filter(pk=number).first() if number is not None else None


def _employer(origin, number: str) -> Employer | None:
    return Employer.objects.filter(number=number.strip()).first()
