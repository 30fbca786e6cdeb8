"""From a declared serializer to a form on a page, and back: kinds of fields, values kept, one sentence per fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.datastructures import MultiValueDict
from rest_framework import serializers

from servicehub.declare import Finding
from servicehub.faces.shapes import ErrorItem
from servicehub.kit import amounts
from servicehub.kit.fields import MoneyField, MonthField, PercentField, normalised

RADIOS_MAX = 6
TEXTAREA_FROM = 120  # characters a text may have before it gets a box of several lines
NUMBERLIKE = frozenset({"money", "integer", "percent", "month", "date", "id_no", "phone", "code"})
"""Typed with a full-width keyboard, spaces or thousands commas as people do; read all the same."""
SECRET_KINDS = frozenset({"password", "code"})


@dataclass(slots=True)
class FormField:
    """One field as ``ui/forms.html`` draws it."""

    name: str
    label: str
    kind: str  # text money month date id_no phone code integer percent password textarea select radios ticks tick file
    value: Any = ""
    hint: str = ""
    error: str = ""
    optional: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    suffix: str = ""
    maxlength: int | None = None
    accept: str = ""

    @property
    def id(self) -> str:
        return f"f-{self.name}"


@dataclass(slots=True)
class Form:
    """The fields of one page, with what was typed and what is wrong with it."""

    fields: list[FormField]
    errors: list[ErrorItem] = field(default_factory=list)

    @property
    def has_files(self) -> bool:
        return any(one.kind == "file" for one in self.fields)


def build(form: type[serializers.Serializer], values: Mapping[str, Any]) -> Form:
    """The form with these values in it (typed ones as typed, typed objects as text)."""
    return Form(
        [
            _field(name, declared, values.get(name, ""))
            for name, declared in form().fields.items()
            if not declared.read_only and not isinstance(declared, serializers.HiddenField)
        ]
    )


def _field(name: str, declared: serializers.Field, value: Any) -> FormField:
    kind = kind_of(declared)
    made = FormField(
        name=name,
        label=str(declared.label or name),
        kind=kind,
        value=shown(value, kind),
        hint=str(declared.help_text or ""),
        optional=not declared.required or bool(getattr(declared, "allow_blank", False)),
        maxlength=getattr(declared, "max_length", None) if kind in {"text", "textarea"} else None,
        suffix=str(declared.style.get("suffix", "%" if kind == "percent" else "")),
        accept=str(declared.style.get("accept", "")),
    )
    if kind in {"select", "radios", "ticks"}:
        made.choices = tuple((str(code), str(text)) for code, text in declared.choices.items() if code != "")
    if kind == "tick":
        made.optional = False
    return made


def kind_of(declared: serializers.Field) -> str:
    """The kind of a field: what its ``style={"kind": …}`` says, else what its class implies."""
    told = declared.style.get("kind")
    if told:
        return told
    if isinstance(declared, serializers.MultipleChoiceField):
        return "ticks"
    if isinstance(declared, serializers.ChoiceField):
        return "radios" if len(declared.choices) <= RADIOS_MAX else "select"
    if isinstance(declared, serializers.CharField) and (
        declared.style.get("base_template") == "textarea.html" or (declared.max_length or 0) > TEXTAREA_FROM
    ):
        return "textarea"
    simple = (
        (serializers.BooleanField, "tick"),
        (serializers.FileField, "file"),
        (MonthField, "month"),
        (PercentField, "percent"),
        (MoneyField, "money"),
        (serializers.DateTimeField, "datetime"),
        (serializers.DateField, "date"),
        (serializers.IntegerField, "integer"),
        (serializers.ListField, "lines"),
    )
    for cls, kind in simple:
        if isinstance(declared, cls):
            return kind
    if isinstance(declared, serializers.DecimalField):
        return "money" if declared.decimal_places == 2 else "text"
    return "text"


def shown(value: Any, kind: str) -> Any:
    """A value as it stands in its box: money with commas, a month as 2026-11, several lines as lines."""
    if value is None:
        return ""
    if kind == "lines" and isinstance(value, list | tuple):
        return "\n".join(str(one) for one in value)
    if isinstance(value, Decimal) and kind == "money":
        return amounts.money(value).replace(amounts.MINUS, "-")
    if isinstance(value, datetime):
        return amounts.moment(value)
    if isinstance(value, date):
        return amounts.month(value) if kind == "month" else amounts.day(value)
    return value


def typed(form: type[serializers.Serializer], posted: MultiValueDict) -> dict[str, Any]:
    """What was typed into this form, as a plain mapping a draft can hold. Files and secrets are not in it."""
    values: dict[str, Any] = {}
    for name, declared in form().fields.items():
        kind = kind_of(declared)
        if declared.read_only or kind == "file":
            continue
        if kind == "ticks":
            values[name] = posted.getlist(name)
        elif kind == "tick":
            values[name] = name in posted
        elif kind == "lines":
            values[name] = [line.strip() for line in posted.get(name, "").splitlines() if line.strip()]
        elif name in posted:
            text = posted.get(name)
            if kind in NUMBERLIKE:
                text = normalised(text)
            blank = isinstance(text, str) and not text.strip()
            # An optional box left empty is a value not given, whatever the field's type.
            if not (blank and not declared.required):
                values[name] = text
    return values


def with_errors(
    made: Form,
    errors: Mapping[str, Any] | list,
    findings: tuple[Finding, ...] = (),
    elsewhere: Mapping[str, str] | None = None,
) -> Form:
    """Put faults where they belong: each beside its field and once in the summary, in the order of the fields.

    ``elsewhere``: addresses of fields that another step asked for.
    """
    elsewhere = elsewhere or {}
    by_name = {one.name: one for one in made.fields}
    faults: list[tuple[int, ErrorItem]] = []
    order = {name: index for index, name in enumerate(by_name)}
    entries = errors if isinstance(errors, list) else []
    for entry in entries:
        name = str(entry.get("field", "")).split(".")[0].split("[")[0]
        text = _sentence(by_name.get(name), entry["message"])
        item = ErrorItem(
            text, _href(by_name.get(name)) or elsewhere.get(name, ""), entry.get("remedy", ""), entry.get("clause", "")
        )
        faults.append((order.get(name, 999), item))
        if name in by_name and not by_name[name].error:
            by_name[name].error = text
    for finding in findings:
        if not finding.blocks:
            continue
        target = by_name.get(finding.field)
        href = _href(target) or elsewhere.get(finding.field, "")
        item = ErrorItem(finding.message, href, finding.remedy, finding.clause, finding.line)
        faults.append((order.get(finding.field, 999), item))
        if target is not None and not target.error:
            target.error = finding.message
    made.errors = [item for _, item in sorted(faults, key=lambda pair: pair[0])]
    return made


def _href(target: FormField | None) -> str:
    return f"#{target.id}" if target else ""


def _sentence(target: FormField | None, message: str) -> str:
    """The summary stands far from the field: a sentence that does not name it gets the name."""
    if target is None or target.label in message:
        return message
    return f"{target.label}：{message}"


def answers(form: type[serializers.Serializer], data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Rows of the 核对页 and of a case: label and value in words, from validated data."""
    rows = []
    for name, declared in form().fields.items():
        if declared.read_only or isinstance(declared, serializers.HiddenField):
            continue
        source = declared.source if declared.source in data else name
        if source not in data or kind_of(declared) in SECRET_KINDS:
            continue
        rows.append((str(declared.label or name), in_words(declared, data[source])))
    return rows


def in_words(declared: serializers.Field, value: Any) -> str:
    kind = kind_of(declared)
    if value is None or value == "" or value == []:
        return amounts.NOTHING
    if kind == "ticks":
        return "、".join(str(declared.choices.get(code, code)) for code in value)
    if kind in {"select", "radios"}:
        return str(declared.choices.get(value, value))
    if kind == "tick":
        return "是" if value else "否"
    if kind == "money":
        return amounts.yuan(value)
    if kind == "percent":
        return f"{value:f}".rstrip("0").rstrip(".") + "%" if isinstance(value, Decimal) else f"{value}%"
    if kind == "month":
        return amounts.month_cn(value)
    if kind == "file":
        return getattr(value, "name", None) or str(value)
    if isinstance(value, datetime | date):
        return amounts.moment(value)
    return _text(declared, value)


def _text(declared: serializers.Field, value: Any) -> str:
    if isinstance(value, Mapping):
        return "；".join(f"{key} {below}" for key, below in value.items())
    if isinstance(value, list | tuple):
        return "、".join(_text(declared, one) for one in value)
    return masked(declared, str(value))


def masked(declared: serializers.Field, text: str) -> str:
    """Numbers of persons stay masked on every page, the form itself excepted (``style={"mask": "id_no"}``)."""
    from servicehub.kit import masks

    kind = declared.style.get("mask") or declared.style.get("kind", "")
    match kind:
        case "id_no":
            return masks.mask_id_number(text)
        case "phone" | "mobile":
            return masks.mask_mobile(text)
        case "card":
            return masks.mask_bank_card(text)
    return text
