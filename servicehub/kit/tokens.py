"""Opaque ids for addresses: eight letters for a row number, and back, without a column or an index.

An address never holds a name, a document number or an account, and a neighbour's token must not be guessable from
one's own. A keyed permutation of forty bits (a Feistel network over HMAC-SM3) does both; each kind of thing has its
own, so that the token of an employer is no token of a person. Authority is still asked for on every page: the token
hides, it does not permit.
"""

from functools import lru_cache

from servicehub.kit import crypto

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, without the letters that read as figures
LENGTH = 8
HALF_BITS = 20
ROUNDS = 8

_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_HALF_MASK = (1 << HALF_BITS) - 1


def token_of(kind: str, number: int) -> str:
    """``token_of("employer", 18)`` → ``"7f3k9m2q"``.

    :raises ValueError: the number is not between 0 and 2**40 - 1.
    """
    if not 0 <= number < 1 << 2 * HALF_BITS:
        raise ValueError("row numbers up to 2**40 have a token")
    left, right = number >> HALF_BITS, number & _HALF_MASK
    for turn in range(ROUNDS):
        left, right = right, left ^ _round(kind, turn, right)
    mixed = (left << HALF_BITS) | right
    return "".join(ALPHABET[(mixed >> shift) & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def number_of(kind: str, token: str) -> int | None:
    """The row number, or ``None`` for what cannot be a token. Any eight letters give a number: look the row up."""
    if len(token) != LENGTH or any(letter not in _VALUES for letter in token):
        return None
    mixed = 0
    for letter in token:
        mixed = (mixed << 5) | _VALUES[letter]
    left, right = mixed >> HALF_BITS, mixed & _HALF_MASK
    for turn in reversed(range(ROUNDS)):
        left, right = right ^ _round(kind, turn, left), left
    return (left << HALF_BITS) | right


@lru_cache(maxsize=8192)
def _round(kind: str, turn: int, half: int) -> int:
    digest = crypto.blind_index(f"{turn}:{half}", f"token:{kind}")
    return int.from_bytes(digest[:3], "big") & _HALF_MASK
