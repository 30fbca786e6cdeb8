"""Where a page stands: which face, acting for whom, on whom. The one translation from an address to parties.

Addresses (docs/architecture.md):

    /employer/<token>/…        an employer's agent, acting for that employer
    /my/…                      a person, for themselves
    /counter/…  /switchboard/… staff; the centre unless the address names a party
    …<kind>/<token>/…          about another party: /counter/person/7f3k/do/<operation>/

Tokens are opaque: no number and no name of anybody stands in an address.
"""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, wraps

from django.http import Http404, HttpRequest, HttpResponse

from servicehub import messages, parties
from servicehub.declare import CENTRE, Channel, Entry, Operation, Origin, Party, PartyCard
from servicehub.faces import refusals
from servicehub.faces.access import access
from servicehub.faces.origin import origin_of
from servicehub.gate import Refused
from servicehub.gate.models import StopOrder, StopScope
from servicehub.gate.reads import standing

CHANNEL = {
    "employer": Channel.WEBE,
    "my": Channel.WEBP,
    "counter": Channel.CTR,
    "switchboard": Channel.ADM,
}


@dataclass
class Place:
    """``party``: who the page acts for by default (employer, person, centre); ``card``: how they are shown."""

    face: str
    base: str
    origin: Origin
    party: Party
    card: PartyCard
    can_switch: bool = False
    _cards: dict[Party, PartyCard | None] = field(default_factory=dict, init=False, repr=False)

    def target_for(self, operation: Operation) -> Party | None:
        """The target where the address names none: oneself, the employer acted for, or the centre.

        :raises Http404: the operation acts on a kind of party that the address must name.
        """
        if not operation.target:
            return None
        if operation.target == self.party.kind:
            return self.party
        if operation.target == CENTRE.kind:
            return CENTRE
        raise Http404

    def address(self, verb: str, code: str, target: Party | None = None) -> str:
        """``do`` or ``list`` of an operation; the target stands in it unless it is the default one."""
        return f"{self.at(target)}{verb}/{code}/"

    def at(self, target: Party | None) -> str:
        """The part of an address that names the party."""
        if not self._is_other(target):
            return self.base
        card = self.card_of(target)
        if card is None:
            raise Http404
        return f"{self.base}{target.kind}/{card.token}/"

    def card_of(self, party: Party) -> PartyCard | None:
        """Looked up once for a page, however many of its links lead there."""
        if party not in self._cards:
            self._cards[party] = parties.card(party)
        return self._cards[party]

    def card_of_other(self, target: Party | None) -> PartyCard | None:
        """Whom the page is about, when it is not whom the page already names."""
        return self.card_of(target) if self._is_other(target) else None

    def _is_other(self, target: Party | None) -> bool:
        return target is not None and target not in {self.party, CENTRE}

    @cached_property
    def authority(self):
        return parties.authority(self.origin, self.party)

    def holds(self, roles: frozenset[str]) -> bool:
        """Whether the operator has any of these roles here; nothing asked, everybody may."""
        if not roles:
            return True
        held = self.authority.roles if self.authority else self.origin.roles
        return bool(roles & (held | self.origin.roles))

    def may_see(self, entry: Entry) -> bool:
        if not self.holds(entry.roles):
            return False
        return not entry.item or self.authority is None or self.authority.covers(entry.item)

    def unread(self) -> int:
        return messages.unread(self.origin.operator)

    def notices(self) -> list[StopOrder]:
        """What is announced to everybody on this channel, by orders over it or over the whole platform."""
        return [
            order
            for order in standing(self.origin.at)
            if order.scope == StopScope.PLATFORM
            or (order.scope == StopScope.CHANNEL and order.scope_ref == CHANNEL[self.face])
        ]


def staff_place(face: str, origin: Origin) -> Place:
    return Place(face, f"/{face}/", origin, CENTRE, parties.card(CENTRE))


def person_place(origin: Origin) -> Place:
    own = parties.mine(origin, "person")
    if not own:
        raise refusals.Shown(
            "还没有公积金账户", "单位为您开户后，账户会自动出现在这里；灵活就业人员可到服务大厅办理自愿缴存。"
        )
    return Place("my", "/my/", origin, own[0], parties.card(own[0]))


def employer_place(origin: Origin, token: str) -> Place:
    """:raises Http404: no such employer, or none of the operator's: the same answer."""
    party = parties.find("employer", token)
    mine = parties.mine(origin, "employer")
    if party is None or party not in mine:
        raise Http404
    card = parties.card(party)
    acting = dataclasses.replace(origin, acting_for=party)
    return Place("employer", f"/employer/{card.token}/", acting, party, card, can_switch=len(mine) > 1)


def page(face: str, roles: Iterable[str] = ()) -> Callable:
    """Decorator of a page of a face: ``view(request, place, …)``. Guards it as ``access`` does.

    Log-in, post, the party in the address, refusals of the gate: all answered here, as pages. An employer's page
    takes its ``acting`` token from the address.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @access(face, roles=roles)
        @wraps(view)
        def placed(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            token = kwargs.pop("acting", "")
            try:
                request.place = _place(face, request, token)
                answer = view(request, request.place, *args, **kwargs)
                if not answer.has_header("Cache-Control"):
                    # Somebody else may sit at this browser next, and Back must ask the server again.
                    answer["Cache-Control"] = "private, no-store"
                return answer
            except Refused as refused:
                return refusals.answer(request, refused)
            except refusals.Shown as state:
                return refusals.shown(request, state)

        return placed

    return decorate


def _place(face: str, request: HttpRequest, token: str) -> Place:
    origin = dataclasses.replace(origin_of(request), channel=CHANNEL[face])
    if face == "employer":
        return employer_place(origin, token)
    if face == "my":
        return person_place(origin)
    return staff_place(face, origin)


def party_of(place: Place, kind: str, token: str) -> Party:
    """The party named in an address, when the operator has any relation to it.

    :raises Http404: nobody, or somebody else's.
    """
    party = parties.find(kind, token)
    if party is None or parties.authority(place.origin, party) is None:
        raise Http404
    return party
