"""Letters on the pages: get one from a receipt, find those of a party, download, verify by code."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicehub import letters, parties
from servicehub.declare import Party, Table, TableColumn, registry
from servicehub.faces import paging
from servicehub.faces.access import access
from servicehub.faces.operation_pages import Doing
from servicehub.faces.places import Place
from servicehub.gate.receipts import answer_of
from servicehub.letters import codes
from servicehub.letters.models import IssuedLetter, PrintState

REFRESH_SECONDS = 3


@require_POST
def from_receipt(
    request, place: Place, code: str, key: str, number: int, kind: str = "", token: str = ""
) -> HttpResponse:
    """A letter an outcome offers: only who was given the receipt can ask for it."""
    doing = Doing(request, place, code, kind, token)
    answer = answer_of(code, place.origin, doing.target, key)
    if answer is None or not 0 <= number < len(answer.letters):
        raise Http404
    letter, subject = answer.letters[number]
    return hand_out(place, letter, str(subject), doing.target)


def hand_out(place: Place, code: str, subject: str, party: Party | None) -> HttpResponse:
    """Issue (or find) a letter and lead to it. The caller has made sure that this operator may have it."""
    issued = letters.issue(place.origin, code, subject, party or place.party)
    return HttpResponseRedirect(f"{place.base}letters/{issued.pk}/", status=303)


@require_GET
def letter_list(request: HttpRequest, place: Place) -> HttpResponse:
    """Letters issued for the party the page acts for; at a counter, those this clerk issued."""
    if place.face in {"counter", "switchboard"}:
        found = IssuedLetter.objects.filter(issued_by=place.origin.operator)
    else:
        found = IssuedLetter.objects.filter(party=str(place.party))
    table = Table(
        columns=(
            TableColumn("label", "文书"),
            TableColumn("serial", "流水号"),
            TableColumn("issued_at", "出具时间", kind="datetime"),
            TableColumn("issuer_name", "出具人"),
            TableColumn("valid_until", "有效期至", kind="date"),
            TableColumn("state", "状态", kind="status"),
        ),
        source=found.values("pk", "label", "business_date", "issued_at", "issuer_name", "valid_until", "state"),
        order=("-pk",),
        finish=lambda rows: [
            {
                **row,
                "serial": f"{row['business_date']:%Y%m%d}-{row['pk']:08d}",
                "state": "letter:voided" if row["state"] == "revoked" else "letter:issued",
                "_url": f"{place.base}letters/{row['pk']}/",
            }
            for row in rows
        ],
    )
    context = {"title": "凭证与证明", "listing": paging.listing(table, request.GET)}
    return render(request, "faces/letters/list.html", context)


def _letter(place: Place, pk: int) -> IssuedLetter:
    """The letter, when its party is the operator's, or a member of staff issued it or serves that party."""
    issued = IssuedLetter.objects.filter(pk=pk).first()
    if issued is None:
        raise Http404
    if issued.issued_by is not None and issued.issued_by == place.origin.operator:
        return issued
    party = Party.parse(issued.party) if issued.party else None
    own = party is not None and party.kind in registry.party_kinds and parties.authority(place.origin, party)
    if not own:
        raise Http404
    return issued


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """A POST prints it once more (补打)."""
    issued = _letter(place, pk)
    if request.method == "POST":
        letters.print_again(place.origin, issued)
        return HttpResponseRedirect(request.path, status=303)
    prints = list(issued.print_outs.order_by("number"))
    if any(one.state == PrintState.WAITING for one in prints):
        request.refresh_seconds = REFRESH_SECONDS
    context = {
        "title": issued.label,
        "letter": issued,
        "code": codes.spaced(issued.verification),
        "prints": [
            {
                "number": "原件" if one.number == 1 else f"补打 {one.number - 1}",
                "at": one.at,
                "by": one.by_name,
                "state": one.get_state_display(),
                "url": f"{place.base}letters/{pk}/{one.number}.pdf" if one.state == PrintState.READY else "",
                "error": one.error,
            }
            for one in prints
        ],
        "back_url": f"{place.base}letters/",
        "back_text": "凭证与证明",
    }
    return render(request, "faces/letters/letter.html", context)


@require_GET
def download(request: HttpRequest, place: Place, pk: int, number: int) -> HttpResponse:
    issued = _letter(place, pk)
    if not issued.print_outs.filter(number=number).exists():
        raise Http404
    data = letters.pdf(issued, number)
    if not isinstance(data, bytes):
        return HttpResponseRedirect(f"{place.base}letters/{pk}/")
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{issued.serial}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
@access("public")
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """证明验真: anybody may ask whether a letter is ours and still holds."""
    typed = code or request.GET.get("code", "")
    context = {"title": "证明验真", "typed": typed, "errors": [], "found": None, "asked": bool(typed)}
    status = 200
    if typed:
        normal = codes.normalised(typed)
        if not codes.is_code(normal):
            context["errors"] = [{"text": "验证码是 20 位数字，位于证明下方二维码旁；核对后重填", "href": "#f-code"}]
            status = 422
        else:
            context["found"] = letters.verify(normal)
    return render(request, "faces/letters/verify.html", context, status=status)
