"""Lists, page by page: a cursor holds the key of the last row seen, so that page 20,000 costs what page 1 costs."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from api.http.json import NotJson, dump, load
from api.http.problems import NotValid

MOST, USUAL = 200, 50
"""Items of a page at the most, and when nothing is asked."""

Row = TypeVar("Row")
Key = TypeVar("Key")


def cursor_for(key: Sequence[object]) -> str:
    """The key of a row as an opaque, URL-safe text."""
    return urlsafe_b64encode(dump(key)).decode().rstrip("=")


def key_in(cursor: str, shape: type[Key]) -> Key:
    """The key that a cursor holds. Raises NotValid for anything that this list did not hand out."""
    try:
        # Without `validate`, characters outside the alphabet would be dropped in silence.
        padded = cursor + "=" * (-len(cursor) % 4)
        if not padded.isascii() or urlsafe_b64encode(urlsafe_b64decode(padded)).decode() != padded:
            raise ValueError("not base64url")
        return msgspec.convert(load(urlsafe_b64decode(padded)), shape)
    except (binascii.Error, ValueError, NotJson, msgspec.ValidationError) as error:
        sentence = "Ce curseur est illisible : reprenez celui que la page précédente donnait."
        raise NotValid(sentence, errors={"cursor": [sentence]}) from error


def page(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], Row | None]:
    """The rows to show of those found for `limit + 1`, and the last one shown when more follow."""
    shown = rows[:limit]
    return shown, (shown[-1] if len(rows) > limit else None)


def listed(items: list[Any], following: str | None) -> dict[str, Any]:
    """The document of a list."""
    return {"items": items, "next": following}
