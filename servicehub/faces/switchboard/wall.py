"""平衡墙: what must hold, whether it holds now, and since when it does not. Checked every half minute."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicehub import checks, clock
from servicehub.faces.home_pages import panels
from servicehub.faces.places import Place
from servicehub.kit import amounts

REFRESH_SECONDS = 20
PACES = {"minute": "每半分钟", "night": "每晚", "week": "每周"}
SHOWN_FIRST = ("balance:differs", "balance:waiting", "balance:equal", "balance:not_yet")


@require_GET
def show(request: HttpRequest, place: Place) -> HttpResponse:
    at = clock.now()
    findings = list(checks.worklist())
    request.refresh_seconds = REFRESH_SECONDS
    rows = [_row(one) for one in checks.standings(at)]
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


def _row(standing: checks.Standing) -> dict:
    check, run = standing.check, standing.run
    if run is None:
        note = "" if standing.state == "not_yet" else "还没有运行过"
    elif run.failed:
        note = "没有运行成功，这一项尚未得到验证"
    else:
        note = f"{standing.findings} 个问题未消除" if standing.findings else ""
    return {
        "label": check.label,
        "pace": PACES[check.pace],
        "state": f"balance:{standing.state}",
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
