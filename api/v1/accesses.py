"""The access log, for auditors: who read or exported what, and what was refused."""

from __future__ import annotations

from api import people
from api.accesses import table
from api.accesses.table import AccessRow, Place
from api.http.access import AUDITOR
from api.http.fields import ACCOUNT, CODE, REFERENCE, TOKEN, Formed, YesOrNo
from api.http.paging import Paged, filters, listed
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1.dated import WholeDay, a_day
from api.v1.documents import accesses as documents
from api.v1.documents.parts import Document
from api.v1.schemas import says

blueprint = Blueprint(
    "accesses", __name__, url_prefix="/v1/audit/accesses", description="Who read or exported what, for auditors."
)


def under(name: str, words: str) -> WholeDay:
    """A day whose name in an address is a word of Python."""
    made = a_day(words)
    made.data_key = name
    return made


class SoughtPage(Paged):
    """What an auditor may look for."""

    account = Formed(ACCOUNT, "u-17", metadata=says("Opaque id of the account that asked."))
    token = Formed(
        TOKEN, "4dw7m2kq9x1c", metadata=says("Public id of the token that was sent, by whoever holds or claims it.")
    )
    operation = Formed(REFERENCE, "ANZ-CARPEAUX", metadata=says("Operation that the request named."))
    partner = Formed(CODE, "anru", metadata=says("Partner that the request named."))
    refused = YesOrNo(metadata=says("Whether nothing was opened: 401, 403, 404 or 429."))
    exports = YesOrNo(metadata=says("Whether a file was asked for."))
    since = under("from", "Asked on that day or a later one, in Paris.")
    until = under("to", "Asked on that day or an earlier one, in Paris.")


@blueprint.reads("", documents.Accesses, roles=AUDITOR, projection="access", query=SoughtPage)
def accesses(read: Reading) -> Document:
    """Requests on this API, the newest first: who asked, for what, from where, and what came of it.

    Refused ones too. A request is told of within seconds, for as long as the access log is kept: a year, unless
    `JALON_ACCESS_LOG_MONTHS` says otherwise. What it changed stands in the record, under the same `request_id`.
    """

    def find(*, after: Place | None, limit: int) -> list[tuple[AccessRow, str | None]]:
        found = table.page(read.cursor, filters(read.query), after=after, limit=limit)
        names = people.names(read.cursor, {row.account for row in found if row.account})
        return [(row, names.get(row.account or "")) for row in found]

    return listed(
        read.query, find=find, show=lambda each: documents.access(*each), key=lambda each: each[0].place, shape=Place
    )
