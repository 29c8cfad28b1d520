"""Reads the whole ledger again and holds it against what is known of it: the tree, checkpoints, what others kept.

Leaves name the very entry that is not what it was. A checkpoint alone says so of all that came after the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from psycopg import Cursor

from domain.ledger import checkpoints as kept
from domain.ledger import read_stored
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.merkle import EMPTY, Edge, Node, entry, leaf_hash
from domain.ledger.notes import NotSigned, PublicKey, Unreadable, head_of
from projections import tree
from projections.beside import Beside, Deviation, Leaf, Outside

AT_ONCE = 5_000
BEFORE_ALL = -(2**63)
"""Below every position that there can be, those included that no append would give."""

TREE = "tree"
"""The name of what the record itself keeps of its leaves."""


@dataclass(frozen=True)
class Gap:
    """The ledger is what was signed up to position `after`, and is not up to `up_to`. by: who says so.

    up_to: None where more was signed than there is.
    """

    by: str
    after: int
    up_to: int | None


@dataclass
class Report:
    """What was found. roots: of the ledger at the sizes that somebody signed.

    covered: size and position of the last checkpoint that agrees; covered_outside: of the last one kept outside.
    unread: what is kept outside and proves nothing, with why. longest: from an entry to the checkpoint that covers it.
    """

    entries: int = 0
    first: int = 0
    last: int = 0
    root: bytes = EMPTY
    checkpoints: int = 0
    outside: int = 0
    covered: tuple[int, int] = (0, 0)
    covered_outside: tuple[int, int] = (0, 0)
    not_in_tree: int = 0
    longest: timedelta | None = None
    deviations: list[Deviation] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    nodes_differ: bool = False

    @property
    def good(self) -> bool:
        """All agrees."""
        return not (self.deviations or self.gaps or self.unread or self.nodes_differ)


class Signed(NamedTuple):
    """A root that somebody signed. checkpoint: as the record keeps it; None: it is kept outside, in a file."""

    size: int
    root: bytes
    by: str
    checkpoint: Checkpoint | None = None


class Again(NamedTuple):
    """What the ledger says when it is read again, at the sizes that somebody signed.

    root, last: of so many entries. next: when the entry after them was recorded. nodes: what the tree should keep.
    """

    root: dict[int, bytes]
    last: dict[int, int]
    next: dict[int, datetime]
    nodes: dict[Node, bytes]


class When(msgspec.Struct):
    """Of an entry, the instant at which it was recorded."""

    timestamp: datetime


def verify(
    cursor: Cursor[Any], *, trusted: Sequence[PublicKey] | None = None, outside: Sequence[Outside] = ()
) -> Report:
    """Hold the ledger against all of that. cursor: in a transaction that sees one moment.

    trusted: the keys whose signatures count; those that the record knows, unless given.
    """
    report = Report(outside=len(outside))
    stored = list(stored_heads(cursor, known(cursor) if trusted is None else trusted, report))
    signed = [*stored, *(Signed(each.head.size, each.head.root, each.name) for each in outside if each.head)]
    mine = Beside(TREE, tree_leaves(cursor))
    besides = [mine, *(Beside(each.name, each.leaves, each.head) for each in outside if each.leaves is not None)]
    again = read_again(cursor, report, besides, {0, *(each.size for each in signed)})
    for beside in besides:
        if not beside.signed:
            report.unread.append(f"{beside.name} : ses feuilles ne sont pas celles que son point de contrôle signe")
        elif beside.deviation:
            report.deviations.append(beside.deviation)
    report.deviations.sort(key=lambda each: each.index)
    compare_roots(report, signed, again)
    if not mine.deviation:
        report.not_in_tree = report.entries - mine.agreed
        report.nodes_differ = kept_nodes(cursor) != {
            node: hash for node, hash in again.nodes.items() if (node.place + 1) << node.level <= mine.agreed
        }
    report.longest = longest_wait(stored, again)
    return report


def known(cursor: Cursor[Any]) -> list[PublicKey]:
    """Every key that the record ever signed by."""
    return [key.public for key in kept.keys(cursor)]


def read_again(cursor: Cursor[Any], report: Report, besides: Sequence[Beside], sizes: set[int]) -> Again:
    """Hash every entry anew."""
    edge, again, last = Edge(), Again({0: EMPTY}, {0: 0}, {}, {}), BEFORE_ALL
    while entries := read_stored(cursor, last, AT_ONCE):
        for stored in entries:
            leaf = leaf_hash(entry(*stored))
            if edge.size in sizes and (recorded := instant(stored.state)):
                again.next[edge.size] = recorded
            for beside in besides:
                beside.see(edge.size, stored, leaf)
            again.nodes.update((node, hash) for node, hash in edge.add(leaf) if node.level >= tree.TILE)
            if edge.size in sizes:
                again.root[edge.size], again.last[edge.size] = edge.root(), stored.position
        report.first = report.first or entries[0].position
        last = report.last = entries[-1].position
    report.entries, report.root = edge.size, edge.root()
    for beside in besides:
        beside.end(edge.size)
    return again


def instant(state: bytes) -> datetime | None:
    """When an entry was recorded; None where it cannot be read any more."""
    try:
        return msgspec.json.decode(state, type=When).timestamp
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def tree_leaves(cursor: Cursor[Any]) -> Iterator[Leaf]:
    """The leaves that the record keeps, in their order."""
    stored, size = tree.Stored(cursor), 0
    while some := stored.after(size, AT_ONCE):
        yield from (Leaf(*each) for each in some)
        size += len(some)


def kept_nodes(cursor: Cursor[Any]) -> dict[Node, bytes]:
    """What the tree keeps above its leaves."""
    rows = cursor.connection.cursor().execute("SELECT level, index, hash FROM tree.node", binary=True)
    return {Node(*row[:2]): row[2] for row in rows}


def stored_heads(cursor: Cursor[Any], trusted: Sequence[PublicKey], report: Report) -> Iterator[Signed]:
    """What the record's own checkpoints say; one without a good signature says nothing, and that is told."""
    for each in kept.every(cursor):
        report.checkpoints += 1
        try:
            head = head_of(each.note, trusted)
        except (Unreadable, NotSigned) as error:
            report.unread.append(f"point de contrôle n° {each.number} : {error}")
            continue
        yield Signed(head.size, head.root, f"point de contrôle n° {each.number}", each)


def compare_roots(report: Report, signed: Sequence[Signed], again: Again) -> None:
    """Where what was signed begins to differ from what is there, and what the rest covers."""
    differing = [each for each in signed if again.root.get(each.size) != each.root]
    first = min(differing, key=lambda each: (each.size, each.checkpoint is None), default=None)
    good = [each for each in signed if first is None or each.size < first.size]
    covered = max((each.size for each in good), default=0)
    outside = max((each.size for each in good if each.checkpoint is None), default=0)
    report.covered, report.covered_outside = (covered, again.last[covered]), (outside, again.last[outside])
    if first is not None:
        end = first.checkpoint.position if first.checkpoint else again.last.get(first.size)
        report.gaps.append(Gap(first.by, again.last[covered], end))


def longest_wait(stored: Sequence[Signed], again: Again) -> timedelta | None:
    """The longest time from an entry to the checkpoint that covers it, as far as entries can be read."""
    before, waits = 0, []
    for each in stored:
        if each.checkpoint and each.size > before and before in again.next:
            waits.append(each.checkpoint.made_at - again.next[before])
        before = each.size
    return max(waits, default=None)
