"""docs/howto/add-a-service-item.md does what it says: its module, put into an app, is a service item everywhere.

The module is taken from the page itself and loaded as start-up loads every other one.
"""

import re
import sys
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
import yaml
from django.test import Client, modify_settings

from servicehub import clock
from servicehub.audit.models import AuditEntry
from servicehub.cases.models import Case, Draft
from servicehub.catalogue import clashes
from servicehub.catalogue.models import ServiceItem
from servicehub.catalogue.sync import sync_catalogue
from servicehub.declare import registry
from servicehub.gate.declared import declarations_hold
from servicehub.gate.models import ServiceCall, StopOrder
from servicehub.identity.models import User
from servicehub.identity.posts import grant_post
from tests.accounts.factories import EmployerFactory, PersonFactory
from tests.conftest import make_origin
from tests.logins import sign_in

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "add-a-service-item.md"
ITEM, CODE, LABEL = "X-NOTE", "accounts.add_note", "登记备注"
APP = "howto_shelf"
API = f"/api/v1/operations/{CODE}/"


def module_text() -> str:
    (block,) = [
        one for one in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S) if ITEM in one
    ]
    return block


@pytest.fixture
def added(tmp_path, monkeypatch, db):
    """An app that had an empty ``operations`` package, and now one more module in it. Nothing else of it is written."""
    operations = tmp_path / APP / "operations"
    operations.mkdir(parents=True)
    for package in (operations.parent, operations):
        (package / "__init__.py").touch()
    (operations / "shelf.py").write_text(module_text(), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with modify_settings(INSTALLED_APPS={"append": APP}):  # every app's ready() runs, as at start-up
        sync_catalogue()  # what ``migrate`` does
        yield
    registry.items.remove(ITEM)
    registry.operations.remove(CODE)
    for name in [name for name in sys.modules if name.partition(".")[0] == APP]:
        del sys.modules[name]


@pytest.fixture
def employer(db):
    return EmployerFactory()


@pytest.fixture
def hall(employer):
    """The employer's agent at the hall."""
    from accounts.services import grants

    user = User.objects.create(username="agent", kind="employer", display_name="李会计")
    given = grants.NewGrant(
        user=user.pk, employer=employer.pk, role="agent_maker", valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31),
        evidence="授权书 2026-014",
    )  # fmt: skip
    grants.grant(make_origin(), [given])
    client = Client()
    sign_in(client, user, acting_for=employer.party)
    client.base = f"/employer/{employer.token}/"
    return client


def staff(post: str) -> Client:
    user = User.objects.create(username=f"W-{post}", kind="staff", display_name="王芳", password_set_at=clock.now())
    origin = make_origin(user_kind="system", operator=None)
    grant_post(origin, user, post, branch=None, valid_from=origin.at.date(), basis="测试")
    client = Client()
    sign_in(client, user)
    client.user = user
    return client


def as_program(client: Client) -> Client:
    client.cookies["fc_session_api"] = next(
        morsel.value for name, morsel in client.cookies.items() if name.startswith("fc_session_")
    )
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.get("Location"))
    return unescape(answer.content.decode())


def stop(user: User) -> StopOrder:
    at = clock.now()
    return StopOrder.objects.create(
        number="TD20261123-901", scope="ITEM", scope_ref=ITEM, mode="NO_NEW", kind="IMMEDIATE", reason_code="BANK_LINE",
        internal_reason="演练停办登记备注这一项", notice_title="登记备注暂停受理",
        notice_body="因系统维护，登记备注暂停受理，恢复时间以公告为准。", starts_at=at - timedelta(minutes=1),
        ordered_by=user, ordered_at=at - timedelta(minutes=2),
    )  # fmt: skip


def test_the_declaration_holds(added):
    assert declarations_hold(None) == []


def test_it_stands_in_the_catalogue_and_in_the_public_guide(added, client):
    row = ServiceItem.objects.get(pk=ITEM)
    assert (row.name, row.lifecycle, row.assurance) == (LABEL, "published", 2)
    assert {cell.channel_id for cell in row.cells.all() if cell.offered} == {"WEBE", "CTR"}
    assert LABEL in text(client, "/services/")
    guide = text(client, f"/services/{ITEM}/")
    assert "单位经办人可登记一条备注" in guide and "备注只有本单位和中心能看到" in guide
    assert LABEL in text(client, "/sitemap/")


def test_the_switchboard_shows_it_on_its_channels_and_in_the_clash_matrix(added):
    admin = staff("channel_admin")
    matrix = text(admin, "/switchboard/matrix/")
    assert LABEL in matrix
    assert re.search(rf"scope=CELL&scope_ref=WEBE:{ITEM}", matrix) and f"CTR:{ITEM}" in matrix
    assert f"WEBP:{ITEM}" not in matrix and f"APP:{ITEM}" not in matrix  # not offered there
    assert ITEM in text(admin, "/switchboard/clashes/")
    written = clashes.matrix()
    assert written[ITEM, ITEM].verdict == "refused" and written[ITEM, "J-PAY"].verdict == "allowed"


def test_every_face_lists_it_where_it_was_declared(added, hall, employer):
    address = f"{hall.base}do/{CODE}/"
    assert f'href="{address}"' in text(hall, f"{hall.base}services/")
    at_window = f"/counter/employer/{employer.token}/do/{CODE}/"
    assert f'href="{at_window}"' in text(staff("teller"), f"/counter/employer/{employer.token}/")
    person = Client()
    own = PersonFactory(user=User.objects.create(username="person", kind="person", display_name="张三"))
    sign_in(person, own.user)
    assert CODE not in text(person, "/my/services/")  # it is no item for persons
    assert CODE not in text(staff("channel_admin"), "/switchboard/services/")


@pytest.mark.parametrize("face", ["employer", "counter"])
def test_its_pages_lead_from_form_to_receipt(added, hall, employer, face):
    client = hall if face == "employer" else staff("teller")
    base = hall.base if face == "employer" else f"/counter/employer/{employer.token}/"
    form = f"{base}do/{CODE}/"
    assert "备注" in text(client, form)
    assert client.post(form, {"text": ""}).status_code == 422
    assert client.post(form, {"text": "地址变更在办"})["Location"] == f"{form}check/"
    page = text(client, f"{form}check/")
    assert "地址变更在办" in page
    sent = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("sealed", "form_token")}
    answer = client.post(f"{form}check/", sent)
    receipt = text(client, answer["Location"])
    number = Case.objects.get(operation=CODE).number
    assert "已登记备注" in receipt and number in receipt
    face_base = hall.base if face == "employer" else "/counter/"
    assert LABEL in text(client, f"{face_base}cases/{number}/")
    assert (
        AuditEntry.objects.filter(operation=CODE, action=LABEL, object=f"accounts.employer:{employer.pk}").count() == 1
    )
    # The same form once more is the same answer, and nothing is done twice.
    assert client.post(f"{form}check/", sent)["Location"].endswith("?again=1")
    assert Case.objects.filter(operation=CODE).count() == 1


def test_the_api_takes_it_and_documents_it(added, hall, employer):
    program = as_program(hall)
    body = {"target": {"kind": "employer", "token": employer.token}, "input": {"text": "地址变更在办"}}
    sent = {"content_type": "application/json", "headers": {"Idempotency-Key": "n1"}}
    answer = program.post(API, body, **sent)
    assert (answer.status_code, answer.json()["state"]) == (200, "done"), answer.content
    assert program.post(API, body, **sent).json()["replayed"] is True
    document = yaml.safe_load(program.get("/api/v1/schema/").content)
    assert document["paths"][API]["post"]["summary"] == LABEL
    assert document["components"]["schemas"]["AccountsAddNoteInputRequest"]["properties"]["text"]["maxLength"] == 200


def test_two_at_once_for_one_employer_clash(added, hall, employer, monkeypatch):
    from servicehub.declare import Outcome

    monkeypatch.setattr(
        type(registry.operations[CODE]), "execute", lambda *args: Outcome("等待", state="continues")
    )  # stays in flight
    program = as_program(hall)
    body = {"target": {"kind": "employer", "token": employer.token}, "input": {"text": "地址变更在办"}}
    first, second = (
        program.post(API, body, content_type="application/json", headers={"Idempotency-Key": key}) for key in "ab"
    )
    assert first.status_code == 200
    assert second.status_code == 409 and Case.objects.get(operation=CODE).number in second.content.decode()


def test_a_stop_order_on_it_answers_503_everywhere_and_keeps_what_was_typed(added, hall, employer):
    order = stop(staff("channel_admin").user)
    body = {"target": {"kind": "employer", "token": employer.token}, "input": {"text": "地址变更在办"}}
    page = hall.get(f"{hall.base}do/{CODE}/")
    assert page.status_code == 503 and order.notice_body in page.content.decode()
    answer = as_program(hall).post(API, body, content_type="application/json", headers={"Idempotency-Key": "n2"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert (answer.json()["code"], answer.json()["stop_order"]) == ("ITEM_SUSPENDED", order.number)
    assert Draft.objects.filter(operation=CODE).count() == 1
    assert ServiceCall.objects.filter(item=ITEM, outcome="REFUSED_STOP", stop_order=order.number).exists()
    assert order.notice_title in text(Client(), f"/services/{ITEM}/")  # the guide stays, and says so
    assert text(hall, f"{hall.base}services/").count(CODE) == 1
