"""A run of reconciliation over some special accounts: draw the journal, match by rungs of evidence, list the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Count

from accounts.bank.models import SpecialAccount
from accounts.bank.reconciliation.models import BankMatch, OutstandingItem
from servicehub.declare import Origin
from servicehub.kit.sql_files import statement

ROOM = Path(__file__).resolve().parent
OVERLAP_DAYS = 3
"""Looked at again in each run: D may still be posted on while D+1 is reconciled. Older ones left over are on the list."""
BEGINNING = date(1900, 1, 1)
_TAKE = "-- take"
_CLEAR = (
    "DROP VIEW recon_line, recon_entry;"
    " DROP TABLE recon_pair, rest_line, rest_entry, rest_word, made, sum_target, sum_part, sum_found"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Matches made, and what stands out afterwards (over all days)."""

    matched: int
    outstanding: int


def reconcile(origin: Origin, accounts: Iterable[int]) -> Run:
    """Match what is new of these special accounts since their last run, and all that was left over. Repeatable.

    One transaction; a second run of the same account waits for the first.
    """
    origin.require_pass()
    numbers = sorted(set(accounts))
    with transaction.atomic():
        rows = SpecialAccount.objects.filter(pk__in=numbers).order_by("pk").select_for_update(of=("self",), no_key=True)
        since = min((_since(row) for row in rows), default=BEGINNING)
        parameters = {"accounts": numbers, "since": since, "day": origin.business_date}
        matched = BankMatch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with connection.cursor() as cursor:
            cursor.execute(statement(ROOM, "sql/collect_entries.sql"), parameters)
            _match(cursor, parameters)
            for step in _steps("list_rest"):
                cursor.execute(step, parameters)
            cursor.execute(_CLEAR)
        made = BankMatch.objects.filter(pk__gt=matched, special_account__in=numbers).aggregate(n=Count("pk"))["n"]
        left = OutstandingItem.objects.live().filter(special_account__in=numbers).count()
    return Run(made, left)


def _since(account: SpecialAccount) -> date:
    return account.reconciled_on - timedelta(days=OVERLAP_DAYS) if account.reconciled_on else BEGINNING


def _match(cursor, parameters: dict) -> None:
    sums = statement(ROOM, "sql/sums.sql")
    for step in _steps("match"):
        cursor.execute(step.removesuffix(_TAKE).replace("{sums}", sums), parameters)
        if step.endswith(_TAKE):
            for taking in statement(ROOM, "sql/take.sql").split("-- step\n"):
                cursor.execute(taking, parameters)


def _steps(name: str) -> list[str]:
    return [step.strip() for step in statement(ROOM, f"sql/{name}.sql").split("-- step\n")[1:]]
