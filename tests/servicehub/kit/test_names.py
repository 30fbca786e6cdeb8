import pytest

from servicehub.kit.names import check_name, name_key, normalise_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" 仲 妮 ", "仲妮"),
        ("仲\u3000妮", "仲妮"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("ＪＯＨＮ  Smith", "JOHN Smith"),
        ("𠮷田", "𠮷田"),
    ],
)
def test_one_spelling_for_one_name(text, name):
    assert normalise_name(text) == name
    assert normalise_name(name) == name


@pytest.mark.parametrize(
    "name", ["仲妮", "买买提·艾力", "𠮷田", "John Smith", "阿卜杜热合曼·阿卜杜热依木·艾则孜江·买买提明"]
)
def test_names_of_real_people_pass(name):
    assert check_name(name) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [("张?", "R18"), ("张＊", "R18"), ("张", "NAME-LENGTH"), ("", "NAME-EMPTY"), ("张3", "NAME-DIGIT")],
)
def test_what_cannot_be_a_name_is_refused(name, code):
    assert [finding.code for finding in check_name(name)] == [code]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("仲妮", "zhongni"),
        ("单田芳", "shantianfang"),
        ("欧阳娜", "ouyangna"),
        ("尉迟恭", "yuchigong"),
    ],
)
def test_spelling_orders_and_finds(name, key):
    assert name_key(name) == key
