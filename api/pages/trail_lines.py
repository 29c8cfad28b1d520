"""The lines of the trail as HTML: made here rather than in a template, since a page has hundreds of their parts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup, escape
from msgspec import Raw
from msgspec.structs import asdict

from api.pages import formats
from api.pages.changed import NOTHING, Said
from api.pages.labels import word
from api.pages.language import colon, spoken
from api.pages.nav import partner_name
from api.pages.trail_words import MOST, changes, decoded
from projections.trail import read_line

Document = dict[str, Any]


class Words(NamedTuple):
    """What is said in every line, in the reader's language, and where lines lead: looked up once a page."""

    language: str
    colon: str
    trail: str
    entry: str
    written: str
    behalf: str
    fact: str
    late: str
    days: str
    corrects: str
    voided: str
    reason: str
    documents: str
    others: str


def lines(entries: Iterable[Raw]) -> list[Markup]:
    """The rows of the table of entries."""
    words = in_words()
    return [Markup(line(asdict(read_line(each)), words)) for each in entries]


def in_words() -> Words:
    """The words of a page."""
    return Words(
        language=spoken(),
        colon=colon(),
        trail=url_for("pages.audit"),
        entry=url_for("pages.audit_entry", position=0).removesuffix("0"),
        written=gettext("écriture %(version)s", version="{}"),
        behalf=gettext("pour le compte de %(who)s", who="{}"),
        fact=gettext("Fait"),
        late=gettext("▲ tardive"),
        days=gettext("%(days)s jours après le fait", days="{}"),
        corrects=gettext("↶ rectifie l'écriture %(version)s", version="{}"),
        voided=gettext("✕ rectifiée par l'écriture %(version)s", version="{}"),
        reason=gettext("Motif"),
        documents=gettext("Pièces"),
        others=gettext("et %(count)s autres", count="{}"),
    )


def line(entry: Document, words: Words) -> str:
    """One row: which entry, who, what, and what it changed."""
    leads = f'href="{words.entry}{entry["position"]}"'
    number, at = formats.number(entry["position"], words.language), moment(entry["recorded_at"], words.language)
    which = f'<th scope="row"><a {leads}>n° {number}</a> <small>{at}</small></th>'
    return (
        f"<tr>{which}<td>{who(entry, words)}</td><td>{what(entry, words)}</td><td>{changed(entry, words)}</td></tr>\n"
    )


def who(entry: Document, words: Words) -> str:
    """Who recorded it, in which role, for whom."""
    actor, behalf = entry["recorded_by"], entry["on_behalf_of"]
    told = f'<a href="{words.trail}?actor={quote(actor)}">{escape(actor)}</a>'
    told += f" <small>{role(entry['role'], partner_name(entry['organisation']), words.language)}</small>"
    return f"{told} {small(words.behalf.format(behalf))}" if behalf else told


def what(entry: Document, words: Words) -> str:
    """What was recorded: of which record, when it happened, why, on what evidence."""
    label, reference, voided = escape(entry["label"]), entry["reference"], entry["voided_by"]
    name = f"<s>{label}</s>" if voided else f"<strong>{label}</strong>"
    if entry["record"] == "operation":
        of = f'<a href="{words.trail}?operation={quote(reference)}">{escape(reference)}</a>'
    else:
        of = escape(reference)
    return "".join(
        [
            f"{name} <small>{of}, {words.written.format(entry['version'])}</small>",
            small(" · ".join(facts(entry, words))),
            mark(words.late + words.colon + words.days.format(formats.number(entry["delay_days"], words.language)))
            if entry["late"]
            else "",
            mark(words.corrects.format(entry["corrects"])) if entry["corrects"] else "",
            mark(words.voided.format(voided)) if voided else "",
            small(f"{words.reason}{words.colon}{entry['reason']}") if entry["reason"] else "",
            small(f"{words.documents}{words.colon}{', '.join(each.title for each in entry['documents'])}")
            if entry["documents"]
            else "",
        ]
    )


def facts(entry: Document, words: Words) -> Iterable[str]:
    """When it happened, whose money, how much."""
    yield f"{words.fact}{words.colon}{formats.partial(entry['on'], words.language)}"
    if entry["partner"]:
        yield partner_name(entry["partner"])
    if entry["amount_cents"] is not None:
        yield formats.euros(entry["amount_cents"], words.language)


def changed(entry: Document, words: Words) -> str:
    """What it changed, the first few of it."""
    found = decoded(entry)
    told = "".join(change(each, words) for each in changes(found, MOST))
    if (hidden := len(found) - MOST) > 0:
        return f'{told}<small><a href="{words.entry}{entry["position"]}">{words.others.format(hidden)}</a></small>'
    return told


def change(said: Said, words: Words) -> str:
    """One value, before and after."""
    before = f"<del>{escape(said.before)}</del> → " if said.before != NOTHING else ""
    return f'<small class="change">{escape(said.what)}{words.colon}{before}<ins>{escape(said.after)}</ins></small>'


def small(text: str) -> str:
    """A line of its own below."""
    return f"<small>{escape(text)}</small>"


def mark(text: str) -> str:
    """A line that is to be seen."""
    return f'<small class="mark">{escape(text)}</small>'


@lru_cache(maxsize=1024)
def moment(at: str, language: str) -> str:
    """An instant: imports record hundreds of entries at one."""
    return formats.moment(at, language)


@lru_cache(maxsize=1024)
def role(role: str, organisation: str, _language: str) -> str:
    """In which role, for whom."""
    return str(escape(f"{word(role)}, {organisation}"))
