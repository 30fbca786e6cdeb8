"""One number for a whole city: the same seed gives the same one on every machine.

Over what the domain's tables say, decrypted: a ciphertext has a new nonce every time. Left out is what belongs to the
moment of loading and not to the city: real times, and numbers the server gives its transactions.
"""

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from fundcentre.data_domains import domain_of
from servicehub.kit.crypto import BlindIndexField

DOMAINS = ("parties", "ledger", "bank", "deposits")
OF_THE_MOMENT = {"accounts.Voucher.xid"}
CHUNK = 5_000


def city_digest() -> str:
    digest = hashlib.sha256()
    for table, of_table in table_digests().items():
        digest.update(f"{table} {of_table}\n".encode())
    return digest.hexdigest()


def table_digests() -> dict[str, str]:
    """Digest of each model's rows in the order of their keys, so that two cities which differ are told where."""
    return {model._meta.label: _table_digest(model) for model in _models()}


def _models() -> Iterator[type[models.Model]]:
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        domain = domain_of(model)
        if domain and domain.code in DOMAINS and model._meta.managed and not model._meta.proxy:
            yield model


def _table_digest(model: type[models.Model]) -> str:
    digest = hashlib.sha256()
    columns = [field.attname for field in model._meta.concrete_fields if _is_of_the_city(field)]
    for row in model._base_manager.order_by("pk").values_list(*columns).iterator(CHUNK):
        digest.update(repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]).encode())
    return digest.hexdigest()


def _is_of_the_city(field: models.Field) -> bool:
    # An index says nothing that its text beside it does not say, and depends on the keys of the installation.
    if isinstance(field, models.DateTimeField | BlindIndexField):
        return False
    return f"{field.model._meta.label}.{field.attname}" not in OF_THE_MOMENT
