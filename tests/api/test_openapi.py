"""The description of the API tells of everything, truly, and its examples are taken by the record itself."""

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.describing.routes import routes
from api.describing.story import BODIES, CARPEAUX, CONVENTION
from api.run.cli import main
from api.run.wiring import register_reference_partners
from tests.api.conftest import opened
from tests.api.desk import Desk
from tests.api.serving import following

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
# What pages are made of says nothing to programs.
ASSETS = {"/docs/static/{name}"}


@pytest.fixture(scope="module")
def spec(app) -> Any:
    return app.test_client().get("/openapi.json").json


def operations(spec) -> Iterator[tuple[str, str, Any]]:
    for path, methods in spec["paths"].items():
        for method, told in methods.items():
            if method != "parameters":
                yield path, method, told


def parameters(spec) -> Iterator[tuple[str, Any]]:
    for path, methods in spec["paths"].items():
        for holder in (methods, *(told for method, told in methods.items() if method != "parameters")):
            yield from ((path, each) for each in holder.get("parameters", ()))


def properties(spec) -> Iterator[tuple[str, Any]]:
    for name, schema in spec["components"]["schemas"].items():
        for field, property in schema.get("properties", {}).items():
            yield f"{name}.{field}", property


def answers(spec) -> Iterator[tuple[str, str, Any]]:
    for _, _, told in operations(spec):
        for status, answer in told["responses"].items():
            name = answer.get("$ref", "").rpartition("/")[2]
            yield told["operationId"], status, spec["components"]["responses"][name] if name else answer


def faults(example: Any, schema: Any, spec) -> list[str]:
    """What is wrong with an example."""
    whole = schema | {"components": spec["components"]}
    return [error.message for error in jsonschema.Draft202012Validator(whole).iter_errors(example)]


# It is whole


def test_it_is_valid_openapi(spec):
    assert list(OpenAPIV31SpecValidator(spec).iter_errors()) == []
    assert spec["openapi"] == "3.1.0"
    assert spec["info"].keys() >= {"title", "version", "description", "contact", "license"}
    assert [server["url"] for server in spec["servers"]] == ["/"]


def test_it_is_the_one_that_is_committed():
    printed = CliRunner().invoke(main, ["openapi"])
    assert printed.exit_code == 0
    assert printed.output == COMMITTED.read_text(), "jalon openapi > docs/openapi.json"


def test_it_tells_of_every_route(app, spec):
    known = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        # Pages are for people, and are no part of the contract with programs.
        if not rule.endpoint.startswith("pages.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {(path, method) for path, method, _ in operations(spec)}
    assert {each for each in known if each[0] not in ASSETS} == told


def test_every_operation_has_a_name_a_summary_a_description_and_a_tag(spec):
    told = [each for _, _, each in operations(spec)]
    assert [each for each in told if not (each["summary"].endswith(".") and each["description"] and each["tags"])] == []
    names = [each["operationId"] for each in told]
    assert len(set(names)) == len(names) > 50
    described = {tag["name"]: tag["description"] for tag in spec["tags"]}
    assert all(described.values())
    assert {tag for each in told for tag in each["tags"]} == described.keys()


def test_nothing_goes_without_a_description(spec):
    assert [(path, each["name"]) for path, each in parameters(spec) if not each.get("description")] == []
    schemas = spec["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []
    assert [name for name, property in properties(spec) if not property.get("description")] == []
    assert [each[:2] for each in answers(spec) if not each[2].get("description")] == []
    assert all(header["description"] and "example" in header for header in spec["components"]["headers"].values())


def test_every_amount_says_euro_cents(spec):
    amounts = {name: property for name, property in properties(spec) if name.endswith("_cents")}
    assert len(amounts) > 100
    assert [name for name, property in amounts.items() if "euro cents" not in property["description"].lower()] == []


def test_what_may_be_null_says_so_as_json_schema_does(spec):
    text = json.dumps(spec)
    assert '"nullable"' not in text
    assert spec["components"]["schemas"]["Plan"]["properties"]["owner"]["type"] == ["string", "null"]
    assert {"type": "null"} in spec["components"]["schemas"]["Operation"]["properties"]["suspension"]["anyOf"]


# Who may, and what can go wrong


def test_every_operation_says_who_may_use_it(app, spec):
    for route in routes(app, spec):
        assert route.told["security"] == ([] if route.open else [{"bearer": []}]), route.name
        named = set(re.findall(r"`(\w+)`", route.told["description"].rpartition("\n\n")[2]))
        assert named == route.roles, route.name
    bearer = spec["components"]["securitySchemes"]["bearer"]
    assert (bearer["type"], bearer["scheme"]) == ("http", "bearer")


def test_what_goes_wrong_under_v1_is_told_as_a_problem_with_its_codes(spec):
    under = {told["operationId"] for path, _, told in operations(spec) if path.startswith("/v1/")}
    for name, status, answer in answers(spec):
        if name in under and int(status) >= 400:
            (content,) = answer["content"].items()
            assert content[0] == "application/problem+json", name
            assert content[1]["examples"], (name, status)
            for code, example in content[1]["examples"].items():
                value = spec["components"]["examples"][example["$ref"].rpartition("/")[2]]["value"]
                assert (value["code"], value["type"]) == (code, f"/problems/{code}")
                assert str(value["status"]) == status
                assert re.search(r"[{}]|None", value["detail"]) is None, value["detail"]


COMMAND = {"201", "400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "429", "503"}


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("plan", COMMAND - {"404"}),
        ("commit", COMMAND),
        ("timeline", {"200", "304", "401", "403", "404", "406", "422", "429", "503"}),
        ("portfolio", {"200", "304", "401", "406", "422", "429", "503"}),
        ("territory", {"200", "304", "401", "403", "406", "422", "429", "503"}),
    ],
)
def test_an_operation_tells_the_statuses_that_it_can_give(spec, name, statuses):
    assert {status for operation, status, _ in answers(spec) if operation == name} == statuses


@pytest.mark.parametrize(
    ("name", "status", "codes"),
    [
        ("start", "409", "already-abandoned already-closed already-started delivered-before-start not-funded"
         " operation-suspended"),
        ("start", "422", "future-date"),
        ("resume", "409", "already-abandoned already-closed not-suspended resumed-before-suspension"),
        ("plan", "409", "outside-territory reference-taken too-many-inhabitants"),
        ("allocate_to_agreement", "404", "not-found unknown-agreement"),
        ("grant_token", "503", "not-in-force-yet"),
    ],
)  # fmt: skip
def test_a_command_tells_the_refusals_of_its_own_rules(spec, name, status, codes):
    (answer,) = [answer for operation, given, answer in answers(spec) if (operation, given) == (name, status)]
    told = answer["content"]["application/problem+json"]["examples"].keys()
    of_all = {"idempotency-in-flight", "too-many-writers", "validation", "idempotency-key-reused", "store-unavailable"}
    assert told - of_all == set(codes.split())


def test_the_rules_of_every_command_were_found(spec):
    """No fact lies in the future: a command that does not say so records nothing that its route leads to."""
    commands = {told["operationId"] for _, method, told in operations(spec) if method == "post"}
    found = {
        name
        for name, status, answer in answers(spec)
        if status == "422" and "future-date" in answer["content"]["application/problem+json"]["examples"]
    }
    assert commands - found == set()


def test_the_changes_of_an_amendment_are_described_by_their_kind(spec):
    change = spec["components"]["schemas"]["Amend"]["properties"]["changes"]["items"]
    kinds = change["discriminator"]["mapping"]
    assert list(kinds) == ["reschedule", "revise", "transfer"]
    assert change["oneOf"] == [{"$ref": address} for address in kinds.values()]
    for kind, address in kinds.items():
        schema = spec["components"]["schemas"][address.rpartition("/")[2]]
        assert (schema["properties"]["kind"]["enum"], "kind" in schema["required"]) == ([kind], True)
        assert schema["additionalProperties"] is False


def test_a_line_in_an_address_is_described(spec):
    path = spec["paths"]["/v1/operations/{reference}/commitments/{line}/revise"]
    (line,) = [each for each in [*path.get("parameters", ()), *path["post"]["parameters"]] if each["name"] == "line"]
    assert (line["schema"], line["example"]) == ({"type": "string", "pattern": "^[A-Z][0-9]{1,9}$"}, "L2")


def test_a_closed_list_is_told_once_with_what_its_codes_mean(spec):
    phase = spec["components"]["schemas"]["Phase"]
    assert phase["enum"][0] == "planned"
    assert "- `started`: Démarrée" in phase["description"]
    schemas = spec["components"]["schemas"]
    assert schemas["PartnerName"]["properties"]["kind"]["$ref"] == "#/components/schemas/PartnerKind"
    phases = [{"$ref": "#/components/schemas/Phase"}, {"type": "null"}]
    assert schemas["Timeline"]["properties"]["phase"]["anyOf"] == phases
    assert schemas["Plan"]["properties"]["theme"]["anyOf"] == [{"$ref": "#/components/schemas/Theme"}, {"type": "null"}]


def test_every_answer_tells_its_headers(spec):
    for name, status, answer in answers(spec):
        assert answer["headers"].keys() >= {"X-Request-Id", "X-RateLimit-Limit"}, (name, status)
        assert ("Retry-After" in answer["headers"]) >= (status in ("429", "503")), (name, status)
        assert ("WWW-Authenticate" in answer["headers"]) == (status == "401"), (name, status)
        assert ("Idempotent-Replayed" in answer["headers"]) == (status == "201"), (name, status)


# Examples


def test_every_parameter_has_an_example_that_is_valid(spec):
    told = list(parameters(spec))
    assert [(path, each["name"]) for path, each in told if each.get("example") is None] == []
    wrong = {(path, each["name"]): faults(each["example"], each["schema"], spec) for path, each in told}
    assert {place: found for place, found in wrong.items() if found} == {}


def test_every_field_has_an_example_that_is_valid(spec):
    # Parts have the examples of their own fields.
    own = {name: each for name, each in properties(spec) if '"$ref"' not in json.dumps(each)}
    assert [name for name, property in own.items() if not property.get("examples")] == []
    wrong = {name: faults(each["examples"][0], each, spec) for name, each in own.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_every_body_and_every_answer_has_an_example_that_is_valid(spec):
    contents = {
        (told["operationId"], "body"): told["requestBody"]["content"]["application/json"]
        for _, method, told in operations(spec)
        if method == "post"
    }
    for name, status, answer in answers(spec):
        if int(status) < 400:
            contents |= {
                (name, kind): content
                for kind, content in answer.get("content", {}).items()
                if kind != "text/html" and content["schema"].get("description") != "OpenAPI 3.1."
            }
    assert [place for place, content in contents.items() if "example" not in content] == []
    wrong = {place: faults(content["example"], content["schema"], spec) for place, content in contents.items()}
    assert {place: found for place, found in wrong.items() if found} == {}


def test_every_example_of_a_problem_is_valid(spec):
    told = {code: each["value"] for code, each in spec["components"]["examples"].items()}
    schema = spec["components"]["schemas"]["Problem"]
    assert {code: found for code, value in told.items() if (found := faults(value, schema, spec))} == {}


# What has to be recorded before an example can be: other examples by their name, or the steps below.
FIRST: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(BODIES, ("plan",)),
    **dict.fromkeys(("plan", "sign", "register", "open_account", "make_statement"), ()),
    **dict.fromkeys(("revise_commitment", "decommit", "revise_schedule"), ("plan", "allocate", "commit")),
    **dict.fromkeys(("request_payment", "pay", "void"), ("plan", "allocate", "commit")),
    **dict.fromkeys(("take_back", "start"), ("plan", "allocate")),
    **dict.fromkeys(("reach_milestone", "reschedule_milestone", "drop_milestone"), ("plan", "promised")),
    **dict.fromkeys(("allocate_to_agreement", "correct_agreement"), ("sign",)),
    **dict.fromkeys(("change_account", "close_account", "grant_token"), ("open_account",)),
    "repay": ("plan", "allocate", "commit", "pay"),
    "resume": ("plan", "suspend"),
    "deliver": ("plan", "allocate", "start"),
    "close": ("plan", "allocate", "start", "deliver"),
    "attach": ("plan", "detach"),
    "amend": ("sign", "planned here", "funded here", "planned there", "funded there"),
    "void_agreement_entry": ("sign", "allocate_to_agreement"),
    "revoke_token": ("open_account", "grant_token"),
}
HERE, THERE = {"reference": "NPNRU-2019-CHASSE-ROYALE"}, {"reference": "NPNRU-2019-MARLY-BRIQUETTE"}
PLANNED = BODIES["plan"] | {"programme": "NPNRU", "agreement": CONVENTION, "on": "2018-06-27"}
PLANNED |= {"starts_on": "2020-09", "delivers_on": "2027-12"}
FUNDED = {"partner": "anru", "instrument": "grant", "amount_cents": 900_000_000, "on": "2019-01"}
# Steps that are no examples: the command, its body, and what its address names.
STEPS: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "promised": ("milestone", {"code": "permis", "label": "Permis de démolir", "due_on": "2008-11"}, {}),
    "planned here": ("plan", PLANNED | HERE, {}),
    "planned there": ("plan", PLANNED | THERE, {}),
    "funded here": ("commit", FUNDED, HERE),
    "funded there": ("commit", FUNDED, THERE),
}
# The first entry of a history is never voided.
VOIDED = {"void": {"version": "2"}, "void_agreement_entry": {"version": "2"}}
GIVEN = {"open_account": "account", "grant_token": "token"}


@pytest.fixture
def register(database_url, app, services) -> Desk:
    """The desk, and every partner of the register besides."""
    desk = opened(app, services, database_url)
    register_reference_partners(desk.ledger)
    desk.follower.catch_up()
    return desk


def followed(example: str, database_url: str) -> AbstractContextManager[None]:
    """Commands on accounts are answered only where somebody follows."""
    return following(database_url) if {example, *FIRST[example]} & {"open_account"} else nullcontext()


def address(spec, name: str, named: dict[str, str]) -> str:
    """The address of a command: its parts are named, or have their own examples."""
    ((path, told),) = [(path, told) for path, _, told in operations(spec) if told["operationId"] == name]
    parts = [*spec["paths"][path].get("parameters", ()), *told["parameters"]]
    return path.format(**{each["name"]: named.get(each["name"], each["example"]) for each in parts})


@pytest.mark.parametrize("example", BODIES)
def test_the_record_takes_the_example_of_a_body(register: Desk, database_url, spec, example):
    known: dict[str, str] = {}
    with followed(example, database_url):
        for step in (*FIRST[example], example):
            name, body, named = STEPS.get(step) or (step, BODIES[step], VOIDED.get(step, {}))
            path = address(spec, name, known | named)
            by = "admin" if path.startswith(("/v1/partners", "/v1/accounts", "/v1/tokens")) else "lea"
            recorded = register.record(path, body, by=by)
            known |= {GIVEN[name]: recorded["reference"]} if name in GIVEN else {}


def test_every_command_has_an_example(spec):
    assert BODIES.keys() == {told["operationId"] for _, method, told in operations(spec) if method == "post"}
    assert BODIES["plan"]["reference"] == CARPEAUX


# Links


def test_every_link_leads_to_what_the_target_takes(spec):
    taken = {
        told["operationId"]: {
            each["name"] for each in [*spec["paths"][path].get("parameters", ()), *told.get("parameters", ())]
        }
        for path, _, told in operations(spec)
    }
    needed = {told["operationId"]: set(re.findall(r"{(\w+)}", path)) for path, _, told in operations(spec)}
    found = [link for _, _, answer in answers(spec) for link in answer.get("links", {}).values()]
    assert len(found) > 100
    for link in found:
        assert needed[link["operationId"]] <= link["parameters"].keys() <= taken[link["operationId"]], link


def test_links_lead_from_a_plan_to_all_that_can_be_told_of_an_operation(spec):
    leads = {
        name: {link["operationId"] for link in answer.get("links", {}).values()}
        for name, status, answer in answers(spec)
        if status in ("200", "201")
    }
    reached, wave = set(), {"plan"}
    while wave:
        reached |= wave
        wave = {each for name in wave for each in leads[name]} - reached
    about = {told["operationId"] for path, _, told in operations(spec) if path.startswith("/v1/operations/{reference}")}
    assert about <= reached
    assert leads["commit"] >= {"revise_commitment", "decommit", "revise_schedule", "pay", "repay", "timeline"}


def test_a_statement_leads_to_what_was_known_at_it(spec):
    for name, status, code in (("make_statement", "201", "reference"), ("statements", "200", "items/0/code")):
        (links,) = [
            answer["links"] for operation, given, answer in answers(spec) if (operation, given) == (name, status)
        ]
        for led in ("portfolio", "territory"):
            assert links[led]["operationId"] == led
            assert links[led]["parameters"]["statement"] == f"$response.body#/{code}"


def test_a_page_leads_to_the_next_one(spec):
    for name, status, answer in answers(spec):
        if status == "200" and name in ("portfolio", "lines", "partners", "feed"):
            link = answer["links"]["next_page"]
            assert link["operationId"] == name
            assert link["parameters"]["after" if name == "feed" else "cursor"] == "$response.body#/next"
