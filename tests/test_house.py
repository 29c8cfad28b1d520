"""The house itself: settings, locks, packaging and compose.yaml keep their promises."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from api.run.settings import SETTINGS, SettingsError, hand_down, read_settings

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
LOCKS = ["requirements.lock", "requirements-dev.lock"]
URLS = {"DATABASE_URL": "postgresql://jalon:s3cret@db/jalon", "REDIS_URL": "redis://cache"}


def pins(lock: str) -> set[tuple[str, str]]:
    """Name and version of each package of a lock file; one that depends on Python's version is there twice."""
    return set(re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / lock).read_text(), re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    """Names of the packages that pyproject.toml asks for."""
    return {re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower() for requirement in requirements}


# Settings


def test_without_any_variable_the_defaults_hold():
    settings = read_settings({})
    assert settings.home == Path.home() / ".local/share/jalon"
    assert (settings.authority, settings.database_url, settings.redis_url) == ("cavm", None, None)
    assert (settings.port, settings.workers, settings.threads) == (8000, 2, 16)
    assert (settings.rate_limit, settings.trusted_proxies, settings.log, settings.secret) == (6000, 0, None, None)
    assert settings.access_log_months == 12
    assert (settings.checkpoint_key, settings.checkpoint_every) == (None, 60)


def test_the_key_that_signs_lies_with_the_embedded_data_or_where_it_was_said():
    home = {"JALON_HOME": "/srv/jalon"}
    assert read_settings(home).key_file == Path("/srv/jalon/checkpoint.key")
    assert read_settings(home | URLS).key_file is None
    assert read_settings(home | URLS | {"JALON_CHECKPOINT_KEY": "/run/key"}).key_file == Path("/run/key")


def test_the_rate_limit_can_be_turned_off():
    assert read_settings({"JALON_RATE_LIMIT": "off"}).rate_limit is None


def test_an_empty_variable_counts_as_unset():
    assert read_settings({setting.name: "" for setting in SETTINGS}) == read_settings({})


@pytest.mark.parametrize(("alone", "missing"), [("DATABASE_URL", "REDIS_URL"), ("REDIS_URL", "DATABASE_URL")])
def test_one_server_without_the_other_is_refused_in_one_line(alone, missing):
    with pytest.raises(SettingsError, match=f"{alone} is set but {missing} is not") as refusal:
        read_settings({alone: URLS[alone]})
    assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JALON_PORT", "80 00"),
        ("JALON_PORT", "65536"),
        ("JALON_WORKERS", "0"),
        ("JALON_THREADS", "-4"),
        ("JALON_RATE_LIMIT", "0"),
        ("JALON_RATE_LIMIT", "none"),
        ("JALON_TRUSTED_PROXIES", "10.0.0.1"),
        ("JALON_CHECKPOINT_EVERY", "0"),
        ("JALON_LOG", "xml"),
        ("JALON_ACCESS_LOG_MONTHS", "0"),
        ("JALON_ACCESS_LOG_MONTHS", "37"),
        ("JALON_SECRET", "short"),
        ("JALON_AUTHORITY", "Valenciennes Métropole"),
        ("DATABASE_URL", "mysql://db"),
        ("REDIS_URL", "localhost:6379"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(name, value):
    with pytest.raises(SettingsError, match=name):
        read_settings(URLS | {name: value})


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgres:jalon:s3cret@db"),
        ("DATABASE_URL", "postgresql://jalon:s3cret/more@db/jalon"),
        ("DATABASE_URL", "postgresql://jalon:1/s3cret@db/jalon"),
        ("DATABASE_URL", "postgresql://jalon:more@s3cret@db/jalon"),
        ("DATABASE_URL", "postgresql://jalon:%s3cret@db/jalon"),
        ("REDIS_URL", "redis://:s3cret/more@cache"),
        ("REDIS_URL", "redis://jalon:1/s3cret@cache"),
        ("REDIS_URL", "redis://:s3cret#more@cache"),
    ],
)
def test_a_refusal_does_not_show_the_password(name, url):
    with pytest.raises(SettingsError, match=name) as refusal:
        read_settings(URLS | {name: url})
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql://jalon:s%2F3%40cret@db:5432/jalon?sslmode=require"),
        ("DATABASE_URL", "postgresql://one:5432,other:5433/jalon?target_session_attrs=read-write"),
        ("DATABASE_URL", "postgresql://jalon@/jalon?host=/run/postgresql"),
        ("REDIS_URL", "rediss://jalon:s%2F3cret@cache:6380/1"),
        ("REDIS_URL", "unix://:s3cret@/run/valkey.sock"),
    ],
)
def test_addresses_of_every_form_are_taken(name, url):
    assert getattr(read_settings(URLS | {name: url}), name.lower()) == url


def test_processes_started_from_here_read_the_same_settings(monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    settings = read_settings({"JALON_HOME": "/srv/jalon", "JALON_THREADS": "8", "JALON_RATE_LIMIT": "off"})
    hand_down(settings, database_url=URLS["DATABASE_URL"], redis_url=URLS["REDIS_URL"])
    assert os.environ.keys() == {setting.name for setting in SETTINGS}
    urls = {"database_url": URLS["DATABASE_URL"], "redis_url": URLS["REDIS_URL"]}
    assert read_settings() == replace(settings, **urls, checkpoint_key=Path("/srv/jalon/checkpoint.key"))


def test_processes_started_from_here_do_not_learn_who_owns_the_tables(monkeypatch):
    owner = {"DATABASE_OWNER_URL": "postgresql://owner:s3cret@db/jalon"}
    monkeypatch.setattr(os, "environ", dict(owner))
    settings = read_settings(URLS | owner)
    assert settings.owner_url == owner["DATABASE_OWNER_URL"]
    hand_down(settings, database_url=URLS["DATABASE_URL"], redis_url=URLS["REDIS_URL"])
    assert read_settings().owner_url is None


def test_an_owner_without_a_database_is_refused_in_one_line():
    with pytest.raises(SettingsError, match="DATABASE_OWNER_URL is set but DATABASE_URL is not"):
        read_settings({"DATABASE_OWNER_URL": "postgresql://owner@db/jalon"})


def test_a_secret_is_shown_by_no_message_and_no_log():
    with pytest.raises(SettingsError) as refusal:
        read_settings({"JALON_SECRET": "s3cret"})
    assert "s3cret" not in str(refusal.value)
    assert "s3cret" not in repr(read_settings({"JALON_SECRET": "s3cret" * 8}))


def test_only_the_settings_read_the_environment():
    readers = [
        str(path.relative_to(ROOT))
        for folder in ("domain", "projections", "api")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.environ|os\.getenv|import environ|import getenv", path.read_text())
    ]
    assert readers == ["api/run/settings.py"]


# Locks


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_host(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert [line for line in text.splitlines() if line.lstrip().startswith("-") and "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock):
    packages = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
    assert len(packages) == len(pins(lock))
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_every_dependency_is_pinned():
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert names(PYPROJECT["project"]["dependencies"]) <= {name for name, _ in runtime}
    assert names(PYPROJECT["dependency-groups"]["dev"]) <= {name for name, _ in dev}
    assert runtime <= dev


def test_what_builds_jalon_is_pinned():
    assert {*names(PYPROJECT["build-system"]["requires"]), "editables"} <= {
        name for name, _ in pins("requirements.lock")
    }


# Imports


def test_imports_are_under_contract():
    contracts = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
    assert contracts["one-way"]["layers"] == ["api", "projections", "domain"]
    web_and_redis = {"flask", "marshmallow", "redis"}
    assert web_and_redis <= set(contracts["domain-is-plain"]["forbidden_modules"])
    assert web_and_redis <= set(contracts["projections-are-plain"]["forbidden_modules"])
    assert "psycopg" in contracts["one-place-for-sql"]["forbidden_modules"]


# Compose


def test_compose_yaml_is_valid():
    schema = ["--builtin-schema", "vendor.compose-spec"]
    command = [sys.executable, "-m", "check_jsonschema", *schema, "compose.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_secrets_have_no_default():
    variables = re.findall(r"\$\{?(\w*(?:PASSWORD|SECRET)\w*)(.{2})", (ROOT / "compose.yaml").read_text())
    assert {name for name, _ in variables} == {
        "JALON_DB_PASSWORD",
        "JALON_APP_PASSWORD",
        "JALON_CACHE_PASSWORD",
        "JALON_SECRET",
    }
    assert {operator for _, operator in variables} == {":?"}


def test_every_port_is_open_to_this_machine_alone():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_service_that_stays_is_watched():
    staying = {name for name, service in COMPOSE["services"].items() if service["restart"] == "unless-stopped"}
    assert staying == {"db", "cache", "web", "follow"}
    assert all("healthcheck" in COMPOSE["services"][name] for name in staying)


def test_tables_are_made_once_before_anybody_uses_them():
    for name in ("web", "follow"):
        waits_for = COMPOSE["services"][name]["depends_on"]
        assert waits_for["migrate"] == {"condition": "service_completed_successfully"}


def test_the_owner_of_the_tables_is_known_to_the_migration_alone():
    knows = {name for name, service in COMPOSE["services"].items() if "DATABASE_OWNER_URL" in str(service)}
    assert knows == {"migrate"}


def test_compose_hands_over_known_settings_only():
    known = {setting.name for setting in SETTINGS}
    for name in ("migrate", "web", "follow"):
        assert COMPOSE["services"][name]["environment"].keys() <= known
