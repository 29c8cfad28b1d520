"""The trail, for auditors: every entry of every record, by who, for whom, about what and when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from marshmallow import ValidationError, validates_schema
from psycopg import Cursor

from api.http.access import AUDITORS
from api.http.fields import CODE, REFERENCE, TOKEN, Asked, Choice, Formed, YesOrNo
from api.http.paging import Paged, cursor_for, key_in
from api.http.problems import Absent
from api.http.routes import Blueprint
from api.v1.dated import a_day
from api.v1.documents import audit as documents
from api.v1.documents.parts import Document
from api.v1.schemas import says
from domain import events
from projections import trail_search as rows
from projections.trail_search import Wanted

blueprint = Blueprint("audit", __name__, url_prefix="/v1/audit", description="The trail of all entries.")

ACTOR = r"^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$"
TYPES = sorted(getattr(events, name).TOPIC for name in events.__all__)

Turn = Literal["before", "after"]
Place = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Filters(Asked):
    """What an auditor may ask the trail by; several filters hold together."""

    actor = Formed(ACTOR, "u-17", metadata=says("Opaque id of who recorded."))
    credential = Formed(TOKEN, "4dw7m2kq9x1c", metadata=says("Public id of the token that was used."))
    organisation = Formed(CODE, "cavm", metadata=says("Partner code of whoever it was recorded for."))
    operation = Formed(REFERENCE, "ANZ-CARPEAUX", metadata=says("Entries of that operation."))
    agreement = Formed(REFERENCE, "PNRU-2008", metadata=says("Entries of that agreement itself."))
    partner = Formed(CODE, "anru", metadata=says("Entries that move that partner's money, or are about it."))
    topic = Choice(TYPES, data_key="type", metadata=says("Kind of the fact."))
    since = a_day("Recorded on that day or a later one.", data_key="from")
    until = a_day("Recorded on that day or an earlier one.", data_key="to")
    on_from = a_day("What counts from that day or a later one.")
    on_to = a_day("What counts from that day or an earlier one.")
    late = YesOrNo(metadata=says("Recorded more than 60 days after it happened, or not."))
    corrections = YesOrNo(metadata=says("Entries that correct or void others, or all but these."))
    documented = YesOrNo(metadata=says("Entries that name some evidence, or none."))
    voided = YesOrNo(metadata=says("Entries that others have corrected or voided since, or those that stand."))

    @validates_schema
    def ends_in_order(self, asked: dict[str, Any], **_: Any) -> None:
        for first, last, named in (("since", "until", "to"), ("on_from", "on_to", "on_to")):
            if first in asked and last in asked and asked[first] > asked[last]:
                raise ValidationError("La fin précède le début.", named)


class AuditQuery(Paged, Filters):
    """The same, page by page."""


@blueprint.searches("", documents.AuditTrail, roles=AUDITORS, projection="trail", query=AuditQuery)
def audit(cursor: Cursor[Any], asked: dict[str, Any]) -> tuple[Document, int]:
    """The trail of all entries, newest first.

    Who recorded what, for whom, when and why, and what it changed. `next` turns to what is older, `previous` to what is
    newer. All days are days in Paris.
    """
    limit, (turn, place) = asked.pop("limit"), start(asked.pop("cursor", None))
    found = page(cursor, Wanted(**asked), turn, place, limit + 1)
    more = len(found.entries) > limit
    shown = found.entries[-limit:] if turn == "after" else found.entries[:limit]
    return {"items": list(map(documents.line, shown)), **beside(shown, turn, place, more)}, found.position


def start(cursor: str | None) -> tuple[Turn, int | None]:
    """Where a page begins, and which way it goes. Raises NotValid."""
    if cursor is None:
        return "before", None
    turn, place = key_in(cursor, tuple[Turn, Place])
    return turn, place


def page(cursor: Cursor[Any], wanted: Wanted, turn: Turn, place: int | None, limit: int) -> rows.Page:
    """Entries on one side of a place, newest first."""
    look = rows.newest if turn == "before" else rows.following
    return look(cursor, wanted if place is None else wanted.narrowed(**{turn: place}), limit=limit)


def beside(shown: list[rows.Entry], turn: Turn, place: int | None, more: bool) -> dict[str, str | None]:
    """The cursors of both sides: where one came from, there is something; elsewhere, as far as was seen."""
    older, newer = (more, place is not None) if turn == "before" else (place is not None, more)
    return {
        "next": cursor_for(("before", shown[-1].position)) if shown and older else None,
        "previous": cursor_for(("after", shown[0].position)) if shown and newer else None,
    }


@blueprint.searches("/<position:position>", documents.WholeEntry, roles=AUDITORS, projection="trail")
def audit_entry(cursor: Cursor[Any], _asked: dict[str, Any], position: int) -> tuple[Document, int]:
    """One entry whole.

    With the bytes that are stored of it, which nothing but the entry itself decides.
    """
    found, reached = rows.at(cursor, position)
    if found is None:
        raise Absent("Aucune écriture n'a cette position.")
    return documents.whole_entry(found), reached
