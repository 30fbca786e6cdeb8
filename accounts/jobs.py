"""Batch steps of this app; each room declares its own."""

from accounts.bank import jobs as bank_jobs

__all__ = ["bank_jobs"]
