"""An uploaded change list against the live roster: findings, what each row means, and the difference."""

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from django.db import connection
from django.db.models import Count, F, QuerySet, Sum

from accounts.enums import SealReason
from accounts.models import EmployerAccount, FundAccount, Person
from deposits import parameters as keys
from deposits.enums import ACTION_ITEMS, ACTION_LABELS, JOINING, LEAVING, Action
from deposits.models import StagedChange
from deposits.policies import policy_of_account
from deposits.rules.amounts import DepositPolicy
from servicehub import policy
from servicehub.declare import Difference, DifferenceGroup, DifferenceRow, Finding, Origin, Severity
from servicehub.kit.amounts import money
from servicehub.kit.masks import mask_id_number, mask_name
from servicehub.kit.months import Month
from servicehub.kit.sql_files import statement
from servicehub.sheets.intake import raw_cells
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.models import SheetFinding, Upload

APP = Path(__file__).resolve().parent.parent
NO_CEILING = Decimal("9999999999.99")  # where a city sets none, nothing is cut
SYNONYMS = {"开户": Action.OPEN, "设立": Action.OPEN, "新增": Action.OPEN, "基数变更": Action.BASE, "调整": Action.BASE}
REASON_SYNONYMS = {
    "离职": SealReason.LEFT,
    "停薪": SealReason.UNPAID_LEAVE,
    "内退": SealReason.EARLY_RETIRED,
    "调出": SealReason.MOVED_AWAY,
}
SHOWN_PER_GROUP = 50
NAMED_MISSING = 5
WORDS_MAX = 200  # words of a file that are no action, for which the nearest one is looked up


def reasons() -> dict[str, str]:
    """Every word accepted as a reason for sealing, and its code."""
    return {label: code for code, label in SealReason.choices()} | REASON_SYNONYMS


def account_of(upload: Upload) -> EmployerAccount:
    return EmployerAccount.objects.select_related("employer").get(pk=upload.context["account"])


def judge(origin: Origin, upload: Upload) -> None:
    """Set-based: four statements over the whole file, whatever its length. Findings and changes are kept; the rows
    themselves (``sheet_rows``) go with the transaction.
    """
    account = account_of(upload)
    month = Month.of(upload.context["month"])
    terms = policy_of_account(account, month)
    parameters = _parameters(origin, upload, account, month, terms)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.judged")
        cursor.execute(statement(APP, "sql/judge_staged.sql"), parameters)
        cursor.execute("ANALYZE judged")
        cursor.execute(statement(APP, "sql/judge_findings.sql"), parameters)
        cursor.execute(statement(APP, "sql/keep_changes.sql"), parameters)
        if upload.mode == "full":
            cursor.execute(statement(APP, "sql/keep_missing.sql"), parameters)
    if upload.mode == "full":
        _warn_of_missing(upload)


def _parameters(origin: Origin, upload: Upload, account: EmployerAccount, month: Month, terms: DepositPolicy) -> dict:
    refused = refused_today(origin)
    words = {label: action.value for action, label in ACTION_LABELS.items()} | {
        word: action.value for word, action in SYNONYMS.items()
    }
    return {
        "upload": upload.pk,
        "account": account.pk,
        "fund_kind": account.fund_kind,
        "month": int(month),
        "month_words": str(month),
        "paid_through": account.paid_through or 0,
        "floor": terms.floor or Decimal("0.00"),
        "ceiling": terms.ceiling or NO_CEILING,
        "employer_rate": account.employer_rate,
        "employee_rate": account.employee_rate,
        "rounding": terms.rounding.code,
        "rate_least": terms.employer_rates.least * 100,
        "rate_most": terms.employer_rates.most * 100,
        "choices": "、".join(ACTION_LABELS.values()),
        "labels": list(ACTION_LABELS.values()),
        "label_actions": [action.value for action in ACTION_LABELS],
        "words": list(words),
        "actions": list(words.values()),
        "reasons": list(reasons()),
        "nearest": _nearest(),
        "jump_percent": policy.value(keys.BASE_JUMP_PERCENT, month.first_day).value,
        "today": origin.business_date,
        "items": [ACTION_ITEMS[action] for action in ACTION_LABELS],
        "refused_items": list(refused),
        "refused_words": list(refused.values()),
    }


def _nearest() -> str:
    """JSON: each word of the file that is no action, and the action it most looks like."""
    labels = list(ACTION_LABELS.values())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT action_word FROM sheet_rows WHERE action_word <> ALL (%s) LIMIT %s", [labels, WORDS_MAX]
        )
        used = [word for (word,) in cursor.fetchall()]
    close = {word: get_close_matches(word, labels, 1, 0.3) for word in used}
    return json.dumps({word: found[0] if found else "" for word, found in close.items()}, ensure_ascii=False)


def missing(upload: Upload) -> QuerySet[StagedChange]:
    """Everybody the whole roster left out, as changes under line 0."""
    return StagedChange.objects.filter(upload_id=upload.pk, line=0)


def _warn_of_missing(upload: Upload) -> None:
    count = missing(upload).count()
    if not count:
        return
    accounts = missing(upload).order_by("fund_account_id").values_list("fund_account_id", flat=True)[:NAMED_MISSING]
    named = Person.objects.filter(fund_accounts__in=list(accounts)).order_by("name_key", "pk")
    names = "、".join(mask_name(person.name) for person in named)
    more = " 等" if count > NAMED_MISSING else ""
    SheetFinding.objects.create(
        upload_id=upload.pk,
        line=0,
        code="R16",
        severity="warning",
        facts={"count": count, "names": names + more},
    )


def refused_today(origin: Origin) -> dict[str, str]:
    """Items the gate let this call through without, each with the sentence its lines are refused with."""
    given = origin.pass_
    words = {item: given.refuses(item) for item in sorted(set(ACTION_ITEMS.values()))} if given else {}
    return {item: said for item, said in words.items() if said}


def refused_lines(upload: Upload, refused: Mapping[str, str]) -> list[Finding]:
    """A remark for each good line of an item that is stopped now: it stays in the file, the others go on."""
    findings, message = [], CATALOGUE["R28"]
    for action in Action:
        if said := refused.get(ACTION_ITEMS[action]):
            with connection.cursor() as cursor:
                cursor.execute(REFUSED_LINES, {"upload": upload.pk, "action": action.value, "most": REFUSED_LINES_MAX})
                lines = [line for (line,) in cursor.fetchall()]
            facts = {"item": ACTION_ITEMS[action], "action": ACTION_LABELS[action]}
            findings += [
                Finding(
                    "R28",
                    message.say({"notice": said}),
                    Severity.WARNING,
                    line=line,
                    remedy=message.remedy,
                    facts=facts,
                )
                for line in lines
            ]
    return findings


REFUSED_LINES_MAX = 200
GOOD_CHANGES = """
    SELECT s.line, s.action, s.fund_account_id, s.base, s.employer_amount + s.employee_amount AS amount_after,
        account.person_id, account.base AS base_before,
        coalesce(account.employer_amount + account.employee_amount, 0) AS amount_before
    FROM deposits_stagedchange AS s
    LEFT JOIN accounts_fundaccount AS account ON account.id = s.fund_account_id
    WHERE s.upload_id = %(upload)s AND s.line > 0 AND NOT EXISTS (
        SELECT FROM servicehub_sheetfinding AS finding
        WHERE finding.upload_id = %(upload)s AND finding.line = s.line AND finding.severity = 'error'
    )
"""

REFUSED_LINES = f"SELECT line FROM ({GOOD_CHANGES}) AS changes WHERE action = %(action)s ORDER BY line LIMIT %(most)s"


def difference(origin: Origin, upload: Upload, without: Collection[str] = ()) -> Difference:
    """Good rows only: an error row counts as present and unchanged, never as missing. ``without``: items stopped now."""
    account = account_of(upload)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT action, count(*), coalesce(sum(amount_after), 0), coalesce(sum(amount_before), 0)"
            f" FROM ({GOOD_CHANGES}) AS changes GROUP BY action",
            {"upload": upload.pk},
        )
        sums = {action: (count, after, before) for action, count, after, before in cursor.fetchall()}
        cursor.execute(
            "SELECT coalesce(sum(account.employer_amount + account.employee_amount), 0), count(*)"
            " FROM accounts_membership AS spell JOIN accounts_fundaccount AS account ON account.id = spell.fund_account_id"
            " WHERE spell.employer_account_id = %s AND spell.to_month = 999912 AND NOT spell.sealed",
            [account.pk],
        )
        total, heads = cursor.fetchone()
    groups = [
        _group(upload, action, sums[action])
        for action in Action
        if action in sums and ACTION_ITEMS[action] not in without
    ]
    if upload.mode == "full" and ACTION_ITEMS[Action.SEAL] not in without:
        _add_missing(groups, upload)
    moved = sum((group.amount for group in groups), Decimal(0))
    touched = sum(group.count for group in groups if group.kind not in (ACTION_LABELS[a] for a in JOINING))
    warnings = tuple(
        SheetFinding.objects.filter(upload_id=upload.pk, line=0, severity="warning").values_list("code", flat=True)
    )
    return Difference(tuple(groups), heads - touched, total, total + moved, warnings)


def _group(upload: Upload, action: Action, sums: tuple) -> DifferenceGroup:
    count, after, before = sums
    leaving = action in LEAVING
    joining = action in JOINING
    amount = -before if leaving else after if joining else after - before
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line, person_id, base_before, base, amount_before, amount_after FROM ({GOOD_CHANGES})"
            " AS changes WHERE action = %(action)s ORDER BY line LIMIT %(limit)s",
            {"upload": upload.pk, "action": action.value, "limit": SHOWN_PER_GROUP},
        )
        rows = cursor.fetchall()
    return DifferenceGroup(ACTION_LABELS[action], count, amount, _rows(upload, action, rows))


def _rows(upload: Upload, action: Action, rows: list) -> tuple[DifferenceRow, ...]:
    people = Person.objects.in_bulk([row[1] for row in rows if row[1]])
    typed = raw_cells(upload, [row[0] for row in rows if not row[1]]) if any(not row[1] for row in rows) else {}
    shown = []
    for line, person_id, base_before, base, before, after in rows:
        if person_id:
            who, id_number = people[person_id].name, people[person_id].id_number
        else:
            who, id_number = typed[line]["name"], typed[line]["id_no"]
        leaving, joining = action in LEAVING, action in JOINING
        old = Decimal(0) if joining else before
        new = Decimal(0) if leaving else after
        shown.append(
            DifferenceRow(
                mask_name(who),
                mask_id_number(id_number),
                "—" if joining else money(base_before),
                "—" if leaving else money(base),
                new - old,
                f"第 {line} 行",
            )
        )
    return tuple(shown)


def _add_missing(groups: list[DifferenceGroup], upload: Upload) -> None:
    accounts = FundAccount.objects.filter(pk__in=missing(upload).values("fund_account_id"))
    sums = accounts.aggregate(count=Count("pk"), amount=Sum(F("employer_amount") + F("employee_amount")))
    if not sums["count"]:
        return
    rows = accounts.select_related("person").order_by("pk")[:SHOWN_PER_GROUP]
    shown = tuple(
        DifferenceRow(
            mask_name(row.person.name),
            mask_id_number(row.person.id_number),
            money(row.base),
            "—",
            -(row.employer_amount + row.employee_amount),
            "文件里没有",
        )
        for row in rows
    )
    groups.append(DifferenceGroup("封存（文件里没有的人）", sums["count"], -sums["amount"], shown))
