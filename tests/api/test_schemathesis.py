"""Whatever is sent, by whomever: no server error, and only answers that the description tells of.

The whole run, with every token and all phases, is a soak test; a short one belongs to the usual tests.
"""

from collections.abc import Iterator
from importlib.resources import files
from uuid import uuid4

import pytest
from psycopg_pool import ConnectionPool

from api.app import Services, create_app
from api.http import reading
from api.imports.register import import_register
from api.run.wiring import register_reference_partners
from domain.ledger import Command
from tests.api.desk import CARPEAUX, SECRET, Desk, tokens
from tests.api.fuzzing import PHASES, Run, fuzz
from tests.api.serving import following, served
from tests.conftest import empty
from tests.kept import Nearby
from tests.story import AUTHORITY, NOW

# A team, an administrator, an auditor, a partner; and the operations that the short run goes through case by case.
THOROUGHLY = {
    "lea": ["plan", "milestone", "amend", "portfolio"],
    "admin": ["open_account", "grant_token", "accounts"],
    "auditor": ["territory", "tokens"],
    "anru": ["commitments", "lines", "feed"],
}


@pytest.fixture
def address(tables, services, monkeypatch) -> Iterator[str]:
    """The real register, served without limits and followed; whoever waits for what does not come waits less long."""
    monkeypatch.setattr(reading, "LONGEST_WAIT", 0.1)
    with ConnectionPool(tables, min_size=1, max_size=9, timeout=5, kwargs={"autocommit": True}, open=True) as reads:
        app = create_app(
            Services(ledger=services.ledger, reads=reads, authority=AUTHORITY, clock=lambda: NOW, threads=8)
        )
        desk = Desk(app, services.ledger, Nearby(tables))
        register_reference_partners(desk.ledger)
        desk.save(*tokens())
        register = files("domain.reference").joinpath("cavm_operations.csv").read_bytes()
        import_register(desk.ledger, register, command=Command(id=uuid4()), at=NOW)
        desk.follower.catch_up()
        with following(tables), served(app) as address:
            yield address
        app.extensions["jalon"].waiting.stop()
    empty(tables)


@pytest.fixture
def spec(app):
    return app.test_client().get("/openapi.json").json


def judge(run: Run, who: str) -> None:
    """Say what was sent; nothing of it may have gone wrong."""
    print(f"\nschemathesis, token of {who}: {run}")
    assert run.errors == []
    assert run.failures == {}
    assert not {status for status in run.statuses if status >= 500} - {503}


def test_a_short_run_finds_nothing(address, spec, capsys):
    """A team tries everything, the others what is theirs."""
    runs = {
        who: fuzz(spec, address, bearer(who), examples=2, thoroughly=operations, alone=who != "lea")
        for who, operations in THOROUGHLY.items()
    }
    with capsys.disabled():
        for who, run in runs.items():
            judge(run, who)
    assert runs["lea"].cases.keys() == set(PHASES)
    assert sum(run.cases.total() for run in runs.values()) >= 1500


@pytest.mark.soak
@pytest.mark.parametrize("who", THOROUGHLY)
def test_a_long_run_finds_nothing(address, spec, capsys, who):
    run = fuzz(spec, address, bearer(who), examples=30)
    with capsys.disabled():
        judge(run, who)
    assert run.cases.keys() == set(PHASES)
    assert run.cases.total() >= 5000


def bearer(who: str) -> str:
    return f"jal_{who}_{SECRET}"


# What it found once


def test_an_empty_version_is_met_by_nothing(planned: Desk):
    refused = planned.post(f"{CARPEAUX}/suspend", {"on": "2010", "reason": "Fouilles"}, If_Match='""')
    assert (refused.status_code, refused.json["code"]) == (412, "version-conflict")
