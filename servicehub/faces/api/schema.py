"""The OpenAPI document: one path per declared operation and query, made from their inputs when it is asked for."""

from types import SimpleNamespace

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from servicehub.declare import CALLBACK, READ, registry
from servicehub.faces.access import Access, ByAccess
from servicehub.faces.api import operations, queries


def documented_patterns() -> list:
    """The generic addresses written out, an address each, for the document only."""
    rows = []
    for operation in sorted(registry.operations, key=lambda one: one.code):
        if operation.kind == CALLBACK:
            continue
        module, folder = (queries, "queries") if operation.kind == READ else (operations, "operations")
        view = module.documented(operation.code, id(operation))
        rows.append(path(f"api/v1/{folder}/{operation.code}/", view.as_view()))
    return rows


class SchemaView(SpectacularAPIView):
    """Public: whoever wants to build on the centre can read what it offers."""

    access = Access("public")
    permission_classes = (ByAccess,)
    authentication_classes = ()

    @property
    def urlconf(self):
        from servicehub.faces.api.urls import fixed_patterns

        rows = [*documented_patterns(), path("api/v1/", include(fixed_patterns)), *_of_apps()]
        return SimpleNamespace(urlpatterns=rows)

    @urlconf.setter
    def urlconf(self, value):
        """``as_view`` passes nothing here."""


def _of_apps() -> list:
    """What apps serve themselves below /api/v1/ (calculators): everything the root has there but the generic part."""
    from django.urls import get_resolver

    found = []
    for pattern in get_resolver().url_patterns:
        if (
            str(pattern.pattern) == "api/v1/"
            and getattr(pattern.urlconf_name, "__name__", "") != "servicehub.faces.api.urls"
        ):
            found.append(pattern)
    return found
