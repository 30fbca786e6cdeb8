"""Whose money is this? Claimers declared by the apps are asked rung by rung; two candidates are no match.

The order is that of the trade: the business serial in the remark; the employer's number or exact name in the remark;
the same in the summary; the counterparty's name; the payer's account on file. The first rung on which anybody knows
the money decides. On one rung claimers answer in their order, and the first that knows it decides there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from servicehub.declare import Origin, Party
from servicehub.declare.registry import receipts

if TYPE_CHECKING:
    from accounts.bank.models import BankNotice


class Rung(IntEnum):
    SERIAL = 1
    REMARK = 2
    SUMMARY = 3
    COUNTER_NAME = 4
    PAYER_ACCOUNT = 5

    @property
    def label(self) -> str:
        return {1: "附言中的业务流水号", 2: "附言", 3: "摘要", 4: "付款户名", 5: "备案付款账号"}[self.value]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A credit as claimers see it."""

    account_no: str  # special account
    nature: str  # states.Nature
    amount: Decimal
    host_date: date
    counter_account: str = ""
    counter_name: str = ""
    summary: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """``document`` names what the money is for (``deposits.remittance:18``), "" when only the party is known."""

    party: Party
    document: str = ""
    claimer: str = ""
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """``claim`` is None for money nobody knows, and for money that several could own: ``rivals`` are those."""

    claim: Claim | None
    rivals: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed receipt: an action of ``states.NOTICE_MOVES``, its voucher and words for people."""

    action: str  # "match" | "suspend"
    voucher: int
    words: str
    document: str = ""


class ReceiptClaimer:
    """Declared in ``receipts.py``: ``receipts.add(RemittanceClaimer())``. Lower ``order`` is asked first on a rung."""

    code: ClassVar[str] = ""  # "deposits.remittance"
    label: ClassVar[str] = ""
    order: ClassVar[int] = 100
    natures: ClassVar[frozenset[str]] = frozenset({"01"})  # special accounts it takes money from

    def candidates(self, arrival: Arrival, rung: Rung) -> Iterable[Claim]:
        """Everybody who may own the money by this rung. Reads only."""
        raise NotImplementedError

    def settle(self, origin: Origin, notice: "BankNotice", claim: Claim) -> Settled:
        """Book the money that came on to the special account, in the transaction of the notice.

        :raises DomainError: it cannot take it after all; the money goes to 待查 with the reason.
        """
        raise NotImplementedError

    def claimed(self, origin: Origin, notice: "BankNotice", employer: Party) -> Settled | None:
        """An accountant found the owner later; the money lies in the employer's suspense now. Use it, or leave it."""
        return None


def match(arrival: Arrival, claimers: Iterable[ReceiptClaimer] | None = None) -> Match:
    asked = sorted(receipts if claimers is None else claimers, key=lambda claimer: (claimer.order, claimer.code))
    asked = [claimer for claimer in asked if arrival.nature in claimer.natures]
    for rung in Rung:
        for claimer in asked:
            found = {(claim.party, claim.document): claim for claim in claimer.candidates(arrival, rung)}
            if len(found) == 1:
                (claim,) = found.values()
                return Match(Claim(claim.party, claim.document, claimer.code, rung))
            if found:
                return Match(None, tuple(found.values()))
    return Match(None)
