"""Controls that an auditor runs over the whole record, each in one request."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, get_args

from flask import Response

from api.exports.stream import streamed
from api.http.access import AUDITORS
from api.http.fields import Choice, Whole
from api.http.paging import Paged, listed
from api.http.reading import Reading, wait_for
from api.http.routes import Blueprint
from api.v1.documents import findings as documents
from api.v1.documents.parts import Document
from api.v1.schemas import says
from projections import findings as rows
from projections.findings import About, Place

blueprint = Blueprint("findings", __name__, url_prefix="/v1/audit/findings", description="Controls of the record.")

READ_FROM = ("trail", "commitments", "timeline")

USUAL_CEILING = 70
"""Per cent, as Anah has it (règlement général, annexe 1); other funders and other years say otherwise."""


class FindingsQuery(Paged):
    about = Choice(get_args(About), metadata=says("What is looked at; everything if left out."))
    ceiling = Whole(
        1,
        100,
        load_default=USUAL_CEILING,
        metadata=says("Per cent of a commitment that may be paid as advances and instalments, before the balance."),
    )


@blueprint.reads(
    "",
    documents.Findings,
    roles=AUDITORS,
    projection=READ_FROM[0],
    beside=READ_FROM[1:],
    query=FindingsQuery,
)
def findings(read: Reading) -> Document:
    """What deserves a second look, by operation.

    `payments`: without a document; advances and instalments above the ceiling. `dates`: started before the first
    decision of funding; delivered after the promise in force. `duties`: one person recorded a commitment and a payment
    on it. Dates are found only where they are certain.
    """
    about, ceiling = read.query.get("about"), read.query["ceiling"]
    find = partial(rows.findings, read.cursor, about, ceiling=ceiling)
    return listed(
        read.query, find=find, show=documents.finding, key=rows.by_operation, shape=Place, bound=[about, ceiling]
    )


def download(name: str, form: str, asked: dict[str, Any], content: Callable[[Iterator[Document]], Any]) -> Response:
    """All that is found, as a file. content: what is sent of it."""
    if (position := asked.pop("min_position", None)) is not None:
        wait_for(position, *READ_FROM)
    found = partial(rows.streamed, about=asked.get("about"), ceiling=asked["ceiling"])
    return streamed(name, form, READ_FROM, found, lambda each, _: content(map(documents.finding, each)))
