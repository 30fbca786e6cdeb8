"""At start-up: every declared event has a template that balances and books on subjects that exist; else no start."""

from django.core import checks

from accounts.ledger import chart, events, reports, templates


@checks.register
def check_events(app_configs, **options) -> list[checks.CheckMessage]:
    return [checks.Error(fault, id="ledger.E001") for fault in events.declaration_faults(chart.bookable())]


@checks.register
def check_templates(app_configs, **options) -> list[checks.CheckMessage]:
    found = templates.data_faults(chart.bookable(), chart.with_subledger())
    return [checks.Error(fault, id="ledger.E002") for fault in found]


@checks.register
def check_reports(app_configs, **options) -> list[checks.CheckMessage]:
    found = reports.form_faults(chart.bookable(), templates.entries())
    return [checks.Error(fault, id="ledger.E003") for fault in found]


def load_chart(sender, **options) -> None:
    """After migrating: the ledger cannot book a voucher without its chart."""
    chart.load()
