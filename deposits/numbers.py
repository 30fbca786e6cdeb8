"""Numbers of documents, from database sequences: never the highest number plus one."""

from datetime import date

from django.db import connection


def check_digit(digits: str) -> str:
    """Luhn: one wrong or two swapped digits in a remark typed at the bank are noticed."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str((10 - total % 10) % 10)


def remittance_numbers(business_date: date, count: int) -> list[tuple[str, str]]:
    """(汇缴书号, 附言码) of ``count`` new documents: ``HJ20261109-0001103`` and ``11030006``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('deposits_remittance_number') FROM generate_series(1, %s)", [count])
        serials = [row[0] for row in cursor.fetchall()]
    numbers = []
    for serial in serials:
        digits = f"{serial:07d}"
        numbers.append((f"HJ{business_date:%Y%m%d}-{digits}", digits + check_digit(digits)))
    return numbers
