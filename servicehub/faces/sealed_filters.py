"""Filters that may name somebody (a name, an id number, an account) never stand in an address.

Addresses are kept: in histories, in logs of servers on the way, in what one reader sends another. The filter bar posts;
what may name somebody goes into one sealed value of the address, which opens for the same reader only. So a reload, the
back button, sorting, paging and printing keep the filter, and nobody reads it out of the address.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from rest_framework import serializers

from servicehub.declare import Operation
from servicehub.faces.origin import origin_of
from servicehub.kit import crypto

PARAM = "f"
DOMAIN = "servicehub.filter.sealed"
CODES = frozenset({"item", "channel", "account", "number", "upload", "remittance", "city", "case_no", "subject"})
"""Boxes of free text that hold codes of ours and name nobody."""
_OWN = frozenset({"csrfmiddlewaretoken", PARAM})


def secret_names(query: Operation) -> frozenset[str]:
    """Filters of a query that may name somebody: free text, unless it is known to hold a code."""
    return frozenset(
        name
        for form in query.steps or (query.Input,)
        for name, declared in form._declared_fields.items()
        if isinstance(declared, serializers.CharField)
        and not isinstance(declared, serializers.ChoiceField)
        and name not in CODES
    )


def hide(request: HttpRequest, names: Iterable[str]) -> HttpResponse | None:
    """Where a filter was set: on to the address that holds it sealed. ``None``: the address is as it should be."""
    names = frozenset(names)
    if request.method == "POST":
        given = request.POST
    elif names & request.GET.keys():
        given = request.GET  # an old link; what it names is out of the address at once
    else:
        return None
    secret = {name: given[name].strip() for name in names if given.get(name, "").strip()}
    if request.method != "POST":
        secret = {**_opened(request), **secret}
    address = QueryDict(mutable=True)
    for name, values in given.lists():
        if name not in names | _OWN and any(values):
            address.setlist(name, values)
    return HttpResponseRedirect(_address(request, address, secret), status=303)


def given(request: HttpRequest) -> QueryDict:
    """What the address says, with what is sealed in it. For reading filters; addresses are made from ``GET``."""
    found = request.GET.copy()
    found.pop(PARAM, None)
    for name, value in _opened(request).items():
        found[name] = value
    return found


def without(request: HttpRequest, name: str) -> str:
    """The same list without this one sealed filter."""
    address = request.GET.copy()
    address.pop(PARAM, None)
    address.pop("page", None)
    return _address(request, address, {key: value for key, value in _opened(request).items() if key != name})


def _address(request: HttpRequest, address: QueryDict, secret: Mapping[str, str]) -> str:
    if secret:
        body = {"reader": origin_of(request).operator, "values": secret}
        sealed = crypto.encrypt(json.dumps(body, ensure_ascii=False), DOMAIN)
        address[PARAM] = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return f"{request.path}?{address.urlencode()}" if address else request.path


def _opened(request: HttpRequest) -> dict[str, str]:
    """Nothing when it was made for somebody else, or by nobody."""
    text = request.GET.get(PARAM, "")
    try:
        body = json.loads(crypto.decrypt(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), DOMAIN))
    except (binascii.Error, ValueError):  # Unreadable is a ValueError
        return {}
    return body["values"] if body["reader"] == origin_of(request).operator else {}
