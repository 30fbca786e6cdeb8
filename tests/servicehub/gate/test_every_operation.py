"""What holds for every operation, whoever declares it. A new one is walked here without a line of its own.

What it needs is a world it can be done in: ``tests/scenarios.py`` says how, in a few lines.
"""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import transaction

import tests.accounts.books_scenarios
import tests.accounts.scenarios
import tests.deposits.scenarios
import tests.servicehub.scenarios  # noqa: F401  registers its builders
from servicehub import gate
from servicehub.audit.models import AuditEntry, EntryKind
from servicehub.cases.models import Draft
from servicehub.declare import CALLBACK, READ, PassRequired, registry
from servicehub.faces import paging
from servicehub.gate import inputs
from servicehub.gate.models import ServiceCall
from servicehub.gate.modes import SWITCHBOARD
from servicehub.kit import wording
from tests.scenarios import Scenario, build, deciders, powerless, stranger_to, user
from tests.servicehub.gate.test_stopping import stop

pytestmark = pytest.mark.django_db
EVERY = list(registry.operations)
WRITING = [one for one in EVERY if one.kind != READ]
THROUGH_THE_DOOR = [one for one in EVERY if one.kind != CALLBACK]
HANDED_IN = [one for one in WRITING if one.kind != CALLBACK]


def each(operations):
    return pytest.mark.parametrize("operation", operations, ids=lambda one: one.code)


@pytest.fixture
def tools(monkeypatch, settings, client):
    return SimpleNamespace(monkeypatch=monkeypatch, settings=settings, client=client, code="")


@pytest.fixture
def scene(operation, tools) -> Scenario:
    tools.code = operation.code
    return build(operation, tools)


def call(operation, scene: Scenario, key="walk", **given):
    origin, raw = given.get("origin", scene.origin), given.get("raw", scene.raw)
    for file in scene.files.values():
        file.seek(0)
    match operation.kind:
        case "read":
            return gate.read(operation.code, origin, scene.target, raw)
        case "callback":
            return gate.callback(operation.code, origin, scene.target, raw, key)
        case _:
            return gate.submit(operation.code, origin, scene.target, raw, key, files=scene.files)


def refusal(operation, scene, **given):
    with pytest.raises(gate.Refused) as refused:
        call(operation, scene, **given)
    return refused.value


@each([one for one in EVERY if one.kind == READ])
def test_every_status_it_lists_has_a_word(operation, scene):
    table = call(operation, scene)
    shown = [column.key for column in table.columns if column.kind == "status"]
    for row in paging.finished(table, table.source[:50]):
        for key in shown:
            assert row[key] in (None, "") or wording.status(str(row[key])).word


@each(WRITING)
def test_the_frozen_input_thaws_to_itself(operation, scene):
    data, frozen, errors = inputs.read_input(operation, inputs.with_files(scene.raw, scene.files))
    assert errors == []
    if scene.files:
        with transaction.atomic():
            inputs.keep_files(scene.origin, data, frozen)
    assert inputs.thaw(operation, frozen) == data


@each(THROUGH_THE_DOOR)
def test_a_stopped_platform_answers_503_and_keeps_what_was_typed(operation, scene):
    order = stop(ordered_by_id=user().pk)
    if operation.item in SWITCHBOARD:
        explained = gate.explain(operation.code, scene.origin, scene.target)
        assert explained is None or explained.status != 503
        return
    refused = refusal(operation, scene)
    assert (refused.status, refused.facts["stop_order"]) == (503, order.number)
    assert ServiceCall.objects.latest("pk").outcome == "REFUSED_STOP"
    typed = operation.kind != READ and bool(scene.raw)
    assert Draft.objects.filter(operation=operation.code).count() == typed


@each([one for one in THROUGH_THE_DOOR if one.target])
def test_to_a_stranger_it_does_not_exist(operation, scene):
    assert refusal(operation, scene, origin=stranger_to(operation, scene.origin)).status == 404


@each([one for one in THROUGH_THE_DOOR if one.roles])
def test_without_the_right_it_is_refused(operation, scene):
    refused = refusal(operation, scene, origin=powerless(scene.origin))
    assert (refused.code, refused.status) == ("ROLE_MISSING", 403)


@each([one for one in THROUGH_THE_DOOR if registry.items[one.item].assurance])
def test_a_weak_session_steps_up(operation, scene):
    refused = refusal(operation, scene, origin=replace(scene.origin, assurance=0))
    assert (refused.code, refused.status) == ("STEP_UP_REQUIRED", 401)


@each(WRITING)
def test_without_a_pass_it_writes_nothing(operation, scene):
    data, _, _ = inputs.read_input(operation, inputs.with_files(scene.raw, scene.files))
    with pytest.raises(PassRequired), transaction.atomic():
        operation.execute(replace(scene.origin, pass_=None), scene.target, data)


@each(WRITING)
def test_the_same_key_gives_the_same_answer(operation, scene):
    first, second = call(operation, scene), call(operation, scene)
    assert second.replayed and not first.replayed
    assert second.as_json() == first.as_json()


@each(WRITING)
def test_every_change_has_one_audit_row(operation, scene, monkeypatch):
    changes = []
    execute = type(operation).execute

    def noting(self, origin, target, data):
        outcome = execute(self, origin, target, data)
        changes.extend(outcome.changes)
        return outcome

    monkeypatch.setattr(type(operation), "execute", noting)
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    carry_through(operation, scene)
    rows = AuditEntry.objects.filter(operation=operation.code).exclude(pk__in=before)
    assert rows, "what wrote left its mark"
    told = Counter(rows.filter(kind=EntryKind.CHANGE).values_list("object", "action"))
    assert not {one: count for one, count in told.items() if count > 1}
    assert {(one.object, one.action) for one in changes} <= set(told)


def carry_through(operation, scene):
    answer = call(operation, scene)
    stages = stages_of(operation, scene)
    for place, decider in enumerate(deciders(stages, scene)):
        answer = gate.decide(answer.submission, decider, "approve", "", f"walk{place}")
    return answer


def stages_of(operation, scene):
    data, _, _ = inputs.read_input(operation, inputs.with_files(scene.raw, scene.files))
    return tuple(operation.stages_for(scene.origin, scene.target, data))


@each([one for one in HANDED_IN if one.stages])
def test_its_maker_does_not_approve_it(operation, scene):
    stages = stages_of(operation, scene)
    answer = call(operation, scene)
    both = replace(
        scene.origin,
        roles=scene.origin.roles | set(stages),
        posts=scene.origin.posts | {(role, None) for role in stages},
    )
    with pytest.raises(gate.Refused) as refused:
        gate.decide(answer.submission, both, "approve", "", "walk")
    assert (refused.value.code, refused.value.status) == ("OWN_CASE", 403)


def test_every_scenario_belongs_to_an_operation():
    from tests.scenarios import BUILDERS

    assert set(BUILDERS) <= {one.code for one in EVERY}
