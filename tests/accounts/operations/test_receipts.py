"""来款认领 through the gate: the accountant claims, a second accountant approves, the money finds its employer."""

from datetime import date, time
from decimal import Decimal

import pytest

from accounts.bank import suspense
from accounts.bank.checks import books_agree, unknown_ties_out
from accounts.bank.matching import ReceiptClaimer, Settled
from accounts.bank.models import BankNotice
from accounts.bank.states import NoticeState
from accounts.ledger import services as ledger
from accounts.ledger.general import subject_balance
from accounts.ledger.models import Subaccount
from accounts.operations.receipts import NOTICE
from servicehub import gate
from servicehub.audit.models import AuditEntry
from servicehub.catalogue.sync import sync_catalogue
from servicehub.declare import CENTRE
from servicehub.declare.registry import receipts
from servicehub.gate import Refused
from servicehub.identity.models import Branch, User
from servicehub.kit.tokens import token_of
from tests.accounts.bank.world import body, line, post, special_account
from tests.accounts.factories import BranchFactory, EmployerAccountFactory
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db(transaction=True)
KEY = b"the-bank-of-tests"
CLAIM = "accounts.claim_receipt"


@pytest.fixture(autouse=True)
def world(settings):
    settings.BANK_KEY = KEY.decode()
    sync_catalogue()


@pytest.fixture
def branch(db):
    return BranchFactory()


@pytest.fixture
def owner(branch):
    return EmployerAccountFactory(employer__branch=branch)


@pytest.fixture
def account(branch):
    return special_account(branch)


@pytest.fixture
def unknown(client, account):
    post(client, body(line(account, "77.00", counter_name="某商贸行", remark="货款", balance=Decimal("77.00"))), KEY)
    return BankNotice.objects.get()


def accountant(name: str, role: str = "accountant", branches=None, **more):
    user, _ = User.objects.get_or_create(username=name, defaults={"kind": "staff", "display_name": name})
    given = {
        "operator": user.pk, "operator_name": name, "roles": frozenset({role}), "pass_": None, "assurance": 3,
        "channel": "ADM", "branches": branches, **more,
    }  # fmt: skip
    return make_origin(**given, assured_at=make_origin().at)


def claim(receipt, owner, origin=None, key="k1", **more):
    given = {"notice": token_of(NOTICE, receipt.pk), "employer": owner.employer.number, "evidence": "单位来函", **more}
    return gate.submit(CLAIM, origin or accountant("会计"), CENTRE, given, key)


def approve(answer, origin=None, key="d1"):
    return gate.decide(answer.submission, origin or accountant("复核", "accountant_reviewer"), "approve", "", key)


def test_one_accountant_claims_and_another_approves(unknown, owner):
    answer = claim(unknown, owner)
    assert answer.state == "waiting"
    unknown.refresh_from_db()
    assert unknown.state == NoticeState.UNKNOWN
    done = approve(answer)
    assert done.state == "done"
    assert done.message == f"已认领 {owner.employer.name} 来款 ¥77.00"
    unknown.refresh_from_db()
    assert (unknown.state, unknown.party) == (NoticeState.CLAIMED, owner.employer.party)
    owner.refresh_from_db()
    assert suspense.suspense_balance(owner) == Decimal("77.00")
    waited = ledger.subaccount_ids("21902", suspense.NOTICE_OWNER, [unknown.pk])[unknown.pk]
    assert ledger.balance(waited).total == 0
    (claimed,) = ledger.vouchers_of_event("accounts.receipt_claimed", suspense.notice_event(unknown))
    assert claimed.case_number == answer.case_number
    assert AuditEntry.objects.filter(object=f"accounts.bank_notice:{unknown.pk}", action="认领").count() == 1


def test_the_maker_does_not_approve(unknown, owner):
    answer = claim(unknown, owner)
    both = accountant("会计", "accountant_reviewer")
    with pytest.raises(Refused, match="OWN_CASE"):
        approve(answer, both)


def test_clerks_do_not_claim(unknown, owner):
    with pytest.raises(Refused) as refused:
        claim(unknown, owner, accountant("柜员", "teller"))
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"notice": "00000000"}, ["claim.no_notice"]),
        ({"employer": "1234"}, ["claim.no_employer"]),
        ({"notice": "x", "employer": "1234"}, ["claim.no_notice", "claim.no_employer"]),
    ],
)
def test_all_that_is_wrong_is_said_at_once(unknown, owner, given, codes):
    with pytest.raises(Refused) as refused:
        claim(unknown, owner, **given)
    assert [finding.code for finding in refused.value.findings] == codes


def test_a_sealed_employer_takes_no_money(unknown, owner):
    type(owner).objects.update(status="05")
    with pytest.raises(Refused) as refused:
        claim(unknown, owner)
    assert [finding.code for finding in refused.value.findings] == ["claim.employer_not_remittable"]


def test_the_second_of_two_claims_finds_it_gone(unknown, owner, branch):
    other = EmployerAccountFactory(employer__branch=branch)
    first, second = claim(unknown, owner), claim(unknown, other, key="k2")
    approve(first)
    with pytest.raises(Refused) as refused:
        approve(second, key="d2")
    assert [finding.code for finding in refused.value.findings] == ["claim.not_unknown"]
    other.refresh_from_db()
    assert suspense.suspense_balance(other) == 0


def test_another_branchs_money_is_not_seen(unknown, owner):
    stranger = Branch.objects.create(code="77", name="另一个管理部", area="411002")
    with pytest.raises(Refused) as refused:
        claim(unknown, owner, accountant("外地会计", branches=frozenset({stranger.pk})))
    assert [finding.code for finding in refused.value.findings] == ["claim.no_notice"]


def test_an_app_that_waited_for_the_money_uses_it(unknown, owner):
    class Waiting(ReceiptClaimer):
        code = "tests.waiting"

        def candidates(self, arrival, rung):
            return []

        def claimed(self, origin, notice, employer):
            return Settled("match", notice.voucher, "入 2026 年 11 月汇缴", "tests.document:1")

    receipts.add(Waiting())
    try:
        approve(claim(unknown, owner))
    finally:
        receipts.remove("tests.waiting")
    unknown.refresh_from_db()
    assert (unknown.state, unknown.document, unknown.claimer) == ("matched", "tests.document:1", "tests.waiting")


# --- The bank takes it back


def back(client, account, receipt, **more):
    remark = f"冲正{receipt.host_no}"
    told = line(account, f"-{receipt.amount}", reversal=True, remark=remark, balance=Decimal("0.00"),
                host_time=time(9, 31), **more)  # fmt: skip
    post(client, body(told), KEY)
    return BankNotice.objects.get(reversal=True)


def take_back(reversal, origin=None):
    given = {"notice": token_of(NOTICE, reversal.pk), "evidence": "银行通知"}
    return gate.submit("accounts.book_reversal", origin or accountant("会计"), CENTRE, given, "r1")


def states(*notices):
    for notice in notices:
        notice.refresh_from_db()
    return {str(notice.state) for notice in notices}


def test_unknown_money_taken_back_leaves_the_books(client, account, unknown):
    reversal = back(client, account, unknown)
    assert approve(take_back(reversal)).message == "已冲正来款 ¥77.00"
    assert states(unknown, reversal) == {"reversed"}
    assert subject_balance(account.subject_id) == 0
    assert subject_balance("21902") == 0
    assert unknown_ties_out(make_origin()) == books_agree(make_origin()) == []


def test_money_of_an_employer_taken_back_leaves_its_suspense(client, account, owner, unknown):
    approve(claim(unknown, owner))
    reversal = back(client, account, unknown)
    approve(take_back(reversal), key="d2")
    owner.refresh_from_db()
    assert suspense.suspense_balance(owner) == 0
    assert states(unknown, reversal) == {"reversed"}


def test_money_that_was_used_is_not_taken_back(client, account, unknown):
    BankNotice.objects.filter(pk=unknown.pk).update(state="matched")
    with pytest.raises(Refused) as refused:
        take_back(back(client, account, unknown))
    assert [finding.code for finding in refused.value.findings] == ["reversal.used"]


def test_suspense_that_is_spent_refuses_and_changes_nothing(client, account, owner, unknown):
    approve(claim(unknown, owner))
    owner.refresh_from_db()
    Subaccount.objects.filter(pk=owner.suspense_id).update(current=0)  # as if a month had been paid from it
    reversal = back(client, account, unknown)
    with pytest.raises(Refused) as refused:
        approve(take_back(reversal), key="d2")
    assert [finding.code for finding in refused.value.findings] == ["ledger.insufficient"]
    assert states(unknown) == {"claimed"}


@pytest.mark.parametrize("which", ["no original", "no reversal"])
def test_a_reversal_needs_its_original(client, account, unknown, which):
    reversal = unknown
    if which == "no original":
        post(client, body(line(account, "-5.00", reversal=True)), KEY)
        reversal = BankNotice.objects.get(reversal=True)
    with pytest.raises(Refused) as refused:
        take_back(reversal)
    assert len(refused.value.findings) == 1


# --- The lists


def rows(code, origin=None, **filters):
    table = gate.read(code, origin or accountant("会计"), CENTRE, filters)
    return table, table.finish(list(table.source.order_by(*table.order)))


def test_statement_shows_every_line_and_totals_over_the_filter(client, account, owner, unknown):
    post(client, body(line(account, "23.00", remark=owner.employer.number, host_date=date(2026, 11, 9))), KEY)
    table, shown = rows("accounts.bank_statement")
    assert [row["amount"] for row in shown] == [Decimal("77.00"), Decimal("23.00")]
    assert shown[0]["counter"] == "尾号 1234"
    assert "6222000000001234" not in str(shown)
    assert table.totals(table.source) == {"amount": Decimal("100.00")}
    _, filtered = rows("accounts.bank_statement", state="suspended", until="2026-11-09")
    assert [row["amount"] for row in filtered] == [Decimal("23.00")]


def test_unknown_receipts_are_a_worklist(client, account, owner, unknown):
    post(client, body(line(account, "23.00", remark=owner.employer.number), line(account, "-5.00")), KEY)
    _, shown = rows("accounts.unknown_receipts")
    assert {(row["amount"], row["state"]) for row in shown} == {
        (Decimal("77.00"), "notice:unknown"), (Decimal("-5.00"), "notice:unmatched"),
    }  # fmt: skip
    assert token_of(NOTICE, unknown.pk) in {row["number"] for row in shown}
    _, elsewhere = rows("accounts.unknown_receipts", accountant("外地会计", branches=frozenset({0})))
    assert elsewhere == []
