"""The public face of the ledger: import this, not its modules.

Writers (each asks for the gate's pass):

==================  ==================================================================================================
``post``            one event of a few movements
``post_each``       many such events in one call
``post_many``       one event over any number of subaccounts, from a SELECT
``reverse``         the red copy of a voucher
``hold``            reserve an amount; ended by a posting or by ``release``
``open_subaccounts``  units of the sub-ledger, set-based
==================  ==================================================================================================

Reads: ``balance``, ``balances``, ``locked_balances``, ``balance_on``, ``statement_rows``, ``voucher_view``, ``voucher_lines``,
``postings_of``, ``vouchers_of_event``, ``vouchers_of_case``, ``subaccount_ids``,
``general_balances``, ``subject_balance``.
"""

from accounts.ledger.batch import Source, post_many
from accounts.ledger.entries import Entry, Movement, Posted
from accounts.ledger.general import GeneralRow, general_balances, subject_balance
from accounts.ledger.holds import Reservation, hold, release
from accounts.ledger.posting import post, post_each
from accounts.ledger.reads import (
    Balance,
    StatementRow,
    VoucherView,
    balance,
    balance_on,
    balances,
    locked_balances,
    postings_of,
    statement_rows,
    voucher_lines,
    voucher_view,
    vouchers_of_case,
    vouchers_of_event,
)
from accounts.ledger.refusals import LedgerRefused
from accounts.ledger.reversal import Reversal, reverse
from accounts.ledger.subaccounts import (
    NewSubaccount,
    assign_employers,
    close_subaccount,
    open_subaccount,
    open_subaccounts,
    reopen_subaccount,
    subaccount_ids,
)
from accounts.ledger.transactions import run

__all__ = [
    "Balance",
    "Entry",
    "GeneralRow",
    "LedgerRefused",
    "Movement",
    "NewSubaccount",
    "Posted",
    "Reservation",
    "Reversal",
    "Source",
    "StatementRow",
    "VoucherView",
    "assign_employers",
    "balance",
    "balance_on",
    "balances",
    "close_subaccount",
    "general_balances",
    "hold",
    "locked_balances",
    "open_subaccount",
    "open_subaccounts",
    "post",
    "post_each",
    "post_many",
    "postings_of",
    "release",
    "reopen_subaccount",
    "reverse",
    "run",
    "statement_rows",
    "subaccount_ids",
    "subject_balance",
    "voucher_lines",
    "voucher_view",
    "vouchers_of_case",
    "vouchers_of_event",
]
