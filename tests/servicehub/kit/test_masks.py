import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicehub.kit import masks


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masks.mask_id_number, "410105199001011234", "410***********1234"),
        (masks.mask_id_number, "410105900101123", "410********1123"),
        (masks.mask_id_number, "E12345678", "E******78"),
        (masks.mask_mobile, "13800001234", "138****1234"),
        (masks.mask_mobile, "0374-2961234", "**********34"),
        (masks.mask_name, "张三", "张*"),
        (masks.mask_name, "仲小妮", "仲*妮"),
        (masks.mask_name, "买买提·艾力", "买*力"),
        (masks.mask_name, "张", "*"),
        (masks.mask_account, "9900000018812", "****8812"),
        (masks.mask_account, "12", "**"),
        (masks.mask_employer_number, "410112345678", "4101***"),
        (masks.mask_address, "河南省许昌市魏都区建设路 1 号", "河南省许昌市魏都区***"),
        (masks.mask_address, "许昌市禹州市颍川街 2 号", "许昌市禹州市***"),
        (masks.mask_address, "许昌市建设路 1 号", "许昌市***"),
        (masks.mask_address, "建设路 1 号", "***"),
    ],
)
def test_masks_as_the_screens_want_them(mask, text, shown):
    assert mask(text) == shown


def test_a_card_shows_its_bank_and_last_four():
    assert masks.mask_bank_card("6217000000000123", "建设银行") == "建设银行 尾号 0123"
    assert masks.mask_bank_card("6217000000000123") == "尾号 0123"


ALL = [masks.mask_id_number, masks.mask_mobile, masks.mask_name, masks.mask_account, masks.mask_bank_card]


@pytest.mark.parametrize("mask", [*ALL, masks.mask_address, masks.mask_employer_number])
def test_nothing_stays_nothing(mask):
    assert mask("") == mask(None) == ""


@given(st.sampled_from(ALL), st.text(alphabet="0123456789X", min_size=5, max_size=19))
def test_no_mask_shows_more_than_seven_signs(mask, text):
    assert sum(sign.isalnum() and sign.isascii() for sign in mask(text)) <= 7
    assert mask(text) != text


@given(st.text(alphabet="0123456789X", max_size=19))
def test_a_masked_id_masked_again_stays(text):
    once = masks.mask_id_number(text)
    assert masks.mask_id_number(once) == once
