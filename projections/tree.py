"""The Merkle tree over the ledger: a leaf for each entry, and what stands above each 256 of them.

What stands below that is hashed again when it is asked for: 255 hashes at most, a quarter of a millisecond, and half
the rows. PostgreSQL hashes the stored bytes itself, so that no entry is sent for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor

from domain.ledger import LEAVES, Stretch
from domain.ledger.merkle import EMPTY, Edge, Node, Span, consistency, folded, inclusion, prove
from projections.projection import Projection, Told

# 2**8 leaves; RFC 6962 trees are kept in such tiles elsewhere too.
TILE = 8
# Leaves that are read at a time, where many are new.
AT_ONCE = 64 << TILE

ADD = f"""
    WITH entries AS ({LEAVES}), added AS (
        INSERT INTO {{schema}}.leaf (index, position, hash)
        SELECT (SELECT coalesce(max(index) + 1, 0) FROM {{schema}}.leaf) + row_number() OVER (ORDER BY position) - 1,
            position, hash
        FROM entries ORDER BY position
        RETURNING index
    )
    SELECT coalesce(min(index), 0), coalesce(max(index) + 1, 0) FROM added
"""
RANGE = "SELECT hash FROM {schema}.leaf WHERE index >= %s AND index < %s ORDER BY index"
KEEP = """
    INSERT INTO {schema}.node (level, index, hash)
    SELECT n.* FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) AS n (level, index, hash)
"""
FIND = """
    SELECT n.level, n.index, n.hash
    FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index) JOIN {schema}.node AS n USING (level, index)
"""
FIND_LEAVES = """
    SELECT l.index, l.hash
    FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (first, past)
    JOIN {schema}.leaf AS l ON l.index >= wanted.first AND l.index < wanted.past
    ORDER BY l.index
"""


class Tree(Projection):
    """Its rows follow from the order of the whole ledger, not from one record: it is built by one process."""

    name = "tree"
    whole = True
    # index: rank in the ledger's order, from 0. hash: of a leaf, or of 2**level of them, the first at index * 2**level.
    tables = """
        CREATE TABLE {schema}.leaf (index bigint PRIMARY KEY, position bigint NOT NULL, hash bytea NOT NULL);
        CREATE TABLE {schema}.node (
            level smallint, index bigint, hash bytea NOT NULL, PRIMARY KEY (level, index)
        )
    """
    indexes = "ALTER TABLE {schema}.leaf ADD UNIQUE (position)"

    def clear_sums(self) -> None:
        self._first, self._last = 0, 0

    def fold(self, told: Told) -> None:
        self._first, self._last = min(self._first or told.position, told.position), max(self._last, told.position)

    def settle(self, cursor: Cursor[Any]) -> None:
        """All that was told, in the order of the ledger, whatever the order in which it was told."""
        if self._last:
            self.take(cursor, Stretch(self._first - 1, self._last))

    def take(self, cursor: Cursor[Any], stretch: Stretch) -> None:
        """Add the leaves of a stretch, which begins where the tree ends."""
        bounds = {"after": stretch.after, "last": stretch.last}
        ((was, size),) = cursor.execute(self.sql(ADD), bounds, prepare=True).fetchall()
        if was >> TILE < size >> TILE:
            self._cover(cursor, was >> TILE, size >> TILE)

    def _cover(self, cursor: Cursor[Any], tiles: int, whole: int) -> None:
        """Keep what stands above the leaves that make whole tiles now. tiles: those that were covered before."""
        stored = Stored(cursor, self.schema)
        edge = Edge(tiles, stored.find([Node(TILE + level, place) for level, place in Span(0, tiles).nodes()]))
        for tile in range(tiles, whole, AT_ONCE >> TILE):
            leaves = stored.leaves(tile << TILE, min(whole << TILE, (tile << TILE) + AT_ONCE))
            hashes = (folded(leaves[first : first + (1 << TILE)]) for first in range(0, len(leaves), 1 << TILE))
            kept = [(TILE + node.level, node.place, made) for each in hashes for node, made in edge.add(each)]
            cursor.execute(self.sql(KEEP), [list(column) for column in zip(*kept, strict=True)], prepare=True)


class Stored:
    """The tree as it is kept. schema: of the live one, unless another is built."""

    def __init__(self, cursor: Cursor[Any], schema: str = Tree.name) -> None:
        self._cursor = cursor
        self._tree = Tree(schema)

    def size(self) -> int:
        """How many leaves there are."""
        return int(self._asked("SELECT coalesce(max(index) + 1, 0) FROM {schema}.leaf")[0][0])

    def leaf(self, position: int) -> tuple[int, bytes] | None:
        """Rank and hash of the entry at a position; None where none is."""
        found = self._asked("SELECT index, hash FROM {schema}.leaf WHERE position = %s", position)
        return (int(found[0][0]), found[0][1]) if found else None

    def position(self, size: int) -> int:
        """The position of the last leaf of the tree of a size; 0 for none."""
        found = self._asked("SELECT position FROM {schema}.leaf WHERE index = %s", size - 1)
        return int(found[0][0]) if found else 0

    def root(self, size: int) -> bytes:
        """The root of the first so many leaves."""
        return prove([Span(0, size)], self.find)[0] if size else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """What proves that a leaf is in the tree of a size."""
        return prove(inclusion(index, size), self.find)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What proves that the tree of a size begins with that of an earlier one."""
        return prove(consistency(old, new), self.find)

    def leaves(self, first: int, past: int) -> list[bytes]:
        """The hashes of some leaves that follow each other."""
        return [row[0] for row in self._asked(RANGE, first, past)]

    def after(self, size: int, limit: int) -> list[tuple[int, bytes]]:
        """Position and hash of the next leaves after the first so many."""
        return self._asked(
            "SELECT position, hash FROM {schema}.leaf WHERE index >= %s ORDER BY index LIMIT %s", size, limit
        )

    def find(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes of some nodes. Raises KeyError where the tree does not reach that far, or has a hole."""
        low = [node for node in nodes if node.level < TILE]
        found = self._kept([node for node in nodes if node.level >= TILE]) | self._hashed(low)
        return [found[node] for node in nodes]

    def _kept(self, nodes: Sequence[Node]) -> dict[Node, bytes]:
        levels, indices = [node.level for node in nodes], [node.place for node in nodes]
        return {Node(*row[:2]): row[2] for row in self._asked(FIND, levels, indices)} if levels else {}

    def _hashed(self, nodes: Sequence[Node]) -> dict[Node, bytes]:
        """Those that are not kept, from their leaves."""
        if not nodes:
            return {}
        bounds = [(node.place << node.level, (node.place + 1) << node.level) for node in nodes]
        leaves = dict(self._asked(FIND_LEAVES, *(list(column) for column in zip(*bounds, strict=True))))
        return {
            node: folded([leaves[index] for index in range(first, past)])
            for node, (first, past) in zip(nodes, bounds, strict=True)
        }

    def _asked(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        own = self._cursor.connection.cursor()
        return own.execute(self._tree.sql(query), values, prepare=True, binary=True).fetchall()
