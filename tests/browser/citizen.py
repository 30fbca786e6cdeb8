"""Somebody of the demo city at a browser: logs in on the pages, with the second factor the demo shows."""

import re
from dataclasses import dataclass

from playwright.sync_api import APIResponse, Browser, Locator, expect

from tests.browser.small_centre import Centre
from tests.browser.visitor import Visitor

NAME_LABELS = {"employer": "手机号", "person": "证件号码", "staff": "工号"}


@dataclass(frozen=True)
class LogIn:
    kind: str
    name: str
    password: str
    words: str  # the person's name, the employer, or name and posts


def log_ins(centre: Centre) -> dict[str, list[LogIn]]:
    """As ``make demo`` prints them: a line is a name, a password and words."""
    found: dict[str, list[LogIn]] = {"employer": [], "person": [], "staff": []}
    kind = ""
    for line in centre.log_ins.splitlines():
        if heading := re.search(r"/login/(\w+)/", line):
            kind = heading[1]
        elif kind and line.strip():
            name, password, words = line.split(maxsplit=2)
            found[kind].append(LogIn(kind, name, password, words.strip()))
    return found


class Citizen(Visitor):
    """``do`` presses whatever carries these words, a button or a link, and waits for the next page."""

    def __init__(self, chromium: Browser, centre: Centre, width: int = 1440, javascript: bool = True):
        super().__init__(chromium, centre.url, width=width, javascript=javascript)
        self.javascript = javascript
        self.page.set_default_timeout(20_000)  # the machine may be busy with the rest of the tests

    def log_in(self, who: LogIn) -> None:
        self.go(f"/login/{who.kind}/")
        self.page.get_by_label(NAME_LABELS[who.kind]).fill(who.name)
        self.page.get_by_label("密码").fill(who.password)
        self.press("登录")
        label = "动态口令" if who.kind == "staff" else "短信校验码"
        self.page.get_by_label(label, exact=True).fill(self.code(who))
        self.press("登录")
        expect(self.page.get_by_role("button", name="退出")).to_be_visible()

    def code(self, who: LogIn) -> str:
        """What the demo shows in place of a telephone: the newest message, or the password of this half minute."""
        beside = self.context.new_page()
        try:
            if who.kind == "staff":
                beside.goto(f"{self.address}/demo/totp/")
                code = beside.locator(f"dt:has-text('{who.name}') + dd code")
                return code.inner_text().strip()
            beside.goto(f"{self.address}/demo/sms/")
            mask = f"{who.name[:3]}****{who.name[-4:]}" if who.kind == "employer" else ""
            messages = beside.locator("main li", has_text="校验码").filter(has_text=mask)
            for _ in range(20):
                if messages.count():
                    break
                beside.wait_for_timeout(500)
                beside.reload()
            return re.search(r"校验码 (\d{6})", messages.first.inner_text())[1]
        finally:
            beside.close()

    def do(self, words: str | re.Pattern[str], within: Locator | None = None) -> None:
        scope = within or self.page
        exact = isinstance(words, str)
        button = scope.get_by_role("button", name=words, exact=exact)
        self.follow(button.or_(scope.get_by_role("link", name=words, exact=exact)).first)

    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def at(self, words: str | re.Pattern[str]) -> None:
        """The page with this heading is there."""
        expect(self.heading()).to_contain_text(words)

    def sees(self, words: str | re.Pattern[str], timeout: float | None = None) -> None:
        expect(self.page.locator("main")).to_contain_text(words, timeout=timeout)

    def tell(self, fields: dict[str, str]) -> None:
        """Fill a form: a label and what is typed, chosen or ticked."""
        for label, text in fields.items():
            control = self.page.get_by_label(label, exact=True).or_(
                self.page.get_by_label(f"{label}（选填）", exact=True)
            )
            group = self.page.get_by_role("group", name=re.compile(f"^{re.escape(label)}(（选填）)?$"))
            expect(control.or_(group).first).to_be_visible()
            if group.count():
                group.get_by_label(text, exact=True).check()
            elif control.evaluate("one => one.tagName") == "SELECT":
                control.select_option(label=text)
            else:
                control.fill(text)

    def rows(self, caption: str | re.Pattern[str] = "") -> Locator:
        table = self.page.get_by_role("table", name=caption) if caption else self.page.locator("main table")
        return table.locator("tbody tr:not(.row-note)")

    def fetch(self, control: Locator) -> APIResponse:
        """What a link leads to, without leaving the page: a file."""
        return self.context.request.get(f"{self.address}{control.get_attribute('href')}")

    def paper(self) -> bytes:
        """The PDF of the paper this page is about, once the worker has drawn it."""
        link = self.page.get_by_role("button", name="打开 PDF（原件）", exact=True)
        for _ in range(30):
            if link.count():
                break
            self.page.wait_for_timeout(1_000)
            self.page.reload(wait_until="load")
        answer = self.fetch(link)
        assert answer.headers["content-type"] == "application/pdf"
        return answer.body()
