"""The stories that golden files are made of: every fact that the record can hold, told in two ways.

As people record it, with all that it can say; as archives tell it, with the least.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.access import Token
from domain.account import Account
from domain.agreement import Agreement
from domain.amending import Reschedule, Revise, Transfer, amend, void_amendment
from domain.event import Document, Entry, Event
from domain.money import Instalment, PlannedShare
from domain.operation import Operation
from domain.outputs import Outputs
from domain.partner import Partner
from domain.record import Record
from domain.statement import Statement
from tests.story import ANZIN, ARCHIVE, AUTHORITY, BRUAY, ESCAUTPONT, FAMARS, LEA, day, entry

DELIBERATION = Document(title="Délibération n° 12 : « la Cité »", ref="2009-12", sha256="ab" * 32)
WHOLE_AUTHOR = msgspec.structs.replace(
    LEA, credential="jeton-1", on_behalf_of="anru", causation=UUID("00000000-0000-4000-8000-000000000002")
)


def told(on: str, reason: str = "Décidé en comité de pilotage") -> Entry:
    """An entry with all that it can say."""
    return {**entry(on, by=WHOLE_AUTHOR, reason=reason), "documents": (DELIBERATION, Document(title="Courrier"))}


def archived(on: str | None = None) -> Entry:
    """An entry with the least, as archives have it."""
    return entry(on, by=ARCHIVE)


def partners_and_tokens() -> Iterator[Record]:
    yield Partner.register(
        authority=AUTHORITY,
        code="anru",
        name="Agence nationale pour la rénovation urbaine",
        kind="state_anru",
        siren="453678252",
        other_names=("ANRU",),
        **told("2004-02-09"),
    )
    yield Partner.register(authority=AUTHORITY, code="region", name="Région", kind="region", **archived())
    for token, organisations, known in (("t-1", ("anru", "cavm"), told("2026-11-01")), ("t-2", (), entry("2026-11"))):
        granted = Token.grant(
            authority=AUTHORITY,
            token=token,
            holder="u-17",
            role="partner",
            organisations=organisations,
            sha256="cd" * 32,
            **known,
        )
        granted.revoke(**known)
        yield granted


def accounts() -> Iterator[Record]:
    """An account with all that can become of it, and its token; another one with the least."""
    account = Account.open(
        authority=AUTHORITY, account="u-18", role="partner", organisations=("anru", "region"), **told("2026-11-02")
    )
    yield account.grant(
        authority=AUTHORITY,
        token="t-3",
        sha256="ef" * 32,
        organisations=("region",),
        expires_on=date(2027, 11, 30),
        **told("2026-11-02"),
    )
    account.change(role="auditor", organisations=("region",), **told("2026-11-03"))
    account.change(role="partner", **entry("2026-11", reason="Saisie"))
    account.close(**told("2026-11-20"))
    yield account
    least = Account.open(
        authority=AUTHORITY, account="u-19", role="team", organisations=(AUTHORITY,), **entry("2026-11")
    )
    least.close(**entry("2026-11", reason="Départ"))
    yield least


def stated() -> Iterator[Record]:
    for code, known in (("comite-2026-03-12", told("2026-03-12")), ("comite", entry("2026"))):
        yield Statement.make(authority=AUTHORITY, code=code, title="Comité du 12 mars", position=41, head=41, **known)


def agreed() -> Agreement:
    """An agreement with all that can be said of it; its amendments are signed on operations."""
    agreement = Agreement.sign(
        authority=AUTHORITY,
        reference="PNRU-2008",
        title="Convention de rénovation urbaine d'Anzin",
        kind="convention",
        leader=AUTHORITY,
        signatories=("anru", "region"),
        programme="PNRU",
        theme="social_housing",
        communes=(ANZIN, BRUAY),
        site="Carpeaux",
        cost_cents=96_000_000_00,
        cost_basis="excl_tax",
        **told("2008-06-27"),
    )
    money: dict[str, Any] = {"partner": "anru", "instrument": "grant"}
    agreement.allocate(**money, amount_cents=30_000_000_00, scheme="PNRU", decision_ref="C-1", **told("2008-06-27"))
    agreement.allocate(partner="region", instrument="mixed", amount_cents=1, **archived())
    agreement.note(title="Comité d'engagement", due_on=day("2009"), amount_cents=12_00, **told("2008-07"))
    agreement.note(title="Revue de projet", **archived("2010"))
    agreement.authorise_early_start(authority="Préfet du Nord", **told("2008-06-01"))
    agreement.authorise_early_start(authority="ANRU", **archived("2008"))
    agreement.correct(target=4, changes={"title": "Comité national d'engagement", "due_on": None}, **told("2009-01"))
    agreement.correct(target=2, changes={"amount_cents": 31_000_000_00}, **entry("2009-02", reason="Saisie"))
    agreement.void(target=5, **told("2009-03-02"))
    agreement.void(target=3, **entry("2009-03", reason="Doublon"))
    return agreement


def programmed(agreement: Agreement) -> Operation:
    """An operation with all that can be said of it, up to its funding."""
    operation = Operation.plan(
        authority=AUTHORITY,
        reference="ANZ-CARPEAUX",
        title="Anzin : démolition de 120 logements à Carpeaux",
        communes=(FAMARS, ANZIN),
        weights=(2_500, 7_500),
        owner="cavm",
        family="demolition",
        theme="rural_centre",
        other_themes=("social_housing",),
        site="Carpeaux",
        programme="PNRU",
        agreement=agreement,
        part_of="ANZ",
        cost_cents=5_000_000_00,
        cost_basis="incl_tax",
        starts_on=day("2009-03"),
        delivers_on=day("2012"),
        outputs=Outputs(demolished=120, built=0, facilities=1, households_to_rehouse=98),
        **told("2008-02-14"),
    )
    operation.reschedule(starts_on=day("2009-06-01"), delivers_on=day("2012-12"), **told("2008-09-15"))
    operation.revise_cost(cost_cents=5_250_000_00, cost_basis="excl_tax", **told("2008-10"))
    operation.revise_cost(cost_cents=5_300_000_00, **entry("2008-11", reason="Appel d'offres"))
    operation.change_owner(owner="region", **told("2008-11-02"))
    operation.change_owner(owner="cavm", **archived("2008-12"))
    operation.assess_priority_area(generation="ZUS", code="3117040", list_ref="décret 96-1156", **told("2008-12-01"))
    operation.assess_priority_area(generation="QP", code=None, list_ref="décret 2014-1750", **archived("2015"))
    for plan, verdict, known in (("PLH", "aligned", told("2008-12-02")), ("SCOT", "partial", archived("2016"))):
        operation.assess_coherence(
            plan=plan, plan_version="2008-2013", verdict=verdict, orientation="Renouveler le parc ancien", **known
        )
    return operation


def funded(operation: Operation) -> None:
    """Lines L1 to L4, and what becomes of them."""
    money: dict[str, Any] = {"partner": "anru", "instrument": "grant"}
    shares = (PlannedShare("anru", 2_000_000_00, "grant"), PlannedShare("cdc", 500_000_00, "loan"))
    operation.set_financing_plan(total_cents=5_300_000_00, shares=shares, **told("2008-12-15"))
    operation.set_financing_plan(total_cents=5_300_000_00, **archived())
    operation.allocate(**money, amount_cents=2_500_000_00, scheme="PNRU", decision_ref="A-1", **told("2009-01"))
    operation.allocate(partner="region", instrument="own_funds", amount_cents=1, **archived())
    schedule = (Instalment(2009, 1_000_000_00), Instalment(2010, 1_000_000_00))
    operation.commit(
        **money, amount_cents=2_000_000_00, scheme="PNRU", decision_ref="D-1", schedule=schedule, **told("2009-02-20")
    )
    operation.commit(partner="region", instrument="loan", amount_cents=300_000_00, **archived("2009-04"))
    operation.revise_commitment(line="L3", amount_cents=2_100_000_00, decision_ref="D-2", **told("2009-05-04"))
    operation.revise_commitment(line="L4", amount_cents=280_000_00, **archived("2009-06"))
    operation.revise_schedule(line="L3", schedule=(Instalment(2009, 2_100_000_00),), **told("2009-06-01"))
    operation.take_back(line="L1", amount_cents=100_000_00, **told("2009-07-01"))
    operation.take_back(line="L2", amount_cents=1, **archived())


def built(operation: Operation) -> None:
    """The works, and the people."""
    operation.authorise_early_start(authority="Préfet du Nord", **told("2009-05-15"))
    operation.authorise_early_start(authority="ANRU", **archived("2009"))
    operation.schedule_milestone(code="permis", title="Permis de démolir", due_on=day("2009-09"), **told("2009-05"))
    operation.schedule_milestone(code="etude", title="Étude", due_on=day("2009"), **archived())
    operation.reschedule_milestone(code="permis", due_on=day("2009-10-30"), **told("2009-08-20"))
    operation.reach_milestone(code="permis", **told("2009-10-12"))
    operation.drop_milestone(code="etude", **told("2009-11"))
    operation.log_milestone(code="visite", title="Visite du ministre", due_on=day("2010"), **told("2009-11-03"))
    operation.log_milestone(code="pose", title="Première pierre", **archived("2010"))
    operation.report_rehousing(households_to_rehouse=98, households_rehoused=12, **told("2009-12-31"))
    operation.report_rehousing(households_rehoused=40, **archived("2010"))
    aid: dict[str, Any] = {"commune": ANZIN, "subject": "Ingénierie"}
    operation.assist(**aid, kind="operational", days="2.5", **told("2009-12"))
    operation.assist(**aid, kind="financial", amount_cents=15_000_00, **archived("2010"))
    operation.start(order_ref="OS-1", **told("2009-12-01"))
    operation.suspend(expected_resume_on=day("2010-06"), **told("2010-02-01"))
    operation.resume(**told("2010-05-12"))
    operation.suspend(**archived("2011"))
    operation.resume(**archived("2011-12"))


def paid(operation: Operation) -> None:
    """What is paid, delivered and closed, with entries put right on the way."""
    operation.request_payment(line="L3", kind="interim", amount_cents=900_000_00, **told("2010-06-30"))
    operation.request_payment(line="L3", kind="advance", amount_cents=1, **archived())
    operation.pay(line="L3", kind="interim", amount_cents=900_000_00, external_ref="2010-774", **told("2010-09-10"))
    operation.pay(line="L4", kind="advance", amount_cents=100_000_00, external_ref="n. c.", **archived("2010"))
    operation.repay(line="L3", amount_cents=50_000_00, **told("2011-01"))
    operation.repay(line="L4", amount_cents=10_000_00, **archived())
    operation.decommit(line="L4", amount_cents=190_000_00, **told("2012-02"))
    version = operation.version
    operation.correct(target=version, changes={"on": "2012-03", "reason": "Erreur de mois"}, **told("2012-04-01"))
    operation.correct(target=1, changes={"communes": [ANZIN], "weights": []}, **entry("2012-04-02", reason="Saisie"))
    operation.void(target=version + 2, **told("2012-04-03"))
    operation.void(target=version + 1, **entry("2012-05", reason="Pas d'erreur"))
    operation.detach(**told("2012-06"))
    operation.attach(programme="ERBM", **archived("2017"))
    operation.attach(programme="NPNRU", agreement="NPNRU-2019", **told("2019-12-20"))
    operation.deliver(outputs=Outputs(demolished=118, households_rehoused=98), **told("2020-12-11"))
    operation.decommit(line="L3", amount_cents=1_250_000_00, **told("2021-01-15"))
    operation.close(final_cost_cents=5_120_345_67, **told("2021-06-30"))


def amended(agreement: Agreement) -> Iterator[Record]:
    """Two operations of the agreement, and the amendment that moves money between them."""
    operations = []
    for reference, committed_cents in (("ANZ-VENISE", 800_000_00), ("ANZ-LEBRET", 400_000_00)):
        operation = Operation.plan(
            authority=AUTHORITY,
            reference=reference,
            title="Anzin",
            communes=(ANZIN, ESCAUTPONT),
            territory_wide=True,
            agreement=agreement,
            **archived("2008"),
        )
        operation.commit(partner="anru", instrument="grant", amount_cents=committed_cents, **archived("2008"))
        operations.append(operation)
    first, second = operations
    changes = (
        Reschedule(operation="ANZ-VENISE", starts_on=day("2011"), delivers_on=day("2014-06")),
        Revise(operation="ANZ-LEBRET", line="L1", amount_cents=450_000_00, decision_ref="D-9"),
        Transfer(
            from_operation="ANZ-VENISE", from_line="L1", to_operation="ANZ-LEBRET", to_line="L1", amount_cents=100_00
        ),
    )
    amend(agreement, operations, number=2, title="Avenant de clôture", changes=changes, **told("2010-07-08"))
    agreement.sign_amendment(number=3, **archived())
    again = Reschedule(operation="ANZ-LEBRET", delivers_on=day("2015"))
    amend(agreement, operations, number=4, changes=[again], **told("2010-10-01"))
    void_amendment(agreement, operations, number=4, **told("2010-11-02", reason="Jamais signé"))
    for operation in operations:
        operation.abandon(**(told("2013-05-06") if operation is first else archived()))
    first.correct(target=2, changes={"amount_cents": 700_000_00}, **entry("2014", reason="Saisie"))
    second.void(target=7, **entry("2014", reason="Repris en 2014"))
    second.start(**archived("2014"))
    second.deliver(**archived("2016"))
    second.decommit(line="L1", amount_cents=450_100_00, **archived("2017"))
    second.close(final_cost_cents=1, **archived("2017"))
    yield from (agreement, *operations)


def stories() -> Iterator[Event]:
    """Every entry of all the records."""
    agreement = agreed()
    operation = programmed(agreement)
    for happens in (funded, built, paid):
        happens(operation)
    for record in (*partners_and_tokens(), *accounts(), *stated(), operation, *amended(agreement)):
        yield from record.entries
