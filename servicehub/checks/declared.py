"""The hub's own checks. Apps declare theirs in ``checks.py``."""

from servicehub import audit
from servicehub.declare import BalanceCheck, Finding, Origin
from servicehub.declare.registry import checks


def audit_chain(origin: Origin) -> list[Finding]:
    report = audit.verify(seal_first=False)
    if report.ok:
        return []
    return [
        Finding(
            "servicehub.audit_chain",
            f"{report.fault.message}。",
            remedy="立即保全数据库和库外封存文件，按安全事件处置。",
            clause="GB/T 22239-2019 8.1.4.3",
            facts={"object": f"audit:{report.fault.seq}", "kind": report.fault.kind},
        )
    ]


# A broken chain is a matter for the security administrator at once; the day's books may close all the same.
checks.add(
    BalanceCheck(
        "servicehub.audit_chain",
        "审计链完整",
        audit_chain,
        blocks_day_close=False,
        basis="GB/T 22239-2019 8.1.4.3",
        owner="audit_admin",
        working_days=1,
    )
)
