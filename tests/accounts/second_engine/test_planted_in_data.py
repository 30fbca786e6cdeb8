"""A hundred faults in data, of the same twelve kinds, behind the program's back: all of them caught."""

import random

import pytest
from django.db import connection, transaction

from tests.accounts.ledger.conftest import declared_events  # noqa: F401
from tests.accounts.second_engine.world import World, behind, difference

HOT = "UPDATE accounts_subaccount SET {} WHERE id = %s"
ROW = (
    "UPDATE accounts_interestrow r SET {} WHERE subaccount_id = %s AND year = %s AND seq ="
    " (SELECT max(seq) FROM accounts_interestrow WHERE subaccount_id = r.subaccount_id AND year = r.year)"
)
ENTRY = (
    "id = (SELECT id FROM accounts_posting WHERE subaccount_id = %s AND kind = '01' AND current > 0"
    " ORDER BY id OFFSET %s LIMIT 1)"
)
SAME = """INSERT INTO accounts_posting (voucher_id, subaccount_id, subject, branch, kind, business_date, value_date,
    interest_year, current, carried, product_adjust_current, product_adjust_carried, employer_ref)
SELECT voucher_id, subaccount_id, subject, branch, kind, business_date, value_date, interest_year, current, carried,
    product_adjust_current, product_adjust_carried, employer_ref FROM accounts_posting WHERE """


def weight(world, chance):
    column = chance.choice(("current", "carried"))
    behind(HOT.format(f"product_{column} = product_{column} + {chance.choice(('', '-'))}(carried + 1)"), world.plain)


def june(world, chance):
    day, other = chance.choice((("2027-06-30", "2027-07-01"), ("2027-07-01", "2027-06-30")))
    changed = behind(
        "UPDATE accounts_posting SET value_date = %s WHERE subaccount_id = %s AND value_date = %s AND kind IN ('01', '11')",
        other, world.edge, day,
    )  # fmt: skip
    assert changed


def chain(world, chance):
    what = chance.choice(
        ("interest = interest + 0.01, paid = paid + 0.01", "paid = paid - 0.01", "interest = interest - 0.01")
    )
    behind(ROW.format(what), world.late, chance.choice((2027, 2028)))


def restored(world, chance):
    if chance.random() < 0.5:
        behind("DELETE FROM accounts_interestrow WHERE subaccount_id = %s AND kind = 'reversed'", world.closes)
        behind(
            "DELETE FROM accounts_interestrow WHERE subaccount_id = %s AND year = 2028 AND kind = 'annual'",
            world.closes,
        )
    else:
        behind(HOT.format(f"product_carried = product_carried - {chance.randrange(1, 9999)}"), world.closes)


def merged(world, chance):
    one = chance.choice((world.source, world.target))
    column = chance.choice(("current", "carried"))
    behind(HOT.format(f"product_{column} = product_{column} + {chance.randrange(1, 99_999)}.01"), one)


def bucket(world, chance):
    fen = chance.randrange(1, 10_000)
    if chance.random() < 0.5:
        behind(HOT.format(f"current = current + {fen} * 0.01, carried = carried - {fen} * 0.01"), world.plain)
    else:
        behind(
            f"UPDATE accounts_posting SET carried = current, current = 0 WHERE {ENTRY}",
            world.plain,
            chance.randrange(3),
        )


def leap(world, chance):
    behind(
        HOT.format(f"product_carried = product_carried {chance.choice('+-')} carried"), chance.choice(world.people[:2])
    )


def rounding(world, chance):
    fen = chance.choice((1, -1, 2))
    behind(ROW.format(f"interest = interest + {fen} * 0.01, paid = paid + {fen} * 0.01"), world.plain, 2027)
    behind(HOT.format(f"carried = carried + {fen} * 0.01"), world.plain)


def method(world, chance):
    behind(
        "UPDATE accounts_interestyear SET method = 'months_11_to_0' WHERE year = %s", chance.choice((2027, 2028, 2029))
    )


def double_roll(world, chance):
    if chance.random() < 0.5:
        behind(HOT.format("open_year = open_year + 1"), chance.choice(world.people[:2]))
    else:
        behind(HOT.format("product_carried = product_carried * 2"), chance.choice(world.people[:2]))


def entry(world, chance):
    name = chance.choice(("lost", "doubled", "interest lost", "interest doubled"))
    interest = "subaccount_id = %s AND kind = '09' AND interest_year = %s"
    if name == "lost":
        behind(f"DELETE FROM accounts_posting WHERE {ENTRY}", world.plain, chance.randrange(5))
    elif name == "doubled":
        behind(SAME + ENTRY, world.plain, chance.randrange(5))
    elif name == "interest lost":
        behind(f"DELETE FROM accounts_posting WHERE {interest}", world.plain, chance.choice((2028, 2029)))
    else:
        behind(SAME + interest, world.plain, chance.choice((2028, 2029)))


def stale(world, chance):
    column = chance.choice(("current", "carried"))
    one = chance.choice(world.people[:2])
    behind(HOT.format(f"product_{column} = product_{column} - {column} * {chance.randrange(2, 300)}"), one)


KINDS = (weight, june, chain, restored, merged, bucket, leap, rounding, method, double_roll, entry, stale)
HUNDRED = [(kind, number) for place, kind in enumerate(KINDS) for number in range(9 if place < 4 else 8)]


@pytest.mark.django_db
def test_a_hundred_of_twelve_kinds_are_caught():
    assert (len(HUNDRED), len(KINDS)) == (100, 12)
    world = World(7)
    assert difference() == []
    missed = []
    for kind, number in HUNDRED:
        with transaction.atomic():
            kind(world, random.Random(number))
            if not difference():
                missed.append((kind.__name__, number))
            transaction.set_rollback(True)
    assert missed == []
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
    assert difference() == []
