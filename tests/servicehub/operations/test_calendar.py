"""A year's notice is entered by one and checked by another; afterwards its deadlines are no longer tentative."""

from datetime import date

import pytest

from servicehub import gate
from servicehub.cases.models import Submission
from servicehub.clock.working_days import YearNotPublished, add_working_days, due, working_days
from servicehub.declare import CENTRE

CODE = "servicehub.publish_work_year"
NOTICE = {
    "year": 2027,
    "document": "国办发明电〔2026〕9号",
    "off": "2027-01-01 至 2027-01-03 元旦\n2027-02-05 至 2027-02-11 春节\n",
    "makeup": "2027-02-20 春节",
}


def test_two_people_publish_a_year(staff):
    maker, checker = staff(1, "policy_admin"), staff(2, "policy_lead")
    assert due(date(2026, 12, 31), 1).tentative
    gate.submit(CODE, maker, CENTRE, NOTICE, "k1")
    with pytest.raises(YearNotPublished):
        working_days(2027)
    answer = gate.decide(Submission.objects.get().pk, checker, "approve", "", "k2")
    assert answer.state == "done"
    year = working_days(2027)
    assert year.documents == ("国办发明电〔2026〕9号",)
    assert (len(year.off), year.makeup_work) == (10, (date(2027, 2, 20),))
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert not due(date(2026, 12, 31), 1).tentative


def test_what_cannot_be_read_is_said_line_by_line(staff):
    raw = {**NOTICE, "off": "元旦放假三天\n2026-12-31 至 2027-01-02 元旦\n2027-02-30", "makeup": ""}
    with pytest.raises(gate.Refused) as refused:
        gate.submit(CODE, staff(1, "policy_admin"), CENTRE, raw, "k1")
    assert [(finding.code, finding.line) for finding in refused.value.findings] == [
        ("calendar.line", 1),
        ("calendar.outside", 2),
        ("calendar.line", 3),
    ]


def test_a_day_is_not_both(staff):
    raw = {**NOTICE, "makeup": "2027-01-02 元旦"}
    with pytest.raises(gate.Refused) as refused:
        gate.submit(CODE, staff(1, "policy_admin"), CENTRE, raw, "k1")
    assert refused.value.findings[0].code == "calendar.both"


def test_the_maker_sees_the_total(staff):
    shown = dict(gate.preview(CODE, staff(1, "policy_admin"), CENTRE, NOTICE).summary)
    assert shown["原有日历"] == "未录入"
    assert shown["放假"] == "10 天"
