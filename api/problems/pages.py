"""`/problems`: what each problem means and what to do about it, as a page or as JSON. Open to all, without a token."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from typing import Any

import msgspec
from flask import Blueprint, Response

from api.http import media, problems
from api.http.access import NO_TOKEN_ASKED, allow
from api.http.json import dump
from api.http.pages import french, page
from api.problems import catalogue
from domain.errors import Refusal

KEPT = "public, max-age=3600"
"""How long a copy of the JSON is good: it changes with a release only. A page has its reader's name in its head."""

blueprint = Blueprint("problems", __name__, url_prefix="/problems", template_folder="templates")
blueprint.add_app_template_filter(french)


class Told(msgspec.Struct, frozen=True):
    """A problem as it is told. type: its address. sentence: that of a refusal, `{name}` for each of its `values`."""

    type: str
    code: str
    status: int
    title: str
    subject: catalogue.Subject
    sentence: str | None
    values: list[str]
    fr: str
    fr_todo: str
    en: str
    en_todo: str


@blueprint.get("")
@allow(NO_TOKEN_ASKED)
def problems_known() -> Response:
    """Every problem, by subject."""
    known = told()
    by_subject = [(subject, list(of_it)) for subject, of_it in groupby(known, lambda each: each.subject)]
    return answer(lambda: page("problems/list.html", subjects=by_subject), {"items": known, "next": None})


@blueprint.get("/<code>")
@allow(NO_TOKEN_ASKED)
def problem_known(code: str) -> Response:
    """One problem."""
    known = next((each for each in told() if each.code == code), None)
    if known is None:
        raise problems.Absent("Aucun problème ne porte ce code.")
    return answer(lambda: page("problems/entry.html", problem=known), known)


def answer(as_page: Callable[[], Response], content: Any) -> Response:
    """The page, unless the reader would rather have JSON."""
    if media.best(media.PAGE, media.JSON) == media.JSON:
        response = Response(dump(content), content_type=media.JSON)
        response.vary.add("Accept")
        response.headers["Cache-Control"] = KEPT
        return response
    return as_page()


def told() -> list[Told]:
    """Every problem that is known, by subject."""
    return [
        shown(code, entry, subject)
        for subject, entries in map(catalogue.subject, catalogue.SUBJECTS)
        for code, entry in entries.items()
    ]


def shown(code: str, entry: catalogue.Entry, subject: catalogue.Subject) -> Told:
    """An entry with what its code says by itself."""
    kind = kinds()[code]
    sentence = kind.sentence if issubclass(kind, Refusal) and kind.sentence != Refusal.sentence else None
    names = dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(sentence or "") if name)
    return Told(
        type=f"/problems/{code}",
        code=code,
        status=problems.status_of(kind) if issubclass(kind, Refusal) else kind.status,
        subject=subject,
        sentence=sentence,
        values=list(names),
        **msgspec.structs.asdict(entry),
    )


Kind = type[problems.Problem] | type[Refusal]


@cache
def kinds() -> dict[str, Kind]:
    """Every code that an answer can bear, and what it stands for."""
    # Of the two that are called not-found, the second one is really answered.
    every = (*below(Refusal), *below(problems.Problem))
    return {each.code: each for each in every if each is not problems.Problem}


def below(kind: Kind) -> Iterator[Kind]:
    """A kind of problem, and those that stand below it in the tree."""
    yield kind
    for each in kind.__subclasses__():
        yield from below(each)
