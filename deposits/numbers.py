"""Numbers of documents, from database sequences: never the highest number plus one."""

from datetime import date

from django.db import connection
from stdnum import luhn


def remittance_numbers(business_date: date, count: int) -> list[tuple[str, str]]:
    """(汇缴书号, 附言码) of ``count`` new documents: ``HJ20261109-0001103`` and ``11030006``.

    A remark code ends in a Luhn digit: one wrong or two swapped digits typed at the bank are noticed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('deposits_remittance_number') FROM generate_series(1, %s)", [count])
        serials = [row[0] for row in cursor.fetchall()]
    numbers = []
    for serial in serials:
        digits = f"{serial:07d}"
        numbers.append((f"HJ{business_date:%Y%m%d}-{digits}", digits + luhn.calc_check_digit(digits)))
    return numbers
