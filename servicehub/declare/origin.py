"""Where a call comes from. Travels as an argument; no service reads the clock, the request or a global user."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime

from servicehub.declare.party import Party
from servicehub.declare.passes import Pass, PassKind, PassRequired


@dataclass(frozen=True, slots=True)
class Origin:
    """Three times are kept apart: ``at`` (real time: audit, sessions), ``business_date`` (postings, deadlines)
    and the value date (interest), which is never here but on each posting.
    """

    operator: int | None  # user id; None: anonymous or the system
    operator_name: str
    channel: str  # WEBE, WEBP, CTR, BATCH, … (declare.item.Channel)
    business_date: date
    at: datetime
    request_id: str
    user_kind: str = "anonymous"  # employer | person | staff | system | anonymous
    acting_for: Party | None = None  # the employer chosen in the switcher
    client: str = ""
    client_version: str = ""
    branch: int | None = None
    branches: frozenset[int] | None = frozenset()  # row scope of staff; None: the whole centre
    roles: frozenset[str] = frozenset()  # posts a staff member holds, wherever; for one place ask ``roles_at``
    posts: frozenset[tuple[str, int | None]] = frozenset()  # (role, branch); branch None: the whole centre
    assurance: int = 0  # level reached in this session (service_platform 4.1)
    assured_at: datetime | None = None  # when the strongest proof was given
    ip: str = ""
    device: str = ""  # terminal number of a counter, device id of an app
    pass_: Pass | None = None

    def roles_at(self, *branches: int | None) -> frozenset[str]:
        """Posts held over any of these branches. A teller of one branch who accounts for another is neither at the
        other's. An origin that names roles without their places holds them everywhere.
        """
        if not self.posts:
            return self.roles
        return frozenset(role for role, place in self.posts if place is None or place in branches)

    def with_pass(self, given: Pass) -> "Origin":
        return dataclasses.replace(self, pass_=given)

    def require_pass(self, *kinds: PassKind) -> Pass:
        """The door check of everything that writes. Without arguments any genuine pass will do."""
        given = self.pass_
        if given is None or not given.is_genuine() or (kinds and given.kind not in kinds):
            raise PassRequired("this write is reached through the gate only")
        return given

    def for_date(self, business_date: date) -> "Origin":
        return dataclasses.replace(self, business_date=business_date)
