from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicehub.kit.codes import Code
from servicehub.kit.tokens import number_of, token_of


@given(st.integers(0, 2**40 - 1))
def test_a_token_leads_back_to_its_row(number):
    token = token_of("person", number)
    assert len(token) == 8 and token == token.lower() and token.isalnum()
    assert number_of("person", token) == number


def test_neighbours_do_not_look_alike_and_kinds_do_not_mix():
    tokens = [token_of("person", number) for number in range(1, 500)]
    assert len(set(tokens)) == len(tokens)
    shared = [sum(a == b for a, b in zip(one, two, strict=True)) for one, two in pairwise(tokens)]
    assert sum(shared) / len(shared) < 1
    assert number_of("employer", token_of("person", 18)) != 18


@pytest.mark.parametrize("text", ["", "short", "toolongtoken", "7f3k9m2!", "ILOU0000", "七七七七七七七七"])
def test_what_is_no_token_is_nothing(text):
    assert number_of("person", text) is None


@pytest.mark.parametrize("number", [-1, 2**40])
def test_rows_beyond_forty_bits_are_refused(number):
    with pytest.raises(ValueError):
        token_of("person", number)


def test_a_code_is_stored_and_its_word_is_shown():
    class Status(Code):
        NORMAL = "01", "正常"
        SEALED = "02", "封存"

    assert Status("01") is Status.NORMAL and f"{Status.NORMAL}" == "01" and Status.NORMAL.label == "正常"
    assert Status.choices() == [("01", "正常"), ("02", "封存")]
    assert (Status.word("02"), Status.word("77"), Status.word(None)) == ("封存", "77", "")
