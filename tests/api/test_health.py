"""For machines that watch: is this process alive, can it answer, and what does the API look like."""

import threading

import psycopg
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from psycopg_pool import ConnectionPool

from api.app import Services, create_app
from tests.api.desk import CARPEAUX, Desk
from tests.story import AUTHORITY, NOW


def test_the_process_answers(desk: Desk):
    assert desk.get("/healthz", None).json == {"status": "ok"}


def test_without_a_follower_the_service_is_degraded(planned: Desk):
    planned.post(f"{CARPEAUX}/abandon", {"on": "2010", "reason": "Recours"})
    response = planned.get("/readyz", None)
    assert (response.status_code, response.json["status"]) == (200, "degraded")
    assert response.json["position"] == planned.ledger.head()
    assert response.json["lag"] == response.json["projections"]["timeline"] == 1


def test_with_a_follower_the_service_is_ready(desk: Desk):
    stop = threading.Event()
    following = threading.Thread(target=desk.follower.run, args=(stop,))
    following.start()
    try:
        while desk.get("/readyz", None).json["status"] != "ready":
            stop.wait(0.01)
    finally:
        stop.set()
        following.join()


def test_a_frozen_projection_is_told(desk: Desk, tables):
    with psycopg.connect(tables, autocommit=True) as db:
        db.execute("UPDATE projection SET error = 'broken' WHERE name = 'commitments'")
    response = desk.get("/readyz", None)
    assert (response.status_code, response.json["status"]) == (503, "frozen")


@pytest.fixture
def away(services: Services):
    """A client of the application, where PostgreSQL cannot be reached for reading."""
    nowhere = "postgresql://127.0.0.1:1/nowhere?connect_timeout=1"
    with ConnectionPool(nowhere, min_size=0, max_size=1, timeout=0.2, open=True) as reads:
        app = create_app(Services(ledger=services.ledger, reads=reads, authority=AUTHORITY, clock=lambda: NOW))
        yield app.test_client()


@pytest.mark.parametrize("path", ["/readyz", CARPEAUX])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_where_postgresql_is_away_the_answer_is_to_come_back(away, path):
    response = away.get(path, headers={"Authorization": "Bearer jal_lea_x"})
    assert (response.status_code, response.json["code"]) == (503, "store-unavailable")
    assert int(response.headers["Retry-After"]) > 0


def test_the_description_is_valid_openapi(desk: Desk):
    described = desk.get("/openapi.json", None).json
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []
    assert described["openapi"] == "3.1.0"


def test_everything_is_described(desk: Desk):
    described = desk.get("/openapi.json", None).json
    operations = [each for path in described["paths"].values() for name, each in path.items() if name != "parameters"]
    assert len({each["operationId"] for each in operations}) == len(operations) > 20
    assert all(each["summary"].endswith(".") for each in operations)
    parameters = [each for path in described["paths"].values() for each in path.get("parameters", ())]
    parameters += [each for operation in operations for each in operation.get("parameters", ())]
    assert [each["name"] for each in parameters if not each.get("description")] == []
    fields = [
        (name, field)
        for name, schema in described["components"]["schemas"].items()
        for field, told in schema["properties"].items()
        if not told.get("description")
    ]
    assert fields == []


def test_errors_are_described_as_problems(desk: Desk):
    described = desk.get("/openapi.json", None).json
    for response in described["components"]["responses"].values():
        content = response.get("content", {})
        assert set(content) <= {"application/problem+json"}
    commitments = described["paths"]["/v1/operations/{reference}/commitments"]["post"]["responses"]
    assert set(commitments) == {"201", "400", "401", "403", "404", "409", "412", "413", "415", "422", "503"}
    timeline = described["paths"]["/v1/operations/{reference}/timeline"]["get"]["responses"]
    assert set(timeline) == {"200", "304", "401", "403", "404", "422", "503"}


def test_the_changes_of_an_amendment_are_described_by_their_kind(desk: Desk):
    described = desk.get("/openapi.json", None).json
    change = described["components"]["schemas"]["Amend"]["properties"]["changes"]["items"]
    kinds = change["discriminator"]["mapping"]
    assert list(kinds) == ["reschedule", "revise", "transfer"]
    assert change["oneOf"] == [{"$ref": address} for address in kinds.values()]
    for kind, address in kinds.items():
        schema = described["components"]["schemas"][address.rpartition("/")[2]]
        assert (schema["properties"]["kind"]["enum"], "kind" in schema["required"]) == ([kind], True)
        assert schema["additionalProperties"] is False


def test_a_line_in_an_address_is_described(desk: Desk):
    described = desk.get("/openapi.json", None).json
    path = described["paths"]["/v1/operations/{reference}/commitments/{line}/revise"]
    (line,) = [each for each in [*path.get("parameters", ()), *path["post"]["parameters"]] if each["name"] == "line"]
    assert line["schema"] == {"type": "string", "pattern": "^[A-Z][0-9]{1,9}$"}


def test_a_token_is_asked_for_everywhere(desk: Desk):
    described = desk.get("/openapi.json", None).json
    assert described["security"] == [{"bearer": []}]
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
