"""What every answer tells a browser it may do: nothing but our own files."""

import pytest

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
}  # fmt: skip


@pytest.mark.parametrize("address", ["/calculator/", "/healthz", "/services/"])
def test_the_policy_is_strict(client, address):
    answer = client.get(address)
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_page_of_an_error_too(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
