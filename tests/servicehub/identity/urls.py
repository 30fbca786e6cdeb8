"""Pages of every face for tests of access, sessions and parked requests."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from fundcentre import urls as product
from servicehub.faces.access import access
from servicehub.faces.login_parking import ask_to_step_up
from servicehub.faces.origin import origin_of

RECEIVED: list[dict] = []


def receive(request) -> HttpResponse:
    if request.method == "POST":
        files = {name: (file.name, file.read()) for name, file in request.FILES.items()}
        RECEIVED.append({"path": request.get_full_path(), "fields": dict(request.POST.lists()), "files": files})
    origin = origin_of(request)
    return HttpResponse(f"{origin.user_kind} {origin.operator_name} {origin.channel} level {origin.assurance}")


def pay(request) -> HttpResponse:
    """As the gate does it: the page asks, the gate refuses for want of a fresh proof."""
    if origin_of(request).assurance < 3:
        return ask_to_step_up(request, "确认汇缴 ¥1,499,608.00")
    return receive(request)


def form(request) -> HttpResponse:
    return render(request, "identity/resend.html", {"resend_at": None})


urlpatterns = [
    path("employer/form/", access("employer")(form)),
    path("employer/bills/", access("employer")(receive)),
    path("employer/pay/", access("employer")(pay)),
    path("my/", access("my")(receive)),
    path("counter/form/", access("counter")(form)),
    path("counter/desk/", access("counter", roles={"teller", "reviewer"})(receive)),
    path("switchboard/stops/", access("switchboard", roles={"channel_admin", "ops_lead"})(receive)),
    path("switchboard/money/", access("switchboard", level=3)(receive)),
    path("open/", access("public")(receive)),
    path("", include(product.urlpatterns)),
]

handler403 = product.handler403
handler404 = product.handler404
