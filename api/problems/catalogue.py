"""Reads the catalogue of problems: for each code its title, what it means and what to do, in French and in English."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

# The order in which a reader goes through them; each is a file.
SUBJECTS = (
    *("http", "base", "access", "entries", "planning", "frame", "funding", "lines", "payments"),
    *("works", "milestones", "people", "agreements", "amendments", "partners", "correcting", "statements"),
)


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the problems of one file have in common, in both languages."""

    fr: str
    en: str


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One problem. title: the kind of problem, in French. fr, en: what it means. fr_todo, en_todo: what to do.

    The texts are plain but for `names of the API`, which stand between backticks.
    """

    title: str
    fr: str
    fr_todo: str
    en: str
    en_todo: str


@cache
def subject(name: str) -> tuple[Subject, dict[str, Entry]]:
    """One file: its subject, and its entries by code, in file order. Raises msgspec.ValidationError."""
    tables: dict[str, Any] = tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    told = msgspec.convert(tables.pop("subject"), Subject)
    return told, {code: msgspec.convert(on_one_line(table), Entry) for code, table in tables.items()}


@cache
def entries() -> dict[str, Entry]:
    """Every entry by its code. The catalogue is shared by all callers: read it, do not change it."""
    return {code: entry for name in SUBJECTS for code, entry in subject(name)[1].items()}


def title(code: str) -> str:
    """The title of a problem. Raises KeyError for a code that the catalogue does not know."""
    return entries()[code].title


def on_one_line(table: dict[str, str]) -> dict[str, str]:
    """The texts of an entry without the line ends that only serve the file."""
    return {name: re.sub(r"\s*\n\s*", " ", text.strip()) for name, text in table.items()}
