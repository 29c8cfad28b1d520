"""Tells one part of the ledger in a process of its own: `python -m projections.part`, see `parts.py`.

The order comes as one line of JSON; progress is answered in lines. The process ends with the one that started it,
because nobody reads its lines any more, and what it wrote is never used.
"""

from __future__ import annotations

import sys

import msgspec

from projections.catalogue import named
from projections.parts import TRANSIENT, Answer, Order, tell_part
from projections.replay import NotRebuilt


def main() -> None:
    """Do what the order says."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    projections = [make(f"{name}_next") for name in order.names for make in named(name)]
    try:
        parted = order.database_url, projections, order.stretch, order.clock
        say(Answer(latest=tell_part(*parted, lambda told: say(Answer(told=told)))))
    except NotRebuilt as error:
        say(Answer(refused=str(error)))
    except TRANSIENT as error:
        say(Answer(away=str(error)))


def say(answer: Answer) -> None:
    """Answer one line."""
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
