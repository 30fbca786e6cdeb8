"""A small app for the generic pages: two employers, their people, and one operation per way of being done."""

from datetime import date
from decimal import Decimal

from rest_framework import serializers

from servicehub.declare import (
    Audience,
    Authority,
    Change,
    Channel,
    Finding,
    Item,
    Operation,
    Outcome,
    Party,
    PartyCard,
    PartyKind,
    Query,
    Severity,
    Table,
    TableColumn,
)
from servicehub.kit.fields import MonthField

YUNHE, HENGTONG, ELSEWHERE = Party("employer", 1), Party("employer", 2), Party("employer", 3)
ZHANG = Party("person", 11)
NAMES = {1: "河南云禾科技有限公司", 2: "恒通物业有限公司", 3: "别家有限公司"}
TOKENS = {"e7f3k": 1, "e9x2m": 2, "e3zzz": 3}
ROWS = 120


class EmployerKind(PartyKind):
    def cards(self, ids):
        tokens = {number: token for token, number in TOKENS.items()}
        return {
            one: PartyCard(
                Party("employer", one), tokens[one], NAMES[one], f"41010000{one}", status="employer:normal",
                details=(("管理部", "市直管理部"),),
            )
            for one in ids if one in NAMES
        }  # fmt: skip

    def find(self, token):
        return TOKENS.get(token)

    def authority(self, origin, party_id):
        if origin.user_kind == "staff":
            return Authority(origin.roles, basis="岗位")
        if origin.user_kind == "employer" and party_id in {1, 2}:
            return Authority(frozenset({"prepare", "confirm", "checker"}), basis="授权书 2026-014")
        return None

    def mine(self, origin):
        return [1, 2] if origin.user_kind == "employer" else []

    def search(self, origin, text, limit=20):
        return [number for number, name in NAMES.items() if text in name or text == f"41010000{number}"]


class PersonKind(PartyKind):
    def cards(self, ids):
        return {one: PartyCard(Party("person", one), f"p{one}xx", "张*", "****8812") for one in ids if one == ZHANG.id}

    def find(self, token):
        return ZHANG.id if token == "p11xx" else None

    def authority(self, origin, party_id):
        return Authority(frozenset({"self"}) | origin.roles, basis="本人")

    def mine(self, origin):
        return [ZHANG.id] if origin.user_kind == "person" else []


def items() -> list[Item]:
    shared = {
        "owner": "归集管理科",
        "audiences": frozenset({Audience.EMPLOYER, Audience.PERSON}),
        "channels": frozenset({Channel.WEBE, Channel.WEBP, Channel.CTR, Channel.ADM}),
        "assurance": 2,
        "guide": "缴存单位的经办人可以办理。",
        "help": "办理后当日生效。",
    }
    return [
        Item(code="X-DO", name="示例办理", group="缴存", **shared),
        Item(code="X-LOOK", name="示例查询", group="查询", **shared),
    ]


class World:
    """What the planted app did and what its rules will say; the fixture clears it."""

    def __init__(self):
        self.done: list[dict] = []
        self.findings: list[Finding] = []


WORLD = World()


class Transfer(Operation):
    code = "samples.move_money"
    item = "X-DO"
    label = "调整月缴存额"
    target = "employer"
    counter_code = "1901"
    roles = frozenset({"prepare", "teller"})

    class Input(serializers.Serializer):
        month = MonthField(label="调整月份", help_text="写成 2026-11")
        amount = serializers.DecimalField(label="月缴存额", max_digits=12, decimal_places=2)
        reason = serializers.ChoiceField(label="调整原因", choices=[("raise", "工资调整"), ("fix", "更正")])
        id_no = serializers.CharField(label="证件号码", style={"kind": "id_no", "mask": "id_no"}, required=False)
        note = serializers.CharField(label="备注", required=False, allow_blank=True, max_length=200)
        promise = serializers.BooleanField(label="我承诺以上信息真实")

    def initial(self, origin, target):
        return {"month": date(2026, 11, 1)}

    def check(self, origin, target, data):
        findings = list(WORLD.findings)
        if data["amount"] < Decimal("100"):
            findings.append(
                Finding(
                    "LOW",
                    "月缴存额低于本市下限 100.00",
                    field="amount",
                    remedy="改为 100.00 或以上",
                    clause="条例 第十八条",
                )
            )
        if data["amount"] > Decimal("9000"):
            findings.append(Finding("HIGH", "月缴存额比上月多一倍，核对是否多写一位", Severity.WARNING, field="amount"))
        return findings

    def summary(self, origin, target, data):
        return [("每年多缴", "¥1,200.00")]

    def button(self, origin, target, data):
        return f"调整月缴存额 ¥{data['amount']:,.2f}"

    def execute(self, origin, target, data):
        origin.require_pass()
        WORLD.done.append(dict(data))
        return Outcome(
            "已调整月缴存额，2026年11月起执行",
            changes=(Change("samples.employer:1", "调整月缴存额", "河南云禾", after={"月缴存额": "1,967.00"}),),
            rows=(("月缴存额", f"{data['amount']:,.2f}"),),
        )

    @classmethod
    def example(cls):
        return {"month": "2026-11", "amount": "1967.00", "reason": "raise", "promise": True}


class Reviewed(Transfer):
    code = "samples.reviewed"
    label = "变更单位名称"
    counter_code = "1902"
    stages = ("reviewer",)


class NoInput(Operation):
    code = "samples.no_input"
    item = "X-DO"
    label = "申请暂缓"
    target = "employer"
    roles = frozenset({"prepare", "teller"})

    def execute(self, origin, target, data):
        return Outcome("已暂缓")


class First(serializers.Serializer):
    title = "申请类型"
    kind = serializers.ChoiceField(label="申请类型", choices=[("defer", "缓缴"), ("cut", "降低比例")])


class Second(serializers.Serializer):
    title = "期间"
    start = MonthField(label="开始月份")
    months = serializers.IntegerField(label="月数", min_value=1, max_value=12)


class Wizard(Operation):
    code = "samples.wizard"
    item = "X-DO"
    label = "申请缓缴或降低比例"
    target = "employer"
    roles = frozenset({"prepare", "teller"})
    steps = (First, Second)

    def execute(self, origin, target, data):
        WORLD.done.append(dict(data))
        return Outcome("已提交申请")


class Staff(Query):
    code = "samples.staff"
    item = "X-LOOK"
    label = "职工名册"
    target = "employer"
    roles = frozenset({"prepare", "teller"})

    class Input(serializers.Serializer):
        state = serializers.ChoiceField(label="状态", required=False, choices=[("normal", "正常"), ("sealed", "封存")])
        since = MonthField(label="起缴月", required=False)
        q = serializers.CharField(label="姓名", required=False, max_length=50)

    def rows(self, origin, target, data):
        rows = [
            {
                "name": f"职工{number:03d}",
                "id_no": f"410***********{number:04d}",
                "amount": Decimal(1000 + number),
                "state": "fund_account:sealed" if number % 10 == 0 else "fund_account:normal",
                "since": date(2025, number % 12 + 1, 1),
                "token": "p11xx",
            }
            for number in range(1, ROWS + 1)
        ]
        wanted = data.get("state")
        rows = [row for row in rows if not wanted or row["state"] == f"fund_account:{wanted}"]
        rows = [row for row in rows if data.get("q", "") in row["name"]]
        return Table(
            columns=(
                TableColumn("name", "姓名", sort="name", url=lambda row: f"person/{row['token']}/"),
                TableColumn("id_no", "证件号码", kind="mask"),
                TableColumn("amount", "月缴存额", kind="money", sort="amount", total=True),
                TableColumn("state", "状态", kind="status"),
                TableColumn("since", "起缴月", kind="month"),
            ),
            source=rows,
            caption="职工名册",
            unit="元",
            totals={"amount": sum((row["amount"] for row in rows), Decimal(0))},
            empty="还没有职工",
        )


OPERATIONS = [Transfer, Reviewed, NoInput, Wizard, Staff]
KINDS = [EmployerKind(code="employer", label="单位"), PersonKind(code="person", label="个人")]
