"""Made-up histories, each from the plan of an operation to its last payment, told with the domain's own events.

Nothing here asks the rules, which would cost most of the time; a test asks them afterwards, over a sample. Every figure
comes from the number of the operation, so that each run measures the same record.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, get_args
from uuid import UUID

from domain import events
from domain.dates import PartialDate, paris_day
from domain.event import Author, Event
from domain.judging import territory
from domain.operation import Operation
from domain.partner import Partner
from domain.shape import encode, shape
from domain.territory import RURAL_CENTRE_LIMIT, communes, population
from domain.vocabulary import PartnerKind, Theme

AUTHORITY = "cavm"
BEGAN = datetime(2015, 1, 5, 8, tzinfo=UTC)
LAST_START, WORKING_DAY = 3_000, 36_000
THEMES: tuple[Theme, ...] = ("social_housing", "mining", "tramway", "rural_centre")
PROGRAMMES = ("NPNRU", "ERBM", "PNRQAD", "OPAH-RU", None)
KINDS = get_args(PartnerKind)
STEPS = ("Étude préalable", "Concertation", "Permis", "Comité de pilotage", "Marché", "Réunion de chantier")


class Scale(NamedTuple):
    """How large a record is. From `edits` on: changes of each operation, its plan apart; fixes: of earlier entries."""

    operations: int
    partners: int
    people: int
    edits: int
    milestones: int
    fixes: int
    commitments: int
    revisions: int
    payments: int

    @property
    def changes(self) -> int:
        """Of one operation, its plan included."""
        return 1 + sum(self[3:])

    @property
    def entries(self) -> int:
        """Of the whole record."""
        return self.partners + self.operations * self.changes


AGGLO = Scale(300, 45, 30, edits=5, milestones=20, fixes=1, commitments=4, revisions=2, payments=7)
NATIONAL = Scale(20_000, 700, 400, edits=7, milestones=24, fixes=2, commitments=5, revisions=3, payments=8)


class Stored(NamedTuple):
    """One entry as the ledger keeps it, with its place in time."""

    at: datetime
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes


def stored(cls: type[Event], id: UUID, version: int, at: datetime, by: Author, **facts: Any) -> Stored:
    """A fact of the very day on which it is recorded, in the bytes that the ledger's mapper would store."""
    on = PartialDate.of(paris_day(at))
    return Stored(at, id, version, cls.TOPIC, encode(shape(cls)(timestamp=at, on=on, by=by, **facts)))


def author(chance: random.Random, people: int) -> Author:
    """Somebody of the authority's team, in a command of its own."""
    actor, command = chance.randint(1, people), UUID(int=chance.getrandbits(128), version=4)
    return Author(
        actor=f"u-{actor}",
        organisation=AUTHORITY,
        role="team",
        source="api",
        credential=f"seed{actor}",
        command=command,
        correlation=command,
    )


def registrations(scale: Scale) -> Iterator[Stored]:
    """The partners `p-1` to `p-M`, at the very beginning."""
    chance = random.Random(0)
    for number in range(1, scale.partners + 1):
        code, kind = f"p-{number}", KINDS[number % len(KINDS)]
        facts = {"code": code, "name": f"Partenaire {number}", "kind": kind}
        by = author(chance, scale.people)
        yield stored(events.PartnerRegistered, Partner.identity(AUTHORITY, code), 1, BEGAN, by, **facts)


class Act(NamedTuple):
    """A change of every operation. day: after its plan. nth: among its like. facts: what it says, of one operation."""

    day: int
    nth: int
    facts: Callable[[History, int], tuple[type[Event], dict[str, Any]]]


def calendar(scale: Scale) -> list[Act]:
    """The changes of every operation after its plan, in order."""
    plan = (
        *(Act(60 + 120 * nth, nth, History.edit) for nth in range(scale.edits)),
        *(Act(1 + 40 * nth, nth, History.milestone) for nth in range(scale.milestones)),
        *(Act(401 + 40 * nth, nth, History.fix) for nth in range(scale.fixes)),
        *(Act(100 + 90 * nth, nth, History.commitment) for nth in range(scale.commitments)),
        *(Act(130 + 90 * nth, nth, History.revision) for nth in range(scale.revisions)),
        *(Act(300 + 90 * (nth % scale.commitments) + 30 * nth, nth, History.payment) for nth in range(scale.payments)),
    )
    return sorted(plan, key=lambda act: act.day)


class History:
    """One operation, `OP-<number>`, that is never suspended, abandoned nor closed; `p-1` funds it first."""

    def __init__(self, number: int, scale: Scale) -> None:
        self._number, self._scale = number, scale
        self._chance = random.Random(number)
        self._version = 0
        self._amounts: list[int] = []
        self._milestones: list[int] = []
        self.starts = self._chance.randrange(LAST_START)

    def told(self, acts: Sequence[Act]) -> list[Stored]:
        """Every entry, in order."""
        chance, id = self._chance, Operation.identity(AUTHORITY, f"OP-{self._number}")
        seconds = [0.0, *sorted((act.day * 86_400 + chance.random() * WORKING_DAY) for act in acts)]
        planned = BEGAN + timedelta(days=self.starts)
        found = []
        for version, (act, after) in enumerate(zip((None, *acts), seconds, strict=True), 1):
            self._version, at = version, planned + timedelta(seconds=after)
            cls, facts = act.facts(self, act.nth) if act else self.plan(at)
            found.append(stored(cls, id, version, at, author(chance, self._scale.people), **facts))
        return found

    def plan(self, at: datetime) -> tuple[type[Event], dict[str, Any]]:
        chance, number, on = self._chance, self._number, PartialDate.of(paris_day(at))
        theme = THEMES[number % len(THEMES)]
        year = at.year + 1
        places = small(at.year) if theme == "rural_centre" else members()
        chosen = (places[number % len(places)],)
        return events.Planned, {
            "reference": f"OP-{number}",
            "title": f"Résidence n° {number} : réhabilitation et abords",
            "communes": chosen,
            "theme": theme,
            "programme": PROGRAMMES[number % len(PROGRAMMES)],
            "owner": f"p-{chance.randint(2, self._scale.partners)}",
            "cost_cents": chance.randint(100, 9_000) * 1_000_00,
            "starts_on": PartialDate.parse(f"{year}"),
            "delivers_on": PartialDate.parse(f"{year + 2}-06"),
            **territory(chosen, theme, on=on, at=at),
        }

    def edit(self, nth: int) -> tuple[type[Event], dict[str, Any]]:
        """Calendar and cost by turns; the works start with the third, and three in four are delivered by the last."""
        if nth == 2:
            return events.Started, {"order_ref": f"OS-{self._number}"}
        if nth == self._scale.edits - 1 and self._number % 4:
            return events.Delivered, {}
        if nth % 2:
            promise = PartialDate.parse(str(2026 + nth))
            return events.Rescheduled, {"delivers_on": promise, "reason": "Comité de pilotage"}
        cost = self._chance.randint(100, 9_000) * 1_000_00
        return events.CostRevised, {"cost_cents": cost, "reason": "Résultat de l'appel d'offres"}

    def milestone(self, nth: int) -> tuple[type[Event], dict[str, Any]]:
        self._milestones.append(self._version)
        title = f"{STEPS[nth % len(STEPS)]} : noté à l'étape {nth}, sans réserve"
        return events.MilestoneLogged, {"code": f"j-{nth}", "title": title}

    def fix(self, nth: int) -> tuple[type[Event], dict[str, Any]]:
        """What a milestone says is put right."""
        changes = {"title": f"{STEPS[nth % len(STEPS)]} : réserve levée"}
        target = self._milestones[nth]
        return events.EntryCorrected, {"target": target, "changes": changes, "reason": "Erreur de saisie"}

    def commitment(self, nth: int) -> tuple[type[Event], dict[str, Any]]:
        partner = self._chance.randint(2, self._scale.partners) if nth else 1
        self._amounts.append(self._chance.randint(10, 1_000) * 1_000_00)
        return events.FundingCommitted, {
            "line": f"L{nth + 1}",
            "partner": f"p-{partner}",
            "instrument": "grant",
            "amount_cents": self._amounts[-1],
            "decision_ref": f"C{self._number}-{nth}",
        }

    def revision(self, nth: int) -> tuple[type[Event], dict[str, Any]]:
        amount = self._amounts[nth] + 1_000_00
        return events.FundingRevised, {"line": f"L{nth + 1}", "amount_cents": amount, "reason": "Avenant financier"}

    def payment(self, nth: int) -> tuple[type[Event], dict[str, Any]]:
        """A tenth of the commitment at a time."""
        line = nth % self._scale.commitments
        return events.PaymentRecorded, {
            "line": f"L{line + 1}",
            "kind": "interim",
            "amount_cents": self._amounts[line] // 10,
            "external_ref": f"P{self._number}-{nth}",
        }


def members() -> list[str]:
    """The member communes."""
    return [place.insee for place in communes() if place.epci == AUTHORITY]


def small(year: int) -> list[str]:
    """Those that are rural centres in a year."""
    day = datetime(year, 7, 1, tzinfo=UTC).date()
    counted = (population(insee, day) for insee in members())
    return [each.insee for each in counted if each and each.inhabitants < RURAL_CENTRE_LIMIT]
