"""The chart of accounts (会计科目), as data."""

from django.db import models

from accounts.ledger.models.columns import SUBJECT_CODE_LENGTH


class Side(models.TextChoices):
    DEBIT = "D", "借"
    CREDIT = "C", "贷"


class Book(models.TextChoices):
    """The two sides the law keeps apart: money of the depositors, and the surplus earned with it."""

    FUND = "F", "住房公积金"
    SURPLUS = "S", "增值收益"


class Nature(models.TextChoices):
    ASSET = "asset", "资产"
    LIABILITY = "liability", "负债"
    EQUITY = "equity", "净资产"
    INCOME = "income", "收入"
    EXPENSE = "expense", "支出"


class Subject(models.Model):
    """An account of the chart. Codes are fixed by 财会字[1999]33号; a centre adds sub-accounts, never renames.

    ``side`` is the side on which the balance grows; a positive posting is an increase on that side.
    """

    code = models.CharField("科目编号", max_length=SUBJECT_CODE_LENGTH, primary_key=True, db_collation="C")
    name = models.CharField("科目名称", max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    side = models.CharField("余额方向", max_length=1, choices=Side)
    book = models.CharField("账套", max_length=1, choices=Book)
    nature = models.CharField("类别", max_length=10, choices=Nature)
    has_subledger = models.BooleanField("有明细账", default=False)
    maintained = models.BooleanField("明细账保留余额", default=False)
    bears_interest = models.BooleanField("计息", default=False)
    postable = models.BooleanField("可记账", default=True)
    opened_on = models.DateField("启用日", null=True, blank=True)
    closed_on = models.DateField("停用日", null=True, blank=True)  # takes no lines from this day on
    basis = models.CharField("依据", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会计科目"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(has_subledger=True) | models.Q(maintained=False, bears_interest=False),
                name="subject_hot_figures_need_subledger",
            ),
            models.CheckConstraint(
                condition=models.Q(postable=True) | models.Q(has_subledger=False),
                name="subject_summary_has_no_subledger",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"
