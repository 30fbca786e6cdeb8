"""django-ledger: a transfer by ``EntityModel.commit_txs``, posted at once."""

from datetime import UTC, datetime
from decimal import Decimal

import talking

talking.set_up("treebeard", "django_ledger")

from django.contrib.auth import get_user_model  # noqa: E402 - models need the set-up
from django_ledger.io import roles  # noqa: E402
from django_ledger.models import EntityModel  # noqa: E402

YUAN = Decimal("1.00")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
owner = get_user_model().objects.create_user("bench")
entity = EntityModel.create_entity(name="基准", admin=owner, use_accrual_method=True, fy_start_month=1)
entity.create_chart_of_accounts(assign_as_default=True, commit=True, coa_name="基准")
accounts = [
    entity.create_account(
        code=f"2{number:04d}", role=roles.LIABILITY_CL_OTHER, name=f"职工{number}", balance_type="credit", active=True
    )
    for number in range(talking.ACCOUNTS)
]
ledger = entity.create_ledger(name="基准", posted=True)


def transfer(source: int, target: int) -> None:
    entity.commit_txs(
        je_timestamp=NOON,
        je_txs=[
            {"account": accounts[source], "amount": YUAN, "tx_type": "debit", "description": "划转"},
            {"account": accounts[target], "amount": YUAN, "tx_type": "credit", "description": "划转"},
        ],
        je_posted=True,
        je_ledger_model=ledger,
        je_desc="划转",
    )


talking.serve(transfer)
