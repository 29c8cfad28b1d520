"""The command line, on the servers of the tests."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.run.cli import main
from api.run.wiring import register_reference_partners
from domain.ledger import Ledger
from projections.follower import Follower

Jalon = Callable[..., Result]


@pytest.fixture
def jalon(servers: Any, database_url: str, ledger: Ledger) -> Jalon:
    """Runs `jalon ...` on an empty record that knows the usual partners."""
    register_reference_partners(ledger)
    Follower(database_url).catch_up()
    environ = {"DATABASE_URL": database_url, "REDIS_URL": servers.redis_url}

    def run(*words: str, answers: str | None = None) -> Result:
        return CliRunner().invoke(main, words, input=answers, env=environ)

    return run
