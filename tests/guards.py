"""Guards that make a class of mistakes impossible in every test. Installed by conftest; each has a test of its own."""

import random
import socket

from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

SEED = 20261123
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "", None})


class NetworkUsed(AssertionError):
    """A test reached for another machine."""


def forbid_network(monkeypatch) -> None:
    """Only this machine: loopback addresses and unix sockets."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self, address):
        if self.family != socket.AF_UNIX and address[0] not in LOCAL_NAMES:
            raise NetworkUsed(f"a test connects to {address}")
        return connect(self, address)

    def guarded_look_up(host, *arguments, **options):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in LOCAL_NAMES:
            raise NetworkUsed(f"a test looks up {name}")
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


def shuffle_unordered(monkeypatch) -> None:
    """Rows nobody asked an order for come back in another one: on a production table they would too, one day."""
    fetch_all = QuerySet._fetch_all
    dice = random.Random(SEED)

    def shuffled_fetch_all(self):
        fresh = self._result_cache is None
        fetch_all(self)
        if fresh and len(self._result_cache) > 1 and not self.ordered:
            dice.shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", shuffled_fetch_all)


class LocksTooMuch(AssertionError):
    """``select_for_update`` over a join locks the joined rows too, and once stopped a whole site (style, pain 14)."""


def demand_lock_targets(monkeypatch) -> None:
    as_sql = SQLCompiler.as_sql

    def guarded_as_sql(self, *arguments, **options):
        sql = as_sql(self, *arguments, **options)
        query = self.query
        if query.select_for_update and not query.select_for_update_of:
            tables = [name for name, uses in query.alias_refcount.items() if uses]
            if len(tables) > 1:
                raise LocksTooMuch(f"select_for_update over {', '.join(tables)} without of=")
        return sql

    monkeypatch.setattr(SQLCompiler, "as_sql", guarded_as_sql)
