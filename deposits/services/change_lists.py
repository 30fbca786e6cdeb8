"""变更清册: gathered through the month, taken back line by line, put into effect when the month is confirmed."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Min

from accounts.enums import ChangeKind
from accounts.models import EmployerAccount
from accounts.services import changes as roster_changes
from accounts.services import opening, rosters
from deposits.enums import ACTION_ITEMS, ACTION_LABELS, Action, ChangeListState, RemittanceState
from deposits.models import ChangeLine, ChangeList, Remittance, StagedChange
from deposits.services import judging
from servicehub.declare import DomainError, Finding, Origin
from servicehub.kit import crypto
from servicehub.kit.identity_numbers import IdType, normalise_id_number, normalise_mobile
from servicehub.kit.months import Month
from servicehub.kit.names import normalise_name
from servicehub.kit.sql_files import statement
from servicehub.sheets import intake
from servicehub.sheets.models import SheetFinding, Upload, UploadState

APP = Path(__file__).resolve().parent.parent
NEWCOMER = "deposits.ChangeLine.newcomer"


def lock(account: int) -> None:
    """One after the other per employer account: who gathers changes, who takes them back, who confirms the month."""
    EmployerAccount.objects.select_for_update(no_key=True, of=("self",)).get(pk=account)


def current(origin: Origin, account: EmployerAccount, month: Month) -> ChangeList:
    """The month's draft, opened on first use, locked against a confirmation until the transaction ends.

    Raises ``DomainError`` "list.locked" when the month is confirmed: a line added then would never take effect.
    """
    origin.require_pass()
    lock(account.pk)
    if (finding := confirmed_already(account, month)) is not None:
        raise DomainError("list.locked", finding, status=409, title="清册已锁定")
    found, _ = ChangeList.objects.get_or_create(
        employer_account=account,
        month=int(month),
        state=ChangeListState.DRAFT,
        defaults={"opened_at": origin.at},
    )
    return found


def confirmed_already(account: EmployerAccount, month: Month) -> Finding | None:
    """What is said to whoever still wants to change a month whose register is frozen."""
    heads = Remittance.objects.filter(employer_account=account, month=int(month))
    head = heads.exclude(state=RemittanceState.REVOKED).first()
    if head is None:
        return None
    remedy = "已入账，少缴的办理补缴" if head.state == RemittanceState.POSTED else "先撤销确认，改完清册再核定"
    return Finding("list.locked", f"{month.words}已核定（{head.number}），清册已锁定", field="month", remedy=remedy)


def find(account: EmployerAccount, month: Month) -> ChangeList | None:
    return ChangeList.objects.filter(employer_account=account, month=int(month), state=ChangeListState.DRAFT).first()


def items_of(upload: Upload) -> list[str]:
    """Catalogue codes that applying this upload would exercise, by its good lines."""
    actions = StagedChange.objects.filter(upload_id=upload.pk).order_by().values_list("action", flat=True).distinct()
    return sorted({ACTION_ITEMS[Action(action)] for action in actions})


def items_of_lines(lines) -> list[str]:
    """Catalogue codes of lines that stand on a list."""
    return sorted({ACTION_ITEMS[Action(action)] for action in lines.values_list("action", flat=True).distinct()})


def apply_upload(origin: Origin, upload: Upload, without: Collection[str] = ()) -> dict[str, int]:
    """Take up the good lines, in one transaction. ``without``: items refused today; their lines stay in the file.

    Returns how many lines of each action. Raises ``DomainError`` "sheet.state" when it was applied already, and
    "change.twice" when somebody of the file has a pending change of another origin.
    """
    origin.require_pass()
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.state != UploadState.CHECKED:
            finding = Finding("sheet.state", f"这次导入{upload.get_state_display()}，没有重复应用", remedy="看变更清册")
            raise DomainError("sheet.state", finding, status=409, title="没有重复应用")
        account = judging.account_of(upload)
        change_list = current(origin, account, Month.of(upload.context["month"]))
        allowed = [action.value for action in Action if ACTION_ITEMS[action] not in without]
        parameters = take_up_parameters(origin, change_list, upload, allowed) | {"account": account.pk}
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement(APP, "sql/take_up_changes.sql"), parameters)
                if upload.mode == "full" and Action.SEAL in allowed:
                    cursor.execute(statement(APP, "sql/seal_missing.sql"), parameters)
                if Action.OPEN in allowed:
                    take_up_newcomers(origin, upload, change_list)
        except IntegrityError as error:
            raise twice(error) from error
        upload.state = UploadState.APPLIED
        upload.save(update_fields=["state"])
        touch(change_list)
        return _counts(upload)


def take_up_parameters(origin: Origin, change_list: ChangeList, upload: Upload, actions: Collection[str]) -> dict:
    """For take_up_changes.sql. Rows keyed on screen belong to no upload and no line."""
    keyed = upload.file_id is None and upload.pk < 0
    return {
        "change_list": change_list.pk,
        "upload": upload.pk,
        "kept_upload": None if keyed else upload.pk,
        "kept_line": None if keyed else 1,
        "operator": origin.operator,
        "at": origin.at,
        "actions": list(actions),
        "reason_words": list(judging.reasons()),
        "reason_codes": [str(code) for code in judging.reasons().values()],
    }


def twice(error: IntegrityError) -> DomainError:
    if "one_live_change_per_person" not in str(error):
        raise error
    finding = Finding(
        "change.twice",
        "文件里有职工在本月清册中已有一条未生效的变更",
        remedy="先撤销清册里的那一条，或从文件中删去这名职工",
    )
    return DomainError("change.twice", finding, status=409, title="清册里已有这名职工的变更")


def take_up_newcomers(origin: Origin, upload: Upload, change_list: ChangeList, words: Mapping | None = None) -> None:
    """Lines of people to be opened. ``words``: line -> cells as typed; unset, they are read from the stored file."""
    bad = SheetFinding.objects.filter(upload_id=upload.pk, severity="error").values("line")
    staged = {
        row.line: row
        for row in StagedChange.objects.filter(upload_id=upload.pk, action=Action.OPEN).exclude(line__in=bad)
    }
    if not staged:
        return
    words = intake.raw_cells(upload, staged) if words is None else words
    kept = upload if upload.pk > 0 else None
    ChangeLine.objects.bulk_create(
        (
            ChangeLine(
                change_list=change_list,
                action=Action.OPEN,
                person_index=bytes(row.id_no_index),
                newcomer=seal_newcomer(words[line]["name"], words[line]["id_no"], words[line].get("mobile", "")),
                wage=row.wage,
                base_after=row.base,
                amount_after=row.employer_amount + row.employee_amount,
                employer_amount=row.employer_amount,
                upload=kept,
                line=line if kept else None,
                made_by_id=origin.operator,
                made_at=origin.at,
            )
            for line, row in sorted(staged.items())
        ),
        batch_size=2_000,
    )


def seal_newcomer(name: str, id_no: str, mobile: str) -> bytes:
    """The words of a person not opened yet, normalised as they will be stored."""
    name, id_no = normalise_name(name), normalise_id_number(IdType.RESIDENT, id_no)
    mobile = normalise_mobile(mobile or "")
    text = json.dumps({"name": name, "id_no": id_no, "mobile": mobile}, ensure_ascii=False)
    return crypto.encrypt(text, NEWCOMER)


def read_newcomer(line: ChangeLine) -> Mapping[str, str]:
    return json.loads(crypto.decrypt(bytes(line.newcomer), NEWCOMER))


def _counts(upload: Upload) -> dict[str, int]:
    """Lines of each action, in the order of their first line."""
    live = ChangeLine.objects.filter(upload=upload, is_live=True).values("action")
    rows = live.annotate(lines=Count("pk"), first=Min("pk")).order_by("first")
    return {ACTION_LABELS[Action(row["action"])]: row["lines"] for row in rows}


def touch(change_list: ChangeList) -> None:
    ChangeList.objects.filter(pk=change_list.pk).update(version=F("version") + 1)


def undo_upload(origin: Origin, upload: Upload) -> int:
    """Take every pending line of an upload back, until the month is confirmed. Returns how many."""
    origin.require_pass()
    with transaction.atomic():
        lock(upload.context["account"])
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        lines = ChangeLine.objects.filter(upload=upload, is_live=True)
        if upload.state != UploadState.APPLIED or lines.filter(applied=True).exists():
            raise DomainError("sheet.undo", Finding("sheet.undo", "本月已核定，这次导入不能撤回", remedy="先撤销核定"))
        count = lines.update(is_live=False)
        upload.state = UploadState.UNDONE
        upload.save(update_fields=["state"])
        for change_list in ChangeList.objects.filter(lines__upload=upload).distinct():
            touch(change_list)
        return count


def withdraw_lines(origin: Origin, change_list: ChangeList, lines: Collection[int]) -> int:
    """撤销所选变更. Lines in effect stay: they are undone by an opposite change."""
    origin.require_pass()
    with transaction.atomic():
        lock(change_list.employer_account_id)
        count = change_list.lines.filter(pk__in=lines, is_live=True, applied=False).update(is_live=False)
        touch(change_list)
    return count


def take_effect(origin: Origin, change_list: ChangeList) -> None:
    """Put the pending lines on the roster, under one head that could take them back together. Once: lines are marked.

    Raises ``DomainError`` with a finding per person when the world has changed since a line was made.
    """
    origin.require_pass()
    with transaction.atomic():
        lock(change_list.employer_account_id)
        pending = change_list.lines.filter(is_live=True, applied=False)
        actions = set(pending.values_list("action", flat=True))
        if not actions:
            return
        account = EmployerAccount.objects.select_related("employer").get(pk=change_list.employer_account_id)
        month = Month.of(change_list.month)
        head = roster_changes.begin(origin, account, ChangeKind.LIST, month, f"deposits.change_list:{change_list.pk}")
        if actions & {Action.SEAL, Action.TRANSFER_OUT}:
            rosters.seal(origin, account.pk, month, SEALED_LINES, [change_list.pk], head)
        for action, act in (
            (Action.UNSEAL, rosters.unseal),
            (Action.TRANSFER_IN, rosters.transfer_in),
            (Action.BASE, rosters.adjust_base),
        ):
            if action in actions:
                act(origin, account.pk, month, BASED_LINES, [change_list.pk, action.value], head)
        if Action.OPEN in actions:
            # Read whole: the rows are streamed into a COPY, which leaves the connection no room for a second reader.
            newcomers = list(pending.filter(action=Action.OPEN).order_by("pk"))
            opening.open_accounts(origin, account.pk, month, map(_new_account, newcomers), head)
        pending.update(applied=True)


SEALED_LINES = """
    SELECT fund_account_id, CASE WHEN action = 'transfer_out' THEN '09' ELSE reason END FROM deposits_changeline
    WHERE change_list_id = %s AND is_live AND NOT applied AND action IN ('seal', 'transfer_out')
"""
BASED_LINES = """
    SELECT fund_account_id, wage, base_after, employer_amount, amount_after - employer_amount FROM deposits_changeline
    WHERE change_list_id = %s AND is_live AND NOT applied AND action = %s
"""


def _new_account(line: ChangeLine) -> opening.NewAccount:
    words = read_newcomer(line)
    return opening.NewAccount(
        words["id_no"],
        words["name"],
        line.wage,
        line.base_after,
        line.employer_amount,
        line.amount_after - line.employer_amount,
        mobile=words["mobile"],
        line=line.line or 0,
    )
