"""The feed: what comes after a position, as CloudEvents, told to whoever may know of it."""

import pytest
from jsonschema import Draft202012Validator

from api.v1.feed import AUDIENCE
from domain.record import Record
from tests.api.desk import CARPEAUX, GRANT, Desk

PLACE = {"communes": ["59014"]}
BATCH = "application/cloudevents-batch+json"

# CloudEvents 1.0.2, the JSON form: what the specification demands of the attributes that it names, and of all others.
TEXT = {"type": "string", "minLength": 1}
CLOUD_EVENT = {
    "type": "object",
    "required": ["specversion", "id", "source", "type"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": TEXT,
        "source": TEXT | {"pattern": r"^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$"},
        "type": TEXT,
        "subject": TEXT,
        "time": TEXT | {"format": "date-time"},
        "datacontenttype": TEXT | {"pattern": "^[a-z]+/[a-z0-9.+-]+$"},
        "dataschema": TEXT | {"pattern": "^[a-z][a-z0-9+.-]*:"},
        "data": True,
        "data_base64": {"type": "string"},
    },
    "not": {"required": ["data", "data_base64"]},
    "patternProperties": {"^[a-z0-9]{1,20}$": {"type": ["string", "boolean", "integer", "object"]}},
    "additionalProperties": False,
}
VALID = Draft202012Validator(CLOUD_EVENT, format_checker=Draft202012Validator.FORMAT_CHECKER)


def types(page) -> list[str]:
    return [item["type"].removeprefix("jalon.") for item in page["items"]]


def test_the_feed_tells_what_came_after_a_position(planned: Desk):
    before = planned.ledger.head()
    position = planned.record(f"{CARPEAUX}/commitments", GRANT)["position"]
    assert planned.read(f"/v1/feed?after={before}") == {
        "items": [
            {
                "specversion": "1.0",
                "id": str(position),
                "source": "/v1/operations/ANZ-CARPEAUX",
                "type": "jalon.operation.funding_committed",
                "subject": "ANZ-CARPEAUX",
                "time": "2026-11-22T10:00:00Z",
                "datacontenttype": "application/json",
                "data": {
                    "reference": "ANZ-CARPEAUX",
                    "version": 2,
                    "position": position,
                    "label": "Financement engagé",
                    "on": "2008-03",
                    "recorded_by": "u-lea",
                    "organisation": "cavm",
                    "partner": "anru",
                    "amount_cents": 22_000_000_00,
                    "corrects": None,
                    "source": "api",
                },
            }
        ],
        "next": position,
        "more": False,
    }


def test_every_entry_is_a_cloud_event(funded: Desk):
    items = funded.read("/v1/feed?limit=200", by="auditor")["items"]
    assert {item["source"].split("/")[2] for item in items} >= {"operations", "partners", "tokens"}
    for item in items:
        VALID.validate(item)
    assert len({(item["source"], item["id"]) for item in items}) == len(items)


@pytest.mark.parametrize(
    "wrong",
    [{"specversion": "0.3"}, {"id": 41}, {"id": ""}, {"source": "a b"}, {"Subject": "x"}, {"time": "hier"}],
)
def test_what_is_no_cloud_event_is_found_out(planned: Desk, wrong):
    event = planned.read("/v1/feed?limit=1")["items"][0]
    assert VALID.is_valid(event)
    assert not VALID.is_valid(event | wrong)


def test_the_list_alone_is_a_batch_of_cloud_events(funded: Desk):
    page = funded.read("/v1/feed?limit=2")
    batch = funded.get("/v1/feed?limit=2", Accept=BATCH)
    assert batch.content_type == BATCH
    assert batch.get_json(force=True) == page["items"]
    assert batch.headers["Jalon-Next"] == str(page["next"])


@pytest.mark.parametrize("accept", ["application/json", "*/*", f"application/json, {BATCH}", f"{BATCH};q=0.5, */*"])
def test_the_list_has_its_frame_unless_it_is_asked_for_alone(funded: Desk, accept):
    response = funded.get("/v1/feed", Accept=accept)
    assert response.content_type == "application/json"
    assert response.json["items"]


def test_nobody_keeps_a_page(funded: Desk):
    response = funded.get("/v1/feed")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


# Following along


def test_the_feed_is_read_to_its_end_page_by_page(funded: Desk):
    everything = [item["id"] for item in funded.read("/v1/feed?limit=200", by="admin")["items"]]
    assert len(everything) == 13
    seen, after, more = [], 0, True
    while more:
        page = funded.read(f"/v1/feed?after={after}&limit=4", by="admin")
        assert 1 <= len(page["items"]) <= 4
        seen += [item["id"] for item in page["items"]]
        after, more = page["next"], page["more"]
    assert seen == everything
    assert [int(id) for id in seen] == sorted(map(int, seen))
    assert funded.read(f"/v1/feed?after={after}") == {"items": [], "next": after, "more": False}


def test_a_full_page_with_nothing_behind_it_says_so(funded: Desk):
    assert [funded.read(f"/v1/feed?limit={limit}", by="admin")["more"] for limit in (12, 13)] == [True, False]


def test_one_can_go_on_from_a_position_that_no_entry_has(funded: Desk):
    last = funded.ledger.head()
    refused = funded.post("/v1/operations", {"reference": "ANZ-CARPEAUX", "title": "x", "on": "2008"} | PLACE)
    assert refused.status_code == 409
    position = funded.record("/v1/operations", {"reference": "B", "title": "x", "on": "2008"} | PLACE)["position"]
    assert position > last + 1
    page = funded.read(f"/v1/feed?after={position - 1}")
    assert ([item["id"] for item in page["items"]], page["next"]) == ([str(position)], position)


@pytest.mark.parametrize("after", [10**9, 2**63 - 1])
def test_past_the_end_there_is_nothing_and_one_stays_there(funded: Desk, after):
    assert funded.read(f"/v1/feed?after={after}") == {"items": [], "next": after, "more": False}


def test_what_the_projections_do_not_know_yet_is_not_told(planned: Desk):
    before = planned.ledger.head()
    planned.post(f"{CARPEAUX}/commitments", GRANT)
    assert types(planned.read(f"/v1/feed?after={before}")) == []
    assert planned.get("/v1/feed").headers["Jalon-Position"] == str(before)
    planned.follower.catch_up()
    assert types(planned.read(f"/v1/feed?after={before}")) == ["operation.funding_committed"]


def test_an_entry_is_told_as_it_was_first_recorded_and_its_correction_as_it_stands(funded: Desk):
    after = funded.ledger.head() - 1
    funded.record(
        f"{CARPEAUX}/entries/2/correct", {"changes": {"amount_cents": 20_00}, "reason": "Erreur", "on": "2026-11-22"}
    )
    wrong, right = (item["data"] for item in funded.read(f"/v1/feed?after={after}")["items"])
    assert (wrong["amount_cents"], wrong["corrects"]) == (22_000_000_00, None)
    assert (right["amount_cents"], right["partner"], right["corrects"]) == (20_00, "anru", 2)


# Who is told of what


def test_it_is_said_of_every_kind_of_record_who_is_told_of_it():
    assert {kind.TOPIC for kind in Record.__subclasses__()} <= AUDIENCE.keys()


@pytest.mark.parametrize(("by", "told"), [("admin", 6), ("auditor", 6), ("lea", 0), ("anru", 0)])
def test_tokens_are_told_to_those_who_grant_or_audit_them(desk: Desk, by, told):
    assert types(desk.read("/v1/feed?limit=200", by=by)).count("token.granted") == told


@pytest.mark.parametrize("by", ["lea", "landlord", "anru", "region", "auditor", "admin"])
def test_partners_are_told_to_all(desk: Desk, by):
    assert types(desk.read("/v1/feed?limit=200", by=by)).count("partner.registered") == 5


def test_a_partner_is_told_of_what_it_reads_in_full(funded: Desk):
    agreement = {"reference": "PNRU-2008", "title": "Anzin", "kind": "convention", "leader": "cavm", "on": "2008-02"}
    after = funded.record("/v1/agreements", agreement | {"signatories": ["region"]})["position"] - 1
    assert "operation.planned" in types(funded.read("/v1/feed", by="anru"))
    assert "operation.planned" not in types(funded.read("/v1/feed", by="region"))
    assert types(funded.read(f"/v1/feed?after={after}", by="region")) == ["agreement.signed"]
    hidden = funded.read(f"/v1/feed?after={after}", by="anru")
    assert (types(hidden), hidden["next"]) == ([], after + 1)


def test_a_record_of_the_same_name_and_another_kind_stays_hidden(funded: Desk):
    after = funded.ledger.head()
    foreign = {"reference": "ANZ-CARPEAUX", "title": "Autre", "kind": "protocol", "leader": "sigh", "on": "2008-02"}
    funded.record("/v1/agreements", foreign)
    assert types(funded.read(f"/v1/feed?after={after}", by="anru")) == []
    assert types(funded.read(f"/v1/feed?after={after}", by="lea")) == ["agreement.signed"]


@pytest.mark.parametrize(("by", "amount"), [("lea", True), ("anru", True), ("auditor", True), ("admin", False)])
def test_amounts_are_told_to_those_who_may_read_timelines(funded: Desk, by, amount):
    told = funded.read("/v1/feed?limit=200", by=by)["items"][-1]["data"]
    assert told["reference"] == "ANZ-CARPEAUX"
    assert (told["partner"], told["amount_cents"]) == (("anru", 22_000_000_00) if amount else (None, None))


def test_whoever_becomes_a_funder_is_told_from_then_on(planned: Desk):
    before = planned.ledger.head()
    assert types(planned.read(f"/v1/feed?after={before - 1}", by="region")) == []
    planned.record(f"{CARPEAUX}/commitments", GRANT | {"partner": "region"})
    assert types(planned.read(f"/v1/feed?after={before}", by="region")) == ["operation.funding_committed"]
