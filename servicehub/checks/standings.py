"""How each declared check stands now: proved, differing, or not looked at in time. What was never run proves nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from servicehub.checks.models import CheckRun
from servicehub.checks.running import worklist
from servicehub.declare import BalanceCheck
from servicehub.declare.registry import checks

LATE_SECONDS = {"minute": 180, "night": 36 * 3600, "week": 9 * 24 * 3600}
EQUAL, DIFFERS, WAITING, NOT_YET = "equal", "differs", "waiting", "not_yet"


@dataclass(frozen=True, slots=True)
class Standing:
    """``state``: equal | differs | waiting (not looked at in time) | not_yet (its night has not come yet)."""

    check: BalanceCheck
    run: CheckRun | None
    findings: int
    state: str


def standings(at: datetime) -> list[Standing]:
    latest = CheckRun.objects.values("check_code").annotate(last=Max("pk")).values_list("last", flat=True)
    runs = {run.check_code: run for run in CheckRun.objects.filter(pk__in=list(latest))}
    lasting = Counter(worklist().values_list("check_code", flat=True))
    return [
        Standing(check, run, lasting[check.code], _state(check, run, lasting[check.code], at))
        for check in checks
        for run in (runs.get(check.code),)
    ]


def _state(check: BalanceCheck, run: CheckRun | None, findings: int, at: datetime) -> str:
    if findings or (run and run.failed):
        return DIFFERS
    if run is None:
        return WAITING if check.pace == "minute" else NOT_YET
    return WAITING if (at - run.started_at).total_seconds() > LATE_SECONDS[check.pace] else EQUAL
