"""What happened, and the chain that proves nobody rewrote it (docs/decisions/0010-audit-chain.md)."""

from django.db import models


class EntryKind(models.TextChoices):
    CHANGE = "change", "变更"
    VIEW = "view", "查阅"
    EVENT = "event", "事件"


class AuditEntry(models.Model):
    """One thing somebody did, or tried to. Insert-only; written through ``servicehub.audit`` and nothing else.

    People and parties are copied as text, without foreign keys: an entry reads the same when the user is long gone.
    ``before`` and ``after`` are canonical JSON of masked words, never raw ids. ``mac`` is a keyed digest over all the
    other columns, with a key the database does not hold: an entry forged before its seal is not sealed.
    """

    append_only = True

    kind = models.CharField("类别", max_length=6, choices=EntryKind)
    at = models.DateTimeField("时间")  # server time, cut to the millisecond so that it reads back as it was signed
    business_date = models.DateField("营业日")
    actor = models.BigIntegerField("操作人编号", null=True)
    actor_name = models.CharField("操作人", max_length=60)
    actor_kind = models.CharField("身份", max_length=12)
    roles = models.CharField("岗位", max_length=200, blank=True)
    acting_for = models.CharField("代表", max_length=40, blank=True)  # "employer:18"
    branch = models.BigIntegerField("管理部", null=True)
    channel = models.CharField("渠道", max_length=8)
    client = models.CharField("客户端", max_length=60, blank=True)
    ip = models.CharField("地址", max_length=45, blank=True)
    device = models.CharField("设备", max_length=80, blank=True)
    request_id = models.CharField("请求号", max_length=64)
    operation = models.CharField("操作代码", max_length=80, blank=True)
    call = models.BigIntegerField("服务调用", null=True)
    action = models.CharField("动作", max_length=40)
    object = models.CharField("对象", max_length=120)
    label = models.CharField("对象名称", max_length=120, blank=True)
    party = models.CharField("当事人", max_length=40, blank=True)  # whose information it was
    before = models.TextField("变更前", blank=True)
    after = models.TextField("变更后", blank=True)
    result = models.CharField("结果", max_length=10, default="done")  # done | refused | failed
    reason = models.CharField("事由", max_length=200, blank=True)
    case_no = models.CharField("办件编号", max_length=40, blank=True)
    disclosed = models.BooleanField("告知当事人", default=True)  # False: the law forbids telling the person (司法协查)
    mac = models.BinaryField("校验码", max_length=16)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        # Few indexes: this table is written by every posting. Time is found by its correlation with the number.
        indexes = [
            models.Index(fields=["object"], name="audit_object"),
            models.Index(fields=["case_no"], name="audit_case_no", condition=~models.Q(case_no="")),
            models.Index(fields=["party", "id"], name="audit_party_views", condition=models.Q(kind="view")),
            models.Index(fields=["actor", "id"], name="audit_actor"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.action} {self.object}"


class AuditSeal(models.Model):
    """A link of the chain: ``hash = SM3(seq ‖ prev_hash ‖ canonical(entry))``. Insert-only, ``seq`` without gaps."""

    append_only = True

    seq = models.BigIntegerField("序号", primary_key=True)
    entry_id = models.BigIntegerField("审计记录", unique=True)  # no foreign key: a deleted entry must stay detectable
    prev_hash = models.BinaryField("上一散列", max_length=32, unique=True)  # one successor each: the chain cannot fork
    hash = models.BinaryField("散列", max_length=32)
    sealed_at = models.DateTimeField("封记时间")

    class Meta:
        verbose_name = verbose_name_plural = "审计链"

    def __str__(self):
        return f"{self.seq}"


class AuditHead(models.Model):
    """One row: the end of the chain, locked by whoever seals. Never touched by a transaction that does business."""

    seq = models.BigIntegerField("末序号", default=0)
    hash = models.BinaryField("末散列", max_length=32)
    floor_id = models.BigIntegerField("已封界", default=0)  # every entry up to here is sealed or was rolled back
    next_floor_id = models.BigIntegerField(default=0)
    next_floor_xid = models.BigIntegerField(default=0)  # the next floor holds once no older transaction runs

    class Meta:
        verbose_name = verbose_name_plural = "审计链首"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="audit_head_single_row")]

    def __str__(self):
        return f"{self.seq}"
