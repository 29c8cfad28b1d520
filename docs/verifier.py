#!/usr/bin/env python3
"""Checks what Jalon signed and exported, without Jalon: Python's standard library and `cryptography`, nothing else.

    python verifier.py checkpoint NOTE --key KEY
    python verifier.py export EXPORT.jsonl --key KEY [--checkpoint NOTE]
    python verifier.py inclusion PROOF.json --key KEY [--checkpoint NOTE] [--entry LINE.json]
    python verifier.py consistency PROOF.json --old NOTE --new NOTE --key KEY
    python verifier.py keys KEYS.json --key KEY

KEY is a public key that you noted down when you trusted it (`jalon audit key list`, GET /v1/audit/keys); `keys` says
which later ones it vouches for. NOTE is a checkpoint, as `jalon audit checkpoint` prints it, or as `note` in the answer
of GET /v1/audit/checkpoint; PROOF.json and KEYS.json are answers of GET /v1/audit/inclusion, /consistency and /keys. An
export has an entry in each line, and may end by the checkpoint that it ends at.

Exit 0: all is proved, and stdout says what. Exit 1: it is not, and stderr says why. Exit 2: it was not asked correctly.

Formats: RFC 6962 (the tree), c2sp.org/signed-note and c2sp.org/tlog-checkpoint (what is signed).
"""

import argparse
import json
import struct
import sys
import uuid
from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class NotProved(Exception):
    """What was given proves nothing, or the contrary; says why."""


# The tree


def leaf_of(line):
    """The leaf of an entry: its position, record, version and topic, and the bytes as they are stored."""
    topic, state = line["topic"].encode(), b64decode(line["state"], validate=True)
    record, version = uuid.UUID(line["originator_id"]).bytes, line["originator_version"]
    head = struct.pack(">q", line["position"]) + record + struct.pack(">qI", version, len(topic))
    return sha256(b"\0" + head + topic + state).digest()


def join(left, right):
    return sha256(b"\1" + left + right).digest()


def grow(peaks, size, leaf):
    """Add the leaf of that rank to the complete trees that stand so far, largest first."""
    while size & 1:
        leaf, size = join(peaks.pop(), leaf), size >> 1
    peaks.append(leaf)


def root_of(peaks):
    """The root above complete trees."""
    root = peaks[-1] if peaks else sha256(b"").digest()
    for left in reversed(peaks[:-1]):
        root = join(left, root)
    return root


def climb(node, last, steps, lefts, right):
    """Go up from a node; `lefts` follow the neighbours on the left alone."""
    for step in steps:
        if last == 0:
            return None
        if node & 1 or node == last:
            lefts, right = [join(step, each) for each in lefts], join(step, right)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            right = join(right, step)
        node, last = node >> 1, last >> 1
    return (lefts, right) if last == 0 else None


def includes(root, size, leaf, index, proof):
    return 0 <= index < size and climb(index, size - 1, proof, [], leaf) == ([], root)


def extends(new_root, new, old_root, old, proof):
    if old == new:
        return old_root == new_root and not proof
    if not 0 < old < new or not proof:
        return False
    steps = ([old_root] if old & (old - 1) == 0 else []) + proof
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    return climb(node, last, steps[1:], [steps[0]], steps[0]) == ([old_root], new_root)


# What is signed


def key_of(text):
    """Name, id and key out of name+id+base64."""
    try:
        name, id, rest = text.strip().split("+", 2)
        raw = b64decode(rest, validate=True)
    except (ValueError, NotBase64):
        raise NotProved(f"{text!r} is no public key") from None
    if len(raw) != 33 or raw[:1] != b"\1" or sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != id:
        raise NotProved(f"{text!r} is no Ed25519 key, or its parts do not belong together")
    return name, bytes.fromhex(id), Ed25519PublicKey.from_public_bytes(raw[1:])


def opened(note, keys):
    """The text of a note that one of these keys signed; a wrong signature by one of them refuses it."""
    text, mark, lines = note.rpartition("\n\n")
    if not mark or not lines.endswith("\n"):
        raise NotProved("this is no signed note")
    text, signed = text + "\n", False
    for line in lines[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, made = rest.partition(" ")
        try:
            made = b64decode(made, validate=True)
        except NotBase64:
            raise NotProved(f"this is no line of a signature: {line!r}") from None
        if dash != "\u2014" or len(made) < 5:
            raise NotProved(f"this is no line of a signature: {line!r}")
        for known, id, key in keys:
            if (known, id) == (name, made[:4]):
                try:
                    key.verify(made[4:], text.encode())
                except InvalidSignature:
                    raise NotProved(f"the signature of {name} is not that of this text") from None
                signed = True
    if not signed:
        raise NotProved("no key that you trust signed this")
    return text


def head_of(note, keys):
    """Origin, size and root of a signed checkpoint, and the lines that follow."""
    lines = opened(note, keys).split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), b64decode(lines[2], validate=True)
    except (IndexError, ValueError, NotBase64):
        raise NotProved("what is signed is no checkpoint") from None
    if origin not in [name for name, _, _ in keys] or len(root) != 32 or str(size) != lines[1]:
        raise NotProved("what is signed is no checkpoint of this origin")
    return size, root, lines[3:]


# What is asked


def checkpoint(asked, keys):
    """The checkpoint, and the leaves that were kept with it, where they were."""
    note, kept, leaves = text_of(asked.note).partition("\n\nleaves\n")
    size, root, _ = head_of(f"{note}\n" if kept else note, keys)
    if not kept:
        return f"{size} entries are signed, root {root.hex()}."
    peaks, seen = [], 0
    for line in leaves.splitlines()[:size]:
        grow(peaks, seen, decoded(line.partition(" ")[2]))
        seen += 1
    if (seen, root_of(peaks)) != (size, root):
        raise NotProved("the leaves that were kept with it are not those that were signed")
    return f"{size} entries are signed, root {root.hex()}, with the leaves that were kept."


def export(asked, keys):
    """The first so many entries are exactly those that were signed."""
    note = text_of(asked.checkpoint) if asked.checkpoint else note_at_the_end(asked.export)
    signed, root, _ = head_of(note, keys)
    peaks, size, position, more = [], 0, 0, 0
    for number, line in entries(asked.export):
        if size == signed:
            more += 1
            continue
        try:
            grow(peaks, size, leaf_of(line))
        except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
            raise NotProved(f"line {number} is no entry: {error!r}") from None
        size, position = size + 1, line["position"]
    if size < signed:
        raise NotProved(f"{signed} entries were signed, and here are {size}")
    if root_of(peaks) != root:
        raise NotProved(f"the first {signed} entries are not those that were signed")
    return f"{signed} entries, up to position {position}, are complete and unaltered; {more} more are not signed."


def entries(path):
    """The entries of an export, each with the number of its line."""
    with Path(path).open(encoding="utf-8") as lines:
        for number, text in enumerate(lines, 1):
            try:
                line = json.loads(text)
            except ValueError as error:
                raise NotProved(f"line {number} is no JSON: {error}") from None
            # A line of the audit trail holds what is stored in a field of its own; the last may speak of all before it.
            entry = line.get("stored", line) if isinstance(line, dict) else line
            if not isinstance(entry, dict) or "state" in entry or not entry.keys() & {"checkpoint", "end"}:
                yield number, entry


def note_at_the_end(path):
    """The checkpoint that an export ends at."""
    last = ""
    with Path(path).open(encoding="utf-8") as lines:
        for text in lines:
            last = text if text.strip() else last
    try:
        return json.loads(last)["checkpoint"]
    except (ValueError, KeyError, TypeError):
        raise NotProved("the export ends at no checkpoint: give one with --checkpoint") from None


def inclusion(asked, keys):
    """An entry, or at least its leaf, is among those that were signed."""
    proof = answer_in(asked.proof)
    note = text_of(asked.checkpoint) if asked.checkpoint else proof["note"]
    if note is None:
        raise NotProved("the proof leads to a root that nobody signed: give --checkpoint")
    size, root, _ = head_of(note, keys)
    leaf, steps = decoded(proof["leaf"]), [decoded(each) for each in proof["proof"]]
    if asked.entry:
        line = answer_in(asked.entry)
        # A line of the audit trail holds the entry as it is stored in a field of its own.
        if leaf_of(line.get("stored", line)) != leaf:
            raise NotProved("the entry is not that of the proof")
    if proof["size"] != size or not includes(root, size, leaf, proof["index"], steps):
        raise NotProved("the proof does not lead from the leaf to what was signed")
    what = "the entry" if asked.entry else "the leaf"
    return f"{what} at position {proof['position']} is number {proof['index'] + 1} of the {size} that were signed."


def consistency(asked, keys):
    """The later checkpoint is one of a ledger that begins with that of the earlier one."""
    (old, old_root, _), (new, new_root, _) = (head_of(text_of(note), keys) for note in (asked.old, asked.new))
    proof = answer_in(asked.proof)
    if (proof["old"], proof["new"]) != (old, new):
        raise NotProved(f"the proof is between {proof['old']} and {proof['new']} entries, not {old} and {new}")
    if not extends(new_root, new, old_root, old, [decoded(each) for each in proof["proof"]]):
        raise NotProved("the later ledger does not begin with the earlier one")
    return f"the ledger of {new} entries begins with that of {old}, unaltered."


def vouched(asked, keys):
    """The keys that follow from one that is trusted, each signed by one before it."""
    found = list(keys)
    for each in answer_in(asked.keys)["items"]:
        try:
            if f"key {each['key']}" in head_of(each["statement"], found)[2]:
                found.append(key_of(each["key"]))
        except NotProved:
            print(f"not vouched for: {each['key']}", file=sys.stderr)
            continue
        print(each["key"])
    return f"{len({id for _, id, _ in found})} keys are to be trusted."


def decoded(text):
    """A hash."""
    try:
        found = b64decode(text, validate=True)
    except (NotBase64, TypeError, ValueError):
        found = b""
    if len(found) != 32:
        raise NotProved(f"{text!r} is no hash")
    return found


def text_of(path):
    """What a file says, lines as they are."""
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise NotProved(f"{path} cannot be read: {error}") from None


def answer_in(path):
    """An answer of the API, as a file."""
    try:
        found = json.loads(text_of(path))
    except ValueError as error:
        raise NotProved(f"{path} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise NotProved(f"{path} is no object")
    return found


def asked():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    trusting = argparse.ArgumentParser(add_help=False)
    trusting.add_argument("--key", action="append", required=True, help="a public key that you trust; may be repeated")
    commands = parser.add_subparsers(required=True)
    for name, run, files, options in (
        ("checkpoint", checkpoint, ["note"], []),
        ("export", export, ["export"], ["--checkpoint"]),
        ("inclusion", inclusion, ["proof"], ["--checkpoint", "--entry"]),
        ("consistency", consistency, ["proof"], ["--old", "--new"]),
        ("keys", vouched, ["keys"], []),
    ):
        command = commands.add_parser(name, parents=[trusting], description=run.__doc__)
        command.set_defaults(run=run)
        for each in files:
            command.add_argument(each)
        for each in options:
            command.add_argument(each, required=name == "consistency")
    return parser.parse_args()


def main():
    given = asked()
    try:
        print(given.run(given, [key_of(each) for each in given.key]))
    except (NotProved, OSError) as error:
        sys.exit(f"NOT PROVED: {error}")
    except (KeyError, TypeError, ValueError, struct.error) as error:
        sys.exit(f"NOT PROVED: a file is not what it should be: {error!r}")


if __name__ == "__main__":
    main()
