"""Inputs that every operation of a month shares."""

from rest_framework import serializers

from accounts.enums import FundKind
from accounts.models import EmployerAccount
from servicehub.declare import DomainError, Finding, Party
from servicehub.kit.months import Month

MAKERS = frozenset({"agent_admin", "agent_maker", "teller"})
CONFIRMERS = frozenset({"agent_admin", "agent_maker", "agent_checker", "teller"})
PAYERS = frozenset({"agent_admin", "agent_payer"})
READERS = frozenset(
    {"agent_admin", "agent_maker", "agent_checker", "agent_payer", "agent_query", "teller", "reviewer", "accountant"}
)


class MonthField(serializers.CharField):
    """汇缴年月 as 2026-11; the value is a ``Month``."""

    default_error_messages = {"month": "年月应写成 2026-11"}

    def __init__(self, **options):
        super().__init__(**{"label": "汇缴年月", "help_text": "例如 2026-11", **options})

    def to_internal_value(self, data):
        try:
            return Month.of(super().to_internal_value(data))
        except ValueError:
            self.fail("month")

    def to_representation(self, value):
        return str(value)


class MonthInput(serializers.Serializer):
    month = MonthField()
    fund_kind = serializers.ChoiceField(
        label="资金性质", choices=FundKind.choices(), default=FundKind.HOUSING, required=False
    )


def live_account(employer: Party, fund_kind: str = FundKind.HOUSING) -> EmployerAccount | None:
    rows = EmployerAccount.objects.of(employer.id, fund_kind).exclude(status="04")
    return rows.select_related("employer").first()


def account_of(target: Party, data) -> EmployerAccount:
    """The employer's live account of the fund kind. Raises ``DomainError`` "account.none"."""
    account = live_account(target, data.get("fund_kind", FundKind.HOUSING))
    if account is None:
        raise DomainError(
            "account.none", Finding("account.none", "单位没有这种资金的账户", remedy="先办理单位缴存登记")
        )
    return account


def in_flight(account: EmployerAccount) -> Party:
    """What claims of a month are keyed by: housing fund and subsidy of one employer do not stand in each other's way."""
    return Party("emp_account", account.pk)
