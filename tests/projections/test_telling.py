"""What each entry says in French beside its label."""

import pytest

from domain import events
from domain.event import Event
from domain.events.funding import Instalment
from domain.french import euros
from domain.outputs import Outputs
from domain.record import Record
from projections.telling import TOLD, detail
from tests.story import ANZIN, ARCHIVE, BRUAY, committed, day, entry, funded, planned, signed, started

# Their label says it all, or people never read them in a timeline.
SILENT = {
    events.Abandoned,
    events.Resumed,
    events.ProgrammeDetached,
    events.PartnerRegistered,
    events.AccountOpened,
    events.AccountChanged,
    events.AccountClosed,
    events.TokenGranted,
    events.TokenRevoked,
}


def last(record: Record) -> str | None:
    """What the last entry says, its spaces as on a keyboard."""
    told = detail(record.entries[-1], record)
    return told and told.replace("\u202f", " ").replace("\u00a0", " ")


def test_every_event_is_told_or_silent_on_purpose():
    known = {getattr(events, name) for name in events.__all__}
    assert known == TOLD.keys() | SILENT
    assert not TOLD.keys() & SILENT
    assert all(issubclass(each, Event) for each in known)


def test_a_plan_says_whose_it_is_and_for_when():
    assert last(planned()) is None
    operation = planned(owner="sigh", cost_cents=5_600_000_050, starts_on=day("2008-09"), delivers_on=day("2012-12-01"))
    assert last(operation) == (
        "maître d'ouvrage : sigh ; coût : 56 000 000,50 € ; démarrage : septembre 2008 ; livraison : 1er décembre 2012"
    )


def test_a_new_calendar_says_what_it_replaces():
    operation = planned(delivers_on=day("2012"))
    operation.reschedule(starts_on=day("2009"), delivers_on=day("2013-06-30"), **entry("2010", reason="Fouilles"))
    assert last(operation) == "démarrage : 2009 ; livraison : 2012 → 30 juin 2013"
    operation.reschedule(delivers_on=day("2014"), **entry("2011", reason="Encore"))
    assert last(operation) == "livraison : 30 juin 2013 → 2014"


def test_what_is_replaced_is_told_as_corrected_by_then():
    operation = planned(delivers_on=day("2012"))
    operation.correct(target=1, changes={"delivers_on": "2011"}, **entry("2009", reason="Une faute"))
    operation.reschedule(delivers_on=day("2013"), **entry("2010", reason="Fouilles"))
    assert last(operation) == "livraison : 2011 → 2013"


def test_a_cost_an_owner_and_a_programme_say_what_they_replace():
    operation = planned(cost_cents=500_00)
    operation.revise_cost(cost_cents=600_00, cost_basis="excl_tax", **entry("2010", reason="Indexation"))
    assert last(operation) == "coût : 500 € → 600 € ; base du coût : HT"
    operation.change_owner(owner="sigh", **entry("2010"))
    assert last(operation) == "maître d'ouvrage : sigh"
    operation.change_owner(owner="cavm", **entry("2011"))
    assert last(operation) == "maître d'ouvrage : sigh → cavm"
    operation.attach(programme="NPNRU", **entry("2016"))
    assert last(operation) == "programme : NPNRU"


def test_money_says_its_line_and_its_decision():
    operation = planned()
    operation.commit(
        partner="anru",
        instrument="grant",
        amount_cents=300_00,
        scheme="FEDER",
        decision_ref="DAS 12",
        schedule=(Instalment(2009, 100_00), Instalment(2010, 200_00)),
        **entry("2008-03"),
    )
    assert last(operation) == (
        "ligne L1 ; subvention ; dispositif : FEDER ; décision : DAS 12 ; échéancier : 2009 : 100 €, 2010 : 200 €"
    )
    operation.allocate(partner="anru", instrument="mixed", amount_cents=300_00, **entry("2008-03"))
    assert last(operation) == "ligne L2 ; subventions et prêts confondus"


def test_works_say_on_what_order_and_with_what_result():
    operation = funded()
    operation.authorise_early_start(authority="Préfet", **entry("2008-05"))
    assert last(operation) == "autorité : Préfet"
    operation.start(order_ref="OS 1", **entry("2008-11"))
    assert last(operation) == "ordre de service : OS 1"
    operation.deliver(outputs=Outputs(demolished=33, built=48), **entry("2013"))
    assert last(operation) == "réalisations : logements démolis : 33, logements construits : 48"
    assert last(started()) is None


def test_a_milestone_is_named():
    operation = planned()
    operation.schedule_milestone(code="permis", title="Permis de construire", due_on=day("2009"), **entry("2008"))
    assert last(operation) == "Permis de construire ; échéance : 2009"
    operation.schedule_milestone(code="autre", title="Autre", due_on=day("2011"), **entry("2008"))
    operation.reschedule_milestone(code="permis", due_on=day("2010-02"), **entry("2009", reason="Recours"))
    assert last(operation) == "Permis de construire ; échéance : 2009 → février 2010"
    operation.reach_milestone(code="permis", **entry("2010"))
    assert last(operation) == "Permis de construire"
    operation.drop_milestone(code="autre", **entry("2010", reason="Inutile"))
    assert last(operation) == "Autre"
    operation.log_milestone(code="visite", title="Visite", **entry("2010"))
    assert last(operation) == "Visite"


def test_a_correction_says_each_fact_before_and_after():
    operation = planned(communes=(ANZIN,), cost_cents=500_00)
    changes = {"communes": [ANZIN, BRUAY], "territory_wide": True, "cost_cents": None, "family": "demolition"}
    operation.correct(target=1, changes=changes, **entry("2010", reason="Une faute"))
    assert last(operation) == (
        "écriture n° 1 (Opération programmée) ; communes : Anzin → Anzin, Bruay-sur-l'Escaut ; "
        "tout le territoire : non → oui ; coût : 500 € → non renseigné ; famille : Démolition de logements sociaux"
    )


def test_a_voiding_names_what_it_voids():
    operation = funded()
    operation.void(target=2, **entry("2010", reason="Décision annulée"))
    assert last(operation) == "écriture n° 2 (Financement engagé)"


def test_an_agreement_says_who_signs_and_what_is_expected():
    agreement = signed(signatories=("anru", "region"), programme="PNRU")
    assert last(agreement) == "pilote : cavm ; programme : PNRU ; signataires : anru, region"
    agreement.note(title="Avenant attendu", due_on=day("2010"), amount_cents=100_00, **entry("2009"))
    assert last(agreement) == "Avenant attendu ; échéance : 2010 ; montant : 100 €"
    agreement.authorise_early_start(authority="ANRU", **entry("2008", by=ARCHIVE))
    assert last(agreement) == "autorité : ANRU"


def test_a_second_commitment_keeps_to_its_own_line():
    operation = planned()
    committed(operation)
    committed(operation, partner="region", instrument="own_funds")
    assert last(operation) == "ligne L2 ; fonds propres"


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0 €"), (5, "0,05 €"), (123_456_789_00, "123 456 789 €"), (-1_234_56, "-1 234,56 €")],
)
def test_euros_are_written_as_french_readers_expect(cents, text):
    assert euros(cents).replace("\u202f", " ").replace("\u00a0", " ") == text
