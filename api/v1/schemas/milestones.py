"""Bodies: dated steps other than start and delivery."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from api.http.fields import CODE, Day, Formed, Text
from api.v1.schemas.parts import TITLE, Entry, Undated, says


class Milestone(Undated):
    """Scheduled where it has `due_on`, logged as reached where it has `on`; one of them is needed."""

    on = Day(metadata=says("When it was reached; left out for a milestone that lies ahead."))
    code = Formed(CODE, "permis", required=True, metadata=says("The milestone's name within the operation."))
    label = Text(TITLE, required=True, metadata=says("What people call it, in French."))
    due_on = Day(allow_none=True, metadata=says("When it is due; may lie ahead."))

    @validates_schema(skip_on_field_errors=True)
    def dated(self, values: dict[str, Any], **_: Any) -> None:
        if not (values.get("on") or values.get("due_on")):
            raise ValidationError("Donnez on (jalon atteint) ou due_on (jalon prévu).", "due_on")


class ReachMilestone(Entry):
    pass


class RescheduleMilestone(Entry):
    due_on = Day(required=True, metadata=says("The new date; may lie ahead."))


class DropMilestone(Entry):
    pass
