"""The words of the screens: status words with their colours, and the sentences of the global states.

The only home of a status word. Templates and services name an object and a code; an unknown code raises, so that a
new state cannot reach a screen without a word. Lint and tests read these tables.
"""

from dataclasses import dataclass
from typing import Final

GREY, BLUE, ORANGE, PURPLE, RED, GREEN, PLAIN = "grey", "blue", "orange", "purple", "red", "green", "plain"
COLOURS: Final = (GREY, BLUE, ORANGE, PURPLE, RED, GREEN, PLAIN)


class UnknownStatus(LookupError):
    """A status that has no word: add it to the table, never to a template."""


@dataclass(frozen=True, slots=True)
class Status:
    word: str
    colour: str
    shape: str = ""  # switch states are told apart by shape, word and colour


def _table(**words: tuple[str, ...]) -> dict[str, Status]:
    return {code: Status(*facts) for code, facts in words.items()}


STATUS: Final[dict[str, dict[str, Status]]] = {
    "case": _table(
        draft=("草稿", GREY),
        submitted=("已提交", BLUE),
        running=("办理中", BLUE),
        supplement=("待补正", ORANGE),
        in_review=("审核中", BLUE),
        to_check=("待复核", PURPLE),
        returned=("已退回修改", ORANGE),
        refused=("不予办理", RED),
        withdrawn=("已撤回", GREY),
        voided=("已作废", GREY),
        done=("已办结", GREEN),
    ),
    "decision": _table(
        approve=("通过", GREEN),
        decline=("不予办理", RED),
        **{"return": ("退回修改", ORANGE)},
    ),
    "remittance": _table(
        draft=("草稿", GREY),
        to_assess=("待核定", ORANGE),
        to_confirm=("待确认", ORANGE),
        to_pay=("待付款", ORANGE),
        paying=("付款处理中", BLUE),
        part_received=("部分到账", ORANGE),
        received=("已到账", GREEN),
        posted=("已入账", GREEN),
        revoked=("已撤销", GREY),
    ),
    "payment": _table(
        to_pay=("待付款", ORANGE),
        paying=("付款处理中", BLUE),
        checking=("结果核实中", ORANGE),
        failed=("付款失败", RED),
        paid=("已付款", GREEN),
        refunded=("已退款", GREY),
        suspended=("挂账", PURPLE),
    ),
    "notice": _table(
        unmatched=("未匹配", ORANGE),
        matched=("已匹配", GREEN),
        suspended=("挂账", PURPLE),
        unknown=("待查", RED),
        claimed=("已认领", GREEN),
        returned=("已退回", GREY),
        duplicate=("重复通知", GREY),
        reversed=("已冲正", GREY),
    ),
    "fund_account": _table(
        normal=("正常", GREEN),
        sealed=("封存", GREY),
        pooled=("集中封存", GREY),
        closed=("已销户", GREY),
        frozen=("冻结", RED),
    ),
    "employer": _table(
        opened=("开户", BLUE),
        normal=("正常", GREEN),
        deferred=("缓缴", ORANGE),
        arrears=("欠缴", RED),
        stopped=("停缴", GREY),
        sealed=("封存", GREY),
        closed=("已注销", GREY),
    ),
    "loan": _table(
        applying=("申请中", BLUE),
        approving=("审批中", BLUE),
        to_sign=("待签约", ORANGE),
        to_disburse=("待放款", ORANGE),
        repaying=("还款中", GREEN),
        overdue=("逾期", RED),
        settled=("已结清", GREY),
    ),
    "booking": _table(
        to_review=("待预审", BLUE),
        booked=("预约成功待柜台初审", GREEN),
        to_revise=("初审不通过待修改", ORANGE),
        opened=("已开户", GREY),
        cancelled=("已取消", GREY),
        expired=("已过期", GREY),
    ),
    "job": _table(
        queued=("排队中", GREY),
        running=("运行中", BLUE),
        done=("已完成", GREEN),
        part_failed=("部分失败", ORANGE),
        stopped=("已中止", RED),
    ),
    "cell": {
        "open": Status("开", GREEN, "●"),
        "limited": Status("限流", ORANGE, "◐"),
        "no_new": Status("停新办", ORANGE, "▣"),
        "read_only": Status("只读", PURPLE, "▤"),
        "full": Status("全停", RED, "○"),
        "pending": Status("待复核", PURPLE, "◇"),
        "not_offered": Status("未上", GREY, "—"),
        "unpublished": Status("未开通", GREY, "—"),
    },
    "stop_order": _table(
        draft=("草稿", GREY),
        to_check=("待复核", PURPLE),
        waiting=("待生效", BLUE),
        in_force=("生效中", ORANGE),
        emergency=("紧急生效，待补审", RED),
        resumed=("已恢复", GREEN),
        rejected=("已驳回", GREY),
        cancelled=("已撤销", GREY),
    ),
    "ticket": _table(
        to_accept=("待受理", BLUE),
        accepted=("已受理", BLUE),
        to_sign=("待签收", ORANGE),
        working=("办理中", BLUE),
        to_add=("待补充", ORANGE),
        to_review=("待审核", PURPLE),
        to_call=("待回访", BLUE),
        done=("已办结", GREEN),
        not_accepted=("不予受理", RED),
        dropped=("已撤诉", GREY),
    ),
    "deadline": _table(soon=("快到期", ORANGE), overdue=("已超时", RED)),
    "check": _table(passed=("通过", GREEN), failed=("未通过", RED), unknown=("无法核验", ORANGE)),
    "finding": _table(error=("错误", RED), warning=("提醒", ORANGE), notice=("说明", BLUE)),
    "person": _table(verified=("已实名", GREEN), unverified=("未实名", GREY)),
    "grant": _table(
        valid=("有效", GREEN), waiting=("待生效", BLUE), expired=("已过期", GREY), revoked=("已收回", GREY)
    ),
    "parameter": _table(
        in_force=("现行", GREEN), future=("待生效", BLUE), past=("已失效", GREY), to_check=("待复核", PURPLE)
    ),
    "letter": _table(
        issued=("有效", GREEN), valid=("真实有效", GREEN), expired=("已失效", GREY), voided=("已作废", RED)
    ),
    "upload": _table(
        checking=("检查中", BLUE),
        to_fix=("须改正", RED),
        ready=("可应用", GREEN),
        applied=("已应用", GREEN),
        undone=("已撤回", GREY),
        dropped=("已放弃", GREY),
    ),
    "change": _table(
        open=("新开户", GREEN),
        unseal=("启封", GREEN),
        seal=("封存", GREY),
        transfer_in=("转入", GREEN),
        transfer_out=("转出", GREY),
        base=("基数调整", ORANGE),
        info=("信息变更", BLUE),
        same=("无变化", GREY),
    ),
    "difference": _table(added=("增", GREEN), removed=("减", RED), changed=("改", ORANGE), same=("无变化", GREY)),
    "task": _table(
        todo=("未开始", BLUE),
        doing=("填写中", BLUE),
        done=("已完成", PLAIN),
        problem=("有问题", RED),
        locked=("暂不能填", GREY),
    ),
    "step": _table(done=("已完成", GREEN), current=("进行中", BLUE), todo=("未开始", GREY), problem=("有问题", RED)),
    "balance": _table(
        equal=("平", GREEN), differs=("不平", RED), waiting=("待核对", ORANGE), not_yet=("未到时间", GREY)
    ),
    "call": _table(
        allowed=("放行", GREEN),
        done=("已办成", GREEN),
        refused=("按规则不予办理", ORANGE),
        stopped=("停办拦下", RED),
        failed=("技术失败", RED),
        throttled=("限流", ORANGE),
        replayed=("重复提交", GREY),
    ),
    "clash": _table(
        allowed=("可同时办", PLAIN),
        refused=("不可同时办", RED),
        waits=("排队等候", ORANGE),
        approval=("须审批", PURPLE),
    ),
    "message": _table(unread=("未读", BLUE), read=("已读", PLAIN)),
}


def status(kind: str, code: str = "") -> Status:
    """The word and colour of a status. ``kind`` alone may hold both (``remittance:to_pay``).

    A word instead of a code is accepted where a service hands on the word it stored (``PartyCard.status``).
    """
    if not code or ":" in code:
        kind, _, code = str(code or kind).rpartition(":")
    tables = [STATUS[kind]] if kind in STATUS else [] if kind else list(STATUS.values())
    for table in tables:
        if code in table and kind:
            return table[code]
    for table in tables:
        for found in table.values():
            if found.word == code:
                return found
    raise UnknownStatus(f"{kind}:{code}" if kind else code)


@dataclass(frozen=True, slots=True)
class State:
    """A global state of a page: heading and text with {slots}; ``actions`` are the labels of its ways out."""

    code: str
    title: str
    text: str = ""
    actions: tuple[str, ...] = ()


STATES: Final[dict[str, State]] = {
    state.code: state
    for state in (
        State("S-01", "还没有{object}"),
        State("S-02", "没有找到“{q}”。", "换姓名、证件号后四位或账号再试，或清除筛选。", ("清除筛选",)),
        State("S-03", "没有“{function}”权限", "由{who}开通。", ("返回",)),
        State("S-04", "找不到这个页面", "链接可能已失效。可从首页重新进入。", ("回到首页",)),
        State(
            "S-05",
            "这一步没有办成，填写的内容已经保存",
            "错误编号 {number}，可拨打 {hotline} 报此编号。",
            ("再试一次", "稍后再办"),
        ),
        State("S-06", "“{item}”在{channel}暂停办理{until}", "您可以到{alternatives}办理。"),
        State(
            "S-07",
            "当前办理人数较多，您前面约 {ahead} 人，预计等待 {minutes} 分钟",
            "离开本页不会丢失排队号。",
        ),
        State("S-08", "系统正在{work}，预计 {end} 结束", "现在可以查询和保存草稿，暂不能提交。", ("保存草稿",)),
        State(
            "S-09",
            "这笔业务已经提交过，没有重复办理",
            "流水号 {number}，{at} 提交。",
            ("查看这笔业务",),
        ),
        State(
            "S-10",
            "{who}在 {at} 改过这条记录，本次改动还没有保存",
            "核对最新内容后再办。",
            ("对比两个版本", "用我的版本覆盖"),
        ),
        State(
            "S-11",
            "{source}核验暂时不可用",
            "可以稍后再试，或上传材料由人工核验（容缺受理，{days} 个工作日内办结）。",
            ("再试一次", "上传材料"),
        ),
        State(
            "S-12",
            "已 {minutes} 分钟没有操作，{seconds} 秒后将自动退出",
            "填写的内容会存为草稿。",
            ("继续办理", "保存草稿并退出"),
        ),
        State("S-13", "为保护信息安全，已自动退出", "草稿已于 {at} 保存。", ("重新登录并继续",)),
        State("S-14", "不能复核本人经办的单据（本单由{maker}受理）", "可复核人：{checkers}。", ("提醒复核人",)),
        State("S-15", "该账户已{state}，不能{action}", "{at} 由{who}{state}，原因：{reason}。"),
        State("S-16", "数据截至 {at}", "", ("刷新",)),
        State("S-17", "正在处理，已完成 {done}/{total}", "可以离开本页，完成后发消息通知。", ("查看消息",)),
    )
}


def state(code: str, **facts: object) -> State:
    """The words of a global state with its slots filled; a missing slot raises ``KeyError``."""
    known = STATES[code]
    return State(code, known.title.format(**facts), known.text.format(**facts), known.actions)


CHANNELS: Final[dict[str, str]] = {
    "CTR": "服务大厅柜台",
    "BANK": "受托银行网点",
    "WEBE": "网上业务大厅（单位）",
    "WEBP": "网上业务大厅（个人）",
    "APP": "手机APP",
    "WX": "微信公众号",
    "MINI": "小程序",
    "HOT": "12329热线",
    "SMS": "12329短信",
    "KSK": "自助终端",
    "SITE": "官方网站",
    "GOV": "政务服务平台",
    "PART": "合作平台",
    "ADM": "综合管理系统",
    "BATCH": "系统批处理",
}

CHANNELS_SHORT: Final[dict[str, str]] = {
    "CTR": "柜台",
    "BANK": "银行网点",
    "WEBE": "网厅单位",
    "WEBP": "网厅个人",
    "APP": "手机APP",
    "WX": "公众号",
    "MINI": "小程序",
    "HOT": "热线",
    "SMS": "短信",
    "KSK": "自助机",
    "SITE": "官网",
    "GOV": "政务网",
    "PART": "合作平台",
    "ADM": "综合管理",
    "BATCH": "批处理",
}

AUDIENCES: Final[dict[str, str]] = {"employer": "单位", "person": "个人", "staff": "工作人员", "public": "公众"}

FACES: Final[dict[str, str]] = {
    "public": "网上服务",
    "employer": "单位网厅",
    "my": "个人网厅",
    "counter": "柜台业务系统",
    "switchboard": "综合管理系统",
}

BANNED: Final[tuple[str, ...]] = (
    "操作失败",
    "系统异常",
    "系统繁忙",
    "非法",
    "无效",
    "帐号",
    "帐户",
    "登陆",
    "其它",
)
"""Words that never stand on a screen; a test greps templates and message literals."""

BUTTONS_BANNED: Final[tuple[str, ...]] = ("确定", "取消", "提交", "是", "否")
"""Never alone on a button: a button is a verb with its object, and the amount where money moves."""
