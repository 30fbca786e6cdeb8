"""Reads of the gate's tables for the switchboard: what stands now, what came, what was turned away."""

from datetime import datetime

from django.db.models import Q, QuerySet

from servicehub.gate.models import ServiceCall, StopKind, StopOrder


def standing(at: datetime) -> QuerySet[StopOrder]:
    """Orders in force at a moment: by comparing times, as every request does (R-ST-15)."""
    resumed = Q(auto_resume=True, resume_held=False, planned_end__lte=at)
    return StopOrder.objects.filter(lifted_at__isnull=True, starts_at__lte=at).exclude(resumed).order_by("starts_at")


def state_of(order: StopOrder, at: datetime) -> str:
    """Code of ``wording.STATUS["stop_order"]``."""
    if order.lifted_at is not None:
        return "resumed"
    if order.starts_at > at:
        return "waiting"
    if order.auto_resume and not order.resume_held and order.planned_end <= at:
        return "resumed"
    if order.kind == StopKind.EMERGENCY and order.review == StopOrder.Review.PENDING:
        return "emergency"
    return "in_force"


def calls_between(start: datetime, end: datetime) -> QuerySet[ServiceCall]:
    return ServiceCall.objects.filter(started_at__gte=start, started_at__lt=end)
