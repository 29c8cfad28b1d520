"""The key that signs checkpoints, as a file: outside the database, so that whoever alters that cannot sign it.

One line, readable by its owner alone. A rotation writes the next key beside it, has the record begin it, and then puts
it in its place: interrupted in between, it is finished by whoever reads the key next.
"""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from psycopg import Connection

from api.published.leadership import ledger_id
from domain.ledger import checkpoints as kept
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.notes import PublicKey, SecretKey, Unreadable
from projections.checkpoints import KeyMissing, KeyUnknown, NotSigning, begin, make
from projections.follower import Follower

OWNER_ALONE = 0o600


class KeyRefused(NotSigning):
    """A key is not made: there is one already, or there was."""

    code = "checkpoint-key-refused"


def read(path: Path, wanted: PublicKey | None = None) -> SecretKey:
    """The key of a file. wanted: the one that the record signs by. Raises KeyMissing."""
    coming = beside(path)
    if wanted is not None and coming.exists() and parsed(coming).public == wanted:
        coming.replace(path)
    return parsed(path)


def parsed(path: Path) -> SecretKey:
    """Raises KeyMissing."""
    try:
        return SecretKey.parse(path.read_text())
    except FileNotFoundError:
        raise KeyMissing(f"there is no key at {path}") from None
    except (OSError, UnicodeDecodeError, Unreadable) as error:
        raise KeyMissing(f"the key at {path} cannot be read: {error}") from None


def beside(path: Path) -> Path:
    """Where the next key waits while it is begun."""
    return path.with_name(f"{path.name}.next")


def write(path: Path, key: SecretKey) -> None:
    """Write a key where none is, so that it is there whatever happens next. Raises KeyRefused."""
    if path.exists():
        raise KeyRefused(f"there is a file at {path} already")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
        with os.fdopen(file, "w") as opened:
            opened.write(f"{key.written()}\n")
            opened.flush()
            os.fsync(opened.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise KeyRefused(f"the key cannot be written to {path}: {error.strerror}") from None


def ensure(database_url: str, path: Path, authority: str) -> PublicKey | None:
    """The first key of a record, made now unless it has one or had one. None: nothing was made. Raises NotSigning."""
    with psycopg.connect(database_url) as db:
        kept.alone(db.cursor())
        if kept.keys(db.cursor()) or kept.latest(db.cursor()):
            return None
        return begun(db, path, authority)


def create(database_url: str, path: Path, authority: str, *, lost: bool = False) -> PublicKey:
    """A key for a record that has none, or, where the one it had is lost, in its place. Raises NotSigning."""
    with psycopg.connect(database_url) as db:
        kept.alone(db.cursor())
        known = kept.keys(db.cursor())
        if (known or kept.latest(db.cursor())) and not lost:
            raise KeyRefused(
                "this record has signed already. Put its key back; to change it: `jalon audit key rotate`; "
                "if it is lost: `jalon audit key create --lost`, and tell those who keep checkpoints"
            )
        if lost and known and path.exists() and parsed(path).public == known[-1].public:
            raise KeyRefused(f"the key is not lost, it is at {path}: to change it, `jalon audit key rotate`")
        return begun(db, path, authority)


def begun(db: Connection[tuple[object, ...]], path: Path, authority: str) -> PublicKey:
    """Write a key, or take the one that is there and was never used, and begin it."""
    known = kept.keys(db.cursor())
    # The name is that of the record, the same for all its keys.
    name = known[-1].public.name if known else f"jalon/{authority}/{ledger_id(db.cursor())}"
    if path.exists():
        key = parsed(path)
        if key.name != name or key.public in [each.public for each in known]:
            raise KeyRefused(f"the key at {path} is not one that this record could begin: move it away")
    else:
        key = SecretKey.make(name)
        write(path, key)
    begin(db.cursor(), key)
    return key.public


def rotate(database_url: str, path: Path) -> PublicKey:
    """Another key in the place of the present one, which signs that. Raises NotSigning."""
    with psycopg.connect(database_url) as db:
        kept.alone(db.cursor())
        known = kept.keys(db.cursor())
        before = read(path, known[-1].public if known else None)
        if not known or before.public != known[-1].public:
            raise KeyUnknown(f"the key at {path} is not the one that this record signs by")
        # What an interrupted rotation left was never begun.
        beside(path).unlink(missing_ok=True)
        key = SecretKey.make(before.name)
        write(beside(path), key)
        begin(db.cursor(), key, before=before)
    read(path, key.public)
    return key.public


def sign_what_leaves(database_url: str, path: Path | None) -> str | None:
    """Sign the ledger as it stands before a copy of it is made; why that could not be, None where it was done."""
    if path is None:
        return "JALON_CHECKPOINT_KEY names no key"
    Follower(database_url).catch_up()
    try:
        sign(database_url, path)
    except NotSigning as refusal:
        return str(refusal)
    return None


def sign(database_url: str, path: Path) -> Checkpoint:
    """The checkpoint of the ledger as it stands. Raises NotSigning."""
    with psycopg.connect(database_url) as db:
        known = kept.keys(db.cursor())
        return make(db.cursor(), read(path, known[-1].public if known else None))
