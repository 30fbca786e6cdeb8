"""Input fields of persons and employers: what is typed becomes uniform, and every fault is told to the digit."""

from typing import ClassVar

from rest_framework import serializers

from servicehub.kit import identity_numbers, names
from servicehub.kit.identity_numbers import IdType


class OptionalText(serializers.CharField):
    def __init__(self, **options):
        super().__init__(required=False, allow_blank=True, default="", **options)


class IdNumberField(serializers.CharField):
    """A document number, normalised by the type beside it (``type_field``). Its faults are findings of ``check``:
    they need the business date.
    """

    def __init__(self, *, type_field: str = "id_type", **options):
        self.type_field = type_field
        options.setdefault("label", "证件号码")
        options.setdefault("style", {"kind": "id_no", "mask": "id_no"})
        super().__init__(max_length=40, **options)

    def to_internal_value(self, data):
        raw = self.parent.initial_data if hasattr(self.parent, "initial_data") else {}
        id_type = raw.get(self.type_field) or IdType.RESIDENT.value
        return identity_numbers.normalise_id_number(str(id_type), super().to_internal_value(data))


class NameField(serializers.CharField):
    def __init__(self, **options):
        super().__init__(**{"label": "姓名", "max_length": 50, "help_text": "与证件一致；间隔号用“·”", **options})

    def to_internal_value(self, data):
        return names.normalise_name(super().to_internal_value(data))


class MobileField(serializers.CharField):
    default_error_messages: ClassVar = {"mobile": "{reason}"}

    def __init__(self, **options):
        super().__init__(
            **{"label": "手机号码", "max_length": 20, "style": {"kind": "phone", "mask": "phone"}, **options}
        )

    def to_internal_value(self, data):
        number = identity_numbers.normalise_mobile(super().to_internal_value(data))
        if number and (findings := identity_numbers.check_mobile(number)):
            self.fail("mobile", reason=findings[0].message)
        return number


class BankCardField(serializers.CharField):
    default_error_messages: ClassVar = {"card": "{reason}"}

    def __init__(self, **options):
        super().__init__(**{"label": "银行卡号", "max_length": 40, "style": {"mask": "card"}, **options})

    def to_internal_value(self, data):
        number = identity_numbers.normalise_bank_card(super().to_internal_value(data))
        if number and (findings := identity_numbers.check_bank_card(number)):
            self.fail("card", reason=findings[0].message)
        return number


class CreditCodeField(serializers.CharField):
    default_error_messages: ClassVar = {"code": "{reason}"}

    def __init__(self, **options):
        super().__init__(
            **{"label": "统一社会信用代码", "max_length": 40, "help_text": "18 位，见营业执照或登记证书", **options}
        )

    def to_internal_value(self, data):
        number = identity_numbers.normalise_credit_code(super().to_internal_value(data))
        if findings := identity_numbers.check_credit_code(number):
            self.fail("code", reason=findings[0].message)
        return number
