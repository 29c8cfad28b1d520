"""Signs the tree as it stands, once it is certain that it goes on from what was signed before.

The tree is made from the ledger, and made again by a rebuild: where somebody altered the ledger meanwhile, its
beginning is no longer what was signed, and nothing is signed on top of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from psycopg import Connection, Cursor

from domain.ledger import checkpoints as kept
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.merkle import extends
from domain.ledger.notes import Head, NotSigned, PublicKey, SecretKey, Unreadable, head_of, signed
from projections.tree import Stored

# Seconds between two looks at whether there is anything to sign.
LOOK = 1.0

log = logging.getLogger(__name__)


class NotSigning(Exception):
    """Nothing can be signed at present. code: a stable name for why. after, up_to: positions, if it is about some."""

    code: str
    after: int | None = None
    up_to: int | None = None


class Inconsistent(NotSigning):
    """The ledger, or the tree, is not what was signed: up to `after` it is, up to `up_to` it is not."""

    code = "checkpoint-inconsistent"

    def __init__(self, after: int, up_to: int) -> None:
        self.after, self.up_to = after, up_to
        super().__init__(f"after position {after} and up to {up_to}, the ledger is not what was signed")


class KeyMissing(NotSigning):
    """The key that signs is not where it should be."""

    code = "checkpoint-key-missing"


class KeyUnknown(NotSigning):
    """The key that is there is not the one that this record signs by."""

    code = "checkpoint-key-unknown"


def agrees(tree: Stored, checkpoint: Checkpoint, trusted: Sequence[PublicKey]) -> bool:
    """Whether a checkpoint bears a good signature, and the tree begins with what it says."""
    try:
        head = head_of(checkpoint.note, trusted)
        return head.size == checkpoint.size <= tree.size() and tree.root(head.size) == head.root
    except (Unreadable, NotSigned, KeyError):
        return False


def check(cursor: Cursor[Any]) -> Checkpoint | None:
    """The last checkpoint, with which the tree agrees; None where there is none. Raises Inconsistent."""
    tree, trusted = Stored(cursor), [key.public for key in kept.keys(cursor)]
    last = kept.latest(cursor)
    if last is None or agrees(tree, last, trusted):
        return last
    raise Inconsistent(*bounds(cursor, lambda each: agrees(tree, each, trusted)))


def bounds(cursor: Cursor[Any], good: Callable[[Checkpoint], bool]) -> tuple[int, int]:
    """The positions of the last checkpoint that is good, 0 for none, and of the one after it, which is not.

    What is not good stays so: each covers all that those before it covered.
    """
    numbers = kept.numbers(cursor)
    low, high = -1, len(numbers) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if good(found(cursor, numbers[middle])) else (low, middle)
    return (found(cursor, numbers[low]).position if low >= 0 else 0), found(cursor, numbers[high]).position


def found(cursor: Cursor[Any], number: int) -> Checkpoint:
    """One that is there."""
    checkpoint = kept.numbered(cursor, number)
    assert checkpoint is not None, number
    return checkpoint


def make(cursor: Cursor[Any], key: SecretKey) -> Checkpoint:
    """Sign the tree as it stands; the last checkpoint where it has not grown since. In a transaction.

    Raises Inconsistent, KeyUnknown.
    """
    kept.alone(cursor)
    known = kept.keys(cursor)
    if not known or known[-1].public != key.public:
        raise KeyUnknown(f"the record does not sign by {key.public.id}")
    last = check(cursor)
    head = grown(cursor, last, key.name)
    if last is not None and last.size == head.size:
        return last
    return keep(cursor, head, [key])


def begin(cursor: Cursor[Any], key: SecretKey, *, before: SecretKey | None = None) -> Checkpoint:
    """A key signs from now on; its first checkpoint names it. before: the present one, which signs that too.

    In a transaction. Raises Inconsistent.
    """
    kept.alone(cursor)
    head = grown(cursor, check(cursor), key.name)._replace(more=(f"key {key.public}",))
    begun = keep(cursor, head, [key, before] if before else [key])
    kept.begin_key(cursor, key.public, begun.note)
    return begun


def grown(cursor: Cursor[Any], last: Checkpoint | None, origin: str) -> Head:
    """The tree as it stands, proved to go on from the last checkpoint. Raises Inconsistent."""
    tree = Stored(cursor)
    size = tree.size()
    head = Head(origin, size, tree.root(size))
    if last is not None and last.size:
        proof = tree.consistency(last.size, size)
        if not extends(head.root, size, old_root=tree.root(last.size), old=last.size, proof=proof):
            raise Inconsistent(0, last.position)
    return head


def keep(cursor: Cursor[Any], head: Head, keys: Sequence[SecretKey]) -> Checkpoint:
    """Sign and keep."""
    return kept.keep(
        cursor, size=head.size, position=Stored(cursor).position(head.size), note=signed(head.text(), keys)
    )


class Checkpointing:
    """What the leading follower signs, after its looks at the ledger: where it has grown, but not too often.

    read_key: finds the key each time, given the one that is wanted; it may have been changed meanwhile. Raises
    NotSigning. every: seconds between two checkpoints; without growth, the last one is still held against the tree.
    """

    def __init__(self, read_key: Callable[[PublicKey | None], SecretKey], every: float) -> None:
        self._read_key = read_key
        self._every = every
        self._next, self._checked, self._told = 0.0, float("-inf"), ""

    def leads(self, _connection: Connection[Any]) -> None:
        """A leadership begins: look at once."""
        self._next, self._checked, self._told = 0.0, float("-inf"), ""

    def looked(self, connection: Connection[Any]) -> bool:
        """Sign what there is to sign; there is never more to do at once."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + LOOK
            self._tried(connection, now)
        return False

    def ends(self) -> None:
        """Nothing is left to do."""

    def _tried(self, connection: Connection[Any], now: float) -> None:
        cursor = connection.cursor()
        try:
            with connection.transaction():
                if self._is_due(cursor):
                    known = kept.keys(cursor)
                    make(cursor, self._read_key(known[-1].public if known else None))
                elif now - self._checked >= self._every:
                    check(cursor)
                else:
                    return
                kept.clear_fault(cursor)
            self._told = ""
        except NotSigning as fault:
            kept.write_fault(cursor, fault.code, fault.after, fault.up_to)
            self._next = now + min(self._every, 60.0)
            if self._told != str(fault):
                log.error("No checkpoint is signed: %s", fault)
            self._told = str(fault)
        self._checked = now

    def _is_due(self, cursor: Cursor[Any]) -> bool:
        last, since = kept.latest(cursor), kept.age(cursor)
        has_grown = last is None or Stored(cursor).size() > last.size
        return has_grown and (since is None or since >= timedelta(seconds=self._every))
