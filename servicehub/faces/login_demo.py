"""What a visitor of the demo needs in place of a telephone: the messages sent, and the staff's one-time passwords.

Outside the demo these addresses do not exist (404), and the simulators behind them are refused at start-up.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from servicehub.clock import now
from servicehub.faces.access import access
from servicehub.identity import sms, totp
from servicehub.identity.models import StaffToken
from servicehub.kit.masks import mask_mobile

SHOWN_MAX = 30


def _only_in_the_demo() -> None:
    if settings.DEPLOY != "demo" or not settings.SIMULATORS:
        raise Http404


@never_cache
@require_GET
@access("public")
def sms_outbox(request: HttpRequest) -> HttpResponse:
    _only_in_the_demo()
    messages = [
        {"mobile": mask_mobile(one["mobile"]), "text": one["text"], "at": parse_datetime(one["taken_at"])}
        for one in sms.outbox(SHOWN_MAX)
    ]
    return render(request, "identity/demo_sms.html", {"title": "演示：收到的短信", "messages": messages})


@never_cache
@require_GET
@access("public")
def one_time_passwords(request: HttpRequest) -> HttpResponse:
    _only_in_the_demo()
    tokens = StaffToken.objects.filter(confirmed=True).select_related("user").order_by("user__username")
    at = now()
    rows = [
        {
            "work_number": token.user.username,
            "name": token.user.display_name,
            "code": totp.code_at(token.seed, at),
            "used": token.last_step >= int(at.timestamp()) // totp.STEP_S,
        }
        for token in tokens
    ]
    seconds = totp.STEP_S - int(at.timestamp()) % totp.STEP_S
    request.refresh_seconds = seconds + 1
    return render(request, "identity/demo_totp.html", {"title": "演示：动态口令", "rows": rows, "seconds": seconds})
