"""The access log: who read or exported what, refusals included."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api import people
from api.accesses import table
from api.accesses.noted import Noted, line
from api.http.access import Principal
from tests.api.desk import CARPEAUX, GRANT, PLAN, SECRET, Desk
from tests.story import NOW

LOG = "/v1/audit/accesses"


@pytest.fixture
def logged(desk: Desk, services: Any) -> Desk:
    """The desk, with an operation that ANRU funds; nobody has asked anything yet."""
    desk.record("/v1/operations", PLAN)
    desk.record(f"{CARPEAUX}/commitments", GRANT)
    services.accesses.write()
    with services.reads.connection() as connection:
        connection.execute("DELETE FROM access_log")
    return desk


@pytest.fixture
def told(logged: Desk, services: Any) -> Any:
    """What auditors find by some filters, the newest first."""

    def find(query: str = "") -> list[dict[str, Any]]:
        services.accesses.write()
        return list(logged.read(f"{LOG}?{query}", by="auditor")["items"])

    return find


def statuses(lines: list[dict[str, Any]]) -> list[int]:
    return [each["status"] for each in lines]


def test_a_reading_is_told_with_who_asked_for_what_and_from_where(logged, told):
    answer = logged.get(f"{CARPEAUX}/timeline", by="anru", user_agent="tableau/1.4")
    (found,) = told("account=u-anru")
    assert found == {
        "at": "2026-11-22T10:00:00Z",
        "request_id": answer.headers["X-Request-Id"],
        "account": "u-anru",
        "name": None,
        "token": "anru",
        "organisation": "anru",
        "role": "partner",
        "method": "GET",
        "route": "/v1/operations/{reference}/timeline",
        "object": "ANZ-CARPEAUX",
        "operation": "ANZ-CARPEAUX",
        "partner": None,
        "export": False,
        "status": 200,
        "refused": False,
        "ip": "127.0.0.1",
        "user_agent": "tableau/1.4",
    }


def test_a_command_is_told_too(logged, told):
    logged.record(f"{CARPEAUX}/start", {"on": "2008-11-20"})
    (found,) = told("account=u-lea")
    assert (found["method"], found["status"]) == ("POST", 201)
    assert found["route"] == "/v1/operations/{reference}/start"


def test_whoever_looks_at_the_log_is_in_it(logged, told):
    told()
    assert [each["route"] for each in told("account=u-auditor")] == ["/v1/audit/accesses"]


def test_refusals_of_every_kind_are_told(logged, told):
    logged.get(CARPEAUX, by=None)
    logged.ask("GET", CARPEAUX, None, headers={"Authorization": f"Bearer jal_gone_{SECRET}"})
    logged.get(LOG, by="anru")
    logged.get(CARPEAUX, by="region")
    logged.get("/v1/nothing")
    logged.get("/v1/partners")
    found = told("refused=true")
    assert sorted(statuses(found)) == [401, 401, 403, 404, 404]
    assert all(each["refused"] for each in found)
    assert sorted(statuses(told("refused=false"))) == [200, 200]


def test_a_token_that_opens_nothing_is_told_as_claimed_without_an_account(logged, told):
    logged.ask("GET", CARPEAUX, None, headers={"Authorization": f"Bearer jal_lea_{SECRET}X"})
    (found,) = told("token=lea")
    assert (found["token"], found["account"], found["role"], found["status"]) == ("lea", None, None, 401)


def test_an_address_that_does_not_exist_is_told_without_it(logged, told):
    logged.get("/v1/Secret-d'État")
    (found,) = told("account=u-lea") or told("refused=true")
    assert (found["route"], found["object"], found["status"]) == (None, None, 404)


def test_a_partner_is_found_by_address_and_by_filter(logged, told):
    logged.get("/v1/partners/anru/commitments", by="anru")
    logged.get("/v1/operations?partner=anru&limit=10")
    logged.get("/v1/operations?partner=region")
    assert sorted(each["route"] for each in told("partner=anru")) == [
        "/v1/operations",
        "/v1/partners/{code}/commitments",
    ]


def test_an_operation_is_found_by_address_and_by_filter(logged, told):
    logged.get(CARPEAUX)
    logged.get(f"{LOG}?operation=ANZ-CARPEAUX", by="auditor")
    assert sorted(each["route"] for each in told("operation=ANZ-CARPEAUX")) == [
        "/v1/audit/accesses",
        "/v1/operations/{reference}",
    ]


def test_a_filter_of_another_form_is_not_kept(logged, told):
    logged.get("/v1/operations?partner=Madame%20Nomm%C3%A9e")
    (found,) = told("account=u-lea")
    assert (found["partner"], found["status"]) == (None, 422)


def test_exports_are_told_apart(told, services):
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    keep(services, noted(at, rule="/v1/audit.csv"), noted(at, rule="/v1/audit.jsonl"), noted(at, rule="/v1/audit"))
    assert sorted(each["route"] for each in told("exports=true")) == ["/v1/audit.csv", "/v1/audit.jsonl"]
    assert [each["route"] for each in told("exports=false&to=2026-11-20")] == ["/v1/audit"]


def test_days_are_those_of_paris(told, services):
    late, early = datetime(2026, 6, 30, 21, 59, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC)
    keep(services, noted(late), noted(early))
    assert [each["at"] for each in told("to=2026-06-30")] == ["2026-06-30T21:59:00Z"]
    assert [each["at"] for each in told("from=2026-07-01&to=2026-07-01")] == ["2026-06-30T22:00:00Z"]


def test_pages_hold_every_line_once_even_those_of_one_instant(logged, services):
    at = datetime(2026, 5, 1, tzinfo=UTC)
    made = [noted(at + timedelta(seconds=number // 3)) for number in range(10)]
    keep(services, *made)
    seen, path = [], f"{LOG}?to=2026-05-02&limit=4"
    while path:
        page = logged.read(path, by="auditor")
        seen += page["items"]
        path = page["next"] and f"{LOG}?to=2026-05-02&limit=4&cursor={page['next']}"
    assert sorted(each["request_id"] for each in seen) == sorted(each.request_id for each in made)
    assert [each["at"] for each in seen] == sorted((each["at"] for each in seen), reverse=True)


def test_a_cursor_that_was_made_up_is_refused(logged):
    for cursor in ("WzEsMl0", "WyJub3doZXJlIiwibm93aGVyZSJd", "WyIyMDI2LTA1LTAxIiwiMSJd"):
        answer = logged.get(f"{LOG}?cursor={cursor}", by="auditor")
        assert (answer.status_code, answer.json["errors"].keys()) == (422, {"cursor"}), cursor


@pytest.mark.parametrize("query", ["account=17", "token=!", "operation=anz", "partner=ANRU", "refused=1", "from=2026"])
def test_a_filter_of_a_form_that_nothing_has_is_refused_by_its_name(logged, query):
    answer = logged.get(f"{LOG}?{query}", by="auditor")
    assert (answer.status_code, [*answer.json["errors"]]) == (422, [query.partition("=")[0]])


def test_names_come_from_the_table_that_can_be_blanked(told, services):
    zoe = Principal("t4", "u-4", "auditor", frozenset({"cavm"}), "cavm", of_authority=True)
    keep(services, noted(principal=zoe))
    with services.reads.connection() as connection, connection.cursor() as cursor:
        people.keep_name(cursor, "u-4", "Zoé")
        assert [each["name"] for each in told("account=u-4")] == ["Zoé"]
        cursor.execute("UPDATE person SET name = NULL")
    assert [each["name"] for each in told("account=u-4")] == [None]


def test_no_secret_and_no_control_character_is_kept(logged, told, services):
    hostile = f"curl\x1b[31m\x07 jal_lea_{SECRET} " + "é" * 400
    services.accesses.add(noted(NOW, agent=hostile, ip="/run/socket", method="BREW"))
    logged.get(f"/v1/operations?q={SECRET}", by="lea")
    found = told()
    assert {each["user_agent"] for each in found if each["method"] is None} == {"curl[31m jal_… " + "é" * 285}
    assert {each["ip"] for each in found if each["method"] is None} == {None}
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "access_log_at"),
        ({"account": "u-7"}, "access_log_account"),
        ({"token": "t7"}, "access_log_token"),
        ({"operation": "OP-7"}, "access_log_operation"),
        ({"partner": "p7"}, "access_log_partner"),
        ({"refused": True}, "access_log_refused"),
        ({"exports": True}, "access_log_export"),
    ],
)
def test_every_search_walks_an_index_of_its_own(database_url, services, wanted, index):
    with services.reads.connection() as connection, connection.cursor() as cursor:
        fill(connection)
        place = table.Place(NOW - timedelta(minutes=3000), UUID(int=0))
        query, values = table.query(wanted, after=place, limit=50)
        plan = "\n".join(row[0] for row in cursor.execute(b"EXPLAIN " + query, values))
    assert f"Index Scan Backward using {index} " in plan, plan
    assert "Sort" not in plan


def test_what_is_older_than_so_many_months_is_purged(database_url, services):
    now = datetime.now(UTC)
    keep(services, *(noted(now - timedelta(days=days)) for days in (1, 300, 400, 500)))
    with services.reads.connection() as connection:
        assert table.purge(connection, now, 12) == 2
        assert table.purge(connection, now, 12) == 0
        left = connection.execute("SELECT at FROM access_log WHERE user_agent = %s ORDER BY at", (MADE_UP,)).fetchall()
    assert [(now - at).days for (at,) in left] == [300, 1]


def test_a_purge_deletes_more_than_it_deletes_at_once(database_url, services, monkeypatch):
    monkeypatch.setattr(table, "BATCH", 2)
    old = datetime.now(UTC) - timedelta(days=800)
    keep(services, *(noted(old) for _ in range(5)))
    with services.reads.connection() as connection:
        assert table.purge(connection, datetime.now(UTC), 12) == 5


def test_nobody_can_purge_the_last_month(database_url, services):
    now = datetime.now(UTC)
    keep(services, noted(now), noted(now - timedelta(days=20)))
    with services.reads.connection() as connection:
        assert table.purge(connection, now + timedelta(days=3650), 1) == 0


def keep(services: Any, *lines: Any) -> None:
    """Write lines without asking anything."""
    with services.reads.connection() as connection:
        table.write(connection, [line(each) for each in lines])


MADE_UP = "made up"
"""What the lines bear that nobody asked for: those of real requests of other tests may still arrive."""


def noted(at: datetime = NOW, **known: Any) -> Noted:
    """A request of nobody's, as far as nothing else is said of it."""
    usual = {"principal": None, "claimed": None, "method": "GET", "rule": "/v1/partners", "named": {}, "query": ""}
    return Noted(**{"request_id": uuid4().hex, "at": at, **usual, "status": 200, "ip": "::1", "agent": MADE_UP} | known)


FILL = """
    INSERT INTO access_log (request_id, at, token, account, operation, partner, export, status)
    SELECT
        gen_random_uuid(), %s - n * interval '1 minute', 't' || n %% 50, 'u-' || n %% 50, 'OP-' || n %% 50,
        'p' || n %% 50, n %% 40 = 0, CASE WHEN n %% 40 = 1 THEN 403 ELSE 200 END
    FROM generate_series(1, 20000) AS n
"""


def fill(connection: Any) -> None:
    """Enough lines for PostgreSQL to think about how to find some."""
    connection.execute(FILL, (NOW,))
    connection.execute("ANALYZE access_log")
