"""Whatever is asked of many operations and agreements at once, refusals change nothing and the money adds up."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.agreement import Agreement
from domain.amending import Change, amend, touched, void_amendment
from domain.errors import Refusal
from domain.events import FundingTransferred
from domain.events.amendments import amendment_name
from domain.events.correcting import amended
from domain.operation import Operation
from domain.partner import Partner
from domain.record import Record
from tests.domain.asking import (
    AMOUNTS,
    CHANGES,
    DAYS,
    FEW,
    INSTRUMENTS,
    KINDS,
    LINES,
    PLACES,
    PROGRAMMES,
    REASONS,
    aimed,
    changes_of,
    moves_of,
    said_by,
    sums_of,
)
from tests.domain.books import Books, sums
from tests.story import ANZIN, AUTHORITY, entry, knowledge, replayed, signed, state


class Desk(RuleBasedStateMachine):
    """People record; somebody else keeps the books."""

    def __init__(self) -> None:
        super().__init__()
        self.partners: list[Partner] = []
        self.agreements: list[Agreement] = []
        self.operations: list[Operation] = []
        self.books: list[Books] = []

    # What is there from the start

    @initialize()
    def begins(self) -> None:
        for code in ("anru", "region"):
            self.register(code)
        self.agreements = [signed("PNRU-2008"), signed("NPNRU-2019", on="2008")]
        for place in (0, 0, 1):
            self.plan(place, "PNRU", "2008", "Motif")

    def register(self, code: str) -> None:
        known = entry("2008")
        self.partners.append(Partner.register(authority=AUTHORITY, code=code, name=code, kind="other", **known))

    @precondition(lambda self: len(self.operations) < 5)
    @rule(place=FEW, programme=PROGRAMMES, on=DAYS, reason=REASONS)
    def plan(self, place: int, programme: str | None, on: str, reason: str | None) -> None:
        reference = f"ANZ-{len(self.operations) + 1}"
        operation = Operation.plan(
            authority=AUTHORITY,
            reference=reference,
            title="Anzin",
            communes=(ANZIN,),
            programme=programme,
            agreement=self.agreements[place % 2],
            cost_cents=100,
            **entry(on, reason=reason),
        )
        self.operations.append(operation)
        self.books.append(Books())
        self.books[-1].note(1, "plan", {"programme": programme, "on": on})
        money = {"partner": "anru", "instrument": "grant", "amount_cents": 100}
        for name in ("commit", "allocate"):
            self.tell(len(self.operations) - 1, name, on, "Motif", **money)

    @precondition(lambda self: len(self.partners) < 4)
    @rule(code=st.sampled_from(["cdc", "departement"]))
    def register_partner(self, code: str) -> None:
        if code not in {partner.code for partner in self.partners}:
            self.register(code)

    # How a command is asked

    def ask(self, record: Record, name: str, on: str, reason: str | None, **facts: Any) -> bool:
        """Ask one record. Refused, it is as it was before."""
        before = deepcopy(state(record))
        try:
            getattr(record, name)(**facts, **entry(on, reason=reason))
        except Refusal:
            assert state(record) == before
            return False
        return True

    def tell(self, place: int, name: str, on: str, reason: str | None, *, noted: str = "", **facts: Any) -> None:
        """Ask an operation, and note what it recorded."""
        place %= len(self.operations)
        operation = self.operations[place]
        if self.ask(operation, name, on, reason, **facts):
            self.books[place].note(operation.version, noted or name, {"on": on, **facts})
            self.check(place)

    # Money

    @rule(
        place=FEW,
        name=st.sampled_from(["allocate", "commit", "commit"]),
        partner=FEW,
        instrument=INSTRUMENTS,
        cents=AMOUNTS,
        on=DAYS,
        reason=REASONS,
    )
    def fund(self, place, name, partner, instrument, cents, on, reason) -> None:
        code = self.partners[partner % len(self.partners)].code
        self.tell(place, name, on, reason, partner=code, instrument=instrument, amount_cents=cents)

    @rule(
        place=FEW,
        name=st.sampled_from(["revise_commitment", "decommit", "take_back", "repay"]),
        line=LINES,
        cents=AMOUNTS,
        on=DAYS,
        reason=REASONS,
    )
    def move(self, place, name, line, cents, on, reason) -> None:
        noted = "revise" if name == "revise_commitment" else name
        self.tell(place, name, on, reason, noted=noted, line=line, amount_cents=cents)

    @rule(place=FEW, line=LINES, kind=KINDS, cents=st.integers(1, 60), ref=st.sampled_from("abcdef"), on=DAYS)
    def pay(self, place, line, kind, cents, ref, on) -> None:
        self.tell(place, "pay", on, None, line=line, kind=kind, amount_cents=cents, external_ref=ref)

    # Works

    @rule(place=FEW, name=st.sampled_from(["suspend", "resume", "start", "deliver", "detach"]), on=DAYS, reason=REASONS)
    def live(self, place, name, on, reason) -> None:
        self.tell(place, name, on, reason)

    @rule(place=FEW, on=DAYS, reason=REASONS, sure=st.integers(0, 3))
    def abandon(self, place, on, reason, sure) -> None:
        if sure == 0:  # An operation that is given up has little left to say.
            self.tell(place, "abandon", on, reason)

    @rule(place=FEW, cents=st.sampled_from([0, 100]), on=DAYS)
    def close(self, place, cents, on) -> None:
        self.tell(place, "close", on, "Motif", final_cost_cents=cents)

    @rule(place=FEW, programme=st.sampled_from(["PNRU", "NPNRU", "ERBM"]), agreement=PLACES, on=DAYS)
    def attach(self, place, programme, agreement, on) -> None:
        named = self.agreements[agreement % 7 == 6].reference  # Most stay together, to be amended.
        self.tell(place, "attach", on, None, programme=programme, agreement=named)

    # Putting right

    @rule(place=FEW, aim=PLACES, changes=CHANGES, on=DAYS, reason=REASONS)
    def correct(self, place, aim, changes, on, reason) -> None:
        version, known = aimed(self.operations[place % len(self.operations)], aim, changes)
        self.tell(place, "correct", on, reason, target=version, changes=known)

    @rule(place=FEW, aim=PLACES, on=DAYS, reason=REASONS)
    def void(self, place, aim, on, reason) -> None:
        version, _ = aimed(self.operations[place % len(self.operations)], aim, {})
        self.tell(place, "void", on, reason, target=version)

    # Agreements

    @rule(
        place=FEW,
        cents=AMOUNTS,
        aim=PLACES,
        changes=CHANGES,
        on=DAYS,
        reason=REASONS,
        name=st.sampled_from(["allocate", "note", "correct", "void"]),
    )
    def agree(self, place, cents, aim, changes, on, reason, name) -> None:
        agreement = self.agreements[place % 2]
        version, known = aimed(agreement, aim, changes)
        facts = {
            "allocate": {"partner": "anru", "instrument": "grant", "amount_cents": cents},
            "note": {"title": "Comité"},
            "correct": {"target": version, "changes": known},
            "void": {"target": version},
        }
        self.ask(agreement, name, on, reason, **facts[name])

    @rule(data=st.data(), place=FEW, step=st.sampled_from([1, 1, 1, 2, 0]), on=DAYS)
    def amend(self, data, place, step, on) -> None:
        agreement = self.agreements[place % 2]
        known = [each.reference for each in self.operations if each.agreement == agreement.reference]
        if not known:
            return
        number = max(agreement.amendments, default=0) + step
        changes = data.draw(st.lists(changes_of(known), min_size=1, max_size=3))
        if self.together(place, touched(changes), amend, number=number, changes=changes, **entry(on, reason="Motif")):
            self.note_amendment(amendment_name(agreement.reference, number), changes, on)

    @rule(place=FEW, number=st.integers(1, 3), on=DAYS, reason=REASONS)
    def void_amendment(self, place, number, on, reason) -> None:
        everything = tuple(operation.reference for operation in self.operations)
        if self.together(place, everything, void_amendment, number=number, **entry(on, reason=reason)):
            for books in self.books:
                books.void_amendment(amendment_name(self.agreements[place % 2].reference, number))

    def together(self, place: int, named: tuple[str, ...], command: Callable[..., Any], **facts: Any) -> bool:
        """One command on several records, as the ledger takes it: all of them as it left them, or none."""
        loaded = [operation for operation in self.operations if operation.reference in named]
        agreement, operations = deepcopy((self.agreements[place % 2], loaded))
        try:
            command(agreement, operations, **facts)
        except Refusal:
            return False
        left = {operation.reference: operation for operation in operations}
        self.agreements[place % 2] = agreement
        self.operations = [left.get(operation.reference, operation) for operation in self.operations]
        return True

    def note_amendment(self, name: str, changes: list[Change], on: str) -> None:
        """Each change is one entry, a transfer one at either end."""
        places = {operation.reference: place for place, operation in enumerate(self.operations)}
        left = Counter(reference for change in changes for reference in change.touches)
        for change in changes:
            for reference, command, facts in said_by(change):
                version = self.operations[places[reference]].version - left[reference] + 1
                left[reference] -= 1
                self.books[places[reference]].note(version, command, {"on": on, "amendment": name, **facts})

    # What always holds

    def check(self, place: int) -> None:
        """By partner, year and programme the domain says what the books say."""
        movements, moved = self.operations[place].money.movements, self.books[place].moves()
        assert moves_of(movements) == moved
        assert sums_of(movements) == sums(moved, lambda _: True)
        for partner in {move.partner for move in moved}:
            of_partner = [each for each in movements if each.partner == partner]
            assert sums_of(of_partner) == sums(moved, lambda move, asked=partner: move.partner == asked)
        for year in {move.year for move in moved}:
            of_year = [each for each in movements if each.on.year == year]
            assert sums_of(of_year) == sums(moved, lambda move, asked=year: move.year == asked)
        for programme in {move.programme for move in moved}:
            of_programme = [each for each in movements if each.programme == programme]
            assert sums_of(of_programme) == sums(moved, lambda move, asked=programme: move.programme == asked)

    @invariant()
    def nobody_is_paid_more_than_was_committed(self) -> None:
        for operation in self.operations:
            for line in operation.money.lines.values():
                assert line.allocated_cents >= 0
                assert 0 <= line.paid_cents <= line.committed_cents
                assert line.to_pay_cents == 0 or operation.phase != "closed"

    def teardown(self) -> None:
        """Every record is what its stored history says, and what was transferred adds up to zero."""
        for place in range(len(self.operations)):
            self.check(place)
        for record in (*self.partners, *self.agreements, *self.operations):
            assert [event.version for event in record.entries] == list(range(1, record.version + 1))
            assert knowledge(replayed(record)) == knowledge(record)
        standing = [each for operation in self.operations for each in amended(operation.entries)]
        assert sum(each.amount_cents for each in standing if isinstance(each, FundingTransferred)) == 0


def play(examples: int, steps: int) -> None:
    """So many histories, each of so many commands."""
    chosen = settings(max_examples=examples, stateful_step_count=steps, deadline=None, database=None)
    run_state_machine_as_test(Desk, settings=chosen)


def test_whatever_is_asked_of_many_at_once_their_money_adds_up():
    play(examples=50, steps=40)


@pytest.mark.soak
def test_thousands_of_commands_leave_the_money_right():
    play(examples=600, steps=80)
