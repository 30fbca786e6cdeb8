"""单位网厅·在线付款: choose, go to the bank, watch the money arrive."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.bank.suspense import suspense_balance
from deposits.enums import PAYMENT_METHOD_LABELS, PaymentMethod, RemittanceState
from deposits.models import Payment, Receipt, Remittance
from deposits.pages.hall import drawn, transfer_rows, urls_of, view_of
from deposits.pages.sending import Said, may, see_other, send
from deposits.services import payments
from servicehub.faces.places import Place
from servicehub.kit.amounts import money, money_cn, yuan

REFRESH_SECONDS = 5


@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    urls, code = urls_of(place, view), "deposits.pay_remittance"
    head = view.head
    if head is None:
        return see_other(urls["assess"])
    if head.state == RemittanceState.PAYING:
        return see_other(urls["payment"])
    errors, said, status = (), Said(), 200
    there = suspense_balance(view.account)
    values = {
        "method": request.POST.get("method")
        or (PaymentMethod.SUSPENSE if there >= head.total else PaymentMethod.ONLINE)
    }
    if request.method == "POST":
        sent = send(request, place, code, {"remittance": head.number, **values})
        if sent.answer is not None:
            return see_other(urls["payment"] + ("?go=1" if values["method"] == PaymentMethod.ONLINE else ""))
        errors, said, status = sent.errors, Said(sent.said), 422
    else:
        may(place, code)
    return drawn(
        request, "pay", view, place, status=status, title="付款", head=head, errors=errors, said=said, values=values,
        rows=_rows(head), transfer=transfer_rows(head), button=f"付款 {yuan(head.total)}",
        methods=[
            (PaymentMethod.ONLINE, PAYMENT_METHOD_LABELS[PaymentMethod.ONLINE], "到银行页面付款，到账后自动入账"),
            (PaymentMethod.SUSPENSE, PAYMENT_METHOD_LABELS[PaymentMethod.SUSPENSE], f"可用 {money(there)}，须够付整份汇缴书"),
        ],
    )  # fmt: skip


def _rows(head: Remittance) -> list:
    return [
        ("汇缴书号", head.number),
        ("人数", f"{head.heads:,} 人"),
        {"key": "应付", "value": yuan(head.total), "total": True},
        ("大写", money_cn(head.total)),
        ("付款截止", head.pay_by),
    ]


@require_GET
def payment(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """付款进度. Refreshes itself while the bank has not told."""
    view = view_of(place, month)
    urls, head = urls_of(place, view), view.head
    if head is None:
        return see_other(urls["month"])
    live = Payment.objects.filter(remittance=head).order_by("-pk").first()
    waiting = live is not None and live.state == "paying"
    bank_url = (
        payments.bank_page(live, request.build_absolute_uri(urls["payment"]))
        if waiting and live.method == "online"
        else ""
    )
    if bank_url and "go" in request.GET:
        button = f"到银行付款 {yuan(head.total)}"
        return drawn(
            request, "to_bank", view, place, title="到银行页面付款", bank_url=bank_url, head=head, button=button
        )
    if waiting:
        request.refresh_seconds = REFRESH_SECONDS
    return drawn(
        request, "payment", view, place, title="付款进度", head=head, payment=live, events=_events(head, live),
        bank_url=bank_url, rows=_rows(head), register_url=f"{place.base}list/deposits.remittance_register/?remittance={head.number}",
    )  # fmt: skip


def _events(head: Remittance, live: Payment | None) -> list[dict]:
    """已提交 → 到账 → 入账, each with its time."""
    events = [{"at": head.confirmed_at, "who": head.confirmed_by.display_name, "what": "确认汇缴", "state": "done"}]
    if live is not None:
        who = live.made_by.display_name if live.made_by else ""
        events.append(
            {"at": live.made_at, "who": who, "what": f"发起付款（{live.get_method_display()}）", "state": "done"}
        )
    for receipt in Receipt.objects.filter(remittance=head).select_related("notice").order_by("pk"):
        text = f"{money(receipt.amount)}，{receipt.notice.reason}"
        events.append({"at": receipt.value_date, "what": "银行到账", "text": text, "state": "done"})
    if head.state == RemittanceState.POSTED:
        events.append({"at": head.posted_on, "what": "已入账", "text": f"{head.heads:,} 人已记账", "state": "done"})
    elif head.is_open:
        events.append({"at": None, "what": "等待到账", "state": "now"})
    return events


@require_POST
def abandon(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    urls = urls_of(place, view)
    if view.head is None:
        return see_other(urls["month"])
    send(request, place, "deposits.abandon_payment", {"remittance": view.head.number})
    return see_other(urls["pay"])
