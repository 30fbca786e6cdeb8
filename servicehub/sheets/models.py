"""Uploads and what was found in them. Staged rows themselves are typed tables of the owning app."""

import secrets

from django.conf import settings
from django.db import models


def new_token() -> str:
    return secrets.token_hex(6)


class UploadState(models.TextChoices):
    RECEIVED = "received", "检查中"
    CHECKED = "checked", "已检查"
    REFUSED = "refused", "文件不能读取"
    APPLIED = "applied", "已应用"
    UNDONE = "undone", "已撤回"
    DISCARDED = "discarded", "已放弃"


class Upload(models.Model):
    """One file somebody sent for one party. Kept whole and encrypted: nothing typed is ever lost."""

    token = models.CharField("编号", max_length=12, unique=True, default=new_token, editable=False)
    sheet = models.CharField("模板", max_length=60)
    party_kind = models.CharField(max_length=20)
    party_id = models.BigIntegerField()
    context = models.JSONField("上下文", default=dict)  # {"month": 202611, "fund_kind": "01"}
    mode = models.CharField("方式", max_length=20, blank=True)
    file_name = models.CharField("文件名", max_length=200)
    file = models.ForeignKey(
        "servicehub.Attachment", models.PROTECT, null=True, verbose_name="文件"
    )  # none: no list at all, or too large
    state = models.CharField("状态", max_length=12, choices=UploadState, default=UploadState.RECEIVED)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    heading = models.JSONField("列对应", default=dict)  # column key -> 0-based column of the file
    heading_row = models.IntegerField("表头行", default=1)
    rows_read = models.IntegerField("读取行数", default=0)
    rows_bad = models.IntegerField("须改正", default=0)
    rows_warned = models.IntegerField("提醒", default=0)
    cells_tidied = models.IntegerField("自动规整", default=0)
    case_no = models.CharField("办件号", max_length=24, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入记录"
        indexes = [models.Index(fields=["party_kind", "party_id", "-uploaded_at"], name="upload_party")]

    def __str__(self):
        return f"{self.file_name} {self.get_state_display()}"

    @property
    def rows_good(self) -> int:
        return self.rows_read - self.rows_bad


class SheetFinding(models.Model):
    """A problem of one cell or row. Derived: judged again from the file at any time (the table is unlogged)."""

    upload_id = models.BigIntegerField()
    line = models.IntegerField("行")  # as Excel counts; 0: the file itself
    column = models.CharField("列", max_length=30, blank=True)
    code = models.CharField("代码", max_length=8)
    severity = models.CharField("级别", max_length=8)
    shown = models.CharField("您填的", max_length=120, blank=True)  # masked where sensitive
    suggestion = models.CharField("建议值", max_length=120, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "导入问题"
        indexes = [models.Index(fields=["upload_id", "line"], name="sheet_finding_upload")]

    def __str__(self):
        return f"{self.line} {self.code}"


class SheetFix(models.Model):
    """A row put right on screen: the cells as retyped, encrypted, laid over the file when it is read again."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="fixes")
    line = models.IntegerField("行")
    cells = models.BinaryField("改正后的值")  # kit.crypto over JSON {column key: text}
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="改正人")
    fixed_at = models.DateTimeField("改正时间")

    class Meta:
        verbose_name = verbose_name_plural = "在线改正"
        constraints = [models.UniqueConstraint(fields=["upload", "line"], name="one_fix_per_line")]

    def __str__(self):
        return f"{self.upload_id} 第 {self.line} 行"


class StagedRow(models.Model):
    """Base of an app's typed staging table: one row per line of the file, under the columns of its sheet.

    Sensitive columns are staged as blind indexes only (``<key>_index``); the words stay in the encrypted file.
    """

    upload_id = models.BigIntegerField()
    line = models.IntegerField()

    class Meta:
        abstract = True
