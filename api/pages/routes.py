"""How a page is declared, and how a form on it: `page` for what is read, `form` for what is recorded from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel.speaklater import LazyString

from api.exports import table as tables
from api.http import media
from api.http.access import Roles, allow
from api.http.fields import Asked, Choice, Form, Formed
from api.http.json import dump
from api.http.pages import page as rendered
from api.http.problems import Absent, NotValid, Problem, status_of
from api.http.routes import declared_of
from api.pages import forms
from api.pages.forms import Filled
from api.pages.visit import Shown, Visit, load, visiting
from domain.errors import Refusal
from domain.ledger import Recorded

site = Blueprint("pages", __name__, template_folder="templates")

View = Callable[..., Shown]
V = TypeVar("V", bound=View)
Offers = Callable[[Visit], Mapping[str, Sequence[tuple[str, str]]]]
"""What filters let choose from, by their names: pairs of code and words."""

DATA: Final = frozenset({"table", "dialect"})
"""Parameters of a file, besides those of its page."""


class FileQuery(Form):
    """Which table of a page is wanted as a file, and how it is written."""

    table = Formed("^[a-z][a-z_]{0,31}$", "lines")
    dialect = Choice(tables.DIALECTS, load_default="french")


@dataclass(frozen=True)
class Page:
    """A page, as it was declared."""

    name: str
    path: str
    template: str
    title: LazyString
    query: type[Asked]
    view: View
    offers: Offers


def page(
    path: str,
    *,
    title: LazyString,
    template: str,
    roles: Roles,
    query: type[Asked] = Asked,
    data: str | None = None,
    offers: Offers = lambda _: {},
) -> Callable[[V], V]:
    """A page: the function says what it shows, from a `Visit` and the variable parts of the address.

    title: shown where nothing else is known. query: its parameters, those of the API's routes that it asks.
    data: the address of its files without `.csv` or `.json`; None: that of the page.
    offers: what its filters let choose from, told also where a filter is wrong.
    """

    def declare(view: V) -> V:
        made = Page(view.__name__, path, f"pages/{template}", title, query, view, offers)
        view.page = made  # type: ignore[attr-defined]
        site.add_url_rule(path, made.name, allow(roles)(bound(show, view, made)), methods=["GET"])
        files = f"{data or path}.<any(csv,json):form>"
        site.add_url_rule(files, f"{made.name}_data", allow(roles)(bound(give, view, made)), methods=["GET"])
        return view

    return declare


def form(
    path: str, command: forms.Command, *, on: View, to: View | None = None, reads: forms.Reads = forms.plainly
) -> None:
    """A form on a page: what it says is recorded by a command of the API; then the page comes back and tells of it.

    path: below that of the page. on: the page, which shows the form again where the command is refused. to: the page
    that tells of it, where it is another one; what was recorded names it. reads: the body, from what was typed.
    """
    of: Page = on.page  # type: ignore[attr-defined]
    then: Page = (to or on).page  # type: ignore[attr-defined]
    recording = allow(declared_of(command).roles)(bound(record, command, Sending(of, command, then, reads)))
    site.add_url_rule(f"{of.path}{path}", command.__name__, recording, methods=["POST"])


@dataclass(frozen=True)
class Sending:
    """A form, as it was declared. then: the page that tells of what was recorded."""

    page: Page
    command: forms.Command
    then: Page
    reads: forms.Reads


def bound(answer: Callable[..., Response], named: Callable[..., Any], *given: Any) -> Callable[..., Response]:
    """What answers a route, under the name of the function that it is about: limits ask for one."""
    return update_wrapper(partial(answer, *given), named)


def show(page: Page, *, filled: Filled | None = None, **named: Any) -> Response:
    """The page; where a filter is wrong, its form with the errors beside the fields, and no figures."""
    with visiting(page.query, filled) as visit:
        told = None
        try:
            told = page.view(visit, **named).told() if not visit.errors else None
        except NotValid as wrong:
            visit.errors = wrong.errors or {}
        status = filled.status if filled else 200 if told else 422
        told = told or {"tables": []}
        offered = page.offers(visit)
        return rendered(page.template, status, visit=visit, page=page, named=named, offered=offered, **told)


def give(page: Page, *, form: str, **named: Any) -> Response:
    """What the page shows, as a file: `.json` is the document of the API, `.csv` one of its tables."""
    asked = load(FileQuery, {name: value for name, value in request.args.items() if name in DATA})
    with visiting(page.query, apart=DATA) as visit:
        if visit.errors:
            raise NotValid("Un filtre ne convient pas.", errors=visit.errors)
        shown = page.view(visit, **named)
        if form == "json":
            return file(dump(shown.document), media.JSON)
        name = asked.get("table") or next(iter(shown.tables), "")
        if name not in shown.tables:
            raise Absent("Cette page n'a pas de tableau de ce nom.")
        named_file = "-".join(["jalon", *map(str, named.values()), name])
        made = file(tables.write(shown.tables[name](), asked["dialect"]), "text/csv; charset=utf-8")
        made.headers["Content-Disposition"] = f'attachment; filename="{named_file}.csv"'
        return made


def file(content: bytes, kind: str) -> Response:
    """A file that belongs to whoever asked for it."""
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"], response.headers["Vary"] = "private, no-cache", "Cookie"
    return response


def record(sending: Sending, **named: Any) -> Response:
    """Record what a form says, and lead to the page that tells of it; or show its page again, as it was filled in."""
    try:
        recorded = forms.run(sending.command, named, sending.reads)
    except (Refusal, Problem) as refusal:
        status = refusal.status if isinstance(refusal, Problem) else status_of(type(refusal))
        if status in (403, 404):
            raise
        filled = forms.refused(sending.command, named, refusal, status)
        return show(sending.page, filled=filled, **within(sending.page, named))
    return back(sending.then, recorded, within(sending.then, {**named, **recorded.answer}))


def within(page: Page, named: Mapping[str, Any]) -> dict[str, Any]:
    """The variable parts of a page's address, among these."""
    return {name: value for name, value in named.items() if f":{name}>" in page.path}


def back(page: Page, recorded: Recorded, named: Mapping[str, Any]) -> Response:
    """To the page as it is once it knows of what was recorded."""
    flash(gettext("C'est enregistré (position %(position)s).", position=recorded.position))
    address = url_for(f"pages.{page.name}", **named, min_position=recorded.position)
    return redirect(address, 303)  # type: ignore[return-value]


__all__ = ["Page", "Shown", "Visit", "form", "page", "site"]
