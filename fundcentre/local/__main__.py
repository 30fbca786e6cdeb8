"""``python3 -m fundcentre.local <command>``. The Makefile names them all."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before anything that an older Python cannot read
    sys.exit("fundcentre needs Python 3.11 or newer: PYTHON=/path/to/python3.11 make demo")

from fundcentre.local import checks, demo, maintenance
from fundcentre.local.console import Stop, say

COMMANDS = {
    "demo": demo.demo,
    "demo-reset": maintenance.reset_and_demo,
    "reset": maintenance.reset,
    "stop": demo.stop,
    "set-up": demo.set_up,
    "services": checks.services,
    "test": checks.test,
    "bench": checks.bench,
    "bench-peers": checks.bench_peers,
    "sweep": checks.sweep,
    "pictures": checks.pictures,
    "lock": maintenance.lock,
    "migrations": maintenance.migrations,
}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python3 -m fundcentre.local {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](*arguments[1:]) or 0
    except Stop as stop:
        say(f"cannot go on: {stop}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
