"""The OpenAPI document: one path per declared operation and query, made from their inputs when it is asked for."""

from drf_spectacular.views import SpectacularAPIView

from servicehub.declare import CALLBACK, READ, registry
from servicehub.faces.access import Access, ByAccess
from servicehub.faces.api import operations, queries

GENERIC = (operations.OperationView, queries.QueryView)


def written_out(endpoints: list[tuple]) -> list[tuple]:
    """Hook of the document, whoever asks for it: in place of the two generic addresses, one for each declaration.

    Takes and returns (path, pattern, method, view), as ``SPECTACULAR_SETTINGS["PREPROCESSING_HOOKS"]`` has it.
    """
    rows = [endpoint for endpoint in endpoints if endpoint[3].cls not in GENERIC]
    for operation in registry.operations:
        if operation.kind == CALLBACK:
            continue
        module, folder, methods = (
            (queries, "queries", ("GET", "POST")) if operation.kind == READ else (operations, "operations", ("POST",))
        )
        address = f"/api/v1/{folder}/{operation.code}/"
        view = module.documented(operation.code, id(operation)).as_view()
        rows += [(address, address, method, view) for method in methods]
    return rows


class SchemaView(SpectacularAPIView):
    """Public: whoever wants to build on the centre can read what it offers."""

    access = Access("public")
    permission_classes = (ByAccess,)
    authentication_classes = ()
