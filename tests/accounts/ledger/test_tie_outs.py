"""Proofs of the books: silent on clean books, and each fault planted behind the program's back is named to the fen."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.ledger import carrying, flows, proofs, registers, templates, tie_outs
from accounts.ledger import services as ledger
from accounts.ledger.days import begin_closing, finish_closing
from accounts.ledger.models import Subaccount, Voucher
from accounts.ledger.registers import SubjectRegister, subject_registers
from servicehub.declare import Pass, PassKind, Severity
from tests.accounts.ledger.conftest import BANK, BRANCH, Books
from tests.accounts.ledger.forms import Poster, declared
from tests.accounts.ledger.test_proofs import behind
from tests.accounts.ledger.test_reports import post

BATCH = Pass.issue(PassKind.BATCH, "tests.batch")
FIRST, SECOND, TODAY = date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23)
PROOFS = {
    "day_totals": tie_outs.day_totals_tie,
    "turnover": tie_outs.turnover_ties,
    "events": tie_outs.events_and_vouchers,
    "numbers": tie_outs.numbers_have_no_gap,
    "ended": tie_outs.ended_is_empty,
    "held": tie_outs.nothing_held_for_weeks,
    "reserve": tie_outs.reserve_rolls,
    "surplus": tie_outs.surplus_rolls,
    "reports": tie_outs.reports_tie,
    "swept": tie_outs.surplus_is_swept,
    "lists": registers.lists_tie,
}


@pytest.fixture(autouse=True)
def every_event():
    with declared(*templates.forms()):
        yield


def found(books, *names: str) -> dict[str, dict[str, str]]:
    """Proof → object → difference, of those that found something."""
    result = {}
    for name in names or PROOFS:
        rows = {one.facts["object"]: one.facts.get("difference", "") for one in PROOFS[name](books.origin(TODAY))}
        if rows:
            result[name] = rows
    return result


@pytest.fixture
def world(transactional_db) -> Books:
    """Two closed days and an open one: deposits, a withdrawal, a transfer, income carried and swept, a reserve."""
    books = Books()
    one, other = (books.person(ref, employer=700 + ref, day=FIRST) for ref in (1, 2))
    books.one, books.other = one, other
    books.deposit(one, "1000.00", day=FIRST)
    books.deposit(other, "500.00", day=FIRST)
    post(books, FIRST, "E18", income="90.00")
    carrying.carry_period(books.origin(FIRST), 202610)
    post(books, FIRST, "E42", total=str(flows.unswept()))
    close(books, FIRST)
    books.withdraw(one, "200.00", day=SECOND)
    books.red = books.deposit(other, "70.00", day=SECOND).voucher
    ledger.reverse(books.origin(SECOND), books.red, ledger.Reversal("R", "重复"))
    post(books, SECOND, "E43", total="90.00")
    post(books, SECOND, "E36", total="40.00")
    close(books, SECOND)
    poster = Poster(books, TODAY)
    poster.post(templates.form("E06"), {"total": Decimal("5.00")})
    poster.post(templates.form("E37"), {"principal": Decimal("10.00"), "interest": Decimal("0.50")})
    return books


def close(books: Books, day: date) -> None:
    begin_closing(books.origin(day, pass_=BATCH), day)
    finish_closing(books.origin(day, pass_=BATCH), day)


def test_clean_books_are_silent(world):
    assert found(world) == {}
    assert tie_outs.every_day_total_ties(world.origin(TODAY)) == []
    assert tie_outs.every_event_and_voucher(world.origin(TODAY)) == []


# --- T4 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["debit", "credit", "balance"])
def test_a_day_total_changed_by_a_fen_names_day_and_subject(world, column):
    behind(f"UPDATE accounts_subjectday SET {column} = {column} + 0.01 WHERE subject = '201' AND day = %s", SECOND)
    assert found(world, "day_totals") == {"day_totals": {f"day:{SECOND}:201:{BRANCH}": "0.01"}}


def test_a_day_total_taken_away_or_added_is_found(world):
    behind("DELETE FROM accounts_subjectday WHERE subject = '201' AND day = %s", SECOND)
    assert f"day:{SECOND}:201:{BRANCH}" in found(world, "day_totals")["day_totals"]
    behind(
        "INSERT INTO accounts_subjectday (subject, branch, day, book, debit, credit, balance)"
        " VALUES ('41104', 1, %s, 'F', 1, 0, 1)", FIRST,
    )  # fmt: skip
    assert f"day:{FIRST}:41104:1" in found(world, "day_totals")["day_totals"]


def test_two_opposite_fen_on_two_days_are_found_on_both(world):
    behind("UPDATE accounts_subjectday SET debit = debit + 0.01 WHERE subject = %s AND day = %s", BANK, FIRST)
    behind("UPDATE accounts_subjectday SET debit = debit - 0.01 WHERE subject = %s AND day = %s", BANK, SECOND)
    assert set(found(world, "day_totals")["day_totals"]) == {f"day:{FIRST}:{BANK}:1", f"day:{SECOND}:{BANK}:1"}


def test_a_line_changed_on_a_closed_day_no_longer_is_its_total(world):
    behind(
        "UPDATE accounts_line SET amount = amount + 0.01 WHERE subject = '40101' AND side = 'C' AND business_date = %s",
        FIRST,
    )
    assert found(world, "day_totals") == {"day_totals": {f"day:{FIRST}:40101:1": "-0.01"}}


# --- T1, per account: two opposite fen on accounts of one subject ------------------------------------------------------


def test_two_opposite_fen_on_accounts_of_one_subject_are_caught_account_by_account(world):
    behind("UPDATE accounts_subaccount SET current = current + 0.01 WHERE id = %s", world.one)
    behind("UPDATE accounts_subaccount SET current = current - 0.01, employer_ref = 701 WHERE id = %s", world.other)
    named = {one.facts["object"]: one.facts["difference"] for one in proofs.changed_accounts_tie(world.origin(TODAY))}
    assert named == {f"subaccount:{world.one}": "0.01", f"subaccount:{world.other}": "-0.01"}
    subject = [one for one in proofs.totals_tie(world.origin(TODAY)) if one.code == "ledger.subject_differs"]
    assert subject == []  # the totals are blind to it: that is what the proof per account is for


def test_a_fen_on_a_loan_names_the_loan(world):
    loan = Subaccount.objects.get(subject="12201")
    behind("UPDATE accounts_subaccount SET current = current + 0.01 WHERE id = %s", loan.pk)
    assert {one.facts["object"] for one in proofs.totals_tie(world.origin(TODAY))} >= {"subject:12201:1"}
    (finding,) = proofs.changed_accounts_tie(world.origin(TODAY))
    assert finding.facts["object"] == f"subaccount:{loan.pk}"


# --- T9 --------------------------------------------------------------------------------------------------------------


def test_turnover_moved_from_one_side_to_the_other_is_found(world):
    """Both lines of a deposit turned round and made negative: the balance is the same, the turnover is not."""
    behind(
        "UPDATE accounts_line SET side = CASE side WHEN 'D' THEN 'C' ELSE 'D' END, amount = -amount"
        " WHERE voucher_id = (SELECT min(id) FROM accounts_voucher)"
    )
    assert proofs.totals_tie(world.origin(TODAY)) == []
    assert found(world, "turnover") == {
        "turnover": {f"turnover:{FIRST}:201:1:C": "1000.00", f"turnover:{FIRST}:201:1:D": "1000.00"}
    }


def test_a_movement_changed_by_a_fen_shows_in_the_days_turnover(world):
    behind("UPDATE accounts_posting SET carried = carried - 0.01 WHERE subaccount_id = %s AND kind = '11'", world.one)
    behind("UPDATE accounts_posting SET current = current - 0.01 WHERE subaccount_id = %s AND kind = '11'", world.one)
    assert set(found(world, "turnover")["turnover"]) == {f"turnover:{SECOND}:201:1:D"}


# --- B01, B14, T5 ------------------------------------------------------------------------------------------------------


def test_a_voucher_of_no_event_is_found(world):
    behind("UPDATE accounts_voucher SET event_type = 'tests.nothing' WHERE id = %s", world.red)
    assert found(world, "events")["events"].keys() == {
        f"voucher:{world.red}:tests.nothing",
        f"voucher:{Voucher.objects.get(reverses=world.red).pk}:tests.nothing",
    }


@pytest.mark.parametrize("subject", ["211", "301", "12101"])
def test_a_line_that_is_not_of_its_event_is_found(world, subject):
    """211 moves by interest only (T5), 301 by provision, recovery and write-off, a loan by loans."""
    voucher = Voucher.objects.filter(event_type="tests.deposit").earliest("pk").pk
    behind("UPDATE accounts_line SET subject = %s WHERE voucher_id = %s AND side = 'C'", subject, voucher)
    assert found(world, "events") == {"events": {f"voucher:{voucher}:C {subject}": ""}}


def test_lines_and_movements_of_another_day_are_found(world):
    behind("UPDATE accounts_line SET business_date = %s WHERE voucher_id = %s", TODAY, world.red)
    assert found(world, "events") == {"events": {f"voucher:{world.red}:{TODAY}": ""}}
    behind("UPDATE accounts_line SET business_date = %s WHERE voucher_id = %s", SECOND, world.red)
    behind("UPDATE accounts_posting SET business_date = %s WHERE voucher_id = %s", FIRST, world.red)
    assert found(world, "events") == {"events": {f"voucher:{world.red}:{FIRST}": ""}}


def test_a_gap_in_the_legal_numbers_is_found(world):
    behind("DELETE FROM accounts_vouchernumber WHERE book = 'F' AND no = 2")
    objects = set(found(world, "numbers")["numbers"])
    assert "number:F:1:202611:" in objects
    assert len(objects) == 2  # the gap, and the voucher without a number


def test_numbers_out_of_order_or_in_another_month_are_found(world):
    behind("UPDATE accounts_vouchernumber SET no = no + 1000 WHERE book = 'F'")
    behind(
        "UPDATE accounts_vouchernumber SET no = 1 + (SELECT max(no) FROM accounts_vouchernumber) - no WHERE book = 'F'"
    )
    assert set(found(world, "numbers")["numbers"])
    voucher = Voucher.objects.earliest("pk").pk
    behind("UPDATE accounts_vouchernumber SET month = 202610 WHERE voucher_id = %s", voucher)
    assert f"voucher:{voucher}:202610" in found(world, "events")["events"]


# --- T10, B09 --------------------------------------------------------------------------------------------------------


def test_a_closed_account_with_money_is_found(world):
    behind("UPDATE accounts_subaccount SET closed_on = %s WHERE id = %s", SECOND, world.one)
    assert found(world, "ended") == {"ended": {f"subaccount:{world.one}": "800.00"}}


def test_what_is_held_for_weeks_is_a_reminder(world):
    ledger.hold(world.origin(TODAY), ledger.Reservation(world.one, Decimal("10.00"), "tests.payout", "P"))
    assert found(world, "held") == {}
    (finding,) = tie_outs.nothing_held_for_weeks(world.origin(TODAY + timedelta(days=31)))
    assert (finding.severity, finding.facts["difference"]) == (Severity.WARNING, "10.00")


# --- T6, B12, B16 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("subject", "proof"), [("30101", "reserve"), ("311", "surplus"), ("32104", "surplus")])
def test_an_entry_of_another_kind_on_reserve_or_surplus_is_named_to_the_fen(world, subject, proof):
    behind(
        "INSERT INTO accounts_line (voucher_id, side, subject, amount, branch, business_date)"
        " SELECT max(id), 'C', %s, 0.01, 1, %s FROM accounts_voucher WHERE event_type = 'tests.e06_move'", subject, TODAY,
    )  # fmt: skip
    ((_, difference),) = found(world, proof)[proof].items()
    assert difference == "0.01"
    assert "0.01" in {abs(Decimal(one)).to_eng_string() for one in found(world, "reports")["reports"].values()}


def test_a_changed_closing_total_breaks_the_sheet(world):
    behind("UPDATE accounts_subjectday SET debit = debit + 0.01 WHERE subject = %s AND day = %s", BANK, SECOND)
    assert set(found(world, "reports")["reports"]) == {"report:balance_sheet:end:资产总计 = 负债及净资产总计"}


def test_surplus_that_is_not_moved_between_the_banks_is_asked_for(world):
    post(world, TODAY, "E20", interest="9.00")
    carrying.carry_period(world.origin(TODAY), 202611)
    assert found(world, "swept") == {}
    assert proofs.fund_and_surplus_apart(world.origin(TODAY)) == []
    (finding,) = tie_outs.surplus_is_swept(world.origin(TODAY + timedelta(days=11)))
    assert finding.facts["difference"] == "9.00"
    post(world, TODAY, "E42", total="9.00")
    assert tie_outs.surplus_is_swept(world.origin(TODAY + timedelta(days=11))) == []


# --- T2, T3, T7, T8 --------------------------------------------------------------------------------------------------


@pytest.fixture
def bonds(world):
    """A room above keeps a list of bonds."""
    listed = {"12401": Decimal("0.00")}
    subject_registers.add(SubjectRegister("tests.bonds", "债券台账", ("124",), lambda origin: listed))
    yield listed
    subject_registers.remove("tests.bonds")


def test_a_list_beside_the_books_is_held_against_them(world, bonds):
    assert found(world, "lists") == {}
    post(world, TODAY, "E23", "buy", principal="20.00")
    assert found(world, "lists") == {"lists": {"list:tests.bonds:12401": "-20.00"}}
    bonds["12401"] = Decimal("20.01")
    assert found(world, "lists") == {"lists": {"list:tests.bonds:12401": "0.01"}}
    bonds["12401"] = Decimal("20.00")
    assert found(world, "lists") == {}


def test_a_subject_the_list_forgot_and_a_coarser_list(world, bonds):
    post(world, TODAY, "E23", "buy", principal="20.00")
    bonds.clear()
    assert found(world, "lists") == {"lists": {"list:tests.bonds:12401": "-20.00"}}
    bonds["124"] = Decimal("20.00")
    assert found(world, "lists") == {}


def test_every_day_turnover_of_the_random_ledger_ties(world):
    """Every form once, then every proof: nothing a template books is a fault to them."""
    poster = Poster(world, TODAY)
    for form in templates.forms():
        if form.entry not in {"E40", "E41", "E43"}:
            poster.post(form, {name: Decimal("10.00") for name in form.names})
    names = set(PROOFS) - {"swept"}
    assert found(world, *sorted(names)) == {}
