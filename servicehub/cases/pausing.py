"""Days on which staff could not work on an item do not count against its cases (R-ST-11): their due dates move."""

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.db.models import Case as Choose
from django.db.models import DateField, Value, When

from servicehub import audit, clock
from servicehub.cases.models import Case
from servicehub.clock.working_days import due
from servicehub.declare import Origin


@transaction.atomic
def pause(origin: Origin, day: date, items: Iterable[str], because: str) -> int:
    """Take a working day out of the clocks of these items' open cases, once whatever the number of stop orders.

    ``because`` is the stop order's number. Returns how many due dates moved. A date that had passed stays.
    """
    origin.require_pass()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO servicehub_casepause (day, item, because) SELECT %s, item, %s FROM unnest(%s::text[]) item"
            " ON CONFLICT (day, item) DO NOTHING RETURNING item",
            [day, because, sorted(items)],
        )
        new = sorted(row[0] for row in cursor.fetchall())
    if not new:
        return 0
    running = Case.objects.filter(
        item__in=new,
        closed_at__isnull=True,
        opened_at__lt=clock.moment_of(date.fromordinal(day.toordinal() + 1)),
        due_on__gte=min(day, origin.business_date),
    )
    dates = sorted(set(running.order_by("due_on").values_list("due_on", flat=True)))
    if not dates:
        return 0
    later = [When(due_on=old, then=Value(due(old, 1).date)) for old in dates]
    moved = running.update(due_on=Choose(*later, output_field=DateField()))
    audit.record_event(
        origin, "顺延承诺时限", f"servicehub.stop_order:{because}", label=f"{day:%Y-%m-%d} 停办，{moved} 笔办件顺延 1 个工作日",
        facts={"事项": "、".join(new), "件数": str(moved)},
    )  # fmt: skip
    return moved
