"""Whatever is asked of an operation, in whatever order: refusals change nothing, and the money is always right."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dates import UNKNOWN, PartialDate, paris_day
from domain.errors import Refusal
from domain.events import FundingAllocated
from domain.events.funding import Instalment
from domain.money import Figures
from domain.operation import Operation
from domain.shape import field_types
from domain.territory import is_member
from tests.story import (
    ANZIN,
    ARCHIVE,
    BRUAY,
    ESCAUTPONT,
    FAMARS,
    LEA,
    NOW,
    PETITE_FORET,
    entry,
    knowledge,
    planned,
    replayed,
    state,
)

DATES = st.sampled_from(["2008-02", "2008-02-14", "2010", "2012-03-01", "2024", "2030"])
PARTNERS = st.sampled_from(["anru", "region", "cavm"])
INSTRUMENTS = st.sampled_from(["grant", "loan", "own_funds", "mixed"])
AMOUNTS = st.sampled_from([1, 2, 3, 5, 8, 13, 21, 10**15, 10**15 + 1, 0, -1])
COMMUNES = st.lists(st.sampled_from([ANZIN, BRUAY, FAMARS, PETITE_FORET, ESCAUTPONT]), max_size=3, unique=True)
PROGRAMMES = st.sampled_from(["PNRU", "NPNRU", "ERBM"])
PROMISES = st.none() | DATES.map(PartialDate.parse)
PLACES = st.integers(0, 20)


def schedules(amount: int) -> st.SearchStrategy[tuple[Instalment, ...]]:
    """No schedule, one that adds up, or one that may not."""
    return st.sampled_from([(), (Instalment(2009, amount),), (Instalment(2009, amount - 1), Instalment(2010, 1))])


def wish(name: str, **facts: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A command, and what it says besides its entry."""
    return st.tuples(st.just(name), st.fixed_dictionaries(facts))


MONEY = {"partner": PARTNERS, "instrument": INSTRUMENTS, "amount_cents": AMOUNTS}
DATED = {"on": DATES | st.none(), "reason": st.sampled_from([None, "Autre motif"])}
PLACED = {"communes": COMMUNES, "theme": st.sampled_from(["rural_centre", "mining", None]), "programme": PROGRAMMES}


def some(facts: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A few of these facts."""
    told = st.one_of(st.tuples(st.just(name), values) for name, values in facts.items())
    return st.lists(told, min_size=1, max_size=4).map(dict)


WISHES = st.one_of(
    wish("allocate", **MONEY),
    AMOUNTS.flatmap(
        lambda amount: wish("commit", **(MONEY | {"amount_cents": st.just(amount), "schedule": schedules(amount)}))
    ),
    wish("start"),
    wish("deliver"),
    wish("abandon"),
    wish("reschedule", starts_on=PROMISES, delivers_on=PROMISES),
    wish("revise_cost", cost_cents=AMOUNTS),
    wish("attach", programme=PROGRAMMES),
    wish("detach"),
    wish("schedule_milestone", code=st.sampled_from("ab"), title=st.just("Jalon"), due_on=DATES.map(PartialDate.parse)),
    wish("reach_milestone", code=st.sampled_from("ab")),
    wish("correct", target=PLACES, changes=some(MONEY | PLACED)),
    wish("correct", target=PLACES, changes=some(MONEY | PLACED | DATED)),
    wish("correct", target=st.just(0), changes=some(PLACED)),
    wish("void", target=PLACES),
)
ENTRIES = st.builds(
    entry,
    st.sampled_from(["2008", "2008-02-14", "2009", "2010", "2010-06", "2011", "2012", "2024", "2030", None]),
    by=st.sampled_from([LEA, LEA, ARCHIVE]),
    reason=st.sampled_from(["Motif"] * 5 + [None]),
)
HISTORIES = st.lists(st.tuples(WISHES, ENTRIES), min_size=4, max_size=12)


@dataclass
class Books:
    """The money of an operation kept apart, by somebody who only knows what commands mean."""

    said: dict[int, dict[str, Any]] = field(default_factory=dict)
    corrections: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    voided: set[int] = field(default_factory=set)

    def note(self, version: int, name: str, facts: dict[str, Any]) -> None:
        if name in ("allocate", "commit"):
            self.said[version] = {"level": name, **facts}
        elif name == "correct":
            self.corrections[version] = (facts["target"], facts["changes"])
        elif name == "void":
            self.voided.add(facts["target"])

    def amounts(self) -> list[tuple[int, dict[str, Any]]]:
        """(version, facts) of every amount that counts."""
        counted = {version: dict(facts) for version, facts in self.said.items() if version not in self.voided}
        for version, (target, changes) in self.corrections.items():
            if target in counted and version not in self.voided:
                counted[target].update(changes)
        return list(counted.items())

    def figures(self) -> Figures:
        total: dict[tuple[str, bool], int] = {}
        for _, facts in self.amounts():
            place = facts["level"], facts["instrument"] == "loan"
            total[place] = total.get(place, 0) + facts["amount_cents"]
        return Figures(
            allocated_cents=total.get(("allocate", False), 0),
            committed_cents=total.get(("commit", False), 0),
            loans_cents=total.get(("commit", True), 0),
        )

    def lines(self) -> list[tuple[str, str, str]]:
        """(name, partner, instrument) of every line, named by the place of its entry among all that opened one."""
        names = {version: f"L{place}" for place, version in enumerate(self.said, start=1)}
        return [(names[version], facts["partner"], facts["instrument"]) for version, facts in self.amounts()]


def aimed(operation: Operation, facts: dict[str, Any]) -> dict[str, Any]:
    """The wish with a place in the history made a version, and with the changes that this entry has a field for."""
    if "target" not in facts:
        return facts
    entries = operation.entries
    target = 1 + facts["target"] % (len(entries) + 1)
    fields = field_types(type(entries[target - 1])) if target <= len(entries) else {}
    changes = {name: value for name, value in facts.get("changes", {}).items() if name in fields}
    return {"target": target, **({"changes": changes} if "changes" in facts else {})}


def lived(history: list[tuple[tuple[str, dict[str, Any]], Any]]) -> tuple[Operation, Books]:
    """An operation to which all this was asked, with its books; every refusal must leave it as it was."""
    operation, books = planned(cost_cents=20), Books()
    for (name, wished), said in history:
        facts = aimed(operation, wished)
        before = deepcopy(state(operation))
        try:
            getattr(operation, name)(**facts, **said)
        except Refusal:
            assert state(operation) == before
        else:
            books.note(operation.version, name, facts)
    return operation, books


@settings(max_examples=150, deadline=None, database=None)
@given(HISTORIES)
def test_whatever_is_asked_refusals_change_nothing_and_the_rest_adds_up(history):
    operation, books = lived(history)
    check_replay(operation)
    check_money(operation, books)
    check_territory(operation)


def check_replay(operation: Operation) -> None:
    """The entries are numbered without a gap; read again from their stored form they give an equal record."""
    assert [event.version for event in operation.entries] == list(range(1, operation.version + 1))
    assert operation.pending_events == operation.entries
    again = replayed(operation)
    assert again.entries == operation.entries
    assert knowledge(again) == knowledge(operation)


def check_money(operation: Operation, books: Books) -> None:
    """Figures, lines and movements are those of books kept apart."""
    money = operation.money
    assert money.figures == books.figures()
    assert [(line.code, line.partner, line.instrument) for line in money.lines.values()] == books.lines()
    assert sum(line.allocated_cents + line.committed_cents for line in money.lines.values()) == sum(
        movement.amount_cents for movement in money.movements
    )
    committed = money.figures.committed_cents + money.figures.loans_cents
    assert operation.phase != "funded" or committed >= operation.cost_cents


def check_territory(operation: Operation) -> None:
    """The plan stands on the facts of its own day, however often it was corrected."""
    day = (operation.planned_on or UNKNOWN).counts_on(paris_day(NOW))
    assert operation.outside == tuple(insee for insee in operation.communes if not is_member(insee, day))
    assert len(operation.outside) < len(operation.communes)


def test_the_books_would_notice_a_wrong_sum():
    operation, books = planned(), Books()
    operation.allocate(partner="anru", instrument="loan", amount_cents=5, **entry("2008"))
    books.note(2, "allocate", {"partner": "anru", "instrument": "grant", "amount_cents": 5})
    assert isinstance(operation.entries[1], FundingAllocated)
    assert operation.money.figures != books.figures()
