"""What accounts ask of deposits: amounts of a wage, and whether rates are within the city's range."""

from collections.abc import Sequence
from decimal import Decimal

from accounts.areas import policy_area
from accounts.assessing import Assessment
from accounts.models import EmployerAccount
from deposits.policies import deposit_policy, policy_of_account
from deposits.rules.amounts import DepositFacts, monthly_deposit
from servicehub.declare import Finding
from servicehub.kit.months import Month

RATE_FIELDS = frozenset({"employer_rate", "employee_rate"})


class DepositAssessor:
    def amounts(self, account: EmployerAccount, month: Month, wages: Sequence[Decimal]) -> list[Assessment]:
        """:raises NotInForce: the month's policy is not known."""
        policy = policy_of_account(account, month)
        answers = []
        for wage in wages:
            answer = monthly_deposit(DepositFacts(wage, account.employer_rate, account.employee_rate), policy)
            answers.append(
                Assessment(wage, answer.base, answer.employer, answer.employee, answer.steps, answer.findings)
            )
        return answers

    def rates(
        self, *, month: Month, area: str, klass: str, fund_kind: str, employer_rate: Decimal, employee_rate: Decimal
    ) -> list[Finding]:
        """:raises NotInForce: the month's policy is not known."""
        policy = deposit_policy(month.first_day, area=policy_area(area), employer_class=klass, fund_kind=fund_kind)
        wage = policy.floor or Decimal("1000.00")  # any base within the bounds: only the rates are asked about
        answer = monthly_deposit(DepositFacts(wage, employer_rate, employee_rate), policy)
        return [finding for finding in answer.findings if finding.field in RATE_FIELDS]
