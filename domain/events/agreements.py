"""Agreements: protocols and conventions that contain operations and set money aside for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.dates import PartialDate
from domain.errors import AlreadySigned, Refusal, UnknownCommune, UnknownProgramme
from domain.event import Event, FirstEvent
from domain.events.funding import Funding
from domain.events.milestones import check_promise
from domain.events.planning import repeated
from domain.money import check_amount
from domain.programmes import programme
from domain.territory import commune
from domain.vocabulary import AgreementKind, CostBasis, Theme

if TYPE_CHECKING:
    from domain.agreement import Agreement


class AgreementSigned(FirstEvent):
    """Partners sign a protocol or a convention. leader, signatories: partner codes.

    communes: INSEE codes, members or not; none: the agreement is about the whole territory.
    cost_cents: what all the operations that it contains are to cost, never added to theirs; euro cents.
    """

    TOPIC = "agreement.signed"
    RECORD = "agreement"
    label = "Convention signée"
    fixed = frozenset({"reference"})

    reference: str
    title: str
    kind: AgreementKind
    leader: str
    signatories: tuple[str, ...] = ()
    programme: str | None = None
    theme: Theme | None = None
    communes: tuple[str, ...] = ()
    site: str | None = None
    cost_cents: int | None = None
    cost_basis: CostBasis = "not_stated"

    def check(self, agreement: Agreement) -> Iterator[Refusal]:
        for insee in self.communes:
            if commune(insee) is None:
                yield UnknownCommune(field="communes", insee=insee)
        yield from repeated(self.communes, "communes")
        yield from repeated(self.signatories, "signatories")
        if self.programme and programme(self.programme) is None:
            yield UnknownProgramme(field="programme", programme=self.programme)
        if self.cost_cents is not None:
            yield from check_amount(self.cost_cents, "cost_cents")

    def apply(self, agreement: Agreement) -> None:
        agreement.reference, agreement.title, agreement.kind = self.reference, self.title, self.kind
        agreement.signed_on, agreement.leader, agreement.signatories = self.on, self.leader, self.signatories
        agreement.programme, agreement.theme, agreement.communes = self.programme, self.theme, self.communes
        agreement.site, agreement.cost_cents, agreement.cost_basis = self.site, self.cost_cents, self.cost_basis


class AgreementAllocated(Funding):
    """A partner sets money aside for the operations of the agreement: a ceiling, before any commitment."""

    TOPIC = "agreement.allocation_made"
    label = "Affectation"

    def check(self, agreement: Agreement) -> Iterator[Refusal]:
        return check_amount(self.amount_cents)

    def apply(self, agreement: Agreement) -> None:
        agreement.money.open(self.movement("allocated", agreement.programme))


class AgreementNoted(Event):
    """A dated fact about the agreement that changes no figure: announced, expected, postponed.

    title: in French. due_on: what it announces, may lie ahead. amount_cents: an expectation, never counted.
    """

    TOPIC = "agreement.noted"
    label = "Fait consigné"

    title: str
    due_on: PartialDate | None = None
    amount_cents: int | None = None

    def check(self, agreement: Agreement) -> Iterator[Refusal]:
        yield from check_promise(self.due_on)
        if self.amount_cents is not None:
            yield from check_amount(self.amount_cents)


class AgreementEarlyStartAuthorised(Event):
    """The operations of the agreement may start before it is signed. authority: who says so."""

    TOPIC = "agreement.early_start_authorised"
    label = "Démarrage anticipé autorisé"

    authority: str

    def check(self, agreement: Agreement) -> Iterator[Refusal]:
        if agreement.signed_on and self.on.certainly_after(agreement.signed_on):
            yield AlreadySigned(reference=agreement.reference, since=agreement.signed_on)

    def apply(self, agreement: Agreement) -> None:
        agreement.early_start = True
