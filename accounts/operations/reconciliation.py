"""银行对账 on the accountant's desk: what stands out, the monthly adjustment of balances, matching by hand."""

import re
from datetime import date

from django.db.models import Sum
from rest_framework import serializers

from accounts.bank.reconciliation import by_hand
from accounts.bank.reconciliation.adjustment import Adjustment, adjust
from accounts.bank.reconciliation.models import BankMatch, ItemState, Klass, OutstandingItem, Rung, why
from accounts.letters import ADJUSTMENT
from accounts.operations.receipts import ACCOUNTANTS
from accounts.operations.statements import NO_ACCOUNT, account_of
from servicehub.declare import CENTRE, Change, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit.amounts import money
from servicehub.kit.fields import ChoiceField, MonthField
from servicehub.kit.masks import mask_name

ITEM = "S-RECON"
PERSON_NAME_MAX = 4
MAKERS, CHECKER = frozenset({"accountant"}), "accountant_reviewer"


def month_end(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1) - date.resolution


@operations.add
class OutstandingItems(Query):
    """The exceptions worklist: both sides of what no pass could match, oldest first."""

    code = "accounts.outstanding_items"
    item = ITEM
    label = "未达账项"
    target = CENTRE.kind
    roles = ACCOUNTANTS
    counter_code = "4108"

    class Input(serializers.Serializer):
        account = serializers.CharField(required=False, label="专户账号")
        klass = ChoiceField(label="类别", choices=Klass.choices, required=False, allow_blank=True, default="")
        state = ChoiceField(label="状态", choices=ItemState.choices, required=False, allow_blank=True, default="")

    def rows(self, origin, target, data):
        found = OutstandingItem.objects.visible_to(origin)
        found = found.filter(state=data["state"]) if data["state"] else found.live()
        if data["klass"]:
            found = found.filter(klass=data["klass"])
        if data.get("account"):
            found = found.filter(special_account__account_no=data["account"])
        return Table(
            columns=(
                TableColumn("id", "编号", "count", sort="id"),
                TableColumn("account", "专户"),
                TableColumn("klass", "类别"),
                TableColumn("arose_on", "发生日期", "date", sort="arose_on"),
                TableColumn("age", "天数", "count"),
                TableColumn("amount", "金额", "delta", sort="amount", total=True),
                TableColumn("party", "对方户名"),
                TableColumn("host_no", "主机流水号"),
                TableColumn("words", "摘要"),
                TableColumn("why", "未匹配原因"),
                TableColumn("state", "状态"),
                TableColumn("explanation", "说明"),
            ),
            source=found.values(
                "id",
                "special_account__bank_name",
                "special_account__account_no",
                "klass",
                "arose_on",
                "amount",
                "rivals",
                "state",
                "explanation",
                "notice__counter_name",
                "notice__host_no",
                "notice__summary",
                "notice__remark",
                "entry__counter_name",
                "entry__host_no",
                "entry__summary",
            ),
            caption="未达账项",
            unit="元",
            order=("arose_on", "id"),
            totals=lambda rows: rows.aggregate(amount=Sum("amount")),
            finish=lambda page: [_item(row, origin.business_date) for row in page],
            filters=("account", "klass", "state"),
            empty="没有未达账项，银行流水和日记账已全部核对。",
        )


def _item(row: dict, day: date) -> dict:
    name = row["notice__counter_name"] or row["entry__counter_name"] or ""
    words = (row["notice__summary"], row["notice__remark"], row["entry__summary"])
    return {
        "id": row["id"],
        "account": f"{row['special_account__bank_name']} {row['special_account__account_no'][-4:]}",
        "klass": Klass(row["klass"]).label,
        "arose_on": row["arose_on"],
        "age": (day - row["arose_on"]).days,
        "amount": row["amount"],
        "party": mask_name(name) if 0 < len(name) <= PERSON_NAME_MAX else name,
        "host_no": row["notice__host_no"] or row["entry__host_no"] or "",
        "words": " ".join(filter(None, words)),
        "why": why(row["rivals"]),
        "state": ItemState(row["state"]).label,
        "explanation": row["explanation"],
    }


class AccountMonth(serializers.Serializer):
    account = serializers.CharField(label="专户账号", max_length=32)
    month = MonthField(label="年月")


def _adjusted(origin, data) -> Adjustment | None:
    account = account_of(origin, data["account"])
    return adjust(account, month_end(data["month"])) if account else None


@operations.add
class BankAdjustment(Query):
    """银行存款余额调节表 of one account and month: on screen, printed, as a workbook."""

    code = "accounts.bank_adjustment"
    item = ITEM
    label = "银行存款余额调节表"
    target = CENTRE.kind
    roles = ACCOUNTANTS
    counter_code = "4109"

    class Input(AccountMonth):
        pass

    def check(self, origin, target, data):
        return [] if account_of(origin, data["account"]) else [NO_ACCOUNT]

    def rows(self, origin, target, data):
        made = _adjusted(origin, data)
        return Table(
            columns=(
                TableColumn("klass", "类别"),
                TableColumn("day", "日期", "date"),
                TableColumn("amount", "金额", "money"),
                TableColumn("party", "对方户名"),
                TableColumn("host_no", "主机流水号"),
                TableColumn("words", "摘要"),
                TableColumn("voucher", "凭证", "count"),
                TableColumn("explanation", "说明"),
            ),
            source=[] if made is None else _item_rows(made),
            caption="银行存款余额调节表",
            unit="元",
            facts=() if made is None else tuple(adjustment_facts(made)),
            filters=("account", "month"),
            empty="没有未达账项，银行存款余额与账面余额一致。",
        )

    @classmethod
    def example(cls):
        return {"account": "41050100001000000001", "month": "2026-11"}


def _item_rows(made: Adjustment) -> list[dict]:
    return [
        {
            "klass": Klass(item.klass).label, "day": item.day, "amount": abs(item.amount), "party": item.counter_name,
            "host_no": item.host_no, "words": item.words.strip(), "voucher": item.voucher,
            "explanation": item.explanation,
        }
        for item in made.items
    ]  # fmt: skip


def adjustment_facts(made: Adjustment) -> list[tuple[str, str]]:
    """The figures above the items, as the form prints them."""
    return [
        ("专户", str(made.account)),
        ("截止日期", f"{made.day:%Y-%m-%d}"),
        ("银行对账单余额", money(made.bank)),
        ("加：中心已收银行未收", money(made.total(Klass.CENTRE_RECEIVED))),
        ("减：中心已付银行未付", money(made.total(Klass.CENTRE_PAID))),
        ("调节后银行余额", money(made.bank_adjusted)),
        ("银行存款账面余额", money(made.books)),
        ("加：银行已收中心未收", money(made.total(Klass.BANK_RECEIVED))),
        ("减：银行已付中心未付", money(made.total(Klass.BANK_PAID))),
        ("调节后账面余额", money(made.books_adjusted)),
        ("是否平衡", "平衡" if made.difference == 0 else f"不平，相差 {money(made.difference)}"),
    ]


@operations.add
class IssueBankAdjustment(Operation):
    """The signed paper: frozen as of now, with a code anybody can check it by."""

    code = "accounts.issue_bank_adjustment"
    item = ITEM
    label = "出具余额调节表"
    target = CENTRE.kind
    roles = frozenset({"accountant", "accountant_reviewer", "cashier"})
    opens_case = False
    counter_code = "4110"

    class Input(AccountMonth):
        pass

    def check(self, origin, target, data):
        return [] if account_of(origin, data["account"]) else [NO_ACCOUNT]

    def summary(self, origin, target, data):
        made = _adjusted(origin, data)
        return adjustment_facts(made) if made else []

    def execute(self, origin, target, data):
        made = _adjusted(origin, data)
        month = f"{made.day:%Y-%m}"
        change = Change(f"accounts.special_account:{made.account.pk}", "出具余额调节表", month)
        return Outcome(
            f"{month} 余额调节表已出具，可以打印或下载",
            changes=(change,),
            rows=tuple(adjustment_facts(made)),
            letters=((ADJUSTMENT.code, f"{made.account.pk}:{made.day:%Y-%m-%d}"),),
        )

    @classmethod
    def example(cls):
        return {"account": "41050100001000000001", "month": "2026-11"}


@operations.add
class ExplainOutstanding(Operation):
    code = "accounts.explain_outstanding"
    item = ITEM
    label = "说明未达账项"
    target = CENTRE.kind
    roles = frozenset({"accountant", "cashier"})
    opens_case = False
    counter_code = "4111"

    class Input(serializers.Serializer):
        item = serializers.IntegerField(label="未达账项编号", min_value=1)
        explanation = serializers.CharField(
            label="说明", max_length=200, min_length=4, help_text="形成原因、预计何时到账或入账"
        )

    def check(self, origin, target, data):
        row = OutstandingItem.objects.visible_to(origin).filter(pk=data["item"]).first()
        if row is None:
            return [Finding("outstanding.none", "没有这个编号的未达账项", field="item", remedy="从未达账项清单进入")]
        if row.state == ItemState.CLEARED:
            return [Finding("outstanding.cleared", "这一项已经核销，不需要说明", field="item")]
        return []

    def execute(self, origin, target, data):
        row = by_hand.explain(origin, data["item"], data["explanation"])
        change = Change(f"accounts.outstanding_item:{row.pk}", "说明", str(row), after={"说明": row.explanation})
        return Outcome("已记录说明，另一方到账或入账后自动核销", changes=(change,))

    @classmethod
    def example(cls):
        return {"item": 1, "explanation": "银行次日入账"}


@operations.add
class MatchByHand(Operation):
    """Pass 7: with a reason, and a second accountant who agrees."""

    code = "accounts.match_by_hand"
    item = ITEM
    label = "人工核对"
    target = CENTRE.kind
    roles = MAKERS
    stages = (CHECKER,)
    counter_code = "4112"

    class Input(serializers.Serializer):
        items = serializers.CharField(
            label="未达账项编号", max_length=400, help_text="银行一方和账面一方的编号，用逗号隔开，两方合计要相等"
        )
        reason = serializers.CharField(label="核对依据", max_length=200, min_length=4)

    def check(self, origin, target, data):
        rows = _items(origin, data["items"])
        if len(rows) < len(_numbers(data["items"])):
            return [
                Finding(
                    "outstanding.none", "有的编号不在未达账项清单里", field="items", remedy="从未达账项清单抄录编号"
                )
            ]
        return by_hand.match_faults(rows)

    def summary(self, origin, target, data):
        return [
            (row.get_klass_display(), f"{row.arose_on:%Y-%m-%d}　{money(row.amount)} 元")
            for row in _items(origin, data["items"])
        ]

    def execute(self, origin, target, data):
        rows = _items(origin, data["items"])
        by_hand.match(origin, [row.pk for row in rows], data["reason"])
        changes = tuple(Change(f"accounts.outstanding_item:{row.pk}", "人工核对", str(row)) for row in rows)
        return Outcome(f"已核对 {len(rows)} 项", changes=changes, facts={"items": str(len(rows))})

    @classmethod
    def example(cls):
        return {"items": "1,2", "reason": "与银行回单核对一致"}


def _numbers(text: str) -> list[int]:
    return sorted({int(number) for number in re.findall(r"\d{1,18}", text)})


def _items(origin, text: str) -> list[OutstandingItem]:
    return list(OutstandingItem.objects.visible_to(origin).filter(pk__in=_numbers(text)).order_by("pk"))


@operations.add
class BankMatches(Query):
    """What was matched, by which evidence."""

    code = "accounts.bank_matches"
    item = ITEM
    label = "对账匹配明细"
    target = CENTRE.kind
    roles = ACCOUNTANTS
    counter_code = "4113"

    class Input(serializers.Serializer):
        account = serializers.CharField(label="专户账号", max_length=32)
        rung = ChoiceField(label="匹配依据", choices=Rung.choices, required=False, allow_blank=True, default="")

    def check(self, origin, target, data):
        return [] if account_of(origin, data["account"]) else [NO_ACCOUNT]

    def rows(self, origin, target, data):
        account = account_of(origin, data["account"])
        found = BankMatch.objects.filter(special_account=account, undone_at=None)
        if data["rung"] != "":
            found = found.filter(rung=data["rung"])
        return Table(
            columns=(
                TableColumn("id", "匹配编号", "count", sort="id"),
                TableColumn("matched_on", "核对日期", "date"),
                TableColumn("rung", "匹配依据"),
                TableColumn("host_date", "银行记账日期", "date"),
                TableColumn("host_no", "主机流水号"),
                TableColumn("line_amount", "银行金额", "delta"),
                TableColumn("business_date", "账面日期", "date"),
                TableColumn("entry_amount", "账面金额", "delta"),
                TableColumn("by", "核对人"),
                TableColumn("reason", "说明"),
            ),
            source=found.values(
                "id", "rung", "matched_on", "matched_by", "reason", "notice__host_date", "notice__host_no",
                "notice__amount", "entry__business_date", "entry__amount",
            ),
            caption="对账匹配明细",
            unit="元",
            order=("-id",),
            finish=lambda page: [_match_row(row) for row in page],
            filters=("account", "rung"),
            empty="还没有核对过。每天日终自动核对。",
        )  # fmt: skip

    @classmethod
    def example(cls):
        return {"account": "41050100001000000001"}


def _match_row(row: dict) -> dict:
    return {
        "id": row["id"], "rung": Rung(row["rung"]).label, "matched_on": row["matched_on"], "reason": row["reason"],
        "by": row["matched_by"] or "系统", "host_date": row["notice__host_date"], "host_no": row["notice__host_no"] or "",
        "line_amount": row["notice__amount"], "business_date": row["entry__business_date"],
        "entry_amount": row["entry__amount"],
    }  # fmt: skip


@operations.add
class UndoMatch(Operation):
    """A wrong match is taken back whole; afterwards only a person matches these again."""

    code = "accounts.undo_match"
    item = ITEM
    label = "撤销匹配"
    target = CENTRE.kind
    roles = MAKERS
    stages = (CHECKER,)
    counter_code = "4114"

    class Input(serializers.Serializer):
        match = serializers.IntegerField(label="匹配编号", min_value=1, help_text="对账匹配明细中的编号")
        reason = serializers.CharField(label="原因", max_length=200, min_length=4)

    def check(self, origin, target, data):
        row = BankMatch.objects.filter(pk=data["match"]).select_related("special_account").first()
        if row is None or account_of(origin, row.special_account.account_no) is None:
            return [Finding("match.none", "没有这个编号的匹配", field="match", remedy="从对账匹配明细进入")]
        if row.undone_at:
            return [Finding("match.undone", "这组匹配已经撤销", field="match", remedy="刷新清单再看")]
        return []

    def execute(self, origin, target, data):
        count = by_hand.undo(origin, data["match"])
        change = Change(f"accounts.bank_match:{data['match']}", "撤销匹配", data["reason"])
        return Outcome(f"已撤销，{count} 项回到未达账项", changes=(change,), facts={"items": str(count)})

    @classmethod
    def example(cls):
        return {"match": 1, "reason": "对应错了业务"}
