"""A client that a program makes of docs/openapi.json works: it logs a milestone and reads a partner's commitments."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.api.desk import SECRET, Desk
from tests.api.serving import following, served

DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.json"
PACKAGE = "jalon_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Iterator[Any]:
    """Imports the modules of a client made of the committed description alone."""
    folder = tmp_path_factory.mktemp("generated")
    config = folder / "config.json"
    # Nothing that it would call to make the code prettier; JSON Lines, which it does not know, come as bytes.
    known = {"application/x-ndjson": "application/octet-stream"}
    config.write_text(json.dumps({"post_hooks": [], "content_type_overrides": known}))
    command = ["openapi_python_client", "generate", "--meta", "none", "--path", str(DESCRIPTION)]
    command += ["--output-path", str(folder / PACKAGE), "--config", str(config), "--fail-on-warning"]
    made = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))

    def module(name: str) -> ModuleType:
        return importlib.import_module(f"{PACKAGE}.{name}")

    yield module
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def address(funded: Desk, database_url) -> Iterator[str]:
    """An instance where ANRU funds Anzin-Carpeaux by line L1."""
    with following(database_url), served(funded.app) as address:
        yield address


@pytest.fixture
def client(generated, address) -> Any:
    """Makes clients: whose token, then."""

    def client(by: str) -> Any:
        return generated("client").AuthenticatedClient(
            base_url=address, token=f"jal_{by}_{SECRET}", raise_on_unexpected_status=True
        )

    return client


def test_it_logs_a_milestone_and_finds_it_in_the_timeline(generated, client):
    body = generated("models").Milestone(code="permis", label="Permis de démolir", on="2008-07-18")
    milestone, timeline = generated("api.milestones.milestone"), generated("api.timeline.timeline")
    with client("lea") as team:
        recorded = milestone.sync("ANZ-CARPEAUX", client=team, body=body, idempotency_key="permis-1")
        again = milestone.sync_detailed("ANZ-CARPEAUX", client=team, body=body, idempotency_key="permis-1")
        read = timeline.sync("ANZ-CARPEAUX", client=team, min_position=recorded.position)
    assert (recorded.reference, recorded.version) == ("ANZ-CARPEAUX", 3)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.parsed == recorded
    assert [(entry.version, entry.on) for entry in read.entries][-1] == (3, "2008-07-18")


def test_it_reads_what_a_partner_commits(generated, client):
    with client("anru") as partner:
        read = generated("api.partners.commitments").sync("anru", client=partner)
        lines = generated("api.partners.lines").sync("anru", client=partner, limit=1)
    models = generated("models")
    assert isinstance(read, models.Commitments)
    assert (read.partner.name, read.partner.kind) == ("ANRU", models.PartnerKind.STATE_ANRU)
    assert read.totals.committed_cents == 22_000_000_00
    assert [(line.reference, line.instrument) for line in lines.items] == [("ANZ-CARPEAUX", models.Instrument.GRANT)]


def test_it_is_told_of_a_refusal_by_its_code(generated, client):
    start, models = generated("api.life.start"), generated("models")
    with client("lea") as team:
        start.sync("ANZ-CARPEAUX", client=team, body=models.Start(on="2008-11-20"))
        refused = start.sync_detailed("ANZ-CARPEAUX", client=team, body=models.Start(on="2008-11-21"))
    assert refused.status_code == 409
    assert isinstance(refused.parsed, models.Problem)
    assert (refused.parsed.code, refused.parsed.values["since"]) == ("already-started", "2008-11-20")
