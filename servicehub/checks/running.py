"""Running declared checks, keeping what they find with an owner and a clock, and what blocks a day from closing.

A check reads in one snapshot, apart from everything else: it never sees half of a posting. A check that cannot run
has proved nothing, so that is a finding too.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet

from servicehub import audit, clock, messages
from servicehub.checks.models import CheckFinding, CheckRun, FindingState
from servicehub.clock.working_days import due
from servicehub.declare import BalanceCheck, Finding, Origin
from servicehub.declare.registry import checks
from servicehub.identity import posts

PACES = ("minute", "night", "week")  # a slower round runs the faster checks too
COULD_NOT_RUN = "checks.could_not_run"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """One check of a round. ``ok`` only when it ran and found nothing."""

    check: BalanceCheck
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not self.findings


def run(origin: Origin, pace: str = "night") -> list[Checked]:
    """Run every check of the pace and of the faster ones, and bring the worklist up to date."""
    due_now = PACES[: PACES.index(pace) + 1]
    chosen = sorted((check for check in checks if check.pace in due_now), key=lambda check: check.code)
    return [run_one(origin, check) for check in chosen]


def run_one(origin: Origin, check: BalanceCheck) -> Checked:
    begun, started_at = time.monotonic(), clock.now()
    failed, findings = "", ()
    try:
        findings = _in_a_snapshot(origin, check)
    except Exception as fault:  # a check's own fault must not hide the others' findings
        _log.exception("check %s could not run", check.code)
        failed = f"{type(fault).__name__}: {fault}"[:200]
        findings = (
            Finding(
                COULD_NOT_RUN, f"“{check.label}”没有运行成功，这一项尚未得到验证。", remedy="由信息科查明原因后重跑。"
            ),
        )
    with transaction.atomic():
        CheckRun.objects.create(
            check_code=check.code,
            business_date=origin.business_date,
            started_at=started_at,
            milliseconds=int((time.monotonic() - begun) * 1000),
            found=len(findings),
            failed=failed,
        )
        _keep(origin, check, findings)
    return Checked(check, findings)


def worklist(owners: Iterable[str] | None = None) -> QuerySet[CheckFinding]:
    """Findings that last, the oldest deadline first; of some posts, or all."""
    live = CheckFinding.objects.exclude(state=FindingState.CLOSED).order_by("due", "id")
    return live if owners is None else live.filter(owner__in=list(owners))


def blocking() -> QuerySet[CheckFinding]:
    """What keeps the business day from closing: lasting errors of checks that block, explained or not."""
    codes = [check.code for check in checks if check.blocks_day_close]
    return worklist().filter(check_code__in=codes).order_by("check_code", "id")


def explain(origin: Origin, finding_id: int, words: str) -> CheckFinding:
    """Somebody says why a difference is there. It stays until the check no longer finds it."""
    origin.require_pass()
    with transaction.atomic():
        row = CheckFinding.objects.select_for_update(no_key=True).get(pk=finding_id)
        before = row.get_state_display()
        row.state, row.explanation, row.explained_by = FindingState.EXPLAINED, words[:300], origin.operator_name
        row.save(update_fields=["state", "explanation", "explained_by"])
        audit.record_event(
            origin,
            "说明检查问题",
            f"servicehub.check_finding:{row.pk}",
            label=row.message[:120],
            facts={"原状态": before, "说明": words[:300]},
        )
    return row


# --- Inside ----------------------------------------------------------------------------------------------------------


def _in_a_snapshot(origin: Origin, check: BalanceCheck) -> tuple[Finding, ...]:
    """All statements of the check see one moment, and none of them can write."""
    if connection.in_atomic_block:  # inside somebody's transaction (a test, a page): its snapshot has to do
        with transaction.atomic():
            return tuple(check.run(origin))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return tuple(check.run(origin))


def _keep(origin: Origin, check: BalanceCheck, findings: Iterable[Finding]) -> None:
    """New findings get an owner and a deadline; those seen again are the same rows; those gone close."""
    now = clock.now()
    found = {(finding.code, str(finding.facts.get("object", ""))): finding for finding in findings}
    live = {
        (row.finding, row.object): row
        for row in worklist().filter(check_code=check.code).order_by("id").select_for_update(no_key=True)
    }
    gone = [row.pk for key, row in live.items() if key not in found]
    CheckFinding.objects.filter(pk__in=gone).update(state=FindingState.CLOSED, closed_at=now)
    again = [live[key] for key in found if key in live]
    for row in again:
        _describe(row, found[row.finding, row.object], now)
    CheckFinding.objects.bulk_update(again, ["message", "remedy", "facts", "severity", "last_seen"])
    new = [key for key in found if key not in live]
    if not new:
        return
    deadline = due(origin.business_date, check.working_days)
    rows = [
        CheckFinding(
            check_code=check.code,
            finding=code,
            object=subject,
            owner=check.owner,
            due=deadline.date,
            due_tentative=deadline.tentative,
            first_seen=now,
        )
        for code, subject in new
    ]
    for row in rows:
        _describe(row, found[row.finding, row.object], now)
    CheckFinding.objects.bulk_create(rows, batch_size=2_000)
    _tell_owner(origin, check, rows)


def _tell_owner(origin: Origin, check: BalanceCheck, rows: list[CheckFinding]) -> None:
    """One message a round, however many are new, and without what was found: that is on the list, behind a log-in."""
    messages.send(
        origin,
        "review",
        [user.pk for user in posts.holders(check.owner)],
        f"“{check.label}”新发现 {len(rows)} 个问题，处理期限 {rows[0].due:%Y-%m-%d}。",
        f"check:{check.code}:{clock.now():%Y%m%d%H%M%S%f}",
        title="平衡检查发现问题",
        url="/switchboard/checks/",
    )


def _describe(row: CheckFinding, finding: Finding, now) -> None:
    row.message, row.remedy, row.clause = finding.message[:500], finding.remedy[:300], finding.clause[:120]
    row.facts = {name: str(fact) for name, fact in finding.facts.items()}
    row.severity, row.last_seen = finding.severity.value, now
