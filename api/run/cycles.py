"""How seldom a process that serves looks for cycles of objects, which Python clears while everything else waits."""

from __future__ import annotations

import gc

# Allocations between two looks at what is new. Python's own pace is seven hundred.
SELDOM = 20_000


def look_seldom() -> None:
    """Call it once all is made that stays: none of that is looked through again.

    Entries, records and rows make no cycles, and a process remembers many of them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)
