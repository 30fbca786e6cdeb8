"""The outermost layer of every request: its number, its time, its one line in the log."""

from time import perf_counter

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):
    """Gives the request an id, says it in ``X-Request-ID``, and logs the route instead of the address.

    An address may hold what was searched for; the route ``counter/parties/<token>/`` cannot.
    """

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match = request.resolver_match
        return f"{request.method} /{match.route}" if match else f"{request.method} no route"

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        request.request_id = structlog.contextvars.get_contextvars()["request_id"]
        request.begun = perf_counter()

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = request.request_id
        structlog.contextvars.bind_contextvars(ms=int((perf_counter() - request.begun) * 1000))
        super().handle_response(request, response)
