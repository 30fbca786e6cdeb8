"""What may be seen of a person. The one home of masks: pages, lists, exports, prints, messages and the API share it.

Masks never lengthen, never raise, and answer ``""`` for nothing, because they stand where an error would show what
they hide. A masked text masked again stays as it is.
"""

STAR = "*"


def _keep(text: str, first: int, last: int) -> str:
    return text[:first] + STAR * (len(text) - first - last) + text[len(text) - last :]


def mask_id_number(text: str | None) -> str:
    """``410***********1234``. Shorter documents (passports, officers' cards) show at most a third of themselves."""
    text = (text or "").strip()
    if len(text) >= 15:
        return _keep(text, 3, 4)
    shown = len(text) // 3
    return _keep(text, shown // 2, shown - shown // 2)


def mask_mobile(text: str | None) -> str:
    """``138****1234``; other telephone numbers show their last two digits."""
    text = (text or "").strip()
    return _keep(text, 3, 4) if len(text) == 11 else _keep(text, 0, min(2, len(text) // 3))


def mask_bank_card(text: str | None, bank: str = "") -> str:
    """``建设银行 尾号 0123``."""
    text = (text or "").strip()
    if len(text) < 8:
        return STAR * len(text)
    return f"{bank} 尾号 {text[-4:]}".strip()


def mask_name(text: str | None) -> str:
    """``张*``, ``仲*妮``: always one star, so that the length of a long name is not told either."""
    text = (text or "").strip()
    if len(text) <= 1:
        return STAR if text else ""
    return text[0] + STAR + (text[-1] if len(text) >= 3 else "")


def mask_account(text: str | None) -> str:
    """A person's account number, last four visible: ``****8812``."""
    text = (text or "").strip()
    return STAR * 4 + text[-4:] if len(text) > 4 else STAR * len(text)


def mask_employer_number(text: str | None) -> str:
    """Public pages only; elsewhere an employer's number and credit code are not masked: ``4101***``."""
    text = (text or "").strip()
    return text[:4] + STAR * 3 if len(text) > 4 else STAR * len(text)


def mask_address(text: str | None) -> str:
    """Down to the district or county: ``××市××区***``. Where none can be told, nothing of it is shown."""
    text = (text or "").strip()
    if not text:
        return ""
    ends = [text.find(mark, 2) for mark in ("区", "县", "旗")]
    ends = [end for end in ends if 0 < end < 16]
    city = text.find("市", 2)
    # A county-level city follows its prefecture: 许昌市禹州市.
    second = text.find("市", city + 1) if city > 0 else -1
    if 0 < second < 12:
        ends.append(second)
    end = min(ends) if ends else (city if 0 < city < 12 else -1)
    return text[: end + 1] + STAR * 3
