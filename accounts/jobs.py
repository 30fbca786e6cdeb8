"""Batch steps of this app; each room declares its own."""

from accounts.bank import jobs as bank_jobs
from accounts.day_close import jobs as close_jobs
from accounts.interest import jobs as interest_jobs
from accounts.ledger import carrying
from accounts.services.grants import expire
from servicehub.declare import Job, JobStep, Origin
from servicehub.declare.registry import jobs

__all__ = ["bank_jobs", "close_jobs", "interest_jobs"]


def _expire(origin: Origin, run, subject: str) -> None:
    expire(origin)


EXPIRE_GRANTS = jobs.add(
    Job("accounts.expire_grants", "收回期满授权的对象权限", (JobStep("expire", "收回期满授权", _expire),))
)


def _carry_period(origin: Origin, run, subject: str) -> None:
    carrying.carry_period(origin, int(f"{origin.business_date:%Y%m}"))


def _carry_year(origin: Origin, run, subject: str) -> None:
    carrying.carry_year(origin, origin.business_date.year)


CARRY_PERIOD = jobs.add(
    Job("accounts.carry_period", "结转收入和支出", (JobStep("carry", "按管理部结转", _carry_period),))
)
CARRY_YEAR = jobs.add(Job("accounts.carry_year", "年末结转增值收益", (JobStep("carry", "按管理部结转", _carry_year),)))
