"""What pages call partners: as the list that ships with Jalon does, else as they were recorded."""

from typing import Any

import psycopg
import pytest

from tests.api.desk import CARPEAUX, GRANT, PAYMENT, Desk, granted
from tests.pages.reader import Reader, text

EPF = {"code": "epf", "name": "Établissement foncier & Cie", "kind": "other"}
PAGE = "/operations/ANZ-CARPEAUX"
PAGES = (PAGE, f"{PAGE}/entries/3", "/", "/audit", "/audit/findings?ceiling=1", "/territory")


@pytest.fixture
def funded_by_another(funded: Desk) -> Desk:
    """An operation that a partner funds of whom Jalon does not know by itself, with what an auditor looks at again."""
    funded.record("/v1/partners", EPF, by="admin")
    funded.record(f"{CARPEAUX}/commitments", GRANT | {"partner": "epf", "amount_cents": 100_00})
    funded.record(f"{CARPEAUX}/payments", PAYMENT | {"line": "L2", "amount_cents": 90_00})
    return funded


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/"])
def test_a_partner_is_called_by_the_name_that_was_recorded(funded_by_another: Desk, path: str):
    assert EPF["name"] in text(Reader(funded_by_another).signed_in("auditor").at(path))


def test_whoever_speaks_for_such_a_partner_is_called_by_its_name_too(funded_by_another: Desk):
    funded_by_another.save(granted("epf", "partner", ("epf",)))
    reader = Reader(funded_by_another).signed_in("epf")
    assert f"Partenaire, {EPF['name']}" in text(reader.at("/"))
    assert f"Partenaire, {EPF['name']}" in text(reader.at("/nowhere"))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_for_names_once_at_most(funded_by_another: Desk, monkeypatch: pytest.MonkeyPatch, path: str):
    reader, asked = Reader(funded_by_another).signed_in("auditor"), []
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, *args: Any, **options: Any) -> Any:
        asked.append(str(query))
        return execute(cursor, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    assert reader.at(path).status_code == 200
    assert len([query for query in asked if "SELECT p.code, p.name FROM" in query]) <= 1


def test_who_ships_with_jalon_is_looked_up_nowhere(funded: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("projections.commitments.CALLED", "SELECT nobody asks")
    assert "ANRU" in text(Reader(funded).signed_in().at(PAGE))


def test_a_name_that_comes_later_is_said_from_then_on(funded: Desk):
    auditor = Reader(funded).signed_in("auditor")
    auditor.at("/audit")
    funded.record("/v1/partners", EPF, by="admin")
    assert EPF["name"] in text(auditor.at("/audit"))
