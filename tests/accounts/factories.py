"""Rows of the registers, for tests that need them there. Rosters and money are built by calling services."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.enums import EmployerClass
from accounts.models import Employer, EmployerAccount, Person
from servicehub.identity.models import Branch
from servicehub.kit.identity_numbers import check_digit

REGISTERED_ON = date(2024, 1, 2)
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def id_number(serial: int, born: date = date(1990, 1, 1)) -> str:
    """A resident number that nobody has: province 99."""
    body = f"99{serial // 1000 % 10000:04d}{born:%Y%m%d}{serial % 1000:03d}"
    return body + check_digit(body)


def credit_code(serial: int) -> str:
    body = f"91411000MA{serial:07d}"
    total = sum(_CREDIT_SIGNS.index(sign) * weight for sign, weight in zip(body, _CREDIT_WEIGHTS, strict=True))
    return body + _CREDIT_SIGNS[(31 - total % 31) % 31]


class BranchFactory(DjangoModelFactory):
    class Meta:
        model = Branch
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"41{n:04d}")
    name = factory.Sequence(lambda n: f"第{n}管理部")
    area = "411000"


class EmployerFactory(DjangoModelFactory):
    class Meta:
        model = Employer

    number = factory.Sequence(lambda n: f"97{n:010d}")
    name = factory.Sequence(lambda n: f"许昌第{n}机械有限公司")
    credit_code = factory.Sequence(credit_code)
    address = factory.Sequence(lambda n: f"许昌市建设路{n}号")
    area = "411002"
    klass = EmployerClass.PRIVATE
    branch = factory.SubFactory(BranchFactory)
    opened_on = REGISTERED_ON


class EmployerAccountFactory(DjangoModelFactory):
    class Meta:
        model = EmployerAccount

    employer = factory.SubFactory(EmployerFactory)
    employer_rate = Decimal("0.12")
    employee_rate = Decimal("0.12")
    first_month = 202401
    opened_on = REGISTERED_ON


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    id_number = factory.Sequence(lambda n: id_number(n + 1))
    name = "仲妮"
    mobile = factory.Sequence(lambda n: f"177{n:08d}")
    branch = factory.SubFactory(BranchFactory)
    registered_on = REGISTERED_ON
