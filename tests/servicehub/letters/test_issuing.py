"""A letter is frozen, found by its code, counted when printed, and no longer valid when revoked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from servicehub import letters
from servicehub.audit.models import AuditEntry
from servicehub.declare import Party
from servicehub.letters import codes, freezing, issuing, paper
from servicehub.letters.models import IssuedLetter, PrintOut
from tests.conftest import BUSINESS_DATE, make_origin

pytestmark = pytest.mark.django_db


def test_a_letter_is_issued_once_for_the_same_facts(notice, origin, facts):
    first = letters.issue(origin, "tests.notice", "18", Party("employer", 7))
    assert letters.issue(origin, "tests.notice", "18") == first
    facts["total"] = Decimal("1.00")
    second = letters.issue(origin, "tests.notice", "18")
    assert second.verification != first.verification
    tomorrow = make_origin(business_date=BUSINESS_DATE + timedelta(days=1))
    assert letters.issue(tomorrow, "tests.notice", "18") not in (first, second)
    assert first.serial.startswith("20261123-")


def test_the_facts_are_frozen_exactly_and_rest_encrypted(notice, origin, facts):
    issued = letters.issue(origin, "tests.notice", "18")
    issued.refresh_from_db()
    assert freezing.thaw(issued.facts) == facts
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM servicehub_issuedletter")
        assert "河南云禾".encode() not in bytes(cursor.fetchone()[0])


def test_floats_are_no_facts():
    with pytest.raises(TypeError, match="float"):
        freezing.freeze({"amount": 0.1})


def test_what_is_issued_stands(notice, origin):
    issued = letters.issue(origin, "tests.notice", "18")
    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        IssuedLetter.objects.filter(pk=issued.pk).update(label="缴存证明")
    letters.revoke(origin, issued, "金额有误")
    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        IssuedLetter.objects.filter(pk=issued.pk).update(state="valid")


def test_anybody_may_verify_what_the_app_allows(notice, origin):
    issued = letters.issue(origin, "tests.notice", "18")
    typed = codes.spaced(issued.verification).replace("1", "１")
    found = letters.verify(f" {typed} ", on=BUSINESS_DATE)
    assert found["facts"] == {"单位": "河南云禾***", "金额": "1,499,608.00 元"}
    assert (found["label"], found["serial"], found["state"]) == ("汇缴缴款通知书", issued.serial, "valid")
    assert found["valid_until"] == date(2026, 12, 23)
    assert letters.verify(issued.verification, on=date(2026, 12, 23))["state"] == "valid"
    assert letters.verify(issued.verification, on=date(2026, 12, 24))["state"] == "expired"
    letters.revoke(origin, issued, "金额有误")
    assert letters.verify(issued.verification)["state"] == "revoked"
    assert letters.verify(codes.new_code()) is None


def test_a_slip_of_the_finger_is_told_from_an_unknown_code():
    code = codes.new_code()
    assert codes.is_code(code)
    for place in range(codes.LENGTH):
        slipped = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert not codes.is_code(slipped)
    assert not codes.is_code(code[:-1])
    assert not codes.is_code("验证码")
    assert len({codes.new_code() for _ in range(1000)}) == 1000


def test_each_printing_is_counted_and_told(notice, origin):
    issued = letters.issue(origin, "tests.notice", "18")
    again = letters.print_again(make_origin(operator_name="李强"), issued)
    assert (again.number, again.by_name) == (2, "李强")
    told = AuditEntry.objects.order_by("id").values_list("action", "actor_name")
    assert list(told) == [("出具", "王芳"), ("补打", "李强")]


def test_a_file_is_pending_until_the_worker_made_it(notice, origin, monkeypatch):
    issued = letters.issue(origin, "tests.notice", "18")
    assert letters.pdf(issued) == letters.Pending(issued.print_outs.get().pk)
    monkeypatch.setattr(paper, "draw", lambda *parts: b"%PDF-1.7 drawn")
    assert letters.render(issued.print_outs.get().pk) is True
    assert letters.render(issued.print_outs.get().pk) is False
    assert letters.pdf(issued) == b"%PDF-1.7 drawn"
    assert len(letters.verify(issued.verification)["sha256"]) == 64


def test_a_machine_that_cannot_print_says_so_and_tries_again(notice, origin, monkeypatch, caplog):
    issued = letters.issue(origin, "tests.notice", "18")
    monkeypatch.setattr(paper, "has_chinese_font", lambda: False)
    assert letters.render(issued.print_outs.get().pk) is False
    pending = letters.pdf(issued)
    assert "中文字体" in pending.error
    sent = []
    monkeypatch.setattr(issuing, "send", lambda task, pk: sent.append(pk) or True)
    PrintOut.objects.update(at="2026-11-23T00:00:00Z")
    assert issuing.sweep() == 1
    assert sent == [issued.print_outs.get().pk]
    assert "apt-get install" in caplog.text
    assert caplog.text.count("\n") == 1
