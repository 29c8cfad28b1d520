"""docs/api.md, run line by line against the real register: what it says to send works, and answers what it says."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.serving import make_server

from api.imports import import_register
from api.run.wiring import register_reference_partners
from domain.ledger import Command
from projections.follower import Follower
from tests.api.desk import SECRET, Desk, tokens
from tests.conftest import empty
from tests.kept import Nearby
from tests.story import NOW

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
# A block of commands, with the answer of its last line where one is shown.
BLOCKS = re.findall(r"```sh\n(.*?)```\n(?:```json\n(.*?)```\n)?", GUIDE, re.DOTALL)
WHO = {"TOKEN": "region", "TEAM": "lea", "ADMIN": "admin"}

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture(scope="module")
def served(tables, app, services) -> Iterator[str]:
    """The register, served on this machine and followed; the address."""
    desk = Desk(app, services.ledger, Nearby(tables))
    register_reference_partners(desk.ledger)
    desk.save(*tokens())
    register = files("domain.reference").joinpath("cavm_operations.csv").read_bytes()
    import_register(desk.ledger, register, command=Command(id=uuid4()), at=NOW)
    desk.follower.catch_up()
    stop = threading.Event()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    running = [
        threading.Thread(target=server.serve_forever),
        threading.Thread(target=Follower(tables).run, args=[stop]),
    ]
    for thread in running:
        thread.start()
    yield f"http://127.0.0.1:{server.port}"
    stop.set()
    server.shutdown()
    for thread in running:
        thread.join()
    server.server_close()
    empty(tables)


@pytest.fixture(scope="module")
def environment(served: str) -> dict[str, str]:
    """What the guide asks its reader to set."""
    return {"PATH": os.environ["PATH"], "JALON": served, **{n: f"jal_{who}_{SECRET}" for n, who in WHO.items()}}


@pytest.mark.parametrize("commands", BLOCKS, ids=lambda block: re.sub(r"\W+", "-", block[0])[:60])
def test_what_the_guide_says_to_send_is_answered_as_it_says(environment, commands):
    sent, shown = commands
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", sent], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    answered, expected = json.loads(ran.stdout), json.loads(shown)
    assert holds(answered, expected), ran.stdout


def holds(answered: Any, shown: Any) -> bool:
    """Whether an answer holds all that the guide shows of it; "…" stands for anything but nothing."""
    if shown == "…":
        return answered is not None
    if isinstance(shown, dict):
        return isinstance(answered, dict) and all(
            name in answered and holds(answered[name], each) for name, each in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(answered, list) and len(answered) >= len(shown) and all(map(holds, answered, shown))
    return answered == shown


def test_every_line_of_the_guide_is_run():
    assert GUIDE.count("curl -sS") == sum(sent.count("curl -sS") for sent, _ in BLOCKS) > 10
    assert all(shown for _, shown in BLOCKS)
