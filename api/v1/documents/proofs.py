"""What proves the ledger: signed checkpoints, the keys, and proofs between them. Hashes are base64."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from marshmallow import Schema

from api.v1.documents.describing import NEXT, codes, flag, instant, several, text, whole
from api.v1.documents.parts import Document, utc
from domain.ledger.checkpoints import Checkpoint as Row
from domain.ledger.checkpoints import Key as KeyRow

HASH = "32 bytes as base64."


class Checkpoint(Schema):
    size = whole("Entries that it covers: all up to a position.")
    position = whole("The last of them.")
    note = text("The checkpoint itself, a C2SP signed note: origin, size, root, and by whom they are signed.")
    made_at = instant("When it was signed, by the clock of the database.")


class Inclusion(Schema):
    position = whole("The entry.")
    index = whole("Its rank among the entries of the ledger, from 0.")
    size = whole("Entries of the tree that it is proved to be in.")
    leaf = text(f"The hash of the entry as it is stored. {HASH}")
    proof = codes("The hashes that lead from the leaf to the root (RFC 6962, 2.1.1).")
    root = text(f"The root of that tree. {HASH}")
    note = text("The checkpoint that signs that root; null where none is of that size.", allow_none=True)


class Consistency(Schema):
    old = whole("Entries of the earlier tree.")
    new = whole("Entries of the later one.")
    old_root = text(f"The root of the earlier tree. {HASH}")
    new_root = text(f"The root of the later one. {HASH}")
    proof = codes("The hashes that prove that the later one begins with the earlier one (RFC 6962, 2.1.2).")


class SigningKey(Schema):
    key = text("The public key, as programs of signed notes take it: name, id, base64.")
    statement = text("The checkpoint by which it began: it names the key, and the one before it signs it.")
    began_at = instant("When it began.")
    signs = flag("It is the present one.")


class SigningKeys(Schema):
    items = several(SigningKey, "Every key that this record ever signed by, the present one last.")
    next = text(NEXT, allow_none=True)


def encoded(hash: bytes) -> str:
    return b64encode(hash).decode()


def checkpoint(row: Row) -> Document:
    """A checkpoint."""
    return {"size": row.size, "position": row.position, "note": row.note, "made_at": utc(row.made_at)}


def keys(rows: Sequence[KeyRow]) -> Document:
    """Every key."""
    items = [
        {
            "key": str(row.public),
            "statement": row.statement,
            "began_at": utc(row.began_at),
            "signs": row is rows[-1],
        }
        for row in rows
    ]
    return {"items": items, "next": None}
