"""Who may do what with employers and persons: posts of the centre, roles of agents, and oneself.

Posts are codes of ``servicehub.identity.roles``; agents' roles come from grants.
"""

from accounts.enums import AgentRole

SELF = "self"

COUNTER = frozenset({"teller"})
COUNTER_READERS = frozenset(
    {
        "teller",
        "reviewer",
        "supervisor",
        "accountant",
        "accountant_reviewer",
        "auditor",
        "loan_officer",
        "service_officer",
    }
)
AGENTS = frozenset(role.value for role in AgentRole)
AGENT_MAKERS = frozenset({AgentRole.ADMIN.value, AgentRole.MAKER.value})
AGENT_ADMINS = frozenset({AgentRole.ADMIN.value})
