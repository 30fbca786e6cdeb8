"""Tables: money fields are exact, nothing near money cascades, and foreign keys obey the tower and the rooms."""

import tomllib
from collections.abc import Iterable

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test.utils import isolate_apps
from guardian.models.models import GroupObjectPermissionBase, UserObjectPermissionBase

from servicehub.clock.models import Workday
from servicehub.identity.models import User
from tests.architecture.tree import APPS, RANK, ROOT, may_use

MONEY_DIGITS_MIN = 18
RATE_WORDS = ("rate", "ratio", "percent", "factor", "share", "score")
# guardian's own columns (user, group, permission) cascade; the rows are written anew from the grants.
GUARDIAN = (GroupObjectPermissionBase, UserObjectPermissionBase)
MONEY_APPS = ("accounts", "deposits", "withdrawals", "loans")


def rooms_bottom_up() -> list[str]:
    """The order of the hub's rooms, from the contract in pyproject.toml: one order, one place."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    return [layer.strip("()") for layer in reversed(layers)]


def ours(given: Iterable[type[models.Model]] | None = None) -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True) if given is None else given
    return [model for model in found if model._meta.app_label in APPS]


def room_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def inexact_money(found: list[type[models.Model]]) -> list[str]:
    faults = []
    for model in found:
        for field in model._meta.local_fields:
            where = f"{model._meta.label}.{field.name}"
            if isinstance(field, models.FloatField):
                faults.append(f"{where} is a float")
            if not isinstance(field, models.DecimalField) or any(word in field.name for word in RATE_WORDS):
                continue
            if field.decimal_places != 2 or field.max_digits < MONEY_DIGITS_MIN:
                faults.append(f"{where} is ({field.max_digits},{field.decimal_places})")
    return faults


def cascades_near_money(found: list[type[models.Model]]) -> list[str]:
    return [
        f"{model._meta.label}.{field.name} does not protect {field.related_model._meta.label}"
        for model in found
        for field in model._meta.local_fields
        if field.is_relation
        and not (issubclass(model, GUARDIAN) and field.name != "content_object")
        and field.remote_field.on_delete is not models.PROTECT
        and (model._meta.app_label in MONEY_APPS or field.related_model._meta.app_label in MONEY_APPS)
    ]


def upward_keys(found: list[type[models.Model]]) -> list[str]:
    """Foreign keys and many-to-many fields that point at a higher storey, a sibling, or a higher room of the hub."""
    order = rooms_bottom_up()
    faults = []
    for model in found:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = field.related_model if field.is_relation else None
            if target is None or isinstance(target, str) or target._meta.app_label not in RANK:
                continue
            upward = not may_use(model._meta.app_label, target._meta.app_label)
            if model._meta.app_label == target._meta.app_label == "servicehub":
                upward = order.index(room_of(target)) > order.index(room_of(model))
            if upward:
                faults.append(f"{model._meta.label}.{field.name} points up at {target._meta.label}")
    return faults


def test_money_is_exact():
    assert inexact_money(ours()) == []


def test_nothing_near_money_cascades():
    assert cascades_near_money(ours()) == []


def test_foreign_keys_obey_the_tower_and_the_rooms():
    assert upward_keys(ours()) == []


@isolate_apps("deposits")
def test_inexact_money_is_found():
    class Planted(models.Model):
        amount = models.DecimalField(max_digits=12, decimal_places=2)
        balance = models.DecimalField(max_digits=18, decimal_places=4)
        speed = models.FloatField()
        rate = models.DecimalField(max_digits=6, decimal_places=4)
        total = models.DecimalField(max_digits=20, decimal_places=2)

        class Meta:
            app_label = "deposits"

    assert inexact_money([Planted]) == [
        "deposits.Planted.amount is (12,2)",
        "deposits.Planted.balance is (18,4)",
        "deposits.Planted.speed is a float",
    ]


@isolate_apps("deposits", "servicehub")
def test_a_cascade_near_money_is_found():
    class Planted(models.Model):
        user = models.ForeignKey(User, models.CASCADE, related_name="+")
        maker = models.ForeignKey(User, models.PROTECT, related_name="+")

        class Meta:
            app_label = "deposits"

    class FromTheHub(models.Model):
        money = models.ForeignKey(Planted, models.SET_NULL, null=True)
        kind = models.ForeignKey(ContentType, models.CASCADE)

        class Meta:
            app_label = "servicehub"

    assert cascades_near_money([Planted, FromTheHub]) == [
        "deposits.Planted.user does not protect servicehub.User",
        "servicehub.FromTheHub.money does not protect deposits.Planted",
    ]


@isolate_apps("accounts", "deposits", "withdrawals", "servicehub")
def test_an_upward_key_is_found():
    class Withdrawal(models.Model):
        class Meta:
            app_label = "withdrawals"

    class Deposit(models.Model):
        sibling = models.ForeignKey(Withdrawal, models.PROTECT)
        user = models.ForeignKey(User, models.PROTECT)

        class Meta:
            app_label = "deposits"

    class Account(models.Model):
        deposits = models.ManyToManyField(Deposit)

        class Meta:
            app_label = "accounts"

    class ClockRow(models.Model):
        __module__ = "servicehub.clock.models"
        day = models.ForeignKey(Workday, models.PROTECT)
        user = models.ForeignKey(User, models.PROTECT)

        class Meta:
            app_label = "servicehub"

    assert upward_keys([Deposit, Account, ClockRow]) == [
        "deposits.Deposit.sibling points up at withdrawals.Withdrawal",
        "accounts.Account.deposits points up at deposits.Deposit",
        "servicehub.ClockRow.user points up at servicehub.User",
    ]
