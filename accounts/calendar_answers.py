"""Working days, asked by anybody: the same table our own deadlines use, and the same refusal to guess a year."""

from rest_framework import serializers

from servicehub.clock.working_days import YearNotPublished, add_working_days, working_days
from servicehub.kit.fields import DayField, WholeSerializer

WORKING_DAYS_MAX = 500
YEAR_MAX = 9000  # leaves room to count on from any date a request can name


class DueQuestion(WholeSerializer):
    working_days = serializers.IntegerField(
        min_value=1,
        max_value=WORKING_DAYS_MAX,
        label="工作日数",
        help_text="从次一工作日起算第几个工作日",
        error_messages={
            "required": "还没有填写工作日数",
            "invalid": "工作日数写整数，例如 3",
            "min_value": "工作日数最少是 1",
            "max_value": f"工作日数最多是 {WORKING_DAYS_MAX}",
            "max_string_length": f"工作日数最多是 {WORKING_DAYS_MAX}",
        },
    )

    def get_fields(self):
        # ``from`` is a word of Python's, so it cannot be written as a class attribute.
        return {"from": DayField(label="起算日", help_text="当日不计入"), **super().get_fields()}


class DueAnswer(serializers.Serializer):
    due = serializers.DateField(help_text="到期日")


class YearAnswer(serializers.Serializer):
    year = serializers.IntegerField()
    working_days = serializers.IntegerField(help_text="全年工作日数")
    off = serializers.ListField(child=serializers.DateField(), help_text="放假的日子，含连休中的周末")
    makeup_work = serializers.ListField(child=serializers.DateField(), help_text="调休上班的周末")
    documents = serializers.ListField(child=serializers.CharField(), help_text="依据")


def due_answer(question: dict) -> dict:
    """:raises YearNotPublished:"""
    start = question["from"]
    if start.year > YEAR_MAX:
        raise YearNotPublished(start.year)
    return {"due": add_working_days(start, question["working_days"]).isoformat()}


def year_answer(year: int) -> dict:
    """:raises YearNotPublished:"""
    if not 1 <= year <= YEAR_MAX:
        raise YearNotPublished(year)
    found = working_days(year)
    return {
        "year": found.year,
        "working_days": found.working_days,
        "off": [day.isoformat() for day in found.off],
        "makeup_work": [day.isoformat() for day in found.makeup_work],
        "documents": list(found.documents),
    }
