"""Navigation of the faces. Only pages that exist in this build are offered: no link leads nowhere."""

from servicehub.declare.registry import entries
from servicehub.faces.shapes import NavItem

PUBLIC = (("首页", "/"), ("办事指南", "/services/"), ("证明验真", "/verify/"), ("试算", "/calculator/"))

# Fixed pages of each face: (label, address below the face's base, key of the counter's left navigation).
FIXED = {
    "employer": (("首页", ""), ("办事", "services/"), ("办件", "cases/"), ("消息", "messages/")),
    "my": (("首页", ""), ("办事", "services/"), ("进度", "cases/"), ("我的", "about/")),
    "counter": (
        ("工作台", "", "0"),
        ("受理", "services/", "1"),
        ("复核审批", "checks/", "G F"),
        ("办件", "cases/", ""),
    ),
    "switchboard": (
        ("总览", ""),
        ("渠道与事项", "matrix/"),
        ("监控", "traffic/"),
        ("参数", "parameters/"),
        ("办理", "services/"),
        ("复核", "checks/"),
        ("审计", "audit/"),
    ),
}

NEEDS = {("switchboard", "audit/"): frozenset({"audit_admin", "auditor"})}
"""Posts without which a fixed page is not offered."""

# Second row of the switchboard: pages of one group, by the address the group is entered at.
GROUPS = {
    "matrix/": (("渠道 × 事项", "matrix/"), ("停办单", "stops/"), ("冲突矩阵", "clashes/")),
    "traffic/": (("流量", "traffic/"), ("平衡墙", "wall/"), ("批处理", "jobs/")),
    "checks/": (("待复核", "checks/"), ("办件", "cases/")),
    "audit/": (("审计日志", "audit/"), ("校验审计链", "audit/verify/")),
}


def main(shell) -> list[NavItem]:
    if shell.face == "public":
        return [item for item in _items(shell, PUBLIC, "") if _exists(item.url)]
    if shell.place is None:
        return []
    rows = [row for row in FIXED[shell.face] if shell.place.holds(NEEDS.get((shell.face, row[1]), frozenset()))]
    items = _items(shell, rows, shell.place.base)
    declared = [
        NavItem(entry.label, entry.url(shell.place.base), _current(shell, entry.url(shell.place.base)), key=entry.key)
        for entry in sorted(entries, key=lambda entry: entry.order)
        if entry.face == shell.face and shell.place.may_see(entry)
    ]
    return [*items[:1], *declared, *items[1:]]


def sub(shell) -> list[NavItem]:
    """The group the present page belongs to; its most exact member is the current one."""
    if shell.face != "switchboard" or shell.place is None:
        return []
    for rows in GROUPS.values():
        here = [address for _, address in rows if shell.request.path.startswith(f"{shell.place.base}{address}")]
        if here:
            exact = max(here, key=len)
            return [NavItem(text, f"{shell.place.base}{address}", address == exact) for text, address in rows]
    return []


def tabs(shell) -> list[NavItem]:
    """The four tabs of a phone in 个人网厅."""
    return _items(shell, FIXED["my"], shell.place.base) if shell.face == "my" and shell.place else []


def _items(shell, rows, base: str) -> list[NavItem]:
    return [
        NavItem(text, f"{base}{address}", _current(shell, f"{base}{address}"), key=more[0] if more else "")
        for text, address, *more in rows
    ]


def _current(shell, url: str) -> bool:
    here = shell.request.path
    base = shell.place.base if shell.place else "/"
    if url == base:
        return here == url
    group = GROUPS.get(url.removeprefix(base), ()) if shell.face == "switchboard" else ()
    return here.startswith(url) or any(here.startswith(f"{base}{address}") for _, address in group)


def _exists(url: str) -> bool:
    from django.urls import Resolver404, resolve

    try:
        resolve(url)
    except Resolver404:
        return False
    return True
