"""凭证簿, a voucher, its movements: from any figure down to who the money is of, and back from the case.

Addresses are relative to the face a list is shown on.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Case, F, Q, Sum, Value, When
from rest_framework import serializers

from accounts.bank.models import BankNotice
from accounts.ledger import services as ledger
from accounts.ledger.events import KIND_LABELS
from accounts.ledger.models import Line, Subject, Voucher, VoucherNumber
from accounts.ledger.models.chart import Book
from accounts.ledger.money import ZERO
from accounts.models import EmployerAccount, FundAccount
from servicehub import parties
from servicehub.cases.models import Decision, Submission
from servicehub.declare import Origin, Party, Query, Table, TableColumn
from servicehub.declare.registry import ledger_events, operations
from servicehub.kit.fields import ChoiceField, DayField

BOOK_READERS = frozenset({"accountant", "accountant_reviewer", "cashier", "auditor"})
ITEM = "S-LEDGR"
NOT_NUMBERED = "日结后编号"


def list_address(code: str, **filters) -> str:
    """The address of a list below a face, with filters; those not given are left out."""
    given = {name: value for name, value in filters.items() if value not in (None, "")}
    return f"list/{code}/?{urlencode(given)}" if given else f"list/{code}/"


def voucher_address(row: Mapping, key: str = "voucher") -> str:
    return list_address("accounts.voucher", voucher=row.get(key)) if row.get(key) else ""


def case_address(row: Mapping) -> str:
    return f"cases/{row['case_number']}/" if row.get("case_number") else ""


def period_of(origin: Origin, data: Mapping) -> tuple[date, date]:
    """The span asked for; without one the running accounting month."""
    until = data.get("until") or origin.business_date
    return data.get("since") or min(until, origin.business_date).replace(day=1), until


def numbers_of(vouchers: Iterable[int]) -> dict[int, str]:
    """Voucher → its legal numbers in words: 公积金 12、增值收益 3."""
    labels = {Book.FUND.value: "公积金", Book.SURPLUS.value: "增值收益"}
    found: dict[int, list[str]] = {}
    rows = VoucherNumber.objects.filter(voucher__in=set(vouchers)).order_by("voucher", "book")
    for voucher, book, no in rows.values_list("voucher_id", "book", "no"):
        found.setdefault(voucher, []).append(f"{labels[book]} {no}")
    return {voucher: "、".join(words) for voucher, words in found.items()}


def hands_of(cases: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Case number → (制单, 复核): who handed it in, and who approved it last."""
    wanted = {number for number in cases if number}
    found: dict[str, tuple[str, str]] = {}
    if not wanted:
        return found
    makers = Submission.objects.filter(case__number__in=wanted).order_by("pk").values_list("case__number", "maker_name")
    found.update({number: (maker, "") for number, maker in makers})
    decided = Decision.objects.filter(submission__case__number__in=wanted, verdict=Decision.Verdict.APPROVE)
    for number, name in decided.order_by("pk").values_list("submission__case__number", "decided_by_name"):
        found[number] = (found.get(number, ("", ""))[0], name)
    return found


def in_branches(origin: Origin, rows, field: str = "branch"):
    """Row scope of staff."""
    return rows if origin.branches is None else rows.filter(**{f"{field}__in": origin.branches})


def on_side(side: str):
    return Case(When(side=side, then=F("amount")), default=Value(None))


def signed_totals(rows) -> dict[str, Decimal]:
    """Debits and credits over the whole filter."""
    return rows.aggregate(
        debit=Sum("amount", filter=Q(side="D"), default=ZERO), credit=Sum("amount", filter=Q(side="C"), default=ZERO)
    )


class _Books(Query):
    item = ITEM
    target = "centre"
    roles = BOOK_READERS


@operations.add
class VoucherBook(_Books):
    """凭证簿: every line of every voucher of a period, in booking order."""

    code = "accounts.voucher_book"
    label = "凭证簿"
    counter_code = "4111"

    class Input(serializers.Serializer):
        since = DayField(label="记账日期起", required=False)
        until = DayField(label="记账日期止", required=False)
        subject = serializers.CharField(label="科目编号", required=False, max_length=19)
        number = serializers.IntegerField(label="凭证号", required=False, min_value=1)
        case_no = serializers.CharField(label="办件编号", required=False, max_length=40)
        manual = ChoiceField(label="来源", required=False, choices=[("manual", "手工凭证"), ("business", "业务凭证")])

    def rows(self, origin, target, data):
        since, until = period_of(origin, data)
        lines = Line.objects.filter(voucher__business_date__range=(since, until))
        if data.get("case_no"):
            lines = Line.objects.filter(voucher__case_number=data["case_no"])
        lines = in_branches(origin, lines, "voucher__branch")
        if data.get("subject"):
            lines = lines.filter(subject__startswith=data["subject"])
        if data.get("number"):
            lines = lines.filter(voucher__numbers__no=data["number"]).distinct()
        if data.get("manual"):
            manual = [event.code for event in ledger_events if event.manual]
            lines = lines.filter(voucher__event_type__in=manual) if data["manual"] == "manual" else lines.exclude(
                voucher__event_type__in=manual
            )  # fmt: skip
        return Table(
            columns=(
                TableColumn("voucher", "凭证编号", "link", url=voucher_address),
                TableColumn("business_date", "记账日期", "date"),
                TableColumn("number", "凭证号"),
                TableColumn("summary", "摘要"),
                TableColumn("subject_name", "科目", "link", url=lambda row: _subject_address(row, since, until)),
                TableColumn("debit", "借方金额", "money", total=True),
                TableColumn("credit", "贷方金额", "money", total=True),
                TableColumn("case_number", "办件", "link", url=case_address),
                TableColumn("maker", "制单"),
                TableColumn("checker", "复核"),
            ),
            source=lines.annotate(debit=on_side("D"), credit=on_side("C")).values(
                "id", "voucher_id", "business_date", "subject", "side", "amount", "debit", "credit",
                summary=F("voucher__summary"), case_number=F("voucher__case_number"),
                operator_name=F("voucher__operator_name"),
            ),
            caption=f"凭证簿 {since:%Y-%m-%d} 至 {until:%Y-%m-%d}",
            unit="元",
            order=("business_date", "voucher_id", "id"),
            totals=signed_totals,
            finish=_book_rows,
            filters=("since", "until", "subject", "number", "case_no", "manual"),
            empty="这段时间没有凭证。业务记账后凭证自动生成",
        )  # fmt: skip


def _subject_address(row: Mapping, since: date, until: date) -> str:
    return list_address("accounts.subject_ledger", subject=row["subject"], since=since, until=until)


def _book_rows(page):
    numbers = numbers_of(row["voucher_id"] for row in page)
    names = dict(Subject.objects.filter(code__in={row["subject"] for row in page}).values_list("code", "name"))
    hands = hands_of(row["case_number"] for row in page)
    shown = []
    for row in page:
        maker, checker = hands.get(row["case_number"], ("", ""))
        shown.append(
            {
                **row,
                "voucher": row["voucher_id"],
                "number": numbers.get(row["voucher_id"], NOT_NUMBERED),
                "subject_name": f"{row['subject']} {names.get(row['subject'], '')}",
                "maker": maker or row["operator_name"],
                "checker": checker,
            }
        )
    return shown


@operations.add
class OneVoucher(_Books):
    """记账凭证: its lines, its event and case, what it reverses and what reversed it, and the way to its movements."""

    code = "accounts.voucher"
    label = "记账凭证"
    counter_code = "4112"

    class Input(serializers.Serializer):
        voucher = serializers.IntegerField(label="凭证编号", min_value=1)

    def rows(self, origin, target, data):
        found = in_branches(origin, Voucher.objects.filter(pk=data["voucher"])).first()
        view = ledger.voucher_view(found.pk) if found else None
        return Table(
            columns=(
                TableColumn("subject_name", "科目", "link", url=_day_ledger),
                TableColumn("debit", "借方金额", "money", total=True),
                TableColumn("credit", "贷方金额", "money", total=True),
                TableColumn("moved", "明细", "link", url=_movements),
                TableColumn("case_number", "办件", "link", url=case_address),
                TableColumn("other", "冲销关系", "link", url=lambda row: voucher_address(row, "other")),
            ),
            source=_voucher_rows(view) if view else [],
            caption=f"记账凭证 {data['voucher']}",
            unit="元",
            totals=_voucher_totals(view) if view else None,
            facts=_voucher_facts(view) if view else (),
            filters=("voucher",),
            empty="没有这张凭证。",
        )

    @classmethod
    def example(cls):
        return {"voucher": 1}


def _day_ledger(row: Mapping) -> str:
    return _subject_address(row, row["business_date"], row["business_date"])


def _movements(row: Mapping) -> str:
    if not row["moved"]:
        return ""
    return list_address("accounts.voucher_postings", voucher=row["voucher"], subject=row["subject"])


def _voucher_rows(view: ledger.VoucherView) -> list[dict]:
    kept = dict(
        Subject.objects.filter(code__in=view.subject_names, has_subledger=True).values_list("code", "has_subledger")
    )
    return [
        {
            "voucher": view.voucher.pk,
            "business_date": line.business_date,
            "subject": line.subject,
            "subject_name": f"{line.subject} {view.subject_names[line.subject]}",
            "debit": line.amount if line.side == "D" else None,
            "credit": line.amount if line.side == "C" else None,
            "moved": "查看明细" if line.subject in kept else "",
            "case_number": view.voucher.case_number,
            "other": view.voucher.reverses_id or view.reversed_by or "",
        }
        for line in view.lines
    ]


def _voucher_totals(view: ledger.VoucherView) -> dict[str, Decimal]:
    return {
        key: sum((line.amount for line in view.lines if line.side == side), ZERO)
        for key, side in (("debit", "D"), ("credit", "C"))
    }


def _voucher_facts(view: ledger.VoucherView) -> tuple[tuple[str, str], ...]:
    voucher = view.voucher
    maker, checker = hands_of([voucher.case_number]).get(voucher.case_number, ("", ""))
    event = ledger_events.get(voucher.event_type)
    facts = [
        ("凭证号", numbers_of([voucher.pk]).get(voucher.pk, NOT_NUMBERED)),
        ("记账日期", f"{voucher.business_date:%Y-%m-%d}"),
        ("业务", f"{event.label}（{event.entry}）" if event else voucher.event_type),
        ("业务编号", voucher.event_id),
        ("摘要", voucher.summary),
        ("制单", maker or voucher.operator_name),
        ("复核", checker or "—"),
        ("明细笔数", f"{view.posting_count:,}"),
    ]
    if voucher.reverses_id:
        facts.append(("冲销凭证", str(voucher.reverses_id)))
    if view.reversed_by:
        facts.append(("被凭证冲销", str(view.reversed_by)))
    return tuple(facts)


@operations.add
class VoucherPostings(_Books):
    """凭证明细: whose money a voucher moved, one row per movement of the sub-ledger."""

    code = "accounts.voucher_postings"
    label = "凭证明细"
    counter_code = "4113"

    class Input(serializers.Serializer):
        voucher = serializers.IntegerField(label="凭证编号", min_value=1)
        subject = serializers.CharField(label="科目编号", required=False, max_length=19)

    def rows(self, origin, target, data):
        voucher = in_branches(origin, Voucher.objects.filter(pk=data["voucher"])).first()
        found = ledger.postings_of(voucher or Voucher())
        if data.get("subject"):
            found = found.filter(subject__startswith=data["subject"])
        return Table(
            columns=(
                TableColumn("owner", "户主", "link", url=lambda row: row["owner_address"]),
                TableColumn("account", "账号", "mask"),
                TableColumn("subject", "科目", "link", url=lambda row: row["subject_address"]),
                TableColumn("label", "业务类型"),
                TableColumn("month", "所属年月", "month"),
                TableColumn("amount", "发生额", "delta", total=True),
                TableColumn("carried", "其中上年结转", "delta", total=True),
                TableColumn("value_date", "起息日", "date"),
                TableColumn("voucher", "凭证编号", "link", url=voucher_address),
            ),
            source=found.annotate(amount=F("current") + F("carried")).values(
                "id", "voucher_id", "subject", "kind", "month", "amount", "carried", "value_date", "business_date",
                "subaccount__owner_kind", "subaccount__owner_ref",
            ),
            caption=f"凭证 {data['voucher']} 明细",
            unit="元",
            order=("id",),
            totals=lambda rows: rows.aggregate(amount=Sum(F("current") + F("carried"), default=ZERO), carried=Sum("carried", default=ZERO)),
            finish=_posting_rows,
            filters=("voucher", "subject"),
            empty="这张凭证没有明细：它的科目都没有明细账。",
        )  # fmt: skip

    @classmethod
    def example(cls):
        return {"voucher": 1}


def _posting_rows(page):
    owners = owners_of({(row["subaccount__owner_kind"], row["subaccount__owner_ref"]) for row in page})
    shown = []
    for row in page:
        owner = owners.get((row["subaccount__owner_kind"], row["subaccount__owner_ref"]), ("", "", ""))
        shown.append(
            {
                **row,
                "voucher": row["voucher_id"],
                "owner": owner[0],
                "account": owner[1],
                "owner_address": owner[2],
                "subject_address": _subject_address(row, row["business_date"], row["business_date"]),
                "label": KIND_LABELS.get(row["kind"], KIND_LABELS.get(row["kind"][:2], "其他")),
            }
        )
    return shown


def owners_of(owners: set[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str, str]]:
    """(owner kind, ref) of subaccounts → (who, number, address below the face). Four statements for a page."""
    refs: dict[str, list[int]] = {}
    for kind, ref in owners:
        refs.setdefault(kind, []).append(ref)
    people = dict(FundAccount.objects.filter(pk__in=refs.get("fund_account", [])).values_list("pk", "person_id"))
    units = dict(
        EmployerAccount.objects.filter(pk__in=refs.get("employer_account", [])).values_list("pk", "employer_id")
    )
    notices = BankNotice.objects.filter(pk__in=refs.get("bank_notice", [])).values_list("pk", "counter_name")
    who = {("fund_account", pk): Party("person", person) for pk, person in people.items()}
    who |= {("employer_account", pk): Party("employer", employer) for pk, employer in units.items()}
    cards = parties.cards(set(who.values()))
    found = {
        owner: (card.label, card.number, f"{party.kind}/{card.token}/")
        for owner, party in who.items()
        if (card := cards.get(party))
    }
    found |= {
        ("bank_notice", pk): (name or "付款人不明", "", "list/accounts.unknown_receipts/") for pk, name in notices
    }
    return found
