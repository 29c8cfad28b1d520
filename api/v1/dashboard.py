"""The dashboard: one document of what somebody looks at first."""

from collections.abc import Sequence
from typing import Any, Final

from api.http.access import EVERYONE, READERS
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.services import services
from api.v1.dated import READ_TOGETHER, Dated, as_of, moment
from api.v1.documents import dashboard as documents
from api.v1.documents import operation as operations
from api.v1.documents import statement as statements
from api.v1.documents.parts import Document
from api.v1.operations import shown
from projections import due, moments, past_totals, progress, sums, totals
from projections import portfolio as rows
from projections.moments import Moment
from projections.recent import recent

blueprint = Blueprint("dashboard", __name__, url_prefix="/v1/dashboard", description="What somebody looks at first.")

MOST: Final = 10
"""Of what is late, of what comes next, of what is new."""


@blueprint.reads(
    "",
    documents.Dashboard,
    roles=EVERYONE,
    projection="portfolio",
    beside=("commitments", "timeline", "moments", "trail"),
    query=Dated,
)
def dashboard(read: Reading) -> Document:
    """Where the operations stand that the token reads in full.

    By phase, their money, the ten that are latest, the ten steps that come next, and what is new since the last
    statement. A partner is told of the operations that it owns or funds, and of its own money.
    """
    asked = as_of(read)
    at = moment(read, asked)
    day = at.day if at else read.today
    wanted = mine(read, at)
    return {
        **asked.said,
        "day": day.isoformat(),
        "totals": operations.sums(sums.sums_at(read.cursor, wanted, at) if at else sums.sums(read.cursor, wanted)),
        "own": own(read, at),
        "late": [operations.summary(row, money=True) for row in soonest(read, at, late=True)],
        "next": coming(read, at),
        "since": since(read, at),
    }


def mine(read: Reading, at: Moment | None, **sought: Any) -> dict[str, Any]:
    """The operations that the reader reads in full, as parameters of statements."""
    return rows.wanted(today=at.day if at else read.today, readers=read.reader.scope, in_full=True, **sought)


def own(read: Reading, at: Moment | None) -> list[Document]:
    """The money of the reader's organisations."""
    found = (totals.partner(read.cursor, code) for code in organisations(read))
    known = [row for row in found if row]
    if at:
        known = list(past_totals.partners_at(read.cursor, known, at, read.reader.scope).values())
    return [documents.own(row) for row in known]


def organisations(read: Reading) -> Sequence[str]:
    """Those whose money the reader looks at first."""
    speaks = read.reader.organisations if read.reader.role in ("team", "partner") else ()
    return sorted(speaks) or ([services().authority] if read.reader.reads_all else [])


def soonest(read: Reading, at: Moment | None, *, late: bool) -> list[rows.OperationRow]:
    """Operations by the next start or delivery that they promise."""
    references = due.soonest(read.cursor, mine(read, at, late=late), at, limit=MOST)
    if at:
        return [each.then for each in shown(read, at, references)]
    found = rows.named(read.cursor, references, today=read.today)
    return [found[each] for each in references]


def coming(read: Reading, at: Moment | None) -> list[Document]:
    """The steps that come next. How milestones stood at a moment is not kept as rows, so only calendars look back."""
    if at:
        return [documents.next_step(row) for row in soonest(read, at, late=False)]
    milestones = read.reader.role in READERS
    return [documents.step(row) for row in due.steps(read.cursor, mine(read, at), milestones=milestones, limit=MOST)]


def since(read: Reading, at: Moment | None) -> Document | None:
    """What is new since the last statement that was known."""
    until = at.position if at else progress.position(read.cursor, *READ_TOGETHER)
    last = moments.last_statement(read.cursor, until)
    if last is None:
        return None
    then = Moment(last.stated, at.true_on if at else None, last.day, looks_back=True)
    news = recent(read.cursor, since=last.stated, until=until, readers=read.reader.scope, limit=MOST)
    return {
        "statement": statements.statement(last),
        "totals": operations.sums(sums.sums_at(read.cursor, mine(read, then), then)),
        "own": own(read, then),
        "entries": news.found,
        "latest": documents.recent(news.entries, whole=read.reader.role in READERS),
    }
