"""The balance wall as it is shown: persons = employers' books = general ledger = bank, line by line."""

from dataclasses import replace

from accounts.bank.models import SpecialAccount
from accounts.ledger.wall import WallRow, balance_wall
from servicehub.declare import Origin, Party
from servicehub.identity.models import Branch

LEADERS = frozenset({"auditor", "policy_lead", "policy_chief", "ops_lead"})
WALL_READERS = LEADERS | {"accountant", "accountant_reviewer", "cashier", "supervisor"}


def wall_context(origin: Origin, party: Party) -> dict:
    """Figures of sums only, nobody's own: who leads or audits the centre sees every branch, others see theirs."""
    if origin.roles & LEADERS:
        origin = replace(origin, branches=None)
    rows = balance_wall(origin)
    branches = dict(Branch.objects.order_by("pk").values_list("pk", "name"))
    accounts = {one.subject_id: one.bank_name for one in SpecialAccount.objects.order_by("pk")}
    shown = [_row(row, branches, accounts) for row in rows]
    return {"rows": sorted(shown, key=lambda row: row["state"] != "balance:differs")}


def _row(row: WallRow, branches: dict[int, str], accounts: dict[str, str]) -> dict:
    of_bank = row.branch is None
    unknown = of_bank and row.bank is None  # the bank has said nothing of it yet: nothing is proved
    state = "waiting" if unknown else "equal" if row.equal else "differs"
    return {
        "subject": f"{row.subject} {row.label}".strip(),
        "place": accounts.get(row.subject, "银行专户") if of_bank else branches.get(row.branch, f"管理部 {row.branch}"),
        "persons": row.persons,
        "units": row.units,
        "general": row.general,
        "bank": row.bank,
        "difference": row.difference,
        "state": f"balance:{state}",
    }
