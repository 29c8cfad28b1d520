"""The trail as a file, for spreadsheets and for programs: the filters of the trail, in the order of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Response

from api.exports import audit as files
from api.exports.dialects import DIALECTS
from api.exports.stream import End, streamed
from api.http import media
from api.http.access import AUDITORS
from api.http.fields import Choice, YesOrNo
from api.http.reading import wait_for
from api.http.routes import Blueprint
from api.v1.audit import Filters
from api.v1.schemas import says
from projections.trail_search import Wanted, streamed_stored
from projections.trail_search import streamed as streamed_entries

blueprint = Blueprint("audit_exports", __name__, url_prefix="/v1", description="The trail as a file.")

CSV_EXAMPLE = "position;registre;référence;n°;type\r\n41;operation;ANZ-CARPEAUX;9;operation.started\r\n"
JSON_EXAMPLE = (
    '{"position":41,"record":"operation","reference":"ANZ-CARPEAUX"}\n{"ends_at":41,"entries":1,"checkpoint":null}\n'
)


class CsvQuery(Filters):
    dialect = Choice(DIALECTS, load_default="fr", metadata=says("For French spreadsheets, or for programs."))


class JsonLinesQuery(Filters):
    stored = YesOrNo(load_default=False, metadata=says("With the bytes that are stored of each entry."))


@blueprint.downloads("/audit.csv", media.CSV, roles=AUDITORS, query=CsvQuery, example=CSV_EXAMPLE)
def audit_csv(asked: dict[str, Any]) -> Response:
    """The trail as a table, oldest entry first.

    `fr`: UTF-8 with BOM, `;`, decimal comma, texts that no spreadsheet takes for formulas. `rfc4180`: `,`, decimal
    point, texts as they are. Amounts in euros. `changes` is JSON.
    """
    dialect = DIALECTS[asked.pop("dialect")]
    return download("audit.csv", media.CSV, asked, lambda rows, _: files.as_csv(rows, dialect))


@blueprint.downloads("/audit.jsonl", media.JSON_LINES, roles=AUDITORS, query=JsonLinesQuery, example=JSON_EXAMPLE)
def audit_jsonl(asked: dict[str, Any]) -> Response:
    """The trail as JSON Lines, oldest entry first.

    The last line says up to which position the file speaks, how many entries it holds, and the last checkpoint that was
    signed by then: without that line it was cut off.
    """
    if asked.pop("stored"):
        return download("audit.jsonl", media.JSON_LINES, asked, stored_lines, entries=streamed_stored)
    return download("audit.jsonl", media.JSON_LINES, asked, json_lines)


def json_lines(rows: files.Batches, end: End) -> Iterator[bytes]:
    """Entries as they are answered."""
    return files.as_json_lines(rows, end=partial(files.ending, end))


def stored_lines(rows: files.StoredBatches, end: End) -> Iterator[bytes]:
    """The same with what is stored of them."""
    return files.as_stored_lines(rows, end=partial(files.ending, end))


def download(name: str, form: str, asked: dict[str, Any], content: Any, entries: Any = streamed_entries) -> Response:
    """The entries that are asked for, as a file."""
    if (position := asked.pop("min_position", None)) is not None:
        wait_for(position, "trail")
    return streamed(name, form, ["trail"], partial(entries, wanted=Wanted(**asked)), content)
