"""What a load tool is given: a served record, tokens that open it, and the processes to watch."""

import json
import os
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from api.run.servers import LocalServers
from benchmarks.histories import AGGLO
from benchmarks.processes import free_port
from benchmarks.serve import serving

SMALL = AGGLO._replace(operations=3, partners=8)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("DATABASE_URL", "REDIS_URL", "JALON_HOME", "JALON_AUTHORITY", "JALON_PORT"):
        monkeypatch.setenv(name, "")
    for name in ("JALON_WORKERS", "JALON_THREADS"):
        monkeypatch.setenv(name, "1")
    yield tmp_path
    LocalServers(tmp_path).erase()


def test_a_seeded_record_is_served_and_its_processes_are_named(home, capsys):
    with serving(home, SMALL, free_port()) as variables:
        url = f"http://127.0.0.1:{variables['JALON_PORT']}/v1/operations/OP-3/timeline"
        for token in ("JALON_TOKEN", "JALON_AUDIT_TOKEN"):
            with urlopen(Request(url, headers={"Authorization": f"Bearer {variables[token]}"}), timeout=10) as answer:
                assert len(json.load(answer)["entries"]) == SMALL.changes
        pids = [*Path(variables["JALON_PID_FILE"]).read_text().split()]
        pids.append(Path(variables["JALON_DB_PID_FILE"]).read_text().split()[0])
        for pid in pids:
            os.kill(int(pid), 0)
        assert variables["OPERATIONS"] == "3"
        log_milestone(variables)
    assert "entries more" not in capsys.readouterr().err
    with serving(home, SMALL, free_port()):
        assert "1 entries more than were loaded" in capsys.readouterr().err


def log_milestone(variables: dict[str, str]) -> None:
    """What a load tool does that measures writes."""
    url = f"http://127.0.0.1:{variables['JALON_PORT']}/v1/operations/OP-3/milestones"
    headers = {"Authorization": f"Bearer {variables['JALON_TOKEN']}", "Content-Type": "application/json"}
    body = json.dumps({"code": "reunion", "label": "Réunion de chantier", "on": "2025-06-02"}).encode()
    with urlopen(Request(url, body, headers), timeout=10) as answer:
        assert answer.status == 201
