"""Opening special accounts."""

import pytest

from accounts.bank.special import NewSpecialAccount, open_special_account
from accounts.bank.states import Nature
from accounts.ledger.models import Subject
from tests.conftest import make_origin

pytestmark = pytest.mark.django_db


def new(branch, number: str, nature=Nature.COLLECTION) -> NewSpecialAccount:
    return NewSpecialAccount(number, "许昌市住房公积金管理中心", nature, "105", "建设银行许昌分行", branch.pk)


def test_each_account_has_a_subject_of_its_own(branch, origin):
    first = open_special_account(origin, new(branch, "41050100001"))
    second = open_special_account(origin, new(branch, "41050100002"))
    loans = open_special_account(origin, new(branch, "41050100003", Nature.LOAN))
    assert [account.subject_id for account in (first, second, loans)] == ["10101001", "10101002", "10104001"]
    assert Subject.objects.get(code="10101").postable is False
    assert first.subject.name == "建设银行许昌分行0001"


def test_opening_again_changes_nothing(branch, origin):
    first = open_special_account(origin, new(branch, "41050100001"))
    assert open_special_account(origin, new(branch, "41050100001")) == first
    assert Subject.objects.filter(parent="10101").count() == 1


def test_it_needs_a_pass(branch, origin):
    with pytest.raises(PermissionError):
        open_special_account(make_origin(pass_=None), new(branch, "41050100001"))
