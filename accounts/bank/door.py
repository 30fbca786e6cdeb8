"""POST /bank/notices/: where the bank knocks. Stored raw, answered at once, understood later."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.bank import inbox
from accounts.bank.messages import SIGNATURE_HEADER
from servicehub.faces.access import access


@access("public")  # no log-in
@csrf_exempt  # no browser session: the signature over the body is the proof
@require_POST
def notices(request) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > inbox.BODY_BYTES_MAX:
        return JsonResponse({"received": False, "code": "too_large"}, status=413)
    try:
        message = inbox.take_in(
            request.body, request.headers.get(SIGNATURE_HEADER, ""), request.META.get("REMOTE_ADDR") or None
        )
    except inbox.NotTheBank:
        return JsonResponse({"received": False, "code": "signature"}, status=401)
    return JsonResponse({"received": True, "message": message.pk})
