"""What readers get: the documents of the contract, each as it is described, with its tag and its position."""

import json
import threading
from typing import Any

import jsonschema
import psycopg
import pytest

from tests.api.desk import CARPEAUX, GRANT, PLAN, Desk


@pytest.fixture
def told(funded: Desk) -> Desk:
    """The desk, with an operation that went through a little of everything, in an agreement."""
    agreement = {"reference": "PNRU-2008", "title": "Anzin", "kind": "convention", "leader": "cavm", "on": "2008-02"}
    funded.record("/v1/agreements", agreement | {"signatories": ["anru", "region"], "communes": ["59014"]})
    allocation = GRANT | {"partner": "region", "amount_cents": 5_000_000_00, "on": "2008-02"}
    funded.record("/v1/agreements/PNRU-2008/allocations", allocation)
    for path, body in STORY:
        funded.record(CARPEAUX + path, body)
    return funded


STORY = [
    ("/programme", {"on": "2008-02", "programme": "PNRU", "agreement": "PNRU-2008"}),
    ("/revise-cost", {"on": "2008-02", "cost_cents": 56_000_000_00, "cost_basis": "excl_tax", "reason": "Presse"}),
    ("/reschedule", {"on": "2008-02", "starts_on": "2008-09-01", "delivers_on": "2012-12-31", "reason": "Convention"}),
    ("/reschedule", {"on": "2008-08", "starts_on": "2008-11-15", "delivers_on": "2013-06-30", "reason": "Fouilles"}),
    ("/allocations", GRANT | {"partner": "region", "amount_cents": 5_000_000_00, "scheme": "FRU"}),
    ("/commitments", GRANT | {"partner": "sigh", "instrument": "loan", "amount_cents": 3_000_000_00, "on": "2009"}),
    ("/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"}),
    ("/start", {"on": "2008-11-20", "documents": [{"title": "Ordre de service"}]}),
    ("/commitments", GRANT | {"amount_cents": 1}),
    ("/entries/11/void", {"reason": "Saisie deux fois"}),
]


def test_a_timeline_is_the_one_of_the_contract(told: Desk):
    document = told.read(f"{CARPEAUX}/timeline")
    entries = document.pop("entries")
    assert document == {
        "reference": "ANZ-CARPEAUX",
        "title": "Anzin : Carpeaux",
        "phase": "started",
        "version": 12,
        "position": told.ledger.head(),
        "to_complete": ["theme", "owner"],
        "as_known_on": None,
        "as_true_on": None,
        "statement": None,
        "schedule": {
            "start": {"initial": "2008-09-01", "current": "2008-11-15", "actual": "2008-11-20", "slip_days": 80},
            "delivery": {"initial": "2012-12-31", "current": "2013-06-30", "actual": None, "slip_days": 181},
        },
        "funding": {
            "cost_cents": 56_000_000_00,
            "allocated_cents": 5_000_000_00,
            "committed_cents": 22_000_000_00,
            "paid_cents": 0,
            "to_commit_cents": 0,
            "to_pay_cents": 22_000_000_00,
            "loans_cents": 3_000_000_00,
        },
    }
    assert [entry["version"] for entry in entries if entry["voided_by"]] == [11]
    assert [entry["on"] for entry in entries][:2] == ["2008-02", "2008-02"]


def test_an_entry_of_a_timeline_is_the_one_of_the_contract(told: Desk):
    entry = next(each for each in told.read(f"{CARPEAUX}/timeline")["entries"] if each["kind"] == "started")
    assert entry == {
        "version": 10,
        "kind": "started",
        "label": "Démarrage",
        "on": "2008-11-20",
        "recorded_at": "2026-11-22T10:00:00Z",
        "recorded_by": "u-lea",
        "organisation": "cavm",
        "partner": None,
        "amount_cents": None,
        "reason": None,
        "documents": [{"title": "Ordre de service", "ref": None, "sha256": None}],
        "corrects": None,
        "voided_by": None,
        "source": "api",
        "detail": None,
    }


COMMITTED = {
    "allocated_cents": 0,
    "committed_cents": 22_000_000_00,
    "paid_cents": 0,
    "to_commit_cents": 0,
    "to_pay_cents": 22_000_000_00,
    "loans_cents": 0,
}


def test_the_commitments_of_a_partner_are_those_of_the_contract(told: Desk):
    touched = told.read(f"{CARPEAUX}/timeline")["position"]
    assert told.read("/v1/partners/anru/commitments") == {
        "partner": {"code": "anru", "name": "ANRU", "kind": "state_anru"},
        "position": touched,
        "as_known_on": None,
        "as_true_on": None,
        "statement": None,
        "totals": {"operations": 1, **COMMITTED},
        "by_year": [{"year": 2008, **COMMITTED}],
        "by_theme": [{"theme": None, **COMMITTED}],
        "by_programme": [{"programme": None, **COMMITTED}],
        "by_scheme": [{"scheme": None, **COMMITTED}],
        "payments": {"advance_cents": 0, "interim_cents": 0, "balance_cents": 0, "repaid_cents": 0},
        "leverage": {
            "level": "committed",
            "all_partners_cents": 22_000_000_00,
            "own_cents": 22_000_000_00,
            "ratio": 1.0,
        },
    }


def test_a_partner_without_money_has_zeros_and_no_leverage(told: Desk):
    document = told.read("/v1/partners/anzin/commitments")
    assert set(document["totals"].values()) == {0}
    assert (document["by_year"], document["leverage"]["ratio"]) == ([], None)


def test_lines_stand_behind_the_totals(told: Desk):
    (of_agreement, of_operation) = told.read("/v1/partners/region/commitments/lines")["items"]
    assert (of_agreement["holder"], of_agreement["reference"]) == ("operation", "ANZ-CARPEAUX")
    assert (of_operation["holder"], of_operation["allocated_cents"]) == ("agreement", 5_000_000_00)


def test_an_operation_is_read_with_all_that_is_known_of_it(told: Desk):
    document = told.read(CARPEAUX)
    assert document["communes"] == [{"insee": "59014", "name": "Anzin", "outside": False, "weight": 10000}]
    assert [(line["line"], line["partner"]) for line in document["lines"]] == [
        ("L1", "anru"),
        ("L2", "region"),
        ("L3", "sigh"),
    ]
    assert document["funding"]["undetermined_cents"] == 56_000_000_00 - 22_000_000_00 - 5_000_000_00 - 3_000_000_00
    assert (document["late"], document["programme"], document["agreement"]) == (True, "PNRU", "PNRU-2008")
    (permis,) = document["milestones"]
    assert permis == {
        "code": "permis",
        "label": "Permis",
        "initial_due_on": "2030",
        "due_on": "2030",
        "reached_on": None,
        "dropped": False,
    }


def test_an_agreement_is_read_with_its_operations_and_what_it_sets_aside(told: Desk):
    document = told.read("/v1/agreements/PNRU-2008")
    assert (document["operations"], document["signatories"]) == (["ANZ-CARPEAUX"], ["anru", "region"])
    assert document["funding"]["allocated_cents"] == 5_000_000_00
    assert [line["partner"] for line in document["allocations"]] == ["region"]


@pytest.mark.parametrize("dates", ["", "as_true_on=2008-12-31", "as_true_on=2009-12-31", "as_known_on=2026-11-21"])
def test_a_list_of_partners_tells_whoever_asks_the_money_that_it_may_see(told: Desk, dates: str):
    # Another operation, where the Region draws on ANRU and not the other way round before 2009.
    told.record("/v1/operations", PLAN | {"reference": "ANZ-APART", "agreement": "PNRU-2008"})
    told.record("/v1/operations/ANZ-APART/commitments", GRANT | {"partner": "region", "amount_cents": 7_00})
    told.record("/v1/operations/ANZ-APART/commitments", GRANT | {"amount_cents": 5_00, "on": "2009"})
    for who in ("lea", "anru", "region", "auditor", "admin"):
        partners = {each["code"]: each for each in told.read(f"/v1/partners?{dates}", who)["items"]}
        for code in partners:
            listed, own = partners[code], told.get(f"/v1/partners/{code}/commitments?{dates}", who)
            shown = {"totals": None, "leverage": None} if own.status_code == 404 else own.json
            assert (listed["totals"], listed["leverage"]) == (shown["totals"], shown["leverage"])
        assert (partners["region"]["totals"] is None) is (who == "anru")


def test_a_dated_list_of_partners_costs_as_many_queries_for_one_as_for_all(told: Desk, monkeypatch: pytest.MonkeyPatch):
    queries: list[Any] = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *args: Any, **options: Any) -> Any:
        # Others work meanwhile: the access log is written down.
        queries.extend([query] if "commitments." in str(query) else [])
        return execute(cursor, query, *args, **options)

    def asked(path: str) -> int:
        told.read(path, "auditor")
        queries.clear()
        assert told.read(path, "auditor")["items"]
        return len(queries)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    dated = "/v1/partners?as_true_on=2009-12-31"
    assert asked(f"{dated}&limit=1") == asked(dated) > 0


def test_the_operations_of_an_agreement_are_rows_of_the_portfolio(told: Desk):
    told.record("/v1/operations", PLAN | {"reference": "ANZ-APART", "title": "Ailleurs"})
    told.record("/v1/operations", PLAN | {"reference": "ANZ-ZOLA", "agreement": "PNRU-2008"})
    for who in ("lea", "region"):
        rows = {each["reference"]: each for each in told.read("/v1/operations", who)["items"]}
        pages = [told.read("/v1/agreements/PNRU-2008/operations?limit=1", who)]
        pages.append(told.read(f"/v1/agreements/PNRU-2008/operations?limit=1&cursor={pages[0]['next']}", who))
        assert [page["items"] for page in pages] == [[rows["ANZ-CARPEAUX"]], [rows["ANZ-ZOLA"]]]
        assert pages[1]["next"] is None
    assert pages[1]["items"][0]["funding"]["committed_cents"] is None
    assert told.get("/v1/agreements/NOTHING/operations").status_code == 404


DOCUMENTS = {
    CARPEAUX: "Operation",
    f"{CARPEAUX}/timeline": "Timeline",
    "/v1/operations": "Portfolio",
    "/v1/partners": "Partners",
    "/v1/partners/anru/commitments": "Commitments",
    "/v1/partners/anru/commitments/lines": "Lines",
    "/v1/agreements": "Agreements",
    "/v1/agreements/PNRU-2008": "Agreement",
    "/v1/agreements/PNRU-2008/operations": "Contained",
    "/v1/territory": "Territory",
    "/v1/feed": "Feed",
}


def test_every_document_is_exactly_as_it_is_described(told: Desk):
    described = told.get("/openapi.json", None).json
    for path, name in DOCUMENTS.items():
        document = told.read(path)
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
        complete(document, described["components"]["schemas"], name)


def complete(document, schemas, name):
    """No key is missing and none is untold, in the document and in those within it; lists by their first item."""
    if "enum" in schemas[name]:
        return
    assert sorted(document) == sorted(schemas[name]["properties"]), name
    for key, field in schemas[name]["properties"].items():
        reference = field.get("$ref") or field.get("items", {}).get("$ref")
        inner = document[key][:1] if isinstance(document[key], list) else [document[key]]
        for each in inner if reference else []:
            complete(each, schemas, reference.rpartition("/")[2])


def test_a_copy_is_good_until_the_document_changes(funded: Desk):
    first = funded.get(f"{CARPEAUX}/timeline")
    again = funded.get(f"{CARPEAUX}/timeline", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["Jalon-Position"] == first.headers["Jalon-Position"]
    funded.record(f"{CARPEAUX}/start", {"on": "2008-11-20"})
    changed = funded.get(f"{CARPEAUX}/timeline", If_None_Match=first.headers["ETag"])
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_the_tag_is_strong_and_the_same_in_every_process(funded: Desk):
    tag = funded.get(f"{CARPEAUX}/timeline").headers["ETag"]
    assert tag.startswith('"')
    assert funded.get(f"{CARPEAUX}/timeline").headers["ETag"] == tag


def test_what_others_record_does_not_change_a_document(funded: Desk):
    before = funded.get(f"{CARPEAUX}/timeline")
    funded.record("/v1/operations", PLAN | {"reference": "OTHER"})
    after = funded.get(f"{CARPEAUX}/timeline")
    assert after.data == before.data
    assert int(after.headers["Jalon-Position"]) > int(before.headers["Jalon-Position"])


def test_an_answer_says_up_to_which_position_it_speaks(planned: Desk):
    behind = planned.ledger.head()
    planned.post(f"{CARPEAUX}/commitments", GRANT)
    response = planned.get(f"{CARPEAUX}/timeline")
    assert (response.headers["Jalon-Position"], response.json["version"]) == (str(behind), 1)


def test_a_reader_who_has_just_written_waits_for_it(planned: Desk):
    stop = threading.Event()
    following = threading.Thread(target=planned.follower.run, args=(stop,))
    following.start()
    try:
        position = planned.post(f"{CARPEAUX}/commitments", GRANT).json["position"]
        response = planned.get(f"{CARPEAUX}/timeline?min_position={position}")
    finally:
        stop.set()
        following.join()
    assert (response.status_code, response.json["version"]) == (200, 2)


def test_a_position_that_does_not_come_is_said_to_come_later(planned: Desk):
    response = planned.get(f"{CARPEAUX}/timeline?min_position={planned.ledger.head() + 1}")
    assert (response.status_code, response.json["code"]) == (503, "position-not-reached")
    assert response.headers["Retry-After"] == "1"


@pytest.fixture
def many(desk: Desk) -> Desk:
    """The desk, with seven operations."""
    for number in range(7):
        desk.post("/v1/operations", PLAN | {"reference": f"OP-{number}", "title": f"Résidence {number}"})
    desk.follower.catch_up()
    return desk


@pytest.mark.parametrize(
    ("path", "key", "count"),
    [("/v1/operations", "reference", 7), ("/v1/partners", "code", 5), ("/v1/agreements", "reference", 0)],
)
def test_a_list_is_read_page_by_page(many: Desk, path, key, count):
    seen, cursor = [], None
    while True:
        page = many.read(f"{path}?limit=3" + (f"&cursor={cursor}" if cursor else ""))
        assert len(page["items"]) <= 3
        seen += [item[key] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert (len(seen), seen) == (count, sorted(set(seen)))


def test_lines_are_read_page_by_page(planned: Desk):
    for _ in range(11):
        planned.post(f"{CARPEAUX}/commitments", GRANT)
    planned.follower.catch_up()
    first = planned.read("/v1/partners/anru/commitments/lines?limit=9")
    second = planned.read(f"/v1/partners/anru/commitments/lines?limit=9&cursor={first['next']}")
    assert [line["line"] for page in (first, second) for line in page["items"]] == [f"L{n}" for n in range(1, 12)]
    assert second["next"] is None


def test_the_cursor_of_another_list_is_refused(many: Desk):
    cursor = many.read("/v1/operations?limit=3")["next"]
    assert many.get(f"/v1/partners/anru/commitments/lines?cursor={cursor}").status_code == 422


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("commune=59014", ["ANZ-CARPEAUX"]),
        ("commune=59606", []),
        ("partner=anru", ["ANZ-CARPEAUX"]),
        ("owner=cavm", []),
        ("phase=partly_funded", ["ANZ-CARPEAUX"]),
        ("theme=mining", []),
        ("programme=PNRU", []),
        ("late=false", ["ANZ-CARPEAUX"]),
        ("late=true", []),
        ("q=CARPEAUX%20anzin", ["ANZ-CARPEAUX"]),
        ("q=%25", ["ANZ-CARPEAUX"]),
        ("q=valenciennes", []),
    ],
)
def test_the_portfolio_is_filtered(funded: Desk, query, found):
    assert [item["reference"] for item in funded.read(f"/v1/operations?{query}")["items"]] == found


def test_documents_are_compact_with_letters_as_they_are(funded: Desk):
    raw = funded.get(f"{CARPEAUX}/timeline").data
    assert "Opération programmée".encode() in raw
    assert raw == json.dumps(json.loads(raw), ensure_ascii=False, separators=(",", ":")).encode()
