"""From what was typed to what is kept, and back: validate, freeze, thaw."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer

from servicehub.declare import Operation, Origin
from servicehub.files import Upload
from servicehub.kit.problems import input_errors


class FrozenInputSpoiled(RuntimeError):
    """An input that was accepted does not validate any more: its form was changed after it was handed in."""


def forms_of(operation: Operation) -> tuple[type[Serializer], ...]:
    return operation.steps or (operation.Input,)


def read_input(operation: Operation, raw: Mapping) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, str]]]:
    """(data, frozen, errors): every fault of every page of a wizard at once."""
    data: dict[str, Any] = {}
    frozen: dict[str, Any] = {}
    errors: list[dict[str, str]] = []
    for form in forms_of(operation):
        serializer = form(data=raw)
        if serializer.is_valid():
            data |= serializer.validated_data
            frozen |= _freeze(serializer, serializer.validated_data)
        else:
            errors += input_errors(serializer.errors)
    return data, frozen, errors


def thaw(operation: Operation, frozen: Mapping[str, Any]) -> dict[str, Any]:
    data, _, errors = read_input(operation, frozen)
    if errors:
        raise FrozenInputSpoiled(f"{operation.code}: {json.dumps(errors, ensure_ascii=False)}")
    return data


def with_files(raw: Mapping, files: Mapping) -> Mapping:
    # By name: a MultiValueDict unpacked with ** would give its inner lists.
    return {**plain(raw), **{name: files[name] for name in files}} if files else raw


def keep_files(origin: Origin, data: dict[str, Any], frozen: dict[str, Any]) -> None:
    """Uploads of this call become attachments: number and hash in the frozen input, the bytes encrypted on disk.

    :raises FileRefused: what could not be seen while reading the form.
    """
    for name, value in data.items():
        if isinstance(value, Upload) and not value.attachment:
            data[name] = kept = value.kept(origin)
            frozen[name] = {"name": kept.name, "sha256": kept.sha256, "size": kept.size, "attachment": kept.attachment}


def plain(raw: Mapping) -> dict[str, Any]:
    """A posted form as a mapping that can be kept: single values as they are, repeated ones as lists."""
    if hasattr(raw, "lists"):
        return {name: values[0] if len(values) == 1 else values for name, values in raw.lists()}
    return dict(raw)


def _freeze(field, value):
    # ``to_representation`` of a whole serializer would leave out write-only fields, so the walk is ours.
    if value is None:
        return None
    if isinstance(field, ListSerializer):
        return [_freeze(field.child, element) for element in value]
    if isinstance(field, BaseSerializer):
        return {
            name: _freeze(child, value[child.source])
            for name, child in field.fields.items()
            if not child.read_only and child.source in value
        }
    frozen = field.to_representation(value)
    return sorted(frozen) if isinstance(frozen, (set, frozenset)) else frozen
