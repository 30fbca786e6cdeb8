"""The inbox of the operator: what is new, one message, what one wants to hear of."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicehub import messages
from servicehub.declare import Table, TableColumn
from servicehub.faces import paging
from servicehub.faces.places import Place
from servicehub.messages.topics import TOPICS


@require_GET
def inbox(request: HttpRequest, place: Place) -> HttpResponse:
    only = request.GET.get("only", "")
    found = messages.inbox(place.origin.operator)
    if only == "unread":
        found = found.filter(read_at=None)
    table = Table(
        columns=(
            TableColumn("title", "标题"),
            TableColumn("topic_name", "类别"),
            TableColumn("state", "状态", kind="status"),
            TableColumn("sent_at", "时间", kind="datetime"),
        ),
        source=found.values("pk", "title", "topic", "read_at", "sent_at"),
        order=("-pk",),
        finish=lambda rows: [
            {
                **row,
                "topic_name": TOPICS[row["topic"]].label if row["topic"] in TOPICS else row["topic"],
                "state": "message:unread" if row["read_at"] is None else "message:read",
                "_url": f"{place.base}messages/{row['pk']}/",
            }
            for row in rows
        ],
    )
    context = {
        "title": "消息",
        "place": place,
        "listing": paging.listing(table, request.GET),
        "only": only,
        "unread": messages.unread(place.origin.operator),
    }
    return render(request, "faces/messages/inbox.html", context)


@require_GET
def message(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Opening a message is reading it."""
    found = messages.inbox(place.origin.operator).filter(pk=pk).first()
    if found is None:
        raise Http404
    messages.mark_read(place.origin.operator, [pk])
    context = {
        "title": found.title,
        "message": found,
        "topic": TOPICS[found.topic].label if found.topic in TOPICS else found.topic,
        "onward": found.url if found.url.startswith("/") else "",
        "back_url": f"{place.base}messages/",
        "back_text": "消息",
    }
    return render(request, "faces/messages/message.html", context)


@require_POST
def read_all(request: HttpRequest, place: Place) -> HttpResponse:
    messages.mark_read(place.origin.operator)
    return HttpResponseRedirect(f"{place.base}messages/", status=303)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, place: Place) -> HttpResponse:
    operator = place.origin.operator
    if request.method == "POST":
        for row in messages.preferences(operator):
            messages.prefer(
                operator,
                row["topic"],
                inbox=f"inbox-{row['topic']}" in request.POST,
                sms=f"sms-{row['topic']}" in request.POST,
            )
        return HttpResponseRedirect(f"{place.base}messages/settings/?saved=1", status=303)
    context = {
        "title": "消息订阅",
        "rows": messages.preferences(operator),
        "saved": "saved" in request.GET,
        "back_url": f"{place.base}messages/",
        "back_text": "消息",
    }
    return render(request, "faces/messages/settings.html", context)
