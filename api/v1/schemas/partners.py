"""Bodies: partners."""

from __future__ import annotations

from api.http.fields import CODE, SIREN, Choice, Formed, Several, Text
from api.v1.schemas.parts import TITLE, Undated, says
from domain.vocabulary import PARTNER_KINDS


class RegisterPartner(Undated):
    code = Formed(CODE, "anru", required=True, metadata=says("The partner's name, for ever."))
    name = Text(TITLE, required=True, metadata=says("What people call it, in French."))
    kind = Choice(PARTNER_KINDS, required=True, metadata=says("What it is."))
    siren = Formed(SIREN, "245901160", allow_none=True, metadata=says("SIREN number, 9 digits."))
    other_names = Several(Text(TITLE), 20, metadata=says("Former and usual names."))
