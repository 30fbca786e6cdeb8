"""Two agents of one employer at the same moment, over real connections: one wins, the other is told, nothing doubles."""

import time
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.bank import inbox
from accounts.bank.models import BankNotice
from accounts.bank.suspense import suspense_balance
from accounts.ledger import services as ledger
from accounts.models import EmployerAccount
from deposits.models import ChangeLine, ChangeList, Payment, Receipt, Remittance, RemittanceLine
from deposits.operations import change_list, remittance
from deposits.services import change_lists
from deposits.services.receipts import receive
from servicehub import gate
from servicehub.declare import DomainError, Party
from servicehub.sheets.models import Upload
from tests.accounts.bank.world import body, line, special_account
from tests.accounts.factories import id_number
from tests.deposits.scenarios import workbook
from tests.deposits.test_change_list import row
from tests.deposits.world import FIRST, by_clerk, employer_with, notice
from tests.racing import race
from tests.scenarios import agent

pytestmark = pytest.mark.django_db(transaction=True)
OVERLAP_S = 0.4  # how long a runner stays inside, so that the other surely meets it
MONTH = str(FIRST)
HEADS, TOTAL = 3, "3600.00"
TIMES = 10


class Hall:
    """An employer of three people with two agents, each at a browser of their own."""

    def __init__(self):
        self.account = employer_with(HEADS)
        self.special = special_account(self.account.employer.branch)
        self.agents = [agent(self.account.employer), agent(self.account.employer)]
        self.keys = 0

    @property
    def party(self) -> Party:
        return Party("employer", self.account.employer_id)

    def does(self, who: int, code: str, files=None, **raw):
        self.keys += 1
        key = f"k{self.keys}"
        return lambda: gate.submit(code, self.agents[who], self.party, raw, key, files)

    def confirms(self, who: int):
        return self.does(who, "deposits.confirm_remittance", month=MONTH, heads=HEADS, total=TOTAL)

    def confirmed(self) -> Remittance:
        return Remittance.objects.get(number=self.confirms(0)().facts["remittance"])

    def uploaded(self, who: int, *rows) -> str:
        files = {"file": workbook(*rows)}
        answer = self.does(who, "deposits.upload_change_list", files, month=MONTH, mode="changes")()
        return answer.facts["upload"]

    def of_people(self) -> list[Decimal]:
        lines = RemittanceLine.objects.select_related("fund_account").order_by("fund_account")
        return [ledger.balance(line.fund_account.subaccount_id).total for line in lines]


@pytest.fixture
def hall(transactional_db):
    return Hall()


@pytest.fixture
def lingering(monkeypatch):
    """``lingering(owner, name)``: that function stays a while before it goes on."""

    def slow(owner, name):
        real = getattr(owner, name)

        def waits(*given, **named):
            time.sleep(OVERLAP_S)
            return real(*given, **named)

        monkeypatch.setattr(owner, name, waits)

    return slow


def told(finishes):
    """(winner's answer, loser's refusal)."""
    assert sorted(finish.won for finish in finishes) == [False, True], finishes
    (winner,) = [finish.value for finish in finishes if finish.won]
    (loser,) = [finish.error for finish in finishes if not finish.won]
    return winner, loser


def test_of_two_who_confirm_a_month_one_wins_and_the_other_is_told_the_case(hall, lingering):
    lingering(remittance.remittances, "confirm")
    winner, loser = told(race(hall.confirms(0), hall.confirms(1)))
    assert (loser.status, loser.code, loser.facts["case"]) == (409, "IN_FLIGHT", winner.case_number)
    assert "住房公积金汇缴”正在办理" in loser.detail
    assert Remittance.objects.count() == 1
    assert RemittanceLine.objects.count() == HEADS


def test_of_two_who_apply_one_upload_one_wins(hall, lingering):
    upload = hall.uploaded(0, row("封存", 2, reason="退休"))
    lingering(change_list.change_lists, "apply_upload")
    applies = [hall.does(who, "deposits.apply_change_list", upload=upload) for who in (0, 1)]
    _, loser = told(race(*applies))
    assert (loser.status, loser.code) == (409, "sheet.state")
    assert loser.detail == "这次导入已应用，没有重复应用"
    assert ChangeLine.objects.count() == ChangeList.objects.count() == 1


def test_of_two_uploads_that_change_one_person_one_wins(hall, lingering):
    uploads = [hall.uploaded(who, row("基数调整", 1, wage=5500 + who)) for who in (0, 1)]
    lingering(change_list.change_lists, "apply_upload")
    _, loser = told(race(*(hall.does(who, "deposits.apply_change_list", upload=uploads[who]) for who in (0, 1))))
    assert (loser.status, loser.code) == (409, "change.twice")
    assert ChangeLine.objects.count() == ChangeList.objects.count() == 1
    assert sorted(Upload.objects.values_list("state", flat=True)) == ["applied", "checked"]  # the loser's file is kept


def test_two_uploads_of_different_people_both_go_on_one_list(hall, lingering):
    uploads = [hall.uploaded(who, row("封存", who + 1, reason="退休")) for who in (0, 1)]
    lingering(change_list.change_lists, "apply_upload")
    finishes = race(*(hall.does(who, "deposits.apply_change_list", upload=uploads[who]) for who in (0, 1)))
    assert all(finish.won for finish in finishes), finishes
    assert (ChangeLine.objects.count(), ChangeList.objects.count()) == (2, 1)


def test_both_upload_at_the_same_moment_and_neither_loses_a_file(hall):
    def uploads(who):
        return lambda: hall.uploaded(who, row("封存", who + 1, reason="退休"))

    finishes = race(uploads(0), uploads(1))
    assert all(finish.won for finish in finishes), finishes
    assert Upload.objects.filter(state="checked").count() == 2


def test_of_two_who_key_a_change_of_one_person_one_wins(hall, lingering):
    lingering(change_list.one_change, "add")
    values = {"month": MONTH, "action": "seal", "id_no": id_number(1), "name": "王建国", "reason": "退休"}
    _, loser = told(race(*(hall.does(who, "deposits.add_change", **values) for who in (0, 1))))
    assert (loser.status, loser.code) == (409, "change.twice")
    assert ChangeLine.objects.count() == 1


def test_a_list_applied_while_the_month_is_confirmed_never_falls_between(hall, lingering):
    """Either its lines are in the register, or whoever applied them is told that the list is locked."""
    upload = hall.uploaded(1, row("封存", 2, reason="退休"))
    lingering(remittance.remittances, "confirm")
    finishes = race(hall.confirms(0), hall.does(1, "deposits.apply_change_list", upload=upload))
    _, loser = told(finishes)
    if finishes[0].won:
        assert (loser.status, loser.code) == (409, "IN_FLIGHT")
        assert not ChangeLine.objects.exists()
    else:
        assert "核定后名册有变动" in str([finding.message for finding in loser.findings])
        assert ChangeLine.objects.get().applied is False
    assert Remittance.objects.count() == finishes[0].won


def test_without_the_claim_the_lock_of_the_account_says_the_same(hall):
    """Below the gate: a batch that gathers changes of a confirmed month is refused too."""
    hall.confirmed()
    with pytest.raises(DomainError) as caught, transaction.atomic():
        change_lists.current(by_clerk(), hall.account, FIRST)
    assert caught.value.code == "list.locked"


def test_of_two_who_pay_one_month_online_one_wins(hall, lingering):
    head = hall.confirmed()
    lingering(remittance.payments, "pay")
    pays = [hall.does(who, "deposits.pay_remittance", remittance=head.number, method="online") for who in (0, 1)]
    _, loser = told(race(*pays))
    assert (loser.status, loser.findings[0].code) == (422, "pay.live")
    assert "不要重复付款" in loser.findings[0].remedy
    assert Payment.objects.count() == 1


def test_of_two_who_pay_one_month_out_of_suspense_one_wins(hall, lingering):
    receive(by_clerk(), notice(hall.account, TOTAL), hall.account, None)  # no document yet: kept for the employer
    head = hall.confirmed()
    lingering(remittance.payments, "pay")
    pays = [hall.does(who, "deposits.pay_remittance", remittance=head.number, method="suspense") for who in (0, 1)]
    _, loser = told(race(*pays))
    assert (loser.status, loser.code) == (409, "CASE_CLOSED")
    assert Payment.objects.count() == 1
    assert hall.of_people() == [Decimal("1200.00")] * HEADS
    assert suspense_balance(EmployerAccount.objects.get(pk=hall.account.pk)) == 0


def process(message):
    return lambda: inbox.process(message.pk)


def message_of(*lines):
    return inbox.keep(body(*lines).decode(), "", "SBDC100")


@pytest.fixture
def undelivered(monkeypatch):
    """Messages are stored and lie there: the test starts the workers itself, all at once."""
    monkeypatch.setattr(inbox.outbox, "send_after_commit", lambda task, *given: None)


def test_two_notices_of_one_payment_post_once_and_keep_the_other_for_the_employer(hall, undelivered):
    head = hall.confirmed()
    twice = [message_of(line(hall.special, TOTAL, remark=head.remark_code)) for _ in range(2)]
    assert all(finish.won for finish in race(*map(process, twice)))
    assert sorted(Receipt.objects.values_list("decision", flat=True)) == ["allocate", "duplicate"]
    assert hall.of_people() == [Decimal("1200.00")] * HEADS
    assert suspense_balance(EmployerAccount.objects.get(pk=hall.account.pk)) == Decimal(TOTAL)


def test_one_notice_told_ten_times_at_once_posts_once(hall, undelivered):
    head = hall.confirmed()
    arrival = line(hall.special, TOTAL, remark=head.remark_code)
    messages = [message_of(arrival) for _ in range(TIMES)]
    finishes = race(*map(process, messages))
    assert all(finish.won for finish in finishes), finishes
    assert BankNotice.objects.count() == Receipt.objects.count() == 1
    assert hall.of_people() == [Decimal("1200.00")] * HEADS
    assert suspense_balance(EmployerAccount.objects.get(pk=hall.account.pk)) == 0
    head.refresh_from_db()
    assert head.state == "posted"


def test_one_message_taken_up_by_ten_workers_posts_once(hall, undelivered):
    head = hall.confirmed()
    message = message_of(line(hall.special, TOTAL, remark=head.remark_code))
    assert all(finish.won for finish in race(*[process(message)] * TIMES))
    assert Receipt.objects.count() == 1
    assert hall.of_people() == [Decimal("1200.00")] * HEADS
