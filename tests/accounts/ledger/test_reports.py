"""The three statements: figures by hand on a small world, ties on any ledger, faults of the data found at start-up."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ledger import carrying, chart, flows, proofs, reports, templates
from accounts.ledger import services as ledger
from accounts.ledger.days import begin_closing, finish_closing
from accounts.ledger.models import SubjectDay
from accounts.ledger.periods import month_turnovers, period_figures, rolled_up
from servicehub.declare import Pass, PassKind
from tests.accounts.ledger.conftest import BANK, BRANCH, Books
from tests.accounts.ledger.forms import Poster, amounts_of, declared, event_of, subjects_of
from tests.accounts.ledger.test_proofs import behind

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
YEAR = 2026
WORLD = (  # (day, entry, form, amounts)
    (date(2026, 1, 5), "E18", "receive", {"income": "1000.00"}),
    (date(2026, 1, 6), "E19", "receive", {"income": "50.00"}),
    (date(2026, 1, 31), "E16", "accrue", {"interest": "600.00"}),
    (date(2026, 1, 31), "E39", "accrue_collection", {"total": "30.00"}),
    (date(2026, 2, 10), "E23", "buy", {"principal": "500.00"}),
    (date(2026, 2, 28), "E20", "bond", {"interest": "7.77"}),
)  # fmt: skip


@pytest.fixture(autouse=True)
def every_event():
    with declared(*templates.forms()):
        yield


def post(books: Books, day: date, entry: str, form: str = "", **amounts: str) -> ledger.Posted:
    one = templates.form(entry, form)
    given = {name: Decimal(amount) for name, amount in amounts.items()}
    body = ledger.Entry(event_of(one).code, books.event_id(), BRANCH, given, (), subjects_of(one))
    return ledger.post(books.origin(day), body)


def sweep(books: Books, day: date) -> None:
    if flows.unswept():
        post(books, day, "E42", total=str(flows.unswept()))


@pytest.fixture
def world(books) -> Books:
    """A deposit of last year, a year's income and expense, two months carried and swept, one not."""
    person = books.person(1, day=date(2025, 12, 30))
    books.deposit(person, "10000.00", day=date(2025, 12, 30))
    for day, entry, form, amounts in WORLD:
        post(books, day, entry, form, **amounts)
        if day == date(2026, 1, 31) and entry == "E39":
            carrying.carry_period(books.origin(day), 202601)
            sweep(books, date(2026, 2, 1))
    return books


def figures(code: str, since: date, until: date) -> dict[str, list[Decimal]]:
    made = reports.report(code, since, until)
    assert made.gaps == ()
    keys = [column.key for column in made.form.columns]
    return {line.key: [made.figures[line.key, key] for key in keys] for line in made.form.lines if line.terms}


def test_the_balance_sheet_by_hand(world):
    shown = figures("balance_sheet", date(2026, 2, 1), date(2026, 2, 28))
    assert {key: [str(figure) for figure in row] for key, row in shown.items() if any(row)} == {
        "fund_deposits": ["10000.00", "10130.00"],  # 10,000 + 1,000 − 500 − 370 swept
        "surplus_deposits": ["0.00", "420.00"],
        "interest_receivable": ["0.00", "7.77"],
        "bonds": ["0.00", "500.00"],
        "assets": ["10000.00", "11057.77"],
        "fund": ["10000.00", "10000.00"],
        "interest_payable": ["0.00", "600.00"],
        "other_payables": ["0.00", "30.00"],
        "liabilities": ["10000.00", "10630.00"],
        "surplus": ["0.00", "427.77"],
        "equity": ["0.00", "427.77"],
        "liabilities_and_equity": ["10000.00", "11057.77"],
    }


def test_the_surplus_statement_does_not_lose_what_was_carried_over(world):
    january = figures("surplus_statement", date(2026, 1, 1), date(2026, 1, 31))
    assert january["income"] == [Decimal("1050.00")] * 2
    assert january["expense"] == [Decimal("630.00")] * 2
    assert january["surplus"] == [Decimal("420.00")] * 2
    february = figures("surplus_statement", date(2026, 2, 1), date(2026, 2, 28))
    assert february["surplus"] == [Decimal("7.77"), Decimal("427.77")]


def test_the_year_is_carried_and_distributed(world):
    end = date(2026, 12, 31)
    carrying.carry_period(world.origin(end), 202612)
    sweep(world, end)
    carrying.carry_year(world.origin(end), YEAR)
    assert ledger.subject_balance("311") == ledger.subject_balance("401") == ledger.subject_balance("411") == 0
    post(world, end, "E36", total="100.00")
    post(world, end, "E44", "fee", total="200.00")
    post(world, end, "E44", "rental", total="127.00")
    post(world, end, "E44", "close", reserve="100.00", fee="200.00", rental="127.00")
    post(world, end, "E45", "fee", total="150.00")
    shown = figures("distribution_statement", date(2026, 12, 1), end)
    assert {key: row[0] for key, row in shown.items()} == {
        "carried": Decimal("427.77"), "opening": 0, "adjusted": 0, "available": Decimal("427.77"),
        "reserve": 100, "fee": 200, "rental": 127, "distributed": 427, "undistributed": Decimal("0.77"),
    }  # fmt: skip
    assert proofs.fund_and_surplus_apart(world.origin(end)) == []
    next_year = figures("distribution_statement", date(2027, 1, 1), date(2027, 1, 31))
    assert next_year["opening"] == [Decimal("0.77"), 0]
    assert next_year["undistributed"] == [Decimal("0.77")] * 2
    assert next_year["carried"] == [0, Decimal("427.77")]


def test_last_years_surplus_is_adjusted(world):
    day = date(2026, 12, 31)
    post(world, day, "E46", "down", total="5.00")
    shown = figures("distribution_statement", date(2026, 12, 1), day)
    assert (shown["adjusted"][0], shown["undistributed"][0]) == (-5, -5)


def test_carrying_twice_books_once(world):
    day = date(2026, 2, 28)
    assert len(carrying.carry_period(world.origin(day), 202602)) == 1  # income only
    assert carrying.carry_period(world.origin(day), 202602) == []
    post(world, day, "E39", "accrue_loan", total="1.00")
    assert len(carrying.carry_period(world.origin(day), 202602)) == 1
    assert figures("surplus_statement", date(2026, 2, 1), day)["surplus"][0] == Decimal("6.77")


def test_a_red_copy_of_a_carrying_voucher_brings_the_income_back(world):
    day = date(2026, 2, 28)
    (voucher,) = carrying.carry_period(world.origin(day), 202602)
    ledger.reverse(world.origin(day), voucher, ledger.Reversal("R", "结转错"))
    assert ledger.subject_balance("40104") == Decimal("7.77")
    assert figures("surplus_statement", date(2026, 2, 1), day)["surplus"][0] == Decimal("7.77")
    assert proofs.fund_and_surplus_apart(world.origin(day)) == []


@pytest.mark.parametrize(
    ("subject", "report", "tie"),
    [
        ("12401", "balance_sheet", "资产总计"),
        ("311", "surplus_statement", "增值收益 ="),
        ("32104", "distribution_statement", "年末待分配"),
    ],
)
def test_a_figure_changed_behind_the_books_breaks_a_tie(world, subject, report, tie):
    if subject == "12401":
        behind("UPDATE accounts_line SET amount = amount + 0.01 WHERE subject = %s", subject)
    else:
        behind(
            "INSERT INTO accounts_line (voucher_id, side, subject, amount, branch, business_date)"
            " SELECT voucher_id, 'C', %s, 0.01, branch, business_date FROM accounts_line WHERE subject = '12401'", subject,
        )  # fmt: skip
    made = reports.report(report, date(2026, 2, 1), date(2026, 2, 28))
    assert made.gaps
    assert all(gap.tie.startswith(tie) for gap in made.gaps)
    assert {abs(gap.left - gap.right) for gap in made.gaps} == {Decimal("0.01")}


# --- Periods ---------------------------------------------------------------------------------------------------------


def test_a_period_rolls_up_to_the_first_level(world):
    rows = {row.subject: row for row in rolled_up(period_figures(date(2026, 2, 1), date(2026, 2, 28)))}
    assert (rows["101"].opening, rows["101"].debit, rows["101"].credit, rows["101"].closing) == (
        11000, 0, 870, 10130,
    )  # fmt: skip
    assert rows["401"].closing == rows["40104"].closing == Decimal("7.77")
    assert sum(row.opening if row.side == "D" else -row.opening for row in rows.values() if len(row.subject) == 3) == 0


def test_open_days_and_closed_days_give_the_same(transactional_db):
    books = Books()
    person = books.person(1, day=date(2026, 11, 20))
    for day in (date(2026, 11, 20), date(2026, 11, 23)):
        books.deposit(person, "100.00", day=day)
    span = date(2026, 11, 1), date(2026, 11, 30)
    before, monthly = period_figures(*span), month_turnovers(*span)
    begin_closing(books.origin(pass_=BATCH), date(2026, 11, 20))
    finish_closing(books.origin(pass_=BATCH), date(2026, 11, 20))
    assert SubjectDay.objects.count() == 2
    assert (period_figures(*span), month_turnovers(*span)) == (before, monthly)
    assert [(row.subject, row.month, row.debit, row.credit) for row in monthly] == [
        (BANK, 202611, 200, 0), ("201", 202611, 0, 200),
    ]  # fmt: skip
    assert period_figures(*span, branches=[BRANCH + 1]) == month_turnovers(*span, branches=[BRANCH + 1]) == []
    (first, _) = period_figures(date(2026, 11, 21), date(2026, 11, 30))
    assert (first.opening, first.debit) == (100, 100)


# --- Any ledger ------------------------------------------------------------------------------------------------------

KEYABLE = [one for one in templates.forms() if not {"E40", "E41", "E43"} & {one.entry}]
DAYS = st.integers(min_value=1, max_value=40)
STEPS = st.one_of(
    st.tuples(st.just("post"), st.integers(0, len(KEYABLE) - 1), st.integers(1, 10_000_00), DAYS),
    st.tuples(st.sampled_from(["carry", "sweep", "year", "reverse"]), st.just(0), st.just(0), DAYS),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
def test_statements_tie_out_on_any_ledger(db, steps):
    """Random events of any form, carrying over, sweeping, year ends and red copies in any order."""
    with transaction.atomic():
        _run(steps)
        transaction.set_rollback(True)


def _run(steps) -> None:
    books, day, posted = Books(), date(2026, 1, 3), []
    for name, which, fen, days in steps:
        day += timedelta(days=days)
        match name:
            case "post":
                form = KEYABLE[which]
                amounts = {key: Decimal(fen + place).scaleb(-2) for place, key in enumerate(amounts_of(form))}
                posted.append(Poster(books, day).post(form, amounts).voucher)
            case "carry":
                carrying.carry_period(books.origin(day), day.year * 100 + day.month)
            case "sweep":
                sweep(books, day)
            case "year":
                carrying.carry_year(books.origin(day), day.year)
            case "reverse" if posted:
                _reverse(books, day, posted.pop())
    for code in reports.report_forms():
        assert reports.report(code, day.replace(day=1), day).gaps == ()
    assert proofs.fund_and_surplus_apart(books.origin(day)) == []
    assert proofs.trial_balance_zero(books.origin(day)) == []


def _reverse(books: Books, day: date, voucher: int) -> None:
    """Money that went on since cannot be taken back: then nothing is written."""
    with suppress(ledger.LedgerRefused), transaction.atomic():
        ledger.reverse(books.origin(day), voucher, ledger.Reversal(books.event_id(), "错"))


# --- The data --------------------------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_the_data():
    assert reports.form_faults(chart.bookable(), templates.entries()) == []
    assert all(line.basis for form in reports.report_forms().values() for line in form.lines)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('formula = "closing:119"', 'formula = "closing:129"', "balance_sheet.other_receivables: no subject 129"),
        ('formula = "closing:119"', 'formula = "closing:121"', "balance_sheet: subject 119 stands in no line"),
        ('"line:income-line:expense"', '"line:incme-line:expense"', "surplus_statement.surplus: no line incme"),
        ('"net:321@E46"', '"net:321@E66"', "distribution_statement.adjusted: no entry E66"),
        ('"net:321@E46"', '"net:321"', "distribution_statement.adjusted: net names no entry"),
        ('key = "fee", no = 6', 'key = "rental", no = 6', "distribution_statement: line rental twice"),
    ],
)
def test_faults_planted_in_the_data_are_found(monkeypatch, tmp_path, old, new, fault):
    text = reports.DATA.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "reports.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(reports, "DATA", tmp_path / "reports.toml")
    reports.report_forms.cache_clear()
    try:
        assert fault in reports.form_faults(chart.bookable(), templates.entries())
    finally:
        reports.report_forms.cache_clear()


@pytest.mark.parametrize("formula", ["", "closing", "closing:101 + closing:102", "closing:101closing:102", "sum:101"])
def test_a_formula_that_is_none_is_refused(formula):
    with pytest.raises(ValueError, match="is no formula"):
        reports.parse(formula)
