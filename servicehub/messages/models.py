from django.conf import settings
from django.db import models


class Message(models.Model):
    """One thing told to one reader, in the inbox; ``sms`` says what became of the text message beside it."""

    class Sms(models.TextChoices):
        NONE = "none", "不发"
        QUEUED = "queued", "待发"
        SENT = "sent", "已发"
        NO_MOBILE = "no_mobile", "无手机号"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="收件人", db_index=False)
    topic = models.CharField("主题", max_length=20)
    party = models.CharField("当事人", max_length=40, blank=True)  # "employer:18"
    title = models.CharField("标题", max_length=60)
    text = models.CharField("内容", max_length=500)
    url = models.CharField("去处", max_length=200, blank=True)
    dedupe_key = models.CharField("去重键", max_length=100)
    sent_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)
    sms = models.CharField("短信", max_length=10, choices=Sms, default=Sms.NONE)
    sms_at = models.DateTimeField("短信时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        constraints = [models.UniqueConstraint(fields=["user", "dedupe_key"], name="message_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="message_inbox"),
            models.Index(fields=["user"], name="message_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self):
        return self.title


class MessagePreference(models.Model):
    """What a reader chose against the topic's default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="用户", db_index=False)
    topic = models.CharField("主题", max_length=20)
    inbox = models.BooleanField("站内信", default=True)
    sms = models.BooleanField("短信", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "消息订阅"
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="message_preference_once")]

    def __str__(self):
        return f"{self.user_id} {self.topic}"
