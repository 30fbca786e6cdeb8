"""Annual interest as staff see it: trial run, what it found, release by two people, and how the settlement stands."""

from rest_framework import serializers

from accounts.interest import jobs, running
from accounts.interest.models import InterestException, InterestSettlement
from accounts.interest.terms import year_rates
from accounts.ledger.models import DayState, InterestYear
from accounts.ledger.rules.calendar import year_end
from accounts.ledger.settlement import release_year
from accounts.second_engine import checks as second_engine
from servicehub import batch
from servicehub.batch.models import JobRun
from servicehub.declare import Change, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.identity.models import Branch
from servicehub.kit.amounts import money

READERS = frozenset({"accountant", "accountant_reviewer", "auditor", "supervisor"})
ITEM = "S-INT"


class YearInput(serializers.Serializer):
    year = serializers.IntegerField(
        label="计息年度", min_value=1997, max_value=2100, help_text="2026 指 2025-07-01 至 2026-06-30"
    )


def _unknown_year(year: int) -> list[Finding]:
    if InterestYear.objects.filter(year=year).exists():
        return []
    return [
        Finding("interest.no_year", f"{year} 计息年度还没有设定计息办法", field="year", remedy="由业务管理设定后办理")
    ]


@operations.add
class TryInterest(Operation):
    """试算: nothing is booked; exceptions are listed, totals per branch shown. As often as needed."""

    code = "accounts.try_interest"
    item = ITEM
    label = "试算年度结息"
    target = "centre"
    roles = frozenset({"accountant"})
    opens_case = False
    counter_code = "4301"
    Input = YearInput

    def check(self, origin, target, data):
        found = _unknown_year(data["year"])
        settlement = InterestSettlement.objects.filter(year=data["year"]).first()
        if settlement and settlement.published_on:
            found.append(
                Finding("interest.settled", f"{data['year']} 计息年度已经结息", field="year", remedy="结果见结息情况")
            )
        return found

    def execute(self, origin, target, data):
        year = data["year"]
        before = JobRun.objects.filter(job=jobs.TRIAL.code, key__startswith=f"{year}-").count()
        run = batch.start(origin, jobs.TRIAL.code, f"{year}-{before + 1}")
        return Outcome(
            f"已开始试算，批次 {run.key}，进度见批处理运行",
            changes=(Change(f"servicehub.job_run:{run.pk}", "试算年度结息", run.key),),
        )

    @classmethod
    def example(cls):
        return {"year": 2026}


@operations.add
class InterestTrialTotals(Query):
    code = "accounts.interest_trial"
    item = ITEM
    label = "结息试算结果"
    target = "centre"
    roles = READERS
    counter_code = "4302"
    Input = YearInput

    def rows(self, origin, target, data):
        names = dict(Branch.objects.values_list("pk", "name"))
        rows = [
            {
                "branch": names.get(row["branch"], str(row["branch"])),
                "accounts": row["heads"],
                "balance": row["balances"],
                "product": row["products"],
                "interest": row["interests"],
                "exceptions": InterestException.objects.filter(year=data["year"], branch=row["branch"]).count(),
            }
            for row in running.trial_totals(data["year"])
            if origin.branches is None or row["branch"] in origin.branches
        ]
        return Table(
            columns=(
                TableColumn("branch", "管理部"),
                TableColumn("accounts", "户数", "count"),
                TableColumn("balance", "余额", "money", total=True),
                TableColumn("product", "积数", "money"),
                TableColumn("interest", "利息", "money", total=True),
                TableColumn("exceptions", "例外户数", "count"),
            ),
            source=rows,
            totals={key: sum(row[key] for row in rows) for key in ("balance", "interest")} if rows else {},
            caption=f"{data['year']} 计息年度试算",
            empty="还没有试算过。",
        )

    @classmethod
    def example(cls):
        return {"year": 2026}


@operations.add
class InterestExceptions(Query):
    code = "accounts.interest_exceptions"
    item = ITEM
    label = "结息例外清单"
    target = "centre"
    roles = READERS
    counter_code = "4303"
    Input = YearInput

    def rows(self, origin, target, data):
        found = InterestException.objects.filter(year=data["year"])
        if origin.branches is not None:
            found = found.filter(branch__in=origin.branches)
        return Table(
            columns=(
                TableColumn("subaccount_id", "明细账户", "count", sort="subaccount_id"),
                TableColumn("reason_word", "原因"),
                TableColumn("balance", "余额", "money"),
                TableColumn("interest", "试算利息", "money"),
            ),
            source=found.values("id", "subaccount_id", "reason", "balance", "interest"),
            caption=f"{data['year']} 计息年度例外",
            order=("subaccount_id", "reason"),
            finish=_reasons,
            filters=("year",),
            empty="试算没有发现例外。",
        )

    @classmethod
    def example(cls):
        return {"year": 2026}


def _reasons(page):
    return [{**row, "reason_word": InterestException.Reason(row["reason"]).label} for row in page]


@operations.add
class ReleaseInterest(Operation):
    """发布: rates, divisor and method stand from here on; the second person's approval starts the batch."""

    code = "accounts.release_interest"
    item = ITEM
    label = "发布年度结息"
    target = "centre"
    roles = frozenset({"accountant"})
    stages = ("accountant_reviewer",)
    moves_money = True
    counter_code = "4304"
    Input = YearInput

    def summary(self, origin, target, data):
        year = InterestYear.objects.filter(year=data["year"]).first()
        if year is None:
            return []
        rates, later = year_rates(year.year)
        totals = running.trial_totals(year.year)
        rows = [
            ("计息年度", str(year)),
            ("计息方法", f"{year.get_method_display()}，年天数 {year.divisor}"),
            ("年利率", f"当年归集 {rates.current.normalize():f}%，上年结转 {rates.carried.normalize():f}%"),
        ]
        rows += [
            (
                f"自 {change.since:%Y-%m-%d} 起",
                f"{change.rates.current.normalize():f}%、{change.rates.carried.normalize():f}%",
            )
            for change in later
        ]
        rows.append(("试算户数", f"{sum(row['heads'] for row in totals):,}"))
        rows.append(("试算利息", money(sum((row["interests"] for row in totals), start=0))))
        return rows

    def check(self, origin, target, data):
        year = data["year"]
        found = _unknown_year(year)
        if found:
            return found
        if not InterestSettlement.objects.filter(year=year, tried_on__isnull=False).exists():
            found.append(
                Finding(
                    "interest.not_tried", f"{year} 计息年度还没有试算", field="year", remedy="先试算，核对结果后发布"
                )
            )
        if count := running.blocking_exceptions(year).count():
            found.append(
                Finding(
                    "interest.exceptions", f"试算有 {count} 户必须先处理的例外", remedy="见结息例外清单，更正后重新试算"
                )
            )
        if second_engine.held():
            found.append(
                Finding("interest.engines_differ", "两套算法的结果不一致", remedy="在检查问题清单中逐户查明后发布")
            )
        if origin.business_date < year_end(year):
            found.append(
                Finding(
                    "interest.too_early",
                    f"营业日到 {year_end(year):%Y-%m-%d} 才能结息",
                    field="year",
                    remedy="到日后办理",
                )
            )
        if DayState.objects.filter(day=year_end(year), state=DayState.State.CLOSED).exists():
            found.append(
                Finding(
                    "interest.day_closed",
                    f"{year_end(year):%Y-%m-%d} 已经日结，不能再结息",
                    field="year",
                    remedy="由信息科核实",
                )
            )
        return found

    def execute(self, origin, target, data):
        year = data["year"]
        rates, later = year_rates(year)
        release_year(origin, year, rates.current, rates.carried, later)
        InterestSettlement.objects.filter(year=year).update(
            case_number=origin.pass_.case, released_by=origin.operator_name
        )
        run = batch.start(origin.for_date(year_end(year)), jobs.SETTLE.code, str(year))
        change = Change(
            f"accounts.interest_year:{year}",
            "发布年度结息",
            str(year),
            after={
                "当年归集利率": f"{rates.current.normalize():f}%",
                "上年结转利率": f"{rates.carried.normalize():f}%",
            },
        )
        return Outcome(f"已发布，结息批次 {run.key} 已开始，进度见批处理运行", changes=(change,))

    @classmethod
    def example(cls):
        return {"year": 2026}
