"""Service items (服务事项): what the centre offers, on which channels, to whom, at what level of assurance."""

from dataclasses import dataclass, field
from enum import StrEnum


class Channel(StrEnum):
    """Channel codes of the service platform (服务渠道)."""

    CTR = "CTR"  # 服务大厅柜台
    BANK = "BANK"  # 受托银行网点
    WEBE = "WEBE"  # 网上业务大厅·单位
    WEBP = "WEBP"  # 网上业务大厅·个人
    APP = "APP"
    WX = "WX"
    MINI = "MINI"
    HOT = "HOT"
    SMS = "SMS"
    KSK = "KSK"
    SITE = "SITE"
    GOV = "GOV"
    PART = "PART"
    ADM = "ADM"  # 综合管理系统: the switchboard of the centre's own staff
    BATCH = "BATCH"


class Audience(StrEnum):
    EMPLOYER = "employer"
    PERSON = "person"
    STAFF = "staff"
    PUBLIC = "public"


ANY = "*"
"""In ``Item.clashes``: every other item that nothing else is written about."""


@dataclass(frozen=True, slots=True)
class Material:
    """A document asked for (要件). ``when`` says in words when it is needed at all."""

    name: str
    when: str = ""
    source: str = ""  # 共享 (asked from a department) · 上传 · 出示原件


@dataclass(frozen=True)
class Item:
    """Declared in ``items.py``: ``items.add(Item(code="J-PAY", …))``.

    ``assurance`` is the level the final rule asks (U-levels of employers are numbered alike: U3 is 3); what is
    accepted today is policy. ``published=False`` stands in the catalogue as 未开通, with its guide.
    """

    code: str
    name: str
    owner: str  # responsible department or post
    audiences: frozenset[Audience]
    channels: frozenset[Channel]
    assurance: int
    guide: str  # who may use it and how, in two or three sentences
    help: str  # one answer to the question asked most
    basis: str = ""  # law or rule
    promised: str = "即时"
    legal_limit: str = ""
    wave: int = 1
    signature: bool = False
    cross_province: bool = False
    published: bool = True
    always_on: bool = False  # R-ST-07: no order but PLATFORM FULL stops it
    materials: tuple[Material, ...] = ()
    group: str = ""  # 缴存 · 提取 · 贷款 · 查询 · 证明 · 互动 · 管理
    needs: tuple[str, ...] = ()  # outside parties whose data it needs: 公安, 不动产
    limited: frozenset[Channel] = frozenset()  # of ``channels``: accepts, asks or books there, does not finish
    clashes: dict[str, str] = field(default_factory=dict)  # item code or ANY -> allowed | refused | waits | approval
