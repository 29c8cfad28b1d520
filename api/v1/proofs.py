"""Proofs that the ledger is what it was: for whoever keeps a checkpoint, and need not trust us any more.

Everybody with a token may ask. A hash says nothing of its entry, whose ids nobody can guess; and the more keep
checkpoints, the less can be altered unseen.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NoReturn

from api.http.access import EVERYONE
from api.http.fields import Asked, Whole
from api.http.problems import Absent, NotValid
from api.http.reading import Reading
from api.http.routes import Blueprint
from api.v1.documents import proofs as documents
from api.v1.documents.parts import Document
from api.v1.schemas import says
from domain.ledger import checkpoints
from domain.ledger.notes import Head, NotSigned, PublicKey, Unreadable, head_of
from projections.tree import Stored

blueprint = Blueprint("proofs", __name__, url_prefix="/v1/audit", description="What proves the ledger.")

MOST = 2**63 - 1


class CheckpointQuery(Asked):
    size = Whole(0, MOST, metadata=says("Entries that it covers; the last checkpoint unless given."))


class InclusionQuery(Asked):
    position = Whole(0, MOST, required=True, metadata=says("The entry."))
    size = Whole(1, MOST, metadata=says("Entries of the tree; those of the last checkpoint unless given."))


class ConsistencyQuery(Asked):
    old = Whole(1, MOST, required=True, metadata=says("Entries of the earlier tree."))
    new = Whole(1, MOST, metadata=says("Entries of the later one; those of the last checkpoint unless given."))


@blueprint.reads("/checkpoint", documents.Checkpoint, roles=EVERYONE, projection="tree", query=CheckpointQuery)
def checkpoint(read: Reading) -> Document:
    """The last signed checkpoint, or an earlier one.

    Keep it, away from this record: what it covers cannot be altered unseen any more.
    """
    if "size" in read.query:
        found = checkpoints.of_size(read.cursor, read.query["size"])
    else:
        found = checkpoints.latest(read.cursor)
    if found is None:
        raise Absent("Il n'y a pas de tel point de contrôle.")
    return documents.checkpoint(found)


@blueprint.reads("/coverage", documents.Coverage, roles=EVERYONE, projection="tree")
def coverage(read: Reading) -> Document:
    """What is signed of the ledger, whether it still is what was signed, and what nobody could prove yet.

    The tree is held against the signed root; the entries themselves are not read again: `jalon audit verify` does that.
    """
    tree, known = Stored(read.cursor), checkpoints.keys(read.cursor)
    signed, size, fault = checkpoints.latest(read.cursor), tree.size(), checkpoints.fault(read.cursor)
    covered, after = (signed.size, signed.position) if signed else (0, 0)
    head = opened(signed.note, tuple(key.public for key in known)) if signed else None
    return {
        "entries": size,
        "position": read.position,
        "checkpoint": documents.checkpoint(signed) if signed else None,
        "signature": ("good" if head else "bad") if signed else None,
        "key": str(known[-1].public) if known else None,
        "agrees": begins_with(tree, size, head) if head else None,
        "unsigned": {"entries": max(size - covered, 0), "after": after, "up_to": max(read.position, after)},
        "fault": documents.fault(fault) if fault else None,
    }


@lru_cache(maxsize=16)
def opened(note: str, keys: tuple[PublicKey, ...]) -> Head | None:
    """What a checkpoint says; None where none of these keys signed it. The same words by the same keys stay as good."""
    try:
        return head_of(note, keys)
    except (NotSigned, Unreadable):
        return None


def begins_with(tree: Stored, size: int, head: Head) -> bool:
    """Whether the tree begins with the one that was signed; one that was cut off, or has a hole, does not."""
    try:
        return head.size <= size and tree.root(head.size) == head.root
    except KeyError:
        return False


@blueprint.reads("/inclusion", documents.Inclusion, roles=EVERYONE, projection="tree", query=InclusionQuery)
def inclusion(read: Reading) -> Document:
    """What proves that an entry is in the ledger that a checkpoint covers."""
    tree, size = Stored(read.cursor), asked(read, "size")
    leaf = tree.leaf(read.query["position"])
    if leaf is None or leaf[0] >= size:
        refuse("position", f"Aucune des {size} premières écritures n'est à cette position.")
    signed = checkpoints.of_size(read.cursor, size)
    return {
        "position": read.query["position"],
        "index": leaf[0],
        "size": size,
        "leaf": documents.encoded(leaf[1]),
        "proof": [documents.encoded(each) for each in tree.inclusion(leaf[0], size)],
        "root": documents.encoded(tree.root(size)),
        "note": signed.note if signed else None,
    }


@blueprint.reads("/consistency", documents.Consistency, roles=EVERYONE, projection="tree", query=ConsistencyQuery)
def consistency(read: Reading) -> Document:
    """What proves that the ledger of a checkpoint begins with that of an earlier one."""
    tree, old, new = Stored(read.cursor), read.query["old"], asked(read, "new")
    if old > new:
        refuse("old", f"L'arbre ancien ne peut pas avoir plus d'écritures que l'autre, qui en a {new}.")
    return {
        "old": old,
        "new": new,
        "old_root": documents.encoded(tree.root(old)),
        "new_root": documents.encoded(tree.root(new)),
        "proof": [documents.encoded(each) for each in tree.consistency(old, new)],
    }


@blueprint.reads("/keys", documents.SigningKeys, roles=EVERYONE, projection="tree")
def signing_keys(read: Reading) -> Document:
    """The keys that sign, and those that signed."""
    return documents.keys(checkpoints.keys(read.cursor))


def asked(read: Reading, name: str) -> int:
    """The size of the tree that is asked about: at most that of the ledger. Raises Absent, NotValid."""
    size = Stored(read.cursor).size()
    if name not in read.query:
        last = checkpoints.latest(read.cursor)
        if last is None:
            raise Absent("Rien n'est signé encore.")
        # Where the tree is shorter than what was signed, nothing is proved: say so rather than prove something else.
        return int(last.size) if last.size <= size else refuse(name, FEWER.format(size=size))
    wanted: int = read.query[name]
    return wanted if wanted <= size else refuse(name, FEWER.format(size=size))


def refuse(field: str, sentence: str) -> NoReturn:
    """Raises NotValid."""
    raise NotValid(sentence, errors={field: [sentence]})


FEWER = "L'arbre du registre a {size} écritures."
