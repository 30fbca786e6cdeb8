"""A machine without Pango, a Chinese font or Chromium: the demo runs and says so, the tests stop with one line."""

import subprocess

import pytest

from fundcentre.local import __main__ as launcher
from fundcentre.local import checks, demo, dependencies, probes

LINE = "missing for PDF: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
LINE_FOR_TESTS = LINE.replace("for PDF", "for PDF and the browser tests") + " chromium"


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """No library, no font, no browser, and nobody who may install any."""

    def no_library(name):
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(probes.ctypes, "CDLL", no_library)
    monkeypatch.setattr(probes, "FONT_DIRS", (str(tmp_path),))
    monkeypatch.setattr(probes, "BROWSERS", ("no-such-browser",))
    monkeypatch.setattr(dependencies.os, "geteuid", lambda: 1000)
    for step in ("install_python", "install_embedded", "build_assets"):
        monkeypatch.setattr(dependencies, step, lambda: None)


def lines(capsys) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_the_demo_says_it_in_one_line_and_goes_on(bare_machine, capsys):
    demo.set_up()
    assert lines(capsys) == [f"fundcentre| {LINE}"]


def test_the_tests_stop_with_one_line(bare_machine, capsys, monkeypatch):
    def never(*command):
        raise AssertionError(f"{command} was run")

    monkeypatch.setattr(checks, "run", never)
    assert launcher.main(["test"]) == 1
    assert lines(capsys) == [f"fundcentre| cannot go on: {LINE_FOR_TESTS}"]


def test_a_font_is_found_wherever_systems_keep_it(bare_machine, tmp_path):
    (tmp_path / "opentype" / "noto").mkdir(parents=True)
    (tmp_path / "opentype" / "noto" / "NotoSerifCJK-Regular.ttc").touch()
    assert "fonts-noto-cjk" not in probes.missing(with_browser=True)


def test_as_root_they_are_installed(bare_machine, capsys, monkeypatch):
    """Where apt may be used it is; what it brings is looked for again before anybody is told."""
    ran: list[list[str]] = []

    def apt(command, **options):
        ran.append(command)
        if "install" in command:
            monkeypatch.setattr(probes, "has_pango", lambda: True)
            monkeypatch.setattr(probes, "has_cjk_font", lambda: True)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(dependencies.os, "geteuid", lambda: 0)
    monkeypatch.setattr(dependencies.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    monkeypatch.setattr(dependencies.subprocess, "run", apt)
    demo.set_up()
    assert [command[:2] for command in ran] == [["apt-get", "update"], ["apt-get", "install"]]
    assert lines(capsys) == [f"fundcentre| installing with apt: {LINE.partition('install ')[2]}"]
