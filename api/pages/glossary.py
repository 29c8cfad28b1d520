"""The help page: the words of the field, from the domain's own glossary, and how to read what pages show."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from flask import Response

import domain
from api.http.access import NO_TOKEN_ASKED, allow
from api.http.pages import page
from api.pages.routes import site

LINE: Final = re.compile(r"^(?P<fr>\S.*?) {2,}(?P<en>\S.*?) {2,}(?P<means>\S.*)$", re.MULTILINE)
HEAD: Final = "What users read"


class Term(NamedTuple):
    """A word of the field, in both languages, with what it means in each."""

    fr: str
    en: str
    means: str
    signifie: str


@cache
def terms() -> tuple[Term, ...]:
    """The glossary, by the French word. The domain has the words; their French meanings stand beside this file."""
    told = (domain.__doc__ or "").partition(HEAD)[2].partition("\n")[2]
    meanings: dict[str, str] = tomllib.loads(files(__package__).joinpath("glossary.toml").read_text(encoding="utf-8"))
    # Codes of the API are words all the same.
    lines = [(fr, en.replace("_", " "), means) for fr, en, means in LINE.findall(told) if not fr.startswith("---")]
    return tuple(sorted((Term(*line, meanings[line[0]]) for line in lines), key=lambda term: folded(term.fr)))


def folded(word: str) -> str:
    """As dictionaries sort: accents do not count."""
    return word.casefold().translate(str.maketrans("àâçéèêëîïôöùûü", "aaceeeeiioouuu"))


@site.get("/help")
@allow(NO_TOKEN_ASKED)
def help() -> Response:
    """How to read the pages, and what their words mean."""
    return page("pages/help.html", terms=terms())
