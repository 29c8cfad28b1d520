"""Bodies: statements."""

from __future__ import annotations

from api.http.fields import CODE, Count, Formed, Text
from api.v1.schemas.parts import TITLE, Entry, says


class MakeStatement(Entry):
    code = Formed(CODE, "comite-mars", required=True, metadata=says("The statement's name, for ever; not like a date."))
    title = Text(TITLE, required=True, metadata=says("What people call it: « Comité du 12 mars »."))
    position = Count(
        1, 2**63 - 1, allow_none=True, metadata=says("The last position that it takes in; the present one if left out.")
    )
