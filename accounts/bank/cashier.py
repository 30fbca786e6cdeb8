"""Online payment (在线付款): the signed order an employer takes to the bank's payment page. No Django here.

The hall never sees the payer's credentials: it sends the browser to the bank with an order nobody can change, the bank
moves the money and the arrival notice does the rest. Coming back through ``back`` proves nothing.
"""

import dataclasses
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

ORDER_PATH = "/pay"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """``remark`` is the business serial the notice will be matched by. ``back`` is where the page leads back."""

    order: str  # one payment: a second try of a paid order moves nothing
    payee_account: str
    payee_name: str
    amount: Decimal
    remark: str
    payer_account: str = ""
    payer_name: str = ""
    back: str = ""


def _text(order: PaymentOrder) -> dict[str, str]:
    fields = {field.name: getattr(order, field.name) for field in dataclasses.fields(order)}
    return {**fields, "amount": f"{order.amount:.2f}"}


def _sign(key: bytes, fields: Mapping[str, str]) -> str:
    # Length-prefixed, so that no two orders share one text.
    text = "".join(f"{name}={len(value)}:{value}" for name, value in sorted(fields.items()))
    return hmac.new(key, text.encode(), "sm3").hexdigest()


def payment_url(bank_url: str, key: bytes, order: PaymentOrder) -> str:
    fields = _text(order)
    return f"{bank_url.rstrip('/')}{ORDER_PATH}?{urlencode({**fields, 'sign': _sign(key, fields)})}"


def read_order(key: bytes, query: Mapping[str, str]) -> PaymentOrder:
    """:raises ValueError: incomplete, or changed since the centre signed it."""
    names = [field.name for field in dataclasses.fields(PaymentOrder)]
    fields = {name: query.get(name, "") for name in names}
    if not hmac.compare_digest(_sign(key, fields), query.get("sign", "")):
        raise ValueError("the order was not signed by the centre")
    return PaymentOrder(**{**fields, "amount": Decimal(fields["amount"])})
