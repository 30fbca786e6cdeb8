"""The files of the README's tour: November's list of the tour employer, 1,214 rows of which 24 are wrong."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import xlsxwriter

from accounts.models import FundAccount, Membership
from fundcentre.demo.history import City
from fundcentre.demo.people import people
from servicehub.kit.identity_numbers import check_digit
from servicehub.kit.months import FAR_FUTURE

ROWS_BAD = 24
ROWS_MIN = 1_214
LEAVING, RAISED, NEW_MIN = 7, 3, 18
HEADING = ("变更类型", "姓名", "证件号码", "缴存基数", "缴存比例", "生效年月", "原因", "手机号码")
FILE = "11月变更清册.xlsx"
MADE_AT = datetime(2026, 11, 9, 1, 30, tzinfo=UTC)  # written into the file; the same seed gives the same bytes


def write_files(city: City, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(november(city))


def november(city: City) -> bytes:
    """A whole roster as a payroll system would give it, with the slips people really make."""
    random = Random(11)
    spells = Membership.objects.filter(employer_account=city.accounts[0], to_month=FAR_FUTURE, sealed=False)
    accounts = FundAccount.objects.filter(memberships__in=spells).select_related("person").order_by("pk")
    rows = [["", row.person.name, row.person.id_number, row.base, "", "2026-11", "", ""] for row in accounts]
    for place in random.sample(range(len(rows)), LEAVING):
        rows[place][0], rows[place][6] = "封存", random.choice(("离职", "退休"))
    for place in random.sample(range(len(rows)), RAISED):
        if not rows[place][0]:
            rows[place][3] = Decimal(int(rows[place][3])) + 600
    fresh = list(people(Random(12), max(NEW_MIN, ROWS_MIN - len(rows)), first_mobile=13_900_000_000))
    rows += [
        ["新开户", one.name, one.id_number, Decimal(3_600 + 100 * n), "", "2026-11", "", one.mobile]
        for n, one in enumerate(fresh)
    ]
    _spoil(random, rows)
    return _workbook(rows)


def _spoil(random: Random, rows: list[list]) -> None:
    """Twenty-four rows go wrong: nine check digits, eight bases under the floor, five states, two names."""
    places = [place for place, row in enumerate(rows) if not row[0]]
    chosen = random.sample(places, ROWS_BAD)
    for place in chosen[:9]:
        number = rows[place][2]
        wrong = "1" if check_digit(number[:17]) != "1" else "2"
        rows[place][2] = number[:17] + wrong
    for place in chosen[9:17]:
        rows[place][3] = Decimal("1900.00")
    for place in chosen[17:22]:
        rows[place][0] = "启封"
    for place in chosen[22:]:
        rows[place][1] = rows[place][1][:-1] + "某"


def _workbook(rows: list[list]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("变更清册")
    text, amount = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0.00"})
    page.write_row(0, 0, HEADING)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, Decimal):
                page.write_number(number, place, cell, amount)
            else:
                page.write_string(number, place, cell, text)
    page.set_column(2, 2, 22)
    book.set_properties({"created": MADE_AT})
    book.close()
    return stream.getvalue()
