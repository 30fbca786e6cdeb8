"""Users of each kind, the names they log in with, and the passwords they may have."""

import dataclasses
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection

from servicehub.declare import DomainError, PassRequired
from servicehub.identity import passwords, people
from servicehub.identity.models import FormerPassword, User, UserState
from tests.servicehub.identity.conftest import ID_NUMBER, MOBILE, PUBLIC_PASSWORD, STAFF_PASSWORD


def codes(error):
    return [finding.code for finding in error.value.findings]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [MOBILE, "138 0000 1234", "+86 138-0000-1234", "１３８００００１２３４"])
def test_an_agent_is_found_however_the_mobile_is_typed(agent, typed):
    assert people.find_user("employer", typed) == agent
    assert people.find_user("person", typed) is None


@pytest.mark.django_db
def test_a_person_is_found_by_identity_number_and_the_table_does_not_show_it(person):
    assert people.find_user("person", " 990000 19850615 0029 ") == person
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(u)::text FROM servicehub_user u WHERE id = %s", [person.pk])
        row = cursor.fetchone()[0]
    for secret in (ID_NUMBER, "13900005678"):
        assert secret not in row
        assert secret.encode().hex() not in row


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["g01 0023", "Ｇ０１００２３"])
def test_staff_are_found_by_work_number_folded(make_staff, typed):
    user = make_staff("G010023")
    assert people.find_user("staff", typed) == user


@pytest.mark.django_db
def test_one_registration_per_person_and_mobile(origin, agent, person):
    with pytest.raises(DomainError) as error:
        people.create_agent_user(
            origin, mobile=MOBILE, name="孙二", id_number="990000199001010017", password=PUBLIC_PASSWORD
        )
    assert codes(error) == ["user.mobile_taken"]
    again = {"id_number": ID_NUMBER, "name": "赵敏", "mobile": "13700001111", "password": PUBLIC_PASSWORD}
    with pytest.raises(DomainError) as error:
        people.create_person_user(origin, **again)
    assert codes(error) == ["user.registered"]
    User.objects.filter(pk=person.pk).update(state=UserState.CANCELLED)
    assert people.create_person_user(origin, **again) == people.find_user("person", ID_NUMBER)


@pytest.mark.django_db
def test_the_same_work_number_in_other_letters_is_refused(make_staff):
    make_staff("G010023")
    with pytest.raises(DomainError) as error:
        make_staff("ｇ010023")
    assert codes(error) == ["user.work_number_taken"]


@pytest.mark.django_db
def test_creating_needs_a_pass(origin):
    bare = dataclasses.replace(origin, pass_=None)
    with pytest.raises(PassRequired):
        people.create_person_user(
            bare, id_number=ID_NUMBER, name="赵敏", mobile="13700001111", password=PUBLIC_PASSWORD
        )


def test_only_pending_and_active_users_are_active():
    allowed = {state for state in UserState if User(state=state).is_active}
    assert allowed == {UserState.PENDING, UserState.ACTIVE}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("short", ["password.short", "password.classes"]),
        ("alllowercaseletters", ["password.classes"]),
        ("482915736402", ["password.classes", "password.digits"]),
        ("Wang-41010001-xyz", ["password.own"]),
        ("A-王芳-clever-1", ["password.own"]),
        (STAFF_PASSWORD + "x", []),
    ],
)
def test_staff_passwords(make_staff, password, expected):
    assert [finding.code for finding in passwords.password_findings(make_staff(), password)] == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("river-9", ["password.short"]),
        ("password123", ["password.common"]),
        ("quiet19850615", ["password.own"]),
        ("x13900005678", ["password.own", "password.own"]),
        ("quiet-lake", []),
    ],
)
def test_public_passwords(person, password, expected):
    assert [finding.code for finding in passwords.password_findings(person, password)] == expected


@pytest.mark.django_db
def test_five_former_passwords_do_not_come_back_and_sessions_end(person):
    version = person.session_version
    for number in range(1, 6):
        person = passwords.change_password(person, f"new-lake-{number}a")
        with pytest.raises(DomainError) as error:
            passwords.change_password(person, f"new-lake-{number}a")
        assert "password.history" in codes(error)
    assert person.session_version == version + 5
    assert FormerPassword.objects.filter(user=person).count() == 4
    passwords.change_password(person, PUBLIC_PASSWORD)  # the sixth back is free again


@pytest.mark.django_db
def test_hashes_are_peppered(person, settings):
    assert person.password.startswith("pbkdf2_sha256_pepper$")
    assert person.check_password(PUBLIC_PASSWORD)
    settings.PASSWORD_PEPPER = "another"
    assert not check_password(PUBLIC_PASSWORD, person.password)


@pytest.mark.django_db
def test_initial_and_aged_passwords_must_change(make_staff, person, time_machine):
    assert passwords.must_change(make_staff("41010002", must_change=True))
    user = make_staff()
    assert not passwords.must_change(user)
    time_machine.move_to(user.password_set_at + timedelta(days=91))
    assert passwords.must_change(user)
    assert not passwords.must_change(person)


@pytest.mark.django_db
def test_without_a_proof_of_the_name_a_person_is_pending(origin):
    given = {"id_number": ID_NUMBER, "name": "赵敏", "mobile": "13700001111", "password": PUBLIC_PASSWORD}
    user = people.create_person_user(origin, **given, real_name="")
    assert user.state == UserState.PENDING
    assert not user.proofs.exists()
