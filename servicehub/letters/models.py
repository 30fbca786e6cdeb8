from django.db import models

from servicehub.kit.crypto import EncryptedTextField


class LetterState(models.TextChoices):
    VALID = "valid", "有效"
    REVOKED = "revoked", "已作废"


class IssuedLetter(models.Model):
    """A paper the centre stands behind: its facts as they were, under a code anybody can check.

    The facts are frozen and encrypted; ``public`` is what the verification page may show. Only the state changes.
    """

    code = models.CharField("文书", max_length=80)  # "deposits.payment_notice"
    label = models.CharField("文书名称", max_length=60)
    subject = models.CharField("对象", max_length=120)
    party = models.CharField("当事人", max_length=40, blank=True)
    verification = models.CharField("验证码", max_length=20, unique=True)
    facts = EncryptedTextField("内容", domain="servicehub.letters.facts")
    facts_digest = models.BinaryField("内容散列", max_length=16)  # keyed: equal facts are the same letter
    public = models.JSONField("公开内容", default=dict)
    issued_at = models.DateTimeField("出具时间")
    business_date = models.DateField("营业日")
    issued_by = models.BigIntegerField("出具人编号", null=True)
    issuer_name = models.CharField("出具人", max_length=60)
    channel = models.CharField("渠道", max_length=8)
    valid_until = models.DateField("有效期至", null=True)  # last day
    state = models.CharField("状态", max_length=8, choices=LetterState, default=LetterState.VALID)
    revoked_at = models.DateTimeField("作废时间", null=True)
    revoke_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "已出具文书"
        constraints = [
            # Asking twice for the same paper gives the same paper, not a second code for it.
            models.UniqueConstraint(
                fields=["code", "subject", "facts_digest", "business_date"],
                condition=models.Q(state="valid"),
                name="letter_once_a_day",
            )
        ]
        indexes = [models.Index(fields=["party", "-id"], name="letter_of_party", condition=~models.Q(party=""))]

    def __str__(self):
        return f"{self.label} {self.serial}"

    @property
    def serial(self) -> str:
        """流水号: readable over the telephone; the verification code is what proves anything."""
        return f"{self.business_date:%Y%m%d}-{self.pk:08d}"


class PrintState(models.TextChoices):
    WAITING = "waiting", "生成中"
    READY = "ready", "已生成"
    FAILED = "failed", "未生成"


class PrintOut(models.Model):
    """One printing of a letter. The first is the original; each later one carries 补打 and its number."""

    letter = models.ForeignKey(
        IssuedLetter, models.PROTECT, related_name="print_outs", verbose_name="文书", db_index=False
    )
    number = models.PositiveSmallIntegerField("次数")
    at = models.DateTimeField("打印时间")
    by_id = models.BigIntegerField("打印人编号", null=True)
    by_name = models.CharField("打印人", max_length=60)
    channel = models.CharField("渠道", max_length=8)
    state = models.CharField("状态", max_length=8, choices=PrintState, default=PrintState.WAITING)
    attachment = models.ForeignKey(
        "servicehub.Attachment", models.PROTECT, null=True, verbose_name="文件", db_index=False
    )
    error = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "打印记录"
        constraints = [models.UniqueConstraint(fields=["letter", "number"], name="print_out_numbered")]
        indexes = [models.Index(fields=["at"], name="print_out_waiting", condition=models.Q(state="waiting"))]

    def __str__(self):
        return f"{self.letter} 第 {self.number} 次"
