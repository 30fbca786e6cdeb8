"""变更清册: the month's changes of one employer account, gathered until the month is confirmed (核定)."""

from django.conf import settings
from django.db import models

from deposits.enums import ACTION_LABELS, Action, ChangeListState
from servicehub.sheets.models import StagedRow, Upload


class ChangeList(models.Model):
    """Head. One draft per employer account and month; confirmed together with the remittance."""

    employer_account = models.ForeignKey("accounts.EmployerAccount", models.PROTECT, verbose_name="单位账户")
    month = models.IntegerField("汇缴年月")  # YYYYMM
    state = models.CharField(
        "状态", max_length=10, choices=[(s.value, s.value) for s in ChangeListState], default="draft"
    )
    version = models.IntegerField("版本", default=0)  # grows with every line: an open confirmation page goes stale
    opened_at = models.DateTimeField("建立时间")
    confirmed_at = models.DateTimeField("核定时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "变更清册"
        constraints = [
            models.UniqueConstraint(
                fields=["employer_account", "month"],
                condition=models.Q(state="draft"),
                name="one_draft_change_list",
                violation_error_message="本月已有一份变更清册，在那一份里改。",
            )
        ]

    def __str__(self):
        return f"{self.month} 变更清册"


class ChangeLine(models.Model):
    """One person's change. Withdrawn lines stay with their mark; nothing is deleted."""

    change_list = models.ForeignKey(ChangeList, models.PROTECT, related_name="lines")
    action = models.CharField("变更类型", max_length=14, choices=[(a.value, ACTION_LABELS[a]) for a in Action])
    fund_account = models.ForeignKey("accounts.FundAccount", models.PROTECT, null=True, verbose_name="个人账户")
    person_index = models.BinaryField("证件盲索引", max_length=16)
    # Who a new account is for, until it is opened: kit.crypto over JSON {name, id_no, mobile}. Everybody else is
    # read from the account, so that nothing personal is kept twice.
    newcomer = models.BinaryField("新开户资料", null=True)
    wage = models.DecimalField("申报工资", max_digits=18, decimal_places=2, null=True)
    base_before = models.DecimalField("变更前基数", max_digits=18, decimal_places=2, null=True)
    base_after = models.DecimalField("变更后基数", max_digits=18, decimal_places=2, null=True)
    amount_before = models.DecimalField("变更前月缴", max_digits=18, decimal_places=2, default=0)
    amount_after = models.DecimalField("变更后月缴", max_digits=18, decimal_places=2, default=0)
    employer_before = models.DecimalField("变更前单位月缴", max_digits=18, decimal_places=2, default=0)
    employer_amount = models.DecimalField("变更后单位月缴", max_digits=18, decimal_places=2, default=0)
    reason = models.CharField("原因", max_length=20, blank=True)
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, verbose_name="导入记录")
    line = models.IntegerField("文件行", null=True)
    case_no = models.CharField("办件号", max_length=24, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人")
    made_at = models.DateTimeField("时间")
    is_live = models.BooleanField("有效", default=True)
    applied = models.BooleanField("已生效", default=False)  # on the roster; taken up when the month was confirmed

    class Meta:
        verbose_name = verbose_name_plural = "变更"
        constraints = [
            models.UniqueConstraint(
                fields=["change_list", "person_index"],
                condition=models.Q(is_live=True, applied=False),
                name="one_live_change_per_person",
                violation_error_message="这名职工在本月清册里已有一条变更，改那一条或先撤销。",
            )
        ]
        indexes = [models.Index(fields=["upload"], name="change_line_upload")]

    def __str__(self):
        return f"change {self.pk} {self.action}"

    @property
    def delta(self):
        return self.amount_after - self.amount_before


class StagedChange(StagedRow):
    """Rows of an uploaded list that change something. Unlogged: judged again from the stored file after a crash."""

    action_word = models.CharField(max_length=20, null=True)
    name_index = models.BinaryField(null=True)
    id_no_index = models.BinaryField(null=True)
    wage = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    rate = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    month = models.IntegerField(null=True)
    reason_word = models.CharField(max_length=20, null=True)
    mobile_index = models.BinaryField(null=True)
    # From judging: what the row means against the live roster. Line 0: somebody whom a whole roster left out.
    action = models.CharField(max_length=14, null=True)
    fund_account_id = models.BigIntegerField(null=True)
    base = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    employer_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    employee_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入暂存行"
        indexes = [models.Index(fields=["upload_id", "line"], name="staged_change_upload")]
