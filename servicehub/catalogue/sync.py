"""Brings the catalogue's rows up to the declarations. Runs after every migration and as ``sync_catalogue``.

Declarations own the texts, administrators own the switches: texts are overwritten (a change makes a new version),
cells are only added, and ``lifecycle`` follows the declaration only when the declaration itself changed.
"""

import hashlib
import json
import re

from django.apps import apps as global_apps
from django.db import transaction

from servicehub.catalogue import clashes, matrix
from servicehub.catalogue.models import ChannelItem, ClashRule, ServiceChannel, ServiceItem, ServiceItemVersion
from servicehub.declare import Channel, Item, registry

GUIDE_FIELDS = ("name", "owner", "assurance", "promised", "legal_limit", "basis", "guide", "help", "materials", "needs")


def after_migrate(apps=global_apps, **kwargs) -> None:
    """By then every app has declared its items and every table is there, unless migrated back to before it was."""
    try:
        apps.get_model("servicehub", "ClashRule")
    except LookupError:
        return
    sync_catalogue()


@transaction.atomic
def sync_catalogue() -> dict[str, int]:
    _sync_channels()
    changed = _sync_items()
    added = _sync_cells()
    rules = _sync_clashes()
    return {"items": len(registry.items), "changed": changed, "cells": added, "clashes": rules}


def _sync_channels() -> None:
    ServiceChannel.objects.bulk_create(
        [
            ServiceChannel(
                code=channel.value,
                name=facts.name,
                audience=facts.audience,
                owner=facts.owner,
                off_counter=facts.off_counter,
                alternative_order=facts.alternative_order,
                url=facts.url,
            )
            for channel, facts in matrix.CHANNELS.items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "audience", "owner", "off_counter", "alternative_order", "url"],
    )


def _fields(item: Item) -> dict:
    days = re.search(r"(\d+) ?(?:个)?工作日", item.promised)
    materials = [{"name": one.name, "when": one.when, "source": one.source} for one in item.materials]
    fields = {
        "name": item.name,
        "group": item.group,
        "owner": item.owner,
        "audiences": ",".join(sorted(audience.value for audience in item.audiences)),
        "declared_published": item.published,
        "assurance": item.assurance,
        "signature": item.signature,
        "always_on": item.always_on,
        "cross_province": item.cross_province,
        "wave": item.wave,
        "promised": item.promised,
        "promised_days": int(days[1]) if days else 0,
        "legal_limit": item.legal_limit,
        "basis": item.basis,
        "guide": item.guide,
        "help": item.help,
        "materials": materials,
        "needs": "、".join(item.needs),
    }
    content = json.dumps({name: fields[name] for name in GUIDE_FIELDS}, ensure_ascii=False, sort_keys=True)
    return {**fields, "digest": hashlib.sha256(content.encode()).hexdigest()}


def _sync_items() -> int:
    """Count of items whose guide changed."""
    rows = ServiceItem.objects.in_bulk()
    changed = 0
    for item in registry.items:
        fields = _fields(item)
        row = rows.get(item.code)
        if row is None:
            row = ServiceItem(code=item.code, version=0, lifecycle=_lifecycle(item))
        elif row.declared_published != item.published:
            row.lifecycle = _lifecycle(item)
        elif all(getattr(row, name) == value for name, value in fields.items()):
            continue
        is_new_version = row.digest != fields["digest"]
        for name, value in fields.items():
            setattr(row, name, value)
        if is_new_version:
            row.version += 1
            changed += 1
        row.save()
        if is_new_version:
            content = {name: fields[name] for name in GUIDE_FIELDS}
            ServiceItemVersion.objects.create(item=row, number=row.version, content=content)
    return changed


def _lifecycle(item: Item) -> str:
    return ServiceItem.Lifecycle.PUBLISHED if item.published else ServiceItem.Lifecycle.UNOPENED


def _sync_cells() -> int:
    present = set(ChannelItem.objects.values_list("channel_id", "item_id"))
    cells = [
        ChannelItem(
            channel_id=channel.value,
            item_id=item.code,
            offered=channel in item.channels,
            presentation=(
                ChannelItem.Presentation.LIMITED if channel in item.limited else ChannelItem.Presentation.HANDLE
            ),
        )
        for item in registry.items
        for channel in Channel
        if channel is not Channel.BATCH and (channel.value, item.code) not in present
    ]
    ChannelItem.objects.bulk_create(cells, batch_size=500)
    return len(cells)


def _sync_clashes() -> int:
    wanted = {
        pair: clash
        for pair, clash in clashes.matrix().items()
        if clash.verdict != clashes.ALLOWED and pair[0] in registry.items and pair[1] in registry.items
    }
    for rule in ClashRule.objects.all():
        if (rule.item, rule.other) not in wanted:
            rule.delete()
    ClashRule.objects.bulk_create(
        [
            ClashRule(item=item, other=other, verdict=clash.verdict, reason=clash.reason)
            for (item, other), clash in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["item", "other"],
        update_fields=["verdict", "reason"],
        batch_size=500,
    )
    return len(wanted)
