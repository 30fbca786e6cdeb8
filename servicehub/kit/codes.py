"""Code tables: a code that is stored and exchanged, and the word that is shown. Pure, so that rules may use them."""

from enum import StrEnum


class Code(StrEnum):
    """``NORMAL = "01", "正常"``. The member is its code; ``label`` is the official word."""

    label: str

    def __new__(cls, code: str, label: str):
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """For a model field: called, because Django asks for pairs."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def word(cls, code: str | None) -> str:
        """The word of a stored code; the code itself where the table has none, so that old data still shows."""
        try:
            return cls(code).label
        except ValueError:
            return code or ""
