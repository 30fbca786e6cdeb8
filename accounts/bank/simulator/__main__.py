"""``python -m accounts.bank.simulator``: see ``--help``. Every option has an environment variable."""

import argparse
import json
import os
import signal
from datetime import date
from pathlib import Path

from accounts.bank.simulator.server import open_bank

DEMO_KEY = "demo-only-bank-key"


def options() -> argparse.Namespace:
    environ = os.environ.get
    parser = argparse.ArgumentParser(prog="accounts.bank.simulator", description="模拟银行")
    parser.add_argument("--host", default=environ("BANK_SIMULATOR_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(environ("BANK_SIMULATOR_PORT", "8001")))
    parser.add_argument("--books", default=environ("BANK_SIMULATOR_BOOKS"), help="SQLite file, or :memory:")
    parser.add_argument("--key", default=environ("BANK_KEY", DEMO_KEY), help="shared with the centre")
    parser.add_argument("--centre", default=environ("PUBLIC_URL", ""), help="address of the centre, for notices")
    parser.add_argument("--day", type=date.fromisoformat, default=environ("BANK_SIMULATOR_DAY", "2026-01-01"))
    parser.add_argument(
        "--hold", type=int, default=int(environ("BANK_SIMULATOR_HOLD", "60")), help="seconds unanswered"
    )
    parser.add_argument("--accounts", help="JSON file with accounts to open")
    return parser.parse_args()


def main() -> None:
    given = options()
    var = Path(os.environ.get("FUNDCENTRE_VAR", "var"))
    books = given.books or str(var / "bank.sqlite")
    if books != ":memory:":
        Path(books).parent.mkdir(parents=True, exist_ok=True)
    day = given.day if isinstance(given.day, date) else date.fromisoformat(given.day)
    bank = open_bank(
        books,
        (given.host, given.port),
        key=given.key.encode(),
        first_day=day,
        centre_url=given.centre,
        hold_s=given.hold,
    )
    if given.accounts:
        with bank.book.transaction():
            for account in json.loads(Path(given.accounts).read_text(encoding="utf-8")):
                bank.book.open_account(**account)

    def end(signum, frame):
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    print(f"bank simulator on http://{given.host}:{bank.server_address[1]}/", flush=True)
    try:
        bank.serve()
    except (KeyboardInterrupt, SystemExit):
        bank.close()
    finally:
        bank.book.close()


if __name__ == "__main__":
    main()
