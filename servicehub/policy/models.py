"""Dated policy values. Law and local rules are data: in force from a day, until a day, by a document."""

from django.db import models


class ValueState(models.TextChoices):
    DRAFT = "draft", "拟定"
    RELEASED = "released", "已发布"


class PolicySlot(models.Model):
    """What can have one value at a time: a key for a city, an area in it, a class of employers or a fund kind.

    A table of its own so that the exclusion constraint needs core range types only: ``int8range(slot, slot)`` stands
    in for equality, which GiST cannot index without an extension.
    """

    key = models.CharField("参数", max_length=80)
    city = models.CharField("城市", max_length=20, blank=True)  # "" nationwide
    area = models.CharField("区域", max_length=40, blank=True)  # "" the whole city
    scope = models.CharField("范围", max_length=40, blank=True)  # employer class, fund kind, …; "" all

    class Meta:
        verbose_name = verbose_name_plural = "政策参数位"
        constraints = [models.UniqueConstraint(fields=["key", "city", "area", "scope"], name="policy_slot_unique")]

    def __str__(self):
        return " ".join(filter(None, (self.key, self.city, self.area, self.scope)))


class PolicyValue(models.Model):
    """In force on ``valid_from <= day < valid_to``. A released row is never edited; its end may be brought forward
    once, by its successor (trigger ``policy_value_guard``). Released rows of one slot never overlap
    (exclusion constraint ``policy_value_no_overlap``, both in ``policy/sql``).
    """

    slot = models.ForeignKey(PolicySlot, models.PROTECT, verbose_name="参数位")
    value = models.TextField("值")
    valid_from = models.DateField("生效日")
    valid_to = models.DateField(
        "失效日", null=True, blank=True
    )  # first day it no longer holds; NULL: until further notice
    document = models.CharField("文号", max_length=120, blank=True)
    source = models.CharField("来源", max_length=300, blank=True)
    confidence = models.CharField("可信度", max_length=10)
    state = models.CharField("状态", max_length=8, choices=ValueState, default=ValueState.RELEASED)
    submission = models.CharField("发布办件", max_length=40, blank=True)  # case number; "" for values loaded at set-up

    class Meta:
        verbose_name = verbose_name_plural = "政策值"
        ordering = ["slot_id", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="policy_value_not_empty",
            )
        ]

    def __str__(self):
        return f"{self.slot} {self.value} {self.valid_from} 起"


class PolicyEpoch(models.Model):
    """One row, counted up by every release: processes read it to know that their copy is old."""

    number = models.BigIntegerField("版次", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "政策版次"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="policy_epoch_single_row")]

    def __str__(self):
        return f"{self.number}"
