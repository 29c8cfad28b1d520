"""Lists, page by page: a cursor holds the key of the last row seen, so that page 20,000 costs what page 1 costs."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from api.http.fields import Asked, Text, Whole
from api.http.json import NotJson, dump, load
from api.http.problems import NotValid

MOST, USUAL = 200, 50
"""Items of a page at the most, and when nothing is asked."""


class Paged(Asked):
    """What every reader of a list may ask."""

    cursor = Text(2000, metadata={"description": "The `next` of the page before."})
    limit = Whole(1, MOST, load_default=USUAL, metadata={"description": "Items of a page."})


Row = TypeVar("Row")


def filters(query: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that choose rows, those that turn pages apart."""
    return {name: value for name, value in query.items() if name not in ("cursor", "limit")}


def cursor_for(key: object) -> str:
    """The key of a row as an opaque, URL-safe text."""
    return urlsafe_b64encode(dump(key)).decode().rstrip("=")


def key_in(cursor: str, shape: Any) -> Any:
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


def start(cursor: str, shape: Any, bound: object) -> Any:
    """Where a page begins. Raises NotValid for a cursor of another list, or of this one at another moment."""
    if bound is None:
        return key_in(cursor, shape)
    of, key = key_in(cursor, tuple[Any, shape])
    if of != bound:
        sentence = "Ce curseur est celui d'autres dates ou d'un autre ordre : reprenez la liste à sa première page."
        raise NotValid(sentence, errors={"cursor": [sentence]})
    return key


def listed(
    query: Mapping[str, Any],
    *,
    find: Callable[..., Sequence[Row]],
    show: Callable[[Row], Any],
    key: Callable[[Row], object],
    shape: Any = str,
    bound: object = None,
) -> dict[str, Any]:
    """One page of a list.

    find: takes `after`, the key of the last row seen, and `limit`. show: a row as an item. key: where a row stands, and
    shape: the type of that. bound: what all pages have in common, which cursors hold too; None: nothing.
    """
    after = start(query["cursor"], shape, bound) if "cursor" in query else None
    found = find(after=after, limit=query["limit"] + 1)
    shown = found[: query["limit"]]
    following = None
    if len(found) > len(shown):
        last = key(shown[-1])
        following = cursor_for(last if bound is None else [bound, last])
    return {"items": [show(row) for row in shown], "next": following}
