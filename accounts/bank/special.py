"""Opening the centre's special accounts: a row, and a subject of its own in the chart."""

from dataclasses import dataclass

from django.db import transaction

from accounts.bank.models import SpecialAccount
from accounts.bank.states import Nature
from accounts.ledger.chart import open_subject
from accounts.ledger.models import Subject
from servicehub.declare import Origin

PARENT = {Nature.COLLECTION: "10101", Nature.LOAN: "10104", Nature.SURPLUS: "10201"}
SERIAL_DIGITS = 3


@dataclass(frozen=True, slots=True)
class NewSpecialAccount:
    account_no: str
    name: str
    nature: Nature
    bank_code: str
    bank_name: str
    branch: int


def open_special_account(origin: Origin, new: NewSpecialAccount) -> SpecialAccount:
    """Safe to call again for the same number. The subject is the next free one below the nature's."""
    origin.require_pass()
    with transaction.atomic():
        if known := SpecialAccount.objects.filter(account_no=new.account_no).first():
            return known
        parent = PARENT[new.nature]
        Subject.objects.select_for_update(of=("self",), no_key=True).get(code=parent)  # one opening at a time
        taken = Subject.objects.filter(parent=parent).order_by("code").values_list("code", flat=True)
        serial = max((int(code[len(parent) :]) for code in taken), default=0) + 1
        subject = open_subject(
            origin, f"{parent}{serial:0{SERIAL_DIGITS}}", parent, f"{new.bank_name}{new.account_no[-4:]}"
        )
        return SpecialAccount.objects.create(
            account_no=new.account_no,
            name=new.name,
            nature=new.nature,
            bank_code=new.bank_code,
            bank_name=new.bank_name,
            subject=subject,
            branch_id=new.branch,
            opened_on=origin.business_date,
        )
