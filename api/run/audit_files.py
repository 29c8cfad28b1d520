"""What people keep outside the record, as files: a checkpoint, a checkpoint with its leaves, an export of entries."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Cursor

from domain.ledger.checkpoints import Checkpoint
from domain.ledger.merkle import entry, leaf_hash
from domain.ledger.notes import PublicKey, Unreadable, decoded, head_of
from projections.beside import Leaf, Outside
from projections.tree import Stored

LEAVES = "\n\nleaves\n"
"""Between a checkpoint and its leaves, one a line: position and hash in base64."""

LINE = re.compile(r"(-?[0-9]{1,19}) ([A-Za-z0-9+/]{43}=)")
AT_ONCE = 5_000
END = 65_536
"""Where the last line of an export is looked for, and the checkpoint at the beginning of other files."""


class NotKept(Exception):
    """A file that nothing can be held against; says what is wrong, and where."""


class Line(msgspec.Struct):
    """An entry of an export; what else is in it does not matter here."""

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes


class TrailLine(msgspec.Struct):
    """The same in a file of the trail, which holds what is stored of an entry in a field of its own."""

    stored: Line


class Last(msgspec.Struct):
    """The last line of an export: the checkpoint that it ends at; None where nothing was signed."""

    checkpoint: str | None


def outside(path: Path, trusted: Sequence[PublicKey]) -> Outside:
    """What a file of any of these kinds holds. Raises NotKept, NotSigned, Unreadable."""
    try:
        with path.open("rb") as file:
            is_export = file.read(1) == b"{"
        if is_export:
            note = checkpoint_of_export(path)
            return Outside(path.name, head_of(note, trusted) if note else None, entries(path))
        with path.open() as text:
            note, mark, _ = text.read(END).partition(LEAVES)
        head = head_of(f"{note}\n" if mark else note, trusted)
        return Outside(path.name, head, leaves(path) if mark else None)
    except (OSError, UnicodeDecodeError) as error:
        raise NotKept(f"{path.name}: {error}") from error


def checkpoint_of_export(path: Path) -> str | None:
    """The checkpoint that an export ends at; None where it bears none."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - END))
        last = last_in(file.read().rstrip(b"\n").rpartition(b"\n")[2])
    return last.checkpoint if last else None


def last_in(line: bytes) -> Last | None:
    """What the last line of an export says; None for any other line."""
    try:
        return msgspec.json.decode(line, type=Last)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def entries(path: Path) -> Iterator[Leaf]:
    """The leaves of an export's entries. Raises NotKept."""
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                yield leaf_of(line_in(text))
            except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
                if last_in(text) is None:
                    raise NotKept(f"{path.name}, line {number}: {error}") from error


def line_in(text: bytes) -> Line:
    """An entry of an export, or of a file of the trail. Raises msgspec.MsgspecError, which tells of the former."""
    try:
        return msgspec.json.decode(text, type=Line)
    except msgspec.ValidationError:
        try:
            return msgspec.json.decode(text, type=TrailLine).stored
        except msgspec.ValidationError:
            pass
        raise


def leaf_of(line: Line) -> Leaf:
    """The leaf of an entry."""
    made = entry(line.position, line.originator_id, line.originator_version, line.topic, line.state)
    return Leaf(line.position, leaf_hash(made), str(line.originator_id), line.originator_version, line.topic)


def leaves(path: Path) -> Iterator[Leaf]:
    """The leaves kept with a checkpoint. Raises NotKept."""
    with path.open() as file:
        begun = False
        for number, text in enumerate(file, 1):
            if begun:
                found = LINE.fullmatch(text.removesuffix("\n"))
                if found is None:
                    raise NotKept(f"{path.name}, line {number}: a position and a hash are expected")
                yield Leaf(int(found[1]), decoded(found[2]))
            begun = begun or text == "leaves\n"


def keep(path: Path, checkpoint: Checkpoint, cursor: Cursor[Any]) -> None:
    """Write a checkpoint with its leaves, in the place of an earlier one that it goes on from. Raises NotKept."""
    tree = Stored(cursor)
    if path.exists():
        refuse_other(path, tree)
    coming = path.with_name(f"{path.name}.next")
    try:
        with coming.open("w") as file:
            file.write(f"{checkpoint.note}{LEAVES[1:]}")
            for some in several(tree, checkpoint.size):
                file.writelines(f"{position} {b64encode(hash).decode()}\n" for position, hash in some)
            file.flush()
            os.fsync(file.fileno())
        coming.replace(path)
    except OSError as error:
        raise NotKept(f"{path}: {error.strerror}") from error


def refuse_other(path: Path, tree: Stored) -> None:
    """Keep what was kept where the record does not go on from it: it is the proof. Raises NotKept."""
    kept = leaves(path)
    for some in several(tree, tree.size()):
        for now in some:
            before = next(kept, None)
            if before is None:
                return
            if (before.position, before.hash) != now:
                raise NotKept(f"{path.name} says otherwise from position {before.position}: it is left as it is")
    if next(kept, None) is not None:
        raise NotKept(f"{path.name} goes further than the record: it is left as it is")


def several(tree: Stored, size: int) -> Iterator[list[tuple[int, bytes]]]:
    """Position and hash of the leaves up to a size, some at a time."""
    done = 0
    while done < size and (some := tree.after(done, min(AT_ONCE, size - done))):
        yield some
        done += len(some)


def keys(texts: Sequence[str]) -> list[PublicKey]:
    """Public keys as people write them. Raises Unreadable."""
    try:
        return [PublicKey.parse(text) for text in texts]
    except ValueError as error:
        raise Unreadable(str(error)) from error
