"""Who may claim money on a special account: after every app's documents, the employer itself.

An app that knows what a payment is for declares a claimer of lower order; this one takes what is left and can only be
told by employer, into the employer's suspense (单位暂收).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from accounts.bank.employers import employers_of
from accounts.bank.matching import Arrival, Claim, ReceiptClaimer, Rung, Settled
from accounts.bank.suspense import book_to_employer, remittable_account
from servicehub.declare import Origin
from servicehub.declare.registry import receipts

if TYPE_CHECKING:
    from accounts.bank.models import BankNotice


class EmployerSuspense(ReceiptClaimer):
    code = "accounts.employer_suspense"
    label = "单位暂收"
    order = 900

    def candidates(self, arrival: Arrival, rung: Rung) -> Iterable[Claim]:
        return [Claim(employer.party) for employer in employers_of(arrival, rung)]

    def settle(self, origin: Origin, notice: "BankNotice", claim: Claim) -> Settled:
        voucher = book_to_employer(origin, notice, remittable_account(claim.party.id))
        return Settled("suspend", voucher, f"凭{claim.rung.label}认定单位，没有对应的单据，转单位暂收")


receipts.add(EmployerSuspense())
