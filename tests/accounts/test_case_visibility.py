"""Who sees a case: one rule for the page, the list, the history and the API."""

import pytest
from django.test import Client

from servicehub import gate
from servicehub.cases import reads
from servicehub.cases.models import Case
from servicehub.declare import Party
from tests.accounts.factories import BranchFactory, PersonFactory
from tests.accounts.rosters import member_of
from tests.conftest import BUSINESS_DATE, REQUEST_TIME, make_origin
from tests.logins import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(employer_account):
    person = PersonFactory(branch=employer_account.employer.branch)
    member_of(employer_account, person=person)
    return person


def case(number: str, applicant: Party, target: Party, **given) -> Case:
    return Case.objects.create(
        number=number, item="J-SEAL", item_version=1, operation="x.y", channel="WEBE", state="to_check",
        business_date=BUSINESS_DATE, opened_at=REQUEST_TIME, applicant_kind=applicant.kind, applicant_id=applicant.id,
        target_kind=target.kind, target_id=target.id, **given,
    )  # fmt: skip


@pytest.fixture
def cases(employer, member):
    """One the employer asked for about the person, and one the person asked for by themselves."""
    return {
        "asked": case("C-ASKED", employer.party, member.party, branch=employer.branch),
        "own": case("C-OWN", member.party, member.party, branch=employer.branch),
    }


def seen(origin) -> set[str]:
    return set(reads.visible_to(origin).values_list("number", flat=True))


def test_an_employer_sees_of_a_person_what_it_asked_for_itself(cases, member, employer, in_hall, make_user, give):
    user = make_user()
    give(user, employer, "agent_maker")
    agent = in_hall(user, employer)
    assert seen(agent) == {"C-ASKED"}
    table = gate.read("servicehub.person_cases", agent, member.party, {})
    assert [row["number"] for row in table.source] == ["C-ASKED"]
    assert len(gate.read("servicehub.case_history", agent, None, {"number": "C-ASKED"}).source) == 0
    with pytest.raises(gate.Refused) as refused:
        gate.read("servicehub.case_history", agent, None, {"number": "C-OWN"})
    assert refused.value.status == 404


def test_the_api_and_the_page_say_the_same(cases, member, employer, make_user, give):
    user = make_user()
    give(user, employer, "agent_maker")
    client = Client()
    sign_in(client, user, acting_for=employer.party)
    client.cookies["fc_session_api"] = client.cookies["fc_session_employer"].value
    rows = client.get(f"/api/v1/cases/?target=person:{member.token}").json()["rows"]
    assert [row["number"] for row in rows] == ["C-ASKED"]
    for number, status in (("C-ASKED", 200), ("C-OWN", 404)):
        assert client.get(f"/api/v1/cases/{number}/").status_code == status
        assert client.get(f"/employer/{employer.token}/cases/{number}/").status_code == status


def test_a_person_sees_both(cases, member, in_portal):
    assert seen(in_portal(member)) == {"C-ASKED", "C-OWN"}


def test_an_agent_whose_grant_is_over_sees_nothing_although_the_session_still_names_the_employer(
    cases, employer, in_hall, make_user
):
    assert seen(in_hall(make_user(), employer)) == set()


def test_staff_see_their_branch_and_what_they_took_in(cases, employer, staff_origin, make_user):
    assert seen(staff_origin([employer.branch])) == {"C-ASKED", "C-OWN"}
    assert seen(staff_origin([BranchFactory()])) == set()
    clerk = make_user("staff")
    Case.objects.filter(number="C-OWN").update(opened_by=clerk)
    elsewhere = make_origin(operator=clerk.pk, branches=frozenset({BranchFactory().pk}))
    assert seen(elsewhere) == {"C-OWN"}


def test_what_somebody_asked_for_before_they_had_a_party_is_theirs(db, make_user):
    user = make_user()
    Case.objects.create(
        number="C-NEW", item="J-REG", item_version=1, operation="x.y", channel="WEBE", state="to_check",
        business_date=BUSINESS_DATE, opened_at=REQUEST_TIME, opened_by=user,
    )  # fmt: skip
    assert seen(make_origin(operator=user.pk, user_kind="employer")) == {"C-NEW"}
    assert seen(make_origin(operator=make_user().pk, user_kind="employer")) == set()
