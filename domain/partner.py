"""The partner: a body that owns, funds or leads operations."""

from __future__ import annotations

from typing import Self, Unpack

from domain import events
from domain.event import Entry
from domain.record import Record
from domain.vocabulary import PartnerKind


class Partner(Record):
    """A partner, named by its code."""

    TOPIC = "partner"

    def clear(self) -> None:
        """Nothing is known yet."""
        self.reference = self.code = ""
        self.name = ""
        self.kind: PartnerKind = "other"
        self.siren: str | None = None
        self.other_names: tuple[str, ...] = ()

    @classmethod
    def register(
        cls,
        *,
        authority: str,
        code: str,
        name: str,
        kind: PartnerKind,
        siren: str | None = None,
        other_names: tuple[str, ...] = (),
        **entry: Unpack[Entry],
    ) -> Self:
        """The partner is known to the record."""
        return cls.begin(
            events.PartnerRegistered,
            authority=authority,
            named=code,
            code=code,
            name=name,
            kind=kind,
            siren=siren,
            other_names=other_names,
            **entry,
        )
