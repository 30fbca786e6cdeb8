"""Verification codes: twenty digits, easy to read out and to type, that nobody guesses.

Nineteen random digits are 63 bits (SEC-47 asks for 60); the last is a check digit (ISO 7064 MOD 11,10), so a slip of
the finger is told apart from a paper we never issued.
"""

import re
import secrets
import unicodedata

LENGTH = 20


def new_code() -> str:
    digits = "".join(secrets.choice("0123456789") for _ in range(LENGTH - 1))
    return digits + _check_digit(digits)


def normalised(text: str) -> str:
    """What was typed, without spaces, hyphens and full-width digits."""
    return re.sub(r"[\s\-‐–—]", "", unicodedata.normalize("NFKC", text))


def is_code(text: str) -> bool:
    """Whether it can be a code at all; ``text`` is normalised."""
    return bool(re.fullmatch(rf"[0-9]{{{LENGTH}}}", text)) and _check_digit(text[:-1]) == text[-1]


def spaced(code: str) -> str:
    """In fives, as it is printed."""
    return " ".join(code[start : start + 5] for start in range(0, len(code), 5))


def _check_digit(digits: str) -> str:
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)
