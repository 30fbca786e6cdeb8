from datetime import date
from decimal import Decimal

import pytest

from servicehub.declare import Letter
from servicehub.declare.registry import letters
from servicehub.kit.months import Month

NOTICE = {
    "employer": {"name": "河南云禾科技有限公司", "number": "4110000018"},
    "month": Month(2026, 11),
    "head_count": 1214,
    "remittance": "HJ20261100000317",
    "equation": [
        {"label": "上月汇缴", "people": 1210, "amount": Decimal("1493120.00")},
        {"label": "本月增加", "people": 16, "amount": Decimal("19840.00")},
        {"label": "本月减少", "people": 12, "amount": Decimal("14352.00")},
        {"label": "基数调整", "people": 8, "amount": Decimal("1000.00")},
        {"label": "本月应缴", "people": 1214, "amount": Decimal("1499608.00")},
    ],
    "total": Decimal("1499608.00"),
    "pay_by": date(2026, 11, 30),
    "receiver": {
        "name": "许昌市住房公积金管理中心",
        "account": "4105 0171 2708 0000 0123",
        "bank": "建设银行许昌分行营业部",
    },
    "remark": "HJ20261100000317",
    "contact": "12329",
}


@pytest.fixture
def facts():
    """What the planted letter's app tells; tests change it."""
    return dict(NOTICE)


@pytest.fixture
def notice(facts, monkeypatch):
    """A declared letter drawn from the real template of the payment notice."""
    monkeypatch.setattr("servicehub.letters.tasks.render_print_out.apply_async", lambda *args, **options: None)
    declared = letters.add(
        Letter(
            "tests.notice",
            "汇缴缴款通知书",
            "deposits/letters/payment_notice.html",
            lambda origin, subject: facts,
            lambda facts: {"单位": "河南云禾***", "金额": "1,499,608.00 元"},
            valid_days=30,
        )
    )
    yield declared
    letters.remove("tests.notice")
