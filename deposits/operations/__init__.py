"""What an employer can do in a month: gather changes, confirm, pay."""

from deposits.operations import change_list, queries, remittance  # noqa: F401
