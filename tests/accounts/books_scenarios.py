"""Worlds for the books: vouchers keyed and reversed, and the lists drawn from them."""

from decimal import Decimal

from accounts.ledger import services as ledger
from accounts.ledger import templates
from accounts.ledger.keying import event_code
from accounts.operations.vouchers import KEYED
from servicehub.declare import CENTRE
from tests.accounts.factories import BranchFactory
from tests.accounts.scenarios import at_counter
from tests.accounts.vouchers import open_books
from tests.conftest import make_origin
from tests.scenarios import scenario


@scenario(*(one.code for one in KEYED))
def keyed(tools):
    branch = BranchFactory()
    open_books(branch.pk)
    return at_counter("accountant", tools.code, CENTRE, branch)


@scenario("accounts.reverse_voucher")
def reverse_keyed(tools):
    branch = BranchFactory()
    open_books(branch.pk)
    form = templates.form("E39", "accrue_collection")
    entry = ledger.Entry(event_code(form), "V1", branch.pk, {"total": Decimal("100.00")})
    voucher = ledger.post(make_origin(), entry).voucher
    return at_counter("accountant", tools.code, CENTRE, branch, voucher=voucher)
