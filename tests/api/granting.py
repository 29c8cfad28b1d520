"""Opening accounts and handing out tokens through the API, and asking with them."""

from typing import Any

import psycopg
from werkzeug.test import TestResponse

from api.bearer import Bearer
from tests.api.desk import Desk

NAME = "Léonie Durand-Wattrelos"
PERSON = {"name": NAME, "role": "partner", "organisations": ["region", "anru"]}
WHY = {"reason": "Départ"}
EVERY_TABLE = """
    SELECT format('SELECT t::text FROM %I.%I AS t', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'person'
    ORDER BY schemaname, tablename
"""


def done(response: TestResponse) -> dict[str, Any]:
    """The answer to a command that was accepted."""
    assert response.status_code == 201, response.get_data(as_text=True)
    answer: dict[str, Any] = response.json
    return answer


def opened(desk: Desk, **facts: Any) -> str:
    """A new account; its id."""
    return str(done(desk.post("/v1/accounts", PERSON | facts, by="admin"))["reference"])


def granted(desk: Desk, account: str, **facts: Any) -> str:
    """A new token of an account, whole."""
    return str(done(desk.post(f"/v1/accounts/{account}/tokens", facts, by="admin"))["token"])


def asked(desk: Desk, token: str, path: str = "/v1/partners") -> TestResponse:
    return desk.ask("GET", path, None, headers={"Authorization": f"Bearer {token}"})


def id_of(token: str) -> str:
    bearer = Bearer.read(token)
    assert bearer is not None
    return bearer.id


def listed(desk: Desk, token: str) -> dict[str, Any]:
    """A token as the list tells of it."""
    (found,) = [each for each in desk.read("/v1/tokens", by="auditor")["items"] if each["token"] == id_of(token)]
    return dict(found)


def stored(database_url: str) -> str:
    """All that the database holds, the names of people apart; bytes as text."""
    with psycopg.connect(database_url) as db:
        tables = [db.execute(query).fetchall() for (query,) in db.execute(EVERY_TABLE).fetchall()]
        events = db.execute("SELECT convert_from(state, 'UTF8') FROM stored_events").fetchall()
    return "\n".join(row[0] for rows in (*tables, events) for row in rows)
