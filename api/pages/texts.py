"""The texts of pages in English: gathers the French ones from code and templates, and compiles their translations.

`python -m api.pages.texts` writes down what is new in the catalogue (English to be filled in) and compiles it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from api.pages.labels import WORDS

API: Final = Path(__file__).parents[1]
FOLDER: Final = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES"
WRITTEN, COMPILED = FOLDER / "messages.po", FOLDER / "messages.mo"

THEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""A date of today would make another file of the same texts."""

METHODS: Final = [("pages/**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS: Final = {"_": None, "gettext": None, "lazy_gettext": None, "translated": None, "ngettext": (1, 2)}
WIDTH: Final = 110
NEEDLESS: Final = (
    *(b'"PO-Revision-Date', b'"POT-Creation-Date', b'"Report-Msgid-Bugs-To', b'"Last-Translator', b'"Language-Team'),
    *(b'"Project-Id-Version', b'"Generated-By'),
)
"""Lines of a catalogue's head that would differ from one machine to the next, or say nothing."""


def french() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every text that pages say, and where: those of code and templates, then the words for codes."""
    found: dict[str, set[str]] = {}
    for file, _, message, *_ in extract_from_dir(API, METHODS, keywords=KEYWORDS):
        if isinstance(message, str):
            found.setdefault(message, set()).add(file)
    for word in WORDS.values():
        found.setdefault(word, set()).add("domain/vocabulary.py")
    yield from ((message, tuple(sorted(files))) for message, files in sorted(found.items()))


def catalogue() -> Catalog:
    """The French texts of today, with the translations that are written down; what is said no more is left out."""
    known = read_po(io.BytesIO(WRITTEN.read_bytes()), locale="en") if WRITTEN.exists() else Catalog(locale="en")
    made = Catalog(locale="en", fuzzy=False, header_comment="# English for what pages say in French.")
    for message, files in french():
        there = known.get(message)
        made.add(message, there.string if there else "", [(file, 0) for file in files], flags=sorted(flags(message)))
    return made


def flags(message: str) -> set[str]:
    """What tells that a text has places for values."""
    return {"python-format"} if "%(" in message else set()


def untranslated() -> list[str]:
    """The French texts that nobody has put into English."""
    return [str(message.id) for message in catalogue() if message.id and not message.string]


def written() -> bytes:
    """The catalogue as a file."""
    file = io.BytesIO()
    write_po(file, catalogue(), width=WIDTH, include_lineno=False, omit_header=False)
    return b"".join(line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(NEEDLESS))


def compiled() -> bytes:
    """The translations as programs read them."""
    file = io.BytesIO()
    translated = Catalog(locale="en", fuzzy=False, creation_date=THEN, revision_date=THEN)
    for message in catalogue():
        if message.id and message.string:
            translated.add(message.id, message.string)
    write_mo(file, translated)
    return file.getvalue()


def write() -> None:
    """Write down the catalogue as it is now."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    WRITTEN.write_bytes(written())
    COMPILED.write_bytes(compiled())


if __name__ == "__main__":
    write()
    for each in untranslated():
        print(f"To be put into English: {each}")
