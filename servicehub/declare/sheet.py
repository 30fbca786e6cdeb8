"""Row imports: upload, all errors at once, workbook of bad rows, fixing on screen, difference, apply, undo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Column:
    """``index``: domain of the blind index; a column that has one is sensitive and is staged as the index only."""

    key: str
    label: str  # heading of the template
    synonyms: tuple[str, ...] = ()
    kind: str = "text"  # text | id_no | name | money | month | date | mobile | choice
    required: bool = False
    choices: tuple[str, ...] = ()
    index: str = ""
    width: int = 14


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One person before and after, already masked."""

    who: str
    number: str
    before: str
    after: str
    delta: Decimal | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class DifferenceGroup:
    """One kind of change: how many, how much a month, and the first rows of it."""

    kind: str  # 新开户, 启封, 封存, …
    count: int
    amount: Decimal  # change of the monthly amount, signed
    rows: tuple[DifferenceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    groups: tuple[DifferenceGroup, ...]
    unchanged: int
    before: Decimal  # monthly amount before and after, yuan
    after: Decimal
    warnings: tuple[str, ...] = field(default=())

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


class Sheet:
    """Declared in ``sheets.py``. The hub reads, normalises and stages rows; the app judges them, set-based.

    Row work that grows with people is SQL over the staged rows, never a Python loop; only bad rows come back.
    ``staging`` is a model derived from ``servicehub.sheets.models.StagedRow`` with a field for each column key
    (``<key>_index`` for sensitive ones); every row is kept in it until the file is applied. With ``keeps_rows`` off the
    rows are in the temporary table ``sheet_rows`` while the file is judged, and the app keeps in ``staging`` the few
    that applying will need. Applying is an operation of the app.
    """

    code: ClassVar[str] = ""  # "deposits.change_list"
    label: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    modes: ClassVar[Mapping[str, str]] = {}  # {"full": "全量名册", "changes": "只含变更"}
    staging: ClassVar[type | None] = None
    keeps_rows: ClassVar[bool] = True
    rows_max: ClassVar[int] = 120_000
    bytes_max: ClassVar[int] = 20 * 1024 * 1024
    version: ClassVar[str] = "2026"

    def judge(self, origin, upload) -> None:
        """Write findings about the staged rows of ``upload`` into ``SheetFinding`` (set-based)."""
        raise NotImplementedError

    def difference(self, origin, upload) -> Difference:
        """What applying the good rows would change against the live roster."""
        raise NotImplementedError

    def examples(self) -> tuple[tuple[str, ...], ...]:
        """Two greyed example rows of the template, ignored when read."""
        return ()
