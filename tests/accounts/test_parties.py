"""Who sees whom: staff by branch, agents by grant and roster, persons themselves; strangers see nothing."""

from datetime import date

import pytest

from accounts.models import Employer, EmployerAccount, Restriction
from servicehub import parties
from servicehub.declare import Party, registry
from servicehub.identity import people
from servicehub.identity.models import User
from tests.accounts.factories import BranchFactory, EmployerAccountFactory, EmployerFactory, PersonFactory
from tests.accounts.rosters import member_of
from tests.conftest import REQUEST_TIME, make_origin

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(employer_account):
    """Somebody on the employer's roster."""
    person = PersonFactory(branch=employer_account.employer.branch, name="周桂英")
    member_of(employer_account, person=person)
    return person


def authority(origin, party):
    return parties.authority(origin, party)


class TestStaff:
    def test_see_their_branches(self, staff_origin, employer, member, branch):
        here, there = staff_origin([branch]), staff_origin([BranchFactory()])
        for party in (employer.party, member.party):
            assert authority(here, party).roles == {"teller"}
            assert authority(there, party) is None
            assert authority(staff_origin(None), party) is not None

    def test_hold_a_post_only_where_it_was_given(self, employer, member, branch):
        elsewhere = BranchFactory()
        posts = frozenset({("teller", branch.pk), ("accountant", elsewhere.pk), ("auditor", None)})
        origin = make_origin(roles=frozenset({"teller", "accountant", "auditor"}), posts=posts, branches=None)
        for party in (employer.party, member.party):
            assert authority(origin, party).roles == {"teller", "auditor"}

    def test_find_only_there(self, staff_origin, employer, member, branch):
        here, there = staff_origin([branch]), staff_origin([BranchFactory()])
        assert parties.search(here, "person", member.id_number) == [member.party]
        assert parties.search(there, "person", member.id_number) == []
        assert parties.search(here, "employer", employer.credit_code.lower()) == [employer.party]
        assert parties.search(there, "employer", employer.credit_code) == []

    def test_see_a_person_who_has_no_account_yet_where_registered(self, staff_origin, branch):
        person = PersonFactory(branch=branch)
        assert authority(staff_origin([branch]), person.party)
        assert authority(staff_origin([BranchFactory()]), person.party) is None


class TestSearch:
    @pytest.mark.parametrize("text", ["周桂英", "zhougui", "ZHOU", "13900009999", "+86 139 0000 9999"])
    def test_a_person_is_found_by_what_a_clerk_types(self, staff_origin, member, text):
        member.mobile = "13900009999"
        member.save()
        assert parties.search(staff_origin(None), "person", text) == [member.party]

    def test_by_account_number(self, staff_origin, member):
        assert parties.search(staff_origin(None), "person", member.fund_accounts.get().number) == [member.party]

    @pytest.mark.parametrize("text", ["", " ", "周", "99", "%", "139"])
    def test_nothing_is_found_by_less(self, staff_origin, member, text):
        assert parties.search(staff_origin(None), "person", text) == []

    def test_an_employer_is_found_by_a_piece_of_its_name(self, staff_origin, employer):
        Employer.objects.filter(pk=employer.pk).update(name="河南云禾（许昌）科技", name_key="河南云禾许昌科技")
        for text in ("云禾", "云禾(许昌)", employer.number):
            assert parties.search(staff_origin(None), "employer", text) == [employer.party]


class TestAgents:
    def test_act_for_people_on_their_roster_only(self, make_user, give, agent_origin, employer, member):
        user, stranger = make_user(), PersonFactory()
        give(user, employer, "agent_maker")
        acting = agent_origin(user, employer)
        assert authority(acting, member.party).roles == {"agent_maker"}
        assert authority(acting, stranger.party) is None
        assert authority(agent_origin(user), member.party) is None

    def test_of_another_employer_see_nothing(self, make_user, give, agent_origin, employer, member):
        user, other = make_user(), EmployerFactory()
        give(user, other)
        assert authority(agent_origin(user, other), member.party) is None
        assert authority(agent_origin(user, employer), member.party) is None
        assert not Employer.objects.visible_to(agent_origin(user)).filter(pk=employer.pk).exists()
        assert not EmployerAccount.objects.visible_to(agent_origin(user)).filter(employer=employer).exists()


class TestPersons:
    def test_have_authority_over_themselves_alone(self, make_user, member):
        user = make_user("person")
        member.user = user
        member.save()
        own = make_origin(operator=user.pk, user_kind="person", channel="WEBP")
        assert authority(own, member.party).roles == {"self"}
        assert authority(own, PersonFactory().party) is None
        assert authority(own, Party("employer", 1)) is None
        assert parties.mine(own, "person") == [member.party]
        assert parties.contacts(member.party) == [user.pk]

    def test_are_recognised_by_their_number_without_being_linked(self, member):
        user = people.create_person_user(
            make_origin(), id_number=member.id_number, name="周桂英", mobile="13900008888", password="quiet-river-9"
        )
        own = make_origin(operator=user.pk, user_kind="person", channel="WEBP")
        assert parties.mine(own, "person") == [member.party]
        assert parties.contacts(member.party) == [user.pk]
        User.objects.filter(pk=user.pk).update(state="cancelled")
        assert parties.mine(own, "person") == []
        assert parties.contacts(member.party) == []

    def test_linked_to_another_they_are_not_taken_for_it(self, make_user, member):
        """A link made at the counter counts before the number: whoever proved it there is the person."""
        user = people.create_person_user(
            make_origin(), id_number=member.id_number, name="周桂英", mobile="13900008888", password="quiet-river-9"
        )
        member.user = make_user("person")
        member.save()
        own = make_origin(operator=user.pk, user_kind="person", channel="WEBP")
        assert parties.mine(own, "person") == []

    def test_anonymous_have_none(self, member, employer):
        nobody = make_origin(operator=None, user_kind="anonymous", channel="WEBP")
        assert authority(nobody, member.party) is None
        assert authority(nobody, employer.party) is None
        assert parties.mine(nobody, "person") == []


class TestCards:
    def test_show_nothing_that_must_be_hidden(self, member, employer):
        card = parties.card(member.party)
        shown = str(card)
        assert card.label == "周*英"
        assert card.status == "正常"
        assert ("单位", employer.name) in card.details
        for secret in (member.id_number, member.mobile, "周桂英"):
            assert secret not in shown

    def test_of_an_employer(self, employer, employer_account):
        card = parties.card(employer.party)
        assert (card.label, card.number, card.status) == (employer.name, employer.number, "开户")

    @pytest.mark.parametrize("kind", ["person", "employer"])
    def test_one_or_fifty_take_the_same_queries(self, kind, django_assert_max_num_queries, employer_account):
        ids = []
        for _ in range(5):
            person = member_of(employer_account).person
            ids.append(person.pk if kind == "person" else EmployerAccountFactory().employer_id)
        with django_assert_max_num_queries(3):
            assert len(parties.cards([Party(kind, pk) for pk in ids])) == 5

    def test_tokens_lead_to_existing_rows_only(self, member, employer):
        assert parties.find("person", member.token) == member.party
        assert parties.find("employer", employer.token) == employer.party
        assert parties.find("employer", member.token) is None
        assert parties.find("person", "nonsense") is None


class TestBlocks:
    def restrict(self, person, **given):
        values = {
            "kind": "freeze",
            "starts_on": date(2026, 1, 1),
            "authority": "魏都区人民法院",
            "document": "(2026)豫执1号",
        }
        return Restriction.objects.create(
            fund_account=person.fund_accounts.get(), entered_at=REQUEST_TIME, **{**values, **given}
        )

    @pytest.mark.parametrize(
        ("item", "blocked"), [("T-RENT", True), ("J-TRIN", True), ("Q-ACC", False), ("C-DEP", False)]
    )
    def test_a_freeze_of_everything(self, member, item, blocked):
        self.restrict(member)
        findings = parties.blocks(member.party, item)
        assert bool(findings) == blocked
        if blocked:
            assert findings[0].code == "R17"
            assert "魏都区人民法院" in findings[0].remedy

    def test_a_freeze_of_an_amount_leaves_withdrawals_to_reckon(self, member):
        self.restrict(member, amount="500.00")
        assert parties.blocks(member.party, "T-RENT") == []
        assert parties.blocks(member.party, "J-TRIN")

    def test_one_lifted_leaves_the_others(self, member):
        self.restrict(member, lifted_on=date(2026, 6, 1))
        assert parties.blocks(member.party, "T-RENT") == []
        self.restrict(member, document="(2026)豫执2号")
        self.restrict(member, kind="ban", until=date(2029, 1, 1), authority="本中心", document="决定 3 号")
        assert len(parties.blocks(member.party, "T-RENT")) == 2

    def test_one_whose_time_is_over_does_not_block(self, member):
        self.restrict(member, until=date(2026, 11, 22))
        assert parties.blocks(member.party, "T-RENT") == []

    def test_a_sealed_employer_changes_no_roster(self, employer, employer_account):
        EmployerAccount.objects.filter(pk=employer_account.pk).update(status="05")
        assert [finding.code for finding in parties.blocks(employer.party, "J-PAY")] == ["EMPLOYER-SEALED"]
        assert parties.blocks(employer.party, "Q-ROST") == []

    def test_a_closed_employer_does_nothing(self, employer):
        Employer.objects.filter(pk=employer.pk).update(closed_on=date(2026, 6, 30))
        assert [finding.code for finding in parties.blocks(employer.party, "J-OPEN")] == ["EMPLOYER-CLOSED"]


def test_contacts_of_an_employer_are_its_admins_and_makers(make_user, give, employer):
    maker, query = make_user(), make_user()
    give(maker, employer, "agent_maker")
    give(query, employer, "agent_query")
    assert parties.contacts(employer.party) == [maker.pk]


class TestRecognising:
    """Three facts of one person, as the employer registered them."""

    @pytest.fixture
    def on_file(self, member):
        member.mobile = "13900009999"
        member.save()
        return member

    def ask(self, **given):
        return registry.party_kinds["person"].recognise(**given)

    def test_all_three_fit(self, on_file):
        given = {"name": "周 桂英", "id_number": on_file.id_number.lower(), "mobile": "+86 139 0000 9999"}
        assert self.ask(**given) == on_file.pk

    @pytest.mark.parametrize(
        "wrong", [{"name": "周桂"}, {"mobile": "13900009998"}, {"id_number": "990000199001010017"}]
    )
    def test_one_that_does_not_is_enough(self, on_file, wrong):
        given = {"name": "周桂英", "id_number": on_file.id_number, "mobile": "13900009999", **wrong}
        assert self.ask(**given) is None

    def test_nobody_is_recognised_without_a_mobile_on_file(self, member):
        assert self.ask(name="周桂英", id_number=member.id_number, mobile="13900009999") is None
