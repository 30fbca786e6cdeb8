"""Somebody at a browser, and what the tests look at in every page they meet."""

import gzip
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WEIGHT_MAX = 150 * 1024


@contextmanager
def open_chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser: a Django client's log-in in a Chromium window of a given width."""

    def __init__(self, chromium: Browser, address: str, client=None, width: int = 1440, javascript: bool = True):
        self.address = address
        self.context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", java_script_enabled=javascript
        )
        cookies = client.cookies.values() if client else ()
        self.context.add_cookies([{"name": one.key, "value": one.value, "url": address} for one in cookies])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(8_000)
        self.page.set_default_navigation_timeout(30_000)
        self.complaints: list[str] = []
        self.bytes = 0
        self.page.on("console", self._console)
        self.page.on("response", self._response)

    def _console(self, message) -> None:
        if (
            message.type in {"error", "warning"}
            and "status of 4" not in message.text
            and "status of 5" not in message.text
        ):
            self.complaints.append(message.text)

    def _response(self, response) -> None:
        try:
            body = response.body()
            # The server sends style and script compressed; a test server does not.
            self.bytes += len(gzip.compress(body)) if "/static/" in response.url else len(body)
        except Exception:
            return

    def go(self, path: str):
        self.bytes = 0
        return self.page.goto(f"{self.address}{path}", wait_until="load")

    def follow(self, control: Locator) -> None:
        """Press what leads to another page, and wait until that page is there whole."""
        with self.page.expect_navigation(wait_until="load"):
            control.click()

    def press(self, text: str | re.Pattern[str]) -> None:
        self.follow(self.page.get_by_role("button", name=text, exact=True))

    def size(self, chosen: str) -> "Visitor":
        self.context.add_cookies([{"name": "ui_size", "value": chosen, "url": self.address}])
        return self

    def violations(self) -> list[str]:
        self.page.evaluate(
            "window.scrollTo(0, document.body.scrollHeight)"
        )  # the tab bar of phones covers nothing there
        found = Axe().run(self.page, options={"runOnly": AXE_RULES}).response["violations"]
        return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]

    def overflow(self) -> int:
        """Pixels by which the page itself scrolls sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def close(self) -> None:
        self.context.close()
