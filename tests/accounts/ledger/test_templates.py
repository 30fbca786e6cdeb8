"""The fifty entry templates: each form books what the rules say, and leaves the books whole."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.ledger import chart, events, proofs, templates
from accounts.ledger import services as ledger
from accounts.ledger.events import EventTemplate, credit, debit
from accounts.ledger.models import Line, Subject
from accounts.ledger.startup import check_events, check_templates
from accounts.ledger.template_lines import TemplateLine
from servicehub.declare.registry import ledger_events
from tests.accounts.ledger.conftest import BANK, BRANCH
from tests.accounts.ledger.forms import Poster, amounts_of, declared, event_of, subjects_of

FORMS = templates.forms()
PROVED = (proofs.totals_tie, proofs.trial_balance_zero, proofs.fund_and_surplus_apart, proofs.vouchers_tie)

# The table of the accounting rules, entry by entry: debit subjects, credit subjects of its first form.
RULES = {
    "E01": ("101", "21901"), "E02": ("101", "21902"), "E03": ("101", "201"), "E04": ("101", "201"),
    "E05": ("201", "21908"), "E06": ("201", "201"), "E07": ("101", "201"), "E08": ("201 211 41101", "101"),
    "E09": ("201", "101"), "E10": ("211 41101", "201"), "E11": ("101", "21903"), "E12": ("21903", "101"),
    "E13": ("201", "101"), "E14": ("201 211 41101", "40105"), "E15": ("201", "101"), "E16": ("41101", "211"),
    "E17": ("211", "201"), "E18": ("101", "11101 40101"), "E19": ("102", "11104 40102"), "E20": ("11101", "40101"),
    "E21": ("10102", "101"), "E22": ("101", "10102 11101 40101"), "E23": ("124 11103", "101"), "E24": ("10104", "101"),
    "E25": ("12101", "101"), "E26": ("101", "12101 11102 4010301"), "E27": ("12201", "12101"),
    "E28": ("101", "12201 11102 4010301 4010302"), "E29": ("12101", "12201"), "E30": ("101", "12101 4010301"),
    "E31": ("201", "12101 12201 11102 4010301 4010302"), "E32": ("101", "12101 4010301"), "E33": ("101 11901", "12201"),
    "E34": ("101", "12201 4010301 4010302 21907"), "E35": ("101", "12201 4010301 4010302"), "E36": ("32101", "30101"),
    "E37": ("30101 101", "12201 11102 102"), "E38": ("101 102", "30101 101"), "E39": ("41102", "21904"),
    "E40": ("40101 40102 4010301 4010302 40104 40105", "311"), "E41": ("311", "41101 41102 41103 41104"),
    "E42": ("102", "101"), "E43": ("311", "32104"), "E44": ("32104", "32101 32102 32103"), "E45": ("21401", "102"),
    "E46": ("111 102", "32104 101"), "E49": ("201", "201"), "E50": ("101", "212"),
}  # fmt: skip


@pytest.fixture
def poster(books) -> Poster:
    return Poster(books)


def test_the_data_holds_the_fifty_and_nothing_is_wrong_with_it():
    assert sorted(templates.entries()) == [f"E{number:02d}" for number in range(1, 51)]
    assert templates.data_faults(chart.bookable(), chart.with_subledger()) == []
    assert check_templates(None) == []
    assert [one.msg for one in check_events(None) if not one.msg.startswith("tests.")] == []


@pytest.mark.parametrize("entry", [one.id for one in templates.entries().values() if not one.reverses])
def test_an_entry_books_what_the_rules_say(entry):
    form = templates.form(entry)
    sides = {"D": [], "C": []}
    for line in form.lines:
        sides[line.side].append(line.within[0] if line.slot else line.subject)
    assert (" ".join(sides["D"]), " ".join(sides["C"])) == RULES[entry]


def test_corrections_take_their_lines_from_what_they_correct():
    assert [one.id for one in templates.entries().values() if one.reverses] == ["E47", "E48"]


@pytest.mark.parametrize("form", FORMS, ids=[f"{one.entry}.{one.code}" for one in FORMS])
def test_a_form_posts_and_leaves_the_books_whole(poster, form):
    amounts = amounts_of(form)
    with declared(form):
        posted = poster.post(form, amounts)
        booked = Counter(Line.objects.filter(voucher=posted.voucher).values_list("side", "subject", "amount"))
        assert booked == Counter(event_of(form).book(amounts, subjects_of(form)))
        for prove in PROVED:
            assert prove(poster.books.origin()) == []


EITHER_SIDE = [one for one in FORMS if any(line.either_side for line in one.lines)]


@pytest.mark.parametrize("form", EITHER_SIDE, ids=[f"{one.entry}.{one.code}" for one in EITHER_SIDE])
def test_what_may_be_negative_goes_to_the_other_side(poster, form):
    amounts = amounts_of(form)
    for line in form.lines:
        if line.either_side and len(line.terms()) == 1:
            (name,) = line.terms()
            amounts[name] = -Decimal("7.00")
    sums = [line for line in form.lines if not line.either_side]
    with declared(form):
        booked = event_of(form).book(amounts, subjects_of(form))
        assert all(amount > 0 for _side, _subject, amount in booked)
        assert sum(amount if side == "D" else -amount for side, _subject, amount in booked) == 0
        if not sums:
            poster.post(form, amounts)
            assert proofs.fund_and_surplus_apart(poster.books.origin()) == []


OPTIONAL = [one for one in FORMS if any(line.optional for line in one.lines)]


@pytest.mark.parametrize("form", OPTIONAL, ids=[f"{one.entry}.{one.code}" for one in OPTIONAL])
def test_what_may_be_left_out_is_left_out(form):
    """One amount at a time beside what every voucher needs: the rest of the lines disappear, the voucher balances."""
    needed = {name: Decimal("50.00") for name, wanted in form.names.items() if wanted}
    for name, wanted in form.names.items():
        if wanted:
            continue
        booked = event_of(form).book({**needed, name: Decimal("3.00")}, subjects_of(form))
        assert sum(amount if side == "D" else -amount for side, _subject, amount in booked) == 0
        assert len(booked) >= 2


# --- What the start refuses ------------------------------------------------------------------------------------------


def faults_of(event: EventTemplate) -> list[str]:
    ledger_events.add(event)
    try:
        return [fault for fault in events.declaration_faults(chart.bookable()) if "tests.planted" in fault]
    finally:
        ledger_events.remove(event.code)


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (EventTemplate("tests.planted", "没有模板"), "no entry template is named"),
        (EventTemplate("tests.planted", "没有这个分录", entry="E51"), "no entry template E51"),
        (EventTemplate("tests.planted", "没有这个形式", entry="E09", form="twice"), "no entry template E09.twice"),
        (
            EventTemplate("tests.planted", "不平", (debit(BANK, "total"), credit("201", "total+fee")), entry="E03"),
            "debits and credits differ by fee",
        ),
        (
            EventTemplate("tests.planted", "科目不对", (debit(BANK, "total"), credit("21902", "total")), entry="E03"),
            "its lines are none of E03",
        ),
        (EventTemplate("tests.planted", "汇总科目", (debit("101", "total"), credit("201", "total")), entry="E03"),
         "subject 101 cannot be booked"),
        (EventTemplate("tests.planted", "冲正不带分录", (debit(BANK, "a"), credit("201", "a")), entry="E03", reverses=True),
         "has no lines of its own"),
    ],
)  # fmt: skip
def test_an_event_without_its_template_does_not_start(event, fault):
    found = faults_of(event)
    assert any(fault in one for one in found), found
    ledger_events.add(event)
    try:
        assert any(fault in one.msg for one in check_events(None))
    finally:
        ledger_events.remove(event.code)


def test_an_event_that_names_its_template_starts():
    assert faults_of(EventTemplate("tests.planted", "部分提取", entry="E09")) == []
    own = (debit("@account", "sum", within=("101",)), credit("201", "sum"))
    assert faults_of(EventTemplate("tests.planted", "自己的名称", own, entry="E03")) == []


def planted(monkeypatch, tmp_path, old: str, new: str) -> list[str]:
    text = templates.DATA.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "entries.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(templates, "DATA", tmp_path / "entries.toml")
    templates.entries.cache_clear()
    try:
        return templates.data_faults(chart.bookable(), chart.with_subledger())
    finally:
        templates.entries.cache_clear()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "E09"', 'id = "E99"', "entry E09 is missing"),
        ('id = "E09"', 'id = "E99"', "entry E99 is not of the fifty"),
        ('lines = ["D 41102 total ±"', 'lines = ["D 411 total ±"', "E39.accrue_collection: subject 411 cannot be booked"),
        ('["D @bond:124 principal", ', '["D @bond:125 principal", ', "E23.buy: no subject begins with 125"),
        ('code = "write_off"', 'code = "project"', "E37: form project twice"),
        ('"C 211 interest ±"', '"C 211 interst ±"', "E16.accrue: debits and credits differ by interest, interst"),
        ('amounts = { total = "划转金额" }', "amounts = { }", "E42.sweep: amount total has no label"),
        ('subjects = { fund = "收款账户", surplus', "subjects = { surplus", "E38.recover: subject fund has no label"),
        ('label = "部分提取", lines', 'label = "部分提取", manual = true, lines', "E09.pay: 201 has a sub-ledger and is never keyed"),
    ],
)  # fmt: skip
def test_faults_planted_in_the_data_are_found(monkeypatch, tmp_path, old, new, fault):
    assert fault in planted(monkeypatch, tmp_path, old, new)


@pytest.mark.parametrize("line", ["X 201 total", "D 201", "D 201 total !", "D @Bank total", "D 201 total ???"])
def test_a_line_that_is_not_written_like_one_is_refused(line):
    with pytest.raises(ValueError, match="is no line of a template"):
        TemplateLine.parse(line)


# --- Subjects --------------------------------------------------------------------------------------------------------


def test_a_named_subject_must_stand_where_it_belongs():
    event = event_of(templates.form("E18"))
    with pytest.raises(ValueError, match="10201 is no bank"):
        event.book({"income": Decimal(1)}, {"bank": "10201"})


def test_the_chart_is_dated(books):
    bond = Subject.objects.get(code="12402")
    assert (bond.opened_on, Subject.objects.get(code="12401").opened_on) == (date(2026, 9, 20), date(2000, 1, 1))
    assert Subject.objects.get(code="21908").basis == "财会字〔2000〕12号"
    form = templates.form("E23", "buy")
    entry = ledger.Entry("tests.e23_buy", "B", BRANCH, {"principal": Decimal(1)}, (), {"bond": "12402", "bank": BANK})
    with declared(form):
        with pytest.raises(ledger.LedgerRefused), transaction.atomic():
            ledger.post(books.origin(date(2026, 9, 19)), entry)
        ledger.post(books.origin(date(2026, 9, 20)), entry)


def test_sixteen_subjects_of_the_first_level_in_their_places():
    first = [row["code"] for row in chart.declared() if row["parent_id"] is None]
    assert first == ["101", "102", "111", "119", "121", "122", "124", "201", "211", "214", "219", "301", "311", "321",
                     "401", "411"]  # fmt: skip
    assert all(row["basis"] and row["opened_on"] for row in chart.declared())


def test_a_centres_own_subject_stands_in_a_gap(books):
    opened = chart.open_local_subject(books.origin(), "212", "短期融资", "管委会决议")
    assert (opened.side, opened.book, opened.nature) == ("C", "F", "liability")
    assert chart.open_local_subject(books.origin(), "212", "短期融资", "管委会决议") == opened
    for code in ("211", "312", "2121", "2x1"):
        with pytest.raises(ValueError, match="no free code"):
            chart.open_local_subject(books.origin(), code, "别的", "")


def test_a_closed_subject_takes_no_lines(books):
    account = chart.open_subject(books.origin(), "10101901", "10101", "已销户的账户")
    form = templates.form("E18")

    def receive(event_id: str) -> ledger.Posted:
        entry = ledger.Entry("tests.e18_receive", event_id, BRANCH, {"income": Decimal(1)}, (), {"bank": account.code})
        return ledger.post(books.origin(), entry)

    with declared(form):
        posted = receive("1")
        with pytest.raises(ValueError, match="still has a balance"):
            chart.close_subject(books.origin(), account.code)
        ledger.reverse(books.origin(), posted.voucher, ledger.Reversal("R", "录错账户"))
        chart.close_subject(books.origin(), account.code)
        with pytest.raises(ledger.LedgerRefused):
            receive("2")
    with pytest.raises(ValueError, match="of the rule"):
        chart.close_subject(books.origin(), "10104")
