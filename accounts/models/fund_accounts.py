"""Fund accounts (个人账户, table 5.0.4), who was on whose roster in which month, and what base was in force when.

These are the narrow tables that set-based statements of the apps above read and write; the columns they may use are
described in ``docs/accounts-tables.md``. Money is not here: balances live in the ledger's subaccount.
"""

from django.db import models
from django.db.models import F, Q

from accounts.enums import LIVE, AccountStatus, ChangeKind, FundKind, SealReason
from accounts.models.columns import is_month, money, month
from accounts.models.employers import EmployerAccount
from accounts.models.persons import Person
from servicehub.declare import Origin
from servicehub.kit.months import FAR_FUTURE, Month


class FundAccountQuerySet(models.QuerySet):
    def live(self):
        return self.filter(status__in=LIVE)

    def visible_to(self, origin: Origin):
        match origin.user_kind:
            case "staff" if origin.branches is None:
                return self
            case "staff":
                return self.filter(branch__in=origin.branches)
        return self.filter(person__in=Person.objects.visible_to(origin).values("pk"))


class FundAccount(models.Model):
    """One person's account of one fund kind. ``status`` is the state now; what it was in a month, memberships say.

    ``wage`` is what was declared, ``base`` what policy made of it (floor, ceiling): both are kept, because a floor
    that rises in mid-year needs the wage again. Amounts per side are those of the base under the employer's rates as
    they were last computed; a remittance computes them anew under the policy of its month. The month a person is paid
    through (GRJZNY) is not stored: the ledger's postings say it (``queries.paid_through``).
    """

    number = models.CharField("个人账号", max_length=20, unique=True, db_collation="C")  # GRZH
    person = models.ForeignKey(Person, models.PROTECT, related_name="fund_accounts", verbose_name="职工")
    fund_kind = models.CharField("资金性质", max_length=2, choices=FundKind.choices(), default=FundKind.HOUSING)
    status = models.CharField(
        "账户状态", max_length=2, choices=AccountStatus.choices(), default=AccountStatus.NORMAL
    )  # GRZHZT
    branch = models.ForeignKey("servicehub.Branch", models.PROTECT, db_index=False, verbose_name="管理部")
    wage = money("申报工资")
    base = money("缴存基数")  # GRJCJS
    employer_amount = money("单位月缴存额")  # DWYJCE
    employee_amount = money("个人月缴存额")  # GRYJCE
    base_from = month("基数起用年月")  # month of the base record the four amounts come from
    first_month = month("首次汇缴年月")
    subaccount_id = models.BigIntegerField("明细账户", null=True, blank=True)  # the ledger finds it by owner
    opened_on = models.DateField("开户日期")  # KHRQ
    closed_on = models.DateField("销户日期", null=True, blank=True)  # XHRQ
    close_reason = models.CharField("销户原因", max_length=2, blank=True, db_default="")  # XHYY, table A.7
    version = models.IntegerField("版本", default=1, db_default=1)

    objects = FundAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "个人账户"
        constraints = [
            # 条例 第十三条: one person, one account. Said by the closing day and not by the state, so that sealing a
            # hundred thousand people touches no index.
            models.UniqueConstraint(
                fields=["person", "fund_kind"], condition=Q(closed_on=None), name="fund_account_one_live"
            ),
            models.CheckConstraint(
                condition=Q(status__in=LIVE, closed_on=None) | (~Q(status__in=LIVE) & Q(closed_on__isnull=False)),
                name="fund_account_closed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(wage__gte=0, base__gte=0, employer_amount__gte=0, employee_amount__gte=0),
                name="fund_account_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=is_month("first_month", "base_from"),
                name="fund_account_months",
            ),
        ]

    def __str__(self):
        return f"fund account {self.pk}"


class RosterChange(models.Model):
    """One act that changed a roster, whatever number of people it touched: one row per call, and what undo hangs on.

    ``source`` names what asked for it (``deposits.change_list:18``); the people are those whose spells and base
    records carry this row's number.
    """

    employer_account = models.ForeignKey(
        EmployerAccount, models.PROTECT, related_name="changes", verbose_name="单位账户"
    )
    kind = models.CharField("类型", max_length=12, choices=ChangeKind.choices())
    month = month("生效年月")
    source = models.CharField("来源", max_length=60, blank=True)
    heads = models.IntegerField("人数", default=0)
    operator = models.BigIntegerField("经办", null=True, blank=True)
    operator_name = models.CharField("经办姓名", max_length=50)
    channel = models.CharField("渠道", max_length=6)
    request_id = models.CharField("请求号", max_length=64)
    business_date = models.DateField("营业日")
    at = models.DateTimeField("时间")
    undone_on = models.DateField("撤销日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "名册变更"
        constraints = [models.CheckConstraint(condition=is_month("month"), name="roster_change_month")]
        indexes = [models.Index(fields=["employer_account", "-id"], name="roster_change_by_employer")]

    def __str__(self):
        return f"roster change {self.pk}"


def _written_by(label: str, **options) -> models.ForeignKey:
    """To the change that wrote the row. The change is inserted by the same service a statement before, so that the
    constraint would prove nothing and cost as much as the row itself.
    """
    return models.ForeignKey(
        RosterChange,
        models.PROTECT,
        verbose_name=label,
        related_name="+",
        db_constraint=False,
        db_index=False,
        **options,
    )


class MembershipQuerySet(models.QuerySet):
    def of_month(self, employer_account: int, at: Month):
        """Everybody on the roster in that month, sealed people included."""
        return self.filter(employer_account=employer_account, to_month__gt=int(at), from_month__lte=int(at))

    def depositing(self, employer_account: int, at: Month):
        return self.of_month(employer_account, at).filter(sealed=False)

    def open(self):
        """That it begins before it ends is true of every open spell; said, it lets the partial index be used."""
        return self.filter(to_month=FAR_FUTURE, to_month__gt=F("from_month"))


class Membership(models.Model):
    """A spell: in the months ``[from_month, to_month)`` this account was with this employer, depositing or sealed.

    A seal, an unsealing, a transfer ends one spell and begins another. A spell that was taken back has
    ``to_month = from_month`` and covers no month; nothing is deleted. ``to_month`` of an open spell is 999912.
    """

    fund_account = models.ForeignKey(FundAccount, models.PROTECT, related_name="memberships", db_index=False)
    employer_account = models.ForeignKey(EmployerAccount, models.PROTECT, related_name="memberships", db_index=False)
    from_month = month("起")
    to_month = month("止（不含）", default=FAR_FUTURE, db_default=FAR_FUTURE)
    sealed = models.BooleanField("封存", default=False, db_default=False)
    reason = models.CharField("封存原因", max_length=2, choices=SealReason.choices(), blank=True, db_default="")
    opened_by = _written_by("起于变更")
    closed_by = _written_by("止于变更", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名册关系"
        constraints = [
            # At most one open spell, and a hold for concurrent writers. That closed spells do not overlap either is
            # said by triggers (sql/memberships.sql): an exclusion constraint was measured at 90 µs a row, they at 3.
            models.UniqueConstraint(
                fields=["fund_account", "to_month"],
                condition=Q(to_month__gt=F("from_month")),
                name="membership_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=is_month("from_month", "to_month") & Q(from_month__lte=F("to_month")),
                name="membership_months",
            ),
            models.CheckConstraint(condition=Q(sealed=True) | Q(reason=""), name="membership_reason_of_a_seal"),
        ]
        indexes = [
            models.Index(
                fields=["employer_account", "to_month"],
                include=["from_month", "sealed", "fund_account"],
                name="membership_by_employer",
            ),
        ]

    def __str__(self):
        return f"membership {self.pk}"


class BaseRecord(models.Model):
    """What was declared and what was taken as base from a month on. Append-only; ``undone`` marks one taken back.

    In force in a month: of the records not undone that start no later, the one with the greatest
    ``(from_month, change)``.
    """

    pk = models.CompositePrimaryKey("fund_account_id", "from_month", "change_id")
    fund_account = models.ForeignKey(
        FundAccount, models.PROTECT, related_name="base_records", db_index=False, db_constraint=False
    )
    from_month = month("起用年月")
    change = _written_by("变更")
    wage = money("申报工资")
    base = money("缴存基数")
    employer_amount = money("单位月缴存额")
    employee_amount = money("个人月缴存额")
    undone = models.BooleanField("已撤销", default=False, db_default=False)

    class Meta:
        verbose_name = verbose_name_plural = "基数记录"
        constraints = [models.CheckConstraint(condition=is_month("from_month"), name="base_record_month")]

    def __str__(self):
        return f"base record of {self.fund_account_id} from {self.from_month}"
