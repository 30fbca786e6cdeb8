"""Small shapes the component macros work on: one form of each thing, whatever a page handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from servicehub.declare import Finding
from servicehub.kit import wording


@dataclass(frozen=True, slots=True)
class NavItem:
    text: str
    url: str
    current: bool = False
    badge: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class ErrorItem:
    """One line of the error summary: the sentence, the field it leads to, the remedy and the clause."""

    text: str
    href: str = ""
    remedy: str = ""
    clause: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SummaryRow:
    key: str
    value: Any = ""
    change_url: str = ""
    missing_url: str = ""
    total: bool = False


def error_items(errors: Iterable[Any]) -> list[ErrorItem]:
    """From findings, mappings or plain sentences."""
    return [_error_item(error) for error in errors]


def _error_item(error: Any) -> ErrorItem:
    if isinstance(error, ErrorItem):
        return error
    if isinstance(error, Finding):
        href = f"#f-{error.field}" if error.field else ""
        return ErrorItem(error.message, href, error.remedy, error.clause, error.line)
    if isinstance(error, Mapping):
        return ErrorItem(**error)
    return ErrorItem(str(error))


def summary_rows(rows: Iterable[Any]) -> list[SummaryRow]:
    """From pairs (key, value), mappings or ready rows."""
    return [
        row if isinstance(row, SummaryRow) else SummaryRow(**row) if isinstance(row, Mapping) else SummaryRow(*row)
        for row in rows
    ]


def select_items(choices: Iterable[tuple], value: Any) -> list[dict]:
    return [{"value": str(code), "text": str(text), "selected": str(code) == str(value)} for code, text in choices]


def tick_items(choices: Iterable[tuple], value: Any, multiple: bool) -> list[dict]:
    """Radio or checkbox items from (value, text) or (value, text, hint)."""
    chosen = {str(one) for one in value or ()} if multiple else {str(value)}
    items = []
    for code, text, *hint in choices:
        item = {"value": str(code), "text": str(text), "checked": str(code) in chosen}
        if hint and hint[0]:
            item["hint"] = {"text": hint[0]}
        items.append(item)
    return items


def task_items(tasks: Iterable[Mapping]) -> list[dict]:
    items = []
    for task in tasks:
        found = wording.status("task", task["state"])
        status = {"text": found.word}
        if found.colour != wording.PLAIN:
            status = {"html": f'<span class="tag tag--{found.colour}">{found.word}</span>'}
        item = {"title": {"text": task["text"]}, "status": status}
        if task.get("url"):
            item["href"] = task["url"]
        if task.get("hint"):
            item["hint"] = {"text": task["hint"]}
        items.append(item)
    return items


GLOBALS = {
    "error_items": error_items,
    "summary_rows": summary_rows,
    "select_items": select_items,
    "tick_items": tick_items,
    "task_items": task_items,
}
