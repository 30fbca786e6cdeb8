"""What the apps declare is whole: items can be explained, codes resolve, names of the schedule exist."""

import dataclasses
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from accounts.day_close import own_steps
from fundcentre import schedule
from fundcentre.celery import app as celery
from fundcentre.schedule import DailyJob, Tick
from servicehub.declare import CENTRE, Audience, Channel, Item, Operation, PolicyKey, registry
from tests.architecture.tree import ROOT

ITEM_CODE = re.compile(r"[A-Z]{1,3}-[A-Z0-9]{2,6}")
OPERATION_CODE = re.compile(r"(servicehub|accounts|deposits|withdrawals|loans)\.[a-z][a-z0-9_]*")
REGISTRIES = [value for value in vars(registry).values() if isinstance(value, registry.Registry)]


def incomplete_items(items: Iterable[Item]) -> list[str]:
    faults = []
    for item in items:
        wanted = ("name", "owner", "guide", "help", "audiences", "channels", "group")
        faults += [f"{item.code} has no {field}" for field in wanted if not getattr(item, field)]
        if not ITEM_CODE.fullmatch(item.code):
            faults.append(f"{item.code} is not written like J-PAY")
        if not 0 <= item.assurance <= 5:
            faults.append(f"{item.code} asks for assurance {item.assurance}")
    return faults


def dangling_operations(operations: Iterable[Operation], items, party_kinds) -> list[str]:
    kinds = {CENTRE.kind, *(kind.code for kind in party_kinds)}
    codes = {item.code for item in items}
    faults = []
    for operation in operations:
        if not OPERATION_CODE.fullmatch(operation.code):
            faults.append(f"{operation.code} is not written app.verb_object")
        elif not type(operation).__module__.startswith((operation.code.split(".")[0] + ".", "tests.")):
            faults.append(f"{operation.code} is declared by {type(operation).__module__}")
        if operation.item not in codes:
            faults.append(f"{operation.code} belongs to no item: {operation.item!r}")
        if operation.target and operation.target not in kinds:  # "": on the operator's own affairs, no party
            faults.append(f"{operation.code} acts on {operation.target!r}, which no app declares")
        if not operation.label:
            faults.append(f"{operation.code} has no label")
    return faults


def keys_without_value(keys: Iterable[PolicyKey], files: Iterable[Path]) -> list[str]:
    """Keys that no city's file gives a value and that have no default: nobody could ever look them up."""
    given = {
        value["key"] for file in files for value in tomllib.loads(file.read_text(encoding="utf-8")).get("values", ())
    }
    return [key.code for key in keys if key.default is None and key.code not in given]


def values_without_key(keys: Iterable[PolicyKey], files: Iterable[Path]) -> list[str]:
    known = {key.code for key in keys}
    return [
        f"{file.name}: {value['key']}"
        for file in files
        for value in tomllib.loads(file.read_text(encoding="utf-8")).get("values", ())
        if value["key"] not in known
    ]


def dangling_schedule(jobs: Iterable[str], tasks: Iterable[str], known_jobs, known_tasks) -> list[str]:
    return [f"no job {code}" for code in jobs if code not in known_jobs] + [
        f"no task {name}" for name in tasks if name not in known_tasks
    ]


def policy_files() -> list[Path]:
    return sorted((ROOT / "fundcentre" / "policy").rglob("*.toml"))


@pytest.mark.parametrize("one", REGISTRIES, ids=lambda one: one.name)
def test_no_code_is_declared_twice(one):
    assert one.faults == []


def test_a_code_declared_twice_is_found():
    one = registry.Registry("planted")
    one.add(PolicyKey("deposits.ceiling", "上限", "money"))
    one.add(PolicyKey("deposits.ceiling", "另一个", "money"))
    assert one.faults == ["planted: deposits.ceiling is declared twice"]


def test_every_item_can_be_explained():
    assert incomplete_items(registry.items) == []


def test_an_item_without_guide_or_help_is_found():
    whole = Item(
        code="J-PAY", name="单位汇缴", owner="归集科", audiences=frozenset({Audience.EMPLOYER}),
        channels=frozenset({Channel.WEBE}), assurance=3, guide="怎样办", help="一问一答", group="缴存",
    )  # fmt: skip
    assert incomplete_items([whole]) == []
    lacking = dataclasses.replace(whole, guide="", help="", owner="")
    assert incomplete_items([lacking]) == ["J-PAY has no owner", "J-PAY has no guide", "J-PAY has no help"]
    assert incomplete_items([dataclasses.replace(whole, code="pay", assurance=9)]) == [
        "pay is not written like J-PAY",
        "pay asks for assurance 9",
    ]


def test_every_operation_belongs_somewhere():
    assert dangling_operations(registry.operations, registry.items, registry.party_kinds) == []


def test_a_dangling_operation_is_found():
    class Planted(Operation):
        code, item, label, target = "deposits.plant", "J-NONE", "种", "tree"

    class Shouting(Planted):
        code = "Deposits.PLANT"

    assert dangling_operations([Planted()], [], []) == [
        "deposits.plant belongs to no item: 'J-NONE'",
        "deposits.plant acts on 'tree', which no app declares",
    ]
    assert "Deposits.PLANT is not written app.verb_object" in dangling_operations([Shouting()], [], [])


def test_every_policy_key_has_a_value():
    assert keys_without_value(registry.parameters, policy_files()) == []
    assert values_without_key(registry.parameters, policy_files()) == []


def test_a_key_without_a_value_and_a_value_without_a_key_are_found(tmp_path):
    file = tmp_path / "city.toml"
    file.write_text('[[values]]\nkey = "deposits.floor"\nvalue = "1"\n')
    keys = [PolicyKey("deposits.ceiling", "上限", "money"), PolicyKey("deposits.days", "天数", "integer", default=3)]
    assert keys_without_value(keys, [file]) == ["deposits.ceiling"]
    assert values_without_key(keys, [file]) == ["city.toml: deposits.floor"]


def test_every_name_of_the_schedule_resolves():
    celery.loader.import_default_modules()
    closing = [step.code for step in schedule.DAY_CLOSE if not step.slot]
    assert {code for code in closing if code.startswith("close.")} == set(own_steps.STEPS)
    jobs = (
        *(code for code in closing if not code.startswith("close.")),
        *(entry.job for entry in schedule.JOBS),
    )
    tasks = (
        *(entry.task for entry in (*schedule.TICKS, *schedule.TASKS)),
        *([schedule.START_JOB] if schedule.JOBS else []),
    )
    assert dangling_schedule(jobs, tasks, registry.jobs, celery.tasks) == []


def test_a_dangling_name_of_the_schedule_is_found():
    assert dangling_schedule(["deposits.nightly"], ["deposits.tick"], registry.jobs, celery.tasks) == [
        "no job deposits.nightly",
        "no task deposits.tick",
    ]


def test_the_schedule_in_celerys_words(monkeypatch):
    monkeypatch.setattr(schedule, "JOBS", (DailyJob("ledger.prove", hour=2, minute=30, day_of_month="1"),))
    monkeypatch.setattr(schedule, "TICKS", (Tick("servicehub.outbox.deliver", every_s=2),))
    beat = schedule.beat_schedule()
    job, tick = beat["job ledger.prove"], beat["tick servicehub.outbox.deliver"]
    assert (job["task"], job["args"]) == (schedule.START_JOB, ["ledger.prove"])
    assert (job["schedule"].hour, job["schedule"].minute, job["schedule"].day_of_month) == ({2}, {30}, {1})
    assert (tick["schedule"], tick["options"]["expires"]) == (2, 4)


def test_the_schedule_is_sorted():
    """One place to look, and no entry hides: jobs by time of day, ticks by pace."""
    assert list(schedule.JOBS) == sorted(schedule.JOBS, key=lambda entry: (entry.hour, entry.minute, entry.job))
    assert list(schedule.TASKS) == sorted(schedule.TASKS, key=lambda entry: (entry.hour, entry.minute, entry.task))
    assert list(schedule.TICKS) == sorted(schedule.TICKS, key=lambda tick: (tick.every_s, tick.task))
