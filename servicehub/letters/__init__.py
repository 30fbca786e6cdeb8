"""Letters: receipts, notices, certificates. Facts frozen under a code, drawn by a worker, verified by anybody."""

from servicehub.letters.issuing import Pending, issue, pdf, print_again, render, revoke, verify

__all__ = ["Pending", "issue", "pdf", "print_again", "render", "revoke", "verify"]
