"""The trail as auditors read it: who recorded what, when and why, what it changed, and what proves all that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize

from flask import Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from api.exports.table import DIALECTS, Column, Table, lines
from api.http import media
from api.http.access import AUDITORS, allow
from api.http.fields import Asked, Choice
from api.pages import changed, trail_lines, trail_words
from api.pages.routes import page, site
from api.pages.visit import Document, Shown, Visit, load
from api.v1 import audit as api
from api.v1 import audit_exports as exports
from api.v1 import findings as controls
from api.v1 import proofs
from api.v1.documents.audit import label as label_of


@page("/audit", title=_("Piste d'audit"), template="audit.html", roles=AUDITORS, query=api.AuditQuery)
def audit(visit: Visit) -> Shown:
    """The trail, newest first, and what is signed of it."""
    told, coverage = visit.ask(api.audit), visit.ask(proofs.coverage)
    return Shown(told, more={"lines": trail_lines.lines(told["items"]), "coverage": coverage})


@page(
    "/audit/<position:position>",
    title=_("Une écriture de la piste d'audit"),
    template="audit_entry.html",
    roles=AUDITORS,
)
def audit_entry(visit: Visit, position: int) -> Shown:
    """One entry whole, with what is stored of it, and what proves that it is in the ledger that was signed."""
    told, coverage = visit.ask(api.audit_entry, position=position), visit.ask(proofs.coverage)
    signed = coverage["checkpoint"]
    proof = None
    if signed and coverage["agrees"] and position <= signed["position"]:
        proof = visit.ask_with(proofs.inclusion, {"position": str(position), "size": str(signed["size"])})
    changes = trail_words.changes(trail_words.decoded(told))
    return Shown(
        told,
        tables={"changes": lambda: Table(changed.columns(), [each._asdict() for each in changes])},
        more={"changes": changes, "coverage": coverage, "proof": proof, "records": trail_words.RECORDS},
    )


@page(
    "/audit/findings",
    title=_("Points à revoir"),
    template="audit_findings.html",
    roles=AUDITORS,
    query=controls.FindingsQuery,
)
def findings(visit: Visit) -> Shown:
    """What deserves a second look, by operation."""
    return Shown(visit.ask(controls.findings), more={"findings": trail_words.FINDINGS})


def finding_columns() -> list[Column]:
    """What is told of a finding."""
    return [
        Column("operation", gettext("Opération")),
        Column("version", gettext("Écriture"), "number"),
        Column("kind", gettext("Code constat")),
        Column("kind_label", gettext("Constat")),
        Column("line", gettext("Ligne")),
        Column("partner", gettext("Partenaire")),
        Column("on", gettext("Date"), "date"),
        Column("against", gettext("À comparer à"), "date"),
        Column("amount_cents", gettext("Montant"), "cents"),
        Column("allowed_cents", gettext("Plafond"), "cents"),
        Column("recorded_by", gettext("Auteur")),
        Column("sentence", gettext("Détail")),
    ]


# The files of the trail are streams: a page would hold all of it.


@site.get("/audit.csv")
@allow(AUDITORS)
def audit_csv() -> Response:
    """All entries that the filters find, oldest first, for spreadsheets."""
    return file(exports.CsvQuery, exports.audit_csv)


@site.get("/audit.jsonl")
@allow(AUDITORS)
def audit_jsonl() -> Response:
    """The same for programs, with the checkpoint that it ends at."""
    return file(exports.JsonLinesQuery, exports.audit_jsonl)


def file(query: type[Asked], export: Callable[[dict[str, Any]], Response]) -> Response:
    """A file of the API, for the filters of the page. Raises NotValid."""
    return export(load(query, {name: value for name, value in request.args.items() if value.strip()}))


class FindingsFile(controls.FindingsQuery):
    """What is found, whatever page of it is shown."""

    dialect = Choice(DIALECTS, load_default="french")


@site.get("/audit/findings.csv")
@allow(AUDITORS)
def findings_csv() -> Response:
    """All that is found, for spreadsheets or for programs."""
    return file(FindingsFile, findings_file)


def findings_file(asked: dict[str, Any]) -> Response:
    """All that is found, each finding by its name in the reader's language."""
    # It is sent when nobody knows any more who asked.
    columns, names = finding_columns(), {kind: str(words) for kind, words in trail_words.FINDINGS.items()}

    def content(found: Iterator[Document]) -> Iterator[bytes]:
        return lines(Table(columns, (row | {"kind_label": names[row["kind"]]} for row in found)), asked["dialect"])

    return controls.download("jalon-findings.csv", media.CSV, asked, content)


@site.app_template_global("trail_types")
@lru_cache(maxsize=128)
def type_options(chosen: str) -> Markup:
    """What a reader chooses the kind of facts from. Sixty options as a macro would take a tenth of the page."""
    known = [*types(), *([] if chosen in dict(types()) or not chosen else [(chosen, chosen)])]
    mark = {chosen: " selected"}
    return Markup("\n").join(
        Markup('<option value="{}"{}>{}</option>').format(code, Markup(mark.get(code, "")), words)
        for code, words in known
    )


@cache
def types() -> list[tuple[str, str]]:
    """The kinds of facts that there are: codes and words, by their words; those of operations need no addition."""
    return sorted(((each, type_of(each)) for each in api.TYPES), key=lambda each: plain(each[1]))


def type_of(topic: str) -> str:
    """What a kind of fact is called: of operations and of agreements some have the same name."""
    record = topic.partition(".")[0]
    return label_of(topic) + (f" ({trail_words.ABOUT[record]})" if record in trail_words.ABOUT else "")


def plain(words: str) -> str:
    """Words without accents, as they are sorted."""
    return normalize("NFD", words).encode("ascii", "ignore").decode().casefold()
