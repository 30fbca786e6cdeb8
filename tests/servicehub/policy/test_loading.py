"""The project's own files: all load, twice is once, a wrong line stops everything."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from servicehub.policy.loading import Loaded, PolicyFileWrong, load_files
from servicehub.policy.models import PolicySlot, PolicyValue

pytestmark = pytest.mark.django_db
FILES = sorted(Path(settings.POLICY_FILES).glob("*.toml"))


def test_24_cities_and_the_nation_are_loaded():
    cities = set(PolicySlot.objects.values_list("city", flat=True))
    assert len(cities - {""}) == 24
    assert "许昌" in cities
    assert PolicyValue.objects.count() > 600


def test_loading_again_adds_nothing():
    loaded = load_files(FILES)
    assert loaded.added == 0
    assert loaded.present == PolicyValue.objects.count()


def test_the_demo_fills_the_years_nobody_published():
    call_command("load_policy_data", "--demo", verbosity=0)
    assert PolicyValue.objects.filter(confidence="demo").count() == 7


GOOD = """city = "许昌"
[[values]]
key = "servicehub.otp.tries"
value = "3"
from = 2026-01-01
confidence = "own"
"""


def load(tmp_path, text: str) -> Loaded:
    path = tmp_path / "city.toml"
    path.write_text(text)
    return load_files([path])


def test_every_wrong_line_is_named_and_nothing_is_loaded(tmp_path):
    wrong = GOOD + GOOD.partition("\n")[2].replace("tries", "trials")
    wrong += GOOD.partition("\n")[2].replace('"3"', '"drei"').replace('"own"', '"sure"') + 'color = "red"\n'
    with pytest.raises(PolicyFileWrong) as complaint:
        load(tmp_path, wrong)
    lines = str(complaint.value).splitlines()
    assert len(lines) == 4
    assert lines[0] == "city.toml, value 2 (servicehub.otp.trials): no such policy key"
    assert not PolicySlot.objects.filter(key="servicehub.otp.tries").exists()


def test_a_value_that_stands_is_not_changed_by_a_file(tmp_path):
    assert load(tmp_path, GOOD) == Loaded(1, 0)
    with pytest.raises(PolicyFileWrong, match="3 is in force, not 4"):
        load(tmp_path, GOOD.replace('"3"', '"4"'))


def test_the_command_says_what_is_wrong(tmp_path, settings):
    settings.POLICY_FILES = tmp_path
    (tmp_path / "x.toml").write_text(GOOD.replace("tries", "trials"))
    with pytest.raises(CommandError, match="no such policy key"):
        call_command("load_policy_data")
