"""Numbers that name people and employers: made uniform, then judged, every fault at once and to the digit.

Resident numbers follow GB 11643-1999 with what real people hold: fifteen-digit ones of old files, the residence
permits of Hong Kong, Macao and Taiwan residents (81, 82, 83), counties long abolished (only the province is checked:
the number stays for life when the county goes). python-stdnum's own validator refuses some of these people and lets
birthdays in the future pass.

The codes R01, R02, R03 and R12 are those of the import messages; the rest are ours. Findings name positions and
check digits, never the number itself, so that they may be logged.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from operator import mul

from django.conf import settings
from django.db.models import TextChoices
from stdnum import luhn
from stdnum.cn import uscc

from servicehub.declare.finding import Finding


class IdType(TextChoices):
    """Code table A.1 of JGJ/T 320. Permits of Hong Kong, Macao and Taiwan residents (港澳台居民居住证) are 01."""

    RESIDENT = "01", "身份证"
    OFFICER = "02", "军官证"
    PASSPORT = "03", "护照"
    FOREIGN_RESIDENT = "04", "外国人永久居留证"
    OTHER = "99", "其他"


PROVINCES = frozenset(
    f"{number:02d}"
    for group in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for number in group
)
SYNTHETIC_PROVINCE = "99"
"""No province: invented people of demo and tests carry it, so that none meets a real person. Not in production."""

OLDEST_YEARS = 130

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ASCII_SHARE = sum(_WEIGHTS) * ord("0")
_CHECK_DIGITS = "10X98765432"

_HIDDEN = dict.fromkeys(map(ord, " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff'\"‘’“”`´′-‐‑–—－_/."))
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_PERMANENT_OLD = re.compile(r"[A-Z]{3}[0-9]{12}")
_PERMANENT_NEW = re.compile(r"9[0-9]{16}[0-9X]")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}")
_OFFICER = re.compile(r"[A-Z\u4e00-\u9fff]{0,6}[0-9]{6,10}号?")
_OTHER = re.compile(r"(?=.*[0-9])[A-Z0-9()]{5,20}")
_DIGITS_ONLY = re.compile(r"[0-9]+")


def half_width(text: str) -> str:
    """``４１０`` → ``410``, and nothing hidden left: spaces, quotes, hyphens, zero-width characters."""
    return _half_width(unicodedata.normalize("NFKC", text))


def _half_width(text: str) -> str:
    # Dropping a sign can bring a letter and its accent together, hence once more.
    return unicodedata.normalize("NFKC", text.translate(_HIDDEN))


# --- Documents of persons --------------------------------------------------------------------------------------------


def normalise_id_number(id_type: str, text: str) -> str:
    """The form that is stored, indexed and compared: half-width, upper case, fifteen digits made eighteen."""
    if id_type == IdType.RESIDENT:
        if _EIGHTEEN.fullmatch(text):  # what almost every row of a list already is
            return text
        if _SCIENTIFIC.fullmatch(text.strip().upper()):
            return text.strip().upper()
        number = _upper(text)
        if len(number) == 15 and number.isascii() and number.isdigit():
            return number[:6] + "19" + number[6:] + check_digit(number[:6] + "19" + number[6:])
        return number
    return _upper(text)


def _upper(text: str) -> str:
    return _half_width(half_width(text).upper())


def check_digit(first_seventeen: str) -> str:
    """ISO 7064 MOD 11-2, as GB 11643 uses it."""
    return _CHECK_DIGITS[(sum(map(mul, _WEIGHTS, first_seventeen.encode())) - _ASCII_SHARE) % 11]


def is_resident_number(number: str, on: date) -> bool:
    """The fast path for a column of a list: true or false for a normalised number, half a microsecond each.

    Counties, birthdays and serial numbers repeat from person to person: each part's share of the check sum is worked
    out once.
    """
    if len(number) != 18:
        return False
    shares = _share(number[:6], 0), _birth_share(number[6:14], on), _share(number[14:17], 14)
    return None not in shares and number[17] == _CHECK_DIGITS[sum(shares) % 11] and _is_province(number[:2])


@lru_cache(maxsize=65_536)
def _share(digits: str, place: int) -> int | None:
    """Of the check sum; ``None`` where there are not only digits."""
    if not (digits.isascii() and digits.isdigit()):
        return None
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[place:], strict=False))


@lru_cache(maxsize=65_536)
def _birth_share(eight: str, on: date) -> int | None:
    born = _day(eight) if eight.isascii() and eight.isdigit() else None
    if born is None or born > on or on.year - born.year > OLDEST_YEARS:
        return None
    return _share(eight, 6)


def check_id_number(id_type: str, number: str, on: date, field: str = "id_number") -> tuple[Finding, ...]:
    """``number`` is normalised. ``on`` is the business date: nobody is born after it."""
    if not number:
        return (_fault("ID-EMPTY", "证件号码没有填", field, "填写证件上的完整号码"),)
    match id_type:
        case IdType.RESIDENT:
            return () if is_resident_number(number, on) else tuple(_resident_faults(number, on, field))
        case IdType.FOREIGN_RESIDENT:
            return _foreign_resident_faults(number, on, field)
        case IdType.PASSPORT:
            shape, words = _PASSPORT, "护照号码由 5 至 15 位字母和数字组成"
        case IdType.OFFICER:
            shape, words = _OFFICER, "军官证号码应含 6 至 10 位数字"
        case IdType.OTHER:
            shape, words = _OTHER, "证件号码由 5 至 20 位字母和数字组成"
        case _:
            return (
                _fault("ID-TYPE", f"证件类型没有“{id_type}”", field, "从 " + "、".join(IdType.labels) + " 中选一种"),
            )
    return () if shape.fullmatch(number) else (_fault("ID-SHAPE", words, field, "照证件重填"),)


def _resident_faults(number: str, on: date, field: str) -> list[Finding]:
    if _SCIENTIFIC.fullmatch(number):
        return [_rounded_by_excel(_short_scientific(number), field)]
    if len(number) != 18:
        more = len(number) > 18
        words = f"证件号码共 {len(number)} 位，{'多' if more else '少'} {abs(len(number) - 18)} 位"
        return [_fault("R03", words, field, "身份证号码为 18 位，照证件重填", length=len(number))]
    wrong = [
        place
        for place, sign in enumerate(number, 1)
        if not (sign.isascii() and (sign.isdigit() or (place == 18 and sign == "X")))
    ]
    if wrong:
        places = "、".join(map(str, wrong))
        return [_fault("ID-CHAR", f"第 {places} 位应为数字", field, "核对是否把 0 写成了字母 O、1 写成了字母 l")]
    faults = []
    if not _is_province(number[:2]):
        remedy = "持外国人永久居留证的，证件类型选“外国人永久居留证”" if number[0] == "9" else "照证件核对前 6 位"
        faults.append(_fault("ID-REGION", f"前两位 {number[:2]} 不是省级行政区划代码", field, remedy))
    faults.extend(_birth_faults(number, on, field))
    expected = check_digit(number[:17])
    if number[17] != expected:
        if number.endswith("000"):  # Excel keeps fifteen digits and writes noughts for the rest
            faults.append(_rounded_by_excel("", field))
        else:
            faults.append(_fault("R01", f"第 18 位校验码应为 {expected}", field, "照证件逐位核对", expected=expected))
    return faults


def _birth_faults(number: str, on: date, field: str) -> list[Finding]:
    text = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    born = _day(number[6:14])
    if born is None:
        return [_fault("ID-BIRTH", f"第 7 至 14 位的出生日期 {text} 不存在", field, "照证件核对出生日期")]
    if born > on:
        return [_fault("ID-BIRTH", f"第 7 至 14 位的出生日期 {text} 还没有到", field, "照证件核对出生日期")]
    if on.year - born.year > OLDEST_YEARS:
        return [_fault("ID-BIRTH", f"第 7 至 14 位的出生日期 {text} 过早", field, "照证件核对出生日期")]
    return []


def _foreign_resident_faults(number: str, on: date, field: str) -> tuple[Finding, ...]:
    """The card of 2023 has eighteen digits, birthday and check digit as a resident's; the older one fifteen."""
    if _PERMANENT_OLD.fullmatch(number):
        return ()
    if not _PERMANENT_NEW.fullmatch(number):
        words = "永久居留证号码为 9 开头的 18 位，或 3 个字母加 12 位数字"
        return (_fault("ID-SHAPE", words, field, "照证件重填", length=len(number)),)
    faults = _birth_faults(number, on, field)
    expected = check_digit(number[:17])
    if number[17] != expected:
        faults.append(_fault("R01", f"第 18 位校验码应为 {expected}", field, "照证件逐位核对", expected=expected))
    return tuple(faults)


def birth_date(id_type: str, number: str) -> date | None:
    """CSNY, told by the number; ``None`` where the document does not tell."""
    tells = id_type == IdType.RESIDENT or (id_type == IdType.FOREIGN_RESIDENT and _PERMANENT_NEW.fullmatch(number))
    return _day(number[6:14]) if tells and len(number) == 18 else None


def sex(id_type: str, number: str) -> str:
    """``"1"`` male, ``"2"`` female (GB/T 2261.1), ``"0"`` where the document does not tell."""
    if id_type not in {IdType.RESIDENT, IdType.FOREIGN_RESIDENT} or not _EIGHTEEN.fullmatch(number):
        return "0"
    return "1" if int(number[16]) % 2 else "2"


def _is_province(two: str) -> bool:
    return two in PROVINCES or (two == SYNTHETIC_PROVINCE and settings.DEPLOY != "production")


@lru_cache(maxsize=65_536)
def _day(eight: str) -> date | None:
    try:
        return date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return None


def _short_scientific(text: str) -> str:
    mantissa, _, exponent = text.partition("E")
    return f"{mantissa[:4]}E+{exponent.lstrip('+')}"


def _rounded_by_excel(shown: str, field: str) -> Finding:
    words = "证件号码被 Excel 改成了科学计数法" + (f"（{shown}）" if shown else "") + "，末 3 位已丢失，须重填"
    return _fault("R02", words, field, "单元格先设为“文本”再填号码")


# --- Telephones, cards, employers ------------------------------------------------------------------------------------


def normalise_mobile(text: str) -> str:
    """Eleven digits where the text holds them; country code and separators dropped."""
    number = half_width(text).lstrip("+")
    for prefix in ("0086", "86"):
        if number.startswith(prefix) and len(number) == len(prefix) + 11:
            return number[len(prefix) :]
    return number


def check_mobile(number: str, field: str = "mobile") -> tuple[Finding, ...]:
    if not _DIGITS_ONLY.fullmatch(number):
        return (_fault("MOBILE-CHAR", "手机号应全为数字", field, "填写 11 位手机号"),)
    if len(number) != 11:
        return (_fault("R12", f"手机号 {len(number)} 位，应为 11 位", field, "填写 11 位手机号", length=len(number)),)
    if number[0] != "1" or number[1] in "012":
        return (_fault("MOBILE-RANGE", f"手机号没有以 {number[:2]} 开头的号段", field, "核对前两位"),)
    return ()


def normalise_bank_card(text: str) -> str:
    return half_width(text)


def check_bank_card(number: str, field: str = "bank_card") -> tuple[Finding, ...]:
    """Own cards that receive money: 16 to 19 digits with a Luhn check digit."""
    if _SCIENTIFIC.fullmatch(number.upper()) or not _DIGITS_ONLY.fullmatch(number):
        return (_fault("CARD-CHAR", "银行卡号应全为数字", field, "照卡面重填；在 Excel 中先把单元格设为“文本”"),)
    if not 16 <= len(number) <= 19:
        fault = f"少 {16 - len(number)} 位" if len(number) < 16 else f"多 {len(number) - 19} 位"
        words = f"银行卡号共 {len(number)} 位，{fault}"
        return (_fault("CARD-LENGTH", words, field, "储蓄卡号为 16 至 19 位，照卡面重填", length=len(number)),)
    if not luhn.is_valid(number):
        return (_fault("CARD-CHECK", "银行卡号的校验位对不上，有数字写错或写颠倒", field, "照卡面逐位核对"),)
    return ()


def normalise_credit_code(text: str) -> str:
    return _upper(text)


def check_credit_code(number: str, field: str = "credit_code") -> tuple[Finding, ...]:
    """统一社会信用代码, GB 32100-2015."""
    if not number:
        return (_fault("USCC-EMPTY", "统一社会信用代码没有填", field, "照营业执照或登记证书填写 18 位代码"),)
    if len(number) != 18:
        fault = "少" if len(number) < 18 else "多"
        words = f"统一社会信用代码共 {len(number)} 位，{fault} {abs(len(number) - 18)} 位"
        return (_fault("USCC-LENGTH", words, field, "照营业执照或登记证书填写 18 位代码", length=len(number)),)
    wrong = [place for place, sign in enumerate(number, 1) if sign not in "0123456789ABCDEFGHJKLMNPQRTUWXY"]
    if wrong:
        places = "、".join(map(str, wrong))
        words = f"统一社会信用代码第 {places} 位不会出现这个字符"
        return (_fault("USCC-CHAR", words, field, "代码中不用字母 I、O、S、V、Z，核对是否应为 1、0、5、2"),)
    if not number[2:8].isdigit():
        return (_fault("USCC-REGION", "统一社会信用代码第 3 至 8 位应为数字", field, "照证照核对登记机关代码"),)
    expected = uscc.calc_check_digit(number[:17])
    if number[17] != expected:
        words = f"统一社会信用代码第 18 位校验码应为 {expected}"
        return (_fault("USCC-CHECK", words, field, "照证照逐位核对", expected=expected),)
    return ()


def _fault(code: str, message: str, field: str, remedy: str, **facts) -> Finding:
    return Finding(code=code, message=message, field=field, remedy=remedy, facts=facts)
