"""``python -m tests.benchmarks [name …]``: run, print the table, add a line per figure to var/bench.jsonl."""

import importlib
import os
import pkgutil
import sys

import django


def declared() -> dict:
    """Every benchmark of this package by code."""
    from tests import benchmarks
    from tests.benchmarks.harness import Benchmark

    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name != "__main__":
            importlib.import_module(f"tests.benchmarks.{module.name}")
    found, waiting = {}, [Benchmark]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if one.__dict__.get("code"):  # its own: what builds on another benchmark does not stand in for it
                found[one.code] = one
    return dict(sorted(found.items()))


def main(names: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcentre.settings")
    django.setup()
    from tests.benchmarks import harness, scratch

    known = declared()
    if unknown := sorted(set(names) - set(known)):
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    figures = []
    with scratch.template():
        for name in names or [code for code, one in known.items() if one.by_itself]:
            with scratch.scratch():
                figures.append(known[name]().run())
            harness.REPORT.parent.mkdir(parents=True, exist_ok=True)
            with harness.REPORT.open("a", encoding="utf-8") as report:
                report.write(figures[-1].line() + "\n")
    print(harness.table(figures))
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
