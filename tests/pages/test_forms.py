"""A form records by the command of the API: once; a refusal loses nothing that was typed."""

import re
from html import unescape

import pytest
from marshmallow import fields
from psycopg import OperationalError
from werkzeug.datastructures import MultiDict

from api.http.fields import Form
from api.http.problems import NotValid
from api.pages import forms, typed
from api.pages.labels import LABELS
from api.v1 import milestones, schemas
from domain.errors import KeyReused
from tests.api.desk import CARPEAUX, Desk
from tests.pages.reader import Reader, hidden, text

OPERATION = "/operations/ANZ-CARPEAUX"
PAGE = f"{OPERATION}?record=reach_milestone"
REACH = f"{OPERATION}/milestones/permis/reach"
PERMIT = {"code": "permis", "label": "Permis de démolir", "due_on": "2030"}


@pytest.fixture
def promised(followed: Desk, planned: Desk) -> Desk:
    """An operation with one promised milestone (entry 2), and a follower at work."""
    planned.record(f"{CARPEAUX}/milestones", PERMIT)
    return planned


@pytest.fixture
def lea(promised: Desk) -> Reader:
    return Reader(promised).signed_in()


def entries(desk: Desk):
    return desk.read(f"{CARPEAUX}/timeline")["entries"]


def input_of(page, name, form="reach_milestone-ANZ-CARPEAUX-permis"):
    """An input of a form, as it stands in the page."""
    found = re.search(
        rf'<(?:input|textarea|select)[^>]* id="{form}-{re.escape(name)}"[^>]*>(?:([^<]*)</textarea>)?', page.text
    )
    assert found, name
    return unescape(found[0])


# Recorded


def test_what_a_form_says_is_recorded_and_on_the_page_when_it_comes_back(lea: Reader, promised: Desk):
    before = lea.at(PAGE)
    assert "· atteint" not in text(before)
    answer = lea.sends(before, REACH, on="14/02/2009", reason="Affiché en mairie")
    assert answer.status_code == 303
    assert re.fullmatch(rf"{OPERATION}\?min_position=\d+", answer.location)
    after = text(lea.at(answer.location))
    assert "C'est enregistré" in after
    assert "atteint : 14 février 2009" in after.replace("\u00a0", " ")
    assert "« Affiché en mairie »" in after.replace("\u00a0", " ")
    (entry,) = [each for each in entries(promised) if each["kind"] == "milestone_reached"]
    assert (entry["on"], entry["reason"], entry["source"], entry["recorded_by"]) == (
        "2009-02-14",
        "Affiché en mairie",
        "page",
        "u-lea",
    )


def test_a_form_that_is_sent_twice_counts_once(lea: Reader, promised: Desk):
    page = lea.at(PAGE)
    first, again = (lea.sends(page, REACH, on="2009-02") for _ in range(2))
    assert first.location == again.location
    assert lea.at(first.location).status_code == 200
    assert [each["kind"] for each in entries(promised)].count("milestone_reached") == 1


def test_where_the_page_does_not_know_of_it_yet_it_says_so(lea: Reader, promised: Desk):
    page = text(lea.at(f"{OPERATION}?min_position={promised.ledger.head() + 7}"))
    assert "est enregistrée ; cette page n'en parle pas encore" in page.replace("\u00a0", " ")


# Refused


@pytest.mark.parametrize(
    ("typed", "said", "status"),
    [
        ({"on": ""}, "Ce champ est obligatoire.", 422),
        ({"on": "hier"}, "n'est pas une date", 422),
        ({"on": "2031"}, "", 422),
        ({"on": "2009", "reason": "x" * 4001}, "De 1 à 4000 caractères.", 422),
        ({"on": "2009", "reason": "a\x07b"}, "caractère de commande", 422),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(lea: Reader, promised: Desk, typed, said, status):
    before, head = lea.at(PAGE), promised.ledger.head()
    field = "reason" if "reason" in typed else "on"
    page = lea.sends(before, REACH, **({"reason": "Motif gardé"} | typed))
    assert page.status_code == status
    assert promised.ledger.head() == head
    assert 'aria-invalid="true"' in input_of(page, field)
    assert re.search(
        rf'id="reach_milestone-ANZ-CARPEAUX-permis-{field}-wrong">[^<]*{re.escape(said)}', unescape(page.text)
    )
    kept = {"reason": "Motif gardé"} | typed
    assert f'value="{kept["on"]}"' in input_of(page, "on")
    assert kept["reason"] in input_of(page, "reason")
    assert "Rien n'est enregistré." in text(page)
    assert hidden(page, REACH)["idempotency_key"] == hidden(before, REACH)["idempotency_key"]


def test_a_refused_form_can_be_put_right_and_sent_again(lea: Reader, promised: Desk):
    refused = lea.sends(lea.at(PAGE), REACH, on="hier")
    assert lea.sends(refused, REACH, on="2009").status_code == 303


def test_a_refusal_of_the_record_is_told_above_the_form(lea: Reader, promised: Desk):
    """The step was dropped by somebody else, who recorded on the same version."""
    page = lea.at(PAGE)
    promised.record(f"{CARPEAUX}/milestones/permis/drop", {"on": "2010", "reason": "Plus besoin"})
    answer = lea.client.post(
        REACH, data=hidden(page, REACH) | {"on": "2009", "if_match": ""}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 409


def test_whoever_has_seen_an_older_version_is_told_and_keeps_what_was_typed(lea: Reader, promised: Desk):
    page = lea.at(PAGE)
    promised.record(f"{CARPEAUX}/milestones", PERMIT | {"code": "autre"})
    refused = lea.sends(page, REACH, on="2009-02", reason="Gardé")
    assert refused.status_code == 412
    assert "La version attendue est 2, la version actuelle est 3." in text(refused)
    assert "Gardé" in input_of(refused, "reason")
    assert hidden(refused, REACH)["if_match"] == "3"
    assert lea.sends(refused, REACH, on="2009-02", reason="Gardé").status_code == 303


def test_where_the_form_is_offered_no_more_the_refusal_and_what_was_typed_are_shown_all_the_same(lea: Reader):
    """Somebody goes back to a page from before, and sends its form once more with something else."""
    page = lea.at(PAGE)
    lea.at(lea.sends(page, REACH, on="2009").location)
    refused = lea.sends(page, REACH, on="2010", reason="Gardé")
    assert refused.status_code == 422
    assert "déjà servi" in text(refused)
    assert "Date : 2010 Motif : Gardé" in text(refused).replace("\u00a0", " ")
    assert f'action="{REACH}"' not in refused.text


def test_a_key_that_served_for_something_else_is_replaced(desk: Desk):
    with desk.app.test_request_context(method="POST", data={"idempotency_key": "k-1"}):
        reused, other = (
            forms.refused(milestones.reach_milestone, {}, refusal, 422) for refusal in (KeyReused(), NotValid("non"))
        )
    assert reused.key != "k-1"
    assert other.key == "k-1"


def test_fields_that_a_form_does_not_have_are_refused(lea: Reader, promised: Desk):
    head = promised.ledger.head()
    refused = lea.sends(lea.at(PAGE), REACH, on="2009", amount_cents="12")
    assert (refused.status_code, promised.ledger.head()) == (422, head)
    assert "Champ inconnu." in text(refused)


def test_what_could_not_be_taken_just_now_can_be_sent_again(lea: Reader, promised: Desk, monkeypatch):
    page = lea.at(PAGE)

    def away(*_, **__):
        raise OperationalError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(promised.ledger, "run", away)
        answer = lea.sends(page, REACH, on="2009-02", reason="Gardé")
    assert answer.status_code == 503
    kept = dict(re.findall('<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text.partition("<main")[2]))
    assert (kept["on"], kept["reason"]) == ("2009-02", "Gardé")
    assert kept["idempotency_key"] == hidden(page, REACH)["idempotency_key"]
    assert lea.client.post(REACH, data=kept).status_code == 303


def test_a_form_without_our_token_records_nothing(lea: Reader, promised: Desk):
    head = promised.ledger.head()
    assert lea.client.post(REACH, data={"on": "2009"}).status_code == 400
    assert promised.ledger.head() == head


def test_an_address_of_a_form_cannot_be_read(lea: Reader):
    assert lea.at(REACH).status_code == 405


# What people type


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("1 234 567,50", 123456750),
        ("1\u202f234\u00a0€", 123400),
        ("12.5", 1250),
        ("0,05", 5),
        ("-3", -300),
        ("12,345", "12,345"),
        ("1e9", "1e9"),
        ("douze", "douze"),
    ],
)
def test_amounts_are_typed_as_french_people_write_them(given, read):
    assert typed.cents(given) == read


@pytest.mark.parametrize(
    ("given", "read"),
    [("20/11/2008", "2008-11-20"), ("1/2/2008", "2008-02-01"), ("11/2008", "2008-11"), ("2008", "2008"), ("x", "x")],
)
def test_dates_are_typed_as_french_people_write_them(given, read):
    assert typed.day(given) == read


def test_a_form_becomes_a_body_by_the_schema_of_its_command():
    form = MultiDict(
        [
            ("on", "2008-03"),
            ("partner", "anru"),
            ("instrument", "grant"),
            ("amount_cents", "1 000"),
            ("scheme", " "),
            ("schedule.0.year", "2009"),
            ("schedule.0.amount_cents", "600"),
            ("schedule.1.year", "2010"),
            ("schedule.1.amount_cents", "400"),
            ("schedule.2.year", ""),
            ("schedule.2.amount_cents", ""),
            ("documents.0.title", "Délibération"),
        ]
    )
    body = typed.body(schemas.Commit(), form)
    assert body == {
        "on": "2008-03",
        "partner": "anru",
        "instrument": "grant",
        "amount_cents": 100000,
        "schedule": [{"year": 2009, "amount_cents": 60000}, {"year": 2010, "amount_cents": 40000}],
        "documents": [{"title": "Délibération"}],
    }
    assert schemas.Commit().load(body)["amount_cents"] == 100000


def test_lists_counts_and_marks_of_a_plan_are_read():
    form = MultiDict(
        [
            ("communes", "59014"),
            ("communes", "59606"),
            ("territory_wide", "true"),
            ("outputs.demolished", "1 200"),
            ("weights", "4000"),
        ]
    )
    assert typed.body(schemas.Plan(), form) == {
        "communes": ["59014", "59606"],
        "territory_wide": True,
        "outputs": {"demolished": 1200},
        "weights": [4000],
    }


def test_a_row_left_blank_between_others_stays_so_that_errors_stand_beside_their_row():
    form = MultiDict([("schedule.0.year", ""), ("schedule.1.year", "x")])
    assert typed.body(schemas.Commit(), form)["schedule"] == [{}, {"year": "x"}]


def test_the_changes_of_an_amendment_are_read_by_their_kind():
    form = MultiDict(
        [("changes.0.kind", "reschedule"), ("changes.0.operation", "ANZ-A"), ("changes.0.delivers_on", "6/2012")]
    )
    assert typed.body(schemas.Amend(), form)["changes"] == [
        {"kind": "reschedule", "operation": "ANZ-A", "delivers_on": "2012-06"}
    ]


def test_every_field_that_a_form_can_have_has_a_label():
    def names(schema):
        for name, field in schema.fields.items():
            yield name
            inner = field.inner if isinstance(field, fields.List) else field
            if isinstance(inner, fields.Nested):
                yield from names(inner.schema)

    every = [getattr(schemas, name) for name in schemas.__all__]
    asked = {name for each in every if isinstance(each, type) and issubclass(each, Form) for name in names(each())}
    assert asked - LABELS.keys() == set()


def test_codes_can_be_typed_into_one_input_and_what_may_be_null_is_said_by_leaving_it_blank():
    area = MultiDict([("on", "2024"), ("generation", "QN"), ("code", " "), ("list_ref", "Décret 2023-1314")])
    assert typed.body(schemas.AssessPriorityArea(), area)["code"] is None
    plan = MultiDict([("communes", "59014"), ("communes", "59606; 59112,"), ("weights", "4000; 3000;3000")])
    assert typed.body(schemas.Plan(), plan) == {
        "communes": ["59014", "59606", "59112"],
        "weights": [4000, 3000, 3000],
    }
