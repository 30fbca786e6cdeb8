"""Public words of a stop: what the citizen reads, and what must not be in it (R-ST-01)."""

from collections.abc import Iterable

from servicehub.declare import Finding
from servicehub.identity.models import User, UserKind

BODY_MIN, BODY_MAX = 20, 500
SHORT_MAX = 70  # one SMS, one sentence of the voice menu
INTERNAL_WORDS = (
    "数据库", "服务器", "宕机", "崩溃", "攻击", "入侵", "漏洞", "黑客", "病毒", "中间件", "机房", "代码", "bug", "IP",
    "内网", "运维", "供应商", "甲方", "乙方",
)  # fmt: skip


def findings_of(texts: Iterable[tuple[str, str]]) -> list[Finding]:
    """``texts``: (field, text). One finding per word and field; names of staff count as internal words."""
    texts = [(field, text) for field, text in texts if text]
    staff = [name for name in _staff_names() if any(name in text for _, text in texts)]
    return [
        Finding(
            "INTERNAL_WORD",
            f"公告里不能出现“{word}”",
            field=field,
            remedy="只写影响什么、到什么时候、可以到哪里办",
            clause="公告文本规则",
        )
        for field, text in texts
        for word in (*INTERNAL_WORDS, *staff)
        if _contains(text, word)
    ]


def _contains(text: str, word: str) -> bool:
    if not word.isascii():
        return word in text
    # A Latin word stands alone: "IP" is not in "VIP".
    lowered, start = text.lower(), 0
    while (at := lowered.find(word.lower(), start)) >= 0:
        before, after = lowered[at - 1 : at], lowered[at + len(word) : at + len(word) + 1]
        if not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum()):
            return True
        start = at + 1
    return False


def _staff_names() -> list[str]:
    names = User.objects.filter(kind=UserKind.STAFF).order_by("pk").values_list("display_name", flat=True)
    return [name for name in names if len(name) >= 2]
