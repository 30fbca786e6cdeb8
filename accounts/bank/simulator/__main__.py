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
    parser.add_argument("--day", default=environ("BANK_SIMULATOR_DAY"), help="its first day, YYYY-MM-DD")
    parser.add_argument(
        "--hold", type=int, default=int(environ("BANK_SIMULATOR_HOLD", "60")), help="seconds unanswered"
    )
    parser.add_argument("--accounts", default=environ("BANK_SIMULATOR_ACCOUNTS"), help='JSON: {"day", "accounts": []}')
    return parser.parse_args()


def opening(given: argparse.Namespace, var: Path) -> dict:
    """What the bank starts with; without a file named, the demo city's where there is one."""
    file = Path(given.accounts or var / "demo" / "bank-accounts.json")
    if not given.accounts and not file.exists():
        return {}
    return json.loads(file.read_text(encoding="utf-8"))


def main() -> None:
    given = options()
    var = Path(os.environ.get("FUNDCENTRE_VAR", "var"))
    books = given.books or str(var / "bank" / "books.sqlite")
    if books != ":memory:":
        Path(books).parent.mkdir(parents=True, exist_ok=True)
    start = opening(given, var)
    bank = open_bank(
        books,
        (given.host, given.port),
        key=given.key.encode(),
        first_day=date.fromisoformat(given.day or start.get("day") or "2026-01-01"),
        centre_url=given.centre,
        hold_s=given.hold,
    )
    with bank.book.transaction():
        for account in start.get("accounts", []):
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
