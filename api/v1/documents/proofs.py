"""What proves the ledger: signed checkpoints, the keys, and proofs between them. Hashes are base64."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from marshmallow import Schema, fields

from api.v1.documents.describing import NEXT, codes, flag, instant, one_of, part, several, text, whole
from api.v1.documents.parts import Document, utc
from api.v1.schemas import says
from domain.ledger.checkpoints import Checkpoint as Row
from domain.ledger.checkpoints import Fault
from domain.ledger.checkpoints import Key as KeyRow

HASH = "32 bytes as base64."
SIGNATURES = ("good", "bad")
FAULTS = ("checkpoint-inconsistent", "checkpoint-key-missing", "checkpoint-key-unknown")


class Checkpoint(Schema):
    size = whole("Entries that it covers: all up to a position.")
    position = whole("The last of them.")
    note = text("The checkpoint itself, a C2SP signed note: origin, size, root, and by whom they are signed.")
    made_at = instant("When it was signed, by the clock of the database.")


class Uncovered(Schema):
    """The interval in which nothing could be proved, were it altered."""

    entries = whole("Entries that no checkpoint covers yet.")
    after = whole("The position after which they begin.")
    up_to = whole("The last position.")


class SigningFault(Schema):
    """What stands in the way of signing."""

    code = one_of(FAULTS, "What it is.")
    after = whole("Up to here the ledger is what was signed.", allow_none=True)
    up_to = whole("Here it is not any more.", allow_none=True)
    found_at = instant("When it was found.")


class Coverage(Schema):
    """What is signed of the ledger, and what is not."""

    entries = whole("Entries of the ledger.")
    position = whole("The last of them.")
    checkpoint = part(Checkpoint, "The last signed checkpoint; null before the first one.", allow_none=True)
    signature = one_of(
        SIGNATURES,
        "Whether a key of this record signed it: `good`, `bad`; null where there is nothing to be signed.",
        allow_none=True,
    )
    key = text("The key that signs, as programs of signed notes take it; null: none.", allow_none=True)
    agrees = fields.Boolean(
        required=True, allow_none=True, metadata=says("The tree of today begins with the one that was signed.")
    )
    unsigned = part(Uncovered, "What no checkpoint covers yet.")
    fault = part(SigningFault, "Why nothing is signed at present; null: nothing stands in the way.", allow_none=True)


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


def fault(row: Fault) -> Document:
    """Why nothing is signed."""
    return {"code": row.code, "after": row.after, "up_to": row.up_to, "found_at": utc(row.found_at)}


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
