"""Drafts: kept 30 days, encrypted, one per writer, form and party."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection

from servicehub.cases import freezing
from servicehub.cases.models import Draft
from servicehub.declare import Origin, Party

KEEP_DAYS = {"staff": 7}
KEEP_DAYS_PUBLIC = 30


def save(origin: Origin, operation: str, target: Party | None, raw: Mapping[str, Any]) -> Draft | None:
    """Replaces an earlier draft of the same form. ``None``: nobody to keep it for."""
    if origin.operator is None:
        return None
    local_day = origin.at.date()
    values = {
        "data": freezing.shut(dict(raw), freezing.DRAFT_DATA),
        "saved_at": origin.at,
        "keep_until": local_day + timedelta(days=KEEP_DAYS.get(origin.user_kind, KEEP_DAYS_PUBLIC)),
    }
    draft, _ = Draft.objects.update_or_create(
        **_form(origin, operation, target),
        defaults=values,
        create_defaults={**values, "number": _number(origin)},
    )
    return draft


def latest(origin: Origin, operation: str, target: Party | None) -> Draft | None:
    return Draft.objects.filter(**_form(origin, operation, target), keep_until__gte=origin.at.date()).first()


def _form(origin: Origin, operation: str, target: Party | None) -> dict[str, Any]:
    """Of whom, of which form and about whom: there is one draft of each."""
    return {
        "owner_id": origin.operator,
        "operation": operation,
        "target_kind": target.kind if target else "",
        "target_id": target.id if target else 0,
    }


def content(draft: Draft) -> dict[str, Any]:
    return freezing.opened(draft.data, freezing.DRAFT_DATA)


def discard_expired(origin: Origin) -> int:
    origin.require_pass()
    deleted, _ = Draft.objects.filter(keep_until__lt=origin.at.date()).delete()
    return deleted


def _number(origin: Origin) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'D' || to_char(%s::timestamptz AT TIME ZONE 'Asia/Shanghai', 'YYMMDD')"
            " || lpad(n::text, greatest(6, length(n::text)), '0') FROM nextval('servicehub_draft_number') n",
            [origin.at],
        )
        return cursor.fetchone()[0]
