"""What changed between two days or statements: figures, calendar, phase and lines, by whom and why."""

from datetime import date
from functools import partial
from typing import NamedTuple

from marshmallow import ValidationError

from api.http.access import EVERYONE, READERS
from api.http.fields import CODE, Asked, Formed
from api.http.paging import Paged, listed
from api.http.problems import NotValid
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.services import services
from api.v1.dated import READ_TOGETHER, WHOLE_DAY, by_the_end_of, stated, whole_day
from api.v1.documents import changes as documents
from api.v1.documents import partner as partners
from api.v1.documents.changes import Between
from api.v1.documents.parts import Document
from api.v1.operations import operation_at, sees
from api.v1.partners import own
from api.v1.schemas import says
from domain.errors import UnknownOperation
from projections import changes as rows
from projections import past, past_totals, portfolio, progress, timeline
from projections.moments import Moment
from projections.totals import PartnerRow

blueprint = Blueprint("changes", __name__, url_prefix="/v1", description="What changed between two moments.")

SINCE = says("Compared with what was known by the end of that day, or at that statement; with nothing if left out.")
UNTIL = says("What was known by the end of that day, or at that statement; the present if left out.")


class BetweenQuery(Asked):
    since = Formed(CODE, "2012-12-31", metadata=SINCE)
    until = Formed(CODE, "2012-12-31", metadata=UNTIL)


class BetweenPage(Paged, BetweenQuery):
    """The same, page by page."""


@blueprint.reads(
    "/operations/<reference:reference>/changes",
    documents.OperationChanges,
    roles=READERS,
    projection="portfolio",
    query=BetweenQuery,
)
def operation_changes(read: Reading, reference: str) -> Document:
    """What changed in an operation between two days or statements.

    Each fact before and after, in all and entry by entry, with who recorded it and why.
    """
    between = ends(read)
    now = portfolio.operation(read.cursor, reference, today=read.today)
    if now is None or not sees(read.reader, now):
        raise UnknownOperation(reference=reference)
    at = knowing(between.until, read)
    states = list(rows.states(read.cursor, services().authority, reference, between.since, between.until))
    # Where nothing was recorded in between, what it is called has to be found by itself.
    last = states[-1][1] if states else None
    named = past.shown(last, at) if last else past.row(operation_at(read, reference, at), at)
    versions = {version for version, _ in states[1:]}
    told = timeline.entries_at(read.cursor, "operation", reference, at)
    entries = sorted((each for each in told if each.version in versions), key=lambda each: each.version)
    shown = [past.shown(row, at) if row else None for _, row in states]
    return documents.of_operation(shown, entries, named, between)


@blueprint.reads(
    "/partners/<code:code>/changes",
    documents.PartnerChanges,
    roles=EVERYONE,
    projection="commitments",
    query=BetweenPage,
)
def partner_changes(read: Reading, code: str) -> Document:
    """What changed in the money of a partner between two days or statements.

    Its totals before and after, and the entries that moved its money, each with what it changed on its lines. Of
    operations and agreements that a partner no longer reads in full, it is told nothing else of an entry.
    """
    row, between = own(read, code), ends(read)
    page = listed(
        read.query,
        find=partial(moved, read, code, between),
        show=lambda each: documents.moving(each.row, each.before, each.after, whole=each.whole),
        key=lambda each: each.row.position,
        shape=int,
        bound=between.key,
    )
    before, after = (sums(read, row, position) for position in (between.since, between.until))
    return {"partner": partners.named(row), **between.said, "changes": documents.changes(before, after), **page}


class Moving(NamedTuple):
    """An entry that moved a partner's money, with its lines before and after. whole: the reader sees all of it."""

    row: rows.Moved
    before: rows.Lines
    after: rows.Lines
    whole: bool


def moved(read: Reading, code: str, between: Between, *, after: int | None, limit: int) -> list[Moving]:
    """A page of the entries that moved a partner's money."""
    found = rows.moved(read.cursor, code, after=after or between.since, until=between.until, limit=limit)
    references = {each.reference for each in found}
    held = rows.Held(read.cursor, code, sorted(references))
    scope = read.reader.scope
    seen = None if scope is None else portfolio.readable(read.cursor, references, scope)
    return [
        Moving(
            each,
            held.lines(each.holder, each.reference, each.position - 1),
            held.lines(each.holder, each.reference, each.position),
            seen is None or (each.holder, each.reference) in seen,
        )
        for each in found
    ]


def sums(read: Reading, row: PartnerRow, position: int) -> Document:
    """The totals of a partner as known at a position."""
    then, slices = past_totals.partner_at(read.cursor, row, knowing(position, read), read.reader.scope)
    told = partners.commitments(then, slices)
    return {name: each for name, each in told.items() if name != "partner"}


def ends(read: Reading) -> Between:
    """The two positions to compare. Raises NotValid, NotThereYet."""
    reached = progress.position(read.cursor, *READ_TOGETHER)
    since, until = read.query.get("since"), read.query.get("until")
    first = 0 if since is None else position_of(read, "since", since, reached)
    last = reached if until is None else position_of(read, "until", until, reached)
    if first > last:
        sentence = "La comparaison va du plus ancien au plus récent."
        raise NotValid(sentence, errors={"since": [sentence]})
    return Between(since, first, until, last)


def position_of(read: Reading, field: str, asked: str, reached: int) -> int:
    """The last position known on a day, or at a statement. Raises NotValid, NotThereYet."""
    if not WHOLE_DAY.fullmatch(asked):
        return stated(read, asked, reached, field)[0]
    try:
        day: date = whole_day(asked)
    except ValidationError as error:
        raise NotValid("Un jour est illisible.", errors={field: [str(each) for each in error.messages]}) from error
    if day > read.today:
        sentence = "Ce jour est à venir."
        raise NotValid(f"{field} : {sentence}", errors={field: [sentence]})
    return by_the_end_of(read, day, reached)


def knowing(position: int, read: Reading) -> Moment:
    """All that was known at a position."""
    return Moment(position, None, read.today, looks_back=True)
