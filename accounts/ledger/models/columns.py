"""Column shapes the ledger's tables share. One precision for money everywhere: a narrower total would overflow."""

from django.db import models

SUBJECT_CODE_LENGTH = 19  # 科目编号 of the data standard


def money(label: str, **options) -> models.DecimalField:
    """Yuan, two places. PostgreSQL rounds to this scale without an error: ``money.as_fen_exact`` refuses first."""
    return models.DecimalField(label, max_digits=18, decimal_places=2, **options)


def hot_money(label: str) -> models.DecimalField:
    return money(label, default=0, db_default=0)


def total(label: str, **options) -> models.DecimalField:
    """A sum over many rows: two more digits than its parts."""
    return models.DecimalField(label, max_digits=20, decimal_places=2, **options)


def product(label: str, **options) -> models.DecimalField:
    """Interest product (积数): yuan × days, two places, up to 366 times an amount."""
    return models.DecimalField(label, max_digits=24, decimal_places=2, **options)


def hot_product(label: str) -> models.DecimalField:
    return product(label, default=0, db_default=0)


def subject_code(label: str = "科目", **options) -> models.CharField:
    """A subject named without a foreign key: checked by the statement triggers, not by a lock on a shared row."""
    return models.CharField(label, max_length=SUBJECT_CODE_LENGTH, db_collation="C", **options)
