"""What changed between two moments: each fact before and after, and the entries that changed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from api.v1.documents.describing import NEXT, one_of, part, several, text, whole
from api.v1.documents.operation import operation
from api.v1.documents.partner import PartnerName
from api.v1.documents.parts import Document
from api.v1.documents.timeline import TimelineEntry, entry
from api.v1.schemas import says
from projections.changes import Lines, Moved
from projections.portfolio import OperationRow
from projections.timeline import EntryRow

# Members of a list are the same before and after by what names them.
NAMES = ("line", "code", "insee", "plan", "year", "theme", "programme", "scheme")
# What an entry may tell of the money of others.
WITHHELD: Document = {"partner": None, "amount_cents": None, "reason": None, "documents": [], "detail": None}
# What says at which moment a document was made, and what the lines, which are compared, add up to: not what it tells.
OF_THE_MOMENT = frozenset(
    {
        *("version", "position", "late", "late_initially", "days_late", "days_late_initially"),
        *("as_known_on", "as_true_on", "statement", "reference", "by_partner"),
    }
)


class End(Schema):
    asked = text("The day or the statement that was asked for; null: the beginning, or the present.", allow_none=True)
    position = whole("The last position that was known.")


class Change(Schema):
    field = text("What changed: its place in the document, `funding.paid_cents`, `by_year.null.paid_cents`.")
    before = fields.Raw(required=True, allow_none=True, metadata=says("As known first; null: nothing, or not yet."))
    after = fields.Raw(required=True, allow_none=True, metadata=says("As known then; null: nothing, or no more."))


class ChangingEntry(TimelineEntry):
    position = whole("Its place in the ledger.")
    changes = several(Change, "What it changed.")


class OperationChanges(Schema):
    reference = text("The operation's name.")
    title = text("What people call it.")
    since = part(End, "What was known first.")
    until = part(End, "What was known then.")
    changes = several(Change, "What changed in between, all entries together.")
    entries = several(ChangingEntry, "The entries recorded in between: by whom, and why.")


class PartnerEntry(ChangingEntry):
    """An entry that moved a partner's money.

    Of what the token may not read in full, `partner`, `amount_cents`, `reason` and `detail` are null and `documents` is
    empty.
    """

    holder = one_of(["operation", "agreement"], "What the entry is about.")
    reference = text("Name of the operation or agreement.")
    title = text("What people call it.")


class PartnerChanges(Schema):
    partner = part(PartnerName, "Whose money it is.")
    since = part(End, "What was known first.")
    until = part(End, "What was known then.")
    changes = several(Change, "What changed in its totals in between.")
    items = several(PartnerEntry, "The entries recorded in between that moved its money, the oldest first.")
    next = text(NEXT, allow_none=True)


class Between(NamedTuple):
    """The two ends of a comparison: what was asked, and the positions."""

    asked_since: str | None
    since: int
    asked_until: str | None
    until: int

    @property
    def said(self) -> Document:
        return {
            "since": {"asked": self.asked_since, "position": self.since},
            "until": {"asked": self.asked_until, "position": self.until},
        }

    @property
    def key(self) -> list[str | None]:
        """As cursors keep it."""
        return [self.asked_since, self.asked_until]


def flat(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """The facts of a document, each by its place."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if place or name not in OF_THE_MOMENT:
                yield from flat(each, f"{place}.{name}" if place else name)
    elif isinstance(value, list) and (named := by_name(value)) is not None:
        for name, each in named.items():
            yield from flat(each, f"{place}.{name}")
    else:
        yield place, value


def by_name(items: Sequence[Any]) -> dict[str, Any] | None:
    """The members of a list by what names them; None where nothing does."""
    if not items or not all(isinstance(each, Mapping) for each in items):
        return None
    key = next((name for name in NAMES if name in items[0]), None)
    if key is None:
        return None
    # What has no year or theme stands under `null`, as documents say it.
    return {
        "null" if each[key] is None else str(each[key]): {n: v for n, v in each.items() if n != key} for each in items
    }


def apart(*both: Mapping[str, Any]) -> Iterator[Document]:
    """Of two documents, what the other one does not say likewise: an entry leaves most of them as it was."""
    for one, other in (both, both[::-1]):
        yield {name: each for name, each in one.items() if name not in other or other[name] != each}


def changes(before: Any, after: Any) -> list[Document]:
    """What two documents say differently, in the order of the later one."""
    was, now = (dict(flat(each)) for each in apart(before or {}, after or {}))
    # A list without members stands at the place of all of them.
    places = [place for place in {**now, **was} if was.get(place) != now.get(place)]
    return [
        {"field": place, "before": was.get(place), "after": now.get(place)}
        for place in places
        if not (was.get(place, []) in ([], None) and now.get(place, []) in ([], None))
    ]


def of_operation(
    states: Sequence[OperationRow | None], entries: Sequence[EntryRow], named: OperationRow, between: Between
) -> Document:
    """What changed in an operation. states: before the first entry, then after each of them."""
    told = [operation(each) if each else None for each in states]
    return {
        "reference": named.reference,
        "title": named.title,
        **between.said,
        "changes": changes(told[0], told[-1]) if told else [],
        "entries": [
            # The row of an entry that was amended begins where it was amended; its own place is that of its state.
            {**entry(row), "position": state and state.position, "changes": changes(before, after)}
            for row, state, before, after in zip(entries, states[1:], told, told[1:], strict=False)
        ],
    }


def moving(row: Moved, before: Lines, after: Lines, *, whole: bool) -> Document:
    """An entry that moved a partner's money, with what it changed on its lines. whole: the reader sees all of it."""
    return {
        **entry(row),
        **({} if whole else WITHHELD),
        "changes": changes({"lines": before}, {"lines": after}),
        "holder": row.holder,
        "reference": row.reference,
        "title": row.title,
        "position": row.position,
    }
