"""资产负债表, 增值收益表, 增值收益分配表 of the whole centre: each figure leads to the subjects it is made of."""

from datetime import date

from rest_framework import serializers

from accounts.ledger import reports
from accounts.ledger.money import yuan
from accounts.operations.voucher_lookups import BOOK_READERS, ITEM, list_address
from servicehub.declare import Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit.fields import MonthField
from servicehub.kit.months import Month


class _Report(Query):
    """``report`` names the layout in the data. Over the whole centre: what one branch pays for another ties out there."""

    item = ITEM
    target = "centre"
    roles = BOOK_READERS
    report = ""

    def span(self, origin, data) -> tuple[date, date]:
        until = Month.of(data.get("until") or origin.business_date)
        since = Month.of(data.get("since") or until.first_day)
        return max(since.first_day, date(until.year, 1, 1)), until.last_day

    def rows(self, origin, target, data):
        since, until = self.span(origin, data)
        made = reports.report(self.report, since, until)
        columns = (
            TableColumn("label", "项目"),
            TableColumn("no", "行次"),
            *(TableColumn(one.key, one.label, "money", url=_address_of(one.key)) for one in made.form.columns),
            TableColumn("basis", "依据"),
        )
        ties = "各项勾稽相符"
        if made.gaps:
            gap = made.gaps[0]
            ties = f"勾稽不符：{gap.tie}，{yuan(gap.left)} 与 {yuan(gap.right)}"
        return Table(
            columns=columns,
            source=[_row(made, line) for line in made.form.lines],
            caption=f"{made.form.label}　{_spoken(self, since, until)}",
            unit="元",
            facts=(("编制依据", made.form.basis), ("勾稽", ties)),
            filters=tuple(self.Input().fields),
            empty="还没有记账。",
        )


def _spoken(query: _Report, since: date, until: date) -> str:
    if query.report == "balance_sheet":
        return f"{until:%Y-%m-%d}"
    if query.report == "distribution_statement":
        return f"{until.year} 年度"
    return f"{since:%Y-%m} 至 {until:%Y-%m}" if (since.month != until.month) else f"{until:%Y-%m}"


def _address_of(key: str):
    return lambda row: row["_addresses"].get(key, "")


def _row(made: reports.Report, line: reports.ReportLine) -> dict:
    figures = {column.key: made.figures.get((line.key, column.key)) for column in made.form.columns}
    return {
        "label": line.label if line.total or not line.terms else f"　{line.label}",
        "no": "" if line.no is None else str(line.no),
        **figures,
        "basis": line.basis if line.terms else "",
        "_addresses": {
            column.key: list_address(
                "accounts.trial_balance",
                subject=",".join(line.subjects),
                since=f"{made.spans[column.key][0]:%Y-%m}",
                until=f"{made.spans[column.key][1]:%Y-%m}",
            )
            for column in made.form.columns
            if line.subjects
        },
    }


@operations.add
class BalanceSheet(_Report):
    code = "accounts.balance_sheet"
    label = "资产负债表"
    counter_code = "4121"
    report = "balance_sheet"

    class Input(serializers.Serializer):
        until = MonthField(label="会计期间", required=False, help_text="月末数")


@operations.add
class SurplusStatement(_Report):
    code = "accounts.surplus_statement"
    label = "增值收益表"
    counter_code = "4122"
    report = "surplus_statement"

    class Input(serializers.Serializer):
        since = MonthField(label="会计期间起", required=False, help_text="与止月在同一年")
        until = MonthField(label="会计期间止", required=False)


@operations.add
class DistributionStatement(_Report):
    code = "accounts.distribution_statement"
    label = "增值收益分配表"
    counter_code = "4123"
    report = "distribution_statement"

    class Input(serializers.Serializer):
        year = serializers.IntegerField(label="会计年度", required=False, min_value=1992, max_value=2100)

    def span(self, origin, data):
        year = data.get("year") or origin.business_date.year
        return date(year, 1, 1), date(year, 12, 31)
