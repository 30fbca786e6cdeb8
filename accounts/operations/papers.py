"""Asking for papers: the deposit certificate and the printed statement of a year."""

from rest_framework import serializers

from accounts.interest import running
from accounts.letters import CERTIFICATE, PURPOSES, STATEMENT, subject_of
from accounts.operations.person_lookups import READERS, FundKindInput, account_of, fund_years
from servicehub import audit
from servicehub.declare import Change, Finding, Operation, Origin, Outcome, Party
from servicehub.declare.registry import operations
from servicehub.kit.fields import ChoiceField
from servicehub.kit.masks import mask_account

NO_ACCOUNT = Finding("PAPER-NONE", "没有这种资金的账户", field="fund_kind", remedy="改选另一种资金性质")


def _looked(origin: Origin, party: Party, what: str) -> None:
    """A clerk who prints it has read it: the person sees that under 谁看过我."""
    if origin.user_kind == "staff":
        audit.record_view(origin, party, ["姓名", "个人账号", "余额"], purpose=what)


@operations.add
class IssueCertificate(Operation):
    code = "accounts.issue_certificate"
    item = "C-DEP"
    label = "开具缴存证明"
    target = "person"
    roles = READERS
    counter_code = "9103"

    class Input(FundKindInput):
        purpose = ChoiceField(label="用途", choices=list(PURPOSES.items()))

    def check(self, origin, target, data):
        return [] if account_of(target, data["fund_kind"]) else [NO_ACCOUNT]

    def execute(self, origin, target, data):
        account = account_of(target, data["fund_kind"])
        _looked(origin, target, self.label)
        change = Change(
            f"accounts.fund_account:{account.pk}",
            "开具缴存证明",
            mask_account(account.number),
            after={"用途": PURPOSES[data["purpose"]]},
        )
        return Outcome(
            "已开具缴存证明，可以打印或下载",
            changes=(change,),
            rows=(("个人账号", mask_account(account.number)), ("用途", PURPOSES[data["purpose"]]), ("有效期", "90 天")),
            letters=((CERTIFICATE.code, subject_of(account, data["purpose"])),),
        )

    @classmethod
    def example(cls):
        return {"fund_kind": "01", "purpose": "loan"}


@operations.add
class PrintStatement(Operation):
    code = "accounts.print_statement"
    item = "Q-STMT"
    label = "打印年度对账单"
    target = "person"
    roles = READERS
    counter_code = "9201"

    class Input(FundKindInput):
        year = serializers.IntegerField(
            label="缴存年度", min_value=1992, max_value=2100, help_text="2026 指 2025-07 至 2026-06"
        )

    def initial(self, origin, target):
        years = fund_years(account_of(target, "01"), origin.business_date)
        return {"year": years[1] if len(years) > 1 else years[0]} if years else {}

    def check(self, origin, target, data):
        account = account_of(target, data["fund_kind"])
        if account is None:
            return [NO_ACCOUNT]
        years = fund_years(account, origin.business_date)
        if running.unpublished(data["year"]):
            words = f"{data['year']} 年度正在结息，对账单在结息完成后发布"
            return [Finding("PAPER-SETTLING", words, field="year", remedy="结息完成后再打印")]
        if data["year"] in years:
            return []
        words = f"{data['year']} 年度没有对账单"
        return [Finding("PAPER-YEAR", words, field="year", remedy=f"可选 {years[-1]} 至 {years[0]} 年度")]

    def execute(self, origin, target, data):
        account = account_of(target, data["fund_kind"])
        _looked(origin, target, self.label)
        change = Change(
            f"accounts.fund_account:{account.pk}",
            "打印年度对账单",
            mask_account(account.number),
            after={"年度": str(data["year"])},
        )
        return Outcome(
            f"{data['year']} 年度对账单已生成，可以打印或下载",
            changes=(change,),
            rows=(("个人账号", mask_account(account.number)), ("缴存年度", str(data["year"]))),
            letters=((STATEMENT.code, subject_of(account, str(data["year"]))),),
        )

    @classmethod
    def example(cls):
        return {"fund_kind": "01", "year": 2027}
