"""Every table has somebody who answers for it."""

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from fundcentre.data_domains import DataDomain, data_domains, domain_of


def tables_without_domain(given, domains=None) -> list[str]:
    return [model._meta.label for model in given if domain_of(model, domains) is None]


def test_every_table_belongs_to_a_domain():
    assert tables_without_domain(apps.get_models(include_auto_created=True)) == []


@isolate_apps("servicehub")
def test_a_table_of_nobody_is_found():
    class Planted(models.Model):
        __module__ = "servicehub.attic.models"

        class Meta:
            app_label = "servicehub"

    assert tables_without_domain([Planted]) == ["servicehub.Planted"]


@isolate_apps("accounts")
def test_the_longest_prefix_answers():
    class Planted(models.Model):
        __module__ = "accounts.ledger.models.entries"

        class Meta:
            app_label = "accounts"

    domains = (
        DataDomain("all", "全部", "甲", 3, ("accounts",)),
        DataDomain("ledger", "账务", "乙", 3, ("accounts.ledger",)),
        DataDomain("led", "不相干", "丙", 3, ("accounts.ledger.model",)),
    )
    assert domain_of(Planted, domains).code == "ledger"


def test_codes_and_modules_are_named_once():
    codes = [domain.code for domain in data_domains()]
    modules = [module for domain in data_domains() for module in domain.modules]
    assert len(set(codes)) == len(codes)
    assert len(set(modules)) == len(modules)
    assert all(domain.label and domain.owner and domain.level in {1, 2, 3, 4} for domain in data_domains())
