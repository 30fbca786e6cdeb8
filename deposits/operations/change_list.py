"""The change list (变更清册): one list that exercises 设立, 启封, 封存, 转移 and 基数调整 by its lines."""

from rest_framework import serializers

from accounts.models import Person
from deposits.enums import ACTION_ITEMS, ACTION_LABELS, Action
from deposits.models import ChangeLine
from deposits.operations.months import MAKERS, MonthInput, account_of, in_flight
from deposits.services import change_lists, judging, one_change
from servicehub.declare import CONTINUE, NEW, Change, DomainError, Finding, NextStep, Operation, Outcome, Party
from servicehub.declare.registry import operations, sheets
from servicehub.files import LISTS
from servicehub.files.fields import UploadField
from servicehub.kit.identity_numbers import IdType
from servicehub.kit.months import Month
from servicehub.sheets import intake
from servicehub.sheets.models import Upload, UploadState

CLAIMED = """
    WITH items(action, item) AS (SELECT * FROM unnest(%s::text[], %s::text[])),
    good AS (
        SELECT s.action, s.fund_account_id FROM deposits_stagedchange AS s
        WHERE s.upload_id = %s AND s.action IS NOT NULL AND NOT EXISTS (
            SELECT FROM servicehub_sheetfinding AS finding
            WHERE finding.upload_id = s.upload_id AND finding.line = s.line AND finding.severity = 'error'
        )
    )
    SELECT 'person'::text AS party_kind, account.person_id AS party_id, items.item
    FROM good JOIN accounts_fundaccount AS account ON account.id = good.fund_account_id JOIN items USING (action)
    UNION ALL
    SELECT 'emp_account', %s::bigint, items.item FROM items WHERE action IN (SELECT action FROM good)
"""
"""Everybody the good lines of an upload would change, under the item of the change, and the account of the list."""


class OfEmployer(Operation):
    """Common to everything an employer does with its change list."""

    item = "J-BASE"
    also = ("J-OPEN", "J-UNSL", "J-SEAL", "J-TRIN", "J-PCHG")
    target = "employer"
    roles = MAKERS
    partial = True  # a stopped item takes its lines out, never the list
    hidden = True

    def items(self, origin, target, data):
        return list(self.every_item)


class OfUpload(OfEmployer):
    kind = CONTINUE
    opens_case = False

    class Input(serializers.Serializer):
        upload = serializers.CharField(label="导入编号", max_length=12)

    @classmethod
    def example(cls):
        return {"upload": "0123456789ab"}

    def upload_of(self, target: Party, data) -> Upload:
        """Raises ``DomainError`` "sheet.none": another employer's upload does not exist for this one."""
        found = Upload.objects.filter(token=data["upload"], party_kind=target.kind, party_id=target.id).first()
        if found is None:
            raise DomainError("sheet.none", Finding("sheet.none", "没有这次导入", remedy="从导入记录里重新打开"))
        return found


@operations.add
class UploadChangeList(OfEmployer):
    """Keeps the file and judges it. "Form, check, submit, receipt" holds over the journey, not over each of its acts.

    The form is this upload (and the fixing of its rows); the 核对 page is the difference against the roster; what is
    handed in there is ``ApplyChangeList``, which opens the case and gives the receipt. Nothing has changed before it.
    """

    code = "deposits.upload_change_list"
    label = "上传变更清册"
    opens_case = False

    class Input(MonthInput):
        mode = serializers.ChoiceField(label="导入方式", choices=list(sheets["deposits.change_list"].modes.items()))
        file = UploadField(label="清册文件", help_text="xlsx 或 csv，最多 120,000 行", accept=LISTS, judged=False)

    @classmethod
    def example(cls):
        return {"month": "2026-11", "mode": "changes", "file": ""}

    def check(self, origin, target, data):
        return _list_is_open(account_of(target, data), data["month"])

    def execute(self, origin, target, data):
        account = account_of(target, data)
        upload = intake.receive(
            origin,
            sheets["deposits.change_list"],
            target,
            data["file"].name,
            data["file"].data,
            mode=data["mode"],
            context={"account": account.pk, "month": int(data["month"])},
        )
        facts = {
            "upload": upload.token,
            "state": upload.state,
            "read": str(upload.rows_read),
            "bad": str(upload.rows_bad),
        }
        unread = upload.state == UploadState.REFUSED
        return Outcome(
            "文件没有读进来：" + "；".join(intake.file_words(upload))
            if unread
            else f"已检查 {upload.rows_read:,} 行，{upload.rows_bad:,} 行须改正",
            changes=(Change(f"servicehub.upload:{upload.pk}", "上传变更清册", str(data["month"]), after=facts),),
            facts=facts,
        )


def _list_is_open(account, month: Month) -> list[Finding]:
    if (locked := change_lists.confirmed_already(account, month)) is not None:
        return [locked]
    if month != account.month_due:
        return [
            Finding(
                "list.month",
                f"现在只能改 {account.month_due.words}的清册",
                field="month",
                remedy="已入账月份的变动，办理补缴或错缴更正",
            )
        ]
    return []


@operations.add
class FixUploadRows(OfUpload):
    """Still the form: cells are retyped and judged again. Checked on the difference page, before it is applied."""

    code = "deposits.fix_upload_rows"
    label = "改正导入错误行"

    class Input(OfUpload.Input):
        rows = serializers.DictField(
            label="改正的行",
            child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
            allow_empty=False,
        )

    @classmethod
    def example(cls):
        return {"upload": "0123456789ab", "rows": {"2": {"id_no": "990000199001010017"}}}

    def execute(self, origin, target, data):
        upload = self.upload_of(target, data)
        if upload.state != UploadState.CHECKED:
            raise DomainError("sheet.state", Finding("sheet.state", f"这次导入{upload.get_state_display()}，不能再改"))
        rows = {int(line): cells for line, cells in data["rows"].items() if line.isdigit()}
        intake.fix(origin, upload, rows)
        facts = {"upload": upload.token, "bad": str(upload.rows_bad)}
        return Outcome(
            f"已改正并重新检查，还有 {upload.rows_bad:,} 行须改正" if upload.rows_bad else "已全部改正",
            changes=(Change(f"servicehub.upload:{upload.pk}", "改正导入行", f"{len(rows)} 行", after=facts),),
            facts=facts,
        )


@operations.add
class ReturnCorrectedRows(OfUpload):
    """Still the form: the workbook of bad rows comes back. Checked on the difference page, before it is applied."""

    code = "deposits.return_corrected_rows"
    label = "传回改正后的文件"

    class Input(OfUpload.Input):
        file = UploadField(label="改正后的文件", accept=LISTS, judged=False)

    @classmethod
    def example(cls):
        return {"upload": "0123456789ab", "file": ""}

    def execute(self, origin, target, data):
        upload = self.upload_of(target, data)
        count = intake.merge_corrected(origin, upload, data["file"].data)
        facts = {"upload": upload.token, "rows": str(count), "bad": str(upload.rows_bad)}
        return Outcome(
            f"已读取 {count:,} 行改正，还有 {upload.rows_bad:,} 行须改正",
            changes=(Change(f"servicehub.upload:{upload.pk}", "传回改正文件", f"{count} 行", after=facts),),
            facts=facts,
        )


@operations.add
class RecheckUpload(OfUpload):
    """The same file against the world as it is now: a stop was lifted, a case of somebody came to its end."""

    code = "deposits.recheck_upload"
    label = "重新检查"

    def execute(self, origin, target, data):
        upload = self.upload_of(target, data)
        if upload.state != UploadState.CHECKED:
            finding = Finding("sheet.state", f"这次导入{upload.get_state_display()}，不能再检查")
            raise DomainError("sheet.state", finding, status=409, title="不能再检查")
        intake.check(origin, upload)
        facts = {"upload": upload.token, "bad": str(upload.rows_bad)}
        return Outcome(
            f"已重新检查，{upload.rows_bad:,} 行须改正" if upload.rows_bad else "已重新检查，全部可以导入",
            changes=(Change(f"servicehub.upload:{upload.pk}", "重新检查", after=facts),),
            facts=facts,
        )


@operations.add
class ApplyChangeList(OfUpload):
    """The submission of the journey: its 核对 page is the difference, its receipt the case of the list."""

    code = "deposits.apply_change_list"
    label = "应用变更"
    kind = NEW  # a stop of new submissions keeps the lines of its item out, though the file was uploaded before
    opens_case = True

    def items(self, origin, target, data):
        try:
            return change_lists.items_of(self.upload_of(target, data)) or [self.item]
        except DomainError:
            return [self.item]  # no such upload: said by ``check``, once the gate has asked who is asking

    def check(self, origin, target, data):
        try:
            upload = self.upload_of(target, data)
        except DomainError as error:
            return list(error.findings)
        return judging.refused_lines(upload, judging.refused_today(origin))

    def claim_rows(self, origin, target, data):
        upload = self.upload_of(target, data)
        pairs = [(action.value, ACTION_ITEMS[action]) for action in Action]
        return CLAIMED, (
            [action for action, _ in pairs],
            [item for _, item in pairs],
            upload.pk,
            upload.context["account"],
        )

    def execute(self, origin, target, data):
        upload = self.upload_of(target, data)
        counts = change_lists.apply_upload(origin, upload, judging.refused_today(origin))
        total = sum(counts.values())
        account = upload.context["account"]
        return Outcome(
            f"已把 {total:,} 条变更加入 {Month.of(upload.context['month']).words}清册",
            changes=(
                Change(
                    f"deposits.change_list:{account}:{upload.context['month']}",
                    "应用变更",
                    upload.file_name,
                    after={label: str(count) for label, count in counts.items()},
                ),
            ),
            rows=tuple((label, f"{count:,} 人") for label, count in counts.items()),
            facts={"upload": upload.token, "lines": str(total)},
        )


@operations.add
class UndoUpload(OfUpload):
    code = "deposits.undo_upload"
    label = "撤回本次导入"
    withdraws = True
    partial = False  # what one button put on the list one button takes back: all of it or nothing

    def items(self, origin, target, data):
        found = Upload.objects.filter(token=data["upload"], party_kind=target.kind, party_id=target.id).first()
        return change_lists.items_of_lines(ChangeLine.objects.filter(upload=found)) if found else [self.item]

    def execute(self, origin, target, data):
        upload = self.upload_of(target, data)
        count = change_lists.undo_upload(origin, upload)
        return Outcome(
            f"已撤回 {count:,} 条变更",
            changes=(Change(f"servicehub.upload:{upload.pk}", "撤回导入", after={"lines": str(count)}),),
            facts={"lines": str(count)},
        )


@operations.add
class AddChange(OfEmployer):
    """One line of the month's list. The list is checked as a whole where the month is confirmed (核定), with its
    equation; until then a line is taken back with one button, so it has no 核对 page and no case of its own.
    """

    code = "deposits.add_change"
    label = "新增变更"
    opens_case = False

    class Input(MonthInput):
        action = serializers.ChoiceField(
            label="变更类型", choices=[(a.value, ACTION_LABELS[a]) for a in Action if a is not Action.UPDATE]
        )
        id_no = serializers.CharField(label="证件号码", max_length=24)
        name = serializers.CharField(label="姓名", max_length=60)
        wage = serializers.DecimalField(
            label="缴存基数", max_digits=12, decimal_places=2, required=False, allow_null=True
        )
        reason = serializers.CharField(label="封存原因", max_length=20, required=False, allow_blank=True)
        mobile = serializers.CharField(label="手机号码", max_length=20, required=False, allow_blank=True)

    @classmethod
    def example(cls):
        return {"month": "2026-11", "action": "seal", "id_no": "990000199001010017", "name": "王建国", "reason": "退休"}

    def items(self, origin, target, data):
        return [ACTION_ITEMS[Action(data["action"])]]

    def claims(self, origin, target, data):
        """Of the account, and of the person where the number is somebody's already."""
        item = ACTION_ITEMS[Action(data["action"])]
        known = Person.objects.identified(IdType.RESIDENT, data["id_no"]).first()
        return [(in_flight(account_of(target, data)), item), *([(known.party, item)] if known else [])]

    def check(self, origin, target, data):
        account = account_of(target, data)
        return _list_is_open(account, data["month"]) or one_change.judge(origin, account, data)

    def execute(self, origin, target, data):
        account = account_of(target, data)
        line = one_change.add(origin, account, data)
        return Outcome(
            f"已加入 {data['month'].words}清册",
            changes=(
                Change(f"deposits.change_line:{line.pk}", ACTION_LABELS[Action(line.action)], str(data["month"])),
            ),
            next_steps=(NextStep("再加一条", "add"),),
            facts={"line": str(line.pk)},
        )


@operations.add
class WithdrawChanges(OfEmployer):
    code = "deposits.withdraw_changes"
    label = "撤销所选变更"
    kind = CONTINUE
    withdraws = True
    partial = False
    opens_case = False

    class Input(MonthInput):
        lines = serializers.ListField(label="变更", child=serializers.IntegerField(), allow_empty=False)

    @classmethod
    def example(cls):
        return {"month": "2026-11", "lines": [1]}

    def items(self, origin, target, data):
        lines = ChangeLine.objects.filter(pk__in=data["lines"], change_list__employer_account__employer=target.id)
        return change_lists.items_of_lines(lines) or [self.item]

    def execute(self, origin, target, data):
        change_list = change_lists.find(account_of(target, data), data["month"])
        count = change_lists.withdraw_lines(origin, change_list, data["lines"]) if change_list else 0
        if not count:
            raise DomainError("change.none", Finding("change.none", "所选变更已经撤销或已生效", remedy="刷新清册再看"))
        return Outcome(
            f"已撤销 {count:,} 条变更",
            changes=(Change(f"deposits.change_list:{change_list.pk}", "撤销变更", after={"lines": str(count)}),),
        )
