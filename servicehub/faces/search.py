"""Finding a service by what a clerk types: its code, its words, or the first letters of its pinyin (tq → 提取)."""

from functools import lru_cache

from servicehub.declare import Operation, registry


def matches(typed: str, text: str) -> bool:
    """Whether every word typed is in the text, as it stands or by pinyin initials."""
    low = text.lower()
    return all(word in low or word in initials(text) for word in typed.lower().split())


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    from pypinyin import Style, lazy_pinyin  # a large table, read when the first name is spelled

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


def by_code(typed: str) -> Operation | None:
    """The operation with this 交易码, or the only one of an item with this code."""
    for operation in registry.operations:
        if operation.counter_code and operation.counter_code == typed:
            return operation
    of_item = [operation for operation in registry.operations.of_item(typed.upper()) if not operation.hidden]
    return of_item[0] if len(of_item) == 1 else None
