"""Parts of addresses."""

from servicehub.declare import registry


class PartyKindConverter:
    """A declared kind of party; any other word is not this address."""

    regex = "[a-z_]+"

    def to_python(self, value: str) -> str:
        if value not in registry.party_kinds:
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


class CodeConverter:
    """Code of an operation or a query: ``deposits.confirm_remittance``."""

    regex = r"[a-z_]+\.[a-z0-9_]+"

    def to_python(self, value: str) -> str:
        if value not in registry.operations:
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


class TokenConverter:
    regex = "[0-9A-Za-z_-]{4,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
