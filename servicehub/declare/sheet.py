"""Row imports: upload, all errors at once, workbook of bad rows, fixing on screen, difference, apply, undo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str  # heading of the template
    synonyms: tuple[str, ...] = ()
    kind: str = "text"  # text | id_no | name | money | month | date | mobile | choice
    required: bool = False
    choices: tuple[str, ...] = ()
    sensitive: bool = False  # kept encrypted, shown masked


class Sheet:
    """Declared in ``sheets.py``. The hub reads, normalises and stages rows set-based; the app judges and applies.

    Row work that grows with people is SQL over the staging table, never a Python loop; only bad rows come back.
    """

    code: ClassVar[str] = ""  # "deposits.change_list"
    label: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    modes: ClassVar[Mapping[str, str]] = {}  # {"full": "全量名册", "changes": "只含变更"}
    rows_max: ClassVar[int] = 120_000
    version: ClassVar[str] = "2026"

    def judge(self, origin, party, upload) -> None:
        """Write findings for every staged row of ``upload`` (set-based)."""
        raise NotImplementedError

    def difference(self, origin, party, upload):
        """Groups of changes against the live roster, with totals."""
        raise NotImplementedError

    def apply(self, origin, party, upload) -> Mapping[str, int]:
        raise NotImplementedError

    def undo(self, origin, party, upload) -> Mapping[str, int]:
        raise NotImplementedError
