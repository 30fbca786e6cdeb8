"""GET /api/v1/calculators/deposit: the public question and its working paper."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from servicehub import policy
from servicehub.policy.loading import load_files

GOLDEN = tomllib.loads((Path(__file__).parents[1] / "golden" / "rounding.toml").read_text(encoding="utf-8"))
POLICY = Path(settings.BASE_DIR) / "fundcentre" / "policy"
PLAIN = {"base": "1770", "employer_rate": "5", "employee_rate": "5"}


def ask(client, **question):
    return client.get("/api/v1/calculators/deposit", question)


def errors(response):
    assert response.status_code == 422
    assert response["Content-Type"].startswith("application/problem+json")
    problem = json.loads(response.content)
    assert problem["status"] == 422
    return {(error["field"], error["message"]) for error in problem["errors"]}


@pytest.mark.parametrize("case", GOLDEN["published"], ids=lambda case: f"{case['city']}-{case['base']}")
def test_published_figures_by_named_precision(client, case):
    rate = str(Decimal(case["rate"]) * 100)
    answer = ask(client, base=case["base"], employer_rate=rate, employee_rate=rate, rounding=case["rounding"]).json()
    shown = answer["total"] if case["sides"] == "both" else answer["employer"]
    assert shown == (case["published"] if "." in case["published"] else f"{case['published']}.00")


@pytest.mark.parametrize(
    ("unit", "mode", "stage", "total"),
    [
        ("yuan", "half_up", "per_side", "178.00"),
        ("yuan", "half_up", "total", "177.00"),
        ("yuan", "half_even", "per_side", "176.00"),
        ("yuan", "up", "per_side", "178.00"),
        ("yuan", "down", "per_side", "176.00"),
        ("jiao", "half_up", "per_side", "177.00"),
        ("fen", "half_up", "total", "177.00"),
    ],
)
def test_explicit_rounding(client, unit, mode, stage, total):
    answer = ask(client, **PLAIN, unit=unit, mode=mode, stage=stage).json()
    assert answer["total"] == total


def test_answer_lists_every_step_as_text(client):
    answer = ask(client, **PLAIN, rounding="HALF_UP_YUAN").json()
    assert {name: answer[name] for name in ("base", "employer", "employee", "total")} == {
        "base": "1770.00", "employer": "89.00", "employee": "89.00", "total": "178.00",
    }  # fmt: skip
    assert [step["expression"] for step in answer["steps"]] == [
        "1,770.00",
        "1,770.00 × 5% = 88.50",
        "1,770.00 × 5% = 88.50",
        "89.00 + 89.00 = 178.00",
    ]
    assert answer["steps"][1]["rounding"] == "四舍五入到元"
    assert answer["rounding_label"] == "四舍五入到元"


def test_input_as_people_type_it(client):
    answer = ask(client, base="１２,345.60", employer_rate=" 12 ", employee_rate="12.0", rounding="HALF_UP_FEN").json()
    assert (answer["base"], answer["total"]) == ("12345.60", "2962.94")


def test_all_faults_come_at_once(client):
    found = errors(ask(client, base="1.234", employer_rate="abc", employee_rate="101", unit="li"))
    assert found == {
        ("base", "金额最多写到分（两位小数）"),
        ("employer_rate", "比例只写数字，例如 12 表示 12%"),
        ("employee_rate", "比例不能大于 100%"),
        ("unit", "没有“li”这一项，可选：yuan、jiao、fen"),
        ("mode", "还没有选择取整方式"),
    }


def test_nothing_given_names_every_field(client):
    assert {field for field, _ in errors(ask(client))} == {"base", "employer_rate", "employee_rate", "rounding"}


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({}, "rounding"),
        ({"rounding": "SOMEHOW"}, "rounding"),
        ({"rounding": "CEIL_YUAN", "unit": "yuan", "mode": "up"}, "rounding"),
        ({"rounding": "CEIL_YUAN", "stage": "total"}, "stage"),
        ({"unit": "yuan"}, "mode"),
        ({"mode": "up"}, "unit"),
        ({"city": "许昌"}, "month"),
        ({"month": "2026-11"}, "city"),
        ({"city": "许昌", "month": "2026-13"}, "month"),
        ({"city": "许昌", "month": "2026-11", "rounding": "CEIL_YUAN"}, "rounding"),
    ],
)
def test_ways_to_round_are_told_apart(client, extra, field):
    assert {name for name, _ in errors(ask(client, **PLAIN, **extra))} == {field}


@pytest.fixture
def policies(db):
    load_files([POLICY / "xuchang.toml", POLICY / "wuhan.toml", POLICY / "shanghai.toml", POLICY / "national.toml"])
    policy.forget()
    yield
    policy.forget()


def by_city(client, city, month, base, rate="12", **more):
    return ask(client, base=base, employer_rate=rate, employee_rate=rate, city=city, month=month, **more)


def test_city_clamps_bounds_and_rounds(client, policies):
    answer = by_city(client, "许昌", "2026-11", "30000").json()
    assert {name: answer[name] for name in ("base", "declared_base", "employer", "total", "rounding", "clamped")} == {
        "base": "21408.00", "declared_base": "30000.00", "employer": "2569.00", "total": "5138.00",
        "rounding": "HALF_UP_YUAN", "clamped": True,
    }  # fmt: skip
    assert answer["bounds"] == {"floor": "2350.00", "ceiling": "21408.00", "least": "236.00", "most": "5138.00"}
    assert answer["clause"] == "许昌公布的缴存基数上下限（自 2026-07-01 起）"
    assert [finding["code"] for finding in answer["findings"]] == ["deposit.base_above_ceiling"]
    assert [step["label"] for step in answer["steps"]] == [
        "缴存基数", "单位月缴存额", "职工月缴存额", "月缴存额合计", "月缴存额下限", "月缴存额上限",
    ]  # fmt: skip
    floor, ceiling = answer["steps"][0]["parameters"]
    assert (floor["value"], ceiling["value"], ceiling["valid_from"]) == ("2350", "21408", "2026-07-01")


def test_area_has_its_own_floor(client, policies):
    answer = by_city(client, "许昌市", "202611", "1000", "5", area="禹州市").json()
    assert (answer["base"], answer["employer"], answer["city"], answer["month"]) == (
        "2150.00",
        "108.00",
        "许昌市",
        "2026-11",
    )


def test_city_that_keeps_fen(client, policies):
    answer = by_city(client, "武汉", "2026-07", "50000").json()
    assert (answer["base"], answer["total"], answer["bounds"]["most"]) == ("36072.25", "8657.34", "8657.34")


@pytest.mark.parametrize(("month", "total"), [("2026-06", "5222.00"), ("2026-07", "5282.00")])
def test_policy_of_the_month_not_of_today(client, policies, month, total):
    assert by_city(client, "上海", month, "99999", "7").json()["total"] == total


def test_city_refuses_rates_outside_its_range(client, policies):
    response = ask(client, base="5000", employer_rate="8", employee_rate="7.5", city="上海", month="2026-11")
    found = errors(response)
    assert {field for field, _ in found} == {"employer_rate", "employee_rate"}
    assert ("employer_rate", "单位缴存比例 8% 不在 5%–7% 之内") in found


def test_month_without_published_bounds_is_refused(client, policies):
    response = by_city(client, "许昌", "2023-05", "5000")
    assert {field for field, _ in errors(response)} == {"month"}
    assert json.loads(response.content)["code"] == "policy.not_in_force"


def test_unknown_city(client, policies):
    assert errors(by_city(client, "亚特兰蒂斯", "2026-11", "5000")) == {("city", "还没有“亚特兰蒂斯”的缴存政策")}


@pytest.mark.parametrize("base", ["-1", "NaN", "Infinity", "1e3", "", "12.345", "1" * 30])
def test_base_that_is_no_amount(client, base):
    found = errors(ask(client, **{**PLAIN, "base": base}, rounding="CEIL_YUAN"))
    assert {field for field, _ in found} == {"base"}
