"""/calculator/: the public calculators as pages. Everything is in the address, nothing is stored, no script needed."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.calculators import InterestQuestion, assess_interest
from accounts.calendar_answers import DueQuestion, due_answer
from deposits.calculators import DepositQuestion, assess_deposit
from servicehub import clock
from servicehub.declare import DomainError
from servicehub.faces.access import access
from servicehub.kit.problems import input_errors

WAYS = (
    ("city", "按城市当月政策", "自动取定基数上下限和取整方式"),
    ("named", "按取整方式名称", "例如四舍五入到元、见角进元"),
    ("parts", "自行设定取整", "单位、方式、环节分别选择"),
)
FIELDS_OF_WAY = {"city": ("city", "area", "month"), "named": ("rounding",), "parts": ("unit", "mode", "stage")}
PAGES = (("月缴存额", "calculator"), ("利息", "calculator-interest"), ("工作日", "calculator-working-days"))


@access("public")
@require_GET
def deposit(request) -> HttpResponse:
    way = request.GET.get("way", "city")
    way = way if way in FIELDS_OF_WAY else "city"
    asked = ("base", "employer_rate", "employee_rate", *FIELDS_OF_WAY[way])
    raw = {name: request.GET[name] for name in asked if request.GET.get(name, "").strip()}
    context = {
        "title": "月缴存额试算",
        "ways": WAYS,
        "way": way,
        "values": {**_first_values(), **request.GET.dict()},
        "choices": _choices(DepositQuestion()),
    }
    if "base" not in request.GET:
        return _page(request, "deposit", context)
    return _answer(request, "deposit", context, DepositQuestion(data=raw), _deposit_result)


def _deposit_result(question: dict) -> dict:
    found, policy = assess_deposit(question)
    return {"found": found, "policy": policy, "notes": found.findings}


@access("public")
@require_GET
def interest(request) -> HttpResponse:
    values = request.GET.dict()
    context = {
        "title": "利息试算",
        "values": {"kind": "annual", "annual_rate": "1.50", "divisor": "360", "method": "days_product", **values},
        "choices": _choices(InterestQuestion()),
    }
    if "settlement_date" not in values:
        return _page(request, "interest", context)
    entries = [_entry(line) for line in values.get("entries", "").splitlines() if line.strip()]
    raw = {name: text for name, text in values.items() if name != "entries" and text.strip()}
    return _answer(request, "interest", context, InterestQuestion(data={**raw, "entries": entries}), _interest_result)


def _interest_result(question: dict) -> dict:
    found = assess_interest(question)
    return {"found": found, "notes": found.findings}


def _entry(line: str) -> dict[str, str]:
    """``2025-07-15 2000.00``: a date, then what is left of the line is the amount."""
    value_date, _, amount = line.strip().replace("　", " ").partition(" ")
    return {"value_date": value_date, "amount": amount.strip()}


@access("public")
@require_GET
def working_days(request) -> HttpResponse:
    values = request.GET.dict()
    context = {"title": "工作日推算", "values": {"working_days": "3", **values}, "choices": {}}
    if "from" not in values:
        return _page(request, "working_days", context)
    raw = {name: text for name, text in values.items() if text.strip()}
    return _answer(request, "working_days", context, DueQuestion(data=raw), due_answer)


def _answer(request, name: str, context: dict, question, work) -> HttpResponse:
    """The result, or every fault at once with status 422."""
    if not question.is_valid():
        return _page(request, name, {**context, **_faults(input_errors(question.errors))})
    try:
        result = work(question.validated_data)
    except DomainError as refusal:
        return _page(request, name, {**context, **_faults(_finding_faults(refusal))})
    return _page(request, name, {**context, "result": result})


def _finding_faults(refusal: DomainError):
    for finding in refusal.findings:
        words = f"{finding.message}。{finding.remedy}" if finding.remedy else finding.message
        yield {"field": finding.field, "message": words}


def _faults(errors) -> dict:
    errors = list(errors)
    by_field: dict[str, str] = {}
    for error in errors:
        by_field.setdefault(error["field"].partition("[")[0], error["message"])
    summary = [{"text": error["message"], "href": f"#f-{error['field'].partition('[')[0]}"} for error in errors]
    return {"errors": summary, "field_errors": by_field}


def _page(request, name: str, context: Mapping) -> HttpResponse:
    return render(
        request,
        f"deposits/public/{name}.html",
        {"errors": [], "field_errors": {}, "result": None, "pages": _pages(request), **context},
        status=422 if context.get("errors") else 200,
    )


def _pages(request) -> list[dict]:
    return [{"text": text, "url": reverse(name), "current": reverse(name) == request.path, "badge": 0}
            for text, name in PAGES]  # fmt: skip


def _first_values() -> dict[str, str]:
    today = clock.business_date_or_none()
    return {
        "employer_rate": "12",
        "employee_rate": "12",
        "city": settings.CENTRE_CITY,
        "month": f"{today:%Y-%m}" if today else "",
    }


def _choices(question) -> dict[str, list]:
    return {
        name: list(field.choices.items()) for name, field in question.fields.items() if getattr(field, "choices", None)
    }
