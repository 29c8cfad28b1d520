"""What is decided of an operation: what it is, where, whose, when and at what cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from domain.dates import PartialDate
from domain.errors import (
    AlreadyDelivered,
    NoCommune,
    NothingToChange,
    OutsideTerritory,
    PlanOutOfOrder,
    Refusal,
    RepeatedValue,
    SameOwner,
    TooManyInhabitants,
    UnknownCommune,
    UnknownContainer,
    UnknownProgramme,
    WeightsMismatch,
)
from domain.event import Event, FirstEvent
from domain.events.milestones import check_promise
from domain.money import check_amount
from domain.outputs import Outputs, check_outputs
from domain.programmes import programme
from domain.situation import Situation
from domain.territory import RURAL_CENTRE_LIMIT, WHOLE, Population, commune
from domain.vocabulary import CostBasis, Family, Theme


def repeated(values: tuple[str, ...], field: str) -> Iterator[Refusal]:
    """A list names nothing twice."""
    for value, times in Counter(values).items():
        if times > 1:
            yield RepeatedValue(field=field, value=value)


def check_calendar(starts_on: PartialDate | None, delivers_on: PartialDate | None) -> Iterator[Refusal]:
    """A plan does not certainly deliver before it starts."""
    yield from check_promise(starts_on, "starts_on")
    yield from check_promise(delivers_on, "delivers_on")
    if starts_on and delivers_on and starts_on.certainly_after(delivers_on):
        yield PlanOutOfOrder(field="delivers_on", starts_on=starts_on, delivers_on=delivers_on)


class Planned(FirstEvent):
    """The operation is programmed; its reference is its name for ever.

    communes: INSEE codes. outside: those that were not members of the agglomeration that day.
    weights: the part of each commune, in the same order, in ten-thousandths that add up to 10,000; none: equal parts.
    agreement_led: the agreement named was led by the authority that day.
    populations: what the rule on rural centres was judged on, for every member commune; see `domain/judging.py`.
    cost_cents: euro cents on `cost_basis`. outputs: planned dwellings, facilities and households, by kind.
    derived: names of the facts that were found, not said; a correction does not say them either.
    """

    TOPIC = "operation.planned"
    RECORD = "operation"
    label = "Opération programmée"
    fixed = frozenset({"reference"})
    derived: ClassVar = frozenset({"outside", "agreement_led", "populations"})

    reference: str
    title: str
    communes: tuple[str, ...] = ()
    territory_wide: bool = False
    owner: str | None = None
    family: Family | None = None
    theme: Theme | None = None
    other_themes: tuple[Theme, ...] = ()
    site: str | None = None
    programme: str | None = None
    agreement: str | None = None
    part_of: str | None = None
    cost_cents: int | None = None
    cost_basis: CostBasis = "not_stated"
    starts_on: PartialDate | None = None
    delivers_on: PartialDate | None = None
    outputs: Outputs | None = None
    outside: tuple[str, ...] = ()
    agreement_led: bool = False
    populations: tuple[Population, ...] = ()
    weights: tuple[int, ...] = ()

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if not (self.communes or self.territory_wide):
            yield NoCommune(field="communes")
        for insee in self.communes:
            if commune(insee) is None:
                yield UnknownCommune(field="communes", insee=insee)
        yield from repeated(self.communes, "communes")
        yield from self.check_weights()
        yield from repeated((*filter(None, [self.theme]), *self.other_themes), "other_themes")
        if self.programme and programme(self.programme) is None:
            yield UnknownProgramme(field="programme", programme=self.programme)
        if self.part_of == self.reference:
            yield UnknownContainer(field="part_of", reference=self.reference)
        if self.cost_cents is not None:
            yield from check_amount(self.cost_cents, "cost_cents")
        yield from check_outputs(self.outputs)
        if self.communes and len(self.outside) == len(self.communes) and not self.agreement_led:
            yield OutsideTerritory(communes=self.communes)
        yield from check_calendar(self.starts_on, self.delivers_on)
        yield from self.check_rural_centre()

    def check_weights(self) -> Iterator[Refusal]:
        """One per commune, each above zero, one whole in all."""
        one_each = len(self.weights) == len(self.communes) and min(self.weights, default=0) > 0
        if self.weights and not (one_each and sum(self.weights) == WHOLE):
            yield WeightsMismatch(field="weights", weights=self.weights, communes=self.communes)

    def check_rural_centre(self) -> Iterator[Refusal]:
        """Centres of communes under 5,000 inhabitants, at the vintage in force; a reason is a derogation."""
        if self.theme == "rural_centre" and not self.explained:
            for counted in self.populations:
                if counted.inhabitants >= RURAL_CENTRE_LIMIT:
                    yield TooManyInhabitants(
                        commune=counted.insee, inhabitants=counted.inhabitants, vintage=counted.vintage
                    )

    def apply(self, operation: Situation) -> None:
        operation.reference, operation.title = self.reference, self.title
        operation.planned_on, operation.planned_by = self.on, self.by.organisation
        operation.communes, operation.stated_weights, operation.outside = self.communes, self.weights, self.outside
        operation.territory_wide, operation.site = self.territory_wide, self.site
        operation.owner, operation.family = self.owner, self.family
        operation.theme, operation.other_themes = self.theme, self.other_themes
        operation.programme, operation.agreement, operation.part_of = self.programme, self.agreement, self.part_of
        operation.cost_cents, operation.cost_basis = self.cost_cents, self.cost_basis
        operation.initial_starts_on = operation.starts_on = self.starts_on
        operation.initial_delivers_on = operation.delivers_on = self.delivers_on
        operation.planned_outputs = self.outputs


class Rescheduled(Event):
    """The calendar moves; it is a contractual commitment, so the reason is kept with every earlier promise.

    A date left out does not change; the first date ever given is the initial one. What was promised before the
    delivery may be recorded after it. amendment: the one that moves it (`PNRU-2008/2`), see `domain/amending.py`.
    """

    TOPIC = "operation.rescheduled"
    label = "Calendrier révisé"
    needs_reason = True
    fixed = frozenset({"amendment"})

    starts_on: PartialDate | None = None
    delivers_on: PartialDate | None = None
    amendment: str | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if not (self.starts_on or self.delivers_on):
            yield NothingToChange(field="delivers_on")
        if operation.delivered_on and not self.on.certainly_before(operation.delivered_on):
            yield AlreadyDelivered(reference=operation.reference, since=operation.delivered_on)
        yield from operation.check_alive(self.on)
        yield from check_calendar(self.starts_on or operation.starts_on, self.delivers_on or operation.delivers_on)

    def apply(self, operation: Situation) -> None:
        if self.starts_on:
            operation.starts_on = self.starts_on
            operation.initial_starts_on = operation.initial_starts_on or self.starts_on
        if self.delivers_on:
            operation.delivers_on = self.delivers_on
            operation.initial_delivers_on = operation.initial_delivers_on or self.delivers_on


class CostRevised(Event):
    """The cost of the operation becomes another. cost_cents: euro cents, > 0, on `cost_basis` where it changes too.

    After the delivery too: accounts are settled later.
    """

    TOPIC = "operation.cost_revised"
    label = "Coût révisé"
    needs_reason = True

    cost_cents: int
    cost_basis: CostBasis | None = None

    def check(self, operation: Situation) -> Iterator[Refusal]:
        yield from check_amount(self.cost_cents, "cost_cents")
        yield from operation.check_alive(self.on)

    def apply(self, operation: Situation) -> None:
        operation.cost_cents = self.cost_cents
        operation.cost_basis = self.cost_basis or operation.cost_basis


class OwnerChanged(Event):
    """Another body takes over the operation. owner: partner code of the new owner.

    After a delivery or an abandonment too: somebody has to settle the accounts.
    """

    TOPIC = "operation.owner_changed"
    label = "Changement de maître d'ouvrage"

    owner: str

    def check(self, operation: Situation) -> Iterator[Refusal]:
        if self.owner == operation.owner:
            yield SameOwner(owner=self.owner)

    def apply(self, operation: Situation) -> None:
        operation.owner = self.owner
