"""Input fields that read what people type: full-width digits, spaces, thousands commas; messages say the remedy."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


def normalised(raw):
    """Full-width to half-width, thousands commas and spaces gone; anything but text is left alone."""
    if not isinstance(raw, str):
        return raw
    return re.sub(r"[,，\s]", "", unicodedata.normalize("NFKC", raw))


class _NumberField(serializers.DecimalField):
    """A plain decimal number. JSON floats are refused: 0.1 has no exact binary form."""

    def to_internal_value(self, data):
        if isinstance(data, (bool, float)):
            self.fail("not_text")
        text = normalised(data)
        if isinstance(text, str) and not re.fullmatch(r"[+-]?\d+(\.\d*)?", text):
            self.fail("invalid")
        return super().to_internal_value(text)


class MoneyField(_NumberField):
    """Yuan, at most two places, up to 9,999,999,999,999,999.99."""

    default_error_messages: ClassVar = {
        "required": "还没有填写金额",
        "null": "还没有填写金额",
        "invalid": "金额只写数字，例如 5800.00",
        "not_text": '金额写成文本，例如 "5800.00"',
        "max_decimal_places": "金额最多写到分（两位小数）",
        "max_digits": "金额位数太多，最多 18 位",
        "max_whole_digits": "金额位数太多，整数部分最多 16 位",
        "min_value": "金额不能小于 {min_value} 元",
        "max_value": "金额不能大于 {max_value} 元",
        "max_string_length": "金额位数太多，最多 18 位",
    }

    def __init__(self, **kwargs):
        super().__init__(max_digits=18, decimal_places=2, **kwargs)


class PercentField(_NumberField):
    """A rate in percent as people say it: 12 is 12%. (DRF formats limit messages twice: ``%%`` comes out as ``%``.)"""

    default_error_messages: ClassVar = {
        "required": "还没有填写比例",
        "null": "还没有填写比例",
        "invalid": "比例只写数字，例如 12 表示 12%",
        "not_text": '比例写成文本，例如 "12"',
        "max_decimal_places": "比例最多四位小数",
        "max_digits": "比例位数太多",
        "max_whole_digits": "比例位数太多",
        "min_value": "比例不能小于 {min_value}%%",
        "max_value": "比例不能大于 {max_value}%%",
        "max_string_length": "比例位数太多",
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("max_value", 100)
        kwargs.setdefault("min_value", 0)
        super().__init__(max_digits=7, decimal_places=4, **kwargs)


class DayField(serializers.DateField):
    default_error_messages: ClassVar = {
        "required": "还没有填写日期",
        "null": "还没有填写日期",
        "invalid": "日期写成 2026-09-18 的样子，并且是真实存在的一天",
    }

    def to_internal_value(self, value):
        return super().to_internal_value(normalised(value))


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}$", "example": "2026-11"})
class MonthField(serializers.Field):
    """``2026-11`` or ``202611``; the value is the first day of the month."""

    default_error_messages: ClassVar = {
        "required": "还没有填写年月",
        "null": "还没有填写年月",
        "invalid": "年月写成 2026-11 的样子",
    }

    def to_internal_value(self, data):
        found = re.fullmatch(r"(\d{4})-?(0[1-9]|1[0-2])", str(normalised(data)))
        if found is None or int(found[1]) < 1990:
            self.fail("invalid")
        return date(int(found[1]), int(found[2]), 1)

    def to_representation(self, value: date) -> str:
        return f"{value:%Y-%m}"


class ChoiceField(serializers.ChoiceField):
    default_error_messages: ClassVar = {
        "required": "还没有选择",
        "null": "还没有选择",
        "invalid_choice": "没有“{input}”这一项，可选：{allowed}",
    }

    def to_internal_value(self, data):
        if str(data) not in self.choice_strings_to_values:
            self.fail("invalid_choice", input=data, allowed="、".join(self.choice_strings_to_values))
        return super().to_internal_value(data)


class WholeSerializer(serializers.Serializer):
    """A serializer that says everything at once: field faults and faults between fields in one answer.

    DRF stops before ``validate`` when a field is faulty. Subclasses override ``between(raw)``, which sees the raw
    mapping and yields ``(field, message)``.
    """

    def between(self, raw):
        return ()

    def to_internal_value(self, data):
        faults: dict[str, list] = {}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            faults = {field: list(messages) if isinstance(messages, list) else messages
                      for field, messages in error.detail.items()}  # fmt: skip
        for field, message in self.between(data) if isinstance(data, Mapping) else ():
            faults.setdefault(field, []).append(message)
        if faults:
            raise serializers.ValidationError(faults)
        return value
