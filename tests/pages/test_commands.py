"""The forms of an operation: exactly those that its rules accept now, each with all that its command asks."""

import re
from typing import Any

import pytest

from api.http.routes import declared_of
from api.pages.commands import COMMANDS
from tests.api.desk import CARPEAUX, GRANT, PAYMENT, PLAN, Desk
from tests.pages.offering import beside, opened, sends, standing, ways
from tests.pages.reader import Reader, text

PAGE = "/operations/ANZ-CARPEAUX"
PERMIT = {"code": "permis", "label": "Permis de démolir", "due_on": "2030"}


@pytest.fixture
def lea(followed: Desk, funded: Desk) -> Reader:
    """In front of an operation that ANRU funds by line L1 (entry 2), with a follower at work."""
    return Reader(funded).signed_in()


def address(name: str, of: str | None = None) -> str:
    """The page with a form open."""
    return f"{PAGE}?record={name}{f'&of={of}' if of else ''}"


def form_of(name: str, of: str = "") -> str:
    """The address of a form."""
    path = re.sub("<[a-z]+:[a-z]+>", of, COMMANDS[name].path)
    return f"{PAGE}{path}"


def says(reader: Reader, name: str, of: str | None = None, /, **typed: Any) -> Any:
    """Open a form, fill it in and send it; it must have been on offer."""
    assert name in ways(reader.at(PAGE)), name
    return sends(reader, reader.at(address(name, of)), form_of(name, of or ""), **typed)


def records(reader: Reader, name: str, of: str | None = None, /, **typed: Any) -> None:
    """The same, and it is recorded."""
    answer = says(reader, name, of, **typed)
    assert answer.status_code == 303, text(answer)


# What is offered


def test_an_operation_offers_what_its_rules_accept_and_opens_no_form_by_itself(lea: Reader):
    page = lea.at(PAGE)
    assert {"start", "commit", "pay", "milestone", "abandon"} <= set(ways(page))
    assert not {"resume", "close", "repay", "take_back", "reach_milestone", "detach"} & set(ways(page))
    assert opened(page) == []


def test_there_is_a_form_for_every_command_of_the_api(desk: Desk):
    head = "/v1/operations/<reference:reference>"
    api = {
        rule.rule.removeprefix(head)
        for rule in desk.app.url_map.iter_rules()
        if rule.rule.startswith(head) and "POST" in (rule.methods or ())
    }
    putting_right = {f"/entries/<version:version>/{name}" for name in ("correct", "void")}
    assert {each.path for each in COMMANDS.values()} | putting_right == api


def test_every_form_has_all_that_its_command_asks(lea: Reader):
    lea.desk.record(f"{CARPEAUX}/milestones", PERMIT)
    for name in ways(lea.at(PAGE)):
        page = lea.at(address(name))
        (form,) = opened(page)
        asked = {each.partition(".")[0] for each in standing(page, form)}
        unticked = {"territory_wide"}
        assert declared_of(COMMANDS[name].record).schema().fields.keys() - unticked <= asked, name


@pytest.mark.parametrize("looking_back", ["as_known_on=2026-11-22", "as_true_on=2020-01-01"])
def test_a_page_that_looks_back_offers_nothing(lea: Reader, looking_back):
    assert ways(lea.at(f"{PAGE}?{looking_back}")) == []


@pytest.mark.parametrize("who", ["landlord", "anru", "auditor"])
def test_whoever_may_not_record_is_offered_nothing(funded: Desk, who):
    page = Reader(funded).signed_in(who).at(PAGE)
    assert page.status_code == 200
    assert ways(page) == []
    assert "Consigner" not in text(page)


def test_a_way_to_what_is_possible_no_more_says_so(lea: Reader):
    page = lea.at(address("resume"))
    assert "« Reprendre après une suspension » n'est pas possible" in text(page).replace("\u00a0", " ")
    assert opened(page) == []


def test_a_command_that_nobody_knows_is_a_wrong_parameter(lea: Reader):
    assert lea.at(address("destroy")).status_code == 422


def test_where_there_are_several_one_is_chosen_first(lea: Reader):
    for code in ("permis", "visite"):
        lea.desk.record(f"{CARPEAUX}/milestones", PERMIT | {"code": code, "label": code.capitalize()})
    page = lea.at(address("reach_milestone"))
    assert opened(page) == []
    assert re.findall(r'<option value="([a-z]+)"', page.text.partition('id="record-of"')[2]) == ["permis", "visite"]
    assert opened(lea.at(address("reach_milestone", "visite"))) == [form_of("reach_milestone", "visite")]
    assert opened(lea.at(address("reach_milestone", "autre"))) == []


def test_what_can_be_of_an_earlier_day_alone_says_why(lea: Reader):
    records(lea, "suspend", on="2010-05", reason="Fouilles archéologiques")
    page = text(lea.at(address("start")))
    assert "suspendue" in page
    assert "Seul un fait antérieur peut être consigné." in page
    records(lea, "start", on="2010-04")


def test_lines_and_kinds_of_payment_that_would_be_refused_are_not_among_the_choices(lea: Reader):
    lea.desk.record(f"{CARPEAUX}/commitments", GRANT | {"partner": "region", "amount_cents": 100})
    lea.desk.record(f"{CARPEAUX}/payments", PAYMENT | {"line": "L2", "amount_cents": 100})
    page = lea.at(address("pay"))
    assert re.findall(r'<option value="(L[0-9])"', page.text) == ["L1"]
    assert re.findall(r'<option value="(advance|interim|balance)"', page.text) == ["advance", "interim"]


def test_closed_accounts_leave_nothing_to_record(lea: Reader):
    records(lea, "start", on="2009")
    records(lea, "deliver", on="2010")
    records(lea, "decommit", "L1", on="2011", amount_cents="22 000 000", reason="Soldée")
    records(lea, "close", on="2012", final_cost_cents="21 000 000,50")
    page = lea.at(PAGE)
    assert ways(page) == []
    assert "Les comptes sont clos" in text(page)


# What is recorded


def test_a_whole_life_is_recorded_by_the_forms(lea: Reader):
    """Every command of an operation, each by its form, in an order in which it is on offer."""
    records(lea, "milestone", code="permis", label="Permis de démolir", due_on="2009-06", on="")
    records(lea, "reschedule_milestone", "permis", on="2009", due_on="12/2009", reason="Recours")
    records(lea, "reach_milestone", "permis", on="14/12/2009")
    records(lea, "milestone", code="visite", label="Visite", on="2009-03", due_on="")
    records(lea, "milestone", code="cao", label="CAO", due_on="2010", on="")
    records(lea, "drop_milestone", "cao", on="2010", reason="Marché unique")
    records(lea, "authorise_early_start", on="2008-03", authority="Préfet du Nord")
    records(lea, "start", on="20/11/2008", order_ref="OS-1")
    records(lea, "suspend", on="2009-01", reason="Intempéries", expected_resume_on="2009-02")
    records(lea, "resume", on="2009-02-20")
    records(lea, "reschedule", on="2009-03", starts_on="", delivers_on="30/06/2013", reason="Recours")
    records(lea, "revise_cost", on="2009-04", cost_cents="56 000 000", cost_basis="excl_tax", reason="Marchés")
    records(lea, "allocate", on="2008-02", partner="region", instrument="grant", amount_cents="5 000 000")
    records(lea, "take_back", "L2", on="2010", amount_cents="1 000 000", reason="Plafond revu")
    schedule = {"schedule__0__year": "2009", "schedule__0__amount_cents": "400", "schedule__1__year": "2010"}
    money = {"partner": "region", "instrument": "loan", "amount_cents": "1 000", "scheme": "FEDER"}
    records(lea, "commit", on="2009", **money, **schedule, schedule__1__amount_cents="600")
    records(lea, "revise_commitment", "L3", on="2010", amount_cents="900", reason="Révisé")
    credits = {"schedule__0__amount_cents": "500", "schedule__1__amount_cents": "400"}
    records(lea, "revise_schedule", "L3", on="2010-02", **credits, reason="Révisé")
    shares = {"shares__0__partner": "anru", "shares__0__amount_cents": "1 000", "shares__0__instrument": "grant"}
    records(lea, "set_financing_plan", on="2010", total_cents="2 000", **shares)
    paid = {"line": "L1", "kind": "interim", "amount_cents": "10 000,50"}
    records(lea, "request_payment", on="2010", **paid)
    records(lea, "pay", on="2010-05", **paid, external_ref="V-1")
    records(lea, "repay", on="2011", line="L1", amount_cents="0,50", reason="Trop-perçu")
    records(lea, "report_rehousing", on="2010", households_to_rehouse="1 040", households_rehoused="12")
    records(lea, "assist", on="2010", commune="59014", kind="operational", subject="Étude", days="2.5", amount_cents="")
    records(lea, "attach", on="2010", programme="PNRU", agreement="")
    records(lea, "detach", on="2011", reason="Erreur de programme")
    records(lea, "change_owner", on="2011", owner="sigh")
    records(lea, "assess_priority_area", on="2010", generation="ZUS", code="", list_ref="Décret 96-1156")
    verdict = {"plan": "PLH", "plan_version": "2009-2014", "verdict": "aligned", "orientation": "Renouveler"}
    records(lea, "assess_coherence", on="2010", **verdict)
    done = {"outputs__demolished": "173", "outputs__built": "168"}
    piece = {"documents__0__title": "PV de réception", "documents__0__ref": "R-12", "documents__0__sha256": "a" * 64}
    records(lea, "deliver", on="30/06/2013", **done, **piece)
    for line, left in (("L1", "21 990 000"), ("L3", "900")):
        records(lea, "decommit", line, on="2014", amount_cents=left, reason="Solde")
    records(lea, "close", on="2015", final_cost_cents="55 000 000", reason="Économies sur les lots 3 et 4")

    entries = lea.desk.read(f"{CARPEAUX}/timeline")["entries"]
    assert {each["source"] for each in entries if each["version"] > 2} == {"page"}
    told = lea.desk.read(CARPEAUX)
    assert (told["phase"], told["owner"], told["programme"]) == ("closed", "sigh", None)
    assert [each["reached_on"] for each in told["milestones"]] == ["2009-12-14", "2009-03", None]
    assert told["funding"]["paid_cents"] == 10_000_00
    assert told["lines"][2]["schedule"] == [
        {"year": 2009, "amount_cents": 500_00},
        {"year": 2010, "amount_cents": 400_00},
    ]
    assert told["outputs"]["demolished"] == 173
    assert told["rehousing"] == {"households_to_rehouse": 1040, "households_rehoused": 12}
    assert told["financing_plan"]["undetermined_cents"] == 1_000_00
    assert (told["assistance"]["days"], told["priority_area"]["code"]) == ("2.5", None)
    delivery = next(each for each in entries if each["kind"] == "delivered")
    assert delivery["documents"] == [{"title": "PV de réception", "ref": "R-12", "sha256": "a" * 64}]


def test_an_operation_is_given_up_by_its_form(lea: Reader):
    records(lea, "abandon", on="2010", reason="Le propriétaire ne vend pas")
    assert "abandon" not in ways(lea.at(PAGE))
    assert lea.desk.read(CARPEAUX)["phase"] == "abandoned"


# What is refused


@pytest.fixture
def unfunded(followed: Desk, planned: Desk) -> Reader:
    """In front of an operation without any money."""
    return Reader(planned).signed_in()


def test_a_start_without_funding_says_beforehand_what_it_takes_and_keeps_all_when_refused(unfunded: Reader):
    page = unfunded.at(address("start"))
    assert "n'a ni affectation ni engagement" in text(page)
    head = unfunded.desk.ledger.head()
    refused = says(unfunded, "start", on="2008-11-20", order_ref="OS-1")
    assert refused.status_code == 409
    assert unfunded.desk.ledger.head() == head
    kept = standing(refused, form_of("start"))
    assert (kept["on"], kept["order_ref"]) == ("2008-11-20", "OS-1")
    assert re.search(r'<details name="record" open>\s*<summary>Travaux et calendrier', refused.text)
    again = sends(unfunded, refused, form_of("start"), reason="Urgence")
    assert again.status_code == 303


def test_an_error_stands_beside_its_field_and_all_rows_are_kept(lea: Reader):
    typed = {"on": "hier", "partner": "region", "instrument": "loan", "amount_cents": "1 000"}
    rows = {"schedule__0__year": "2009", "schedule__0__amount_cents": "cent", "schedule__3__year": "2012"}
    refused = says(lea, "commit", **typed, **rows, documents__0__title="Délibération")
    assert refused.status_code == 422
    action = form_of("commit")
    assert "n'est pas une date" in beside(refused, action, "on")
    assert beside(refused, action, "schedule.0.amount_cents")
    assert beside(refused, action, "schedule.3.amount_cents") == "Ce champ est obligatoire."
    kept = standing(refused, action)
    assert (kept["partner"], kept["schedule.0.amount_cents"], kept["schedule.3.year"]) == ("region", "cent", "2012")
    assert kept["documents.0.title"] == "Délibération"
    # There is room for more.
    assert "schedule.7.year" in kept
    assert "documents.1.title" in kept


def test_what_the_rules_say_of_a_list_stands_beside_the_list(lea: Reader):
    typed = {"on": "2009", "partner": "region", "instrument": "loan", "amount_cents": "1 000"}
    refused = says(lea, "commit", **typed, schedule__0__year="2009", schedule__0__amount_cents="1")
    assert refused.status_code == 422
    assert "1 000" in beside(refused, form_of("commit"), "schedule").replace("\u202f", " ")


def test_a_reason_that_is_always_needed_is_marked_and_one_that_is_not_is_not(lea: Reader):
    assert re.search(r'name="reason"[^>]* required', lea.at(address("abandon")).text)
    assert not re.search(r'name="reason"[^>]* required', lea.at(address("start")).text)


def test_a_form_of_what_somebody_else_has_done_meanwhile_is_shown_as_it_was_filled_in(lea: Reader):
    page = lea.at(address("start"))
    lea.desk.record(f"{CARPEAUX}/start", {"on": "2008-10"})
    refused = sends(lea, page, form_of("start"), on="2008-11", order_ref="OS-7")
    assert refused.status_code == 412
    opened_again = standing(refused, form_of("start")) if form_of("start") in opened(refused) else None
    assert opened_again is None or opened_again["order_ref"] == "OS-7"
    assert "OS-7" in refused.text


def test_a_form_is_refused_to_whoever_may_not_send_it(lea: Reader, funded: Desk):
    head, page = funded.ledger.head(), lea.at(address("start"))
    for who in ("landlord", "anru", "auditor", "admin"):
        other = Reader(funded).signed_in(who)
        token = re.search('name="csrf_token" value="([^"]+)"', other.at("/").text)
        assert token
        sent = standing(page, form_of("start")).to_dict() | {"csrf_token": token[1], "on": "2009"}
        assert other.client.post(form_of("start"), data=sent).status_code == 403
    assert funded.ledger.head() == head


def test_another_team_records_on_what_it_owns(followed: Desk):
    followed.record("/v1/operations", PLAN | {"owner": "sigh"})
    landlord = Reader(followed).signed_in("landlord")
    records(landlord, "start", on="2009", reason="Urgence")
