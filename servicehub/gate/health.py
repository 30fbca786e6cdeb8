"""Whether a stopped scope is fit to be opened: what outside parties answer, and how its calls went lately (R-ST-06)."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from servicehub.declare import Probe, registry
from servicehub.gate import stopping
from servicehub.gate.models import CallOutcome, ServiceCall, StopOrder

WINDOW = timedelta(minutes=15)
SAMPLE_MIN = 20  # of fewer calls a share says nothing
FAILED_SHARE_MAX = Decimal("0.05")

_log = logging.getLogger(__name__)


def faults_of(order: StopOrder, at: datetime) -> list[str]:
    """What stands against opening the order's scope, in words for staff; nothing: it is healthy."""
    cells = stopping.cells_of(order.scope, order.scope_ref)
    items = {item for _, item in cells}
    found = [
        f"{probe.label}：{fault}"
        for probe in registry.probes
        if (not probe.items or probe.items & items) and (fault := _ask(probe))
    ]
    return [*found, *_failing({channel for channel, _ in cells}, items, at)]


def _ask(probe: Probe) -> str:
    try:
        return probe.run()
    except Exception:  # a probe that cannot run has proved nothing
        _log.exception("probe %s could not run", probe.code)
        return "探测没有运行成功"


def _failing(channels: set[str], items: set[str], at: datetime) -> list[str]:
    counts = ServiceCall.objects.filter(
        channel__in=channels, item__in=items, started_at__gt=at - WINDOW, started_at__lte=at
    ).aggregate(
        every=Count("pk", filter=~Q(outcome=CallOutcome.REFUSED_STOP)),
        failed=Count("pk", filter=Q(outcome=CallOutcome.FAILED)),
    )
    every, failed = counts["every"], counts["failed"]
    if every < SAMPLE_MIN or failed <= every * FAILED_SHARE_MAX:
        return []
    return [f"近 15 分钟 {every} 次调用中技术失败 {failed} 次"]
