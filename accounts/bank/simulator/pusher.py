"""Pushes arrival notices to the centre, and tries again until it takes them."""

import threading
import time
import urllib.error
import urllib.request

from accounts.bank.messages import SIGNATURE_HEADER, sign
from accounts.bank.simulator.book import Book

PATIENCE_S = 10
WAIT_S_MAX = 30
ATTEMPTS_MAX = 50


class Pusher(threading.Thread):
    """One thread. Order is that of the queue, except for what is delayed or was refused a moment ago."""

    def __init__(self, book: Book, url: str, key: bytes):
        super().__init__(name="pusher", daemon=True)
        self.book, self.url, self.key = book, url, key
        self._not_before: dict[int, float] = {}
        self._stop = threading.Event()
        self._sending = threading.Lock()

    def run(self) -> None:
        while not self._stop.is_set():
            self.push_due()
            with self.book.pushes:
                self.book.pushes.wait(timeout=0.2 if self._not_before else 1)

    def stop(self) -> None:
        self._stop.set()
        with self.book.pushes:
            self.book.pushes.notify_all()

    def push_due(self, everything: bool = False) -> int:
        """Send what is due; ``everything`` also what is delayed. Returns how many the centre took."""
        if not self.url:
            return 0
        taken = 0
        with self._sending:
            for row in self.book.rows(
                "SELECT * FROM push WHERE NOT delivered AND attempts < ? ORDER BY id", ATTEMPTS_MAX
            ):
                due = self._not_before.setdefault(row["id"], time.monotonic() + row["delay_s"])
                if due > time.monotonic() and not everything:
                    continue
                taken += self._push(row)
        return taken

    def _push(self, row) -> bool:
        body = row["body"].encode()
        request = urllib.request.Request(
            self.url, data=body, method="POST",
            headers={"Content-Type": "application/json", SIGNATURE_HEADER: sign(self.key, body)},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                answer, delivered = str(response.status), True
        except urllib.error.HTTPError as refused:
            answer, delivered = str(refused.code), False
            refused.close()
        except (urllib.error.URLError, OSError) as error:
            answer, delivered = str(error)[:200], False
        attempts = row["attempts"] + 1
        self.book.run(
            "UPDATE push SET attempts = ?, delivered = ?, answer = ? WHERE id = ?",
            attempts, int(delivered), answer, row["id"],
        )  # fmt: skip
        if delivered:
            self._not_before.pop(row["id"], None)
        else:
            self._not_before[row["id"]] = time.monotonic() + min(2**attempts, WAIT_S_MAX)
        return delivered
