"""A small world for the gate's own tests: one kind of party, one item per behaviour, and every kind of operation."""

from decimal import Decimal

from rest_framework import serializers

from servicehub.declare import (
    CALLBACK,
    CONTINUE,
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
    Table,
    TableColumn,
)

GARDEN = Party("garden", 7)
STRANGE = Party("garden", 99)


class World:
    """What the planted app knows; a test changes it."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.executed: list = []
        self.findings: list[Finding] = []
        self.blocks: list[Finding] = []
        self.version = 1
        self.while_checking = self.before_execute = lambda: None
        self.authorities = {
            1: Authority(frozenset({"teller", "maker"}), basis="岗位"),
            2: Authority(frozenset({"reviewer"}), basis="岗位"),
            3: Authority(frozenset({"supervisor"}), basis="岗位"),
            4: Authority(frozenset({"viewer"}), basis="授权书"),
            5: Authority(frozenset({"maker"}), items=frozenset({"X-READ"}), basis="授权书"),
            6: Authority(frozenset({"maker"}), limit=Decimal("100.00"), basis="授权书"),
        }


WORLD = World()


class GardenKind(PartyKind):
    def cards(self, ids):
        return {one: PartyCard(Party("garden", one), f"g{one}", f"园{one}号") for one in ids if one in {7, 8, 99}}

    def find(self, token):
        return int(token[1:]) if token.startswith("g") else None

    def authority(self, origin, party_id):
        return None if party_id == STRANGE.id else WORLD.authorities.get(origin.operator)

    def version(self, party_id):
        return WORLD.version

    def blocks(self, party_id, item):
        return WORLD.blocks


def item(code: str, **given) -> Item:
    values = {
        "name": f"事项{code}",
        "owner": "归集管理科",
        "audiences": frozenset({Audience.EMPLOYER}),
        "channels": frozenset({Channel.CTR, Channel.WEBE, Channel.APP}),
        "assurance": 2,
        "guide": "园艺用。",
        "help": "问。答。",
        "group": "园艺",
    }
    return Item(code=code, **{**values, **given})


# X-NEW excludes itself, X-SLOW waits for its like, X-ASK asks a supervisor.
ITEMS = (
    item("X-NEW", clashes={"X-NEW": "refused"}),
    item("X-SLOW", clashes={"X-SLOW": "waits"}),
    item("X-ASK", clashes={"X-ASK": "approval"}),
    item("X-TWIN", clashes={"X-NEW": "refused", "X-TWIN": "refused"}),
    item("X-READ"),
    item("X-ALWAY", always_on=True),
    item("X-HARD", assurance=3),
    item("X-DARK", published=False),
    item("X-ELSE", channels=frozenset({Channel.APP})),
)
KINDS = (GardenKind(code="garden", label="园"),)


class Base(Operation):
    target = "garden"
    roles = frozenset({"teller", "maker", "reviewer"})
    item = "X-NEW"
    label = "种花"

    class Input(serializers.Serializer):
        amount = serializers.DecimalField(max_digits=18, decimal_places=2)
        day = serializers.DateField(required=False)
        secret = serializers.CharField(required=False, write_only=True)

    def amount(self, origin, target, data):
        return data["amount"]

    def check(self, origin, target, data):
        WORLD.while_checking()
        return WORLD.findings

    def claims(self, origin, target, data):
        return [(target, self.item)]

    def execute(self, origin, target, data):
        origin.require_pass()
        WORLD.before_execute()
        WORLD.executed.append((self.code, origin, dict(data)))
        return Outcome(
            "已种下",
            changes=(Change("garden.bed:1", "种花", "一床"),),
            rows=(("数额", f"{data['amount']:.2f}"),),
            facts={"amount": f"{data['amount']:.2f}"},
        )

    @classmethod
    def example(cls):
        return {"amount": "10.00"}


class Plant(Base):
    code = "tests.plant"


class Reviewed(Base):
    code = "tests.reviewed"
    stages = ("reviewer",)


class Twin(Base):
    code = "tests.twin"
    item = "X-TWIN"
    stages = ("reviewer",)


class TwoStages(Base):
    code = "tests.two_stages"
    stages = ("reviewer", "supervisor")


class Queued(Base):
    code = "tests.queued"
    runs = "job"


class ReviewedJob(Base):
    code = "tests.reviewed_job"
    stages = ("reviewer",)
    runs = "job"


class Slow(Base):
    code = "tests.slow"
    item = "X-SLOW"
    stages = ("reviewer",)


class SlowAndQuick(Base):
    code = "tests.slow_and_quick"
    item = "X-SLOW"


class AskFirst(Base):
    code = "tests.ask_first"
    item = "X-ASK"
    stages = ("reviewer",)


class Ask(Base):
    code = "tests.ask"
    item = "X-ASK"


class Continues(Base):
    code = "tests.continues"

    def execute(self, origin, target, data):
        super().execute(origin, target, data)
        return Outcome("等银行回执", state="continues", changes=(Change("garden.bed:1", "付款", ""),))


class GoesOn(Base):
    code = "tests.goes_on"
    kind = CONTINUE

    class Input(Base.Input):
        case = serializers.CharField()

    def case_of(self, origin, target, data):
        return data["case"]


class Withdraws(GoesOn):
    code = "tests.withdraws"
    withdraws = True


class Continuing(Base):
    code = "tests.continuing"
    kind = CONTINUE
    opens_case = False
    item = "X-READ"


class ContinuingAlways(Continuing):
    code = "tests.continuing_always"
    item = "X-ALWAY"


class Answered(Base):
    code = "tests.answered"
    kind = CALLBACK
    item = "X-READ"
    opens_case = False


class Upload(Base):
    code = "tests.upload"
    opens_case = False

    def claims(self, origin, target, data):
        return []


class Alway(Base):
    code = "tests.alway"
    item = "X-ALWAY"


class Hard(Base):
    code = "tests.hard"
    item = "X-HARD"


class Money(Base):
    code = "tests.money"
    moves_money = True


class Fresh(Base):
    code = "tests.fresh"
    fresh_proof = True


class Dark(Base):
    code = "tests.dark"
    item = "X-DARK"


class Elsewhere(Base):
    code = "tests.elsewhere"
    item = "X-ELSE"


class Several(Base):
    code = "tests.several"
    partial = True

    def items(self, origin, target, data):
        return ["X-NEW", "X-SLOW"]

    def claims(self, origin, target, data):
        return []


class AllOrNothing(Several):
    code = "tests.all_or_nothing"
    partial = False


SET_OF_CLAIMS = (
    "SELECT 'garden' AS party_kind, one::bigint AS party_id, 'X-NEW' AS item FROM generate_series(1, %s) one"
)


class Many(Base):
    """Claims so many parties that they come as a SELECT."""

    code = "tests.many"
    runs = "job"

    class Input(serializers.Serializer):
        amount = serializers.DecimalField(max_digits=18, decimal_places=2)
        people = serializers.IntegerField()

    def claims(self, origin, target, data):
        return []

    def claim_rows(self, origin, target, data):
        return SET_OF_CLAIMS, (data["people"],)


class Beds(Query):
    code = "tests.beds"
    item = "X-READ"
    label = "花床"
    target = "garden"
    roles = frozenset({"teller", "maker", "viewer", "reviewer"})

    def rows(self, origin, target, data):
        return Table(columns=(TableColumn("name", "名称"),), source=[{"name": "一床"}])


class Public(Query):
    code = "tests.public"
    item = "X-READ"
    label = "测算"

    def rows(self, origin, target, data):
        return Table(columns=(TableColumn("name", "名称"),), source=[])


OPERATIONS = tuple(
    one for one in list(globals().values()) if isinstance(one, type) and issubclass(one, Operation) and one.code
)
