"""`jalon import`: what the terminal sees, and how it ends."""

from importlib.resources import files
from pathlib import Path

import psycopg
import pytest

from domain.ledger import Ledger
from projections import commitments
from tests.run.conftest import Jalon


@pytest.fixture
def register(tmp_path: Path) -> Path:
    file = tmp_path / "registre.csv"
    file.write_bytes(files("domain.reference").joinpath("cavm_operations.csv").read_bytes())
    return file


def test_the_real_register_is_recorded_and_readable_at_once(jalon: Jalon, register: Path, database_url: str):
    done = jalon("import", str(register))
    assert done.exit_code == 0, done.output
    assert "40\u00a0opérations, 4\u00a0conventions" in done.output
    with psycopg.connect(database_url) as db:
        anru = commitments.partner(db.cursor(), "anru")
    assert anru is not None
    assert (anru.allocated_cents, anru.committed_cents) == (172_700_000_00, 2_500_000_00)


def test_a_dry_run_says_all_and_records_nothing(jalon: Jalon, register: Path, ledger: Ledger):
    before = ledger.head()
    done = jalon("import", str(register), "--dry-run")
    assert (done.exit_code, "--dry-run" in done.output) == (0, True)
    assert ledger.head() == before


def test_one_bad_line_stops_the_file(jalon: Jalon, register: Path, ledger: Ledger):
    register.write_text(register.read_text("utf-8").replace(",59606,,Dutemple", ",99999,,Dutemple", 1), "utf-8")
    before = ledger.head()
    done = jalon("import", str(register))
    assert done.exit_code == 1
    assert "99999" in done.output
    assert "communes_insee" in done.output
    assert ledger.head() == before


def test_partial_records_the_good_lines(jalon: Jalon, register: Path, ledger: Ledger):
    register.write_text(register.read_text("utf-8").replace(",59606,,Dutemple", ",99999,,Dutemple", 1), "utf-8")
    done = jalon("import", str(register), "--partial")
    assert done.exit_code == 0, done.output
    assert ledger.operation("PNRU-2006-BEUVRAGES").title
    assert "99999" in done.output
