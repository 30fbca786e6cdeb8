import pytest

from servicehub.kit import wording


def test_a_status_without_a_word_is_refused():
    with pytest.raises(wording.UnknownStatus):
        wording.status("case", "lost")
    with pytest.raises(wording.UnknownStatus):
        wording.status("没有这个词")
    with pytest.raises(wording.UnknownStatus):
        wording.status("planet:mars")


def test_a_status_is_found_by_code_by_pair_and_by_its_word():
    expected = wording.STATUS["remittance"]["to_pay"]
    assert wording.status("remittance", "to_pay") == expected
    assert wording.status("remittance:to_pay") == expected
    assert wording.status("remittance", "待付款") == expected
    assert wording.status("待付款") == expected


def test_one_word_has_one_colour_within_an_object_and_known_colours_only():
    for words in wording.STATUS.values():
        seen = {}
        for status in words.values():
            assert status.colour in wording.COLOURS
            assert seen.setdefault(status.word, status.colour) == status.colour


def test_global_states_fill_their_slots_and_miss_none():
    told = wording.state("S-09", number="W20261108-000317", at="11-08 10:21")
    assert told.title == "这笔业务已经提交过，没有重复办理"
    assert told.text == "流水号 W20261108-000317，11-08 10:21 提交。"
    with pytest.raises(KeyError):
        wording.state("S-09", number="W1")


def test_our_own_words_hold_no_banned_word():
    texts = [text for state in wording.STATES.values() for text in (state.title, state.text)]
    texts += [status.word for words in wording.STATUS.values() for status in words.values()]
    for text in texts:
        assert not [word for word in wording.BANNED if word in text], text
    for state in wording.STATES.values():
        assert not set(state.actions) & set(wording.BUTTONS_BANNED)
