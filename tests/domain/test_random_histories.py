"""Whatever is asked of an operation, in whatever order: refusals change nothing, and the money is always right."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dates import UNKNOWN, PartialDate, paris_day
from domain.errors import Refusal
from domain.events import FundingAllocated
from domain.events.correcting import amended
from domain.money import Figures, Instalment
from domain.operation import Operation
from domain.record import folded
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
LINES = st.sampled_from(["L1", "L1", "L1", "L2", "L3"])
KINDS = st.sampled_from(["advance", "interim", "interim", "balance"])
REFERENCES = st.sampled_from("abcde")
COUNTS = st.none() | st.integers(0, 9)


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


PAID = {"line": LINES, "kind": KINDS, "amount_cents": AMOUNTS}
MOVED = MONEY | PAID | DATED | {"external_ref": REFERENCES}
FUNDING = (
    wish("allocate", **MONEY),
    AMOUNTS.flatmap(
        lambda amount: wish("commit", **(MONEY | {"amount_cents": st.just(amount), "schedule": schedules(amount)}))
    ),
)
# What becomes of the lines: the money alone, so that payments meet commitments to be paid on.
MOVES = (
    *FUNDING,
    wish("revise_commitment", line=LINES, amount_cents=st.integers(1, 40)),
    wish("decommit", line=LINES, amount_cents=st.integers(1, 40)),
    wish("take_back", line=LINES, amount_cents=st.integers(1, 21)),
    wish("revise_schedule", line=LINES, schedule=schedules(34)),
    wish("pay", line=LINES, kind=KINDS, amount_cents=st.integers(1, 13), external_ref=REFERENCES),
    wish("pay", line=LINES, kind=KINDS, amount_cents=st.just(34), external_ref=REFERENCES),
    wish("repay", line=LINES, amount_cents=st.integers(1, 13)),
    wish("correct", target=PLACES, changes=some(MOVED)),
    wish("void", target=PLACES),
    wish("deliver"),
    wish("suspend", expected_resume_on=PROMISES),
    wish("resume"),
    wish("close", final_cost_cents=st.sampled_from([0, 20, 34])),
)
WISHES = st.one_of(
    *FUNDING,
    wish("pay", **PAID, external_ref=REFERENCES),
    wish("request_payment", **PAID),
    wish("repay", line=LINES, amount_cents=AMOUNTS),
    wish("decommit", line=LINES, amount_cents=AMOUNTS),
    wish("set_financing_plan", total_cents=AMOUNTS),
    wish("start"),
    wish("deliver"),
    wish("abandon"),
    wish("suspend", expected_resume_on=PROMISES),
    wish("resume"),
    wish("close", final_cost_cents=AMOUNTS),
    wish("report_rehousing", households_to_rehouse=COUNTS, households_rehoused=COUNTS),
    wish("assist", commune=st.sampled_from([ANZIN, FAMARS]), kind=st.just("operational"), days=st.just("0.5")).map(
        lambda asked: (asked[0], {**asked[1], "subject": "Étude"})
    ),
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
FUNDED = [
    (("commit", {"partner": "anru", "instrument": "grant", "amount_cents": 34}), entry("2008")),
    (("commit", {"partner": "region", "instrument": "loan", "amount_cents": 34}), entry("2008")),
    (("allocate", {"partner": "anru", "instrument": "grant", "amount_cents": 55}), entry("2008")),
]
MONEY_HISTORIES = st.lists(st.tuples(st.one_of(*MOVES), ENTRIES), min_size=4, max_size=12).map(
    lambda history: FUNDED + history
)

OPENS = {"allocate": "allocated", "commit": "committed"}


class Move(NamedTuple):
    """What moved at one level of one line in one year; loan: it stands apart. kind: of a payment."""

    line: str
    partner: str
    loan: bool
    level: str
    year: int | None
    kind: str | None = None


@dataclass
class Books:
    """The money of an operation kept apart, by somebody who only knows what commands mean."""

    said: dict[int, dict[str, Any]] = field(default_factory=dict)
    corrections: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    voided: set[int] = field(default_factory=set)

    def note(self, version: int, name: str, facts: dict[str, Any], on: str | None) -> None:
        if name == "correct":
            self.corrections[version] = (facts["target"], facts["changes"])
        elif name == "void":
            self.voided.add(facts["target"])
        elif name in (*OPENS, "revise_commitment", "decommit", "take_back", "pay", "repay"):
            self.said[version] = {"command": name, "on": on, **facts}

    def told(self) -> dict[int, dict[str, Any]]:
        """What counts, by version: voided entries gone, corrected ones as they were put right."""
        counted = {version: dict(facts) for version, facts in self.said.items() if version not in self.voided}
        for version, (target, changes) in self.corrections.items():
            if target in counted and version not in self.voided:
                counted[target].update(changes)
        return counted

    def lines(self) -> dict[str, tuple[str, str]]:
        """Partner and instrument of every line, named by the place of its entry among all that opened one."""
        opened = [version for version, facts in self.said.items() if facts["command"] in OPENS]
        return {
            f"L{1 + opened.index(version)}": (facts["partner"], facts["instrument"])
            for version, facts in self.told().items()
            if facts["command"] in OPENS
        }

    def moves(self) -> Counter[Move]:
        """Cents by line, partner, level, year and kind."""
        moved: Counter[Move] = Counter()
        committed: Counter[str] = Counter()
        lines, names = self.lines(), iter(self.lines())
        for facts in self.told().values():
            command, cents, kind = facts["command"], facts["amount_cents"], None
            line = next(names) if command in OPENS else facts["line"]
            if command == "pay":
                level, kind = "paid", facts["kind"]
            elif command == "repay":
                level, cents = "paid", -cents
            elif command == "take_back":
                level, cents = "allocated", -cents
            else:
                level = OPENS.get(command, "committed")
                if command == "revise_commitment":
                    cents -= committed[line]
                elif command == "decommit":
                    cents = -cents
            if level == "committed":
                committed[line] += cents
            partner, instrument = lines[line]
            year = int(facts["on"][:4]) if facts["on"] else None
            moved[Move(line, partner, instrument == "loan", level, year, kind)] += cents
        return moved

    def figures(self) -> Figures:
        total: Counter[tuple[str, bool]] = Counter()
        for move, cents in self.moves().items():
            total[move.level, move.loan] += cents
        return Figures(
            allocated_cents=total["allocated", False],
            committed_cents=total["committed", False],
            paid_cents=total["paid", False],
            loans_cents=total["committed", True],
        )


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
            books.note(operation.version, name, facts, said["on"].text)
    return operation, books


@settings(max_examples=150, deadline=None, database=None)
@given(HISTORIES)
def test_whatever_is_asked_refusals_change_nothing_and_the_rest_adds_up(history):
    operation, books = lived(history)
    check_replay(operation)
    check_money(operation, books)
    check_lines(operation)
    check_territory(operation)


@settings(max_examples=100, deadline=None, database=None)
@given(MONEY_HISTORIES)
def test_whatever_becomes_of_the_lines_their_money_adds_up(history):
    operation, books = lived(history)
    check_replay(operation)
    check_money(operation, books)
    check_lines(operation)


def check_replay(operation: Operation) -> None:
    """The entries are numbered without a gap; read again from their stored form they give an equal record."""
    assert [event.version for event in operation.entries] == list(range(1, operation.version + 1))
    assert operation.pending_events == operation.entries
    again = replayed(operation)
    assert again.entries == operation.entries
    assert knowledge(again) == knowledge(operation)
    assert list(again.facts) == amended(operation.entries)
    at_once = folded(operation.entries)
    assert isinstance(at_once, Operation)
    assert knowledge(at_once) == knowledge(operation)


def check_money(operation: Operation, books: Books) -> None:
    """Figures, lines and movements are those of books kept apart: by line, partner, level, year and kind."""
    money = operation.money
    assert money.figures == books.figures()
    assert {line.code: (line.partner, line.instrument) for line in money.lines.values()} == books.lines()
    moved: Counter[Move] = Counter()
    for each in money.movements:
        loan = each.instrument == "loan"
        moved[Move(each.line, each.partner, loan, each.level, each.on.year, each.kind)] += each.amount_cents
    assert moved == books.moves()
    for line in money.lines.values():
        sums = Counter({"allocated": line.allocated_cents, "committed": line.committed_cents, "paid": line.paid_cents})
        for move, cents in moved.items():
            sums[move.level] -= cents if move.line == line.code else 0
        assert sums == Counter()
    committed = money.figures.committed_cents + money.figures.loans_cents
    assert operation.phase != "funded" or committed >= operation.cost_cents


def check_lines(operation: Operation) -> None:
    """What people recorded never pays more than was committed, nor closes accounts that are not settled."""
    if any(event.by.imports for event in operation.entries):
        return
    for line in operation.money.lines.values():
        assert line.allocated_cents >= 0
        assert 0 <= line.paid_cents <= line.committed_cents
        assert line.to_pay_cents == 0 or operation.phase != "closed"


def check_territory(operation: Operation) -> None:
    """The plan stands on the facts of its own day, however often it was corrected."""
    day = (operation.planned_on or UNKNOWN).counts_on(paris_day(NOW))
    assert operation.outside == tuple(insee for insee in operation.communes if not is_member(insee, day))
    assert len(operation.outside) < len(operation.communes)


def test_the_books_would_notice_a_wrong_sum():
    operation, books = planned(), Books()
    operation.allocate(partner="anru", instrument="loan", amount_cents=5, **entry("2008"))
    books.note(2, "allocate", {"partner": "anru", "instrument": "grant", "amount_cents": 5}, "2008")
    assert isinstance(operation.entries[1], FundingAllocated)
    assert operation.money.figures != books.figures()
