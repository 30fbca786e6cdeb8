from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicehub.kit import identity_numbers as numbers
from servicehub.kit.identity_numbers import IdType

ON = date(2026, 11, 23)
SOUND = "990000199001010017"


def resident(text: str):
    return numbers.check_id_number(IdType.RESIDENT, numbers.normalise_id_number(IdType.RESIDENT, text), ON)


def complete(first_seventeen: str) -> str:
    return first_seventeen + numbers.check_digit(first_seventeen)


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        "41100219900101123X",
        "41100219900101123x",
        " 411002 19900101 123X ",
        "'41100219900101123X",
        "４１１００２１９９００１０１１２３Ｘ",
        "411002-19900101-123X",
        complete("81000019900101001"),  # 港澳台居民居住证
        complete("82000019900101001"),
        complete("83000019900101001"),
        complete("51022619900229001".replace("1990", "1992")),  # a county abolished in 1997, and a leap day
        complete("41100220261123001"),  # born today
    ],
)
def test_real_people_pass(text):
    assert resident(text) == ()


def test_fifteen_digits_become_eighteen():
    assert numbers.normalise_id_number(IdType.RESIDENT, "411002900101123") == "41100219900101123X"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("411002199001011231", "R01", "第 18 位校验码应为 X"),
        ("990000199001010018", "R01", "第 18 位校验码应为 7"),
        ("4.10E+17", "R02", "证件号码被 Excel 改成了科学计数法（4.10E+17），末 3 位已丢失，须重填"),
        ("4.101051990010112e+17", "R02", "证件号码被 Excel 改成了科学计数法（4.10E+17），末 3 位已丢失，须重填"),
        ("411002199001011000", "R02", "证件号码被 Excel 改成了科学计数法，末 3 位已丢失，须重填"),
        ("41100219900101123", "R03", "证件号码共 17 位，少 1 位"),
        ("41100219900101123XX", "R03", "证件号码共 19 位，多 1 位"),
        ("41100219900I01123X", "ID-CHAR", "第 12 位应为数字"),
        (complete("00100219900101123"), "ID-REGION", "前两位 00 不是省级行政区划代码"),
        (complete("41100219900230123"), "ID-BIRTH", "第 7 至 14 位的出生日期 1990-02-30 不存在"),
        (complete("41100220261124123"), "ID-BIRTH", "第 7 至 14 位的出生日期 2026-11-24 还没有到"),
        (complete("41100210900101123"), "ID-BIRTH", "第 7 至 14 位的出生日期 1090-01-01 过早"),
        ("", "ID-EMPTY", "证件号码没有填"),
    ],
)
def test_each_fault_is_named_with_its_place(text, code, message):
    findings = resident(text)
    assert [(finding.code, finding.message) for finding in findings] == [(code, message)]
    assert findings[0].remedy and findings[0].blocks


def test_all_faults_come_at_once():
    assert [finding.code for finding in resident("001002199002301231")] == ["ID-REGION", "ID-BIRTH", "R01"]


def test_findings_never_repeat_the_number():
    for text in ("001002199002301231", "411002199001011231", "41100219900101123", "41100219900I01123X"):
        for finding in resident(text):
            assert text[:10] not in finding.message + finding.remedy + str(dict(finding.facts))


def test_invented_numbers_are_refused_in_production(settings):
    settings.DEPLOY = "production"
    assert [finding.code for finding in resident(SOUND)] == ["ID-REGION"]


@given(st.integers(min_value=0, max_value=16), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_noticed(place, step):
    changed = (int(SOUND[place]) + step) % 10
    assert resident(SOUND[:place] + str(changed) + SOUND[place + 1 :]) != ()


@given(st.text(max_size=25))
def test_no_text_breaks_the_validator_and_normalising_is_stable(text):
    for id_type in IdType.values:
        once = numbers.normalise_id_number(id_type, text)
        numbers.check_id_number(id_type, once, ON)
        assert numbers.normalise_id_number(id_type, once) == once


@given(st.dates(min_value=date(1930, 1, 1), max_value=ON), st.integers(0, 999))
def test_the_fast_path_agrees_with_the_findings(born, serial):
    number = complete(f"411002{born:%Y%m%d}{serial:03d}")
    assert numbers.is_resident_number(number, ON) and resident(number) == ()
    assert numbers.birth_date(IdType.RESIDENT, number) == born
    assert numbers.sex(IdType.RESIDENT, number) == ("1" if serial % 2 else "2")


@given(st.text("0123456789Xx９²", min_size=17, max_size=19) | st.integers(0, 10**18 - 1).map("{:018d}".format))
def test_the_fast_path_takes_nothing_that_has_a_fault(number):
    assert numbers.is_resident_number(number, ON) == (not numbers._resident_faults(number, ON, "id_number"))


@pytest.mark.parametrize(
    ("id_type", "text", "codes"),
    [
        (IdType.PASSPORT, "e12345678", []),
        (IdType.PASSPORT, "护照", ["ID-SHAPE"]),
        (IdType.OFFICER, "军字第2001988号", []),
        (IdType.OFFICER, "123", ["ID-SHAPE"]),
        (IdType.FOREIGN_RESIDENT, "USA311075082302", []),
        (IdType.FOREIGN_RESIDENT, complete("91184019850612001"), []),
        (IdType.FOREIGN_RESIDENT, complete("91184019850612001")[:17] + "?", ["ID-SHAPE"]),
        (IdType.FOREIGN_RESIDENT, "12345", ["ID-SHAPE"]),
        (IdType.OTHER, "H1234567801", []),
        (IdType.OTHER, "", ["ID-EMPTY"]),
        ("77", "H1234567801", ["ID-TYPE"]),
    ],
)
def test_other_documents(id_type, text, codes):
    number = numbers.normalise_id_number(id_type, text)
    found = [finding.code for finding in numbers.check_id_number(id_type, number, ON)]
    assert found == codes


def test_the_card_of_a_foreign_resident_has_a_check_digit_too():
    number = complete("91184019850612001")
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    assert [finding.code for finding in numbers.check_id_number(IdType.FOREIGN_RESIDENT, wrong, ON)] == ["R01"]
    assert numbers.birth_date(IdType.FOREIGN_RESIDENT, number) == date(1985, 6, 12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("138 0000 0001", None),
        ("+86-13800000001", None),
        ("１３８００００００１", "手机号 10 位，应为 11 位"),
        ("138000000012", "手机号 12 位，应为 11 位"),
        ("1380000000a", "手机号应全为数字"),
        ("12800000001", "手机号没有以 12 开头的号段"),
    ],
)
def test_mobiles(text, message):
    findings = numbers.check_mobile(numbers.normalise_mobile(text))
    assert [finding.message for finding in findings] == ([message] if message else [])
    assert message is None or "位，应为" not in message or findings[0].code == "R12"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("6217 0012 3456 7890 128", "CARD-CHECK"),
        ("4111 1111 1111 1111", None),
        ("411111111111111", "CARD-LENGTH"),
        ("6.22E+18", "CARD-CHAR"),
    ],
)
def test_bank_cards(text, code):
    findings = numbers.check_bank_card(numbers.normalise_bank_card(text))
    assert [finding.code for finding in findings] == ([code] if code else [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91110000600037341L", None),
        ("９１１１００００600037341l", None),
        ("91110000600037341K", "USCC-CHECK"),
        ("9111000060003734", "USCC-LENGTH"),
        ("9111000060003734OL", "USCC-CHAR"),
        ("91A10000600037341L", "USCC-REGION"),
        ("", "USCC-EMPTY"),
    ],
)
def test_credit_codes(text, code):
    findings = numbers.check_credit_code(numbers.normalise_credit_code(text))
    assert [finding.code for finding in findings] == ([code] if code else [])
