from django.db import models

from servicehub.kit.crypto import EncryptedTextField


class OutboxState(models.TextChoices):
    PENDING = "pending", "待发"
    SENT = "sent", "已发"
    DEAD = "dead", "停发"


class OutboxMessage(models.Model):
    """Something to tell the outside world, written in the transaction that decided it.

    The payload rests encrypted and is emptied once delivered; a set of messages written by one statement has none,
    its handler reads what the key names. ``dedupe_key`` says what the message is about: the same thing is told once,
    however often it is decided.
    """

    topic = models.CharField("主题", max_length=60)
    dedupe_key = models.CharField("去重键", max_length=120, unique=True)
    payload = EncryptedTextField("内容", domain="servicehub.outbox.payload", null=True)
    state = models.CharField("状态", max_length=8, choices=OutboxState, default=OutboxState.PENDING)
    created_at = models.DateTimeField("产生时间")
    available_at = models.DateTimeField("可发时间")  # quiet hours and retries move it on
    claimed_until = models.DateTimeField("占用至", null=True)  # a worker killed at it lets go by itself
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    sent_at = models.DateTimeField("发出时间", null=True)
    error = models.CharField("最近一次原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待发消息"
        indexes = [models.Index(fields=["available_at"], name="outbox_pending", condition=models.Q(state="pending"))]

    def __str__(self):
        return f"{self.topic} {self.dedupe_key}"
