"""django-hordak: a transfer by ``Account.transfer_to``."""

import talking

talking.set_up(
    "mptt", "djmoney", "hordak",
    DEFAULT_CURRENCY="CNY", CURRENCIES=["CNY"], HORDAK_DECIMAL_PLACES=2,
)  # fmt: skip

from hordak.models import Account, AccountType  # noqa: E402 - models need the set-up
from moneyed import Money  # noqa: E402

YUAN = Money("1.00", "CNY")
accounts = [
    Account.objects.create(name=f"职工{number}", code=f"{number:04d}", type=AccountType.liability, currencies=["CNY"])
    for number in range(talking.ACCOUNTS)
]
talking.serve(lambda source, target: accounts[source].transfer_to(accounts[target], YUAN))
