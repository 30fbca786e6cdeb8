"""冲突矩阵: which items may be in flight together for one party."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from servicehub.catalogue import clashes
from servicehub.declare import registry
from servicehub.faces.places import Place
from servicehub.kit import wording


@require_GET
def show(request: HttpRequest, place: Place) -> HttpResponse:
    group = request.GET.get("group", "")
    written = clashes.matrix()
    # Without a filter: what clashes with anything. Queries go together with everything and would hide the rest.
    clashing = {code for pair, clash in written.items() if clash.verdict != clashes.ALLOWED for code in pair}
    items = sorted(
        (
            item
            for item in registry.items
            if item.published and (group == "all" or (item.group == group if group else item.code in clashing))
        ),
        key=lambda item: (item.group, item.code),
    )
    rows = [{"item": item, "cells": [_cell(written.get((item.code, other.code))) for other in items]} for item in items]
    groups = sorted({item.group for item in registry.items if item.published})
    box = {
        "name": "group",
        "label": "类别",
        "value": group,
        "choices": [("all", "全部事项"), *((name, name) for name in groups)],
    }
    context = {
        "title": "冲突矩阵",
        "items": items,
        "rows": rows,
        "filters": [{**box, "error": "", "hint": ""}],
        "reasons": sorted({clash.reason for clash in written.values() if clash.reason}),
    }
    return render(request, "faces/switchboard/clashes.html", context)


def _cell(clash) -> wording.Status | None:
    return None if clash is None else wording.STATUS["clash"][clash.verdict]
