"""Figures at the head of the homes of staff: what is mine now, and whether everything is all right."""

from collections import Counter
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from servicehub import checks, clock
from servicehub.batch.models import JobRun, RunState
from servicehub.cases import reads
from servicehub.cases.models import Case, Draft
from servicehub.cases.states import CaseState
from servicehub.faces.places import Place
from servicehub.gate.models import CallOutcome
from servicehub.gate.reads import calls_between, standing
from servicehub.kit import amounts, charts

FAILED_RUNS_HOURS = 24


def counter(place: Place) -> list[dict]:
    """My desk: what waits for me, what I took in today, what came back, what I left unfinished."""
    operator, today = place.origin.operator, place.origin.business_date
    mine = Case.objects.filter(opened_by=operator)
    returned = mine.filter(state__in=[CaseState.RETURNED, CaseState.SUPPLEMENT]).count()
    waiting = reads.waiting_for(place.origin, place.origin.roles).exclude(maker=operator).count()
    drafts = Draft.objects.filter(owner=operator, keep_until__gte=place.origin.at.date()).count()
    return [
        {"label": "待复核", "value": str(waiting), "url": f"{place.base}checks/"},
        {"label": "今日受理", "value": str(mine.filter(business_date=today).count()), "url": f"{place.base}cases/"},
        {"label": "退回待改", "value": str(returned), "url": f"{place.base}cases/?state={CaseState.RETURNED}"},
        {"label": "草稿", "value": str(drafts)},
    ]


def switchboard(place: Place) -> list[dict]:
    """Whether everything is all right: calls since midnight, stops, differences, runs, what waits for me."""
    now = clock.now()
    midnight = timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time.min))
    outcomes = dict(
        calls_between(midnight, now).order_by().values_list("outcome").annotate(count=Count("pk"))
    )  # fmt: skip
    every, failed = sum(outcomes.values()), outcomes.get(CallOutcome.FAILED, 0)
    good = outcomes.get(CallOutcome.OK, 0) + outcomes.get(CallOutcome.REPLAYED, 0)
    waiting = reads.waiting_for(place.origin, place.origin.roles).exclude(maker=place.origin.operator).count()
    orders = standing(now).exclude(mode="NOTICE").count()
    stand = Counter(one.state for one in checks.standings(now))
    differences, unproved = stand["differs"], stand["waiting"] + stand["not_yet"]
    recent = JobRun.objects.filter(started_at__gt=now - timedelta(hours=FAILED_RUNS_HOURS))
    broken = recent.filter(state__in=[RunState.PARTLY_FAILED, RunState.ABORTED]).count()
    running = JobRun.objects.filter(state=RunState.RUNNING).count()
    share = f"办成 {Decimal(good) / every:.1%}" if every else ""
    stopped = outcomes.get(CallOutcome.REFUSED_STOP, 0)
    base = place.base
    return [
        {"label": "今日调用", "value": f"{every:,}", "more": share, "url": f"{base}traffic/"},
        {"label": "技术失败", "value": f"{failed:,}", "url": f"{base}traffic/"},
        {"label": "停办单生效", "value": str(orders), "more": f"今日拦下 {stopped:,} 次", "url": f"{base}stops/"},
        {
            "label": "不平的检查",
            "value": str(differences) if stand["equal"] or differences else amounts.NOTHING,
            "more": f"{unproved} 项待核对" if unproved else "",
            "url": f"{base}wall/",
        },
        {"label": "批处理", "value": f"{running} 在运行", "more": f"24 小时内 {broken} 次未成", "url": f"{base}jobs/"},
        {"label": "待我复核", "value": str(waiting), "url": f"{base}checks/"},
    ]


def calls_today() -> charts.Drawing | None:
    from servicehub.faces.switchboard.traffic import by_hour

    now = clock.now()
    return by_hour(calls_between(now - timedelta(hours=24), now), now, 24)


def all_well(figures: list[dict]) -> bool:
    """Nothing failed, nothing stopped, nothing unequal, and no check that has yet to prove so."""
    values = {figure["label"]: figure["value"] for figure in figures}
    unproved = any(figure["label"] == "不平的检查" and figure["more"] for figure in figures)
    return not unproved and all(values[label] == "0" for label in ("技术失败", "停办单生效", "不平的检查"))
