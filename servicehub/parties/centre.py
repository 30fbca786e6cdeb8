"""The centre itself: target of stop orders, policy values, role grants, and of registering what is not there yet."""

from django.conf import settings

from servicehub.declare import CENTRE, Authority, Origin, PartyCard, PartyKind, registry


class CentreKind(PartyKind):
    """Its staff have the roles of their posts; nobody else has any relation to it."""

    def cards(self, ids):
        return {CENTRE.id: PartyCard(CENTRE, token="centre", label=settings.CENTRE_NAME)} if CENTRE.id in ids else {}

    def find(self, token: str) -> int | None:
        return CENTRE.id if token == "centre" else None

    def authority(self, origin: Origin, party_id: int) -> Authority | None:
        if origin.user_kind != "staff" or party_id != CENTRE.id:
            return None
        return Authority(roles=origin.roles, basis="岗位")

    def mine(self, origin: Origin) -> list[int]:
        return [CENTRE.id] if origin.user_kind == "staff" else []


registry.party_kinds.add(CentreKind(code=CENTRE.kind, label="中心"))
