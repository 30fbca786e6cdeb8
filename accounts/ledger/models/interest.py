"""Interest: the policy of a year, and what each subaccount was paid for it."""

from django.db import models
from django.db.models import Q

from accounts.ledger.models.columns import money, product
from accounts.ledger.models.subaccounts import Subaccount
from accounts.ledger.models.vouchers import Voucher


class InterestYear(models.Model):
    """The interest year ``year`` runs from 1 July of the year before to 30 June of ``year``.

    Method and divisor are fixed before the first posting of the year: products already hold the weights.
    The two rates (percent a year) are filled when the year is released for settlement.
    """

    class Method(models.TextChoices):
        DAYS_PRODUCT = "days_product", "积数计息法"
        MONTHS_11_TO_0 = "months_11_to_0", "逐月计息法(11至0个月)"

    class Application(models.TextChoices):
        SETTLEMENT_DAY = "settlement_day", "按结息日利率"
        SEGMENTED = "segmented", "按利率分段"

    year = models.SmallIntegerField("计息年度", primary_key=True)
    method = models.CharField("计息方法", max_length=16, choices=Method)
    application = models.CharField("利率适用", max_length=16, choices=Application)
    divisor = models.SmallIntegerField("年天数")
    rate_current = models.DecimalField("当年归集利率", max_digits=8, decimal_places=5, null=True, blank=True)
    rate_carried = models.DecimalField("上年结转利率", max_digits=8, decimal_places=5, null=True, blank=True)
    document = models.CharField("依据", max_length=120, blank=True)
    released_on = models.DateField("发布日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "计息年度"
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(condition=Q(divisor__in=[360, 365, 366]), name="interest_year_divisor"),
            models.CheckConstraint(
                condition=~Q(method="months_11_to_0") | Q(divisor=360), name="interest_year_months_by_360"
            ),
        ]

    def __str__(self):
        return f"{self.year - 1}-07-01 至 {self.year}-06-30"


class InterestSegment(models.Model):
    """New rates within a year computed by segments (percent a year), from ``since`` on. Written when it is released."""

    append_only = True

    pk = models.CompositePrimaryKey("year", "since")
    year = models.ForeignKey(
        InterestYear, models.PROTECT, db_index=False, related_name="segments", verbose_name="计息年度"
    )
    since = models.DateField("起")
    rate_current = models.DecimalField("当年归集利率", max_digits=8, decimal_places=5)
    rate_carried = models.DecimalField("上年结转利率", max_digits=8, decimal_places=5)

    class Meta:
        verbose_name = verbose_name_plural = "利率分段"

    def __str__(self):
        return f"{self.year_id} {self.since:%Y-%m-%d}"


class InterestRow(models.Model):
    """Interest of one subaccount in one year. ``seq`` 1 is the settlement; later rows correct it, none is edited.

    ``interest`` is the year's whole interest after this row, ``paid`` what this row paid; Σ paid = last interest.
    An account that was closed within the year and lived on has its closing row first; products are whole too.
    """

    append_only = True

    class Kind(models.TextChoices):
        ANNUAL = "annual", "年度结息"
        LATE = "late", "跨年度补计"
        CLOSING = "closing", "销户结息"
        CORRECTION = "correction", "利息更正"
        REVERSED = "reversed", "利息冲回"

    pk = models.CompositePrimaryKey("subaccount", "year", "seq")
    subaccount = models.ForeignKey(
        Subaccount, models.PROTECT, db_constraint=False, db_index=False, related_name="interest_rows"
    )
    year = models.SmallIntegerField("计息年度")
    seq = models.SmallIntegerField("序号")
    kind = models.CharField("类型", max_length=10, choices=Kind)
    product_current = product("当年归集积数")
    product_carried = product("上年结转积数")
    closing_current = money("结息时当年归集")
    closing_carried = money("结息时上年结转")
    rate_current = models.DecimalField("当年归集利率", max_digits=8, decimal_places=5)
    rate_carried = models.DecimalField("上年结转利率", max_digits=8, decimal_places=5)
    interest = money("本年利息")
    paid = money("本次利息")
    voucher = models.ForeignKey(
        Voucher, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )  # none where a whole range of accounts earned nothing

    class Meta:
        verbose_name = verbose_name_plural = "结息"

    def __str__(self):
        return f"{self.subaccount_id} {self.year}/{self.seq} {self.interest}"
