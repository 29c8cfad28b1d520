"""The page of an entry: all that it says, and the forms that put it right without saying more than what differs."""

from typing import Any

import pytest

from domain.event import Event
from domain.events import Planned
from tests.api.desk import CARPEAUX, PAYMENT, Desk
from tests.pages.offering import beside, opened, sends, standing
from tests.pages.reader import Reader, plain, text

PAGE = "/operations/ANZ-CARPEAUX"
SCHEDULE = [{"year": 2009, "amount_cents": 600_00}, {"year": 2010, "amount_cents": 400_00}]
LOAN = {"on": "2009", "partner": "region", "instrument": "loan", "amount_cents": 1_000_00, "schedule": SCHEDULE}


def at(version: int) -> str:
    return f"{PAGE}/entries/{version}"


@pytest.fixture
def lea(followed: Desk, funded: Desk) -> Reader:
    """In front of an operation that ANRU funds by line L1 (entry 2), with a follower at work."""
    return Reader(funded).signed_in()


def corrects(reader: Reader, version: int, **typed: Any) -> Any:
    """Correct an entry by its form, with what somebody typed over what stands in it."""
    named = {f"changes__{name}": value for name, value in typed.items() if name not in ("why", "decided")}
    return sends(
        reader, reader.at(at(version)), f"{at(version)}/correct", **named, reason=typed.get("why", "Faute de frappe")
    )


def last(desk: Desk) -> Event:
    """The newest entry of the operation."""
    return desk.ledger.operation("ANZ-CARPEAUX").entries[-1]


def changed(desk: Desk) -> dict[str, Any]:
    """What the newest entry, a correction, says."""
    found = vars(last(desk))["changes"]
    # What a plan is judged on is found again with every change of its communes.
    return {name: value for name, value in found.items() if name not in Planned.derived}


# Read


def test_an_entry_is_shown_whole(lea: Reader):
    sums = {"title": "Décision attributive", "ref": "DAS-1", "sha256": "b" * 64}
    lea.desk.record(f"{CARPEAUX}/payments", PAYMENT | {"documents": [sums], "reason": "Acompte n° 1"})
    page = text(lea.at(at(3))).replace("\u00a0", " ").replace("\u202f", " ")
    for said in ("Écriture n° 3 : Versement", "mai 2009", "10 000 000 €", "Acompte n° 1", "DAS-1", "b" * 64, "u-lea"):
        assert said in page
    assert "SHA-256" in page


def test_the_line_of_an_entry_leads_to_it(lea: Reader):
    assert f'href="{at(2)}"' in lea.at(PAGE).text


def test_an_entry_and_the_one_that_corrects_it_lead_to_each_other(lea: Reader):
    assert corrects(lea, 2, scheme="FEDER").status_code == 303
    assert f'href="{at(3)}"' in lea.at(at(2)).text
    assert f'href="{at(2)}"' in lea.at(at(3)).text


def test_an_entry_can_be_had_as_data(lea: Reader):
    assert lea.at(f"{at(2)}.json").json["entries"][1]["version"] == 2
    assert "amount_cents;Montant;2200000000" in lea.at(f"{at(2)}.csv").text


def test_an_entry_tells_what_it_changed_before_and_after(lea: Reader):
    corrects(lea, 2, amount_cents="21 000 000")
    assert "Ligne L1 – Partenaire : ANRU ; Nature : Subvention ; Engagé : 22 000 000 €" in plain(text(lea.at(at(2))))
    assert "Ligne L1 · Engagé 22 000 000 € 21 000 000 €" in plain(text(lea.at(at(3))))
    assert "Ligne L1 · Engagé;22 000 000 €;21 000 000 €" in plain(lea.at(f"{at(3)}.csv?table=changes").text)


def test_it_tells_so_in_english_too(funded: Desk):
    page = plain(text(Reader(funded, language="en").signed_in("anru").at(at(2))))
    assert "What changed Each value, before and after this entry" in page
    assert "Line L1 – Partner: ANRU ;" in page
    assert "Committed: €22,000,000" in page


def test_whoever_reads_the_trail_is_led_to_the_entry_there(lea: Reader):
    corrects(lea, 2, amount_cents="21 000 000")
    auditor = Reader(lea.desk).signed_in("auditor")
    for version, position in ((3, lea.desk.ledger.head()), (2, lea.desk.ledger.head() - 1)):
        assert f'href="/audit/{position}"' in auditor.at(at(version)).text
        assert 'href="/audit/' not in lea.at(at(version)).text
        assert f"ANZ-CARPEAUX , écriture {version}" in text(auditor.at(f"/audit/{position}"))


@pytest.mark.parametrize("who", ["landlord", "anru", "auditor"])
def test_whoever_may_not_record_reads_an_entry_without_forms(funded: Desk, who):
    page = Reader(funded).signed_in(who).at(at(2))
    assert page.status_code == 200
    assert opened(page) == []
    assert "Mettre en ordre" not in text(page)


# Corrected


def test_a_correction_says_what_differs_and_nothing_else(lea: Reader):
    answer = corrects(lea, 2, amount_cents="21 000 000", on="14/03/2008", why="Montant de la décision")
    assert answer.status_code == 303
    assert answer.location.startswith(f"{PAGE}?min_position=")
    assert changed(lea.desk) == {"amount_cents": 21_000_000_00, "on": "2008-03-14"}
    assert last(lea.desk).reason == "Montant de la décision"
    page = text(lea.at(answer.location)).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Montant de la décision" in page


def test_a_correction_of_a_plan_keeps_the_order_of_communes_and_says_nothing_of_the_rest(lea: Reader):
    corrects(lea, 1, communes=["59606", "59014"], weights="6000 ; 4000", title="Anzin et Valenciennes")
    assert changed(lea.desk) == {
        "communes": ["59014", "59606"],
        "weights": [6000, 4000],
        "title": "Anzin et Valenciennes",
    }
    corrects(lea, 1, site="Carpeaux")
    assert changed(lea.desk) == {"site": "Carpeaux"}


def test_what_is_left_blank_is_taken_out(lea: Reader):
    lea.desk.record(f"{CARPEAUX}/commitments", LOAN | {"scheme": "FEDER", "reason": "Faux"})
    corrects(lea, 3, scheme="", reason="")
    assert changed(lea.desk) == {"scheme": None, "reason": None}
    blank = {f"schedule__{row}__{name}": "" for row in range(2) for name in ("year", "amount_cents")}
    corrects(lea, 3, **blank)
    assert changed(lea.desk) == {"schedule": []}


def test_rows_are_corrected_where_they_stand(lea: Reader):
    lea.desk.record(f"{CARPEAUX}/commitments", LOAN)
    corrects(lea, 3, schedule__0__amount_cents="700", schedule__1__amount_cents="300")
    assert changed(lea.desk) == {
        "schedule": [{"year": 2009, "amount_cents": 700_00}, {"year": 2010, "amount_cents": 300_00}]
    }


def test_a_milestone_is_corrected_under_the_words_that_people_use(lea: Reader):
    lea.desk.record(f"{CARPEAUX}/milestones", {"code": "permis", "label": "Premis", "due_on": "2030"})
    corrects(lea, 3, label="Permis")
    assert changed(lea.desk) == {"title": "Permis"}


def test_lines_of_a_text_that_nobody_touched_are_no_change(lea: Reader):
    lea.desk.record(f"{CARPEAUX}/payments", PAYMENT | {"reason": "Une ligne\nune autre "})
    page = lea.at(at(3))
    sent = standing(page, f"{at(3)}/correct")
    sent["changes.reason"] = sent["changes.reason"].replace("\n", "\r\n")
    sent["changes.kind"], sent["reason"] = "advance", "Avance"
    assert lea.client.post(f"{at(3)}/correct", data=sent).status_code == 303
    assert changed(lea.desk) == {"kind": "advance"}


def test_a_second_correction_starts_from_the_first(lea: Reader):
    corrects(lea, 2, amount_cents="21 000 000")
    assert standing(lea.at(at(2)), f"{at(2)}/correct")["changes.amount_cents"] == "21\u202f000\u202f000"
    corrects(lea, 2, decision_ref="DAS-1")
    assert changed(lea.desk) == {"decision_ref": "DAS-1"}


def test_a_correction_that_is_sent_twice_counts_once(lea: Reader):
    page = lea.at(at(2))
    typed = {"changes__amount_cents": "21 000 000", "reason": "Faute"}
    first, again = (sends(lea, page, f"{at(2)}/correct", **typed) for _ in range(2))
    assert (first.status_code, again.location) == (303, first.location)
    assert lea.desk.ledger.operation("ANZ-CARPEAUX").version == 3


def test_a_correction_that_changes_nothing_is_refused(lea: Reader):
    refused = corrects(lea, 2)
    assert refused.status_code == 422
    assert "Rien n'est enregistré." in text(refused)


def test_a_correction_needs_a_reason_and_keeps_what_was_typed(lea: Reader):
    refused = corrects(lea, 2, amount_cents="21 000 000,50", why="")
    assert refused.status_code == 422
    assert beside(refused, f"{at(2)}/correct", "reason")
    assert standing(refused, f"{at(2)}/correct")["changes.amount_cents"] == "21 000 000,50"


def test_what_cannot_be_read_is_told_beside_its_field(lea: Reader):
    refused = corrects(lea, 2, amount_cents="beaucoup", on="")
    assert refused.status_code == 422
    assert beside(refused, f"{at(2)}/correct", "changes.amount_cents")


def test_entries_that_stand_in_the_way_are_named(lea: Reader):
    lea.desk.record(f"{CARPEAUX}/payments", PAYMENT)
    refused = corrects(lea, 2, amount_cents="1")
    assert refused.status_code == 409
    assert "n° 3" in text(refused).replace("\u00a0", " ")


def test_whoever_corrects_from_an_older_page_sees_what_stands_now(lea: Reader):
    page = lea.at(at(2))
    corrects(lea, 2, scheme="FEDER")
    refused = sends(lea, page, f"{at(2)}/correct", changes__amount_cents="1 000", reason="Faute")
    assert refused.status_code == 412
    kept = standing(refused, f"{at(2)}/correct")
    assert (kept["changes.amount_cents"], kept["changes.scheme"], kept["if_match"]) == ("1 000", "", "3")
    assert "Enregistré : FEDER" in text(refused).replace("\u00a0", " ")


@pytest.mark.parametrize("version", ["0", "9" * 5000, "x", "-1"])
def test_a_version_that_the_record_does_not_have_is_refused(lea: Reader, version):
    sent = standing(lea.at(at(2)), f"{at(2)}/correct").to_dict() | {"if_match": version, "reason": "Faute"}
    assert lea.client.post(f"{at(2)}/correct", data=sent).status_code == 412


def test_a_field_that_an_entry_does_not_have_is_not_passed_over(lea: Reader):
    head, page = lea.desk.ledger.head(), lea.at(at(2))
    for name in ("changes.site", "changes.gone", "gone"):
        sent = standing(page, f"{at(2)}/correct").to_dict() | {name: "x", "changes.scheme": "DETR", "reason": "Faute"}
        assert lea.client.post(f"{at(2)}/correct", data=sent).status_code == 422, name
    assert lea.desk.ledger.head() == head


# Voided


def test_an_entry_is_voided_by_its_form(lea: Reader):
    answer = sends(lea, lea.at(at(2)), f"{at(2)}/void", reason="Saisi deux fois")
    assert answer.status_code == 303
    assert lea.desk.read(CARPEAUX)["funding"]["committed_cents"] == 0
    page = lea.at(at(2))
    assert opened(page) == []
    assert "déjà annulée" in text(page)


def test_an_entry_that_cannot_be_voided_says_why(lea: Reader):
    lea.desk.record(f"{CARPEAUX}/payments", PAYMENT)
    page = lea.at(at(2))
    assert opened(page) == [f"{at(2)}/correct"]
    assert "Des écritures s'y opposent" in text(page)
    assert opened(lea.at(at(1))) == [f"{at(1)}/correct"]


def test_a_voiding_that_was_wrong_is_voided_by_nobody(lea: Reader):
    sends(lea, lea.at(at(2)), f"{at(2)}/void", reason="Saisi deux fois")
    assert opened(lea.at(at(3))) == []


@pytest.mark.parametrize("version", ["0", "99", "01", "x"])
def test_an_entry_that_is_not_there_is_not_found(lea: Reader, version):
    assert lea.at(f"{PAGE}/entries/{version}").status_code == 404
