"""The typed layer of the settlement interface."""

import json
from datetime import date, time
from decimal import Decimal

import pytest

from accounts.bank.messages import (
    REQUESTS,
    AccountLine,
    ArrivalNotice,
    BatchCollection,
    BatchLine,
    Head,
    MessageFault,
    SinglePayment,
    TransactionAnswer,
    TxStatus,
    from_wire,
    sign,
    to_wire,
    verify,
)

LINE = AccountLine(
    account="41050100000000000001",
    host_no="00012345",
    host_date=date(2026, 11, 10),
    host_time=time(9, 5, 7),
    amount=Decimal("1499608.00"),
    balance=Decimal("2000000.00"),
    counter_name="河南云禾科技有限公司",
    remark="HJ2026110001",
)


def through_json(message):
    return from_wire(type(message), json.loads(json.dumps(to_wire(message))))


@pytest.mark.parametrize(
    "message",
    [
        ArrivalNotice((LINE,)),
        Head(date(2026, 11, 10), time(9, 0), "S1", "BDC101"),
        SinglePayment("B1", "A", "C", "张三", Decimal("1.00"), Decimal("1.00")),
        BatchCollection("B2", "A", 1, Decimal("2.00"), (BatchLine(1, Decimal("2.00"), "X", "某单位"),)),
        TransactionAnswer(TxStatus.UNKNOWN),
        TransactionAnswer(TxStatus.SUCCESS, "H1", date(2026, 11, 10)),
    ],
    ids=lambda message: type(message).__name__,
)
def test_message_survives_the_wire(message):
    assert through_json(message) == message


def test_head_uses_the_names_of_the_interface():
    wire = to_wire(Head(date(2026, 11, 10), time(9, 0), "S1", "BDC101"))
    assert (wire["SendDate"], wire["SendTime"], wire["SendSeqNo"], wire["TxCode"]) == (
        "20261110", "090000", "S1", "BDC101",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"amount": "1.001"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"host_date": "20261301"}, "host_date"),
        ({"host_no": 7}, "text"),
        ({"reversal": "yes"}, "bool"),
    ],
)
def test_misshapen_field_is_named(change, named):
    with pytest.raises(MessageFault, match=named):
        from_wire(AccountLine, {**to_wire(LINE), **change})


def test_missing_field_is_named():
    wire = to_wire(LINE)
    del wire["host_no"]
    with pytest.raises(MessageFault, match=r"host_no: missing"):
        from_wire(AccountLine, wire)
    with pytest.raises(MessageFault, match="not an object"):
        from_wire(AccountLine, [])


def test_signature_covers_every_byte():
    body = b'{"amount":"1.00"}'
    signature = sign(b"key", body)
    assert verify(b"key", body, signature)
    assert not verify(b"key", body.replace(b"1", b"9"), signature)
    assert not verify(b"other", body, signature)
    assert not verify(b"key", body, "")


def test_catalogue_of_requests():
    assert set(REQUESTS) == {
        "SYS600", "BDC101", "BDC102", "BDC103", "BDC104", "BDC107", "BDC108", "BDC109", "BDC110", "BDC113", "BDC123",
    }  # fmt: skip
