"""SQL kept beside the services that run it, read once."""

from functools import cache
from pathlib import Path

SQL = Path(__file__).resolve().parent / "sql"


@cache
def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


@cache
def steps(name: str) -> tuple[str, ...]:
    """The statements of a file, cut at its ``-- step`` lines; what stands before the first is its preface."""
    return tuple(part.strip() for part in statement(name).split("-- step\n")[1:])
