"""The balance wall as somebody sees it, and a change behind the program's back as the beat finds it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.ledger import services as ledger
from accounts.ledger import wall
from accounts.models import Subject
from fundcentre import schedule
from servicehub import clock
from servicehub.checks.models import CheckFinding, CheckRun
from servicehub.checks.tasks import run_checks
from servicehub.declare.registry import checks
from servicehub.identity.models import Branch, User
from servicehub.identity.posts import grant_post
from tests.accounts.ledger.conftest import BANK, TEMPLATES, Books, declared_events  # noqa: F401
from tests.accounts.ledger.test_proofs import behind
from tests.conftest import make_origin
from tests.logins import sign_in

pytestmark = pytest.mark.django_db
WALL, HOME = "/switchboard/wall/", "/switchboard/"


@pytest.fixture
def branches():
    return [Branch.objects.create(code=f"0{n}", name=f"第{n}管理部", area="411000") for n in (1, 2)]


@pytest.fixture
def people(branches) -> list[int]:
    books = Books()
    people = []
    for place, branch in enumerate(branches):
        people += [books.person(10 * place + n, employer=700 + place, branch=branch.pk) for n in (1, 2)]
    for person in people:
        entry = ledger.Entry(
            "tests.deposit", books.event_id(), ledger_branch(person), {"total": Decimal(1000)},
            [ledger.Movement(person, Decimal(1000))],
        )  # fmt: skip
        ledger.post(books.origin(), entry)
    return people


def ledger_branch(subaccount: int) -> int:
    from accounts.ledger.models import Subaccount

    return Subaccount.objects.get(pk=subaccount).branch


def member(post: str, branch: Branch | None = None) -> Client:
    user = User.objects.create(
        username=f"W{User.objects.count():04d}",
        kind="staff",
        display_name="王芳",
        password_set_at=clock.now(),
        branch=branch,
    )
    origin = make_origin(user_kind="system", operator=None)
    grant_post(origin, user, post, branch=branch, valid_from=date(2020, 1, 1), basis="测试")
    client = Client()
    sign_in(client, user)
    return client


def page(client: Client, address: str = WALL) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def lines(text: str, word: str) -> int:
    """Rows of the four-way table that end with this word."""
    table = text.partition("四方相等")[2].partition("</table>")[0]
    return len(re.findall(rf">{word}</span>", table))


def beat() -> None:
    """What the schedule sends every half minute."""
    (tick,) = [tick for tick in schedule.TICKS if tick.task == run_checks.name]
    assert tick.every_s <= 30
    run_checks(*tick.args)


def test_all_four_stand_on_one_screen_per_branch_and_bank(people, monkeypatch):
    booked = ledger.subject_balance(BANK)
    monkeypatch.setattr(wall, "_bank_figures", [lambda origin: {BANK: booked}])
    text = page(member("auditor"))
    assert "第1管理部" in text and "第2管理部" in text and Subject.objects.get(pk=BANK).name in text
    for heading in ("个人账户合计", "单位明细合计", "总账", "银行余额调整未达后"):
        assert heading in text
    assert lines(text, "不平") == 0 and lines(text, "平") >= 3
    monkeypatch.setattr(wall, "_bank_figures", [lambda origin: {BANK: booked - 1}])
    assert lines(page(member("auditor")), "不平") == 1


def test_a_bank_that_has_said_nothing_proves_nothing(people, monkeypatch):
    monkeypatch.setattr(wall, "_bank_figures", [])
    text = page(member("auditor"))
    assert lines(text, "待核对") == 1


def test_who_keeps_one_branch_sees_that_branch_and_who_runs_channels_sees_none(people, branches):
    own = page(member("accountant", branches[0]))
    assert "第1管理部" in own and "第2管理部" not in own.partition("四方相等")[2]
    assert "四方相等" not in page(member("channel_admin"))
    assert 'href="/switchboard/wall/"' in page(member("accountant", branches[0]), "/counter/")


@pytest.mark.parametrize(
    ("sql", "objects"),
    [
        ("UPDATE accounts_subaccount SET current = current + 0.01 WHERE id = %s", {"unit", "subject"}),
        ("UPDATE accounts_unitbalance SET balance = balance + 1 WHERE employer_ref = 700 AND %s > 0", {"unit"}),
        (
            (
                "UPDATE accounts_line SET amount = amount + 1 WHERE subject = '201' AND %s > 0 AND voucher_id ="
                " (SELECT max(id) FROM accounts_voucher)"
            ),
            {"subject"},
        ),
    ],
)
def test_an_update_behind_the_programs_back_shows_after_one_beat(people, sql, objects):
    leader = member("auditor")
    beat()
    assert not CheckFinding.objects.filter(check_code__startswith="ledger.").exists()
    assert lines(page(leader), "不平") == 0
    behind(sql, people[0])
    assert lines(page(leader), "不平") >= 1  # the wall itself is drawn from the books as they are
    beat()
    found = CheckFinding.objects.filter(check_code="ledger.totals_tie")
    assert {row.object.partition(":")[0] for row in found} >= objects
    text = page(leader)
    assert found.first().message in text and "不平" in text
    home = page(leader, HOME)
    assert "一切正常" not in home


def test_an_offsetting_pair_shows_in_the_nightly_proof(people):
    behind("UPDATE accounts_subaccount SET carried = carried + 0.01 WHERE id = %s", people[0])
    behind("UPDATE accounts_subaccount SET current = current - 0.01 WHERE id = %s", people[1])
    beat()
    assert not CheckFinding.objects.filter(check_code__startswith="ledger.").exists()
    (night,) = [task for task in schedule.TASKS if task.task == run_checks.name and task.args == ("night",)]
    run_checks(*night.args)
    found = CheckFinding.objects.filter(check_code="ledger.changed_accounts").values_list("object", flat=True)
    assert set(found) == {f"subaccount:{people[0]}", f"subaccount:{people[1]}"}


def test_checks_that_never_ran_are_said_to_wait_and_home_does_not_claim_that_all_is_well(people):
    leader = member("policy_chief")
    home = page(leader, HOME)
    assert "一切正常" not in home and f"{len(checks)} 项待核对" in home
    for check in checks:
        CheckRun.objects.create(
            check_code=check.code, business_date=date(2026, 11, 23), started_at=clock.now(), milliseconds=3, found=0
        )
    assert "一切正常" in page(leader, HOME)
    last = CheckRun.objects.get(check_code="ledger.signs")
    CheckRun.objects.filter(pk=last.pk).update(started_at=last.started_at.replace(year=2025))
    home = page(leader, HOME)
    assert "一切正常" not in home and "1 项待核对" in home
    assert "有 1 项到时间还没有核对" in page(leader)
