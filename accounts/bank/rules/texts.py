"""What people write into remarks, read: words, numbers and names. Pure."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s,，;；、/|:：。!！?？+＋\-—_=<>《》“”\"'#*]+")
_NUMBER = re.compile(r"(?<!\d)\d{6,32}(?!\d)")


def plain(text: str) -> str:
    """Half width, upper case; what a remark looks like whichever keyboard wrote it."""
    return unicodedata.normalize("NFKC", text or "").upper()


def words(text: str) -> list[str]:
    """The pieces of a remark between separators, the whole of it first. Brackets belong to names and stay."""
    whole = plain(text).strip()
    pieces = [piece for piece in _SEPARATORS.split(whole) if piece]
    return list(dict.fromkeys([whole, *pieces])) if whole else []


def numbers(text: str) -> list[str]:
    """Runs of six to thirty-two digits: employer numbers, never parts of longer ones."""
    return list(dict.fromkeys(_NUMBER.findall(plain(text))))


def host_number(text: str) -> str:
    """One bank prefixes its host numbers with zeros in statements only."""
    return text.strip().lstrip("0") or "0"
