"""Addresses below /api/v1/. The two generic ones serve every operation; the schema writes them out one by one."""

from django.urls import path, register_converter

from servicehub.faces.api.cases import CasesView, CaseView, DecisionView
from servicehub.faces.api.operations import OperationView
from servicehub.faces.api.queries import QueryView
from servicehub.faces.api.schema import SchemaView


class CodeWord:
    """The shape of a code; whether it exists is answered as a problem document, not as an unknown address."""

    regex = r"[a-z_]+\.[a-z0-9_]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeWord, "code_word")

urlpatterns = [
    path("cases/", CasesView.as_view(), name="api-cases"),
    path("cases/<str:number>/", CaseView.as_view(), name="api-case"),
    path("submissions/<int:submission>/decisions/", DecisionView.as_view(), name="api-decision"),
    path("operations/<code_word:code>/", OperationView.as_view(), name="api-operation"),
    path("queries/<code_word:code>/", QueryView.as_view(), name="api-query"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
]
