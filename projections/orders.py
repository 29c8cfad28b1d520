"""In which order operations are listed, and where a page of that order begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, get_args

Order = Literal["reference", "commune"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)

SEVERAL: Final = "~"
NOWHERE: Final = "~~"
"""Places of what covers several communes, and of what covers none: after every INSEE code."""

PLACE: Final = f"""
    (CASE cardinality(o.communes) WHEN 0 THEN '{NOWHERE}' WHEN 1 THEN o.communes[1] ELSE '{SEVERAL}' END) COLLATE "C"
"""


class Key(NamedTuple):
    """Where an operation stands in a list, whatever its order; lists by reference have one place."""

    place: str = ""
    reference: str = ""


# What follows a key among rows `o`, and the order that it is read in.
AFTER: Final[dict[Order, str]] = {
    "reference": "o.reference > %(after)s",
    "commune": f"({PLACE}, o.reference) > (%(place)s::text, %(after)s::text)",
}
BY: Final[dict[Order, str]] = {"reference": "o.reference", "commune": f"{PLACE}, o.reference"}


def key(order: Order, reference: str, communes: Sequence[str]) -> Key:
    """Where an operation stands: by commune, what covers several comes after all communes, the whole territory last."""
    return Key("" if order == "reference" else place(communes), reference)


def place(communes: Sequence[str]) -> str:
    """As PLACE says it in SQL."""
    if len(communes) == 1:
        return communes[0]
    return SEVERAL if communes else NOWHERE
