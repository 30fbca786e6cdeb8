"""Stopping one item of the change list blocks only its lines: on upload, on screen, on apply, in every mode of a stop."""

from datetime import date

import pytest

from accounts.services import rosters
from accounts.services.changes import Seal
from deposits.models import ChangeLine
from deposits.operations.months import in_flight
from deposits.services import change_lists
from servicehub import gate
from servicehub.cases.models import Case, Claim, Draft
from servicehub.declare import Party
from servicehub.gate import Refused
from servicehub.gate.models import StopMode
from servicehub.identity.models import User
from servicehub.sheets.messages import CATALOGUE
from servicehub.sheets.models import SheetFinding, Upload
from tests.accounts.factories import id_number
from tests.conftest import REQUEST_TIME
from tests.deposits.scenarios import workbook
from tests.deposits.test_change_list import person_of, row
from tests.deposits.world import FIRST, NAMES, by_clerk, employer_with
from tests.scenarios import agent
from tests.servicehub.gate.test_stopping import NOTICE, stop

pytestmark = pytest.mark.django_db
MONTH = str(FIRST)
SEALED, RAISED = row("封存", 2, reason="退休"), row("基数调整", 1, wage=5500)
NEWCOMER = row("新开户", name="陈静", id_no=id_number(900), wage=5000)


class Agent:
    def __init__(self):
        self.account = employer_with(3)
        self.origin = agent(self.account.employer)
        self.keys = 0

    def does(self, code: str, files=None, **raw):
        self.keys += 1
        party = Party("employer", self.account.employer_id)
        return gate.submit(f"deposits.{code}", self.origin, party, raw, f"k{self.keys}", files)

    def uploads(self, *rows, mode="changes") -> Upload:
        answer = self.does("upload_change_list", {"file": workbook(*rows)}, month=MONTH, mode=mode)
        return Upload.objects.get(token=answer.facts["upload"])

    def applies(self, upload: Upload):
        return self.does("apply_change_list", upload=upload.token)

    def keys_in(self, action: str, person: int, **more):
        values = {"action": action, "id_no": id_number(person), "name": NAMES[person - 1], **more}
        return self.does("add_change", month=MONTH, **values)

    @property
    def listed(self) -> list[str]:
        return sorted(ChangeLine.objects.filter(is_live=True).values_list("action", flat=True))


@pytest.fixture
def hall(db):
    User.objects.create(pk=1, username="0001", kind="staff", display_name="值班长")  # who orders the stops
    return Agent()


def stop_item(item: str, mode: str = "NO_NEW"):
    return stop("ITEM", item, mode)


def said(upload: Upload) -> dict[int, str]:
    rows = SheetFinding.objects.filter(upload_id=upload.pk, severity="error")
    return {row.line: f"{row.code} {CATALOGUE[row.code].say(row.facts)}" for row in rows}


@pytest.mark.parametrize("mode", ["NO_NEW", "READ_ONLY", "FULL"])
def test_on_upload_each_line_of_the_stopped_item_says_the_notice(hall, mode):
    stop_item("J-SEAL", mode)
    upload = hall.uploads(SEALED, RAISED)
    assert (upload.rows_read, upload.rows_bad) == (2, 1)
    (line, words), *others = said(upload).items()
    assert (line, others) == (2, [])
    assert words.startswith("R28 ") and NOTICE in words


def test_a_notice_stops_nothing(hall):
    stop_item("J-SEAL", "NOTICE")
    upload = hall.uploads(SEALED, RAISED)
    assert said(upload) == {}
    hall.applies(upload)
    assert hall.listed == ["base", "seal"]


@pytest.mark.parametrize(
    ("item", "line", "other", "left"),
    [
        ("J-SEAL", SEALED, RAISED, ["base"]),
        ("J-BASE", RAISED, SEALED, ["seal"]),
        ("J-OPEN", NEWCOMER, SEALED, ["seal"]),
    ],
)
@pytest.mark.parametrize("mode", [mode for mode in StopMode.values if mode != "NOTICE"])
def test_on_apply_its_lines_stay_in_the_file_and_the_rest_goes_through(hall, item, line, other, left, mode):
    upload = hall.uploads(line, other)
    stop_item(item, mode)
    answer = hall.applies(upload)
    assert hall.listed == left
    assert [remark for remark in answer.remarks if NOTICE in remark["message"]]


@pytest.mark.parametrize("item", ["J-UNSL", "J-TRIN"])
def test_people_who_come_back_or_over_are_lines_of_their_own_items(hall, item):
    rosters.seal(by_clerk(), hall.account.pk, FIRST, [Seal(person_of(3).pk, "01")])
    other = employer_with(1, serial=700)
    rosters.seal(by_clerk(), other.pk, FIRST, [Seal(person_of(700).pk, "01")])
    back = row("启封", 3, wage=5000)
    over = row("转入", name=NAMES[0], id_no=id_number(700), wage=5000)
    stop_item(item)
    upload = hall.uploads(back, over, SEALED)
    assert list(said(upload)) == [2 if item == "J-UNSL" else 3]
    hall.applies(upload)
    assert hall.listed == ["seal", "transfer_in" if item == "J-UNSL" else "unseal"]


def test_the_cell_of_one_channel_stops_that_channel_only(hall):
    stop("CELL", "WEBE:J-SEAL", "NO_NEW")
    assert said(hall.uploads(SEALED))
    hall.origin = agent(hall.account.employer)
    stop("CELL", "APP:J-BASE", "NO_NEW")
    assert said(hall.uploads(RAISED)) == {}


def test_whoever_is_missing_from_a_whole_roster_is_not_sealed_while_sealing_is_stopped(hall):
    upload = hall.uploads(row("", 1, wage=5500), mode="full")
    stop_item("J-SEAL")
    hall.applies(upload)
    assert hall.listed == ["base"]


def test_a_file_of_nothing_but_stopped_lines_is_refused_with_the_notice(hall):
    upload = hall.uploads(SEALED)
    stop_item("J-SEAL")
    with pytest.raises(Refused) as caught:
        hall.applies(upload)
    assert (caught.value.status, caught.value.code, caught.value.detail) == (503, "ITEM_SUSPENDED", NOTICE)
    upload.refresh_from_db()
    assert upload.state == "checked"  # the file is kept


@pytest.mark.parametrize("mode", ["NO_NEW", "READ_ONLY", "FULL"])
def test_one_keyed_change_is_refused_with_the_notice_and_its_draft_is_kept(hall, mode):
    stop_item("J-SEAL", mode)
    with pytest.raises(Refused) as caught:
        hall.keys_in("seal", 2, reason="退休")
    assert (caught.value.status, caught.value.code, caught.value.detail) == (503, "ITEM_SUSPENDED", NOTICE)
    assert caught.value.draft["saved"] and Draft.objects.count() == 1
    hall.keys_in("base", 1, wage="5500.00")
    assert hall.listed == ["base"]


def test_the_item_the_list_is_named_after_may_be_stopped_too(hall):
    """The page opens, everything else can be keyed."""
    stop_item("J-BASE", "FULL")
    party = Party("employer", hall.account.employer_id)
    for code in ("add_change", "upload_change_list", "apply_change_list"):
        assert gate.explain(f"deposits.{code}", hall.origin, party) is None
    hall.keys_in("seal", 2, reason="退休")
    assert hall.listed == ["seal"]


def test_all_items_stopped_close_the_page(hall):
    for item in ("J-OPEN", "J-UNSL", "J-SEAL", "J-TRIN", "J-BASE"):
        stop_item(item, "NO_NEW")
    party = Party("employer", hall.account.employer_id)
    assert gate.explain("deposits.add_change", hall.origin, party).status == 503


def test_a_lifted_stop_is_seen_when_the_file_is_checked_again(hall):
    order = stop_item("J-SEAL")
    upload = hall.uploads(SEALED, RAISED)
    order.lifted_at = REQUEST_TIME
    order.save()
    hall.does("recheck_upload", upload=upload.token)
    assert said(upload) == {}
    hall.applies(upload)
    assert hall.listed == ["base", "seal"]


@pytest.mark.parametrize(("mode", "goes"), [("NO_NEW", True), ("READ_ONLY", True), ("FULL", False)])
def test_taking_back_goes_on_until_everything_is_stopped(hall, mode, goes):
    upload = hall.uploads(SEALED, RAISED)
    hall.applies(upload)
    stop_item("J-SEAL", mode)
    if goes:
        hall.does("undo_upload", upload=upload.token)
        assert hall.listed == []
    else:
        with pytest.raises(Refused) as caught:
            hall.does("undo_upload", upload=upload.token)
        assert caught.value.status == 503
        line = ChangeLine.objects.get(action="base")
        hall.does("withdraw_changes", month=MONTH, lines=[line.pk])  # another item's line
        assert hall.listed == ["seal"]


def test_a_kind_of_change_nobody_offers_yet_is_told_and_not_swallowed(hall):
    upload = hall.uploads(row("信息变更", 3), RAISED)
    assert said(upload) == {2: "R28 “个人信息变更”未开通。"}


# --- What is in flight (R29) -------------------------------------------------------------------------------------------


def in_progress(party: Party, item: str) -> Case:
    case = Case.objects.create(
        number=f"20261123-{Case.objects.count() + 1:06}", item=item, item_version=1, operation="tests.open", state="checking",
        channel="CTR", opened_at=REQUEST_TIME, business_date=date(2026, 11, 23), opened_by_id=None,
    )  # fmt: skip
    Claim.objects.create(party_kind=party.kind, party_id=party.id, item=item, case=case)
    return case


def test_somebody_with_a_case_in_flight_stops_the_line_about_them(hall):
    case = in_progress(person_of(2).person.party, "J-SEAL")
    upload = hall.uploads(SEALED, RAISED)
    assert said(upload) == {2: f"R29 这名职工的“职工账户封存”正在办理中（{case.number}），办结后再改"}
    hall.applies(upload)
    assert hall.listed == ["base"]


def test_a_case_that_began_after_the_check_refuses_naming_it_and_checking_again_finds_its_line(hall):
    upload = hall.uploads(SEALED, RAISED)
    case = in_progress(person_of(2).person.party, "J-SEAL")
    with pytest.raises(Refused) as caught:
        hall.applies(upload)
    assert (caught.value.status, caught.value.facts["case"]) == (409, case.number)
    hall.does("recheck_upload", upload=upload.token)
    hall.applies(upload)
    assert hall.listed == ["base"]


def test_a_keyed_change_of_somebody_with_a_case_in_flight_names_the_case(hall):
    case = in_progress(person_of(2).person.party, "J-BASE")
    with pytest.raises(Refused) as caught:
        hall.keys_in("seal", 2, reason="退休")
    assert (caught.value.status, caught.value.facts["case"]) == (409, case.number)


def test_a_month_that_waits_for_its_money_locks_the_list(hall):
    case = in_progress(in_flight(hall.account), "J-PAY")
    upload = hall.uploads(SEALED)
    with pytest.raises(Refused) as caught:
        hall.applies(upload)
    assert caught.value.facts["case"] == case.number
    assert change_lists.find(hall.account, FIRST) is None
