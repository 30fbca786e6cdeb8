"""行政区域 codes of employers and the policy area each belongs to."""

import tomllib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def _areas() -> dict[str, str]:
    text = (Path(__file__).resolve().parent / "data" / "areas.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["areas"]


def policy_area(code: str) -> str:
    """The area name that policy values carry; ``""`` where the whole city's values hold."""
    return _areas().get(code, "")
