"""The README's ten minutes' tour, walked: one method per stage, in the order of the README.

``shoot(name, page)`` is called where the README has a picture; a test passes nothing, ``tests.browser.pictures`` does.
"""

import io
import re
import time
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import openpyxl
from playwright.sync_api import APIResponse, Browser, Page, expect
from pypdf import PdfReader

from tests.browser.citizen import Citizen, log_ins
from tests.browser.small_centre import Centre

POSTED_PATIENCE_MS = 60_000
STOP_SECONDS_MAX = 2
ROWS, ROWS_BAD = 1_214, 24
API_AGENT = 4  # of an employer of the first branch, whose clerks look it up
STOP_TITLE = "单位汇缴在网上业务大厅暂停办理"
STOP_NOTICE = (
    "因系统维护，单位汇缴在网上业务大厅暂停办理，预计今天 18:00 恢复。已填写的内容会保存，急需办理的可到服务大厅柜台。"
)


def words_of(pdf: bytes) -> str:
    assert pdf.startswith(b"%PDF-")
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")


def amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", text.replace("−", "-"))) * (-1 if "−" in text else 1)


class Tour:
    def __init__(self, chromium: Browser, centre: Centre, shoot: Callable[[str, Page], None] | None = None):
        self.chromium, self.centre = chromium, centre
        self.shoot = shoot or (lambda name, page: None)
        self.who = log_ins(centre)
        self.opened: list[Citizen] = []
        self.number = ""  # of the tour's employer
        self.target = ""  # token of an employer somebody looked up at the counter
        self.case = ""  # of the stop
        self.due = ""  # what the month costs, as written: ¥1,499,608.00
        self.anybody = Citizen(chromium, centre)
        self.opened.append(self.anybody)

    def visitor(self, kind: str, number: int | str, **given) -> Citizen:
        """Somebody of the list of log-ins, logged in; ``number`` is their place there, or a work number."""
        who = self.who[kind]
        one = who[number] if isinstance(number, int) else next(each for each in who if each.name == number)
        citizen = Citizen(self.chromium, self.centre, **given)
        self.opened.append(citizen)
        citizen.log_in(one)
        return citizen

    def close(self) -> None:
        for one in self.opened:
            one.close()
        self.opened.clear()

    # 1 · the employer's month ---------------------------------------------------------------------------------------

    def upload(self, agent: Citizen) -> None:
        agent.sees("2026年11月汇缴")
        agent.sees("待核定")
        self.number = re.search(r"单位账号 (\d+)", agent.page.locator("header").inner_text())[1]
        self.shoot("employer-home", agent.page)
        agent.do("改清册")
        agent.do("Excel 导入")
        agent.page.get_by_label("全量名册").check()
        agent.page.get_by_label("清册文件").set_input_files(self.centre.workbook)
        agent.do("上传并检查")
        agent.sees(f"有 {ROWS_BAD} 行须改正，其余 {ROWS - ROWS_BAD:,} 行可以导入")
        agent.sees(f"读取 {ROWS:,} 行")
        bad = agent.rows("须改正的行")
        expect(bad).to_have_count(ROWS_BAD)
        for row in bad.all():
            cells = [cell.inner_text().strip() for cell in row.locator("th, td").all()]
            assert len(cells) == 5 and "" not in cells and "—" not in cells, cells
        self.shoot("import-result", agent.page)

    def only_bad_rows(self, agent: Citizen) -> None:
        """The workbook of the wrong rows: only those, every wrong cell red and with a comment."""
        answer = agent.fetch(agent.page.get_by_role("button", name="下载只含错误行的 Excel"))
        page = openpyxl.load_workbook(io.BytesIO(answer.body())).worksheets[0]
        heading = [cell.value for cell in page[1]]
        assert "错误说明" in heading and "建议值" in heading
        rows = list(page.iter_rows(min_row=2))
        assert len(rows) == ROWS_BAD
        said = heading.index("错误说明")
        for row in rows:
            marked = [cell for cell in row if cell.comment]
            assert marked and row[said].value
            assert {cell.fill.fgColor.rgb for cell in marked} != {"00000000"}

    def correct_one(self, agent: Citizen) -> None:
        agent.do(f"在线改正 {ROWS_BAD} 行")
        wrong = agent.page.locator(".govuk-form-group--error", has_text="基数低于本市下限").first
        floor = re.search(r"建议：([\d.]+)", wrong.inner_text())[1]
        self.shoot("import-fix", agent.page)
        wrong.get_by_role("textbox").fill(floor)
        agent.do("保存并重新检查")
        agent.sees(f"还有 {ROWS_BAD - 1} 行须改正")
        agent.do("返回导入结果")
        agent.sees(f"有 {ROWS_BAD - 1} 行须改正")

    def approve(self, agent: Citizen) -> None:
        agent.do(f"先预览可导入的 {ROWS - ROWS_BAD + 1:,} 行")
        agent.at("变更预览")
        agent.sees(re.compile(r"新开户\s*18 人"))
        agent.sees(re.compile(r"封存\s*7 人"))
        agent.sees("无变化")
        self.shoot("difference", agent.page)
        agent.do(re.compile(r"^应用这 \d+ 条变更$"))
        agent.at("2026年11月变更清册")
        self.equation(agent)
        agent.do("下一步：核定")
        agent.at("核定 2026年11月汇缴")
        self.equation(agent)

    def equation(self, agent: Citizen) -> None:
        """上月 ＋增加 −减少 ±调整 ＝本月, in heads and in money."""
        boxes = agent.page.locator(".equation__box")
        expect(boxes).to_have_count(5)
        heads = [amount(text) for text in agent.page.locator(".equation__people").all_inner_texts()]
        money = [amount(text) for text in agent.page.locator(".equation__amount").all_inner_texts()]
        assert heads[0] + heads[1] - heads[2] == heads[4] and heads[1] == 18 and heads[2] == 7
        assert money[0] + money[1] - money[2] + money[3] == money[4]
        self.due = agent.page.locator(".equation__amount").last.inner_text().strip()

    def confirm(self, agent: Citizen) -> None:
        agent.do("核定无误，下一步")
        agent.do(f"确认汇缴 {self.due}")
        agent.at("已确认 2026年11月汇缴")
        self.shoot("confirmed", agent.page)
        agent.do("打印汇缴通知书")
        agent.at("住房公积金汇缴通知书")
        words = words_of(agent.paper())
        assert self.due.removeprefix("¥") in words and "河南云禾科技有限公司" in words
        agent.page.goto(agent.page.url.split("/letters/")[0] + "/months/2026-11/", wait_until="load")

    def pay(self, agent: Citizen) -> None:
        """On the bank's own page, and back."""
        agent.do(f"去付款 {self.due}")
        agent.do(f"付款 {self.due}")
        agent.do(f"到银行付款 {self.due}")
        assert agent.page.url.startswith(self.centre.bank_url)
        expect(agent.page.locator("body")).to_contain_text(self.due)
        self.shoot("bank", agent.page)
        agent.do(f"确认付款 {self.due}")
        expect(agent.page.get_by_role("heading", level=1)).to_have_text("付款成功")
        agent.do("返回单位网厅")
        assert agent.page.url.startswith(self.centre.url)

    # 2 · the money arrives -------------------------------------------------------------------------------------------

    def posted(self, agent: Citizen) -> None:
        """The bank told, the money was matched and allocated, the vouchers stand."""
        self.until(agent, "已入账")
        agent.go(re.sub(r"^https?://[^/]+", "", agent.page.url).split("/months/")[0] + "/months/2026-11/")
        agent.sees("2026年11月已入账")
        agent.do("汇缴记录")
        first = agent.rows().first
        expect(first).to_contain_text("已入账")
        expect(first).to_contain_text(self.due.removeprefix("¥"))

    def until(self, visitor: Citizen, words: str, patience_ms: int = POSTED_PATIENCE_MS) -> None:
        """The page refreshes itself; without JavaScript, and for a busy machine, it is asked again."""
        for _ in range(patience_ms // 2_000):
            if words in visitor.page.locator("main").inner_text():
                return
            visitor.page.wait_for_timeout(2_000)
            visitor.page.reload(wait_until="load")
        visitor.sees(words)

    def ties_out(self) -> None:
        """平衡墙: persons, sub-ledger, general ledger and bank say the same, by branch and bank."""
        board = self.visitor("staff", "A0002")
        board.go("/switchboard/wall/")
        self.until(board, "项都平", 90_000)
        expect(board.page.locator("main .tag--red")).to_have_count(0)
        self.shoot("wall", board.page)

    # 3 · the employee ------------------------------------------------------------------------------------------------

    def employee(self, mine: Citizen) -> None:
        """Balance, the row with both parts and its month, the chart, a certificate anybody can verify."""
        mine.sees("缴至")
        mine.sees("2026-11")
        expect(mine.page.get_by_role("img", name=re.compile("近 12 个月缴存"))).to_be_visible()
        balance = mine.page.locator(".figure__amount").first.inner_text()
        self.shoot("my-home", mine.page)
        mine.do("账户明细", mine.page.locator("main"))
        newest = mine.rows().first
        for words in ("2026-11-09", "汇缴", "2026-11", balance.removeprefix("¥")):
            expect(newest).to_contain_text(words)
        signed = [amount(text) for text in newest.locator("td.r").all_inner_texts()]
        assert signed[0] > 0 and signed[0] + signed[1] == signed[2]
        self.certificate(mine, balance)

    def certificate(self, mine: Citizen, balance: str) -> None:
        mine.go("/my/do/accounts.issue_certificate/")
        mine.tell({"资金性质": "住房公积金", "用途": "办理贷款"})
        mine.do("下一步：核对")
        mine.do(re.compile("^开具"))
        mine.do(re.compile("^打印"))
        code = re.search(r"验证码\s*((?:\d{5} ?){4})", mine.page.locator("main").inner_text())[1].strip()
        words = words_of(mine.paper())
        assert balance in words and code.replace(" ", "") in words
        self.verify(code)

    def verify(self, code: str) -> None:
        """Anybody, without a log-in."""
        self.anybody.go("/verify/")
        self.anybody.page.get_by_label("验证码").fill(code)
        self.anybody.do("验真")
        self.anybody.sees("真实有效")
        self.shoot("verify", self.anybody.page)

    # 4 · the counter -------------------------------------------------------------------------------------------------

    def find(self, clerk: Citizen, words: str, heading: str) -> None:
        """F2, what the customer said, Enter. Without JavaScript the box is the same, reached by the mouse."""
        box = clerk.page.locator("#command")
        if clerk.javascript:
            clerk.page.keyboard.press("F2")
            expect(box).to_be_focused()
        box.fill(words)
        with clerk.page.expect_navigation(wait_until="load"):
            box.press("Enter")
        if clerk.page.get_by_role("heading", level=1, name="查找结果").count():
            clerk.do(re.compile(re.escape(heading)), clerk.page.locator("main"))
        clerk.at(heading)

    def look_up(self, clerk: Citizen) -> None:
        """The employer with its cases, one of them opened; then the person."""
        person = self.who["person"][0].words
        self.find(clerk, "云禾科技有限公司", "河南云禾科技有限公司")
        self.shoot("customer", clerk.page)
        clerk.do(re.compile(r"^W2026\d+-\d+$"))
        clerk.sees("办理过程")
        clerk.sees("李会计")
        self.find(clerk, person, f"{person[0]}*")
        clerk.sees("河南云禾科技有限公司")
        other = self.who["employer"][API_AGENT].words
        self.find(clerk, other, other)
        self.target = clerk.page.url.rstrip("/").split("/")[-1]

    def register_employer(self, clerk: Citizen, reviewer: Citizen, name: str, credit_code: str, address: str) -> None:
        clerk.go("/counter/do/accounts.register_employer/")
        clerk.tell(
            {
                "统一社会信用代码": credit_code,
                "单位名称": name,
                "单位类别": "城镇私营企业",
                "行政区域": "魏都区",
                "单位地址": address,
            }
        )
        clerk.do("继续")
        clerk.tell({"法定代表人姓名": "张示例", "证件号码": "990000199001010017", "单位电话": "0374-2960000"})
        clerk.do("继续")
        clerk.tell({"单位缴存比例": "8", "职工缴存比例": "8", "发薪日": "10"})
        clerk.do("下一步：核对")
        clerk.do(re.compile("单位缴存登记"))
        number = clerk.page.locator(".result__number").inner_text()
        self.decide(reviewer, number, "单位缴存登记")
        reviewer.sees(name)

    def decide(self, reviewer: Citizen, number: str, heading: str) -> None:
        """The second pair of eyes."""
        reviewer.go(f"/{reviewer.page.url.split('/')[3]}/checks/")
        reviewer.do(number)
        reviewer.at(heading)
        self.shoot(f"decide-{heading}", reviewer.page)
        reviewer.page.get_by_label("通过").check()
        reviewer.do("完成审核")

    def open_account(self, clerk: Citizen, employer: str, name: str, id_number: str) -> None:
        self.find(clerk, employer, employer)
        clerk.do("职工账户设立")
        clerk.tell({"证件号码": id_number, "姓名": name, "手机号码": "13912345678"})
        clerk.do("继续")
        clerk.tell({"月工资": "6800"})
        clerk.do("下一步：核对")
        clerk.sees("新开户")
        clerk.do(re.compile("开户$"))
        clerk.sees("个人账号")
        self.find(clerk, id_number, f"{name[0]}*")

    def receipts(self, accountant: Citizen, second: Citizen) -> None:
        """The statement shows the tour's money matched; money of nobody is claimed, and a second accountant agrees."""
        accountant.go("/counter/list/accounts.bank_statement/")
        row = accountant.rows().filter(has_text=self.due.removeprefix("¥"))
        expect(row).to_have_count(1)
        expect(row).to_contain_text("已匹配")
        self.shoot("statement", accountant.page)
        accountant.go("/counter/list/accounts.unknown_receipts/")
        unknown = accountant.rows().filter(has_text="88,200.00")
        expect(unknown).to_have_count(1)
        accountant.do(re.compile("^认领"), unknown)
        accountant.tell({"归属单位": self.number, "认领依据": "单位来函说明 11 月补汇，回单已核"})
        accountant.do("下一步：核对")
        accountant.do("认领 ¥88,200.00")
        number = accountant.page.locator(".result__number").inner_text()
        self.decide(second, number, "认领来款")
        accountant.go("/counter/list/accounts.unknown_receipts/")
        expect(accountant.rows().filter(has_text="88,200.00")).to_have_count(0)

    # 5 · the switchboard ---------------------------------------------------------------------------------------------

    def stop(self, admin: Citizen, lead: Citizen) -> str:
        """A cell of the matrix, the order with its public notice, a second administrator. Returns its number."""
        admin.go("/switchboard/matrix/")
        self.shoot("matrix", admin.page)
        row = admin.rows().filter(has_text="住房公积金汇缴")
        admin.do(re.compile("开$"), row.locator("td").nth(self._column(admin, "网厅单位")))
        expect(admin.page.get_by_label("渠道、事项或类别代码")).to_have_value("WEBE:J-PAY")
        admin.tell(
            {
                "方式": "停新办",
                "原因": "银行、结算故障",
                "内部说明": "核心前置机汇缴交易响应超时，信息科正在处理",
                "公告标题": STOP_TITLE,
                "公告正文": STOP_NOTICE,
                "替代渠道": "服务大厅柜台",
            }
        )
        admin.do("下一步：核对")
        admin.do("提交停办申请")
        self.case = admin.page.locator(".result__number").inner_text()
        self.decide(lead, self.case, "申请停办")
        admin.go("/switchboard/stops/")
        order = admin.rows().filter(has_text="生效中")
        expect(order).to_have_count(1)
        return order.locator("th").inner_text().strip()

    def _column(self, visitor: Citizen, label: str) -> int:
        heads = visitor.page.locator("main table thead th").all_inner_texts()
        return next(place for place, words in enumerate(heads) if label in words) - 1

    def ready_to_confirm(self, agent: Citizen) -> str:
        """Another employer stands before its button when the stop comes. Returns the button's words."""
        agent.sees("本月无变动，直接核定")
        agent.do("本月无变动，直接核定")
        agent.do("核定无误，下一步")
        return agent.page.get_by_role("button", name=re.compile("^确认汇缴 ")).inner_text()

    def refused(self, agent: Citizen, button: str, since: float) -> None:
        """Within two seconds of the approval: 503, the notice, the other channel, and nothing typed is lost."""
        with agent.page.expect_response(lambda one: one.request.method == "POST") as answer:
            agent.do(button)
        assert answer.value.status == 503
        assert time.monotonic() - since < STOP_SECONDS_MAX
        agent.sees(STOP_NOTICE)
        agent.sees("填写的内容已保存为草稿")
        agent.sees("服务大厅柜台")
        self.shoot("stopped", agent.page)

    def refused_by_api(self, token: str) -> None:
        target = {"kind": "employer", "token": self.target}
        data = {"target": target, "input": {"month": "2026-11", "heads": 1, "total": "1.00"}}
        answer = self._api("operations/deposits.confirm_remittance/", data, token)
        assert answer.status == 503
        problem = answer.json()
        assert STOP_NOTICE in str(problem) and problem["draft"]

    def token(self) -> str:
        """A log-in through the API."""
        who = self.who["employer"][API_AGENT]
        ticket = self._api("session/", {"kind": who.kind, "name": who.name, "password": who.password}).json()["ticket"]
        return self._api("session/code/", {"ticket": ticket, "code": self.anybody.code(who)}).json()["token"]

    def _api(self, address: str, data: dict, token: str = "") -> APIResponse:
        headers = {"Idempotency-Key": uuid4().hex} | ({"Authorization": f"Bearer {token}"} if token else {})
        return self.anybody.context.request.post(f"{self.centre.url}/api/v1/{address}", data=data, headers=headers)

    def story(self, auditor: Citizen, admin: str, lead: str) -> None:
        """The audit explorer tells who asked, who agreed and what changed, and the chain of seals holds."""
        auditor.go(f"/switchboard/audit/?case={self.case}")
        for words in (f"{admin}提交", f"{lead}审核通过", f"{lead}停办"):
            expect(auditor.page.locator("main table")).to_contain_text(words)
        self.shoot("audit", auditor.page)
        auditor.do(auditor.rows().first.locator("a").first.inner_text())
        auditor.sees(STOP_NOTICE)
        auditor.go("/switchboard/audit/verify/")
        auditor.do("校验这一段")
        auditor.sees("每一条与前一条衔接，内容没有改动")

    def counted(self, admin: Citizen, order: str) -> None:
        admin.go("/switchboard/traffic/")
        stopped = admin.page.locator(".kpi", has_text="停办拦下").locator("dd").first
        assert int(stopped.inner_text()) >= 2
        admin.go(f"/switchboard/stops/{order}/")
        admin.sees(re.compile(r"共拦下 \d+ 次"))

    def lift(self, admin: Citizen, lead: Citizen, order: str) -> None:
        admin.go(f"/switchboard/stops/{order}/")
        admin.do("申请恢复")
        admin.tell({"恢复说明": "前置机已恢复，试办成功"})
        admin.do("下一步：核对")
        admin.do("申请恢复")
        self.decide(lead, admin.page.locator(".result__number").inner_text(), "申请恢复")

    def resumed(self, agent: Citizen, button: str) -> None:
        """The draft is where it was, and goes through."""
        agent.do("打开草稿")
        agent.do(button)
        agent.at("已确认 2026年11月汇缴")

    # the same without JavaScript -------------------------------------------------------------------------------------

    def plain_month(self, agent: Citizen) -> None:
        self.due = self.ready_to_confirm(agent).removeprefix("确认汇缴 ")
        agent.do(f"确认汇缴 {self.due}")
        agent.at("已确认 2026年11月汇缴")
        agent.do("2026年11月汇缴")
        self.pay(agent)
        self.posted(agent)
