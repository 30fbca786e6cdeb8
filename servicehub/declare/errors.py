"""One error for every refusal a domain makes on purpose; edges turn it into a page or a problem document."""


class DomainError(Exception):
    """A rule said no. ``findings`` says everything that is wrong, at once.

    ``code`` is stable and English (the API gives it); each finding carries the Chinese sentence.
    """

    def __init__(self, code: str, *findings, **facts):
        super().__init__(code, *findings)
        self.code = code
        self.findings = findings
        self.facts = facts
