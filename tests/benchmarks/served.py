"""The product's web application with one more address, for ``page_list``: the list page drawn anew from what stands
ready. Same server, same middleware, same template and rows; nobody is asked who looks, and no statement runs.
"""

import os

import django
import jinja2
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

SERVED = "BENCH_SERVED"
TEMPLATE = "faces/query/list.html"

_draw = jinja2.Template.render
_drawn_last: list = []


def _remember(template: jinja2.Template, *args, **words) -> str:
    if template.name == TEMPLATE:
        _drawn_last[:] = [template, args, words]
    return _draw(template, *args, **words)


def _refuse(run, sql, *given):
    raise AssertionError(f"the static page asked the database: {sql}")


def static_page(request: HttpRequest) -> HttpResponse:
    template, args, words = _drawn_last
    with connection.execute_wrapper(_refuse):
        return HttpResponse(_draw(template, *args, **words))


if SERVED in os.environ:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcentre.settings")
    django.setup()
    from fundcentre import urls

    urls.urlpatterns.insert(0, path("static-page/", static_page))
    jinja2.Template.render = _remember
    application = WSGIHandler()
