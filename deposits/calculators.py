"""The deposit calculator of the public pages and the API: the same rule the business uses, asked without an account."""

import dataclasses
from decimal import Decimal

from rest_framework import serializers

from deposits.policies import deposit_policy, knows_city, plain_city
from deposits.rules.amounts import Bounds, DepositFacts, DepositPolicy, MonthlyDeposit, monthly_deposit
from deposits.rules.rounding import NAMED, Mode, Rounding, Stage, Unit, named
from servicehub.declare import DomainError, Finding
from servicehub.kit.fields import ChoiceField, MoneyField, MonthField, PercentField, WholeSerializer
from servicehub.kit.working_paper import FindingAnswer, StepAnswer, finding_answers, step_answers
from servicehub.policy import NotInForce

HUNDRED = Decimal(100)


class DepositQuestion(WholeSerializer):
    """One wage and two rates, with one way to round: a city's policy of a month, a named precision, or its parts."""

    base = MoneyField(min_value=0, label="月工资（缴存基数）", help_text="元，最多两位小数")
    employer_rate = PercentField(label="单位缴存比例", help_text="百分数，12 表示 12%")
    employee_rate = PercentField(label="职工缴存比例", help_text="百分数，12 表示 12%")
    city = serializers.CharField(required=False, label="城市", help_text="按该市当月的上下限和精度计算")
    area = serializers.CharField(required=False, label="区县", help_text="下限分区县的城市填写")
    month = MonthField(required=False, label="缴存年月", help_text="2026-11")
    rounding = ChoiceField(required=False, choices=[(code, named(code).label) for code in NAMED], label="精度")
    unit = ChoiceField(required=False, choices=[(unit.value, unit.label) for unit in Unit], label="取整单位")
    mode = ChoiceField(
        required=False,
        choices=[("half_up", "四舍五入"), ("up", "进位"), ("down", "舍去"), ("half_even", "四舍六入五成双")],
        label="取整方式",
    )
    stage = ChoiceField(
        required=False,
        choices=[("per_side", "单位、职工分别取整"), ("total", "合计后取整")],
        label="取整环节",
    )

    def between(self, raw):
        present = {name for name in ("city", "month", "area", "rounding", "unit", "mode", "stage") if raw.get(name)}
        ways = [way for way in ("city", "rounding", "unit") if way in present or (way == "unit" and "mode" in present)]
        if not ways and not present & {"month", "area"}:
            yield "rounding", "还没有说明怎样取整：填写城市和年月，或者选择精度，或者选择取整单位和方式"
        if len(ways) > 1:
            yield "rounding", "取整只能用一种说法：城市和年月、精度、取整单位和方式，三选一"
        if "city" in present and "month" not in present:
            yield "month", "按城市计算时要填写年月，例如 2026-11"
        if present & {"month", "area"} and "city" not in present:
            yield "city", "填写了年月或区县，还要填写城市"
        if "unit" in present and "mode" not in present:
            yield "mode", "还没有选择取整方式"
        if "mode" in present and "unit" not in present:
            yield "unit", "还没有选择取整单位"
        if "stage" in present and ways != ["unit"] and len(ways) < 2:
            yield "stage", "取整环节与取整单位、取整方式一起填写"


class BoundsAnswer(serializers.Serializer):
    floor = serializers.CharField(allow_null=True, help_text="缴存基数下限")
    ceiling = serializers.CharField(allow_null=True, help_text="缴存基数上限")
    least = serializers.CharField(allow_null=True, help_text="月缴存额下限")
    most = serializers.CharField(allow_null=True, help_text="月缴存额上限")


class DepositAnswer(serializers.Serializer):
    """Money is a string with two places, never a JSON number."""

    base = serializers.CharField(help_text="计算用的缴存基数（已按上下限取定）")
    declared_base = serializers.CharField(help_text="填写的月工资")
    clamped = serializers.BooleanField(help_text="是否按上下限取定")
    employer = serializers.CharField(help_text="单位月缴存额")
    employee = serializers.CharField(help_text="职工月缴存额")
    total = serializers.CharField(help_text="月缴存额合计")
    bounds = BoundsAnswer()
    rounding = serializers.CharField(help_text="精度代码；没有名称的组合写成 yuan/half_up/per_side")
    rounding_label = serializers.CharField(help_text="精度名称")
    clause = serializers.CharField(help_text="上下限和精度的依据")
    steps = StepAnswer(many=True)
    findings = FindingAnswer(many=True)
    city = serializers.CharField(allow_null=True, help_text="按哪个城市的政策")
    month = serializers.CharField(allow_null=True, help_text="按哪个月的政策")


def answer_deposit(question: dict) -> dict:
    """Answer of a valid ``DepositQuestion``. Raises ``DomainError`` when a city's policy is missing or refuses it."""
    found, policy = assess_deposit(question)
    return {**deposit_answer(found, policy), "city": question.get("city"), "month": _month(question)}


def assess_deposit(question: dict) -> tuple[MonthlyDeposit, DepositPolicy]:
    policy = policy_of(question)
    facts = DepositFacts(
        wage=question["base"],
        employer_rate=question["employer_rate"] / HUNDRED,
        employee_rate=question["employee_rate"] / HUNDRED,
    )
    found = monthly_deposit(facts, policy)
    if not found.ok:
        raise DomainError("input", *(finding for finding in found.findings if finding.blocks), title="填写的内容有误")
    return found, policy


def policy_of(question: dict) -> DepositPolicy:
    if "city" in question:
        return _city_policy(question)
    if "rounding" in question:
        return DepositPolicy(named(question["rounding"]))
    stage = Stage(question.get("stage", Stage.PER_SIDE))
    return DepositPolicy(Rounding(Unit(question["unit"]), Mode(question["mode"]), stage))


def _city_policy(question: dict) -> DepositPolicy:
    city = plain_city(question["city"])
    if not knows_city(city):
        raise DomainError(
            "input",
            Finding(
                "calculator.city_unknown",
                f"还没有“{question['city']}”的缴存政策",
                field="city",
                remedy="换一个城市，或者改用精度名称计算",
            ),
            title="填写的内容有误",
        )
    try:
        return deposit_policy(question["month"], city=city, area=question.get("area", ""))
    except NotInForce as missing:
        findings = [dataclasses.replace(finding, field="month") for finding in missing.findings]
        raise DomainError("policy.not_in_force", *findings, title="该月的政策值还没有发布") from missing


def _month(question: dict) -> str | None:
    return f"{question['month']:%Y-%m}" if "month" in question else None


def deposit_answer(found: MonthlyDeposit, policy: DepositPolicy) -> dict:
    rounding = policy.rounding
    return {
        "base": str(found.base),
        "declared_base": str(found.wage),
        "clamped": found.clamped,
        "employer": str(found.employer),
        "employee": str(found.employee),
        "total": str(found.total),
        "bounds": _bounds_answer(found.bounds, policy),
        "rounding": rounding.code or f"{rounding.unit}/{rounding.mode}/{rounding.stage}",
        "rounding_label": rounding.label,
        "clause": policy.document or found.steps[0].clause,
        "steps": step_answers(found.steps),
        "findings": finding_answers(found.findings),
    }


def _bounds_answer(bounds: Bounds, policy: DepositPolicy) -> dict:
    return {
        "floor": _text(policy.floor),
        "ceiling": _text(policy.ceiling),
        "least": _text(bounds.least),
        "most": _text(bounds.most),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
