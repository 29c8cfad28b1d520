"""The agreement: a protocol or a convention that contains operations and sets money aside for them; its commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, Unpack

from domain import events
from domain.commands.allocating import AllocatingCommands
from domain.dates import PartialDate
from domain.event import Entry
from domain.events.amendments import Amendment
from domain.events.funding import Funding
from domain.money import Money
from domain.record import Record
from domain.shape import as_stored
from domain.vocabulary import AgreementKind, CostBasis, Theme


class Agreement(AllocatingCommands, Record):
    """An agreement. Every command takes the keys of `Entry` too, and raises the refusals of its event."""

    TOPIC = "agreement"

    def clear(self) -> None:
        """Nothing is known yet."""
        self.reference: str = ""
        self.title: str = ""
        self.kind: AgreementKind = "convention"
        self.signed_on: PartialDate | None = None
        self.leader: str = ""
        self.signatories: tuple[str, ...] = ()
        self.programme: str | None = None
        self.theme: Theme | None = None
        self.communes: tuple[str, ...] = ()
        self.site: str | None = None
        self.cost_cents: int | None = None
        self.cost_basis: CostBasis = "not_stated"
        self.early_start = False
        self.money = Money()
        self.amendments: dict[int, Amendment] = {}

    @classmethod
    def sign(
        cls,
        *,
        authority: str,
        reference: str,
        title: str,
        kind: AgreementKind,
        leader: str,
        signatories: tuple[str, ...] = (),
        programme: str | None = None,
        theme: Theme | None = None,
        communes: tuple[str, ...] = (),
        site: str | None = None,
        cost_cents: int | None = None,
        cost_basis: CostBasis = "not_stated",
        **entry: Unpack[Entry],
    ) -> Self:
        """Partners sign. authority: partner code of the body that keeps this record."""
        return cls.begin(
            events.AgreementSigned,
            authority=authority,
            named=reference,
            reference=reference,
            title=title,
            kind=kind,
            leader=leader,
            signatories=signatories,
            programme=programme,
            theme=theme,
            communes=communes,
            site=site,
            cost_cents=cost_cents,
            cost_basis=cost_basis,
            **entry,
        )

    def allocation(self) -> type[Funding]:
        """An agreement's own: for all its operations."""
        return events.AgreementAllocated

    def sign_amendment(
        self, *, number: int, title: str | None = None, operations: tuple[str, ...] = (), **entry: Unpack[Entry]
    ) -> None:
        """Partners sign an amendment. operations: those on which it records entries; `domain/amending.py` does both."""
        self.record(events.AmendmentSigned, number=number, title=title, operations=operations, **entry)

    def note(
        self, *, title: str, due_on: PartialDate | None = None, amount_cents: int | None = None, **entry: Unpack[Entry]
    ) -> None:
        """Keep a dated fact that changes no figure."""
        self.record(events.AgreementNoted, title=title, due_on=due_on, amount_cents=amount_cents, **entry)

    def authorise_early_start(self, *, authority: str, **entry: Unpack[Entry]) -> None:
        """The operations may start before the agreement is signed."""
        self.record(events.AgreementEarlyStartAuthorised, authority=authority, **entry)

    def correct(self, *, target: int, changes: Mapping[str, Any], **entry: Unpack[Entry]) -> None:
        """An entry said something wrong. changes: field name to the right value, as plain JSON."""
        self.record(events.AgreementEntryCorrected, target=target, changes=as_stored(changes), **entry)

    def void(self, *, target: int, **entry: Unpack[Entry]) -> None:
        """An entry should never have been recorded."""
        self.record(events.AgreementEntryVoided, target=target, **entry)
