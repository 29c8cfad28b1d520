"""The Merkle tree over the ledger, RFC 6962: what proves that an entry is among others, and that none of them changed.

Pure: it knows neither PostgreSQL nor keys. A leaf is an entry as it is stored, byte for byte, in the order of the
ledger; positions have holes, so that a leaf is counted by its rank. Reading order: entry, Edge, inclusion, consistency.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

EMPTY = sha256(b"").digest()
"""The root of no leaves."""


def entry(position: int, id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """What a leaf is made of. id, version: of the record and of the entry in it. state: the stored column as it is."""
    name = topic.encode()
    return struct.pack(">q", position) + id.bytes + struct.pack(">qI", version, len(name)) + name + state


def leaf_hash(entry: bytes) -> bytes:
    """A leaf; the first byte tells it from what is joined."""
    return sha256(b"\0" + entry).digest()


def join(left: bytes, right: bytes) -> bytes:
    """What stands above two neighbours."""
    return sha256(b"\1" + left + right).digest()


class Node(NamedTuple):
    """Stands above 2**level leaves, the first of them place * 2**level. Level 0: a leaf."""

    level: int
    place: int


class Span(NamedTuple):
    """The leaves from `start` up to `end`, which is not among them; no node that it is made of begins before it."""

    start: int
    end: int

    def nodes(self) -> Iterator[Node]:
        """The largest nodes that it is made of, from the left."""
        start = self.start
        while start < self.end:
            level = (self.end - start).bit_length() - 1
            yield Node(level, start >> level)
            start += 1 << level


def above(nodes: Sequence[bytes]) -> bytes:
    """The hash of a span, from those of its nodes."""
    *rest, found = nodes or [EMPTY]
    for left in reversed(rest):
        found = join(left, found)
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """What stands above neighbours whose number is a power of two."""
    while len(hashes) > 1:
        hashes = [join(left, right) for left, right in list(pairwise(hashes))[::2]]
    return hashes[0]


class Edge:
    """The right edge of a tree that grows: enough to go on, and to know its root.

    size: how many have been added. nodes: those that it is made of, from the left; see `Span.nodes`.
    """

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        self.size = size
        self._nodes = list(nodes)

    def add(self, hash: bytes) -> Iterator[tuple[Node, bytes]]:
        """Add one; the nodes that are complete by it, the added one first."""
        index, level = self.size, 0
        yield Node(0, index), hash
        while index >> level & 1:
            hash = join(self._nodes.pop(), hash)
            level += 1
            yield Node(level, index >> level), hash
        self._nodes.append(hash)
        self.size += 1

    def root(self) -> bytes:
        """The root of all that was added."""
        return above(self._nodes)


def split(size: int) -> int:
    """The largest power of two below a size: where a tree of that size is parted."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove that a leaf is in the tree of a size, from the leaf upwards."""
    found, span = [], Span(0, size)
    while span.end - span.start > 1:
        middle = span.start + split(span.end - span.start)
        left, right = Span(span.start, middle), Span(middle, span.end)
        span, other = (left, right) if index < middle else (right, left)
        found.append(other)
    return found[::-1]


def consistency(old: int, new: int) -> list[Span]:
    """The spans whose hashes prove that the tree of a size begins with that of an earlier one; none for equal ones."""
    found, span, whole = [], Span(0, new), True
    while 0 < old < span.end:
        middle = span.start + split(span.end - span.start)
        left, right = Span(span.start, middle), Span(middle, span.end)
        span, other = (left, right) if old <= middle else (right, left)
        whole = whole and span is left
        found.append(other)
    if not whole and old == span.end:
        found.append(span)
    return found[::-1]


def prove(spans: Sequence[Span], find: Callable[[Sequence[Node]], Sequence[bytes]]) -> list[bytes]:
    """The hashes of spans. find: the hashes of nodes, in their order, all at once."""
    parts = [list(span.nodes()) for span in spans]
    hashes = iter(find([node for part in parts for node in part]))
    return [above([next(hashes) for _ in part]) for part in parts]


def climb(
    node: int, last: int, steps: Sequence[bytes], lefts: list[bytes], right: bytes
) -> tuple[list[bytes], bytes] | None:
    """Go up from a node, of which `last` is the last of its level. `lefts` follow the neighbours on the left alone."""
    for step in steps:
        if last == 0:
            return None
        if node & 1 or node == last:
            lefts, right = [join(step, each) for each in lefts], join(step, right)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            right = join(right, step)
        node, last = node >> 1, last >> 1
    return (lefts, right) if last == 0 else None


def includes(root: bytes, size: int, *, leaf: bytes, index: int, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of that root and size holds that leaf there."""
    return 0 <= index < size and climb(index, size - 1, proof, [], leaf) == ([], root)


def extends(new_root: bytes, new: int, *, old_root: bytes, old: int, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree begins with an earlier one. Nothing is proved of an empty one."""
    if old == new:
        return old_root == new_root and not proof
    if not 0 < old < new or not proof:
        return False
    steps = ([old_root] if old & (old - 1) == 0 else []) + list(proof)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    return climb(node, last, steps[1:], [steps[0]], steps[0]) == ([old_root], new_root)
