"""Telling an operation: each fact becomes the event of its name, dated as its source dates it, none lost or added."""

from domain import events
from domain.dates import UNKNOWN, PartialDate
from domain.event import Document
from tests.imports.registers import line, told
from tests.story import NOW

day = PartialDate.parse


def operation(**cells):
    """The operation told by one line, and its entries after the plan."""
    record = told(line(**cells))["CARPEAUX"]
    return record, record.entries[1:]


def kinds(entries):
    return [type(entry).__name__ for entry in entries]


# Every entry


def test_an_entry_says_which_file_and_line_it_comes_from_and_who_recorded_it():
    record, _ = operation()
    by = record.entries[0].by
    assert (by.actor, by.role, by.organisation) == ("cli", "team", "cavm")
    assert by.source.startswith("import:")
    assert by.source.endswith("/2")
    assert record.entries[0].timestamp == NOW


def test_every_entry_carries_the_addresses_of_its_line_titled_by_their_host():
    urls = "https://www.example.org/a?b=c | http://anzin.example/d"
    record, _ = operation(source_url=urls, milestones=[{"kind": "started", "on": "2010"}])
    documents = (
        Document(title="www.example.org", ref="https://www.example.org/a?b=c"),
        Document(title="anzin.example", ref="http://anzin.example/d"),
    )
    assert [entry.documents for entry in record.entries] == [documents] * 2


def test_an_unknown_date_stays_unknown():
    record, (started,) = operation(planned_on="", milestones=[{"kind": "started", "on": None}])
    assert (record.planned_on, started.on, record.started_on) == (UNKNOWN, UNKNOWN, UNKNOWN)


# Money


def test_allocations_and_commitments_keep_level_budget_line_reference_and_instrument():
    decision = {"partner": "État (DETR)", "amount_eur": 59165, "reference": "DETR", "instrument": "grant"}
    record, (allocated, committed) = operation(
        commitments=[
            decision | {"level": "allocation", "decided_on": "2008-02"},
            decision | {"partner": "Siturv", "level": "commitment", "instrument": "loan", "amount_eur": 0.5},
        ]
    )
    assert isinstance(allocated, events.FundingAllocated)
    assert (allocated.partner, allocated.scheme, allocated.decision_ref) == ("etat", "DETR", "DETR")
    assert (allocated.on, allocated.amount_cents, allocated.line) == (day("2008-02"), 5_916_500, "L1")
    assert isinstance(committed, events.FundingCommitted)
    assert (committed.partner, committed.on, committed.amount_cents, committed.line) == ("siturv", UNKNOWN, 50, "L2")
    assert record.money.figures.loans_cents == 50


def test_funded_repeats_the_commitments_of_its_day_and_is_kept_where_there_are_none():
    commitment = {
        "partner": "ANRU",
        "amount_eur": 1,
        "level": "commitment",
        "instrument": "grant",
        "decided_on": "2008",
    }
    facts = [{"kind": "funded", "on": "2008", "note": "ANRU"}, {"kind": "funded", "on": "2010", "note": "Région"}]
    _, (committed, kept) = operation(commitments=[commitment], milestones=facts)
    assert isinstance(committed, events.FundingCommitted)
    assert (kept.code, kept.on, kept.reason) == ("funded-2", day("2010"), "Région")


def test_money_comes_before_a_start_that_the_source_tells_first():
    commitment = {"partner": "ANRU", "amount_eur": 1, "level": "commitment", "instrument": "grant"}
    record, entries = operation(commitments=[commitment], milestones=[{"kind": "started", "on": "2010"}])
    assert kinds(entries) == ["FundingCommitted", "Started"]
    assert "start_funding" not in record.to_complete


def test_a_start_without_published_funding_is_recorded_and_waived():
    record, (started,) = operation(milestones=[{"kind": "started", "on": "2010", "note": "Travaux"}])
    assert started.waived == ("not-funded",)
    assert "start_funding" in record.to_complete


# Costs


def cost(on, amount, note=None):
    return {"kind": "cost_announced", "on": on, "amount_eur": amount, "note": note}


def test_a_cost_without_announcement_is_the_planned_one_on_its_basis():
    record, entries = operation(cost_eur="207998.50", cost_basis="HT")
    assert (record.entries[0].cost_cents, record.cost_basis, entries) == (20_799_850, "excl_tax", [])


def test_the_cost_announced_at_planning_is_the_planned_one_and_the_next_revises_it():
    record, (revised,) = operation(
        cost_eur="61", cost_basis="HT", milestones=[cost("2008-02", 56, "Presse"), cost(None, 61, "Page")]
    )
    planned = record.entries[0]
    assert (planned.cost_cents, planned.cost_basis, planned.reason) == (5_600, "not_stated", "Presse")
    assert (revised.cost_cents, revised.cost_basis, revised.reason, revised.on) == (6_100, "excl_tax", "Page", UNKNOWN)


def test_a_cost_announced_later_is_not_claimed_at_planning():
    record, (first, second) = operation(cost_eur="40", milestones=[cost("2009-04-11", 60), cost("2020", 40)])
    assert record.entries[0].cost_cents is None
    assert [(each.on, each.cost_cents) for each in (first, second)] == [
        (day("2009-04-11"), 6_000),
        (day("2020"), 4_000),
    ]


def test_an_announcement_that_covers_less_than_the_last_total_is_kept_beside():
    record, entries = operation(
        cost_eur="150", milestones=[cost("2013-12-13", 150), cost("2013-12-14", 124.5, "Chantier")]
    )
    assert kinds(entries) == ["CostRevised", "MilestoneLogged"]
    assert record.cost_cents == 15_000
    assert (entries[1].title, entries[1].reason) == ("Coût annoncé : 124,50\u00a0€", "Chantier")


def test_a_total_that_no_announcement_gives_ends_the_story_undated():
    record, entries = operation(cost_eur="30", milestones=[cost("2009", 10), cost("2010", 20)])
    assert [each.cost_cents for each in entries] == [1_000, 2_000, 3_000]
    assert (entries[-1].on, record.cost_cents) == (UNKNOWN, 3_000)


# What happened


def test_each_fact_is_the_event_of_its_name_in_the_order_of_the_source():
    facts = [
        {"kind": "early_start_authorised", "on": "2008"},
        {"kind": "started", "on": "2010", "note": "Chantier"},
        {
            "kind": "owner_changed",
            "on": "2015-06-01",
            "note": "Transfert de la Ville à l'Anah puis au Département du Nord",
        },
        {"kind": "delivered", "on": "2017"},
    ]
    record, entries = operation(milestones=facts)
    assert kinds(entries) == ["EarlyStartAuthorised", "Started", "OwnerChanged", "Delivered"]
    assert (record.owner, record.started_on, record.delivered_on) == ("departement", day("2010"), day("2017"))
    assert [entry.reason for entry in entries] == [fact.get("note") for fact in facts]


def test_an_abandonment_keeps_its_reason():
    record, (abandoned,) = operation(milestones=[{"kind": "abandoned", "on": "2024-03-27", "note": "Coûts"}])
    assert (record.phase, abandoned.reason) == ("abandoned", "Coûts")


def test_a_plan_with_a_due_date_is_a_promised_step_and_without_one_a_step_that_happened():
    facts = [
        {"kind": "planned", "on": "2008-02", "note": "Saisine"},
        {"kind": "planned", "on": "2009", "due": "2013", "note": "Première tranche annoncée"},
    ]
    record, (logged, scheduled) = operation(milestones=facts)
    assert (logged.code, logged.title, logged.reason) == ("planned-1", "Programmation", "Saisine")
    assert (scheduled.code, scheduled.title, scheduled.due_on) == (
        "planned-2",
        "Première tranche annoncée",
        day("2013"),
    )
    assert record.delivers_on is None


def test_a_new_date_moves_the_announced_step_that_was_due_next():
    facts = [
        {"kind": "planned", "on": "2019-07-03", "due": "2021", "note": "Démolitions"},
        {"kind": "planned", "on": "2019-07-03", "due": "2020-08", "note": "Relogements"},
        {"kind": "rescheduled", "on": "2021-01-20", "due": "2021-01", "note": "Retard des relogements"},
    ]
    record, entries = operation(milestones=facts)
    assert kinds(entries)[-1] == "MilestoneRescheduled"
    moved = record.milestones["planned-2"]
    assert (moved.initial_due_on, moved.due_on) == (day("2020-08"), day("2021-01"))
    assert record.milestones["planned-1"].due_on == day("2021")


def test_a_new_date_for_nothing_announced_announces_a_step():
    record, (scheduled,) = operation(
        milestones=[{"kind": "rescheduled", "on": "2023-10", "due": "2024-06-30", "note": "FSIC"}]
    )
    assert (scheduled.code, scheduled.due_on, record.delivers_on) == ("announced-1", day("2024-06-30"), None)


def test_a_delay_without_a_date_is_a_note():
    _, (noted,) = operation(milestones=[{"kind": "rescheduled", "on": "2012-08", "note": "Retard de huit mois"}])
    assert (type(noted).__name__, noted.code, noted.reason) == (
        "MilestoneLogged",
        "rescheduled-1",
        "Retard de huit mois",
    )


def test_other_facts_are_steps_numbered_by_kind_and_change_no_state():
    facts = [
        {"kind": "permit_refused", "on": "2020"},
        {"kind": "permit_refused", "on": "2021"},
        {"kind": "studies", "on": "2022"},
    ]
    record, entries = operation(milestones=facts)
    assert [entry.code for entry in entries] == ["permit-refused-1", "permit-refused-2", "studies-1"]
    assert record.phase == "planned"


# Two sources


def test_a_second_source_corrects_the_first_and_both_stay_in_sight():
    facts = [
        {"kind": "started", "on": "2003", "note": "Réseaux"},
        {"kind": "started", "on": "2004", "note": "Plateforme"},
    ]
    record, (started, corrected) = operation(milestones=facts)
    assert (started.on, started.reason) == (day("2003"), "Réseaux")
    assert (corrected.target, corrected.on, corrected.reason) == (started.version, day("2004"), "Plateforme")
    assert record.started_on == day("2004")


def test_a_second_source_that_gives_no_other_date_is_kept_beside_the_first():
    facts = [{"kind": "delivered", "on": "2014"}, {"kind": "delivered", "on": None, "note": "Page non datée"}]
    record, (_, beside) = operation(milestones=facts)
    assert (beside.code, beside.reason, record.delivered_on) == ("delivered-2", "Page non datée", day("2014"))


def test_the_signature_of_an_operation_s_agreement_is_a_step_that_a_second_source_corrects():
    facts = [{"kind": "agreement_signed", "on": "2008-12"}, {"kind": "agreement_signed", "on": "2009-01-28"}]
    record, entries = operation(milestones=facts)
    assert kinds(entries) == ["MilestoneLogged", "EntryCorrected"]
    assert record.milestones["agreement-signed-1"].reached_on == day("2009-01-28")


# Stored words


def test_the_words_that_an_import_stores_do_not_change():
    """A file imported before would seem to differ: change them with a rule in comparing.py."""
    facts = [
        {"kind": "funding_expected", "on": "2006", "amount_eur": 33_000_000},
        {"kind": "permit_filed", "on": "2019"},
    ]
    _, (expected, permit) = operation(milestones=facts)
    assert expected.title == "Financement attendu : 33\u202f000\u202f000\u00a0€"
    assert (permit.title, permit.code) == ("Permis de construire", "permit-filed-1")
