"""Rows follow declarations; an administrator's switches stay."""

import dataclasses

import pytest

from servicehub.catalogue import matrix
from servicehub.catalogue.models import ChannelItem, ServiceChannel, ServiceItem, ServiceItemVersion
from servicehub.catalogue.sync import sync_catalogue
from servicehub.declare import Channel, registry

pytestmark = pytest.mark.django_db

CATALOGUE_OF_THE_GUIDELINES = 65
OF_OUR_OWN = {code for code in (item.code for item in registry.items) if code.startswith("S-")} | {
    "Q-MSG",
    "Q-VIEW",
    "H-REG",
}


@pytest.fixture
def redeclare():
    """Replace a declaration for one test."""
    kept = {}

    def replace(code, **changes):
        kept.setdefault(code, registry.items[code])
        registry.items.remove(code)
        registry.items.add(dataclasses.replace(kept[code], **changes))
        sync_catalogue()
        return ServiceItem.objects.get(pk=code)

    yield replace
    for code, item in kept.items():
        registry.items.remove(code)
        registry.items.add(item)


def test_the_65_items_of_the_guidelines_stand_in_the_catalogue():
    codes = {item.code for item in registry.items} - OF_OUR_OWN
    assert len(codes) == CATALOGUE_OF_THE_GUIDELINES
    assert set(ServiceItem.objects.values_list("code", flat=True)) >= codes


@pytest.mark.parametrize("item", list(registry.items), ids=lambda item: item.code)
def test_every_item_has_an_owner_a_guide_an_answer_and_a_channel(item):
    assert item.owner and item.channels and item.audiences and item.group
    assert 20 <= len(item.guide) <= 300
    assert "？——" in item.help
    assert len(item.code) <= 8


def test_the_matrix_has_a_cell_for_every_channel_and_item():
    wanted = {(channel.value, item.code) for channel in Channel for item in registry.items} - {
        ("BATCH", item.code) for item in registry.items
    }
    assert set(ChannelItem.objects.values_list("channel_id", "item_id")) >= wanted
    assert ServiceChannel.objects.count() == len(Channel)


def test_a_second_run_changes_nothing():
    counts = sync_catalogue()
    assert (counts["changed"], counts["cells"]) == (0, 0)


def test_a_changed_guide_is_a_new_version_and_the_old_one_stays(redeclare):
    before = ServiceItem.objects.get(pk="J-PAY").version
    row = redeclare("J-PAY", guide="换了一种说法，内容没有变化，只是为了多写一个版本。")
    assert row.version == before + 1
    texts = ServiceItemVersion.objects.filter(item="J-PAY").order_by("number").values_list("content__guide", flat=True)
    assert list(texts)[-1].startswith("换了一种说法") and len(texts) == row.version


def test_a_switch_thrown_by_an_administrator_stays(redeclare):
    ChannelItem.objects.filter(channel="WEBE", item="J-PAY").update(offered=False, daily_quota=5)
    ServiceItem.objects.filter(pk="J-PAY").update(lifecycle="retired")
    row = redeclare("J-PAY", guide="换了一种说法，内容没有变化，只是为了多写一个版本。")
    assert row.lifecycle == "retired"
    cell = ChannelItem.objects.get(channel="WEBE", item="J-PAY")
    assert (cell.offered, cell.daily_quota) == (False, 5)


def test_an_item_opens_when_its_declaration_says_so(redeclare):
    assert ServiceItem.objects.get(pk="T-RENT").lifecycle == "unopened"
    assert redeclare("T-RENT", published=True).lifecycle == "published"


def test_promised_days_are_read_from_the_words():
    assert dict(ServiceItem.objects.filter(pk__in=["J-REG", "J-PAY"]).values_list("code", "promised_days")) == {
        "J-REG": 1,
        "J-PAY": 0,
    }


def test_of_two_classes_the_more_generous_mark_counts():
    offered = matrix.offer("单位查询", "证明")
    assert Channel.GOV in offered["channels"] and Channel.GOV not in offered["limited"]
    assert Channel.WX in offered["limited"]
