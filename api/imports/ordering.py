"""The order in which the lines of a register are told, whatever the order of the file."""

from __future__ import annotations

from collections.abc import Sequence

from api.imports.row import Row


def ordered(rows: Sequence[Row]) -> list[Row]:
    """Agreements first, then operations, each after the one that contains it; otherwise as in the file.

    Lines that contain each other in a circle come in some order: telling them refuses them.
    """
    by_reference = {row.reference: row for row in rows}
    placed: dict[str, Row] = {row.reference: row for row in rows if row.kind == "agreement"}
    for row in rows:
        chain: dict[str, Row] = {}
        step: Row | None = row
        while step and step.reference not in placed and step.reference not in chain:
            chain[step.reference] = step
            step = by_reference.get(step.part_of or "")
        for each in reversed(chain.values()):
            placed[each.reference] = each
    return list(placed.values())
