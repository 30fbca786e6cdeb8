"""Tables of the case engine. Hot rows are written by the functions of ``sql/cases.sql``; models read them.

References on the hot path carry no database constraint: a foreign key costs as much as the row it guards, cases and
users are never deleted (triggers refuse it), and the function that writes a row has just written what it points to.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from servicehub.cases.states import CLOSED, OPEN, CaseState, SubmissionState
from servicehub.declare import Party

LOOSE = {"on_delete": models.DO_NOTHING, "db_constraint": False, "related_name": "+"}


class CaseQuerySet(models.QuerySet):
    def about(self, party: Party):
        """Cases the party asked for, and those that were asked about it."""
        return self.filter(
            models.Q(applicant_kind=party.kind, applicant_id=party.id)
            | models.Q(target_kind=party.kind, target_id=party.id)
        )


class Case(models.Model):
    """One thing asked for and what became of it (办件): head only, the app holds the body."""

    number = models.CharField("流水号", max_length=24, unique=True)
    item = models.CharField("事项", max_length=8)
    item_version = models.PositiveIntegerField("事项版本")
    operation = models.CharField("操作", max_length=60)
    applicant_kind = models.CharField("申请人类别", max_length=12, blank=True)
    applicant_id = models.BigIntegerField("申请人", default=0)
    target_kind = models.CharField("对象类别", max_length=12, blank=True)
    target_id = models.BigIntegerField("对象", default=0)
    channel = models.CharField("渠道", max_length=8)
    branch = models.ForeignKey("servicehub.Branch", null=True, blank=True, verbose_name="管理部", **LOOSE)
    opened_by = models.ForeignKey("servicehub.User", null=True, blank=True, verbose_name="经办人", **LOOSE)
    opened_by_name = models.CharField("经办人姓名", max_length=50, blank=True)
    state = models.CharField("状态", max_length=10, choices=CaseState)
    business_date = models.DateField("业务日期")
    opened_at = models.DateTimeField("受理时间")
    due_on = models.DateField("承诺办结日", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    waits_for = models.ForeignKey("self", null=True, blank=True, verbose_name="等待的办件", **LOOSE)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        indexes = [
            models.Index(fields=["applicant_kind", "applicant_id", "-id"], name="case_applicant"),
            models.Index(fields=["target_kind", "target_id", "-id"], name="case_target"),
            models.Index(fields=["item", "opened_at"], name="case_item"),
            models.Index(fields=["branch", "id"], condition=~models.Q(state__in=sorted(CLOSED)), name="case_open"),
            models.Index(fields=["waits_for"], condition=models.Q(waits_for__isnull=False), name="case_waits_for"),
        ]

    def __str__(self):
        return self.number

    @property
    def applicant(self) -> Party | None:
        return Party(self.applicant_kind, self.applicant_id) if self.applicant_kind else None

    @property
    def target(self) -> Party | None:
        return Party(self.target_kind, self.target_id) if self.target_kind else None

    @property
    def is_open(self) -> bool:
        return CaseState(self.state) in OPEN


class Submission(models.Model):
    """One input handed in on a case. What was handed in never changes; a trigger sees to it."""

    case = models.ForeignKey(Case, models.DO_NOTHING, db_constraint=False, related_name="submissions")
    operation = models.CharField("操作", max_length=60)
    label = models.CharField("操作名称", max_length=60)
    target_kind = models.CharField("对象类别", max_length=12, blank=True)
    target_id = models.BigIntegerField("对象", default=0)
    data = models.BinaryField("冻结的内容（密文）")
    fingerprint = models.UUIDField("内容指纹")
    key = models.UUIDField("幂等键")
    target_version = models.BigIntegerField("对象版本")
    origin = models.JSONField("来源")
    maker = models.ForeignKey("servicehub.User", null=True, blank=True, verbose_name="经办人", **LOOSE)
    maker_name = models.CharField("经办人姓名", max_length=50, blank=True)
    stages = ArrayField(models.CharField(max_length=24), verbose_name="审核岗位", default=list)
    stage = models.PositiveSmallIntegerField("当前环节", default=0)
    state = models.CharField("状态", max_length=10, choices=SubmissionState)
    made_at = models.DateTimeField("提交时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    answer = models.BinaryField("答复（密文）", null=True, blank=True)
    fault = models.CharField("未办成的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提交"
        indexes = [
            models.Index(fields=["case"], name="submission_case"),
            models.Index(
                fields=["state", "id"],
                condition=models.Q(state__in=["parked", "waiting", "queued"]),
                name="submission_live",
            ),
        ]

    def __str__(self):
        return f"{self.label} #{self.pk}"

    @property
    def target(self) -> Party | None:
        return Party(self.target_kind, self.target_id) if self.target_kind else None

    @property
    def role_wanted(self) -> str:
        """The post that decides next; ``""`` where nobody does."""
        waits = self.state == SubmissionState.WAITING and self.stage < len(self.stages)
        return self.stages[self.stage] if waits else ""


class Decision(models.Model):
    """One person's verdict. Never changed, never by the maker, once per person (triggers and constraint)."""

    append_only = True

    class Verdict(models.TextChoices):
        APPROVE = "approve", "通过"
        RETURN = "return", "退回修改"
        DECLINE = "decline", "不予办理"

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions", verbose_name="提交")
    stage = models.PositiveSmallIntegerField("环节")
    role = models.CharField("岗位", max_length=24)
    decided_by = models.ForeignKey("servicehub.User", models.PROTECT, related_name="+", verbose_name="审核人")
    decided_by_name = models.CharField("审核人姓名", max_length=50)
    verdict = models.CharField("结论", max_length=8, choices=Verdict)
    reason = models.CharField("意见", max_length=300, blank=True)
    decided_at = models.DateTimeField("审核时间")

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        constraints = [
            models.UniqueConstraint(fields=["submission", "decided_by"], name="decision_once_per_person"),
            models.UniqueConstraint(fields=["submission", "stage"], name="decision_once_per_stage"),
        ]

    def __str__(self):
        return f"{self.decided_by_name} {self.get_verdict_display()}"


class Claim(models.Model):
    """What is in flight for a party. A row lives as long as its case is open; the clash matrix reads them.

    ``slot`` is 0 for items that exclude themselves, so that the unique key refuses a second one; items that may be
    open several times carry their case's number there.
    """

    party_kind = models.CharField("对象类别", max_length=12)
    party_id = models.BigIntegerField("对象")
    item = models.CharField("事项", max_length=8)
    slot = models.BigIntegerField("槽位", default=0)
    case = models.ForeignKey(Case, verbose_name="办件", **LOOSE)

    class Meta:
        verbose_name = verbose_name_plural = "在办登记"
        constraints = [models.UniqueConstraint(fields=["party_kind", "party_id", "item", "slot"], name="claim_live")]
        indexes = [models.Index(fields=["case"], name="claim_case")]

    def __str__(self):
        return f"{self.party_kind}:{self.party_id} {self.item}"


class CasePause(models.Model):
    """A working day that does not count for an item's cases: a stop order kept staff from them (R-ST-11)."""

    day = models.DateField("日期")
    item = models.CharField("事项", max_length=8)
    because = models.CharField("停办单号", max_length=24)

    class Meta:
        verbose_name = verbose_name_plural = "时限中止"
        constraints = [models.UniqueConstraint(fields=["day", "item"], name="case_pause_once")]

    def __str__(self):
        return f"{self.item} {self.day}"


class RequestKey(models.Model):
    """The caller's key bound to its content and, once there, its answer. Written in the transaction of the effect."""

    key = models.UUIDField("幂等键", primary_key=True)  # digest of principal, operation, target and the caller's key
    fingerprint = models.UUIDField("内容指纹")
    operation = models.CharField("操作", max_length=60)
    submission_id = models.BigIntegerField("提交", null=True, blank=True)
    answer = models.BinaryField("答复（密文）", null=True, blank=True)  # NULL: the submission holds it
    made_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "幂等键"

    def __str__(self):
        return str(self.key)


class Draft(models.Model):
    """A form kept for its writer: saved on the way, or when the gate had to refuse (R-ST-10). 30 days."""

    number = models.CharField("草稿号", max_length=24, unique=True)
    owner = models.ForeignKey("servicehub.User", models.PROTECT, related_name="+", verbose_name="填写人")
    operation = models.CharField("操作", max_length=60)
    target_kind = models.CharField("对象类别", max_length=12, blank=True)
    target_id = models.BigIntegerField("对象", default=0)
    data = models.BinaryField("内容（密文）")
    saved_at = models.DateTimeField("保存时间")
    keep_until = models.DateField("保留至")

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "operation", "target_kind", "target_id"], name="draft_one_per_form"
            )
        ]
        indexes = [models.Index(fields=["keep_until"], name="draft_keep_until")]

    def __str__(self):
        return self.number

    @property
    def target(self) -> Party | None:
        return Party(self.target_kind, self.target_id) if self.target_kind else None
