"""How a figure came about, as the API answers it: the tree of steps of an ``Assessed``."""

from collections.abc import Iterable

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from servicehub.declare import Finding, Parameter, Step


class ParameterAnswer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    value = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    document = serializers.CharField()
    confidence = serializers.CharField(help_text="可信程度")


class StepAnswer(serializers.Serializer):
    label = serializers.CharField(help_text="步骤名称")
    expression = serializers.CharField(help_text="带数字的算式")
    result = serializers.CharField(help_text="结果")
    rounding = serializers.CharField(help_text="取整方式")
    clause = serializers.CharField(help_text="依据")
    parameters = ParameterAnswer(many=True)
    steps = serializers.SerializerMethodField(help_text="下一层步骤，形状相同")

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_steps(self, step):
        return step["steps"]


class FindingAnswer(serializers.Serializer):
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=("error", "warning", "notice"))
    field = serializers.CharField()
    message = serializers.CharField()
    clause = serializers.CharField()
    remedy = serializers.CharField()


def parameter_answer(parameter: Parameter) -> dict:
    return {
        "key": parameter.key,
        "label": parameter.label,
        "value": parameter.value,
        "valid_from": parameter.valid_from.isoformat() if parameter.valid_from else None,
        "valid_to": parameter.valid_to.isoformat() if parameter.valid_to else None,
        "document": parameter.document,
        "confidence": parameter.confidence,
    }


def step_answers(steps: Iterable[Step]) -> list[dict]:
    return [
        {
            "label": step.label,
            "expression": step.expression,
            "result": step.result,
            "rounding": step.rounding,
            "clause": step.clause,
            "parameters": [parameter_answer(parameter) for parameter in step.parameters],
            "steps": step_answers(step.steps),
        }
        for step in steps
    ]


def finding_answers(findings: Iterable[Finding]) -> list[dict]:
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "field": finding.field,
            "message": finding.message,
            "clause": finding.clause,
            "remedy": finding.remedy,
        }
        for finding in findings
    ]
