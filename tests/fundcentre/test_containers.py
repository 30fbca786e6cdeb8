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
    assert {"postgres", "redis", "web", "worker", "beat", "bank", "sms"} <= SERVICES.keys()


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
    assert published == ["127.0.0.1:8000:8000", "127.0.0.1:8001:8001"]


PRODUCT = [name for name, service in SERVICES.items() if "build" in service]


@pytest.mark.parametrize("name", PRODUCT)
def test_no_process_of_the_product_is_told_a_password_of_the_database(name):
    """``env_file`` gives each container the whole file; only what ``environment`` says wins over it."""
    told = SERVICES[name]["environment"]
    assert {told[secret] for secret in ONLY_FOR_THE_DATABASE} == {""}


@pytest.mark.parametrize("name", ["postgres", "redis", "web", "bank", "sms"])
def test_what_answers_is_asked_how_it_is(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_every_directory_a_volume_is_put_on_belongs_to_the_product():
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    made = re.search(r"^RUN mkdir -p (.*) \\$", image, re.MULTILINE).group(1).split()
    mounted = {volume.split(":")[1] for name in PRODUCT for volume in SERVICES[name]["volumes"]}
    assert mounted <= set(made)


def test_the_bank_and_the_loader_of_the_city_share_its_accounts():
    shared = "demo:/var/lib/fundcentre/demo"
    assert shared in SERVICES["city"]["volumes"]
    assert shared in SERVICES["bank"]["volumes"]
    assert SERVICES["city"]["environment"]["DATABASE_URL"].startswith("postgres://app:")


def test_addresses_inside_the_set_name_services_of_it():
    told = SERVICES["web"]["environment"]
    for setting, name in {
        "BANK_URL": "bank",
        "SMS_URL": "sms",
        "REDIS_URL": "redis",
        "CELERY_BROKER_URL": "redis",
    }.items():
        assert f"//{name}" in told[setting]
        assert name in SERVICES
