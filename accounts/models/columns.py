"""Column shapes the tables of this app share."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual


def money(label: str, **options) -> models.DecimalField:
    """Yuan, two places."""
    return models.DecimalField(label, max_digits=18, decimal_places=2, **options)


def rate(label: str) -> models.DecimalField:
    """缴存比例 as a fraction: 0.12. What the law and the city allow is policy, not a column's business."""
    bounds = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]
    return models.DecimalField(label, max_digits=6, decimal_places=4, validators=bounds)


def month(label: str, **options) -> models.IntegerField:
    """A year-month as 202611 (YYYYMM): compares in order, and ``kit.months`` does the arithmetic."""
    return models.IntegerField(label, **options)


def is_month(*fields: str) -> models.Q:
    """For a check constraint: 202613 is no month."""
    condition = models.Q()
    for field in fields:
        within_year = models.F(field) % models.Value(100)
        condition &= (
            models.Q(**{f"{field}__gte": 190001, f"{field}__lte": 999912})
            & models.Q(GreaterThanOrEqual(within_year, 1))
            & models.Q(LessThanOrEqual(within_year, 12))
        )
    return condition
