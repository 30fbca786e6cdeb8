"""Traffic from the gate's own record: volumes, refusals, stops, failures; never from web-server logs."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncHour
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from servicehub import clock
from servicehub.declare import registry
from servicehub.faces.places import Place
from servicehub.gate import reads
from servicehub.gate.models import CallOutcome
from servicehub.kit import amounts, charts, wording

SPANS = {"1": ("近 1 小时", 1), "24": ("近 24 小时", 24), "168": ("近 7 天", 168)}
TOP = 12
FIELDS = {
    "ok": Q(outcome__in=[CallOutcome.OK, CallOutcome.REPLAYED]),
    "rule": Q(outcome__in=[CallOutcome.REFUSED_RULE, CallOutcome.INVALID, CallOutcome.REFUSED]),
    "stopped": Q(outcome=CallOutcome.REFUSED_STOP),
    "throttled": Q(outcome=CallOutcome.THROTTLED),
    "failed": Q(outcome=CallOutcome.FAILED),
}


@require_GET
def show(request: HttpRequest, place: Place) -> HttpResponse:
    span = request.GET.get("span", "24")
    span = span if span in SPANS else "24"
    end = clock.now()
    calls = reads.calls_between(end - timedelta(hours=SPANS[span][1]), end)
    sums = {name: Count("pk", filter=test) for name, test in FIELDS.items()}
    total = calls.aggregate(all=Count("pk"), average=Avg("milliseconds"), **sums)
    channels = list(calls.values("channel").annotate(all=Count("pk"), **sums).order_by("-all"))
    items = list(calls.exclude(item="").values("item").annotate(all=Count("pk"), **sums).order_by("-all")[:TOP])
    context = {
        "title": "流量",
        "span_choices": [(code, name) for code, (name, _) in SPANS.items()],
        "span": span,
        "kpis": _kpis(total),
        "channels": [{**row, "name": wording.CHANNELS.get(row["channel"], row["channel"])} for row in channels],
        "items": [{**row, "name": _item_name(row["item"])} for row in items],
        "columns": _columns(),
        "chart": by_hour(calls, end, SPANS[span][1]),
        "as_of": end,
    }
    return render(request, "faces/switchboard/traffic.html", context)


def _kpis(total: dict) -> list[dict]:
    every = total["all"]
    share = f"{Decimal(total['ok']) / every:.1%}" if every else amounts.NOTHING
    pace = f"{int(total['average'])} 毫秒" if total["average"] is not None else amounts.NOTHING
    return [
        {"label": "调用", "value": f"{every:,}", "more": f"平均 {pace}"},
        {"label": "办成", "value": f"{total['ok']:,}", "more": f"占 {share}"},
        {"label": "按规则不予办理", "value": f"{total['rule']:,}"},
        {"label": "停办拦下", "value": f"{total['stopped']:,}"},
        {"label": "限流", "value": f"{total['throttled']:,}"},
        {"label": "技术失败", "value": f"{total['failed']:,}"},
    ]


def _columns() -> list[dict]:
    words = (("all", "调用"), ("ok", "办成"), ("rule", "规则不予办理"), ("stopped", "停办拦下"), ("throttled", "限流"))
    counts = [*words, ("failed", "技术失败")]
    return [{"key": "name", "label": "名称", "kind": "text"}] + [
        {"key": key, "label": label, "kind": "count"} for key, label in counts
    ]


def _item_name(code: str) -> str:
    item = registry.items.get(code)
    return f"{item.name}（{code}）" if item else code


def by_hour(calls, end: datetime, hours: int) -> charts.Drawing | None:
    """Calls by hour, the last 24 at most; an hour without calls is a zero, not a gap."""
    hours = min(hours, 24)
    if hours < 2:
        return None
    rows = (
        calls.annotate(hour=TruncHour("started_at"))
        .values("hour")
        .annotate(all=Count("pk"), stopped=Count("pk", filter=FIELDS["stopped"]))
    )
    found = {row["hour"]: row for row in rows}
    last = timezone.localtime(end).replace(minute=0, second=0, microsecond=0)
    slots = [last - timedelta(hours=back) for back in range(hours - 1, -1, -1)]
    every = tuple(Decimal(found.get(slot, {}).get("all", 0)) for slot in slots)
    stopped = tuple(Decimal(found.get(slot, {}).get("stopped", 0)) for slot in slots)
    peak = max(range(len(slots)), key=lambda index: every[index])
    finding = f"{slots[peak]:%H} 时最多，{every[peak]:,} 次；停办拦下共 {sum(stopped):,} 次。"
    labels = tuple(f"{slot:%H}:00" for slot in slots)
    return charts.lines(labels, [charts.Series("调用", every), charts.Series("停办拦下", stopped)], "次/小时", finding)
