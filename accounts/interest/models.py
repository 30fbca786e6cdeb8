"""What the trial run found, who released a year, and when its statements were published."""

from django.db import models

from accounts.ledger.models.columns import money, product, total


class InterestSettlement(models.Model):
    """The settlement of one interest year as a piece of work. Rates and method are the ledger's own row."""

    year = models.SmallIntegerField("计息年度", primary_key=True)
    tried_on = models.DateField("试算日", null=True, blank=True)
    case_number = models.CharField("发布办件", max_length=40, blank=True)
    released_by = models.CharField("发布经办", max_length=50, blank=True)
    published_on = models.DateField("对账单发布日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度结息"

    def __str__(self):
        return f"{self.year}"


class InterestTrial(models.Model):
    """试算 of one range of accounts in one branch; their sums are what two people release."""

    year = models.SmallIntegerField("计息年度")
    first = models.BigIntegerField("起始明细账户")
    branch = models.IntegerField("管理部")
    accounts = models.IntegerField("户数")
    balance = total("余额")
    product_current = product("当年归集积数")
    product_carried = product("上年结转积数")
    interest = money("利息")

    class Meta:
        verbose_name = verbose_name_plural = "结息试算"
        constraints = [models.UniqueConstraint(fields=["year", "first", "branch"], name="interest_trial_once")]

    def __str__(self):
        return f"{self.year} {self.branch} {self.first}"


class InterestException(models.Model):
    """An account the trial stopped at. Those that wait are settled by themselves when what they wait for is over."""

    class Reason(models.TextChoices):
        WAITING = "waiting", "销户款或转出款已发出，等银行结果"
        NEGATIVE = "negative", "利息为负数"
        NOTHING = "nothing", "有余额而没有利息"
        BEHIND = "behind", "上一年度还没有结息"
        PROOF = "proof", "余额或积数与明细重算不一致"

    year = models.SmallIntegerField("计息年度")
    subaccount_id = models.BigIntegerField("明细账户")
    reason = models.CharField("原因", max_length=10, choices=Reason)
    branch = models.IntegerField("管理部")
    balance = total("余额")
    interest = money("利息", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "结息例外"
        constraints = [
            models.UniqueConstraint(fields=["year", "subaccount_id", "reason"], name="interest_exception_once")
        ]

    def __str__(self):
        return f"{self.year} {self.subaccount_id} {self.reason}"
