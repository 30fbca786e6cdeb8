"""Bank and books: statements that must hold, each made false once."""

from datetime import time, timedelta
from decimal import Decimal

import pytest

from accounts.bank import checks, inbox, jobs, statements, suspense
from accounts.bank.models import BankBalance, BankMessage, BankNotice, PaymentAttempt, PaymentInstruction
from accounts.bank.statements import BankSilent
from accounts.ledger import services as ledger
from tests.accounts.bank.bank_process import DAY, KEY
from tests.accounts.bank.world import body, line, special_account
from tests.conftest import BUSINESS_DATE, make_origin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(branch, bank, settings):
    settings.BANK_URL, settings.BANK_KEY = bank.url, KEY.decode()
    account = special_account(branch)
    bank.open(account.account_no, account.name, "centre", "0.00")
    return account


def told(account, amount: str, balance: str, at: int, **given):
    content = body(line(account, amount, balance=Decimal(balance), host_time=time(9, at), **given))
    return inbox.keep(content.decode(), "", "SBDC100")


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


def test_books_agree_with_the_last_line(account):
    origin = make_origin()
    told(account, "10.00", "10.00", 1)
    told(account, "20.00", "30.00", 2)
    assert checks.books_agree(origin) == []
    told(account, "-5.00", "25.00", 3)  # left to an accountant: 未达账项
    assert checks.books_agree(origin) == []
    told(account, "1.00", "27.00", 4)
    (finding,) = checks.books_agree(origin)
    assert finding.facts["相差"] == "1.00"
    assert "未达账项 -5.00" in finding.message


def test_a_line_told_late_and_out_of_order_keeps_the_chain(account):
    told(account, "20.00", "30.00", 2)
    told(account, "10.00", "10.00", 1)
    assert statements.gaps(DAY, DAY) == []
    assert checks.books_agree(make_origin()) == []


def test_a_line_never_told_breaks_the_chain(account):
    told(account, "10.00", "10.00", 1)
    told(account, "5.00", "22.00", 2)
    (gap,) = statements.gaps(DAY, DAY)
    assert gap.missing == Decimal("7.00")
    assert codes(checks.chain_unbroken(make_origin(business_date=DAY))) == ["bank.line_missing"]


def test_unknown_money_ties_out_until_somebody_bypasses_the_list(account, origin):
    told(account, "10.00", "10.00", 1)
    assert checks.unknown_ties_out(origin) == []
    BankNotice.objects.update(state="claimed")
    assert codes(checks.unknown_ties_out(origin)) == ["bank.unknown_differs"]


def test_messages_that_wait_or_were_put_aside(account, origin):
    inbox.keep("{}", "", "SBDC100")
    late = origin.at - timedelta(minutes=6)
    BankMessage.objects.create(tx_code="SBDC100", body="{}", signature="", received_at=late)
    assert codes(checks.messages_taken_in(origin)) == ["bank.message_waits", "bank.message_faulty"]


def instruction(account, origin, **given) -> PaymentInstruction:
    values = {
        "business_no": f"ZF{PaymentInstruction.objects.count()}", "tx_code": "BDC101", "special_account": account,
        "amount": Decimal("1.00"), "owner": "tests", "subject": "tests:1", "business_date": origin.business_date,
        "created_at": origin.at,
    }  # fmt: skip
    return PaymentInstruction.objects.create(**{**values, **given})


def test_a_payment_unknown_for_a_day(account, origin):
    instruction(account, origin, state="unknown")
    assert checks.payments_known(origin) == []
    instruction(account, origin, state="unknown", created_at=origin.at - timedelta(days=2))
    assert codes(checks.payments_known(origin)) == ["bank.payment_unknown"]


def test_a_success_without_a_line(account, origin):
    yesterday = origin.business_date - timedelta(days=1)
    paid = instruction(account, origin, state="success", host_no="77", host_date=yesterday - timedelta(days=1))
    assert codes(checks.successes_have_lines(origin)) == ["bank.payment_without_line"]
    told(account, "-1.00", "0.00", 1, remark=paid.business_no)
    assert checks.successes_have_lines(origin) == []


# --- The end of the bank's day


def run_of(step, account):
    origin = make_origin()
    for subject in step.items(origin, None):
        step.work(origin, None, subject)


def test_job_finds_what_was_never_told_and_notes_the_balance(account, bank, listener):
    lines, balances = jobs.PULL_STATEMENTS.steps
    bank.admin("clock", at=f"{BUSINESS_DATE}T10:00:00")
    bank.fault("lost")
    bank.pay_in(account.account_no, "12.00")
    for _ in range(2):
        run_of(lines, account)
        run_of(balances, account)
    notice = BankNotice.objects.get()
    assert (notice.amount, notice.state) == (Decimal("12.00"), "unknown")
    kept = ledger.subaccount_ids("21902", suspense.NOTICE_OWNER, [notice.pk])[notice.pk]
    assert ledger.balance(kept).total == Decimal("12.00")
    assert BankBalance.objects.get().balance == Decimal("12.00")
    assert checks.books_agree(make_origin()) == []


def test_a_silent_bank_fails_the_piece_and_nothing_else(account, bank):
    bank.fault("offline", times=-1)
    with pytest.raises(BankSilent):
        statements.pull(make_origin(), account, DAY)
    with pytest.raises(BankSilent):
        statements.pull_balance(account, DAY)
    bank.fault("offline", times=0)
    account.account_no = "unknown"
    with pytest.raises(BankSilent, match="不是中心的专户"):
        statements.pull(make_origin(), account, DAY)
    assert not BankMessage.objects.exists()
    assert not PaymentAttempt.objects.exists()
