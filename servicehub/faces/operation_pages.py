"""The generic page of an operation: form (a page per step) → 核对 → submit → receipt.

Every declared operation has it on every face; an app writes a page of its own only where this one cannot serve.
A wizard's draft is saved on each step. The 核对页 carries the whole input sealed, so that what is submitted is what
was read, a repeat is recognised, and an expired draft loses nothing.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from servicehub import gate
from servicehub.cases import drafts, reads
from servicehub.declare import READ, Operation, Party, registry
from servicehub.faces import forms, refusals
from servicehub.faces.places import Place, party_of
from servicehub.faces.shapes import error_items
from servicehub.gate import Refused
from servicehub.gate.origins import post_name
from servicehub.gate.receipts import answer_of
from servicehub.kit import crypto
from servicehub.kit.problems import input_errors

SEALED = "servicehub.form.sealed"
DONE_KEY, DONE_KEPT = "done", 20  # forms handed in lately in this session, for the back button
CASE_KEY = "_case"  # a returned case this input revises travels with the draft


class Doing:
    """One operation about to be done from one place on one target."""

    def __init__(self, request: HttpRequest, place: Place, code: str, kind: str = "", token: str = ""):
        operation = registry.operations.get(code)
        if operation is None or operation.kind == READ or operation.hidden:
            raise Http404
        self.request = request
        self.place = place
        self.operation: Operation = operation
        self.target: Party | None = party_of(place, kind, token) if kind else place.target_for(operation)
        self.forms = operation.steps or (operation.Input,)
        self.base = place.address("do", code, self.target)

    def address(self, part: str = "") -> str:
        return f"{self.base}{part}"

    def step_address(self, step: int) -> str:
        return self.base if step == 1 else f"{self.base}step-{step}/"

    @property
    def draft(self) -> dict[str, Any]:
        kept = drafts.latest(self.place.origin, self.operation.code, self.target)
        return drafts.content(kept) if kept else {}

    def save(self, values: Mapping[str, Any]) -> None:
        drafts.save(self.place.origin, self.operation.code, self.target, values)

    @property
    def has_fields(self) -> bool:
        return any(form().fields for form in self.forms)

    @property
    def has_files(self) -> bool:
        return any(forms.kind_of(field) == "file" for form in self.forms for field in form().fields.values())

    def step_title(self, step: int) -> str:
        return getattr(self.forms[step - 1], "title", "")

    def fields_before(self, step: int) -> dict[str, str]:
        """Where the fields of earlier steps are mended."""
        return {
            name: f"{self.step_address(number)}#f-{name}"
            for number in range(1, step)
            for name in self.forms[number - 1]().fields
        }

    def steps(self, current: int) -> list[dict]:
        """The stepper of a wizard; a single form has none."""
        if len(self.forms) == 1:
            return []
        names = [self.step_title(number) or f"第 {number} 步" for number in range(1, len(self.forms) + 1)]
        marks = [
            {
                "text": name,
                "state": "done" if number < current else "current" if number == current else "todo",
                "url": self.step_address(number) if number < current else "",
            }
            for number, name in enumerate(names, 1)
        ]
        return [*marks, {"text": "核对", "state": "current" if current > len(names) else "todo"}]

    def seal(self, values: Mapping[str, Any]) -> str:
        body = {"operation": self.operation.code, "target": str(self.target), "values": dict(values)}
        return base64.urlsafe_b64encode(crypto.encrypt(json.dumps(body, ensure_ascii=False), SEALED)).decode()

    def unseal(self, text: str) -> dict[str, Any] | None:
        """What was read on the 核对页; nothing when it belongs to another form."""
        try:
            body = json.loads(crypto.decrypt(base64.urlsafe_b64decode(text.encode()), SEALED))
        except (binascii.Error, ValueError):  # Unreadable is a ValueError
            return None
        if (body["operation"], body["target"]) != (self.operation.code, str(self.target)):
            return None
        return body["values"]


@require_http_methods(["GET", "POST"])
def step(request, place: Place, code: str, step: int = 1, kind: str = "", token: str = "") -> HttpResponse:
    doing = Doing(request, place, code, kind, token)
    if not 1 <= step <= len(doing.forms):
        raise Http404
    if request.method == "POST":
        return _post_step(doing, step)
    refused = gate.explain(code, place.origin, doing.target)
    if refused is not None:
        raise refused
    if not doing.has_fields:
        return HttpResponseRedirect(doing.address("check/"))
    if request.GET.get("case"):
        doing.save({**_handed_in(doing, request.GET["case"]), CASE_KEY: request.GET["case"]})
    values = {**doing.operation.initial(place.origin, doing.target), **doing.draft, **_prefilled(doing, step)}
    return _form_page(doing, step, forms.build(doing.forms[step - 1], values))


def _prefilled(doing: Doing, step: int) -> dict[str, Any]:
    """Values a link brings along (``?number=TD…``), so that nobody types what a page already showed."""
    given = doing.request.GET
    return {name: given[name] for name in doing.forms[step - 1]().fields if name in given}


def _handed_in(doing: Doing, number: str) -> dict[str, Any]:
    """What was handed in on a returned case: mending begins there, not at an empty form."""
    case = reads.case_for(doing.place.origin, doing.place.party, number)
    if case is None or case.operation != doing.operation.code or case.target != doing.target:
        raise Http404
    return reads.input_of(case.submissions.order_by("-pk").first())


def _post_step(doing: Doing, step: int) -> HttpResponse:
    form = doing.forms[step - 1]
    values = {**doing.draft, **forms.typed(form, doing.request.POST)}
    built = forms.build(form, values)
    if doing.has_files:
        return _submit(doing, values, doing.request.POST.get("form_token", ""), doing.request.FILES, built=built)
    checked = form(data=values)
    if not checked.is_valid():
        return _faulty(doing, step, forms.with_errors(built, list(input_errors(checked.errors))))
    doing.save(values)
    if step < len(doing.forms):
        return HttpResponseRedirect(doing.step_address(step + 1), status=303)
    preview = gate.preview(doing.operation.code, doing.place.origin, doing.target, values)
    if not preview.ok:
        faulty = forms.with_errors(built, list(preview.errors), preview.findings, doing.fields_before(step))
        return _faulty(doing, step, faulty)
    return HttpResponseRedirect(doing.address("check/"), status=303)


@require_http_methods(["GET", "POST"])
def check(request, place: Place, code: str, kind: str = "", token: str = "") -> HttpResponse:
    """核对页: the input in words, what will happen, one button that says it."""
    doing = Doing(request, place, code, kind, token)
    if request.method == "POST":
        values = doing.unseal(request.POST.get("sealed", ""))
        if values is None:
            return HttpResponseRedirect(doing.address("check/"), status=303)
        return _submit(doing, values, request.POST.get("form_token", ""))
    values = doing.draft
    if doing.has_fields and not values:
        # The back button after the receipt: what was done is shown, not an empty form.
        done_before = request.session.get(DONE_KEY, {}).get(doing.base)
        return HttpResponseRedirect(
            f"{doing.address('done/')}{done_before}/?again=1" if done_before else doing.address()
        )
    return _check_page(doing, values)


def _check_page(
    doing: Doing, values: Mapping[str, Any], refused: Refused | None = None, token: str = ""
) -> HttpResponse:
    preview = gate.preview(doing.operation.code, doing.place.origin, doing.target, values)
    if preview.errors:
        return HttpResponseRedirect(doing.address())
    blocking = list(refused.findings if refused else preview.findings)
    errors = error_items(finding for finding in blocking if finding.blocks)
    if refused is not None and not errors:
        errors = error_items([refused.detail or refused.title])
    rows = []
    for number, form in enumerate(doing.forms, 1):
        change = doing.step_address(number)
        rows += [{"key": key, "value": value, "change_url": change} for key, value in forms.answers(form, preview.data)]
    context = {
        "title": f"核对：{doing.operation.label}",
        "doing": doing,
        "rows": rows,
        "summary": preview.summary,
        "warnings": error_items(finding for finding in preview.findings if not finding.blocks),
        "errors": errors,
        "button": preview.button or doing.operation.label,
        "reviewers": [post_name(role) for role in preview.stages],
        "sealed": doing.seal(values),
        "form_token": token or uuid4().hex,
        "target_card": doing.place.card_of_other(doing.target),
        "back_url": doing.step_address(len(doing.forms)) if doing.has_fields else doing.place.base,
        "steps": doing.steps(len(doing.forms) + 1),
    }
    status = 422 if refused is not None else 200
    return render(doing.request, "faces/operation/check.html", context, status=status)


def _submit(
    doing: Doing, values: Mapping[str, Any], key: str, files: Mapping | None = None, built: forms.Form | None = None
) -> HttpResponse:
    """Through the gate. What the reader can mend comes back on the page; everything else is a page of its own."""
    raw = {name: value for name, value in values.items() if name != CASE_KEY}
    try:
        answer = gate.submit(
            doing.operation.code, doing.place.origin, doing.target, raw, key, files, case=values.get(CASE_KEY, "")
        )
    except Refused as refused:
        if refused.status not in {409, 422} or refused.code == "KEY_REUSED":
            return refusals.answer(doing.request, refused, button=doing.operation.label)
        if built is not None:
            return _faulty(doing, 1, forms.with_errors(built, refused.errors, refused.findings))
        return _check_page(doing, values, refused, key)
    again = "?again=1" if answer.replayed else ""
    recent = {**doing.request.session.get(DONE_KEY, {}), doing.base: key}
    doing.request.session[DONE_KEY] = dict(list(recent.items())[-DONE_KEPT:])
    return HttpResponseRedirect(f"{doing.address('done/')}{key}/{again}", status=303)


@require_GET
def done(request, place: Place, code: str, key: str, kind: str = "", token: str = "") -> HttpResponse:
    """The receipt: bookmarkable, the same at every refresh."""
    doing = Doing(request, place, code, kind, token)
    answer = answer_of(code, place.origin, doing.target, key)
    if answer is None:
        raise Http404
    context = {
        "title": answer.message,
        "doing": doing,
        "answer": answer,
        "kind": {"done": "ok", "continues": "wait"}.get(answer.state, "wait"),
        "again": "again" in request.GET,
        "case_url": f"{place.base}cases/{answer.case_number}/" if answer.case_number else "",
        "next_steps": answer.next_steps,
        "letter_labels": [_letter_label(letter) for letter, _ in answer.letters],
    }
    return render(request, "faces/operation/done.html", context)


def _form_page(doing: Doing, step: int, built: forms.Form, status: int = 200) -> HttpResponse:
    last = step == len(doing.forms)
    context = {
        "title": doing.step_title(step) or doing.operation.label,
        "doing": doing,
        "form": built,
        "errors": built.errors,
        "steps": doing.steps(step),
        "button": doing.operation.label if doing.has_files else "下一步：核对" if last else "继续",
        "form_token": uuid4().hex,
        "target_card": doing.place.card_of_other(doing.target),
        "back_url": doing.step_address(step - 1) if step > 1 else doing.place.at(doing.target),
    }
    return render(doing.request, "faces/operation/form.html", context, status=status)


def _faulty(doing: Doing, step: int, built: forms.Form) -> HttpResponse:
    return _form_page(doing, step, built, status=422)


def _letter_label(code: str) -> str:
    declared = registry.letters.get(code)
    return declared.label if declared else code
