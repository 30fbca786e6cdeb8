"""Employers (缴存单位, JGJ/T 320 table 4.0.2) and their accounts per fund kind (单位账户, table 5.0.2)."""

import re
import unicodedata

from django.db import models
from django.db.models import Q

from accounts.enums import EmployerClass, EmployerStatus, FundKind
from accounts.models.columns import is_month, month, rate
from servicehub.declare import Origin, Party
from servicehub.kit.crypto import BlindIndexField, EncryptedTextField
from servicehub.kit.identity_numbers import IdType
from servicehub.kit.months import Month
from servicehub.kit.tokens import token_of


def employer_name_key(name: str) -> str:
    """One spelling for "（中国）" and "(中国)", blanks and width apart: for uniqueness and for bank remarks."""
    return re.sub(r"[\s()\[\]【】〔〕{}·,.\"'“”‘’]", "", unicodedata.normalize("NFKC", name)).upper()


class EmployerQuerySet(models.QuerySet):
    def live(self):
        return self.filter(closed_on=None)

    def visible_to(self, origin: Origin):
        """Row scope: staff by branch, agents by the grants that are in force, nobody else."""
        match origin.user_kind:
            case "staff" if origin.branches is None:
                return self
            case "staff":
                return self.filter(branch__in=origin.branches)
            case "employer":
                from accounts.models.grants import AgentGrant

                granted = AgentGrant.objects.in_force(origin.business_date).filter(user=origin.operator)
                return self.filter(pk__in=granted.values("employer"))
            case "system":
                return self
        return self.none()

    def found_by(self, text: str):
        """What a clerk types: number, credit code, or a piece of the name."""
        text = text.strip()
        if not text:
            return self.none()
        return self.filter(Q(number=text) | Q(credit_code=text.upper()) | Q(name_key__contains=employer_name_key(text)))


class Employer(models.Model):
    """One row per employer, for all fund kinds. Its number (单位账号) carries two check digits (ISO 7064 MOD 97-10)."""

    number = models.CharField("单位账号", max_length=20, unique=True, db_collation="C")  # DWZH
    name = models.CharField("单位名称", max_length=120)  # DWMC
    name_key = models.CharField(max_length=120, db_collation="C", editable=False)
    credit_code = models.CharField("统一社会信用代码", max_length=18, db_collation="C")  # ZZJGDM
    old_code = models.CharField("组织机构代码", max_length=10, blank=True)
    address = models.CharField("单位地址", max_length=200)  # DWDZ
    area = models.CharField("行政区域", max_length=6, db_collation="C")  # DWXZQY, GB/T 2260: sets the area's floor
    klass = models.CharField("单位类别", max_length=2, choices=EmployerClass.choices())  # DWLB
    affiliation = models.CharField("隶属关系", max_length=2, blank=True)  # DWLSGX, GB/T 12404
    economic_type = models.CharField("经济类型", max_length=3, blank=True)  # DWJJLX, GB/T 12402
    industry = models.CharField("所属行业", max_length=4, blank=True)  # DWSSHY, GB/T 4754
    postcode = models.CharField("邮编", max_length=6, blank=True)  # DWYB
    email = models.EmailField("电子信箱", blank=True)  # DWDZXX
    phone = models.CharField("单位电话", max_length=20, blank=True)
    pay_day = models.PositiveSmallIntegerField("发薪日", null=True, blank=True)  # DWFXR, day of the month
    legal_name = EncryptedTextField("法定代表人", domain="accounts.employer.legal_name", null=True, blank=True)
    legal_id_type = models.CharField(
        "法定代表人证件类型", max_length=2, choices=IdType.choices, default=IdType.RESIDENT
    )
    legal_id_number = EncryptedTextField(
        "法定代表人证件号码", domain="accounts.employer.legal_id_number", null=True, blank=True
    )
    legal_id_index = BlindIndexField(null=True, blank=True)
    payer_account = EncryptedTextField("发薪账户账号", domain="accounts.employer.payer_account", null=True, blank=True)
    payer_account_index = BlindIndexField(null=True, blank=True, db_index=True)  # remittances are matched by it
    payer_name = models.CharField("发薪账户户名", max_length=120, blank=True)
    payer_bank = models.CharField("发薪账户开户行", max_length=120, blank=True)
    entrusted_bank = models.CharField("受托银行代码", max_length=3, blank=True)  # STYHDM, first three of 联行号
    certificate_number = models.CharField("公积金单位登记证号", max_length=30, blank=True)
    agreement_number = models.CharField("网上自助协议号", max_length=30, blank=True)
    branch = models.ForeignKey("servicehub.Branch", models.PROTECT, verbose_name="管理部")  # KHWD
    established_on = models.DateField("设立日期", null=True, blank=True)  # DWSLRQ
    opened_on = models.DateField("登记日期")  # DWKHRQ
    closed_on = models.DateField("注销日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, db_default=1)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        permissions = [
            ("agent_admin", "单位管理员"),
            ("agent_maker", "经办"),
            ("agent_checker", "复核"),
            ("agent_payer", "付款"),
            ("agent_query", "查询"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["credit_code"], condition=Q(closed_on=None), name="employer_one_per_code"),
            models.UniqueConstraint(fields=["name_key"], condition=Q(closed_on=None), name="employer_one_per_name"),
            models.CheckConstraint(
                condition=Q(pay_day=None) | Q(pay_day__gte=1, pay_day__lte=31), name="employer_pay_day_in_month"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("opened_on")),
                name="employer_closed_after_opened",
            ),
        ]
        indexes = [models.Index(fields=["branch", "number"], name="employer_by_branch")]

    def __str__(self):
        return f"{self.number} {self.name}"

    def save(self, *args, **kwargs):
        self.name_key = employer_name_key(self.name)
        super().save(*args, **kwargs)

    @property
    def party(self) -> Party:
        return Party("employer", self.pk)

    @property
    def token(self) -> str:
        return token_of("employer", self.pk)


class EmployerAccountQuerySet(models.QuerySet):
    def of(self, employer: int, fund_kind: str = FundKind.HOUSING):
        return self.filter(employer=employer, fund_kind=fund_kind)

    def visible_to(self, origin: Origin):
        return self.filter(employer__in=Employer.objects.visible_to(origin).values("pk"))


class EmployerAccount(models.Model):
    """One per employer and fund kind. Heads and monthly totals are counted from memberships, never kept here.

    ``paid_through`` (缴至年月 JZNY) is moved by posted remittances only; the month due is the month after it.
    """

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="accounts", verbose_name="单位")
    fund_kind = models.CharField("资金性质", max_length=2, choices=FundKind.choices(), default=FundKind.HOUSING)
    status = models.CharField(  # DWZHZT
        "账户状态", max_length=2, choices=EmployerStatus.choices(), default=EmployerStatus.OPENED
    )
    employer_rate = rate("单位缴存比例")  # DWJCBL
    employee_rate = rate("职工缴存比例")  # GRJCBL
    first_month = month("首次汇缴年月")  # DWSCHJNY
    paid_through = month("缴至年月", null=True, blank=True)  # JZNY
    suspense_id = models.BigIntegerField("暂收款分户", null=True, blank=True, unique=True)  # ledger subaccount
    opened_on = models.DateField("开户日期")
    closed_on = models.DateField("销户日期", null=True, blank=True)  # DWXHRQ
    close_reason = models.CharField("销户原因", max_length=2, blank=True)  # DWXHYY, table A.3

    objects = EmployerAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位账户"
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "fund_kind"], condition=~Q(status="04"), name="employer_account_one_live"
            ),
            models.CheckConstraint(
                condition=Q(employer_rate__gte=0, employer_rate__lte=1, employee_rate__gte=0, employee_rate__lte=1),
                name="employer_account_rates_are_fractions",
            ),
            models.CheckConstraint(
                condition=is_month("first_month")
                & (Q(paid_through=None) | Q(paid_through__gte=models.F("first_month"))),
                name="employer_account_months_in_order",
            ),
            models.CheckConstraint(
                condition=Q(status="04", closed_on__isnull=False) | (~Q(status="04") & Q(closed_on=None)),
                name="employer_account_closed_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status="02") | Q(paid_through=None), name="employer_account_opened_means_unpaid"
            ),
        ]

    def __str__(self):
        return f"{self.employer_id}/{self.fund_kind}"

    @property
    def month_due(self) -> Month:
        """应汇缴年月: the month after the one paid through, the first month where nothing was paid yet."""
        return Month.of(self.paid_through).next if self.paid_through else Month.of(self.first_month)
