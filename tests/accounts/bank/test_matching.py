"""Whose money: rung by rung, claimer by claimer, and never by halves."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.bank.employers import employers_of, payer_account_index
from accounts.bank.matching import Arrival, Claim, ReceiptClaimer, Rung, match
from accounts.bank.rules.texts import host_number, numbers, words
from servicehub.declare import Party
from tests.accounts.factories import EmployerAccountFactory, EmployerFactory

EMPLOYER, OTHER = Party("employer", 1), Party("employer", 2)


def arrival(**given) -> Arrival:
    return Arrival(
        **{"account_no": "41", "nature": "01", "amount": Decimal(1), "host_date": date(2026, 11, 10), **given}
    )


class Told(ReceiptClaimer):
    """A claimer that knows what the test says it knows."""

    def __init__(self, code, order=100, natures=frozenset({"01"}), **rungs):
        self.code, self.order, self.natures, self.rungs = code, order, natures, rungs

    def candidates(self, arrival, rung):
        return self.rungs.get(rung.name, [])


def test_nobody_knows_it():
    assert match(arrival(), [Told("a")]).claim is None


def test_the_first_rung_that_knows_decides():
    claimer = Told("a", COUNTER_NAME=[Claim(EMPLOYER)], PAYER_ACCOUNT=[Claim(OTHER)])
    assert match(arrival(), [claimer]).claim == Claim(EMPLOYER, "", "a", Rung.COUNTER_NAME)


def test_a_higher_rung_beats_an_earlier_claimer():
    first = Told("a", 1, REMARK=[Claim(EMPLOYER)])
    second = Told("b", 2, SERIAL=[Claim(OTHER, "loans.repayment:3")])
    assert match(arrival(), [first, second]).claim == Claim(OTHER, "loans.repayment:3", "b", Rung.SERIAL)


def test_on_one_rung_claimers_answer_in_their_order():
    suspense = Told("z", 900, REMARK=[Claim(EMPLOYER)])
    document = Told("d", 100, REMARK=[Claim(EMPLOYER, "deposits.remittance:18")])
    assert match(arrival(), [suspense, document]).claim.document == "deposits.remittance:18"


def test_two_candidates_are_no_match_and_stop_the_search():
    claimer = Told("a", REMARK=[Claim(EMPLOYER), Claim(OTHER)], COUNTER_NAME=[Claim(EMPLOYER)])
    found = match(arrival(), [claimer, Told("b", 200, REMARK=[Claim(EMPLOYER)])])
    assert found.claim is None
    assert {claim.party for claim in found.rivals} == {EMPLOYER, OTHER}


def test_the_same_candidate_twice_is_one():
    assert match(arrival(), [Told("a", REMARK=[Claim(EMPLOYER), Claim(EMPLOYER)])]).claim.party == EMPLOYER


def test_claimers_take_money_of_their_accounts_only():
    assert match(arrival(nature="02"), [Told("a", SERIAL=[Claim(EMPLOYER)])]).claim is None


# --- Reading remarks


def test_words_of_a_remark():
    assert words("汇缴 hj202611，云禾（许昌）公司/２０２６年") == [
        "汇缴 HJ202611,云禾(许昌)公司/2026年", "汇缴", "HJ202611", "云禾(许昌)公司", "2026年",
    ]  # fmt: skip
    assert words("") == words("　 ") == []


def test_numbers_are_whole_runs():
    assert numbers("单位９７0000000012 付 12345 元，单号A970000000013B") == ["970000000012", "970000000013"]
    assert numbers("1" * 33) == []


@pytest.mark.parametrize(("written", "read"), [("000123", "123"), (" 123 ", "123"), ("000", "0")])
def test_host_numbers_lose_leading_zeros(written, read):
    assert host_number(written) == read


# --- Employers behind a line


@pytest.fixture
def yunhe(db):
    employer = EmployerFactory(name="云禾(许昌)科技有限公司", number="970000880012")
    employer.payer_account_index = payer_account_index("62220001")
    employer.save()
    EmployerAccountFactory(employer=employer)
    return employer


@pytest.mark.parametrize(
    ("given", "rung"),
    [
        ({"remark": "970000880012 十一月汇缴"}, Rung.REMARK),
        ({"remark": "代付　云禾（许昌）科技有限公司　公积金"}, Rung.REMARK),
        ({"summary": "云禾(许昌)科技有限公司"}, Rung.SUMMARY),
        ({"counter_name": "云禾　（许昌）科技有限公司"}, Rung.COUNTER_NAME),
        ({"counter_account": "62220001"}, Rung.PAYER_ACCOUNT),
    ],
)
def test_employer_is_found_by_each_rung(yunhe, given, rung):
    found = {step: employers_of(arrival(**given), step) for step in Rung}
    assert found.pop(rung) == [yunhe]
    assert not any(found.values())


def test_part_of_a_name_is_no_name(yunhe):
    assert employers_of(arrival(remark="云禾"), Rung.REMARK) == []
    assert employers_of(arrival(remark="云禾(许昌)科技有限公司第一分公司"), Rung.REMARK) == []


def test_a_number_beats_a_name(yunhe):
    subsidiary = EmployerAccountFactory(employer__number="970000990021").employer
    remark = f"{yunhe.name} 代付 {subsidiary.number}"
    assert employers_of(arrival(remark=remark), Rung.REMARK) == [subsidiary]


def test_two_names_are_two_candidates(yunhe):
    other = EmployerAccountFactory().employer
    assert len(employers_of(arrival(remark=f"{yunhe.name} {other.name}"), Rung.REMARK)) == 2


@pytest.mark.parametrize("status", ["04", "05", "99"])
def test_sealed_and_closed_employers_take_no_money(yunhe, status):
    closed = {"closed_on": yunhe.opened_on} if status == "04" else {}
    yunhe.accounts.update(status=status, **closed)
    assert employers_of(arrival(remark=yunhe.number), Rung.REMARK) == []
