"""Invented employers of a middling city: a few large ones, a long tail of small ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from fundcentre.demo.people import a_name

BRANCHES = (
    # code, name, area, share of employers
    ("01", "市区管理部", "市区/长葛/襄城", 46),
    ("02", "长葛管理部", "市区/长葛/襄城", 18),
    ("03", "禹州管理部", "禹州/鄢陵", 18),
    ("04", "鄢陵管理部", "禹州/鄢陵", 9),
    ("05", "襄城管理部", "市区/长葛/襄城", 9),
)
PLACES = ("许昌", "魏都", "建安", "长葛", "禹州", "鄢陵", "襄城", "河南")
FIRST = "云禾恒通瑞丰华盛永兴中原莲城金汇天瑞德信东城西湖新航宏远正源安泰嘉禾众合鼎力博雅启明利民同心佳和"
TRADES = (
    ("科技", "private"), ("机械制造", "private"), ("食品", "private"), ("发制品", "private"), ("物流", "private"),
    ("建筑工程", "private"), ("环保设备", "private"), ("商贸", "private"), ("汽车零部件", "private"), ("电气", "private"),
    ("药业", "private"), ("印务", "private"), ("陶瓷", "private"), ("花木", "private"), ("水务", "state"), ("燃气", "state"),
)  # fmt: skip
PUBLIC = (
    ("教育体育局", "agency"), ("卫生健康委员会", "agency"), ("财政局", "agency"), ("税务局", "agency"), ("人民法院", "agency"),
    ("自然资源和规划局", "agency"), ("中心医院", "institution"), ("第一高级中学", "institution"), ("实验小学", "institution"),
    ("图书馆", "institution"), ("职业技术学院", "institution"), ("疾病预防控制中心", "institution"), ("广播电视台", "institution"),
)  # fmt: skip
TOUR_EMPLOYER = "河南云禾科技有限公司"
TOUR_HEADS = 1_203
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    credit_code: str
    kind: str  # private | state | agency | institution
    branch: str  # code
    area: str
    heads: int
    rate: Decimal
    pay_day: int
    legal_representative: str
    handler: str
    established: date


def firms(random: Random, count: int, heads: int) -> Iterator[Firm]:
    """``count`` employers with about ``heads`` people in all; the first is the one of the README's tour."""
    names: set[str] = {TOUR_EMPLOYER}
    sizes = _sizes(random, count - 1, heads - TOUR_HEADS)
    for number in range(count):
        branch = BRANCHES[0] if number == 0 else random.choices(BRANCHES, [b[3] for b in BRANCHES])[0]
        name, kind = (TOUR_EMPLOYER, "private") if number == 0 else _firm_name(random, names, branch)
        names.add(name)
        rate = Decimal("0.12") if kind in {"agency", "institution", "state"} or number == 0 else _rate(random)
        yield Firm(
            name,
            credit_code(number),
            kind,
            branch[0],
            branch[2],
            TOUR_HEADS if number == 0 else sizes[number - 1],
            rate,
            random.choice((5, 8, 10, 10, 12, 15)),
            a_name(random, random.random() < 0.2),
            a_name(random, random.random() < 0.7),
            date(2001 + random.randrange(22), 1 + random.randrange(12), 1 + random.randrange(28)),
        )


def _rate(random: Random) -> Decimal:
    return Decimal(random.choice((5, 5, 5, 6, 7, 8, 8, 10, 12))) / 100


def _sizes(random: Random, count: int, total: int) -> list[int]:
    raw = [random.paretovariate(0.95) for _ in range(count)]
    top = sorted(raw)[-max(count // 40, 1)]
    raw = [min(value, top) for value in raw]
    scale = total / sum(raw)
    return [max(1, int(value * scale)) for value in raw]


def _firm_name(random: Random, taken: set[str], branch) -> tuple[str, str]:
    while True:
        if random.random() < 0.18:
            place = {"01": "许昌市", "02": "长葛市", "03": "禹州市", "04": "鄢陵县", "05": "襄城县"}[branch[0]]
            tail, kind = random.choice(PUBLIC)
            name = place + tail
        else:
            trade, kind = random.choice(TRADES)
            start = random.randrange(0, len(FIRST) - 1, 2)
            tail = "有限公司" if random.random() < 0.85 else "股份有限公司"
            name = random.choice(PLACES) + FIRST[start : start + 2] + trade + tail
        if name not in taken:
            return name, kind


def credit_code(number: int) -> str:
    """A valid 统一社会信用代码 of the active test region 999900 (GB 32100 and GB 11714 check characters)."""
    organisation = f"MA{number:06d}"
    total = sum(CODE_SIGNS_36.index(sign) * w for sign, w in zip(organisation, ORGANISATION_WEIGHTS, strict=True))
    check = (11 - total % 11) % 11
    body = f"91999900{organisation}{'X' if check == 10 else check}"
    total = sum(CODE_SIGNS.index(sign) * w for sign, w in zip(body, CODE_WEIGHTS, strict=True))
    return body + CODE_SIGNS[(31 - total % 31) % 31]


CODE_SIGNS_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
