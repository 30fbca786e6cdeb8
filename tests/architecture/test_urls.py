"""Every address says who may open it, and an address under a face is open to that face's people only."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, include, path, re_path
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from servicehub.faces.access import FACES, Access, ByAccess, access


def addresses(patterns, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern).removeprefix("^"), pattern


def declared_access(pattern: URLPattern) -> Access | None:
    """What the view says; for a DRF view what its class says, where its permission is the one that reads it."""
    view = pattern.callback
    declared = getattr(view, "access", None)
    view_class = getattr(view, "cls", None)
    if view_class is not None:
        reads = any(issubclass(permission, ByAccess) for permission in view_class.permission_classes)
        declared = getattr(view_class, "access", None) if reads else None
    return declared if isinstance(declared, Access) else None


def open_addresses(patterns) -> list[str]:
    """Addresses that say nothing, or another face than the one they stand under."""
    faults = []
    for address, pattern in addresses(patterns):
        declared = declared_access(pattern)
        first = address.split("/")[0]
        if declared is None:
            faults.append(f"{address} says nothing")
        elif first in FACES and first != declared.face:
            faults.append(f"{address} is open to {declared.face}")
    return faults


def test_every_address_says_who_may_open_it():
    assert open_addresses(get_resolver().url_patterns) == []


def test_an_address_that_says_nothing_or_the_wrong_thing_is_found():
    def silent(request):
        return HttpResponse()

    class Deaf(APIView):
        access = Access("public")
        permission_classes = (AllowAny,)

    class Silent(APIView):
        permission_classes = (ByAccess,)

    class Whole(APIView):
        access = Access("public")
        permission_classes = (ByAccess,)

    hall = access("employer")(silent)
    patterns = [
        path("news/", silent),
        re_path("^employer/month/$", hall),
        path("counter/", include([path("month/", hall)])),
        path("api/deaf", Deaf.as_view()),
        path("api/silent", Silent.as_view()),
        path("api/whole", Whole.as_view()),
    ]
    assert open_addresses(patterns) == [
        "news/ says nothing",
        "counter/month/ is open to employer",
        "api/deaf says nothing",
        "api/silent says nothing",
    ]
