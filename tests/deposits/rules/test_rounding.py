"""Named precisions and their explicit form."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deposits.rules.amounts import DepositFacts, DepositPolicy, monthly_deposit, single_payer_deposit
from deposits.rules.rounding import FEN, NAMED, Mode, Rounding, Stage, Unit, named

GOLDEN = tomllib.loads((Path(__file__).parents[2] / "golden" / "rounding.toml").read_text(encoding="utf-8"))

amounts = st.decimals(min_value=0, max_value=10**7, places=6, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("case", GOLDEN["published"], ids=lambda case: f"{case['city']}-{case['base']}-{case['rate']}")
def test_published_figure_is_reproduced(case):
    rate = Decimal(case["rate"])
    found = monthly_deposit(DepositFacts(Decimal(case["base"]), rate, rate), DepositPolicy(named(case["rounding"])))
    shown = found.total if case["sides"] == "both" else found.employer
    assert str(shown) == str(Decimal(case["published"]).quantize(FEN))
    assert found.employer == found.employee


def test_all_published_figures_are_there():
    assert len(GOLDEN["published"]) == 29


@pytest.mark.parametrize("case", GOLDEN["outlier"], ids=lambda case: case["city"])
def test_outlier_fits_no_precision_per_side(case):
    base, rate = Decimal(case["base"]), Decimal(case["rate"])
    published = Decimal(case["published"])
    fitting = {
        code
        for code, rounding in NAMED.items()
        if monthly_deposit(DepositFacts(base, rate, rate), DepositPolicy(rounding)).total == published
    }
    assert fitting == {case["rounding"]}


@pytest.mark.parametrize("case", GOLDEN["single_payer"], ids=lambda case: case["city"])
def test_single_payer_rounds_on_the_citys_basis(case):
    found = single_payer_deposit(
        Decimal(case["base"]), Decimal(case["rate"]), DepositPolicy(named(case["rounding"])), Stage(case["basis"])
    )
    assert str(found.total) == f"{case['published']}.00"


@pytest.mark.parametrize(
    ("code", "results"),
    [
        #                      2537.04    2537.10    98.50    98.505   100.00   0.01
        ("HALF_UP_YUAN", ("2537.00", "2537.00", "99.00", "99.00", "100.00", "0.00")),
        ("FLOOR_YUAN", ("2537.00", "2537.00", "98.00", "98.00", "100.00", "0.00")),
        ("CEIL_YUAN_FROM_JIAO", ("2537.00", "2538.00", "99.00", "99.00", "100.00", "0.00")),
        ("CEIL_YUAN", ("2538.00", "2538.00", "99.00", "99.00", "100.00", "1.00")),
        ("CEIL_JIAO", ("2537.10", "2537.10", "98.50", "98.60", "100.00", "0.10")),
        ("HALF_UP_JIAO", ("2537.00", "2537.10", "98.50", "98.50", "100.00", "0.00")),
        ("FLOOR_JIAO", ("2537.00", "2537.10", "98.50", "98.50", "100.00", "0.00")),
        ("HALF_UP_FEN", ("2537.04", "2537.10", "98.50", "98.51", "100.00", "0.01")),
    ],
)
def test_each_named_precision_on_the_same_amounts(code, results):
    given_amounts = ("2537.04", "2537.10", "98.50", "98.505", "100.00", "0.01")
    assert tuple(str(named(code).apply(Decimal(amount))) for amount in given_amounts) == results


def test_half_even_differs_from_half_up_only_on_ties():
    even = Rounding(Unit.YUAN, Mode.HALF_EVEN)
    assert [str(even.apply(Decimal(tie))) for tie in ("0.5", "1.5", "2.5", "2.51")] == ["0.00", "2.00", "2.00", "3.00"]


def test_labels_say_the_unit_and_the_stage():
    assert Rounding(Unit.JIAO, Mode.DOWN).label == "舍去角以下"
    assert Rounding(Unit.YUAN, Mode.HALF_UP, Stage.TOTAL).label == "合计后四舍五入到元"
    assert named("TOTAL_FLOOR_YUAN").label == "合计后舍元以下"


@pytest.mark.parametrize("wrong", [99.9999999, 1, "12"])
def test_anything_but_decimal_is_refused(wrong):
    with pytest.raises(TypeError):
        named("HALF_UP_YUAN").apply(wrong)


def test_negative_amount_and_unknown_code_are_refused():
    with pytest.raises(ValueError, match="negative"):
        named("HALF_UP_YUAN").apply(Decimal("-0.01"))
    with pytest.raises(KeyError):
        named("ROUND_SOMEHOW")


@given(amount=amounts, rounding=st.sampled_from(sorted(NAMED)))
def test_rounding_stays_within_one_unit_and_is_idempotent(amount, rounding):
    rounding = named(rounding)
    result = rounding.apply(amount)
    assert abs(result - amount) < rounding.unit.quantum
    assert result % rounding.unit.quantum == 0
    assert rounding.apply(result) == result


@given(amount=amounts)
def test_neighbouring_precisions_keep_their_order(amount):
    floor, jiao_up, up = (named(code).apply(amount) for code in ("FLOOR_YUAN", "CEIL_YUAN_FROM_JIAO", "CEIL_YUAN"))
    assert floor <= jiao_up <= up <= floor + 1
    assert (up == jiao_up) == (amount % 1 == 0 or amount % 1 >= Decimal("0.1"))
