from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from servicehub.kit import amounts


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.30", "叁角整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("12600", "壹万贰仟陆佰元整"),
        ("1499608", "壹佰肆拾玖万玖仟陆佰零捌元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000100000", "壹拾亿零壹拾万元整"),
        ("20050.60", "贰万零伍拾元陆角整"),
        ("-40.00", "负肆拾元整"),
        ("1234567890123.45", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
    ],
)
def test_upper_case_amounts_follow_the_payment_rules(value, words):
    assert amounts.money_cn(value) == words


@pytest.mark.parametrize(
    ("value", "shown", "alone", "change"),
    [
        ("1234.56", "1,234.56", "¥1,234.56", "＋1,234.56"),
        ("-1008", "−1,008.00", "−¥1,008.00", "−1,008.00"),
        ("0", "0.00", "¥0.00", "0.00"),
        (None, "—", "—", "—"),
    ],
)
def test_money_in_tables_alone_and_as_a_change(value, shown, alone, change):
    assert (amounts.money(value), amounts.yuan(value), amounts.money_delta(value)) == (shown, alone, change)


def test_a_page_never_rounds():
    with pytest.raises(amounts.InexactAmount):
        amounts.money(Decimal("0.005"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.12", "12%"), ("0.05", "5%"), ("0.015", "1.50%"), ("0.0285", "2.85%"), ("0.03125", "3.125%"), ("0", "0%")],
)
def test_ratios_are_whole_and_rates_have_at_least_two_places(value, shown):
    assert amounts.ratio(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("381140000", "3.81 亿元"), ("1499608", "149.96 万元"), ("-50.00", "−0.01 万元")]
)
def test_headline_amounts(value, shown):
    assert amounts.large(value) == shown


def test_months_and_moments():
    assert amounts.month(202611) == amounts.month("2026-11") == amounts.month(date(2026, 11, 1)) == "2026-11"
    assert amounts.month_cn("202603") == "2026年3月"
    assert amounts.moment(datetime(2026, 11, 8, 2, 21, tzinfo=UTC)) == "2026-11-08 10:21"
    assert amounts.moment(date(2026, 11, 8)) == "2026-11-08"
