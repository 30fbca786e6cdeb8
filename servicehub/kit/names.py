"""Names of people: written as 民委发〔2016〕33号 asks, judged without prejudice, ordered by pinyin.

Two to fifty characters, rare ones beyond the basic plane included; ``·`` (U+00B7) joins the parts of a long name.
Nothing is ever tested against ``[一-龥]{2,4}``.
"""

import re
import unicodedata
from functools import lru_cache

from servicehub.declare.finding import Finding

NAME_CHARS_MIN, NAME_CHARS_MAX = 2, 50

_DOTS = dict.fromkeys(map(ord, "•・‧∙⋅●．.｡。᛫"), "·")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF21, 0xFF5B)}  # letters only: compatibility ideographs stay
_REPLACED = re.compile(r"[?？*＊□�#＃]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z' .,\-·]*")

# Surnames that are read otherwise than the word. The list is short because only the order of lists hangs on it.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "任": "ren", "区": "ou",
    "盖": "ge", "尉": "wei", "尹": "yin", "翟": "zhai", "覃": "qin", "乐": "yue", "黑": "he", "折": "she",
    "缪": "miao", "宓": "mi", "召": "shao", "繁": "po", "秘": "bi", "冼": "xian", "洗": "xian", "员": "yun",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "澹台": "tantai", "单于": "chanyu",
}  # fmt: skip


def normalise_name(text: str) -> str:
    """One separator, no blanks in a Chinese name, single blanks in a Latin one."""
    name = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
    if _LATIN.fullmatch(name.strip()):
        return " ".join(name.split())
    return re.sub(r"[\s\u200b\u200c\u200d\u2060\ufeff'‘’\"“”]+", "", name.translate(_DOTS)).strip("·")


def check_name(name: str, field: str = "name") -> tuple[Finding, ...]:
    """``name`` is normalised. Refuses only what cannot be a name."""
    if not name:
        return (Finding("NAME-EMPTY", "姓名没有填", field=field, remedy="填写证件上的姓名"),)
    if _REPLACED.search(name):
        return (Finding("R18", "姓名含替代符号“?”或“＊”", field=field, remedy="填写正确的汉字；间隔号用“·”"),)
    if not NAME_CHARS_MIN <= len(name) <= NAME_CHARS_MAX:
        words = f"姓名共 {len(name)} 个字，应为 {NAME_CHARS_MIN} 至 {NAME_CHARS_MAX} 个字"
        return (Finding("NAME-LENGTH", words, field=field, remedy="填写证件上的完整姓名"),)
    if any(sign.isdigit() for sign in name):
        return (Finding("NAME-DIGIT", "姓名中有数字", field=field, remedy="填写证件上的姓名"),)
    return ()


def name_key(name: str) -> str:
    """XMQP, the full spelling (``zhongni``): stored in the clear, for order and for search by its beginning."""
    if not name:
        return ""
    double = _SURNAMES.get(name[:2]) if len(name) > 2 else None
    first = double or _SURNAMES.get(name[0]) or _spelling(name[0])
    rest = name[2:] if double else name[1:]
    return (first + "".join(map(_spelling, rest)))[:100]


@lru_cache(maxsize=32_768)
def _spelling(sign: str) -> str:
    if sign.isascii():
        return sign.lower() if sign.isalpha() else ""
    # Imported here: its table of readings is a fifth of a process's start-up, and most processes order no names.
    from pypinyin import Style, pinyin

    spelled = pinyin(sign, style=Style.NORMAL, errors="ignore")
    return spelled[0][0].lower() if spelled else ""
