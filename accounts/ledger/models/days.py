"""Business days, and the totals the general ledger is read from."""

from django.db import models

from accounts.ledger.models.chart import Book
from accounts.ledger.models.columns import subject_code, total


class DayState(models.Model):
    """A business day (营业日). D closes while D+1 is open; what is closed stays closed."""

    class State(models.TextChoices):
        OPEN = "open", "营业"
        CLOSING = "closing", "日结中"
        CLOSED = "closed", "已日结"

    day = models.DateField("营业日", primary_key=True)
    state = models.CharField("状态", max_length=8, choices=State)

    class Meta:
        verbose_name = verbose_name_plural = "营业日状态"
        ordering = ["day"]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.get_state_display()}"


class SubjectDay(models.Model):
    """Turnover of one subject in one branch on one closed day, and the balance after it (on the subject's side).

    Written once, when the day closes. A balance of the general ledger is the last row up to the day, plus the
    lines of days still open: no posting ever updates a row all tellers share.
    """

    append_only = True

    pk = models.CompositePrimaryKey("subject", "branch", "day")
    subject = subject_code()
    branch = models.IntegerField("管理部")
    day = models.DateField("营业日")
    book = models.CharField("账套", max_length=1, choices=Book)
    debit = total("借方发生额")
    credit = total("贷方发生额")
    balance = total("余额")

    class Meta:
        verbose_name = verbose_name_plural = "科目日余额"
        indexes = [models.Index(fields=["day"], name="subject_day_by_day")]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.subject} {self.balance}"
