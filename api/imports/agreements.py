"""A line of the register told as an agreement: its signature, what it sets aside, then every other fact as a note."""

from __future__ import annotations

from api.imports.lists import Fact
from api.imports.operations import repeats_money
from api.imports.row import SIGNATURES, Row
from api.imports.telling import NOT_STATED, Import, Sayings, column
from domain.agreement import Agreement
from domain.vocabulary import AgreementKind

PLANNED = "Signature ou première programmation, d'après le registre"


def tell_agreement(row: Row, taking: Import) -> Agreement:
    """The agreement that the line tells, not yet appended. Raises Untellable."""
    signature = next(fact for fact in row.facts if fact.kind in SIGNATURES)
    assert row.owner is not None
    with column("milestones", programme="programme", communes="communes_insee", cost_cents="cost_eur"):
        agreement = Agreement.sign(
            authority=taking.authority,
            reference=row.reference,
            title=row.title,
            kind=kind(row.title),
            leader=row.owner,
            programme=row.programme,
            theme=row.theme,
            communes=row.communes,
            site=row.site,
            cost_cents=row.cost_cents,
            cost_basis=row.cost_basis,
            **taking.entry(row, signature.on, signature.note),
        )
    sayings = Sayings(agreement)
    sayings.said("signature", signature)
    with column("commitments"):
        _tell_money(agreement, row, taking)
    with column("planned_on"):
        if row.planned_on.known:
            agreement.note(title=PLANNED, **taking.entry(row, row.planned_on))
    with column("milestones"):
        for fact in row.facts:
            if fact is not signature and not (fact.kind == "funded" and repeats_money(row, fact)):
                _tell(agreement, row, taking, fact, sayings)
    return agreement


def kind(title: str) -> AgreementKind:
    """The register has no column for it: a protocol calls itself one."""
    return "protocol" if "protocole" in title.casefold() else "convention"


def _tell_money(agreement: Agreement, row: Row, taking: Import) -> None:
    for decision in row.decisions:
        agreement.allocate(
            partner=decision.partner,
            instrument=decision.instrument,
            amount_cents=decision.amount_cents,
            scheme=decision.scheme,
            decision_ref=decision.decision_ref,
            **taking.entry(row, decision.on),
        )


def _tell(agreement: Agreement, row: Row, taking: Import, fact: Fact, sayings: Sayings) -> None:
    entry = taking.entry(row, fact.on, fact.note)
    if fact.kind in SIGNATURES and sayings.contradicted("signature", fact):
        sayings.correct("signature", fact, entry)
    elif fact.kind == "early_start_authorised":
        agreement.authorise_early_start(authority=NOT_STATED, **entry)
    else:
        agreement.note(title=fact.title, due_on=fact.due, amount_cents=fact.amount_cents, **entry)
