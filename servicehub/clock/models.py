from datetime import date

from django.db import models, transaction


class NoBusinessDay(RuntimeError):
    """The centre has never opened a business day: ``manage.py open_business_day 2026-11-23``."""


class BusinessDayMovesForward(ValueError):
    """A business day was to be opened that is not after the open one."""


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
        """The open business day. Read from the table each time: another process may have closed the day.

        :raises NoBusinessDay: none was ever opened.
        """
        open_date = cls.objects.filter(pk=1).values_list("open_date", flat=True).first()
        if open_date is None:
            raise NoBusinessDay("no business day was ever opened")
        return open_date

    @classmethod
    def open(cls, on: date) -> None:
        """Open the first business day, or the next: it never goes back and never repeats.

        :raises BusinessDayMovesForward:
        """
        with transaction.atomic():
            row, created = cls.objects.select_for_update().get_or_create(pk=1, defaults={"open_date": on})
            if created:
                return
            if on <= row.open_date:
                raise BusinessDayMovesForward(f"{row.open_date} is open, {on} is not after it")
            row.open_date = on
            row.save(update_fields=["open_date"])


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
