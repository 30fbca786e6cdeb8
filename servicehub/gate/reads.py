"""Reads of the gate's tables for the switchboard: what stands now, what came, what was turned away."""

from datetime import datetime

from django.db.models import QuerySet

from servicehub.gate.models import ServiceCall, StopOrder
from servicehub.gate.stopping import is_overdue, not_over, state_of

__all__ = ["calls_between", "is_overdue", "not_over", "standing", "state_of"]


def standing(at: datetime) -> QuerySet[StopOrder]:
    """Orders in force at a moment: by comparing times, as every request does (R-ST-15)."""
    return not_over(at).filter(starts_at__lte=at).order_by("starts_at")


def calls_between(start: datetime, end: datetime) -> QuerySet[ServiceCall]:
    return ServiceCall.objects.filter(started_at__gte=start, started_at__lt=end)
