"""The audit explorer: who did what, when, to what; one record with its place in the chain; the proof of the chain."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from servicehub import audit, clock, parties
from servicehub.audit.models import AuditEntry, AuditHead, AuditSeal, EntryKind
from servicehub.declare import Party, registry
from servicehub.faces import sealed_filters
from servicehub.faces.paging import address
from servicehub.faces.places import Place
from servicehub.kit import amounts, wording

SECRET = frozenset({"who", "object", "ip"})  # filters that may name somebody
PAGE = 100
PARTY = re.compile(r"[a-z_]+:\d+")
DAYS_DEFAULT = 7
LINKS_DEFAULT = 10_000
RESULTS = {"done": "办成", "refused": "拒绝", "failed": "失败"}
COLUMNS = (
    {"key": "id", "label": "编号", "kind": "id"},
    {"key": "at", "label": "时间", "kind": "text"},
    {"key": "actor", "label": "操作人", "kind": "text"},
    {"key": "action", "label": "动作", "kind": "text"},
    {"key": "object", "label": "对象", "kind": "text"},
    {"key": "channel", "label": "渠道", "kind": "text"},
    {"key": "result", "label": "结果", "kind": "text"},
    {"key": "case_no", "label": "流水号", "kind": "text"},
    {"key": "seal", "label": "链序号", "kind": "text"},
)


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Newest first, by number: a page costs the same however long the log is, so there is no count."""
    hidden = sealed_filters.hide(request, SECRET)
    if hidden is not None:
        return hidden
    given = sealed_filters.given(request)
    entries, faults = _filtered(given)
    before = given.get("before", "")
    if before.isdecimal():
        entries = entries.filter(pk__lt=int(before))
    rows = list(entries.order_by("-pk")[: PAGE + 1])
    shown = rows[:PAGE]
    seals = dict(AuditSeal.objects.filter(entry_id__in=[row.pk for row in shown]).values_list("entry_id", "seq"))
    names = _names(text for entry in shown for text in (entry.acting_for, entry.object))
    context = {
        "title": "审计日志",
        "columns": COLUMNS,
        "rows": [_row(entry, seals.get(entry.pk), names) for entry in shown],
        "older": address(request.GET, before=shown[-1].pk) if len(rows) > PAGE else "",
        "newest": address(request.GET, before=None) if before else "",
        "filters": _boxes(given, faults),
        "errors": [{"text": text, "href": f"#q-{name}"} for name, text in faults.items()],
        "head": AuditHead.objects.filter(pk=1).first(),
        "place": place,
    }
    return render(request, "faces/switchboard/audit.html", context, status=422 if faults else 200)


def _filtered(given) -> tuple[QuerySet[AuditEntry], dict[str, str]]:
    faults: dict[str, str] = {}
    entries = AuditEntry.objects.all()
    for name, lookup in (("who", "actor_name"), ("case", "case_no"), ("object", "object"), ("ip", "ip")):
        if given.get(name, "").strip():
            entries = entries.filter(**{lookup: given[name].strip()})
    if given.get("action", "").strip():
        entries = entries.filter(action__contains=given["action"].strip())
    if given.get("kind") in EntryKind.values:
        entries = entries.filter(kind=given["kind"])
    narrowed = any(given.get(name, "").strip() for name in ("who", "case", "object"))
    start = _day(given, "from", faults) or (None if narrowed else clock.today() - timedelta(days=DAYS_DEFAULT))
    end = _day(given, "to", faults)
    if start:
        entries = entries.filter(at__gte=_midnight(start))
    if end:
        entries = entries.filter(at__lt=_midnight(end + timedelta(days=1)))
    return entries, faults


def _day(given, name: str, faults: dict[str, str]) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults[name] = "日期写成 2026-11-08 的样子"
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _boxes(given, faults: dict[str, str]) -> list[dict]:
    def box(name: str, label: str, hint: str = "", choices=()) -> dict:
        return {
            "name": name,
            "label": label,
            "value": given.get(name, ""),
            "choices": choices,
            "error": faults.get(name, ""),
            "hint": hint,
        }

    return [
        box("who", "操作人"),
        box("action", "动作"),
        box("object", "对象"),
        box("case", "流水号"),
        box("kind", "类别", choices=EntryKind.choices),
        box("from", "从", "2026-11-08"),
        box("to", "到", "2026-11-08"),
    ]


def _names(acting: Iterable[str]) -> dict[str, str]:
    """Labels of the employers somebody acted for: one query for the page."""
    found = {text: Party.parse(text) for text in set(acting) if PARTY.fullmatch(text)}
    known = {text: party for text, party in found.items() if party.kind in registry.party_kinds}
    cards = parties.cards(known.values())
    return {text: cards[party].label for text, party in known.items() if party in cards}


def _row(entry: AuditEntry, seq: int | None, names: Mapping[str, str]) -> dict[str, Any]:
    acting = f"（代{names.get(entry.acting_for, entry.acting_for)}）" if entry.acting_for else ""
    return {
        "id": entry.pk,
        "at": amounts.moment_exact(entry.at),
        "actor": f"{entry.actor_name}{acting}",
        "action": entry.action,
        "object": entry.label or names.get(entry.object, entry.object),
        "channel": wording.CHANNELS_SHORT.get(entry.channel, entry.channel),
        "result": RESULTS.get(entry.result, entry.result),
        "case_no": entry.case_no,
        "seal": f"#{seq:,}" if seq else "待封记",
        "_url": f"/switchboard/audit/{entry.pk}/",
    }


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """One record. A POST checks its own link of the chain."""
    entry = AuditEntry.objects.filter(pk=pk).first()
    if entry is None:
        raise Http404
    seal = AuditSeal.objects.filter(entry_id=pk).first()
    report = audit.verify(seal.seq, seal.seq) if request.method == "POST" and seal else None
    neighbours = [
        ("上一条", AuditEntry.objects.filter(pk__lt=pk).order_by("-pk").values_list("pk", flat=True).first()),
        ("下一条", AuditEntry.objects.filter(pk__gt=pk).order_by("pk").values_list("pk", flat=True).first()),
    ]
    context = {
        "title": f"审计记录 {pk:,}",
        "entry": entry,
        "result_word": RESULTS.get(entry.result, entry.result),
        "channel": wording.CHANNELS.get(entry.channel, entry.channel),
        "seal": seal,
        "prev_hash": bytes(seal.prev_hash).hex() if seal else "",
        "hash": bytes(seal.hash).hex() if seal else "",
        "changes": _changes(entry),
        "report": report,
        "neighbours": [(label, number) for label, number in neighbours if number],
        "back_url": "/switchboard/audit/",
        "back_text": "审计日志",
    }
    return render(request, "faces/switchboard/audit_record.html", context)


def _changes(entry: AuditEntry) -> list[dict]:
    """Field by field, before and after; both hold masked words."""
    before, after = _facts(entry.before), _facts(entry.after)
    names = dict.fromkeys([*before, *after])
    return [{"field": name, "old": before.get(name, ""), "new": after.get(name, "")} for name in names]


def _facts(text: str) -> dict[str, str]:
    if not text:
        return {}
    facts = json.loads(text)
    return {str(name): str(value) for name, value in facts.items()} if isinstance(facts, dict) else {"内容": text}


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest, place: Place) -> HttpResponse:
    """Walks the chain over a range: the first link that does not hold, or that all of them do."""
    head = AuditHead.objects.filter(pk=1).first()
    last = head.seq if head else 0
    form = {"from": str(max(1, last - LINKS_DEFAULT + 1)), "to": str(max(1, last))}
    report, errors = None, []
    if request.method == "POST":
        form = {name: request.POST.get(name, "").strip().replace(",", "") for name in form}
        errors = [
            {"text": f"{label}写成链序号，例如 1", "href": f"#f-{name}"}
            for name, label in (("from", "起点"), ("to", "终点"))
            if not form[name].isdecimal() or len(form[name]) > 18 or int(form[name]) < 1
        ]
        if not errors:
            report = audit.verify(int(form["from"]), int(form["to"]))
    context = {
        "title": "校验审计链",
        "head": head,
        "form": form,
        "errors": errors,
        "faults": {error["href"]: error["text"] for error in errors},
        "report": report,
        "back_url": "/switchboard/audit/",
        "back_text": "审计日志",
    }
    return render(request, "faces/switchboard/audit_verify.html", context, status=422 if errors else 200)
