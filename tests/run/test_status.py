"""`jalon status` and `jalon rebuild`."""

import json
from pathlib import Path

import psycopg
from click.testing import CliRunner

from api.run.cli import main
from domain.ledger import Ledger
from projections import timeline
from projections.follower import Follower
from tests.run.conftest import Jalon
from tests.run.test_logging import recorded


def test_the_status_for_programs_names_servers_and_positions(jalon: Jalon, ledger: Ledger, database_url: str):
    recorded(ledger)
    told = json.loads(jalon("status", "--json").output)
    assert (told["database_url"], told["position"]) == (database_url, ledger.head())
    assert {each["name"] for each in told["projections"]} == {
        "timeline",
        "commitments",
        "portfolio",
        "territory",
        "access",
        "moments",
        "trail",
        "tree",
    }
    assert all(each["lag"] > 0 for each in told["projections"])


def test_without_a_follower_the_record_is_not_healthy(jalon: Jalon):
    assert jalon("status", "--healthy").exit_code == 1


def test_the_status_for_people_says_how_far_each_projection_is(jalon: Jalon):
    assert "timeline" in jalon("status").output


def test_a_rebuild_gives_the_same_rows(jalon: Jalon, ledger: Ledger, database_url: str):
    recorded(ledger)
    Follower(database_url).catch_up()
    with psycopg.connect(database_url) as db:
        before = timeline.entries(db.cursor(), "operation", "ANZ-CARPEAUX")
        db.rollback()
        assert jalon("rebuild", "timeline").exit_code == 0
        assert timeline.entries(db.cursor(), "operation", "ANZ-CARPEAUX") == before


def test_an_unknown_projection_is_named(jalon: Jalon):
    done = jalon("rebuild", "nulle-part")
    assert (done.exit_code, "nulle-part" in done.output) == (1, True)


def test_a_postgres_that_does_not_answer_is_said_in_one_sentence(tmp_path: Path):
    environ = {"DATABASE_URL": f"postgresql://nobody@/nothing?host={tmp_path}", "REDIS_URL": "redis://127.0.0.1:1"}
    done = CliRunner().invoke(main, ["status"], env=environ)
    assert done.exit_code == 1
    assert done.output.startswith("Error: PostgreSQL does not answer: ")
