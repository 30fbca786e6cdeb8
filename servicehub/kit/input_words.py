"""What a form says about a value it cannot read: what is wrong and how to write it, never 请, 非法 or 无效.

DRF's own translations say exactly those, so every declared input is given these words once, at start-up; pages and
API share them.
"""

from rest_framework import serializers

WORDS: dict[type[serializers.Field], dict[str, str]] = {
    serializers.CharField: {
        "invalid": "{label}写成文字",
        "max_length": "{label}最多 {{max_length}} 个字",
        "min_length": "{label}至少 {{min_length}} 个字",
    },
    serializers.IntegerField: {
        "invalid": "{label}写成整数，例如 12",
        "max_value": "{label}不大于 {{max_value}}",
        "min_value": "{label}不小于 {{min_value}}",
        "max_string_length": "{label}位数太多",
    },
    serializers.DecimalField: {
        "invalid": "{label}只写数字，例如 15000.50",
        "max_value": "{label}不大于 {{max_value}}",
        "min_value": "{label}不小于 {{min_value}}",
        "max_digits": "{label}位数太多，最多 {{max_digits}} 位",
        "max_decimal_places": "{label}最多 {{max_decimal_places}} 位小数",
        "max_whole_digits": "{label}整数部分最多 {{max_whole_digits}} 位",
        "max_string_length": "{label}位数太多",
    },
    serializers.DateField: {"invalid": "{label}写成 2026-11-08 的样子", "datetime": "{label}只写到日"},
    serializers.DateTimeField: {
        "invalid": "{label}写成 2026-11-08 10:21 的样子",
        "date": "{label}还要写上时间，例如 2026-11-08 10:21",
    },
    serializers.TimeField: {"invalid": "{label}写成 10:21 的样子"},
    serializers.BooleanField: {"invalid": "{label}只能选是或否"},
    serializers.ChoiceField: {"invalid_choice": "{label}里没有“{{input}}”，从列出的选项中选一项"},
    serializers.MultipleChoiceField: {
        "not_a_list": "{label}写成一组选项",
        "empty": "{label}至少选一项",
        "invalid_choice": "{label}里没有“{{input}}”，从列出的选项中选",
    },
    serializers.ListField: {
        "not_a_list": "{label}写成一组值",
        "empty": "{label}至少填一项",
        "min_length": "{label}至少 {{min_length}} 项",
        "max_length": "{label}最多 {{max_length}} 项",
    },
    serializers.DictField: {"not_a_dict": "{label}的格式不对，应为名称和值", "empty": "{label}至少填一项"},
    serializers.FileField: {
        "required": "选择{label}",
        "invalid": "选择{label}",
        "no_name": "选择{label}",
        "empty": "{label}是空文件，换一个再传",
        "max_length": "{label}的文件名最多 {{max_length}} 个字",
    },
    serializers.UUIDField: {"invalid": "{label}写成编号"},
    serializers.EmailField: {"invalid": "{label}写成 name@example.cn 的样子"},
}
MISSING = "填写{label}"
UNCHOSEN = "选择{label}"


def speak_all(operation) -> None:
    """Every form of an operation: the pages of a wizard, or its one ``Input``."""
    for form in operation.steps or (operation.Input,):
        speak(form)


def speak(form: type[serializers.Serializer]) -> None:
    """Give every field of a form our words; words a field was declared with stay."""
    for field in form._declared_fields.values():
        _give(field)


def _give(field: serializers.Field) -> None:
    nested = getattr(field, "_declared_fields", None) or getattr(
        getattr(field, "child", None), "_declared_fields", None
    )
    for below in (nested or {}).values():
        _give(below)
    if isinstance(field, serializers.BaseSerializer):
        return
    # A field is built anew for each form from the arguments it was declared with: the words go in there.
    label = field._kwargs.get("label") or ""
    own = field._kwargs.get("error_messages", {})
    field._kwargs["error_messages"] = {**_words(field, str(label)), **own}


def _words(field: serializers.Field, label: str) -> dict[str, str]:
    missing = UNCHOSEN if isinstance(field, serializers.ChoiceField | serializers.FileField) else MISSING
    words = dict.fromkeys(("required", "null", "blank"), missing.format(label=label))
    stock = _stock_messages(field)
    for kind in reversed(type(field).__mro__):
        if kind in WORDS:
            words |= {code: text.format(label=label) for code, text in WORDS[kind].items() if code in stock}
    # A field class of ours that says it better keeps its words.
    return {code: text for code, text in words.items() if code in stock}


def _stock_messages(field: serializers.Field) -> set[str]:
    """Codes whose message is still the one the framework brought."""
    codes: dict[str, bool] = {}
    for kind in reversed(type(field).__mro__):
        for code in vars(kind).get("default_error_messages", {}):
            codes[code] = kind.__module__.startswith("rest_framework")
    return {code for code, stock in codes.items() if stock}
