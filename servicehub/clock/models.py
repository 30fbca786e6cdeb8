from datetime import date

from django.db import models


class BusinessCalendar(models.Model):
    """One row: the business date every branch works on. Day close moves it."""

    open_date = models.DateField("营业日")

    class Meta:
        verbose_name = verbose_name_plural = "营业日"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="business_calendar_single_row")]

    def __str__(self):
        return self.open_date.isoformat()

    @classmethod
    def current(cls) -> date:
        return cls.objects.values_list("open_date", flat=True).get(pk=1)


class Workday(models.Model):
    """Whether a calendar day is worked, with the State Council notice that says so."""

    day = models.DateField("日期", primary_key=True)
    is_working = models.BooleanField("工作日")
    note = models.CharField("说明", max_length=40, blank=True)
    document = models.CharField("依据", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {'班' if self.is_working else '休'}"
