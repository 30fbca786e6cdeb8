"""A small city, loaded by a process of its own and told as JSON: ``python -m tests.fundcentre.demo.one_load <folder>``."""

import json
import sys
from pathlib import Path

import django

EMPLOYERS, HEADS = 20, 1_400  # the tour's employer alone has 1,203 people


def main(folder: Path) -> None:
    django.setup()
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from fundcentre.demo.digest import city_digest, table_digests
    from fundcentre.demo.history import origin_on
    from fundcentre.demo.loading import BUSINESS_DATE, Size, load
    from servicehub.declare.registry import checks

    PBKDF2PasswordHasher.iterations = 1_000  # how long a hash takes is not what this is about
    load(Size(EMPLOYERS, HEADS), folder / "demo", lambda line: None)
    origin = origin_on(BUSINESS_DATE)
    told = {
        "digest": city_digest(),
        "tables": table_digests(),
        "findings": {check.code: [finding.message for finding in check.run(origin)] for check in checks},
    }
    (folder / "told.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
