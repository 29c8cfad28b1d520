"""Partners: the bodies that own, fund or lead operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.event import FirstEvent
from domain.vocabulary import PartnerKind

if TYPE_CHECKING:
    from domain.partner import Partner


class PartnerRegistered(FirstEvent):
    """A partner is known to the record.

    code: its name for ever. siren: 9 digits. other_names: earlier or usual ones.
    """

    TOPIC = "partner.registered"
    RECORD = "partner"
    label = "Partenaire enregistré"

    code: str
    name: str
    kind: PartnerKind
    siren: str | None = None
    other_names: tuple[str, ...] = ()

    def apply(self, partner: Partner) -> None:
        partner.reference = partner.code = self.code
        partner.name, partner.kind = self.name, self.kind
        partner.siren, partner.other_names = self.siren, self.other_names
