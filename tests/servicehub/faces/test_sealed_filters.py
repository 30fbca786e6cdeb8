"""What may name somebody stands in no address and no log, and a filter survives a reload all the same."""

import re
from contextlib import closing
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from servicehub.declare import READ, registry
from servicehub.faces import sealed_filters
from tests.servicehub.faces.test_lists_and_cases import text

pytestmark = pytest.mark.django_db

LIST = "/employer/e7f3k/list/samples.staff/"
NAME = "职工007"


def filtered(client, **values) -> str:
    answer = client.post(LIST, values)
    assert answer.status_code == 303, answer.content.decode()[:500]
    return answer["Location"]


def names_nobody(address: str) -> bool:
    return NAME not in address and quote(NAME) not in address and "007" not in address


def test_the_bar_posts_and_the_address_holds_the_name_sealed(agent):
    assert re.search(r'<form class="filters" method="post"', text(agent, LIST))
    address = filtered(agent, q=NAME, state="normal")
    assert names_nobody(address) and parse_qs(urlsplit(address).query)["state"] == ["normal"]
    for _ in range(2):  # a reload
        page = text(agent, address)
        assert "职工007" in page and "职工008" not in page
        assert f'value="{NAME}"' in page  # and stands in its box
    assert filtered(agent, q=NAME) != filtered(agent, q=NAME)  # two the same are not seen to be the same


def test_sorting_paging_printing_and_the_workbook_keep_it_and_none_names_anybody(agent):
    page = text(agent, filtered(agent, q="职工0"))
    links = [unescape(link) for link in re.findall(r'href="(\?[^"]*)"', page)]
    assert len(links) > 4
    for link in links:
        assert names_nobody(link)
    printed = next(link for link in links if "print=1" in link)
    assert "职工100" not in text(agent, LIST + printed)
    export = next(link for link in links if "format=xlsx" in link)
    with closing(agent.get(LIST + export)) as workbook:
        assert workbook.status_code == 200


def test_its_chip_takes_it_away_and_leaves_the_rest(agent):
    page = text(agent, filtered(agent, q=NAME, state="normal"))
    chip = unescape(re.search(rf'<li><a href="([^"]*)">姓名：{NAME}', page)[1])
    assert parse_qs(urlsplit(chip).query) == {"state": ["normal"]}
    other = unescape(re.search(r'<li><a href="([^"]*)">状态：', page)[1])
    assert NAME in text(agent, LIST + other) and "职工008" not in text(agent, LIST + other)


def test_an_old_link_is_turned_into_a_sealed_one(agent):
    answer = agent.get(f"{LIST}?q={quote(NAME)}&sort=name")
    assert answer.status_code == 303 and names_nobody(answer["Location"]) and "sort=name" in answer["Location"]


def test_it_opens_for_its_reader_only_and_changed_for_nobody(agent, staff):
    address = filtered(agent, q=NAME)
    other = text(staff("teller"), address.replace("/employer/e7f3k/", "/counter/employer/e7f3k/"))
    assert "职工008" in other and f'value="{NAME}"' not in other
    assert "职工008" in text(agent, f"{LIST}?f=AAAA") and "职工008" in text(agent, address[:-6])


def test_what_the_command_box_was_asked_is_in_no_address(staff):
    client = staff("teller")
    answer = client.post("/counter/go/", {"q": "有限公司"})
    assert answer.status_code == 303 and quote("有限") not in answer["Location"]
    found = text(client, answer["Location"])
    assert "河南云禾科技有限公司" in found and "恒通物业有限公司" in found
    assert re.search(r'<form class="command" method="post"', found)


def test_the_audit_log_keeps_names_out_of_its_address(staff):
    reader = staff("audit_admin")
    answer = reader.post("/switchboard/audit/", {"who": "李会计", "kind": "change"})
    assert quote("李会计") not in answer["Location"] and "kind=change" in answer["Location"]
    assert 'value="李会计"' in text(reader, answer["Location"])


def test_every_free_text_filter_is_sealed_unless_it_is_known_to_hold_a_code():
    secret = {
        (one.code, name) for one in registry.operations if one.kind == READ for name in sealed_filters.secret_names(one)
    }
    assert {("accounts.roster", "q"), ("accounts.employers", "q"), ("servicehub.audit_log", "actor")} <= secret
    assert (
        not {("servicehub.service_flow", "item"), ("accounts.roster", "state"), ("accounts.roster", "month")} & secret
    )


def test_the_api_takes_them_in_the_body_only(agent):
    agent.cookies["fc_session_api"] = agent.cookies["fc_session_employer"].value
    path = "/api/v1/queries/samples.staff/"
    target = {"kind": "employer", "token": "e7f3k"}
    body = agent.post(path, {"target": target, "input": {"q": NAME}}, content_type="application/json").json()
    assert [row["name"] for row in body["rows"]] == [NAME]
    page = {"target": target, "input": {"state": "normal"}, "page": 2, "size": 10, "sort": "-amount"}
    assert agent.post(path, page, content_type="application/json").json()["page"] == 2
    refused = agent.get(f"{path}?target=employer:e7f3k&q={quote(NAME)}")
    assert (refused.status_code, refused.json()["code"]) == (422, "FILTER_IN_ADDRESS")
