"""An operation of which everything was recorded that its page can tell: the story that its tests read."""

from datetime import UTC, datetime

from domain.event import Document
from domain.money import Instalment, PlannedShare
from domain.operation import Operation
from domain.outputs import Outputs
from domain.statement import Statement
from tests.story import ANZIN, ARCHIVE, AUTHORITY, VALENCIENNES, day, entry

LIVED = "ANZ-VECUE"
PAGE = f"/operations/{LIVED}"
PRESS = Document("Anzin signe son programme", "https://www.example.org/anzin", "a" * 64)
THEN = datetime(2012, 3, 12, 9, 0, tzinfo=UTC)
"""The first part was recorded then: in time, or late."""


def first_part(reference: str = LIVED) -> Operation:
    """Planned, funded, begun, and moved once (entries 1 to 12)."""
    operation = Operation.plan(
        authority=AUTHORITY,
        reference=reference,
        title="Anzin : rénovation urbaine du quartier Carpeaux",
        communes=(ANZIN, VALENCIENNES),
        theme="social_housing",
        weights=(7_500, 2_500),
        owner="sigh",
        site="Carpeaux",
        programme="PNRU",
        family="demolition",
        other_themes=("tramway",),
        cost_cents=5_600_000_000,
        starts_on=day("2008-09"),
        delivers_on=day("2012-12"),
        outputs=Outputs(demolished=173, built=168, facilities=2, households_to_rehouse=150),
        **entry("2008-02", by=ARCHIVE, at=THEN),
    )
    shares = (PlannedShare("anru", 1_700_000_000, "grant"), PlannedShare("region", 500_000_000, "grant"))
    operation.set_financing_plan(total_cents=5_600_000_000, shares=shares, **entry("2008-03", at=THEN))
    operation.allocate(partner="region", instrument="grant", amount_cents=500_000_000, **entry("2008-03", at=THEN))
    schedule = (Instalment(2009, 700_000_000), Instalment(2010, 1_000_000_000))
    decision = {"decision_ref": "Décision n° 1", "scheme": "PNRU", "schedule": schedule}
    grant = {"partner": "anru", "instrument": "grant", "amount_cents": 1_700_000_000} | decision
    operation.commit(**grant, **entry("2008-03", at=THEN))
    operation.commit(partner="sigh", instrument="loan", amount_cents=900_000_000, **entry("2008-03", at=THEN))
    permit = entry("2008-04", at=THEN)
    operation.schedule_milestone(code="permis", title="Permis de démolir", due_on=day("2008-10"), **permit)
    operation.schedule_milestone(code="square", title="Square des mineurs", due_on=day("2011"), **permit)
    operation.start(order_ref="OS n° 1", **{**entry("2008-11-20", at=THEN), "documents": (PRESS,)})
    operation.reach_milestone(code="permis", **entry("2009-02", at=THEN))
    operation.pay(line="L2", kind="interim", amount_cents=600_000_000, external_ref="V-1", **entry("2009-05", at=THEN))
    operation.report_rehousing(households_to_rehouse=150, households_rehoused=80, **entry("2012-02-20", at=THEN))
    why = "Le relogement du foyer a pris un an de plus que prévu."
    operation.reschedule(delivers_on=day("2013-12"), **entry("2012-03-01", at=THEN, reason=why))
    return operation


def second_part(operation: Operation) -> None:
    """Paid wrongly and put right, moved again, assessed (entries 13 to 21)."""
    operation.pay(line="L2", kind="interim", amount_cents=1_000_000_000, external_ref="V-2", **entry("2026-11-02"))
    operation.correct(target=13, changes={"amount_cents": 100_000_000}, **entry("2026-11-20", reason="Faute de frappe"))
    operation.pay(line="L2", kind="interim", amount_cents=1_00, external_ref="V-3", **entry("2026-11-03"))
    operation.void(target=15, **entry("2026-11-20", reason="Versement saisi deux fois"))
    operation.reschedule(delivers_on=day("2027-06"), **entry("2026-11-10", reason="Sondages complémentaires"))
    operation.drop_milestone(code="square", **entry("2026-11-10", reason="Remplacé par une voie"))
    verdict = {"plan_version": "2021-2026", "verdict": "partial", "orientation": "Renouveler le parc"}
    operation.assess_coherence(plan="PLH", **verdict, **entry("2026-11-12"))
    operation.assist(commune=ANZIN, kind="operational", days="2.5", subject="Montage", **entry("2026-11-12"))
    operation.report_rehousing(households_rehoused=142, **entry("2026-11-15"))


def statement(position: int, head: int) -> Statement:
    """What was known at the end of the first part."""
    facts = {"code": "comite-2026", "title": "Comité d'octobre 2026", "position": position, "head": head}
    return Statement.make(authority=AUTHORITY, **facts, **entry("2026-10-12", reason="Comité de pilotage"))
