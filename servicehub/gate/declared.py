"""System checks over what the apps declare: a wrong declaration stops the start, never a citizen in March."""

from collections.abc import Iterator

from django.core import checks

from servicehub.catalogue import clashes
from servicehub.declare import CALLBACK, CONTINUE, NEW, READ, Operation, Query, registry
from servicehub.declare.registry import Registry

KINDS = {READ, NEW, CONTINUE, CALLBACK}


def declarations_hold(app_configs, **kwargs):
    faults = [fault for found in vars(registry).values() if isinstance(found, Registry) for fault in found.faults]
    for operation in registry.operations:
        faults += faults_of(operation)
    faults += clash_faults()
    return [checks.Error(fault, id="servicehub.E001") for fault in faults]


def faults_of(operation: Operation) -> Iterator[str]:
    code = operation.code
    if "." not in code:
        yield f"operation {code}: a code is app, dot, verb_object"
    if not operation.label:
        yield f"operation {code} has no label"
    if operation.item not in registry.items:
        yield f"operation {code} names item {operation.item!r}, which nobody declares"
    if operation.target and operation.target not in registry.party_kinds:
        yield f"operation {code} acts on {operation.target!r}, a kind of party nobody declares"
    if operation.kind not in KINDS:
        yield f"operation {code}: {operation.kind!r} is no kind"
    if isinstance(operation, Query) != (operation.kind == READ):
        yield f"operation {code}: whatever reads is a Query, and nothing else is"
    if operation.runs not in {"now", "job"}:
        yield f"operation {code}: runs {operation.runs!r}"
    if not operation.opens_case and (operation.stages or operation.runs == "job"):
        yield f"operation {code}: what waits for a reviewer or a job has a case"


def clash_faults() -> Iterator[str]:
    try:
        pairs = clashes.matrix()
    except (clashes.ClashFault, OSError) as fault:
        yield f"clash matrix: {fault}"
        return
    for unknown in sorted({code for pair in pairs for code in pair} - {item.code for item in registry.items}):
        yield f"clash matrix names item {unknown}, which nobody declares"
    missing = [
        f"{item} × {other}"
        for item, other in clashes.missing_pairs(one.code for one in registry.items if one.published)
    ]
    if missing:
        yield f"clash matrix says nothing about {len(missing)} pairs: {', '.join(missing[:5])}"
