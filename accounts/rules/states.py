"""State machines of employer accounts and personal accounts, as tables (JGJ/T 320 tables A.4 and A.6).

A pair that is not listed does not happen. Guards (nobody left on the roster, nothing in suspense) are judged by the
services that move the state; the tables say only which moves exist.
"""

from enum import StrEnum

from accounts.enums import AccountStatus, EmployerStatus


class EmployerEvent(StrEnum):
    REGISTER = "register"  # registration approved
    REMIT = "remit"  # a month was posted
    DEFER = "defer"  # 缓缴 approved and its first month has come
    RESUME = "resume"  # 缓缴 over, or taken back
    SEAL = "seal"
    UNSEAL = "unseal"
    CLOSE = "close"


class AccountEvent(StrEnum):
    OPEN = "open"
    SEAL = "seal"
    UNSEAL = "unseal"  # with the same employer
    TRANSFER_IN = "transfer_in"  # to another employer, and depositing there
    POOL = "pool"  # into the centre's pool of sealed accounts (集中封存)
    MERGE = "merge"  # this account was a second one of the same person
    MOVE_OUT = "move_out"  # paid to another centre
    WITHDRAW_ALL = "withdraw_all"  # closed by withdrawal
    UNDO_OPEN = "undo_open"  # opened by mistake, before anything was posted


_E = EmployerStatus
EMPLOYER_MOVES: dict[tuple[EmployerStatus | None, EmployerEvent], EmployerStatus] = {
    (None, EmployerEvent.REGISTER): _E.OPENED,
    (_E.OPENED, EmployerEvent.REMIT): _E.NORMAL,
    (_E.NORMAL, EmployerEvent.REMIT): _E.NORMAL,
    (_E.DEFERRED, EmployerEvent.REMIT): _E.NORMAL,
    (_E.NORMAL, EmployerEvent.DEFER): _E.DEFERRED,
    (_E.DEFERRED, EmployerEvent.RESUME): _E.NORMAL,
    (_E.OPENED, EmployerEvent.SEAL): _E.SEALED,
    (_E.NORMAL, EmployerEvent.SEAL): _E.SEALED,
    (_E.DEFERRED, EmployerEvent.SEAL): _E.SEALED,
    (_E.SEALED, EmployerEvent.UNSEAL): _E.NORMAL,
    (_E.OPENED, EmployerEvent.CLOSE): _E.CLOSED,
    (_E.NORMAL, EmployerEvent.CLOSE): _E.CLOSED,
    (_E.SEALED, EmployerEvent.CLOSE): _E.CLOSED,
}

_A = AccountStatus
ACCOUNT_MOVES: dict[tuple[AccountStatus | None, AccountEvent], AccountStatus] = {
    (None, AccountEvent.OPEN): _A.NORMAL,
    (_A.NORMAL, AccountEvent.SEAL): _A.SEALED,
    (_A.SEALED, AccountEvent.UNSEAL): _A.NORMAL,
    (_A.SEALED, AccountEvent.TRANSFER_IN): _A.NORMAL,
    (_A.SEALED, AccountEvent.POOL): _A.SEALED,
    (_A.NORMAL, AccountEvent.MERGE): _A.MERGED,
    (_A.SEALED, AccountEvent.MERGE): _A.MERGED,
    (_A.NORMAL, AccountEvent.MOVE_OUT): _A.MOVED_OUT,
    (_A.SEALED, AccountEvent.MOVE_OUT): _A.MOVED_OUT,
    (_A.NORMAL, AccountEvent.WITHDRAW_ALL): _A.WITHDRAWN,
    (_A.SEALED, AccountEvent.WITHDRAW_ALL): _A.WITHDRAWN,
    (_A.NORMAL, AccountEvent.UNDO_OPEN): _A.OTHER,
}


class NoSuchMove(ValueError):
    """The state does not know this event."""


def next_employer_status(status: EmployerStatus | None, event: EmployerEvent, ever_paid: bool = True) -> EmployerStatus:
    """Where the event leads. An employer account that was sealed before its first month wakes as 开户.

    :raises NoSuchMove: not in the table.
    """
    try:
        after = EMPLOYER_MOVES[status, event]
    except KeyError:
        raise NoSuchMove(f"{event} of an employer account in state {status}") from None
    return _E.OPENED if event is EmployerEvent.UNSEAL and not ever_paid else after


def next_account_status(status: AccountStatus | None, event: AccountEvent) -> AccountStatus:
    """:raises NoSuchMove: not in the table."""
    try:
        return ACCOUNT_MOVES[status, event]
    except KeyError:
        raise NoSuchMove(f"{event} of a personal account in state {status}") from None


def states_before(event: AccountEvent) -> list[str]:
    """Codes of the states that know the event: what a set-based statement filters on."""
    return sorted(status.value for status, known in ACCOUNT_MOVES if known is event and status is not None)
