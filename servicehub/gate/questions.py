"""The fourteen questions of the gate, in their one order (service platform 2.5).

Questions 1 to 7 depend on nothing about the person, so a probe learns only what the public notice says. Each question
returns or raises ``Refused``. Questions about items are asked item by item: an operation that does the lines it can
(``partial``) goes on without the items refused today, every other one is refused as a whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Any

from servicehub import parties
from servicehub.declare import CALLBACK, NEW, READ, Authority, Operation, Origin, Party
from servicehub.gate import hours, stops
from servicehub.gate.facts import Facts
from servicehub.gate.modes import SWITCHBOARD
from servicehub.gate.refusals import Refused, not_found
from servicehub.identity import limits

FRESH_PROOF = timedelta(minutes=15)  # how old a proof of identity may be when money moves
CERTIFIED, WITHOUT_CERTIFICATE = 3, 2  # until certificates can be had, password and SMS code do (policy says so)
STAFF_ASSURANCE = 2  # password and a second factor; the person at the window is proved by the clerk
THROTTLE_S = 60


@dataclass
class Asked:
    """One call on its way through the gate. ``last_step`` is off while a page only wants to know whether to start."""

    operation: Operation
    origin: Origin
    target: Party | None
    data: Mapping[str, Any]
    items: tuple[str, ...]
    facts: Facts
    last_step: bool = True
    authority: Authority | None = None
    without: dict[str, Refused] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        return self.operation.kind != READ

    @property
    def is_switchboard(self) -> bool:
        return set(self.items) <= SWITCHBOARD


Question = Callable[[Asked], None]


def per_item(question: Callable[[Asked, str], None]) -> Question:
    @wraps(question)
    def ask(asked: Asked) -> None:
        refused: dict[str, Refused] = {}
        standing = [code for code in asked.items if code not in asked.without]
        for code in standing:
            try:
                question(asked, code)
            except Refused as refusal:
                if not asked.operation.partial or len(asked.items) == 1:
                    raise
                refused[code] = refusal
        if refused and len(refused) == len(standing):
            raise next(iter(refused.values()))
        asked.without |= refused

    return ask


def gate_is_readable(asked: Asked) -> None:
    """R-ST-14: without the gate's data writes fail closed; reads and always-on items fail open."""
    if asked.facts.readable or not asked.writes:
        return
    if asked.is_switchboard or all(stops.always_on(code) for code in asked.items):
        return
    raise Refused(
        "GATE_UNAVAILABLE", 503, "暂时不能办理", "系统正在恢复，填写的内容已保存，稍后可再次提交。", retry_after=30
    )


def client_is_known(asked: Asked) -> None:
    """1. A program that calls is registered, in force, bound to its channel and its addresses."""
    client = asked.origin.client
    if not client or not asked.facts.readable:
        return
    known = asked.facts.client
    if known is None or known["status"] == "revoked" or not known["in_force"]:
        raise Refused("CLIENT_UNKNOWN", 401, "接入方未登记", f"接入方“{client}”没有登记，或凭证已过有效期。")
    if known["channel"] != asked.origin.channel:
        raise Refused(
            "CHANNEL_CREDENTIAL_MISMATCH", 403, "凭证不属于该渠道", f"接入方“{client}”登记在{known['channel']}渠道。"
        )
    if known["ip_allow"] and asked.origin.ip not in known["ip_allow"]:
        raise Refused("CLIENT_ADDRESS", 403, "来源地址未登记", f"接入方“{client}”没有登记这个来源地址。")


def client_is_recent(asked: Asked) -> None:
    """2. The build in use is not older than the channel asks."""
    wanted = (asked.facts.channel or {}).get("min_client_version", "")
    if wanted and asked.origin.client_version and _parts(asked.origin.client_version) < _parts(wanted):
        raise Refused(
            "CLIENT_TOO_OLD",
            426,
            "版本过低",
            f"当前版本 {asked.origin.client_version}，更新到 {wanted} 后可继续办理。",
            minimum=wanted,
        )


def channel_runs(asked: Asked) -> None:
    """3. The channel exists and is in service; one on trial serves its test clients only."""
    if not asked.facts.readable:
        return
    channel = asked.facts.channel
    if channel is None or channel["lifecycle"] == "preparing":
        raise Refused("CHANNEL_NOT_OPEN", 503, "渠道未开放", "该渠道还没有开放。")
    if channel["lifecycle"] == "retired":
        raise Refused("CHANNEL_RETIRED", 410, "渠道已停用", f"{channel['name']}已停用，可改用其他渠道办理。")
    if channel["lifecycle"] == "testing" and (asked.facts.client or {}).get("status") != "testing":
        raise Refused("CHANNEL_NOT_OPEN", 503, "渠道未开放", f"{channel['name']}正在试运行，还没有对外开放。")


@per_item
def item_is_published(asked: Asked, code: str) -> None:
    """4. The item is published; what stands in the catalogue as 未开通 cannot be called."""
    if not asked.facts.readable:
        return
    item = asked.facts.items.get(code)
    if item is None or item["lifecycle"] != "published":
        raise Refused("ITEM_NOT_PUBLISHED", 404, "事项未开通", f"“{asked.facts.item_name(code)}”未开通。", item=code)


@per_item
def item_is_offered(asked: Asked, code: str) -> None:
    """5. This channel offers the item; if not, the refusal says which do."""
    if not asked.facts.readable or asked.facts.items[code]["offered"]:
        return
    elsewhere = stops.alternatives(code, str(asked.origin.channel), asked.origin.at)
    names = "、".join(place["name"] for place in elsewhere)
    raise Refused(
        "ITEM_NOT_OFFERED",
        403,
        "该渠道不办理此事项",
        f"“{asked.facts.item_name(code)}”不在{asked.facts.channel_name()}办理"
        + (f"，可到{names}办理。" if names else "。"),
        item=code,
        alternatives=elsewhere,
    )


@per_item
def nothing_stops_it(asked: Asked, code: str) -> None:
    """6. No stop order in force forbids it; of several the most restrictive counts."""
    if not asked.facts.readable or code in SWITCHBOARD:
        return
    order = stops.winner(asked, code)
    if order is not None:
        raise stops.refusal(asked, code, order)


def within_hours(asked: Asked) -> None:
    """7. The channel's opening hours, where it has any."""
    span = asked.facts.opening_hours() if not asked.is_switchboard else None
    if span is None:
        return
    opens, closes = span
    workdays_only = asked.facts.channel["workdays_only"]
    if hours.is_open(asked.origin.at, opens, closes, workdays_only):
        return
    again = hours.next_open(asked.origin.at, opens, closes, workdays_only)
    when = f"，下次服务时间 {again:%Y-%m-%d %H:%M}" if again else ""
    raise Refused(
        "OUT_OF_HOURS",
        503,
        "不在服务时间",
        f"{asked.facts.channel_name()}服务时间 {opens:%H:%M} 至 {closes:%H:%M}{when}。",
        retry_after=int((again - asked.origin.at).total_seconds()) if again else None,
        next_open=again.isoformat() if again else None,
    )


def user_is_in_good_standing(asked: Asked) -> None:
    """8. The platform user is not frozen, cancelled or unknown."""
    if asked.origin.operator is not None and asked.facts.user_active is False:
        raise Refused("USER_FROZEN", 403, "账号已停用", "该登录账号已停用，可到服务大厅柜台或拨打 12329 处理。")


def operator_may(asked: Asked) -> None:
    """9. No relation to the party: 404. Related, but without the role, the item or the limit: 403."""
    operation, origin = asked.operation, asked.origin
    if asked.target is None:
        if operation.target:
            raise not_found()
        held = origin.roles
    else:
        if operation.target and asked.target.kind != operation.target:
            raise not_found()
        try:
            asked.authority = parties.authority(origin, asked.target)
        except parties.UnknownKind:
            raise not_found() from None
        if asked.authority is None:
            raise not_found()
        held = asked.authority.roles
    if operation.roles and not operation.roles & held:
        raise Refused("ROLE_MISSING", 403, f"没有“{operation.label}”权限", "由本单位管理员或中心安全管理员开通。")
    if asked.authority is not None:
        asked.authority = asked.authority.for_roles(operation.roles)  # of several grants, those that count here
        _grant_covers_items(asked)
        _grant_covers_amount(asked)


@per_item
def _grant_covers_items(asked: Asked, code: str) -> None:
    if not asked.authority.covers(code):
        name = asked.facts.item_name(code)
        raise Refused(
            "AGENT_SCOPE", 403, f"没有“{name}”权限", f"授权（{asked.authority.basis}）不含“{name}”。", item=code
        )


def _grant_covers_amount(asked: Asked) -> None:
    limit = asked.authority.limit
    if limit is None or not asked.last_step:
        return
    amount = asked.operation.amount(asked.origin, asked.target, asked.data)
    if amount is not None and amount > limit:
        raise Refused(
            "AGENT_LIMIT",
            403,
            "超过授权限额",
            f"本笔 ¥{amount:,.2f}，授权（{asked.authority.basis}）单笔限额 ¥{limit:,.2f}。",
            limit=f"{limit:.2f}",
            amount=f"{amount:.2f}",
        )


def proof_is_strong_and_fresh(asked: Asked) -> None:
    """10. The session's level of assurance reaches the item's, and money asks for a proof given minutes ago."""
    origin = asked.origin
    is_staff = origin.user_kind == "staff"
    needed = max((_level_of(asked, code, is_staff) for code in asked.items if code in asked.facts.items), default=0)
    if origin.assurance < needed:
        raise Refused(
            "STEP_UP_REQUIRED", 401, "需要再次核验身份", "完成身份核验后继续，填写的内容已保存。",
            assurance=needed, reached=origin.assurance,
        )  # fmt: skip
    wants_fresh = asked.operation.fresh_proof or (asked.operation.moves_money and asked.writes and not is_staff)
    if not wants_fresh or not asked.last_step:
        return
    if origin.assured_at is None or origin.at - origin.assured_at > FRESH_PROOF:
        raise Refused(
            "STEP_UP_REQUIRED", 401, "需要再次核验身份", "上次核验已超过 15 分钟，再次核验后继续，填写的内容已保存。",
            assurance=needed, reached=origin.assurance, fresh=True,
        )  # fmt: skip


def _level_of(asked: Asked, code: str, is_staff: bool) -> int:
    """What the item's declaration asks or policy in its place; a cell may ask for more, whatever is waived."""
    facts = asked.facts.items[code]
    level = int(limits.setting("assurance.level_by_item").get(code, facts["assurance"]))
    if level == CERTIFIED and limits.setting("assurance.certificate_waived"):
        level = WITHOUT_CERTIFICATE
    level = max(level, facts["cell_assurance"])
    return min(level, STAFF_ASSURANCE) if is_staff else level


def agreement_is_signed(asked: Asked) -> None:
    """11. Writing through a channel that has a service agreement needs the agreement in force."""
    channel = asked.facts.channel or {}
    if asked.writes and asked.origin.user_kind in {"employer", "person"} and not channel.get("agreed", True):
        raise Refused(
            "AGREEMENT_REQUIRED",
            403,
            "服务协议未签",
            f"签订《{channel['name']}服务协议》（{channel['agreement']} 版）后可办理。",
            version=channel["agreement"],
        )


def rate_is_bearable(asked: Asked) -> None:
    """12. One user's calls of the last minute stay under the channel's cap."""
    channel = asked.facts.channel
    if asked.facts.recent is None or channel is None or not asked.last_step:
        return
    cap = channel["writes_minute"] if asked.writes else channel["reads_minute"]
    if asked.facts.recent >= cap:
        raise Refused(
            "THROTTLED", 429, "操作过于频繁", f"每分钟最多 {cap} 次，一分钟后可继续。", retry_after=THROTTLE_S
        )


@per_item
def quota_is_left(asked: Asked, code: str) -> None:
    """13. The cell's daily quota and the applicant's yearly limit, for new submissions."""
    item = asked.facts.items.get(code)
    if item is None or asked.operation.kind != NEW:
        return
    name = asked.facts.item_name(code)
    if item["daily_quota"] is not None and item["used_today"] >= item["daily_quota"]:
        raise Refused(
            "QUOTA_EXHAUSTED", 429, "今日名额已满", f"“{name}”今日名额 {item['daily_quota']} 件已满，明日可再办。",
            item=code,
        )  # fmt: skip
    if item["yearly_limit"] is not None and item["used_this_year"] >= item["yearly_limit"]:
        raise Refused(
            "QUOTA_EXHAUSTED", 409, "本年次数已用完", f"“{name}”每年可办 {item['yearly_limit']} 次，本年已用完。",
            item=code,
        )  # fmt: skip


@per_item
def nothing_blocks_the_party(asked: Asked, code: str) -> None:
    """14. What the owning app knows against it: frozen, sealed, closed, under inquiry."""
    if asked.target is None or not asked.writes or asked.operation.kind == CALLBACK:
        return
    blocking = [finding for finding in parties.blocks(asked.target, code) if finding.blocks]
    if blocking:
        raise Refused("RISK_HOLD", 403, "暂不能办理", blocking[0].message, *blocking, item=code)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


CREDENTIAL: tuple[Question, ...] = (client_is_known,)
"""Asked before anything is read."""

QUESTIONS: tuple[Question, ...] = (
    gate_is_readable,
    client_is_recent,
    channel_runs,
    item_is_published,
    item_is_offered,
    nothing_stops_it,
    within_hours,
    user_is_in_good_standing,
    operator_may,
    proof_is_strong_and_fresh,
    agreement_is_signed,
    rate_is_bearable,
    quota_is_left,
    nothing_blocks_the_party,
)

DECIDING_QUESTIONS: tuple[Question, ...] = tuple(
    question for question in QUESTIONS if question not in (item_is_offered, rate_is_bearable, quota_is_left)
)
"""A reviewer goes on with a case that some channel took in: where it may be started does not matter any more."""

CALLBACK_QUESTIONS: tuple[Question, ...] = (channel_runs,)
"""A bank's or department's answer is never refused by a stop, an hour or a limit (R-ST-08)."""


def ask_all(questions: tuple[Question, ...], asked: Asked) -> None:
    for question in questions:
        question(asked)
