"""Balance checks of this app; each room declares its own."""

from accounts import account_checks, reserve_checks
from accounts.bank import checks as bank_checks
from accounts.ledger import checks as ledger_checks
from accounts.second_engine import checks as second_engine_checks

__all__ = ["account_checks", "bank_checks", "ledger_checks", "reserve_checks", "second_engine_checks"]
