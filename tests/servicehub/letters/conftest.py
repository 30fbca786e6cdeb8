from datetime import date
from decimal import Decimal

import pytest
from django.template import engines

from servicehub.declare import Letter
from servicehub.declare.registry import letters
from servicehub.kit.months import Month
from servicehub.letters import paper

TEMPLATE = """{% extends "letters/base.html" %}
{% block body %}
<p class="lead">{{ employer.name }}（单位账号 {{ employer.number }}）：{{ month | month_cn }}共 {{ head_count | count }} 人。</p>
<table class="facts"><tbody>
<tr><th scope="row">应缴金额</th><td><span class="amount">{{ total | yuan }}</span></td></tr>
<tr><th scope="row">大写</th><td class="amount-cn">人民币{{ total | money_cn }}</td></tr>
<tr><th scope="row">付款截止</th><td>{{ pay_by | day }}</td></tr>
</tbody></table>
<table>
<thead><tr><th scope="col">项目</th><th scope="col" class="num">人数</th><th scope="col" class="num">月缴存额（元）</th></tr></thead>
<tbody>{% for row in equation %}
<tr><th scope="row">{{ row.label }}</th><td class="num">{{ row.people }}</td><td class="num">{{ row.amount | money }}</td></tr>
{% endfor %}</tbody></table>
{% endblock %}
"""

NOTICE = {
    "employer": {"name": "河南云禾科技有限公司", "number": "4110000018"},
    "month": Month(2026, 11),
    "head_count": 1214,
    "equation": [
        {"label": "上月汇缴", "people": 1210, "amount": Decimal("1493120.00")},
        {"label": "本月应缴", "people": 1214, "amount": Decimal("1499608.00")},
    ],
    "total": Decimal("1499608.00"),
    "pay_by": date(2026, 11, 30),
}


@pytest.fixture
def facts():
    """What the planted letter's app tells; tests change it."""
    return dict(NOTICE)


@pytest.fixture
def notice(facts, monkeypatch):
    """A declared letter on the real base paper, with a body of its own."""
    monkeypatch.setattr(paper, "get_template", lambda name: engines["jinja2"].from_string(TEMPLATE))
    monkeypatch.setattr("servicehub.letters.tasks.render_print_out.apply_async", lambda *args, **options: None)
    declared = letters.add(
        Letter(
            "tests.notice",
            "汇缴缴款通知书",
            "tests/notice.html",
            lambda origin, subject: facts,
            lambda facts: {"单位": "河南云禾***", "金额": "1,499,608.00 元"},
            valid_days=30,
        )
    )
    yield declared
    letters.remove("tests.notice")
