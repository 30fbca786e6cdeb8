"""Origins across time: kept with a submission, rebuilt for the job or the decision that finishes it."""

import dataclasses
from datetime import date, datetime
from typing import Any

from servicehub import clock
from servicehub.declare import Channel, Origin, Party, Pass
from servicehub.identity.roles import BY_CODE


def freeze(origin: Origin) -> dict[str, Any]:
    """Plain values; the pass is never kept."""
    return {
        "operator": origin.operator,
        "operator_name": origin.operator_name,
        "channel": str(origin.channel),
        "business_date": origin.business_date.isoformat(),
        "at": origin.at.isoformat(),
        "request_id": origin.request_id,
        "user_kind": origin.user_kind,
        "acting_for": str(origin.acting_for) if origin.acting_for else "",
        "client": origin.client,
        "client_version": origin.client_version,
        "branch": origin.branch,
        "branches": None if origin.branches is None else sorted(origin.branches),
        "roles": sorted(origin.roles),
        "posts": sorted(origin.posts, key=str),
        "assurance": origin.assurance,
        "assured_at": origin.assured_at.isoformat() if origin.assured_at else "",
        "ip": origin.ip,
        "device": origin.device,
    }


def thaw(kept: dict[str, Any]) -> Origin:
    return Origin(
        **{
            **kept,
            "business_date": date.fromisoformat(kept["business_date"]),
            "at": datetime.fromisoformat(kept["at"]),
            "acting_for": Party.parse(kept["acting_for"]) if kept["acting_for"] else None,
            "branches": None if kept["branches"] is None else frozenset(kept["branches"]),
            "roles": frozenset(kept["roles"]),
            "posts": frozenset((role, place) for role, place in kept["posts"]),
            "assured_at": datetime.fromisoformat(kept["assured_at"]) if kept["assured_at"] else None,
        }
    )


def at_work(kept: dict[str, Any]) -> Origin:
    """The maker's origin when their submission is carried out later: today's business date, the present moment."""
    return dataclasses.replace(thaw(kept), at=clock.now(), business_date=clock.business_date())


def of_system(given: Pass, business_date: date, request_id: str) -> Origin:
    return Origin(
        operator=None,
        operator_name="系统",
        channel=Channel.BATCH.value,
        business_date=business_date,
        at=clock.now(),
        request_id=request_id,
        user_kind="system",
        branches=None,
        pass_=given,
    )


def post_name(role: str) -> str:
    """What the screens call a reviewing post; an employer's own checker is 单位复核人."""
    return BY_CODE[role].name if role in BY_CODE else {"checker": "单位复核人"}.get(role, role)
