"""The working days of a year, entered from the State Council's notice by one person and checked by another."""

import re
from datetime import date, timedelta

from rest_framework import serializers

from servicehub.clock.models import Workday
from servicehub.clock.working_days import YearNotPublished, working_days
from servicehub.declare import CENTRE, Change, Finding, Operation, Outcome
from servicehub.declare.registry import operations

_LINE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s*(?:至|~|-{1,2}|—)\s*(\d{4}-\d\d-\d\d))?\s*(\S*)")
_LINES_HELP = "每行一段：2027-01-01 至 2027-01-03 元旦"


def _lines(label: str, help_text: str) -> serializers.CharField:
    return serializers.CharField(
        label=label,
        max_length=2_000,
        required=False,
        allow_blank=True,
        default="",
        help_text=help_text,
        style={"base_template": "textarea.html"},
    )


@operations.add
class PublishWorkYear(Operation):
    """Replaces a year that is there only as far as the notice changes it: all days are written, with the notice."""

    code = "servicehub.publish_work_year"
    item = "S-PARM"
    label = "录入工作日历"
    target = CENTRE.kind
    roles = frozenset({"policy_admin"})
    stages = ("policy_lead",)

    class Input(serializers.Serializer):
        year = serializers.IntegerField(label="年份", min_value=2004, max_value=2100)
        document = serializers.CharField(
            label="文号", max_length=80, help_text="国务院办公厅放假安排通知的文号",
            error_messages={"required": "还没有填写文号", "blank": "还没有填写文号"},
        )  # fmt: skip
        off = _lines("放假", _LINES_HELP)
        makeup = _lines("调休上班", "每行一天：2027-02-06 春节")

    def check(self, origin, target, data):
        findings = []
        for field in ("off", "makeup"):
            for number, line in enumerate(filter(None, map(str.strip, data[field].splitlines())), 1):
                findings += _line_faults(line, number, field, data["year"])
        if not findings:
            both = {day for day, _ in _days(data["off"])} & {day for day, _ in _days(data["makeup"])}
            findings = [
                Finding(
                    "calendar.both", f"{day:%Y-%m-%d} 既放假又上班。", field="makeup", remedy="核对通知后改其中一处。"
                )
                for day in sorted(both)
            ]
        return findings

    def summary(self, origin, target, data):
        off, makeup = dict(_days(data["off"])), dict(_days(data["makeup"]))
        worked = sum(_is_working(day, off, makeup) for day in _year(data["year"]))
        try:
            before = f"{working_days(data['year']).working_days} 天"
        except YearNotPublished:
            before = "未录入"
        return [
            ("放假", f"{len(off)} 天"),
            ("调休上班", f"{len(makeup)} 天"),
            ("全年工作日", f"{worked} 天"),
            ("原有日历", before),
        ]

    def execute(self, origin, target, data):
        off, makeup = dict(_days(data["off"])), dict(_days(data["makeup"]))
        rows = [
            Workday(
                day=day,
                is_working=_is_working(day, off, makeup),
                note=off.get(day) or (f"{makeup[day]}调休上班" if day in makeup else ""),
                document=data["document"],
            )
            for day in _year(data["year"])
        ]
        Workday.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "note", "document"]
        )
        count = sum(row.is_working for row in rows)
        return Outcome(
            message=f"已录入{data['year']}年工作日历，全年 {count} 个工作日，暂定的期限将按新日历计算",
            changes=(
                Change(
                    f"servicehub.work_year:{data['year']}",
                    "录入工作日历",
                    label=f"{data['year']}年",
                    after={"工作日": str(count), "文号": data["document"]},
                ),
            ),
            rows=(("年份", str(data["year"])), ("工作日", f"{count} 天"), ("文号", data["document"])),
        )

    @classmethod
    def example(cls):
        return {
            "year": 2027,
            "document": "国办发明电〔2026〕1号",
            "off": "2027-01-01 至 2027-01-03 元旦",
            "makeup": "2027-02-20 春节",
        }


def _line_faults(line: str, number: int, field: str, year: int) -> list[Finding]:
    found = _LINE.fullmatch(line)
    try:
        first, last = (date.fromisoformat(text or found[1]) for text in (found[1], found[2]))
    except (TypeError, ValueError):
        return [
            Finding(
                "calendar.line", f"第 {number} 行“{line}”读不出日期。", field=field, line=number, remedy=_LINES_HELP
            )
        ]
    if first.year != year or last.year != year or last < first:
        return [
            Finding("calendar.outside", f"第 {number} 行“{line}”不在{year}年内，或起止颠倒。", field=field, line=number)
        ]
    return []


def _days(text: str) -> list[tuple[date, str]]:
    days = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _LINE.fullmatch(line)
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])
        days += [(first + timedelta(days=step), found[3] or "放假") for step in range((last - first).days + 1)]
    return days


def _year(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=step) for step in range((date(year + 1, 1, 1) - first).days)]


def _is_working(day: date, off: dict, makeup: dict) -> bool:
    return day in makeup or (day.weekday() < 5 and day not in off)
