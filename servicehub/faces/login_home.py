"""Where somebody lands after logging in."""

from servicehub.declare import Origin
from servicehub.identity.models import User, UserKind
from servicehub.identity.roles import BY_CODE

COUNTER_GROUPS = frozenset({"柜台", "贷款", "财务", "风控"})


def home_of(user: User, origin: Origin) -> str:
    """Staff who serve at a counter land there, everybody else of the centre at the switchboard."""
    match user.kind:
        case UserKind.EMPLOYER:
            return "/employer/"
        case UserKind.PERSON:
            return "/my/"
    groups = {BY_CODE[role].group for role in origin.roles if role in BY_CODE}
    return "/switchboard/" if groups and not groups & COUNTER_GROUPS else "/counter/"
