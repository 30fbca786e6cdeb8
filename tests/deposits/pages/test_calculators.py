"""/calculator/ and its neighbours: the rule's figures on a page, every fault at once."""

from pathlib import Path

import pytest
from django.conf import settings

from servicehub import policy
from servicehub.policy.loading import load_files

pytestmark = pytest.mark.django_db
POLICY = Path(settings.BASE_DIR) / "fundcentre" / "policy"


@pytest.fixture
def policies():
    load_files([POLICY / "xuchang.toml", POLICY / "national.toml"])
    policy.forget()
    yield
    policy.forget()


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("address", ["/calculator/", "/calculator/interest/", "/calculator/working-days/"])
def test_empty_page_needs_no_login_and_shows_no_result(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert "试算结果</h2>" not in text(response)
    assert 'aria-current="page"' in text(response)


def test_deposit_by_city(client, policies):
    page = text(
        client.get(
            "/calculator/",
            {
                "base": "30000",
                "employer_rate": "12",
                "employee_rate": "12",
                "way": "city",
                "city": "许昌",
                "month": "2026-11",
            },
        )
    )
    assert "¥5,138.00" in page
    assert "min(max(30,000.00, 2,350.00), 21,408.00) = 21,408.00" in page
    assert "按上限计算" in page


def test_deposit_takes_only_the_fields_of_the_chosen_way(client):
    query = {"base": "1770", "employer_rate": "5", "employee_rate": "5", "city": "许昌", "rounding": "HALF_UP_YUAN"}
    assert "¥178.00" in text(client.get("/calculator/", {**query, "way": "named"}))
    parts = {"unit": "yuan", "mode": "down", "stage": "per_side"}
    assert "¥176.00" in text(client.get("/calculator/", {**query, **parts, "way": "parts"}))


def test_deposit_faults_come_together(client, policies):
    response = client.get("/calculator/", {"base": "", "employer_rate": "x", "employee_rate": "5", "city": "许昌"})
    assert response.status_code == 422
    page = text(response)
    assert "有 3 处需要改正" in page
    assert 'href="#f-base"' in page
    assert 'href="#f-month"' in page


def test_deposit_shows_the_citys_refusal(client, policies):
    query = {"base": "5000", "employer_rate": "13", "employee_rate": "5", "city": "许昌", "month": "2026-11"}
    response = client.get("/calculator/", query)
    assert response.status_code == 422
    assert "单位缴存比例 13% 不在 5%–12% 之内" in text(response)


def test_interest(client):
    entries = "2025-07-15 2000.00\n2025-11-20　-1000\n"
    query = {"kind": "annual", "settlement_date": "2026-06-30", "annual_rate": "1.50", "divisor": "360",
             "method": "days_product", "carried": "50,000", "current": "", "entries": entries}  # fmt: skip
    page = text(client.get("/calculator/interest/", query))
    assert "¥780.38" in page  # (18,250,000 + 702,000 − 223,000) × 1.5% ÷ 360 = 780.375
    assert "存入 2025-07-15" in page
    response = client.get("/calculator/interest/", {**query, "settlement_date": "2026-06-29", "entries": "soon 1"})
    assert response.status_code == 422
    assert 'href="#f-entries"' in text(response)


def test_working_days(client):
    page = text(client.get("/calculator/working-days/", {"from": "2026-09-18", "working_days": "3"}))
    assert "2026-09-22" in page
    response = client.get("/calculator/working-days/", {"from": "2026-12-31", "working_days": "3"})
    assert response.status_code == 422
    assert "2027年的放假安排" in text(response)
