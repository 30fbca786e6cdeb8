"""Whose data a table holds: ``data_domains.toml``, and the table's domain by the module of its model."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import models

FILE = Path(__file__).with_name("data_domains.toml")


@dataclass(frozen=True, slots=True)
class DataDomain:
    """``level``: 1 公开 · 2 内部 · 3 个人或单位信息 · 4 敏感个人信息."""

    code: str
    label: str
    owner: str
    level: int
    modules: tuple[str, ...]


@cache
def data_domains(file: Path = FILE) -> tuple[DataDomain, ...]:
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["domains"]
    return tuple(DataDomain(**{**entry, "modules": tuple(entry["modules"])}) for entry in entries)


def domain_of(model: type[models.Model], domains: tuple[DataDomain, ...] | None = None) -> DataDomain | None:
    """The domain with the longest prefix of the model's module; ``None`` where nobody answers for it."""
    best: tuple[int, DataDomain | None] = (0, None)
    for domain in data_domains() if domains is None else domains:
        for prefix in domain.modules:
            if model.__module__ == prefix or model.__module__.startswith(prefix + "."):
                best = max(best, (len(prefix), domain), key=lambda pair: pair[0])
    return best[1]
