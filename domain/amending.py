"""Amending: one decision moves dates and money on several operations of an agreement, recorded whole or not at all.

Everything here works on aggregates that were loaded for this one command. Each change is checked as it is recorded; a
refusal leaves through the caller, nothing is appended, and the loaded aggregates are thrown away. What is returned
goes into one append: see `Ledger.run`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Unpack

import msgspec

from domain import events
from domain.dates import PartialDate
from domain.errors import Invalid, NotInAgreement, Refusal, UnknownAmendment, UnknownLine, UnknownOperation
from domain.event import Entry
from domain.events.amendments import amendment_name
from domain.events.correcting import amended
from domain.money import check_amount
from domain.record import Record

if TYPE_CHECKING:
    from domain.agreement import Agreement
    from domain.operation import Operation


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an amendment changes. reason: its own, where it has another than the amendment's."""

    reason: str | None = None

    @property
    def touches(self) -> tuple[str, ...]:
        """References of the operations that it records an entry on."""
        raise NotImplementedError

    def record(self, operations: Mapping[str, Operation], amendment: str, entry: Entry) -> None:
        """Record it on its operations. Raises the refusals of its event."""
        raise NotImplementedError


class Reschedule(Change, frozen=True, kw_only=True):
    """The calendar of an operation moves; a date left out does not change."""

    operation: str
    starts_on: PartialDate | None = None
    delivers_on: PartialDate | None = None

    @property
    def touches(self) -> tuple[str, ...]:
        return (self.operation,)

    def record(self, operations: Mapping[str, Operation], amendment: str, entry: Entry) -> None:
        operations[self.operation].record(
            events.Rescheduled, starts_on=self.starts_on, delivers_on=self.delivers_on, amendment=amendment, **entry
        )


class Revise(Change, frozen=True, kw_only=True):
    """A commitment becomes another amount. amount_cents: the new committed amount, euro cents, > 0."""

    operation: str
    line: str
    amount_cents: int
    decision_ref: str | None = None

    @property
    def touches(self) -> tuple[str, ...]:
        return (self.operation,)

    def record(self, operations: Mapping[str, Operation], amendment: str, entry: Entry) -> None:
        operations[self.operation].record(
            events.FundingRevised,
            line=self.line,
            amount_cents=self.amount_cents,
            decision_ref=self.decision_ref,
            amendment=amendment,
            **entry,
        )


class Transfer(Change, frozen=True, kw_only=True):
    """Committed money of one partner moves to a line of another operation. amount_cents: euro cents, > 0."""

    from_operation: str
    from_line: str
    to_operation: str
    to_line: str
    amount_cents: int

    @property
    def touches(self) -> tuple[str, ...]:
        return (self.from_operation, self.to_operation)

    def record(self, operations: Mapping[str, Operation], amendment: str, entry: Entry) -> None:
        for refusal in check_amount(self.amount_cents):
            raise refusal
        source, target = operations[self.from_operation], operations[self.to_operation]
        line = source.money.lines.get(self.from_line)
        if line is None:
            raise UnknownLine(field="from_line", line=self.from_line)
        if self.to_line not in target.money.lines:
            raise UnknownLine(field="to_line", line=self.to_line)
        ends = (
            (source, self.from_line, -self.amount_cents, self.to_operation, self.to_line),
            (target, self.to_line, self.amount_cents, self.from_operation, self.from_line),
        )
        for operation, code, amount_cents, other_operation, other_line in ends:
            operation.record(
                events.FundingTransferred,
                line=code,
                amount_cents=amount_cents,
                partner=line.partner,
                instrument=line.instrument,
                other_operation=other_operation,
                other_line=other_line,
                amendment=amendment,
                **entry,
            )


def touched(changes: Iterable[Change]) -> tuple[str, ...]:
    """References of the operations that these changes are about, each once, in order: those to load."""
    return tuple(dict.fromkeys(reference for change in changes for reference in change.touches))


def amend(
    agreement: Agreement,
    operations: Iterable[Operation],
    *,
    number: int,
    changes: Sequence[Change] = (),
    title: str | None = None,
    **entry: Unpack[Entry],
) -> tuple[Record, ...]:
    """Partners sign an amendment. operations: those that the changes name, loaded. Returns what goes into the append.

    A refusal of a change says which one: its field is named `changes.<index>.<field>`, its values hold `change`.
    Raises NotInAgreement, UnknownOperation, and the refusals of the events.
    """
    named = touched(changes)
    known = {operation.reference: operation for operation in operations}
    for reference in named:
        if reference not in known:
            raise UnknownOperation(reference=reference)
        if known[reference].agreement != agreement.reference:
            raise NotInAgreement(operation=reference, agreement=agreement.reference)
    agreement.sign_amendment(number=number, title=title, operations=named, **entry)
    for index, change in enumerate(changes):
        with said_of(index):
            own: Entry = {**entry, "reason": change.reason or entry.get("reason")}
            change.record(known, amendment_name(agreement.reference, number), own)
    return (agreement, *(known[reference] for reference in named))


def void_amendment(
    agreement: Agreement, operations: Iterable[Operation], *, number: int, **entry: Unpack[Entry]
) -> tuple[Record, ...]:
    """An amendment should never have been recorded: all its entries are voided, at both ends of every transfer.

    operations: those that the amendment touched, loaded. Returns what goes into the append.
    Raises UnknownAmendment, UnknownOperation, and the refusals of a voiding.
    """
    signed = agreement.amendments.get(number)
    if signed is None:
        raise UnknownAmendment(number=number, reference=agreement.reference)
    known = {operation.reference: operation for operation in operations}
    name = amendment_name(agreement.reference, number)
    for reference in signed.operations:
        if reference not in known:
            raise UnknownOperation(reference=reference)
        # The last entry first: what came later may rest on what came before it.
        for target in reversed(recorded_by(name, known[reference])):
            known[reference].record(events.EntryVoided, target=target, amendment=name, **entry)
    agreement.record(events.AgreementEntryVoided, target=signed.version, amendment=name, **entry)
    return (agreement, *(known[reference] for reference in signed.operations))


def recorded_by(name: str, operation: Operation) -> list[int]:
    """Versions of the entries that an amendment recorded on an operation, those voided since apart."""
    return [each.version for each in amended(operation.entries) if getattr(each, "amendment", None) == name]


@contextmanager
def said_of(index: int) -> Iterator[None]:
    """What is refused within is said of the change of that index."""
    try:
        yield
    except Refusal as refusal:
        refusal.values["change"] = index
        if isinstance(refusal, Invalid):
            raise refusal.about(f"changes.{index}.{refusal.field}") from None
        raise
