"""What walks every operation finds what is wrong with one: a violation of each rule, planted."""

import pytest
from django.db import connection, transaction
from rest_framework import serializers

from servicehub.catalogue.models import ServiceItem
from servicehub.declare import Authority, Change, Outcome, registry
from servicehub.gate import stops
from tests.scenarios import Scenario
from tests.servicehub.gate import test_every_operation as walk
from tests.servicehub.gate.conftest import person
from tests.servicehub.gate.planted import GARDEN, Base, GardenKind

FOUND = (AssertionError, pytest.fail.Exception)


@pytest.fixture
def plant(world):
    """``plant(execute=…)``: an operation of the planted app with something changed."""
    codes = []
    with connection.cursor() as cursor:  # the world's people have numbers of their own; the walk makes more
        cursor.execute("SELECT setval('servicehub_user_id_seq', greatest(nextval('servicehub_user_id_seq'), 100))")

    def make(**given):
        operation = type("Violating", (Base,), {"code": "tests.violating", **given})
        registry.operations.add(operation)
        codes.append(operation.code)
        return registry.operations[operation.code]

    yield make
    for code in codes:
        registry.operations.remove(code)


def scene(**typed) -> Scenario:
    return Scenario(person(1), GARDEN, {"amount": "10.00", **typed})


def test_the_walk_agrees_with_an_operation_that_is_right(plant, monkeypatch):
    operation = plant()
    walk.test_the_frozen_input_thaws_to_itself(operation, scene())
    walk.test_to_a_stranger_it_does_not_exist(operation, scene())
    walk.test_a_weak_session_steps_up(operation, scene())
    walk.test_without_a_pass_it_writes_nothing(operation, scene())
    walk.test_every_change_has_one_audit_row(operation, scene(), monkeypatch)


class Growing(serializers.CharField):
    def to_internal_value(self, data):
        return super().to_internal_value(data) + "!"


def test_an_input_that_does_not_thaw_to_itself_is_found(plant):
    form = type("Form", (Base.Input,), {"note": Growing()})
    with pytest.raises(FOUND):
        walk.test_the_frozen_input_thaws_to_itself(plant(Input=form), scene(note="花"))


def test_one_that_a_stop_does_not_reach_is_found(plant, monkeypatch):
    monkeypatch.setattr(stops, "winner", lambda asked, code: None)
    with pytest.raises(FOUND):
        walk.test_a_stopped_platform_answers_503_and_keeps_what_was_typed(plant(), scene())


def test_one_that_a_stranger_reaches_is_found(plant, monkeypatch):
    monkeypatch.setattr(GardenKind, "authority", lambda *args: Authority(frozenset({"teller"})))
    operation = plant()
    with pytest.raises(FOUND):
        walk.test_to_a_stranger_it_does_not_exist(operation, scene())
    with pytest.raises(FOUND):
        walk.test_without_the_right_it_is_refused(operation, scene())


def test_one_that_a_weak_session_reaches_is_found(plant):
    ServiceItem.objects.filter(pk="X-NEW").update(assurance=0)
    with pytest.raises(FOUND):
        walk.test_a_weak_session_steps_up(plant(), scene())


def test_one_that_writes_without_a_pass_is_found(plant):
    operation = plant()
    type(operation).execute = lambda self, origin, target, data: Outcome("已种下")
    with pytest.raises(FOUND), transaction.atomic():
        walk.test_without_a_pass_it_writes_nothing(operation, scene())


def test_one_that_tells_a_change_twice_is_found(plant, monkeypatch):
    twice = (Change("garden.bed:1", "种花", "一床"),) * 2
    operation = plant(execute=lambda self, origin, target, data: Outcome("已种下", changes=twice))
    with pytest.raises(FOUND):
        walk.test_every_change_has_one_audit_row(operation, scene(), monkeypatch)


def test_one_that_forgets_the_callers_key_is_found(plant, monkeypatch):
    forgetful, keys, call = plant(), iter("abc"), walk.call
    monkeypatch.setattr(walk, "call", lambda operation, scene, **given: call(operation, scene, next(keys), **given))
    with pytest.raises(FOUND):
        walk.test_the_same_key_gives_the_same_answer(forgetful, scene())
