"""The monthly deposit, its base, its bounds, and the working paper beside them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from deposits.rules.amounts import (
    Bounds,
    DepositFacts,
    DepositPolicy,
    RateRange,
    monthly_bounds,
    monthly_deposit,
    single_payer_deposit,
)
from deposits.rules.figures import percent, yuan
from deposits.rules.rounding import FEN, NAMED, Mode, Rounding, Stage, Unit, named
from servicehub.declare import Parameter, Severity

RATES = RateRange(Decimal("0.05"), Decimal("0.12"), Decimal("0.01"))
XUCHANG = DepositPolicy(
    rounding=named("HALF_UP_YUAN"),
    floor=Decimal(2350),
    ceiling=Decimal(21408),
    employer_rates=RATES,
    employee_rates=RATES,
    document="许昌 2026 年度缴存基数通知",
    floor_parameter=Parameter("deposits.base.floor", "缴存基数下限", "2350"),
    ceiling_parameter=Parameter("deposits.base.ceiling", "缴存基数上限", "21408"),
)

wages = st.decimals(min_value=0, max_value=200_000, places=2, allow_nan=False, allow_infinity=False)
rates = st.integers(min_value=1, max_value=24).map(lambda whole: Decimal(whole) / 200)
roundings = st.one_of(
    st.sampled_from(list(NAMED.values())),
    st.builds(Rounding, st.sampled_from(Unit), st.sampled_from(Mode), st.sampled_from(Stage)),
)


def facts(wage: str, employer: str = "0.12", employee: str = "0.12") -> DepositFacts:
    return DepositFacts(Decimal(wage), Decimal(employer), Decimal(employee))


def test_amounts_round_per_side_not_on_the_total():
    found = monthly_deposit(facts("1770", "0.05", "0.05"), DepositPolicy(named("HALF_UP_YUAN")))
    assert (str(found.employer), str(found.employee), str(found.total)) == ("89.00", "89.00", "178.00")


def test_sides_may_differ():
    found = monthly_deposit(facts("8333.33", "0.08", "0.05"), DepositPolicy(named("HALF_UP_FEN")))
    assert (str(found.employer), str(found.employee), str(found.total)) == ("666.67", "416.67", "1083.34")


def test_wage_above_the_ceiling_is_clamped_and_kept():
    found = monthly_deposit(facts("30000"), XUCHANG)
    assert (str(found.wage), str(found.base), found.clamped) == ("30000.00", "21408.00", True)
    assert str(found.total) == "5138.00"
    assert [(finding.code, finding.severity) for finding in found.findings] == [
        ("deposit.base_above_ceiling", Severity.WARNING)
    ]
    assert found.ok


def test_wage_below_the_floor_is_raised():
    found = monthly_deposit(facts("1800", "0.05", "0.05"), XUCHANG)
    assert str(found.base) == "2350.00"
    assert str(found.employer) == "118.00"  # 117.50 half up
    assert [finding.code for finding in found.findings] == ["deposit.base_below_floor"]


def test_bounds_use_extreme_rates_and_the_same_precision():
    bounds, steps = monthly_bounds(XUCHANG)
    assert bounds == Bounds(Decimal("236.00"), Decimal("5138.00"))
    assert [step.label for step in steps] == ["月缴存额下限", "月缴存额上限"]
    assert [part.expression for part in steps[1].steps] == ["21,408.00 × 12% = 2,568.96"] * 2


def test_bound_is_absent_where_the_city_sets_none():
    assert monthly_bounds(DepositPolicy(named("HALF_UP_YUAN"), ceiling=Decimal(100))) == (Bounds(), ())


def test_every_step_shows_its_numbers_rounding_clause_and_parameters():
    base, employer, employee, total, *bounds = monthly_deposit(facts("30000"), XUCHANG).steps
    assert base.expression == "min(max(30,000.00, 2,350.00), 21,408.00) = 21,408.00"
    assert [parameter.value for parameter in base.parameters] == ["2350", "21408"]
    assert (employer.expression, employer.result) == ("21,408.00 × 12% = 2,568.96", "2,569.00")
    assert (employer.rounding, employer.clause) == ("四舍五入到元", "许昌 2026 年度缴存基数通知")
    assert employee.result == "2,569.00"
    assert total.expression == "2,569.00 + 2,569.00 = 5,138.00"
    assert len(bounds) == 2


def test_all_faults_are_found_at_once():
    uneven = DepositPolicy(named("HALF_UP_YUAN"), employer_rates=RATES, employee_rates=RATES, rates_equal=True)
    found = monthly_deposit(facts("5000.001", "0.13", "0.055"), uneven)
    assert [(finding.code, finding.field) for finding in found.findings] == [
        ("deposit.base_beyond_fen", "base"),
        ("deposit.rate_out_of_range", "employer_rate"),
        ("deposit.rate_off_step", "employee_rate"),
        ("deposit.rates_differ", "employee_rate"),
    ]
    assert not found.ok
    assert found.findings[1].message == "单位缴存比例 13% 不在 5%–12% 之内"


def test_rounded_total_is_shared_to_the_fen():
    found = monthly_deposit(facts("26023", "0.12", "0.05"), DepositPolicy(named("TOTAL_FLOOR_YUAN")))
    assert (str(found.total), str(found.employee), str(found.employer)) == ("4423.00", "1300.88", "3122.12")
    assert [step.label for step in found.steps] == [
        "缴存基数", "合计取整", "职工月缴存额", "单位月缴存额", "月缴存额合计",
    ]  # fmt: skip


def test_rounded_total_of_no_rates_is_nothing():
    assert monthly_deposit(facts("26023", "0", "0"), DepositPolicy(named("TOTAL_FLOOR_YUAN"))).total == 0


def test_single_payer_is_bounded_like_everyone():
    found = single_payer_deposit(Decimal(30000), Decimal("0.24"), XUCHANG)
    assert (str(found.base), str(found.total), found.employer) == ("21408.00", "5138.00", 0)
    assert [finding.code for finding in found.findings] == ["deposit.base_above_ceiling"]


def test_figures_are_written_as_clerks_write_them():
    assert (yuan(Decimal(3500)), yuan(Decimal("98.505")), yuan(Decimal("1E+4"))) == (
        "3,500.00", "98.505", "10,000.00",
    )  # fmt: skip
    assert (percent(Decimal("0.12")), percent(Decimal("0.055")), percent(Decimal("0.10"))) == ("12%", "5.5%", "10%")


@given(wage=wages, employer=rates, employee=rates, rounding=roundings)
def test_amounts_are_exact_fen_and_add_up(wage, employer, employee, rounding):
    found = monthly_deposit(DepositFacts(wage, employer, employee), DepositPolicy(rounding))
    assert found.employer + found.employee == found.total
    for amount in (found.base, found.employer, found.employee, found.total):
        assert amount >= 0
        assert amount.as_tuple().exponent == -2
        assert amount == amount.quantize(FEN)


@given(wage=wages, employer=rates, employee=rates, rounding=roundings)
def test_total_lies_within_the_bounds_whenever_rates_do(wage, employer, employee, rounding):
    policy = DepositPolicy(
        rounding,
        floor=Decimal(2350),
        ceiling=Decimal(21408),
        employer_rates=RateRange(Decimal("0.05"), Decimal("0.12")),
        employee_rates=RateRange(Decimal("0.05"), Decimal("0.12")),
    )
    found = monthly_deposit(DepositFacts(wage, employer, employee), policy)
    if found.ok:
        assert found.bounds.least <= found.total <= found.bounds.most


@given(wages=st.tuples(wages, wages).map(sorted), rate=rates, rounding=roundings)
def test_a_higher_wage_never_deposits_less(wages, rate, rounding):
    low, high = (monthly_deposit(DepositFacts(wage, rate, rate), DepositPolicy(rounding)).total for wage in wages)
    assert low <= high
