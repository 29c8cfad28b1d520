"""What the desk of the state machine draws, and how the domain's answers are read against the books."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from domain.amending import Change, Reschedule, Revise, Transfer
from domain.money import Movement, figures
from domain.record import Record
from domain.shape import field_types
from tests.domain.books import Move, Sums
from tests.story import day

PLACES = st.integers(0, 40)
FEW = st.integers(0, 3)
LINES = st.sampled_from(["L1", "L1", "L1", "L2", "L3", "L4"])
AMOUNTS = st.integers(1, 60) | st.sampled_from([0, 100, 200])
INSTRUMENTS = st.sampled_from(["grant", "grant", "loan", "own_funds"])
PROGRAMMES = st.sampled_from([None, "PNRU", "NPNRU", "ERBM"])
KINDS = st.sampled_from(["advance", "interim", "interim", "balance"])
DAYS = st.sampled_from(["2008", "2009", "2009-06", "2010-02-14", "2011", "2014", "2019-12"])
REASONS = st.sampled_from(["Motif"] * 5 + [None])
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just(name), values)
        for name, values in {
            "amount_cents": AMOUNTS,
            "on": DAYS,
            "partner": st.sampled_from(["anru", "region"]),
            "instrument": INSTRUMENTS,
            "programme": PROGRAMMES,
            "line": LINES,
            "title": st.just("Autre"),
        }.items()
    ),
    min_size=1,
    max_size=3,
).map(dict)


def moves_of(movements: Iterable[Movement]) -> Counter[Move]:
    """The movements of the domain, as the books name them."""
    moved: Counter[Move] = Counter()
    for each in movements:
        loan = each.instrument == "loan"
        moved[Move(each.line, each.partner, loan, each.level, each.on.year or 0, each.programme)] += each.amount_cents
    return moved


def sums_of(movements: Iterable[Movement]) -> Sums:
    """What the domain says of these movements."""
    total = figures(movements)
    return Sums(
        total.allocated_cents,
        total.committed_cents,
        total.paid_cents,
        total.loans_cents,
        total.to_commit_cents,
        total.to_pay_cents,
    )


def aimed(record: Record, place: int, changes: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """A version of the record, and the changes that its entry has a field for."""
    target = 1 + place % len(record.entries)
    fields = field_types(type(record.entries[target - 1]))
    return target, {name: value for name, value in changes.items() if name in fields}


def changes_of(known: list[str]) -> st.SearchStrategy[Change]:
    """A change of an amendment, on operations of its agreement."""
    named, lines, cents = st.sampled_from(known), st.sampled_from(["L1", "L1", "L1", "L3"]), st.integers(1, 60)
    ends = st.permutations(known) if len(known) > 1 else st.just(known * 2)
    return st.one_of(
        st.builds(Reschedule, operation=named, delivers_on=st.just(day("2015"))),
        st.builds(Revise, operation=named, line=LINES, amount_cents=AMOUNTS),
        st.tuples(ends, lines, lines, cents).map(
            lambda drawn: Transfer(
                from_operation=drawn[0][0],
                from_line=drawn[1],
                to_operation=drawn[0][1],
                to_line=drawn[2],
                amount_cents=drawn[3],
            )
        ),
    )


def said_by(change: Change) -> list[tuple[str, str, dict[str, Any]]]:
    """Operation, command and facts of the entries that a change records."""
    if isinstance(change, Transfer):
        return [
            (change.from_operation, "transfer", {"line": change.from_line, "amount_cents": -change.amount_cents}),
            (change.to_operation, "transfer", {"line": change.to_line, "amount_cents": change.amount_cents}),
        ]
    if isinstance(change, Revise):
        return [(change.operation, "revise", {"line": change.line, "amount_cents": change.amount_cents})]
    return [(reference, "reschedule", {}) for reference in change.touches]
