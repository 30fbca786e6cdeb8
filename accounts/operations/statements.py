"""银行对账单: from the bank's file to lines that are told once, each balance following from the one before."""

from decimal import Decimal

from rest_framework import serializers

from accounts.bank import statement_files
from accounts.bank.models import BankStatement, SpecialAccount
from accounts.operations.receipts import ACCOUNTANTS
from servicehub.declare import CENTRE, Change, Finding, NextStep, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations, sheets
from servicehub.files import LISTS
from servicehub.files.fields import UploadField
from servicehub.kit.amounts import money
from servicehub.sheets import intake
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.models import SheetFinding, Upload, UploadState

SHEET = "accounts.bank_statement"
PROBLEMS_SHOWN = 5


def account_of(origin, number: str) -> SpecialAccount | None:
    """An open special account within the reader's branches."""
    return SpecialAccount.objects.open().visible_to(origin).filter(account_no=number.strip()).first()


def upload_of(origin, token: str) -> Upload | None:
    found = Upload.objects.filter(token=token.strip(), sheet=SHEET).first()
    visible = found and SpecialAccount.objects.visible_to(origin).filter(pk=found.context["account"]).exists()
    return found if visible else None


NO_ACCOUNT = Finding(
    "statement.no_account", "没有这个专户，或不在您的管理部", field="account", remedy="从专户清单选择账号"
)


@operations.add
class UploadStatement(Operation):
    """Keeps the file and checks it whole. Nothing is taken in yet."""

    code = "accounts.upload_statement"
    item = "S-RECON"
    label = "上传银行对账单"
    target = CENTRE.kind
    roles = frozenset({"accountant", "cashier"})
    opens_case = False
    counter_code = "4105"

    class Input(serializers.Serializer):
        account = serializers.CharField(label="专户账号", max_length=32)
        file = UploadField(label="对账单文件", help_text="银行导出的 xlsx 或 csv，整份上传", accept=LISTS)

    def check(self, origin, target, data):
        return [] if account_of(origin, data["account"]) else [NO_ACCOUNT]

    def execute(self, origin, target, data):
        account = account_of(origin, data["account"])
        upload = intake.receive(
            origin, sheets[SHEET], CENTRE, data["file"].name, data["file"].data, context={"account": account.pk}
        )
        facts = {"upload": upload.token, "read": str(upload.rows_read), "bad": str(upload.rows_bad)}
        good = upload.state == UploadState.CHECKED and not upload.rows_bad
        step = NextStep("登记这份对账单", f"do/accounts.accept_statement/?upload={upload.token}")
        look = NextStep("查看须改正的行", f"list/accounts.statement_problems/?upload={upload.token}")
        return Outcome(
            f"已检查 {upload.rows_read:,} 行，" + ("余额逐笔连续" if good else f"{upload.rows_bad:,} 行须改正"),
            changes=(Change(f"servicehub.upload:{upload.pk}", "上传银行对账单", str(account), after=facts),),
            rows=(("导入编号", upload.token), *_said(upload)),
            next_steps=(step,) if good else (look,),
            facts=facts,
        )

    @classmethod
    def example(cls):
        return {"account": "41050100001000000001", "file": ""}


def _said(upload: Upload) -> list[tuple[str, str]]:
    rows = SheetFinding.objects.filter(upload_id=upload.pk).exclude(severity="notice").order_by("line", "pk")
    return [
        (f"第 {row.line} 行" if row.line else "文件", CATALOGUE[row.code].say(row.facts))
        for row in rows[:PROBLEMS_SHOWN]
    ]


@operations.add
class AcceptStatement(Operation):
    """The second pair of eyes agrees; then unknown lines of it are taken in like anything the bank tells."""

    code = "accounts.accept_statement"
    item = "S-RECON"
    label = "登记银行对账单"
    target = CENTRE.kind
    roles = frozenset({"accountant", "cashier"})
    stages = ("accountant_reviewer",)
    moves_money = True
    counter_code = "4106"

    class Input(serializers.Serializer):
        upload = serializers.CharField(label="导入编号", max_length=12, help_text="上传对账单后得到的编号")

    def check(self, origin, target, data):
        upload = upload_of(origin, data["upload"])
        if upload is None:
            return [Finding("statement.no_upload", "没有这次导入", field="upload", remedy="先上传对账单")]
        if upload.state not in {UploadState.CHECKED, UploadState.APPLIED} or upload.rows_bad:
            words = f"这份对账单还有 {upload.rows_bad:,} 行须改正" if upload.rows_bad else upload.get_state_display()
            return [Finding("statement.bad_lines", words, field="upload", remedy="改正后重新上传整份对账单")]
        return []

    def summary(self, origin, target, data):
        upload = upload_of(origin, data["upload"])
        if upload is None or upload.state != UploadState.CHECKED:
            return []
        made = statement_files.summary(upload)
        return [
            ("专户", str(statement_files.account_of(upload))),
            ("日期", f"{made.first:%Y-%m-%d} 至 {made.last:%Y-%m-%d}"),
            ("期初余额", money(made.opening)),
            ("收入合计", money(made.received)),
            ("支出合计", money(made.paid)),
            ("期末余额", money(made.closing)),
            ("笔数", f"{made.lines:,} 笔，其中新的 {made.new:,} 笔"),
        ]

    def execute(self, origin, target, data):
        made, new = statement_files.accept(origin, upload_of(origin, data["upload"]))
        words = f"已登记 {made.lines:,} 笔" if new else "这份对账单已经登记过，没有重复登记"
        change = Change(
            f"accounts.bank_statement:{made.pk}", "登记对账单", str(made.special_account),
            after={"期初余额": money(made.opening), "期末余额": money(made.closing), "笔数": str(made.lines)},
        )  # fmt: skip
        return Outcome(
            words, changes=(change,) if new else (), facts={"statement": str(made.pk), "lines": str(made.lines)}
        )

    @classmethod
    def example(cls):
        return {"upload": "0123456789ab"}


@operations.add
class StatementProblems(Query):
    """Everything wrong with an uploaded statement, line by line."""

    code = "accounts.statement_problems"
    item = "S-RECON"
    label = "对账单须改正的行"
    target = CENTRE.kind
    roles = ACCOUNTANTS

    class Input(serializers.Serializer):
        upload = serializers.CharField(label="导入编号", max_length=12)

    def rows(self, origin, target, data):
        upload = upload_of(origin, data["upload"])
        found = SheetFinding.objects.filter(upload_id=upload.pk if upload else 0).exclude(severity="notice")
        return Table(
            columns=(
                TableColumn("line", "行", "count", sort="line"),
                TableColumn("what", "问题"),
                TableColumn("shown", "文件中"),
                TableColumn("remedy", "怎么改"),
            ),
            source=found.values("id", "line", "code", "shown", "facts"),
            caption=f"{upload.file_name} 须改正的行" if upload else self.label,
            order=("line", "id"),
            finish=lambda page: [
                {
                    **row,
                    "line": row["line"] or None,
                    "what": CATALOGUE[row["code"]].say(row["facts"]),
                    "remedy": CATALOGUE[row["code"]].remedy,
                }
                for row in page
            ],
            filters=("upload",),
            empty="没有须改正的行，可以登记。",
        )

    @classmethod
    def example(cls):
        return {"upload": "0123456789ab"}


@operations.add
class StatementList(Query):
    """What was taken in: from the interface every evening, and from files."""

    code = "accounts.statement_list"
    item = "S-RECON"
    label = "银行对账单"
    target = CENTRE.kind
    roles = ACCOUNTANTS
    counter_code = "4107"

    class Input(serializers.Serializer):
        account = serializers.CharField(required=False, label="专户账号")

    def rows(self, origin, target, data):
        found = BankStatement.objects.filter(special_account__in=SpecialAccount.objects.visible_to(origin))
        if data.get("account"):
            found = found.filter(special_account__account_no=data["account"])
        return Table(
            columns=(
                TableColumn("account", "专户"),
                TableColumn("source", "来源"),
                TableColumn("first", "起始日期", "date", sort="first"),
                TableColumn("last", "截止日期", "date", sort="last"),
                TableColumn("opening", "期初余额", "money"),
                TableColumn("received", "收入合计", "money"),
                TableColumn("paid", "支出合计", "money"),
                TableColumn("closing", "期末余额", "money"),
                TableColumn("lines", "笔数", "count"),
                TableColumn("proof", "余额连续"),
                TableColumn("imported_by", "导入人"),
            ),
            source=found.values(
                "id", "special_account__bank_name", "special_account__account_no", "source", "first", "last", "opening",
                "received", "paid", "closing", "lines", "breaks", "gap", "imported_by",
            ),
            caption="银行对账单",
            unit="元",
            order=("-last", "-id"),
            finish=_statements,
            filters=("account",),
            empty="还没有对账单。每天日终向银行查询，也可以上传银行导出的文件。",
        )  # fmt: skip


def _statements(page):
    return [
        {
            **row,
            "account": f"{row['special_account__bank_name']} {row['special_account__account_no'][-4:]}",
            "source": BankStatement(source=row["source"]).get_source_display(),
            "proof": _proof(row["breaks"], row["gap"]),
        }
        for row in page
    ]


def _proof(breaks: int, gap: Decimal) -> str:
    if breaks:
        return f"{breaks} 处不连续"
    return f"与前期相差 {money(gap)}" if gap else "连续"
