"""The registries. They refuse a duplicate or dangling code: a wrong declaration is a system-check error."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Objects by code. Faults are collected, not raised, so that one check run shows them all."""

    def __init__(self, name: str):
        self.name = name
        self.faults: list[str] = []
        self._by_code: dict[str, T] = {}

    def add(self, declared: T) -> T:
        code = declared.code
        if not code:
            self.faults.append(f"{self.name}: {declared!r} has no code")
        elif code in self._by_code and self._by_code[code] is not declared:
            self.faults.append(f"{self.name}: {code} is declared twice")
        else:
            self._by_code[code] = declared
        return declared

    def remove(self, code: str) -> None:
        """For tests that plant a declaration and take it away again."""
        self._by_code.pop(code, None)

    def __getitem__(self, code: str) -> T:
        return self._by_code[code]

    def get(self, code: str) -> T | None:
        return self._by_code.get(code)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[T]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)


class ClassRegistry(Registry):
    """Class decorator: ``@operations.add``. Keeps one instance of each class; what is declared holds no state."""

    def add(self, declared: type) -> type:
        super().add(declared())
        return declared


class OperationRegistry(ClassRegistry):
    def __init__(self, name: str):
        super().__init__(name)
        self._prepare: Callable[[T], None] | None = None

    def prepare_each(self, prepare: Callable[[T], None]) -> None:
        """Do this to every operation, those declared later included: how the hub gives forms their words."""
        self._prepare = prepare
        for operation in self:
            prepare(operation)

    def add(self, declared: type) -> type:
        super().add(declared)
        if self._prepare and declared.code in self:
            self._prepare(self[declared.code])
        return declared

    def of_item(self, item: str) -> list:
        return [operation for operation in self if operation.item == item]


items = Registry("items")
operations = OperationRegistry("operations")
party_kinds = Registry("parties")
sheets = ClassRegistry("sheets")
parameters = Registry("parameters")
jobs = Registry("jobs")
checks = Registry("checks")
probes = Registry("probes")
panels = Registry("panels")
entries = Registry("entries")
letters = Registry("letters")
receipts = Registry("receipts")
indicators = Registry("indicators")
ledger_events = Registry("events")

ROOMS = (
    "parameters",
    "parties",
    "items",
    "events",
    "receipts",
    "sheets",
    "operations",
    "jobs",
    "checks",
    "indicators",
    "letters",
    "panels",
)
"""Modules that autodiscovery imports from every app, in this order."""
