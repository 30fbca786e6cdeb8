"""One change keyed on screen: staged as a list of one row, so that screen and file obey the same statements."""

from collections.abc import Mapping
from pathlib import Path

from django.db import IntegrityError, connection, transaction

from accounts.models import EmployerAccount
from deposits.enums import ACTION_LABELS, Action
from deposits.models import ChangeLine, StagedChange
from deposits.services import change_lists, judging
from servicehub.declare import DomainError, Finding, Origin, Severity
from servicehub.declare.registry import sheets
from servicehub.kit import crypto
from servicehub.kit.copying import as_text
from servicehub.kit.sql_files import statement
from servicehub.sheets.cells import type_column
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.models import SheetFinding, Upload
from servicehub.sheets.staging import stage

APP = Path(__file__).resolve().parent.parent
KEYED = -1  # upload number of a row that is staged for one statement and rolled back
TYPED = ("id_no", "name", "wage", "mobile")  # columns of the sheet that are fields of the form by the same name
FIELD_OF = {"action_word": "action", "reason_word": "reason"}


def judge(origin: Origin, account: EmployerAccount, data: Mapping) -> list[Finding]:
    """Every finding of the row, under the fields of the form. Leaves nothing behind."""
    typed, findings = _typed(origin, data)
    if findings:
        return findings
    with transaction.atomic():
        upload = _stage(account, data, typed)
        judging.judge(origin, upload)
        found = list(SheetFinding.objects.filter(upload_id=KEYED).order_by("pk"))
        transaction.set_rollback(True)
    return [_finding(row.code, row.column, row.facts, row.suggestion) for row in found]


def add(origin: Origin, account: EmployerAccount, data: Mapping) -> ChangeLine:
    """Put the change on the month's list. Raises ``DomainError`` "change.twice" for a second one of a person."""
    origin.require_pass()
    typed, findings = _typed(origin, data)
    if findings:
        raise DomainError("change.row", *findings)
    with transaction.atomic():
        change_list = change_lists.current(origin, account, data["month"])
        upload = _stage(account, data, typed)
        judging.judge(origin, upload)
        try:
            with transaction.atomic():
                _take_up(origin, change_list, upload, data)
        except IntegrityError as error:
            raise change_lists.twice(error) from error
        StagedChange.objects.filter(upload_id=KEYED).delete()
        SheetFinding.objects.filter(upload_id=KEYED).delete()
        change_lists.touch(change_list)
        return change_list.lines.filter(is_live=True).latest("pk")


def _take_up(origin: Origin, change_list, upload: Upload, data: Mapping) -> None:
    row = StagedChange.objects.filter(upload_id=KEYED).first()
    if row is None:
        raise DomainError("change.none", Finding("change.none", "与名册一致，没有可变更的内容", field="wage"))
    if row.action == Action.OPEN:
        change_lists.take_up_newcomers(origin, upload, change_list, {1: data})
        return
    parameters = change_lists.take_up_parameters(origin, change_list, upload, [action.value for action in Action])
    with connection.cursor() as cursor:
        cursor.execute(statement(APP, "sql/take_up_changes.sql"), parameters)


def _typed(origin: Origin, data: Mapping) -> tuple[dict, list[Finding]]:
    columns = {column.key: column for column in sheets["deposits.change_list"].columns}
    typed, findings = {}, []
    for key in TYPED:
        value = data.get(key)
        cell = "" if value is None else str(value)
        column = type_column(columns[key], [cell], [1], origin.business_date)
        typed[key] = column.values[0]
        findings += [
            _finding(found.code, key, found.facts)
            for found in column.found
            if found.severity is Severity.ERROR and not (found.code == "R00" and cell)
        ]
    return typed, findings


def _stage(account: EmployerAccount, data: Mapping, typed: Mapping) -> Upload:
    upload = Upload(
        pk=KEYED,
        sheet="deposits.change_list",
        mode="changes",
        context={"account": account.pk, "month": int(data["month"])},
    )
    row = {
        "line": 1,
        "action_word": ACTION_LABELS[Action(data["action"])],
        "name_index": crypto.blind_index(typed["name"], crypto.NAME),
        "id_no_index": crypto.blind_index(typed["id_no"], crypto.ID_NUMBER),
        "wage": typed["wage"],
        "rate": None,
        "month": int(data["month"]),
        "reason_word": data.get("reason") or None,
    }
    stage(sheets["deposits.change_list"], upload, list(row), [map(as_text, row.values())])
    return upload


def _finding(code: str, column: str, facts: Mapping, suggestion: str = "") -> Finding:
    message = CATALOGUE[code]
    remedy = f"改为“{suggestion}”" if suggestion else message.remedy
    field = FIELD_OF.get(column, column)
    return Finding(code, message.say(dict(facts)), message.severity, field=field, remedy=remedy, facts=dict(facts))
