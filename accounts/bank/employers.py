"""Employers a bank line may mean, rung by rung. Only employers that may remit (01, 02, 03) come into question."""

from accounts.bank.matching import Arrival, Rung
from accounts.bank.rules.texts import numbers, words
from accounts.enums import REMITTABLE
from accounts.models.employers import Employer, employer_name_key
from servicehub.kit.crypto import BANK_CARD, blind_index


def employers_of(arrival: Arrival, rung: Rung) -> list[Employer]:
    """Every employer the line may mean by this rung, ordered by number. Serials belong to the apps: none here."""
    match rung:
        case Rung.REMARK:
            return _named_in(arrival.remark)
        case Rung.SUMMARY:
            return _named_in(arrival.summary)
        case Rung.COUNTER_NAME:
            return _live(name_key=employer_name_key(arrival.counter_name)) if arrival.counter_name else []
        case Rung.PAYER_ACCOUNT if arrival.counter_account:
            return _live(payer_account_index=payer_account_index(arrival.counter_account))
    return []


def payer_account_index(account: str) -> bytes:
    return blind_index(account.strip(), BANK_CARD)


def _named_in(text: str) -> list[Employer]:
    """By number or by exact name. A number beats a name: group treasuries write both."""
    by_number = _live(number__in=numbers(text)) if text else []
    if by_number:
        return by_number
    keys = [key for key in map(employer_name_key, words(text)) if key]
    return _live(name_key__in=keys) if keys else []


def _live(**condition) -> list[Employer]:
    found = Employer.objects.filter(closed_on=None, accounts__status__in=REMITTABLE, **condition)
    return list(found.distinct().order_by("number"))
