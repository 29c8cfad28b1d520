"""docs/audit.md, run line by line on a record with known answers: the twelve questions are answered as it says."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from werkzeug.serving import make_server

from domain.ledger.notes import SecretKey
from projections.checkpoints import begin
from tests.api.conftest import unread
from tests.api.desk import SECRET, Desk
from tests.api.golden_audit import tell
from tests.api.test_guide import holds
from tests.conftest import empty
from tests.kept import Nearby

KEY = SecretKey.make("jalon/cavm/test")
VERIFIER = Path(__file__).parents[2] / "docs" / "verifier.py"
GUIDE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```\n```(json|csv)\n(.*?)```\n", GUIDE, re.DOTALL)

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture(scope="module")
def golden(tables, app, services) -> Iterator[Desk]:
    """The golden record, for the tests of this file."""
    unread(services, tables)
    desk = Desk(app, services.ledger, Nearby(tables))
    tell(desk)
    # The Region asks for what is none of its business.
    assert desk.get("/v1/partners/anru/commitments", "region").status_code == 404
    services.accesses.write()
    with psycopg.connect(tables) as db:
        begin(db.cursor(), KEY)
    yield desk
    empty(tables)


@pytest.fixture(scope="module")
def served(golden: Desk) -> Iterator[str]:
    """The same, served on this machine; the address."""
    server = make_server("127.0.0.1", 0, golden.app, threaded=True)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    running.join()
    server.server_close()


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: re.sub(r"\W+", "-", block[0])[20:80])
def test_a_question_is_answered_as_the_guide_says(served, block):
    commands, form, shown = block
    environment = {"PATH": os.environ["PATH"], "JALON": served, "TOKEN": f"jal_auditor_{SECRET}"}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    if form == "csv":
        assert ran.stdout.replace("\r", "") == shown
        return
    answered, expected = json.loads(ran.stdout), json.loads(shown)
    assert holds(answered, expected), ran.stdout
    # What is found is all there is: no finding too many.
    assert len(answered.get("items", ())) == len(expected.get("items", ()))


def test_every_line_of_the_guide_is_run():
    assert GUIDE.count("curl -sS") == len(BLOCKS) == 12
    assert [int(number) for number in re.findall(r"^## (\d+)\.", GUIDE, re.MULTILINE)] == [*range(1, 13)]


def test_a_file_and_an_entry_of_the_trail_are_proved_without_jalon(golden: Desk, tmp_path):
    """Question 12, with the programs that the guide names."""
    file, proof, entry = (tmp_path / name for name in ("entries.jsonl", "proof.json", "entry.json"))
    answer = golden.get("/v1/audit.jsonl?stored=true", "auditor")
    file.write_bytes(answer.get_data())
    note = json.loads(file.read_bytes().splitlines()[-1])["checkpoint"]
    assert b64decode(answer.headers["Jalon-Checkpoint"]).decode() == note
    position = golden.read("/v1/audit?type=operation.delivered", "auditor")["items"][0]["position"]
    proof.write_bytes(golden.get(f"/v1/audit/inclusion?position={position}", "auditor").get_data())
    entry.write_bytes(golden.get(f"/v1/audit/{position}", "auditor").get_data())
    asked = {"--key": str(KEY.public)}
    of_entry = {**asked, "--entry": str(entry)}
    assert "complete and unaltered" in verified("export", str(file), **asked)
    assert f"the entry at position {position} is number" in verified(
        "inclusion", str(proof), **asked, **{"--entry": str(entry)}
    )
    entry.write_bytes(golden.get(f"/v1/audit/{position - 1}", "auditor").get_data())
    assert "NOT PROVED" in verified("inclusion", str(proof), **of_entry)


def verified(*words: str, **options: str) -> str:
    """What the verifier says."""
    named = [part for option in options.items() for part in option]
    ran = subprocess.run([sys.executable, VERIFIER, *words, *named], capture_output=True, text=True, timeout=60)
    return ran.stdout + ran.stderr


def test_the_figures_of_a_partner_are_those_of_its_entries_to_the_cent(golden: Desk):
    totals = golden.read("/v1/partners/anru/commitments", "auditor")["totals"]
    *lines, last = golden.get("/v1/audit.jsonl?partner=anru&voided=false", "auditor").get_data().splitlines()
    entries = [json.loads(line) for line in lines]
    # A correction tells the fact as it puts it right: here the first payment.
    paid = {"operation.payment_recorded", "operation.entry_corrected"}
    committed = {"operation.funding_committed", "operation.funding_revised"}
    sums = [sum(each["amount_cents"] for each in entries if each["type"] in kinds) for kinds in (committed, paid)]
    assert sums == [totals["committed_cents"], totals["paid_cents"]] == [10_500_000_00, 7_400_000_00]
    assert json.loads(last)["entries"] == len(entries)
