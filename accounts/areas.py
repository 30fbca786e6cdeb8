"""行政区域 of employers: codes of GB/T 2260, their names, and the policy area each belongs to."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def _areas() -> Mapping[str, Mapping[str, str]]:
    text = (Path(__file__).resolve().parent / "data" / "areas.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["areas"]


def area_choices() -> list[tuple[str, str]]:
    return [(code, area["name"]) for code, area in _areas().items()]


def area_name(code: str) -> str:
    """The name of an area; the code itself for one that is not the city's."""
    return _areas().get(code, {}).get("name", code)


def policy_area(code: str) -> str:
    """The area name that policy values carry; ``""`` where the whole city's values hold."""
    return _areas().get(code, {}).get("policy", "")
