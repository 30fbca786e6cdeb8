"""The worked examples of the rule book, to the fen (tests/golden/interest.toml)."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.ledger.rules import interest as rules
from accounts.ledger.rules.calendar import Method, weight

GOLDEN = tomllib.loads((Path(__file__).parents[3] / "golden" / "interest.toml").read_text(encoding="utf-8"))


def rates(pair) -> rules.Buckets:
    return rules.Buckets(Decimal(pair[0]), Decimal(pair[1]))


def terms(case) -> rules.Terms:
    method = Method(case.get("method", "days_product"))
    return rules.Terms(case["year"], rates(case["rates"]), case.get("divisor", 360), method)


def opening(case) -> rules.Buckets:
    return rules.Buckets(carried=Decimal(case.get("carried", "0.00")))


def movements(case) -> list[rules.Movement]:
    found = [
        rules.Movement(date.fromisoformat(day), rules.Buckets(Decimal(current), Decimal(carried)))
        for day, current, carried in case.get("movements", [])
    ]
    if monthly := case.get("monthly"):
        until = date.fromisoformat(monthly.get("until", f"{case['year']}-06-30"))
        for month in [*range(7, 13), *range(1, 7)]:
            day = date(case["year"] - (month >= 7), month, monthly["day"])
            if day <= until:
                found.append(rules.Movement(day, rules.Buckets(current=Decimal(monthly["current"]))))
    return found


def named(group: str):
    return pytest.mark.parametrize("case", GOLDEN[group], ids=lambda case: case.get("name", ""))


@named("year")
def test_a_year(case):
    product = rules.year_product(opening(case), movements(case), terms(case))
    assessed = rules.annual_interest(product, terms(case))
    assert str(assessed.value) == case["interest"]
    assert assessed.steps[-1].result.replace(",", "") == case["interest"]
    for name, figure in (("product", product.total), ("product_current", product.current),
                         ("product_carried", product.carried)):  # fmt: skip
        if name in case:
            assert str(figure) == case[name]
    if "closing_total" in case:
        total = sum((movement.amount.total for movement in movements(case)), opening(case).total)
        assert str(total) == case["closing_total"]


@named("closing")
def test_a_closing(case):
    closed_on = date.fromisoformat(case["closed_on"])
    assessed = rules.closing_interest(opening(case), movements(case), closed_on, terms(case))
    assert str(assessed.value) == case["interest"]
    total = sum((movement.amount.total for movement in movements(case)), opening(case).total)
    assert str(total + assessed.value) == case["paid"]


@named("segmented")
def test_a_year_of_segments(case):
    changes = case.get("changes") or [[case["since"], *case["new_rates"]]]
    later = []
    for since, *pair in changes:
        change = rules.RateChange(date.fromisoformat(since), rates(pair))
        later.append((rules.product_since(opening(case), movements(case), change.since, terms(case)), change))
    if "product_since" in case:
        assert str(later[0][0].total) == case["product_since"]
    product = rules.year_product(opening(case), movements(case), terms(case))
    assert str(rules.segmented_interest(product, later, terms(case)).value) == case["interest"]


@named("late")
def test_a_late_posting(case):
    settled = [
        rules.Settled(terms(past), rules.Buckets(carried=Decimal(past["product"])), Decimal(past["interest"]))
        for past in case["settled"]
    ]
    movement = rules.Movement(date.fromisoformat(case["value_date"]), rules.Buckets(current=Decimal(case["amount"])))
    years, assessed = rules.late_deltas(movement, settled)
    assert [str(year.delta) for year in years] == case["deltas"]
    following = rules.Terms(years[-1].year + 1, settled[-1].terms.rates)
    carried = rules.Buckets(carried=Decimal(case["amount"]) + assessed.value)
    year_later = rules.annual_interest(rules.opening_product(carried, following), following).value
    assert str(year_later) == case["next_year_interest"]
    assert str(assessed.value + year_later) == case["together"]


@named("weight")
def test_a_weight(case):
    assert weight(date.fromisoformat(case["value_date"]), case["year"]) == case["days"]
