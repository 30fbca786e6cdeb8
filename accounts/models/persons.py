"""Persons (职工, JGJ/T 320 table 4.0.3).

What identifies or reaches a person rests encrypted: name, document number, mobile, bank card, address. Beside each
that must be found stands a blind index. The spelling of the name (XMQP, a field of the standard) stands in the clear,
because lists are ordered by it and clerks search by its beginning; it names no character and belongs to many people.
"""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from servicehub.declare import Origin, Party
from servicehub.identity.models import User, UserKind, UserState
from servicehub.kit import crypto, identity_numbers, names
from servicehub.kit.crypto import BlindIndexField, EncryptedTextField
from servicehub.kit.identity_numbers import IdType
from servicehub.kit.tokens import token_of


class PersonQuerySet(models.QuerySet):
    def identified(self, id_type: str, number: str):
        """The one person of this document, however the number is written."""
        normal = identity_numbers.normalise_id_number(id_type, number)
        return self.filter(id_type=id_type, id_index=crypto.blind_index(normal, crypto.ID_NUMBER))

    def of_user(self, user: int):
        """The person a platform user is: linked at the counter, or of the same resident number. Nobody has to be linked
        who registered on the portal before or after an employer opened their account.
        """
        own = User.objects.filter(pk=user, kind=UserKind.PERSON).exclude(state=UserState.CANCELLED)
        index = own.values_list("id_index", flat=True).first()
        mine = Q(user=user)
        if index is not None:
            mine |= Q(id_type=IdType.RESIDENT, id_index=bytes(index), user=None)
        return self.filter(mine)

    def visible_to(self, origin: Origin):
        """Staff: people with an account in their branches, or registered there and without one yet. An agent: people
        who are or were on the roster of the employer acted for. A person: oneself.
        """
        from accounts.models.fund_accounts import FundAccount, Membership

        match origin.user_kind:
            case "staff" if origin.branches is None:
                return self
            case "staff":
                accounts = FundAccount.objects.filter(person=OuterRef("pk"))
                theirs = accounts.filter(branch__in=origin.branches)
                return self.filter(Exists(theirs) | Q(~Exists(accounts), branch__in=origin.branches))
            case "employer" if origin.acting_for is not None:
                spells = Membership.objects.filter(
                    fund_account__person=OuterRef("pk"), employer_account__employer=origin.acting_for.id
                )
                return self.filter(Exists(spells))
            case "person" if origin.operator is not None:
                return self.of_user(origin.operator)
            case "system":
                return self
        return self.none()

    def found_by(self, text: str):
        """What a clerk types: document number, account number, mobile, full name, or the beginning of its spelling."""
        text = text.strip()
        if not text:
            return self.none()
        id_number = identity_numbers.normalise_id_number(IdType.RESIDENT, text)
        mobile = identity_numbers.normalise_mobile(text)
        # Every arm stands on an index of this one table, so that PostgreSQL answers with a bitmap over four of them.
        found = (
            Q(id_index=crypto.blind_index(id_number, crypto.ID_NUMBER))
            | Q(mobile_index=crypto.blind_index(mobile, crypto.MOBILE))
            | Q(name_index=crypto.blind_index(names.normalise_name(text), crypto.NAME))
        )
        spelled = text.replace(" ", "").lower()
        if spelled.isascii() and spelled.isalpha():
            found |= Q(name_key__startswith=spelled)
        if text.isdigit():
            from accounts.models.fund_accounts import FundAccount

            found |= Q(pk__in=list(FundAccount.objects.filter(number=text).values_list("person", flat=True)))
        return self.filter(found)


class Person(models.Model):
    """Identity is (document type, number), normalised: fifteen-digit numbers came here as eighteen."""

    id_type = models.CharField("证件类型", max_length=2, choices=IdType.choices, default=IdType.RESIDENT)  # ZJLX, A.1
    id_number = EncryptedTextField("证件号码", domain="accounts.person.id_number")  # ZJHM
    id_index = BlindIndexField()
    name = EncryptedTextField("姓名", domain="accounts.person.name")  # XingMing
    name_index = BlindIndexField()
    name_key = models.CharField("姓名全拼", max_length=100, db_collation="C")  # XMQP
    sex = models.CharField("性别", max_length=1, default="0", db_default="0")  # XingBie, GB/T 2261.1
    birth_date = models.DateField("出生日期", null=True, blank=True)  # CSNY
    mobile = EncryptedTextField("手机号码", domain="accounts.person.mobile", null=True, blank=True)  # SJHM
    mobile_index = BlindIndexField(null=True, blank=True)
    bank_card = EncryptedTextField("银行卡号", domain="accounts.person.bank_card", null=True, blank=True)  # GRCKZHHM
    bank_card_index = BlindIndexField(null=True, blank=True)
    bank_name = models.CharField("开户银行", max_length=60, blank=True, db_default="")  # GRCKZHKHYHMC
    address = EncryptedTextField("家庭住址", domain="accounts.person.address", null=True, blank=True)  # JTZZ
    postcode = models.CharField("邮编", max_length=6, blank=True, db_default="")  # YZBM
    phone = models.CharField("固定电话", max_length=20, blank=True, db_default="")  # GDDHHM
    email = models.EmailField("电子信箱", blank=True, db_default="")
    marital_status = models.CharField("婚姻状况", max_length=2, blank=True, db_default="")  # HYZK, GB/T 2261.2
    education = models.CharField("学历", max_length=2, blank=True, db_default="")  # XueLi, GB/T 4658
    occupation = models.CharField("职业", max_length=2, blank=True, db_default="")  # ZhiYe, GB/T 6565
    branch = models.ForeignKey("servicehub.Branch", models.PROTECT, verbose_name="登记管理部")
    user = models.OneToOneField(
        "servicehub.User", models.PROTECT, null=True, blank=True, related_name="person", verbose_name="平台用户"
    )
    registered_on = models.DateField("登记日期")
    verified_on = models.DateField("公安核验日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, db_default=1)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "职工"
        constraints = [
            models.UniqueConstraint(fields=["id_index", "id_type"], name="person_one_per_document"),
            models.UniqueConstraint(
                fields=["mobile_index"], condition=Q(mobile_index__isnull=False), name="person_mobile_once"
            ),
            models.UniqueConstraint(
                fields=["bank_card_index"], condition=Q(bank_card_index__isnull=False), name="person_bank_card_once"
            ),
            # A number without its index could not be found; an index without its number would block a stranger.
            models.CheckConstraint(
                condition=Q(mobile__isnull=True, mobile_index__isnull=True)
                | Q(mobile__isnull=False, mobile_index__isnull=False),
                name="person_mobile_with_index",
            ),
            models.CheckConstraint(
                condition=Q(bank_card__isnull=True, bank_card_index__isnull=True)
                | Q(bank_card__isnull=False, bank_card_index__isnull=False),
                name="person_bank_card_with_index",
            ),
        ]
        indexes = [
            models.Index(fields=["name_index"], name="person_by_name"),
            models.Index(fields=["name_key", "id"], name="person_by_spelling"),
            models.Index(fields=["branch"], name="person_by_branch"),
        ]

    def __str__(self):
        return f"person {self.pk}"  # ends up in logs: no name, no number

    def save(self, *args, **kwargs):
        self.set_indexes()
        super().save(*args, **kwargs)

    def set_indexes(self) -> None:
        """Recomputes what is derived from the readable values; set-based writers do the same in their own columns."""
        self.id_index = crypto.blind_index(self.id_number, crypto.ID_NUMBER)
        self.name_index = crypto.blind_index(self.name, crypto.NAME)
        self.name_key = names.name_key(self.name)
        self.mobile_index = crypto.blind_index(self.mobile, crypto.MOBILE) if self.mobile else None
        self.mobile = self.mobile or None
        self.bank_card_index = crypto.blind_index(self.bank_card, crypto.BANK_CARD) if self.bank_card else None
        self.bank_card = self.bank_card or None

    @property
    def party(self) -> Party:
        return Party("person", self.pk)

    @property
    def token(self) -> str:
        return token_of("person", self.pk)
