"""手工凭证 through the gate: keyed by one, approved by another, never edited, answered in red."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.ledger import proofs, templates
from accounts.ledger import services as ledger
from accounts.ledger.models import Line, Voucher
from accounts.operations.vouchers import KEYED
from servicehub import gate
from servicehub.audit.models import AuditEntry
from servicehub.cases.models import Case
from servicehub.clock.models import BusinessCalendar
from servicehub.declare import CENTRE
from servicehub.declare.registry import operations
from servicehub.gate import Refused
from tests.accounts.bank.world import special_account
from tests.accounts.factories import BranchFactory
from tests.accounts.vouchers import AMOUNT, accountant, approve, fill, key_voucher, open_books
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db
INTEREST = "accounts.key_e18_receive"
RECEIVED = {"accrued": "300.00", "income": "55.20", "bank": "10101", "evidence": "利息回单 0921"}


@pytest.fixture
def branch():
    return BranchFactory().pk


@pytest.fixture
def filled(branch):
    open_books(branch)
    return branch


def refused(code, raw, branch, origin=None):
    with pytest.raises(Refused) as found:
        gate.submit(code, origin or accountant("会计", branch), CENTRE, raw, "r")
    return found.value


def codes(refusal) -> list[str]:
    return [finding.code for finding in refusal.findings]


def test_one_keys_and_another_approves(filled):
    before = Voucher.objects.count()
    answer = gate.submit(INTEREST, accountant("会计", filled), CENTRE, RECEIVED, "k1")
    assert answer.state == "waiting"
    assert Voucher.objects.count() == before  # nothing is written until it was checked
    assert approve(answer, filled).message == "已记账：收到住房公积金存款利息"
    voucher = Voucher.objects.latest("pk")
    lines = Line.objects.filter(voucher=voucher).order_by("pk").values_list("side", "subject", "amount", "branch")
    assert list(lines) == [
        ("D", "10101", Decimal("355.20"), filled),
        ("C", "11101", Decimal("300.00"), filled),
        ("C", "40101", Decimal("55.20"), filled),
    ]
    assert (voucher.case_number, voucher.event_type) == (answer.case_number, "accounts.manual_e18_receive")
    entry = AuditEntry.objects.get(object=f"accounts.voucher:{voucher.pk}", action="记账")
    assert entry.operation == INTEREST
    assert Case.objects.get(number=answer.case_number).state == "done"
    assert proofs.trial_balance_zero(make_origin()) == proofs.vouchers_tie(make_origin()) == []


@pytest.mark.parametrize("operation", KEYED, ids=[one.code for one in KEYED])
def test_every_manual_form_is_keyed_with_its_example(filled, operation):
    done = key_voucher(operation.code, operation.example(), filled)
    assert done.state == "done"
    voucher = Voucher.objects.latest("pk")
    form = operation.form
    allowed = {(side, line.side) for line in form.lines for side in "DC"}
    for line in Line.objects.filter(voucher=voucher):
        assert any(one.takes(line.subject) and (line.side, one.side) in allowed for one in form.lines)


def test_the_maker_does_not_check(filled):
    answer = gate.submit(INTEREST, accountant("会计", filled), CENTRE, RECEIVED, "k1")
    with pytest.raises(Refused, match="OWN_CASE"):
        approve(answer, filled, name="会计")


def test_who_does_not_keep_the_books_keys_nothing(filled):
    assert refused(INTEREST, RECEIVED, filled, accountant("柜员", filled, "teller")).status == 403
    assert refused(INTEREST, RECEIVED, filled, accountant("出纳", filled, "cashier")).status == 403


@pytest.mark.parametrize(
    ("code", "changed", "found"),
    [
        (INTEREST, {"bank": "10201"}, ["voucher.subject"]),
        (INTEREST, {"bank": "101"}, ["voucher.subject"]),
        (INTEREST, {"bank": "99999"}, ["voucher.subject"]),
        (INTEREST, {"accrued": "", "income": ""}, ["voucher.no_amount"]),
        (INTEREST, {"income": "-1.00"}, ["voucher.negative"]),
        (INTEREST, {"income": "-1.00", "bank": "9"}, ["voucher.negative", "voucher.subject"]),
        (INTEREST, {"accrued": "100000.01"}, ["voucher.overdrawn"]),
        ("accounts.key_e45_fee", {"total": "100000.01", "bank": "10201"}, ["voucher.overdrawn", "voucher.overdrawn"]),
        ("accounts.key_e46_up", {"total": "1", "account": "21901", "surplus": "10201", "fund": "10101"},
         ["voucher.subject"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(filled, code, changed, found):
    raw = {**(RECEIVED if code == INTEREST else {"evidence": "批复"}), **changed}
    assert codes(refused(code, {name: value for name, value in raw.items() if value}, filled)) == found


def test_the_subjects_that_would_do_are_named(filled):
    (finding,) = refused(INTEREST, {**RECEIVED, "bank": "9"}, filled).findings
    assert "10101 活期存款" in finding.remedy
    assert "10201" not in finding.remedy


def test_no_sub_ledger_is_ever_keyed():
    assert len(KEYED) == len(templates.manual_forms()) == 25
    for operation in KEYED:
        for line in operation.form.lines:
            assert not line.takes("201")
    assert "accounts.key_e09_pay" not in operations


def test_another_branchs_bank_account_is_not_booked_on(branch):
    account = special_account(BranchFactory())
    found = refused(INTEREST, {"income": "1.00", "bank": account.subject_id, "evidence": "回单"}, branch)
    assert codes(found) == ["voucher.other_branch"]


def test_somebody_without_a_branch_has_no_books(filled):
    assert codes(refused(INTEREST, RECEIVED, filled, accountant("总账", None))) == ["voucher.branch"]


def test_the_balance_is_asked_again_when_it_is_approved(filled):
    raw = {"total": str(AMOUNT), "bank": "10201", "evidence": "批复"}
    first = gate.submit("accounts.key_e45_fee", accountant("会计", filled), CENTRE, raw, "k1")
    second = gate.submit("accounts.key_e45_fee", accountant("会计", filled), CENTRE, raw, "k2")
    approve(first, filled, "k1")
    with pytest.raises(Refused) as found:
        approve(second, filled, "k2")
    assert set(codes(found.value)) == {"voucher.overdrawn"}


# --- Red -------------------------------------------------------------------------------------------------------------


def reverse(voucher: int, branch: int, key: str = "v1"):
    raw = {"voucher": voucher, "reason": "金额填错"}
    return gate.submit("accounts.reverse_voucher", accountant("会计", branch), CENTRE, raw, key)


def test_a_keyed_voucher_is_answered_in_red(filled):
    key_voucher(INTEREST, RECEIVED, filled)
    voucher = Voucher.objects.latest("pk")
    answer = reverse(voucher.pk, filled)
    assert not Voucher.objects.filter(reverses=voucher).exists()
    approve(answer, filled, "v1")
    red = Voucher.objects.get(reverses=voucher)
    assert (red.event_type, red.case_number) == ("ledger.reverse", answer.case_number)
    amounts = [(line.side, line.subject, line.amount) for line in ledger.voucher_lines(red.pk)]
    assert amounts == [(line.side, line.subject, -line.amount) for line in ledger.voucher_lines(voucher.pk)]
    assert ledger.subject_balance("40101") == 0
    with pytest.raises(Refused) as found:
        reverse(voucher.pk, filled, "v2")
    assert codes(found.value) == ["voucher.reversed"]


def test_in_a_later_month_it_is_a_correction_across_periods(filled):
    key_voucher(INTEREST, RECEIVED, filled)
    voucher = Voucher.objects.latest("pk")
    BusinessCalendar.open(date(2026, 12, 1))
    later = {"business_date": date(2026, 12, 1)}
    raw = {"voucher": voucher.pk, "reason": "上月记错"}
    answer = gate.submit("accounts.reverse_voucher", accountant("会计", filled, **later), CENTRE, raw, "v1")
    gate.decide(answer.submission, accountant("复核", filled, "accountant_reviewer", **later), "approve", "", "d")
    assert Voucher.objects.get(reverses=voucher).event_type == "ledger.reverse_later"


def test_what_business_booked_is_not_taken_back_here(branch):
    fill(branch, "10101")
    with pytest.raises(Refused) as found:
        reverse(Voucher.objects.latest("pk").pk, branch)
    assert codes(found.value) == ["voucher.of_business"]


def test_another_branchs_voucher_does_not_exist(filled):
    key_voucher(INTEREST, RECEIVED, filled)
    with pytest.raises(Refused) as found:
        reverse(Voucher.objects.latest("pk").pk, BranchFactory().pk)
    assert codes(found.value) == ["voucher.none"]


def test_the_check_page_shows_the_entry(filled):
    operation = operations[INTEREST]
    data, _, errors = gate.inputs.read_input(operation, RECEIVED)
    assert errors == []
    assert operation.summary(accountant("会计", filled), CENTRE, data) == [
        ("借", "10101 活期存款　355.20"), ("贷", "11101 存款应收利息　300.00"), ("贷", "40101 住房公积金利息收入　55.20"),
    ]  # fmt: skip
    assert operation.button(accountant("会计", filled), CENTRE, data) == "收到住房公积金存款利息 ¥300.00"
