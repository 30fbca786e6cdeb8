"""平衡墙: what must hold, whether it holds now, and since when it does not. Checked every half minute."""

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicehub import checks, clock
from servicehub.checks.models import CheckRun
from servicehub.declare import BalanceCheck, registry
from servicehub.faces.home_pages import panels
from servicehub.faces.places import Place
from servicehub.kit import amounts

REFRESH_SECONDS = 20
PACES = {"minute": "每半分钟", "night": "每晚", "week": "每周"}
SHOWN_FIRST = ("balance:differs", "balance:waiting", "balance:equal", "balance:not_yet")
LATE_SECONDS = {"minute": 180, "night": 36 * 3600, "week": 9 * 24 * 3600}


@require_GET
def show(request: HttpRequest, place: Place) -> HttpResponse:
    at = clock.now()
    latest = CheckRun.objects.values("check_code").annotate(last=Max("pk")).values_list("last", flat=True)
    runs = {run.check_code: run for run in CheckRun.objects.filter(pk__in=list(latest))}
    findings = list(checks.worklist())
    by_code: dict[str, int] = {}
    for finding in findings:
        by_code[finding.check_code] = by_code.get(finding.check_code, 0) + 1
    request.refresh_seconds = REFRESH_SECONDS
    rows = [_row(check, runs.get(check.code), by_code.get(check.code, 0), at) for check in registry.checks]
    context = {
        "title": "平衡墙",
        "at": at,
        "rows": sorted(rows, key=lambda row: (SHOWN_FIRST.index(row["state"]), row["order"])),
        "panels": panels(request, place, "wall", place.party),
        "findings": [_finding(finding) for finding in findings],
        "unequal": sum(row["state"] == "balance:differs" for row in rows),
        "waiting": sum(row["state"] == "balance:waiting" for row in rows),
        "not_yet": sum(row["state"] == "balance:not_yet" for row in rows),
    }
    return render(request, "faces/switchboard/wall.html", context)


def _row(check: BalanceCheck, run: CheckRun | None, open_findings: int, at) -> dict:
    late = run is None or (at - run.started_at).total_seconds() > LATE_SECONDS[check.pace]
    if open_findings or (run and run.failed):
        state = "differs"
    elif run is None and check.pace != "minute":
        state = "not_yet"  # its night has not come since the centre opened
    else:
        state = "waiting" if late else "equal"
    if run is None:
        note = "" if state == "not_yet" else "还没有运行过"
    elif run.failed:
        note = "没有运行成功，这一项尚未得到验证"
    else:
        note = f"{open_findings} 个问题未消除" if open_findings else ""
    return {
        "label": check.label,
        "pace": PACES[check.pace],
        "state": f"balance:{state}",
        "at": run.started_at if run else None,
        "took": f"{run.milliseconds:,} 毫秒" if run else "",
        "blocks": "拦日终" if check.blocks_day_close else "",
        "order": (list(PACES).index(check.pace), check.code),
        "_note": note,
    }


def _finding(finding) -> dict:
    return {
        "message": finding.message,
        "object": finding.object,
        "severity": f"finding:{finding.severity}",
        "owner": finding.owner,
        "due": finding.due,
        "first_seen": finding.first_seen,
        "_note": "　".join(
            filter(
                None,
                (
                    f"怎么办：{finding.remedy}" if finding.remedy else "",
                    "　".join(f"{key} {_fact(value)}" for key, value in finding.facts.items()),
                    f"已说明：{finding.explanation}（{finding.explained_by}）" if finding.explanation else "",
                ),
            )
        ),
    }


def _fact(value) -> str:
    """Figures of a finding are kept as text; money gets its commas."""
    try:
        return amounts.money(value)
    except (ArithmeticError, ValueError):
        return str(value)
