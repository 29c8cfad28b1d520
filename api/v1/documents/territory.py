"""The territory: what each kind of territory and each commune has, and the three fundamentals of the mission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from marshmallow import Schema, fields

from api.v1.documents.dated import PRESENT, AsOf, Looking
from api.v1.documents.describing import one_of, part, several, text, whole
from api.v1.documents.fundamentals import LISTED, Fundamentals, fundamentals
from api.v1.documents.life import OutputCounts
from api.v1.documents.operation import PhaseCount
from api.v1.documents.parts import Document, Place, place
from api.v1.documents.shares import Grounds, People, people, ratio
from api.v1.schemas import says
from domain import vocabulary
from domain.fundamentals import per_inhabitant, share
from projections.balance import COUNTS, CountRow, FundedRow, KindRow, OutsideRow, PhaseRow, PlaceRow, YearRow

OF_MEMBERS = "Part of what is committed in the member communes, to four decimals; null: not a member, or nothing there."
OF_PEOPLE = "Part of the authority's inhabitants, to four decimals; null for a commune that is not a member."


class Population(Schema):
    column = one_of(["population_municipale"], "The population that is counted, by INSEE.")
    vintage = whole("Its vintage: the one in force today in Paris, or on the day asked about.")
    inhabitants = whole("Inhabitants of the member communes.")


class TerritoryTotals(Schema):
    """What adds up. To commit and to pay are asked line by line: sums of operations would hide what others lack."""

    operations = whole("Operations, those that another one contains too.")
    allocated_cents = whole("Set aside, on operations and by agreements; loans apart.")
    committed_cents = whole("Committed by decision; loans apart.")
    paid_cents = whole("Paid; loans apart.")
    loans_cents = whole("Committed as loans; in none of the other figures.")


class ThemeView(TerritoryTotals):
    """Of the operations whose main theme it is, and of the agreements."""

    theme = one_of(vocabulary.THEMES, "Kind of territory; null: none was stated.", allow_none=True)
    by_phase = several(PhaseCount, "Operations by phase.")
    planned_outputs = part(OutputCounts, "What they were to produce, abandoned ones too; null: not stated.")
    outputs = part(OutputCounts, "What those delivered produced; null: not stated.")
    inhabitants = whole(
        "Of the member communes where they are, each once; of all where one covers the whole territory."
    )
    committed_in_members_cents = whole("Committed in member communes, by weight, and for the whole territory.")
    committed_per_inhabitant_cents = whole("The one by the other, to the nearest cent.", allow_none=True)


class Amounts(Schema):
    operations = whole("Operations; one that covers several communes counts in each.")
    committed_cents = whole("Committed, by weight of the communes; loans apart.")
    paid_cents = whole("Paid, by weight of the communes; loans apart.")


class CommuneView(Place, Amounts):
    outside = fields.Boolean(required=True, metadata=says("It is not a member of the agglomeration today."))
    inhabitants = whole("Its population; null: not a member.", allow_none=True)
    committed_per_inhabitant_cents = whole("To the nearest cent; null: not a member.", allow_none=True)
    share_of_committed = ratio(OF_MEMBERS)
    share_of_population = ratio(OF_PEOPLE)


class OutsideOperation(Schema):
    reference = text("The operation's name.")
    title = text("What people call it.")
    phase = one_of(vocabulary.PHASES, "Where it stands.")
    communes = several(Place, "Those that it covers outside.")


class Territory(Looking):
    position = whole("Position of the last entry on any operation or agreement.")
    population = part(Population, "The inhabitants that amounts are held against.")
    totals = part(TerritoryTotals, "In all: the sum of the themes, and of what partners read as their totals.")
    themes = several(ThemeView, "The four themes, then what has none.")
    communes = several(CommuneView, "The member communes by INSEE code, then those outside that operations cover.")
    territory_wide = part(Amounts, "What covers the whole territory; with the communes it makes the totals.")
    outside = several(OutsideOperation, f"The first {LISTED} operations that cover communes outside, by reference.")
    fundamentals = part(Fundamentals, "The fundamentals of the mission.")


def territory(
    phases: Sequence[PhaseRow],
    places: Sequence[PlaceRow],
    years: Sequence[YearRow],
    kinds: Sequence[KindRow],
    counts: CountRow,
    funded: Sequence[FundedRow],
    outside: Sequence[OutsideRow],
    *,
    authority: str,
    today: date,
    asked: AsOf = PRESENT,
) -> Document:
    """The territory as it stands. authority: partner code. today: the day, in Paris, which populations go by."""
    inhabited = people(today)
    grounds = Grounds(inhabited, places)
    themes = [theme_view(each, phases, grounds) for each in (*vocabulary.THEMES, None)]
    communes = [commune_view(insee, places, grounds) for insee in grounds.communes]
    return {
        "position": max((each.position for each in phases), default=0),
        **asked.said,
        "population": population(inhabited),
        "totals": totals(phases),
        "themes": themes,
        "communes": communes,
        "territory_wide": amounts(each for each in places if each.insee is None),
        "outside": [outside_operation(each) for each in outside],
        "fundamentals": fundamentals(
            themes, communes, grounds, years, kinds, counts, funded, authority=authority, this_year=today.year
        ),
    }


def population(inhabited: People) -> Document:
    """What inhabitants are counted by."""
    return {
        "column": "population_municipale",
        "vintage": inhabited.vintage,
        "inhabitants": inhabited.total,
    }


def totals(rows: Sequence[PhaseRow]) -> Document:
    """How many operations, and the amounts of all rows."""
    return {
        "operations": sum(each.operations for each in rows),
        "allocated_cents": sum(each.allocated_cents for each in rows),
        "committed_cents": sum(each.committed_cents for each in rows),
        "paid_cents": sum(each.paid_cents for each in rows),
        "loans_cents": sum(each.loans_cents for each in rows),
    }


def theme_view(theme: str | None, phases: Sequence[PhaseRow], grounds: Grounds) -> Document:
    """One kind of territory."""
    rows = [each for each in phases if each.theme == theme]
    counts = Counter({each.phase: each.operations for each in rows if each.phase})
    wide = any(each.territory_wide for each in rows)
    inhabitants, committed = grounds.inhabitants(theme, wide=wide), grounds.committed(theme)
    return {
        "theme": theme,
        **totals(rows),
        "by_phase": [{"phase": phase, "operations": counts[phase]} for phase in vocabulary.PHASES],
        "planned_outputs": counted(each.planned_outputs for each in rows),
        "outputs": counted(each.outputs for each in rows),
        "inhabitants": inhabitants,
        "committed_in_members_cents": committed,
        "committed_per_inhabitant_cents": per_inhabitant(committed, inhabitants),
    }


def counted(rows: Iterable[Mapping[str, int | None] | None]) -> dict[str, int | None]:
    """The sums of counts; null where none is stated."""
    stated = [each for each in rows if each]
    found = {name: [count for each in stated if (count := each[name]) is not None] for name in COUNTS}
    return {name: sum(counts) if counts else None for name, counts in found.items()}


def outside_operation(row: OutsideRow) -> Document:
    """An operation that covers communes outside."""
    return {
        "reference": row.reference,
        "title": row.title,
        "phase": row.phase,
        "communes": [place(insee) for insee in row.communes],
    }


def amounts(rows: Iterable[PlaceRow]) -> Document:
    """The sums of what communes have."""
    found = list(rows)
    return {
        "operations": sum(each.operations for each in found),
        "committed_cents": sum(each.committed_cents for each in found),
        "paid_cents": sum(each.paid_cents for each in found),
    }


def commune_view(insee: str, places: Sequence[PlaceRow], grounds: Grounds) -> Document:
    """One commune."""
    sums = amounts(each for each in places if each.insee == insee)
    inhabitants = grounds.people.of(insee)
    outside = inhabitants is None
    return {
        **place(insee),
        "outside": outside,
        **sums,
        "inhabitants": inhabitants,
        "committed_per_inhabitant_cents": per_inhabitant(sums["committed_cents"], inhabitants),
        "share_of_committed": None if outside else share(sums["committed_cents"], grounds.in_members_cents),
        "share_of_population": share(inhabitants, grounds.people.total),
    }
