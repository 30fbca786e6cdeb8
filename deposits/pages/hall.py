"""单位网厅·当月汇缴: the hub of a month, its change list, confirmation and withdrawal."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.bank.suspense import suspense_balance
from accounts.enums import FundKind, SealReason
from accounts.models import EmployerAccount
from deposits.enums import ACTION_LABELS, Action, RemittanceState
from deposits.models import ChangeLine, Remittance
from deposits.operations.months import live_account
from deposits.pages.month_view import (
    ADDRESS_OF_SUBSIDY,
    MonthView,
    equation_words,
    month_address,
    month_view,
    next_action,
    steps_of,
    working_paper,
)
from deposits.pages.sending import Said, form_token, may, see_other, send
from deposits.policies import policy_of_account
from deposits.services import change_lists, payments
from deposits.services.remittances import may_confirm
from servicehub.declare import Table, TableColumn
from servicehub.faces import paging
from servicehub.faces.letter_pages import hand_out
from servicehub.faces.places import Place
from servicehub.faces.shapes import error_items
from servicehub.kit.amounts import money, money_cn, yuan
from servicehub.kit.masks import mask_id_number, mask_name
from servicehub.kit.months import Month

CHANGE_COLUMNS = (
    TableColumn("name", "姓名"),
    TableColumn("id_number", "证件号码", "mask"),
    TableColumn("action", "变更类型"),
    TableColumn("base_after", "变更后基数", "money"),
    TableColumn("amount_before", "变更前月缴", "money"),
    TableColumn("amount_after", "变更后月缴", "money"),
    TableColumn("delta", "差额", "delta"),
    TableColumn("source", "来源"),
)


def account_at(place: Place, fund_kind: str = FundKind.HOUSING) -> EmployerAccount:
    """The employer's live account of the kind. Housing fund and subsidy (E-52) are the same pages side by side."""
    account = live_account(place.party, fund_kind)
    if account is None:
        raise Http404
    return account


def view_of(place: Place, address: str) -> MonthView:
    """``2026-11`` of the housing fund, ``subsidy-2026-11`` of the subsidy: every address of a month keeps its kind."""
    fund_kind = FundKind.SUBSIDY if address.startswith(ADDRESS_OF_SUBSIDY) else FundKind.HOUSING
    month = address.removeprefix(ADDRESS_OF_SUBSIDY)
    try:
        return month_view(account_at(place, fund_kind), Month.of(month))
    except ValueError:
        raise Http404 from None


def kinds_of(place: Place, view: MonthView) -> list[dict]:
    """The switch between housing fund and subsidy, where the employer keeps an account of each."""
    accounts = [live_account(place.party, kind) for kind in FundKind]
    found = [account for account in accounts if account is not None]
    if len(found) < 2:
        return []
    return [
        {
            "text": account.get_fund_kind_display(),
            "url": f"{place.base}months/{month_address(account, account.month_due)}/",
            "current": account.fund_kind == view.account.fund_kind,
            "badge": 0,
        }
        for account in found
    ]


def urls_of(place: Place, view: MonthView) -> dict[str, str]:
    at = f"{place.base}months/{view.address}/"
    pages = (
        "changes", "import", "imports", "template", "assess", "confirm", "confirmed", "revoke", "pay", "payment",
        "abandon", "notice",
    )  # fmt: skip
    below = {name: f"{at}{name}/" for name in pages}
    below |= {name: f"{at}changes/{name}/" for name in ("add", "withdraw")}
    return below | {"month": at, "template_roster": f"{at}template/?roster=1"}


def drawn(request: HttpRequest, name: str, view: MonthView, place: Place, status: int = 200, **context: Any):
    base = {
        "month": view.month,
        "urls": urls_of(place, view),
        "kinds": kinds_of(place, view),
        "chip": "" if view.account.fund_kind == FundKind.HOUSING else "补贴账户",
        "form_token": form_token(),
        "errors": (),
        "said": Said(),
    }
    return render(request, f"deposits/employer/{name}.html", base | context, status=status)


@require_GET
def due(request: HttpRequest, place: Place) -> HttpResponse:
    """当月汇缴: to the month that is due."""
    account = account_at(place)
    return see_other(f"{place.base}months/{month_address(account, account.month_due)}/")


@require_GET
def month(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    urls = urls_of(place, view)
    others = [{"text": "改清册", "url": urls["changes"]}] if view.head is None else []
    documents = Remittance.objects.filter(employer_account=view.account, month=int(view.month)).order_by("-pk")
    shown = [
        {
            "number": row.number,
            "heads": row.heads,
            "total": row.total,
            "pay_by": row.pay_by,
            "status": f"remittance:{row.state}",
            "_url": f"{place.base}list/deposits.remittance_register/?remittance={row.number}",
        }
        for row in documents
    ]
    return drawn(
        request,
        "month",
        view,
        place,
        title=f"{view.month.words}汇缴",
        status_word=f"remittance:{view.state}",
        meta=(
            f"最迟 {view.pay_by}",
            f"汇缴至 {Month.of(view.account.paid_through)}" if view.account.paid_through else "首次汇缴",
        ),
        findings=[],
        equation=equation_words(view.equation),
        steps=steps_of(view),
        paper=working_paper(view),
        next=next_action(view, place.base),
        others=others,
        documents=shown,
        next_month_day=view.month.next.first_day,
    )


@require_GET
def changes(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    urls = urls_of(place, view)
    rows = (
        ChangeLine.objects.filter(change_list=view.change_list, is_live=True)
        if view.change_list
        else ChangeLine.objects.none()
    )
    chosen = request.GET.get("action", "")
    if chosen in ACTION_LABELS:
        rows = rows.filter(action=chosen)
    table = Table(CHANGE_COLUMNS, rows.select_related("fund_account__person"), order=("pk",), finish=_shown_changes)
    listing = paging.listing(table, request.GET)
    filters = [
        {
            "name": "action",
            "label": "变更类型",
            "value": chosen,
            "choices": list(ACTION_LABELS.items()),
            "hint": "",
            "error": "",
        }
    ]
    chips = [(f"类型：{ACTION_LABELS[chosen]}", urls["changes"])] if chosen in ACTION_LABELS else []
    return drawn(
        request,
        "changes",
        view,
        place,
        title=f"{view.month.words}变更清册",
        status_word=f"remittance:{'draft' if view.head is None else view.state}",
        meta=(f"共 {listing.page.count:,} 条变更",),
        equation=equation_words(view.equation),
        rows=listing.rows,
        any_rows=bool(listing.page.count or chosen),
        columns=CHANGE_COLUMNS,
        page=listing.page,
        totals=None,
        filters=filters,
        chips=chips,
    )


def _shown_changes(lines) -> list[dict]:
    """One page of lines in words: people are read from their accounts, newcomers from their sealed words."""
    rows = []
    for line in lines:
        if line.newcomer:
            words = change_lists.read_newcomer(line)
            name, id_number = words["name"], words["id_no"]
        else:
            person = line.fund_account.person
            name, id_number = person.name, person.id_number
        rows.append(
            {
                "_id": line.pk,
                "name": mask_name(name),
                "id_number": mask_id_number(id_number),
                "action": ACTION_LABELS[Action(line.action)],
                "base_after": line.base_after,
                "amount_before": line.amount_before,
                "amount_after": line.amount_after,
                "delta": line.delta,
                "source": f"导入第 {line.line} 行" if line.line else "文件里没有" if line.upload_id else "逐条录入",
                "_note": "已生效" if line.applied else "",
            }
        )
    return rows


@require_POST
def withdraw(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    raw = {**view.asked, "lines": request.POST.getlist("lines")}
    send(request, place, "deposits.withdraw_changes", raw)
    return see_other(urls_of(place, view)["changes"])


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    code = "deposits.add_change"
    values = {name: request.POST.get(name, "") for name in ("action", "id_no", "name", "wage", "reason", "mobile")}
    errors, said, status = (), Said(), 200
    added = request.GET.get("added", "")
    if request.method == "POST":
        raw = {name: value for name, value in values.items() if value} | view.asked
        sent = send(request, place, code, raw)
        if sent.answer is not None:
            return see_other(f"{urls_of(place, view)['add']}?added={sent.answer.message}")
        errors, said, status = sent.errors, Said(sent.said), 422
    else:
        may(place, code)
    return drawn(
        request,
        "change_add",
        view,
        place,
        status=status,
        title="新增变更",
        errors=errors,
        said=said,
        values=values,
        added=added,
        terms=policy_of_account(view.account, view.month),
        actions=[(action.value, label) for action, label in ACTION_LABELS.items() if action is not Action.UPDATE],
        reasons=[("", "选择原因"), *((label, label) for _, label in SealReason.choices())],
    )


@require_GET
def assess(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """核定: the equation and everything that stands in the way, before anything is confirmed."""
    view = view_of(place, month)
    may(place, "deposits.confirm_remittance")
    if view.head is not None:
        return see_other(urls_of(place, view)["confirmed"])
    findings = may_confirm(view.account, view.month, place.origin.business_date)
    there = suspense_balance(view.account)
    warnings = [f"暂收款有 {money(there)}，付款时可以使用"] if there else []
    return drawn(
        request,
        "assess",
        view,
        place,
        title=f"核定 {view.month.words}汇缴",
        errors=error_items(finding for finding in findings if finding.blocks),
        warnings=warnings,
        equation=equation_words(view.equation),
        steps=steps_of(view),
        paper=working_paper(view),
        meta=(f"付款截止 {view.pay_by}",),
    )


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    code, urls = "deposits.confirm_remittance", urls_of(place, view)
    errors, status = (), 200
    if request.method == "POST":
        raw = {**view.asked, "heads": request.POST.get("heads"), "total": request.POST.get("total")}
        sent = send(request, place, code, raw)
        if sent.answer is not None:
            return see_other(urls["confirmed"] + ("?again=1" if sent.answer.replayed else ""))
        errors, status = sent.errors, 422
        view = view_of(place, month)
    else:
        may(place, code)
        if view.head is not None:
            return see_other(urls["confirmed"])
    now = view.equation.now
    rows = [
        ("汇缴月份", view.month.words),
        ("本月人数", f"{now.heads:,} 人"),
        ("单位部分", money(view.equation.employer)),
        ("个人部分", money(view.equation.employee)),
        {"key": "应付", "value": yuan(now.amount), "total": True},
        ("大写", money_cn(now.amount)),
        ("暂收款余额", money(suspense_balance(view.account))),
        ("付款截止", view.pay_by),
    ]
    return drawn(
        request, "confirm", view, place, status=status, title="确认汇缴", errors=errors, rows=rows,
        equation=equation_words(view.equation), button=f"确认汇缴 {yuan(now.amount)}",
    )  # fmt: skip


@require_GET
def confirmed(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    if view.head is None:
        return see_other(urls_of(place, view)["assess"])
    return drawn(
        request, "confirmed", view, place, title=f"已确认 {view.month.words}汇缴", head=view.head,
        repeated="again" in request.GET, rows=transfer_rows(view.head),
    )  # fmt: skip


def transfer_rows(head: Remittance) -> list[tuple[str, Any]]:
    """What a payer writes on a transfer."""
    account = payments.collecting_account(head.branch_id)
    return [
        ("收款户名", account.name if account else ""),
        ("收款账号", account.account_no if account else ""),
        ("开户银行", account.bank_name if account else ""),
        ("金额", yuan(head.total)),
        ("大写", money_cn(head.total)),
        ("附言", head.remark_code),
        ("付款截止", head.pay_by),
    ]


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    view = view_of(place, month)
    urls = urls_of(place, view)
    if view.head is None:
        return see_other(urls["month"])
    errors, status = (), 200
    if request.method == "POST":
        sent = send(request, place, "deposits.withdraw_remittance", {"remittance": view.head.number})
        if sent.answer is not None:
            return see_other(urls["month"])
        errors, status = sent.errors, 422
    elif view.head.state != RemittanceState.TO_PAY:
        errors = error_items(["已付款或正在付款，不能撤销。已付款的，可申请错缴更正"])
    return drawn(request, "revoke", view, place, status=status, title="撤销确认", head=view.head, errors=errors)


@require_POST
def notice(request: HttpRequest, place: Place, month: str) -> HttpResponse:
    """汇缴通知书: issued (or found) and led to."""
    view = view_of(place, month)
    if view.head is None:
        raise Http404
    return hand_out(place, "deposits.payment_notice", view.head.number, place.party)
