"""The glossary keeps its promise: one term, one identifier; and the standard's codes it names are those in the models."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROW = re.compile(r"^\| (?P<term>[^|]+?) \| `(?P<name>[a-z_]+)` \|(?P<what>[^|]*)\| (?P<standard>[^|]+?) \|$")


def rows():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return [match for line in text.splitlines() if (match := ROW.match(line))]


def test_every_table_line_is_read():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and "`" in line and "identifier" not in line]
    assert len(lines) == len(rows()) > 80


def test_no_identifier_and_no_term_stands_twice():
    names = Counter(row["name"] for row in rows())
    terms = Counter(term for row in rows() for term in row["term"].split("、"))
    assert [name for name, times in names.items() if times > 1] == []
    assert [term for term, times in terms.items() if times > 1] == []


def test_codes_of_the_standard_stand_where_the_columns_are():
    models = "".join(
        (ROOT / "accounts" / "models" / name).read_text(encoding="utf-8")
        for name in ("employers.py", "persons.py", "fund_accounts.py")
    )
    for code in (
        "DWZH",
        "DWMC",
        "DWJCBL",
        "GRJCBL",
        "JZNY",
        "GRZH",
        "GRJCJS",
        "DWYJCE",
        "GRYJCE",
        "XMQP",
        "ZJHM",
        "SJHM",
    ):
        assert f"# {code}" in models, code
        assert any(code in row["standard"] for row in rows()), code
