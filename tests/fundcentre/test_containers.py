"""The production-like set names what the product reads, and runs what exists."""

import importlib.util
import re

import pytest
import yaml

from tests.architecture.tree import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
EXAMPLE = re.findall(r"^([A-Z_]+)=", (ROOT / "deploy.env.example").read_text(encoding="utf-8"), re.MULTILINE)
ONLY_FOR_THE_DATABASE = {"OWNER_PASSWORD", "FUND_APP_PASSWORD"}


def test_the_set_is_whole():
    assert {"postgres", "redis", "web", "worker", "beat", "bank"} <= SERVICES.keys()


def test_every_name_given_is_a_documented_setting():
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    given = {name for service in SERVICES.values() if "build" in service for name in service["environment"]}
    unknown = {name for name in given | set(EXAMPLE) if f"`{name}`" not in document}
    assert unknown == ONLY_FOR_THE_DATABASE


@pytest.mark.parametrize("name", ["web", "worker", "beat", "bank"])
def test_the_product_does_not_own_its_tables(name):
    assert SERVICES[name]["environment"]["DATABASE_URL"].startswith("postgres://fund_app:")


def test_only_preparing_is_done_as_owner():
    assert SERVICES["prepare"]["environment"]["DATABASE_URL"].startswith("postgres://app:")
    assert SERVICES["web"]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if "-m" in service.get("command", [])])
def test_modules_that_are_run_exist(name):
    command = SERVICES[name]["command"]
    assert importlib.util.find_spec(command[command.index("-m") + 1]) is not None


def test_the_image_installs_by_hash_and_copies_files_that_exist():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert any("--require-hashes -r requirements.lock" in line for line in lines)
    copied = [word for line in lines if line.startswith("COPY") and "--from" not in line for word in line.split()[1:-1]]
    assert [name for name in copied if name != "." and not (ROOT / name).exists()] == []


def test_no_port_is_open_to_the_network():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]
