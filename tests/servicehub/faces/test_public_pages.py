"""The public face, the errors and the size of the letters."""

import pytest
from django.test import Client

from servicehub.declare import Audience, Channel, Item, registry
from tests.servicehub.faces.test_switchboard_pages import stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    planted = registry.items.add(
        Item(
            code="T-SAMPLE",
            name="示例事项",
            owner="归集科",
            audiences=frozenset({Audience.EMPLOYER}),
            channels=frozenset({Channel.WEBE, Channel.CTR}),
            assurance=2,
            guide="缴存单位的经办人可以办理。",
            help="办理后当日生效。",
            group="缴存",
        )
    )
    yield planted
    registry.items.remove("T-SAMPLE")


@pytest.mark.parametrize("path", ["/", "/services/", "/accessibility/", "/privacy/", "/sitemap/"])
def test_public_pages_need_no_login(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Content-Security-Policy" in answer.headers
    assert answer.content.decode().count("<h1") == 1


def test_the_home_page_leads_with_business_and_the_standards_in_force(client):
    page = client.get("/").content.decode()
    assert page.index("住房公积金汇缴") < page.index("缴存证明")
    assert "单位登记开户" not in page  # begins at the counter only
    assert "缴存基数上限" in page and "当年归集存款年利率" in page
    assert "公告" not in page


def test_the_home_page_carries_the_notice_of_a_stop(client, staff):
    stop(staff("channel_admin").user)
    page = client.get("/").content.decode()
    assert "因银行线路检修，示例办理暂停受理，预计两小时后恢复。" in page


def test_every_item_has_a_guide_with_its_ways_in(client, item):
    page = client.get("/services/T-SAMPLE/").content.decode()
    assert "缴存单位的经办人可以办理。" in page and "网上业务大厅（单位）" in page and 'href="/employer/"' in page
    assert "示例事项" in client.get("/services/?q=示例").content.decode()


def test_a_search_without_a_hit_says_how_to_go_on(client, item):
    page = client.get("/services/?q=不存在的事项").content.decode()
    assert "没有找到“不存在的事项”" in page and "清除筛选" in page


def test_an_unknown_address_is_404_in_words(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "找不到这个页面" in answer.content.decode() and "回到首页" in answer.content.decode()


def test_an_unknown_api_address_answers_a_problem_document(client):
    answer = client.get("/api/v1/nowhere/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "NOT_FOUND"


def test_an_error_of_ours_gives_a_number_and_a_way_on(client, monkeypatch, item):
    from servicehub.faces import public_pages

    def broken(items):
        raise RuntimeError("planted")

    monkeypatch.setattr(public_pages, "_by_group", broken)
    client.raise_request_exception = False
    answer = client.get("/services/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "这一步没有办成" in page and "错误编号 E-" in page and "planted" not in page


def test_the_size_of_letters_is_kept_on_this_device(client):
    answer = client.post("/size/", {"size": "elder", "next": "/services/"})
    assert (answer.status_code, answer["Location"]) == (303, "/services/")
    assert 'data-size="elder"' in client.get("/").content.decode()
    client.post("/size/", {"size": "", "next": "/"})
    assert "data-size" not in client.get("/").content.decode()


def test_the_size_switch_leads_to_no_other_site(client):
    assert client.post("/size/", {"size": "elder", "next": "https://example.org/"})["Location"] == "/"


def test_a_form_of_an_ended_session_is_refused_in_words(world):
    answer = Client(enforce_csrf_checks=True).post("/employer/e7f3k/do/samples.no_input/check/", {})
    assert answer.status_code == 403
    assert "这张表单已过期" in answer.content.decode()
