"""Which channels offer which class of items by default, and the channels themselves.

``items.py`` of an app writes ``**matrix.offer("缴存")``; an administrator changes single cells afterwards.
"""

from dataclasses import dataclass

from servicehub.declare import Channel


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    name: str
    audience: str
    owner: str
    off_counter: bool
    alternative_order: int  # which channel to offer first when another is stopped
    url: str = ""


CHANNELS = {
    Channel.WEBE: ChannelFacts("网上业务大厅·单位", "单位", "归集管理科", True, 1, "/employer/"),
    Channel.WEBP: ChannelFacts("网上业务大厅·个人", "个人", "信息科", True, 2, "/my/"),
    Channel.APP: ChannelFacts("手机APP", "个人", "信息科", True, 3),
    Channel.MINI: ChannelFacts("小程序", "个人", "信息科", True, 4),
    Channel.WX: ChannelFacts("微信公众号", "个人", "信息科", True, 5),
    Channel.GOV: ChannelFacts("政务服务平台", "单位、个人", "信息科", True, 6),
    Channel.CTR: ChannelFacts("服务大厅柜台", "单位、个人", "各管理部", False, 7),
    Channel.KSK: ChannelFacts("自助终端", "个人", "各管理部", True, 8),
    Channel.HOT: ChannelFacts("12329热线", "单位、个人", "客户服务科", True, 9),
    Channel.SMS: ChannelFacts("12329短信", "个人", "客户服务科", False, 10),
    Channel.SITE: ChannelFacts("官方网站", "公众", "办公室", True, 11, "/"),
    Channel.BANK: ChannelFacts("受托银行网点", "单位、个人", "归集管理科", False, 12),
    Channel.PART: ChannelFacts("其他可信第三方", "个人", "信息科", True, 13),
    Channel.ADM: ChannelFacts("综合管理系统", "工作人员", "信息科", False, 14, "/switchboard/"),
    Channel.BATCH: ChannelFacts("系统批处理", "系统", "信息科", False, 15),
}

# 办 handled to the end · 限 accepts, asks or books only · columns as in COLUMNS
COLUMNS = ("CTR", "WEBE", "WEBP", "APP", "WX", "MINI", "HOT", "SMS", "KSK", "SITE", "GOV")
CLASSES = {
    "信息": "办办办办办办办限办办办",
    "个人查询": "办－办办办办办限办－办",
    "单位查询": "办办－－－－办－－－限",
    "证明": "办办办办限限－－办－办",
    "缴存": "办办－－－－－－－－限",
    "提取": "办－办办办办－－办－办",
    "提取·外部数据": "办－办办限限－－限－办",
    "贷款": "办－办办限限－－－－限",
    "还款": "办－办办办限－－限－限",
    "互动": "办办办办办办办限限办办",
    "预约": "－办办办办办办－办办办",
}
STAFF = {"channels": frozenset({Channel.CTR, Channel.ADM})}


def offer(*classes: str) -> dict[str, frozenset[Channel]]:
    """Arguments ``channels`` and ``limited`` of an ``Item``; of several classes the more generous mark counts."""
    handled: set[Channel] = set()
    limited: set[Channel] = set()
    for name in classes:
        for code, mark in zip(COLUMNS, CLASSES[name], strict=True):
            if mark == "办":
                handled.add(Channel(code))
            elif mark == "限":
                limited.add(Channel(code))
    return {"channels": frozenset(handled | limited), "limited": frozenset(limited - handled)}
