"""What a rule found. All of them at once, each with the clause it rests on and what to do next."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # 错误: cannot go on
    WARNING = "warning"  # 提醒: may go on after reading
    NOTICE = "notice"  # 说明


@dataclass(frozen=True, slots=True)
class Finding:
    """``message`` and ``remedy`` are Chinese sentences written for the reader at the window."""

    code: str
    message: str
    severity: Severity = Severity.ERROR
    field: str = ""  # form field or column it belongs to
    line: int | None = None  # row of a list, as the user counts
    clause: str = ""  # 住房公积金管理条例 第十八条
    remedy: str = ""
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.ERROR
