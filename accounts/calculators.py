"""The interest calculator of the public pages and the API."""

from rest_framework import serializers

from accounts.ledger.money import ZERO
from accounts.ledger.rules.calculator import (
    Entry,
    Interest,
    InterestFacts,
    InterestTerms,
    Kind,
    interest_by_calculator,
)
from accounts.ledger.rules.calendar import Method
from servicehub.declare import DomainError
from servicehub.kit.fields import ChoiceField, DayField, MoneyField, PercentField, WholeSerializer
from servicehub.kit.working_paper import FindingAnswer, StepAnswer, finding_answers, step_answers

ENTRIES_MAX = 1000
"""More movements than an account has in a year; keeps a public address from being asked for unbounded work."""


class InterestEntry(WholeSerializer):
    value_date = DayField(label="起息日")
    amount = MoneyField(label="金额", help_text="元；存入为正，支取为负")


class InterestQuestion(WholeSerializer):
    """One account in one interest year (1 July to 30 June)."""

    kind = ChoiceField(choices=[("annual", "年度结息"), ("closing", "销户结息")], label="计算类别")
    settlement_date = DayField(label="结息日", help_text="年度结息是 6 月 30 日（当日计息）；销户结息算到前一日")
    annual_rate = PercentField(label="年利率", help_text="百分数，1.50 表示 1.50%")
    divisor = ChoiceField(choices=[(360, "360"), (365, "365"), (366, "366")], label="计息天数基数", default=360)
    method = ChoiceField(
        choices=[("days_product", "积数法"), ("months_11_to_0", "按月计息（11 至 0 个月）")],
        label="计息办法",
        default="days_product",
    )
    carried = MoneyField(min_value=0, label="上年结转余额", help_text="7 月 1 日的余额", default=ZERO)
    current = MoneyField(min_value=0, label="当年归集余额", help_text="7 月 1 日的余额", default=ZERO)
    entries = InterestEntry(many=True, label="存取明细", default=())

    def between(self, raw):
        entries = raw.get("entries")
        if isinstance(entries, list) and len(entries) > ENTRIES_MAX:
            yield "entries", f"存取明细最多 {ENTRIES_MAX} 笔"


class InterestAnswer(serializers.Serializer):
    """Money is a string with two places, never a JSON number."""

    interest = serializers.CharField(help_text="利息")
    product = serializers.CharField(help_text="计息积数：元·天；按月计息是元·月")
    steps = StepAnswer(many=True)
    findings = FindingAnswer(many=True)


def assess_interest(question: dict) -> Interest:
    """Raises ``DomainError`` with every finding when the facts contradict each other."""
    facts = InterestFacts(
        kind=Kind(question["kind"]),
        settlement_date=question["settlement_date"],
        carried=question["carried"],
        current=question["current"],
        entries=[Entry(entry["value_date"], entry["amount"]) for entry in question["entries"]],
    )
    terms = InterestTerms(question["annual_rate"], int(question["divisor"]), Method(question["method"]))
    found = interest_by_calculator(facts, terms)
    if not found.ok:
        raise DomainError("input", *(finding for finding in found.findings if finding.blocks), title="填写的内容有误")
    return found


def interest_answer(found: Interest) -> dict:
    return {
        "interest": str(found.interest),
        "product": str(found.product),
        "steps": step_answers(found.steps),
        "findings": finding_answers(found.findings),
    }
