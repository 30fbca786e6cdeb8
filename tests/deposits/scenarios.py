"""Worlds for an employer's month."""

from django.core.files.uploadedfile import SimpleUploadedFile

from deposits.enums import PaymentMethod
from deposits.models import Remittance
from deposits.services import change_lists, one_change, payments
from servicehub import gate
from servicehub.declare import Party
from servicehub.declare.registry import operations, sheets
from servicehub.kit.months import Month
from servicehub.sheets import intake
from servicehub.sheets.workbook import bad_rows
from tests.accounts.bank.world import special_account
from tests.accounts.factories import id_number
from tests.deposits.world import NAMES, by_clerk, employer_with
from tests.scenarios import Scenario, agent, scenario
from tests.servicehub.sheets.books import book

NOVEMBER = Month(2026, 11)
HEADING = ("变更类型", "姓名", "证件号码", "缴存基数", "缴存比例", "生效年月", "原因", "手机号码")
GOOD = ("封存", NAMES[0], id_number(1), "", "", "", "退休", "")
BAD = ("封存", "赵六", id_number(2), "", "", "", "退休", "")


def party(account) -> Party:
    return Party("employer", account.employer_id)


def of_agent(account, code: str, files=None, **raw) -> Scenario:
    return Scenario(agent(account.employer), party(account), {**operations[code].example(), **raw}, files or {})


def workbook(*rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("11月变更清册.xlsx", book(*rows, heading=HEADING))


def sent(account, *rows):
    return intake.receive(
        by_clerk(), sheets["deposits.change_list"], party(account), "11月变更清册.xlsx", book(*rows, heading=HEADING),
        mode="changes", context={"account": account.pk, "month": int(NOVEMBER)},
    )  # fmt: skip


@scenario("deposits.upload_change_list")
def upload(tools):
    account = employer_with(3, first=NOVEMBER)
    return of_agent(account, "deposits.upload_change_list", {"file": workbook(GOOD)})


@scenario("deposits.fix_upload_rows")
def fix(tools):
    account = employer_with(3, first=NOVEMBER)
    rows = {"2": {"name": NAMES[1]}}
    return of_agent(account, "deposits.fix_upload_rows", upload=sent(account, BAD).token, rows=rows)


@scenario("deposits.recheck_upload")
def recheck(tools):
    account = employer_with(3, first=NOVEMBER)
    return of_agent(account, "deposits.recheck_upload", upload=sent(account, BAD).token)


@scenario("deposits.return_corrected_rows")
def corrected_file(tools):
    from tests.deposits.workbooks import corrected

    account = employer_with(3, first=NOVEMBER)
    found = sent(account, BAD)
    data = corrected(bad_rows(found), {2: {"姓名": NAMES[1]}})
    file = SimpleUploadedFile("错误行.xlsx", data)
    return of_agent(account, "deposits.return_corrected_rows", {"file": file}, upload=found.token)


@scenario("deposits.apply_change_list")
def apply(tools):
    account = employer_with(3, first=NOVEMBER)
    return of_agent(account, "deposits.apply_change_list", upload=sent(account, GOOD).token)


@scenario("deposits.undo_upload")
def undo(tools):
    account = employer_with(3, first=NOVEMBER)
    found = sent(account, GOOD)
    change_lists.apply_upload(by_clerk(), found, [])
    return of_agent(account, "deposits.undo_upload", upload=found.token)


CHANGE = {"month": NOVEMBER, "action": "seal", "id_no": id_number(1), "name": NAMES[0], "reason": "退休"}


@scenario("deposits.add_change")
def add(tools):
    account = employer_with(3, first=NOVEMBER)
    return of_agent(account, "deposits.add_change", **{**CHANGE, "month": str(NOVEMBER)})


@scenario("deposits.withdraw_changes")
def take_out(tools):
    account = employer_with(3, first=NOVEMBER)
    added = one_change.add(by_clerk(), account, CHANGE)
    return of_agent(account, "deposits.withdraw_changes", lines=[added.pk])


@scenario("deposits.confirm_remittance")
def confirm_month(tools):
    account = employer_with(3, first=NOVEMBER)
    return of_agent(account, "deposits.confirm_remittance", heads=3, total="3600.00")


def confirmed(**given):
    """A month confirmed through the gate, so that its case is open."""
    account = employer_with(3, first=NOVEMBER)
    special_account(account.employer.branch)
    raw = {"month": str(NOVEMBER), "heads": 3, "total": "3600.00"}
    who = agent(account.employer)
    answer = gate.submit("deposits.confirm_remittance", who, party(account), raw, "scenario")
    return account, answer.facts["remittance"]


@scenario("servicehub.case_history")
def history_of_a_case(tools):
    account, number = confirmed()
    case = Remittance.objects.get(number=number).case_no
    return Scenario(agent(account.employer), None, {"number": case})


@scenario("deposits.suspense")
def suspense(tools):
    account = employer_with(1)
    return of_agent(account, "deposits.suspense")


@scenario("deposits.withdraw_remittance", "deposits.remittance_register")
def withdraw(tools):
    account, number = confirmed()
    return of_agent(account, tools.code, remittance=number)


@scenario("deposits.pay_remittance")
def pay(tools):
    account, number = confirmed()
    return of_agent(account, "deposits.pay_remittance", remittance=number)


@scenario("deposits.abandon_payment")
def abandon(tools):
    account, number = confirmed()
    payments.pay(by_clerk(), Remittance.objects.get(number=number), PaymentMethod.ONLINE)
    return of_agent(account, "deposits.abandon_payment", remittance=number)


@scenario("deposits.print_employer_statement")
def paper_of_the_year(tools):
    account = employer_with(3, first=NOVEMBER)
    return of_agent(account, "deposits.print_employer_statement")
