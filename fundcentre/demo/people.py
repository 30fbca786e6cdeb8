"""Invented people: plausible names, valid check digits, impossible region."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from servicehub.kit.identity_numbers import check_digit

REGION = "990000"  # no such region: a number of the demo city can never be somebody's
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "尉迟", "皇甫")
MALE = "伟强磊军勇杰涛明超刚平辉鹏华飞波斌宇浩凯健俊帆旭博文志建国庆海峰林东亮晨阳子轩瑞泽昊"
FEMALE = "芳娜敏静丽艳娟霞秀玲燕红梅莉英兰洁颖雪琳慧婷玉萍倩丹蓉佳瑶欣怡梦琪雨涵诗悦可馨若彤"
NEUTRAL = "晓春永新思安宁乐一子文嘉思小云天"
UYGHUR = ("买买提·吐尔逊", "阿依古丽·买买提", "艾力·阿卜杜拉", "古丽娜尔·热合曼")


@dataclass(frozen=True, slots=True)
class Someone:
    name: str
    id_number: str
    mobile: str
    born: date
    female: bool


def people(random: Random, count: int, first_mobile: int = 13_000_000_000) -> Iterator[Someone]:
    """``count`` different people. Mobiles start with 130–139 and are distinct; none ends in a fault rule of the simulator."""
    taken: set[str] = set()
    mobile = first_mobile
    for number in range(count):
        female = random.random() < 0.46
        born = date(1966, 1, 1) + timedelta(days=random.randrange(365 * 38))
        while True:
            order = random.randrange(500) * 2 + (0 if female else 1)
            head = f"{REGION}{born:%Y%m%d}{order:03d}"
            if head not in taken:
                break
            born += timedelta(days=1)
        taken.add(head)
        mobile += 7 + random.randrange(40_000)
        while f"{mobile}"[-4:] in {"0000", "0001", "0002", "3333"}:
            mobile += 1
        name = UYGHUR[number % len(UYGHUR)] if number % 2_500 == 1_203 else a_name(random, female)
        yield Someone(name, head + check_digit(head), str(mobile), born, female)


def a_name(random: Random, female: bool) -> str:
    """Common surnames are common: the frequency falls along the list, as it does in the census."""
    if random.random() < 0.004:
        surname = random.choice(DOUBLE_SURNAMES)
    else:
        surname = SURNAMES[min(int(random.paretovariate(0.75)) - 1, len(SURNAMES) - 1)]
    signs = FEMALE if female else MALE
    if random.random() < 0.24:
        return surname + random.choice(signs)
    middle = random.choice(NEUTRAL if random.random() < 0.35 else signs)
    return surname + middle + random.choice(signs)
