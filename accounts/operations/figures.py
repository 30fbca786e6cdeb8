"""一分钱溯源: a posting of somebody's account opens into its document, its register line, its steps and clauses."""

from django.db.models import Q
from rest_framework import serializers

from accounts.ledger.events import KIND_LABELS
from accounts.ledger.models import Posting, Voucher
from accounts.models import FundAccount
from accounts.operations.person_lookups import READERS
from servicehub.declare import Query, Step, Table, TableColumn
from servicehub.declare.registry import ledger_events, operations
from servicehub.kit.amounts import money
from servicehub.kit.months import Month


@operations.add
class PostingFigure(Query):
    """How one amount of a personal account came about. The app whose event booked it explains its own part."""

    code = "accounts.posting_figure"
    item = "Q-ACC"
    label = "发生额来历"
    target = "person"
    roles = READERS
    offered = False

    class Input(serializers.Serializer):
        posting = serializers.IntegerField(label="明细编号", min_value=1)

    def rows(self, origin, target, data):
        mine = FundAccount.objects.filter(person=target.id, subaccount_id__isnull=False).values("subaccount_id")
        posting = Posting.objects.filter(pk=data["posting"], subaccount__in=mine).first()
        columns = (TableColumn("what", "项目"), TableColumn("amount", "金额", "delta"))
        if posting is None:
            return Table(columns, [], caption=self.label, unit="元", empty="没有这笔明细。从个人账户明细里重新打开")
        voucher = Voucher.objects.get(pk=posting.voucher_id)
        facts = [
            ("业务类型", KIND_LABELS.get(posting.kind, KIND_LABELS.get(posting.kind[:2], "其他"))),
            ("记账日期", f"{posting.business_date:%Y-%m-%d}"),
            ("起息日", f"{posting.value_date:%Y-%m-%d}"),
        ]
        if posting.month:
            facts.insert(1, ("所属年月", str(Month.of(posting.month))))
        return Table(
            columns,
            [{"what": what, "amount": amount} for what, amount in parts_of(posting)],
            caption=self.label,
            unit="元",
            facts=tuple(facts),
            paper=steps_of(posting, voucher),
        )

    @classmethod
    def example(cls):
        return {"posting": 1}


def parts_of(posting: Posting) -> list[tuple[str, object]]:
    """The amount and what it is made of: both sides where there are sides, both sub-balances where both moved."""
    sides = [("单位部分", posting.employer_part), ("个人部分", posting.employee_part)]
    rows = [(what, part) for what, part in sides if part is not None]
    if posting.current and posting.carried:
        rows += [("当年归集", posting.current), ("上年结转", posting.carried)]
    return [*rows, ("发生额", posting.current + posting.carried)]


def steps_of(posting: Posting, voucher: Voucher) -> tuple[Step, ...]:
    amount = money(posting.current + posting.carried)
    template = ledger_events.get(voucher.event_type)
    explained = template.explain(posting) if template is not None and template.explain is not None else ()
    if voucher.reverses_id:
        explained = _reversed(posting, voucher)
    made_of = " ＋ ".join(f"{what} {money(part)}" for what, part in parts_of(posting)[:-1])
    booked = Step(
        f"凭证 {voucher.pk}",
        f"{voucher.business_date:%Y-%m-%d} {voucher.summary}",
        amount,
        clause=f"财会字〔1999〕33号 {template.label}" if template else "财会字〔1999〕33号",
        steps=explained,
    )
    return (Step("发生额", made_of or voucher.summary, amount, steps=(booked,)),)


def _reversed(posting: Posting, voucher: Voucher) -> tuple[Step, ...]:
    """A reversal takes one amount back whole: its tree is the tree of what it reverses."""
    original = Posting.objects.filter(
        Q(voucher_id=voucher.reverses_id, subaccount=posting.subaccount_id, month=posting.month)
    ).first()
    if original is None:
        return ()
    return (
        Step("冲销原凭证", f"冲回凭证 {voucher.reverses_id} 的 {money(original.current + original.carried)}",
             money(posting.current + posting.carried),
             steps=steps_of(original, Voucher.objects.get(pk=voucher.reverses_id))),
    )  # fmt: skip
