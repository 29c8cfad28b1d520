"""Signed notes, C2SP: a text, and below it who signs it by which Ed25519 key; and the keys as people keep them.

Formats: c2sp.org/signed-note, c2sp.org/tlog-checkpoint. Keys are written as golang.org/x/mod/sumdb/note writes them, so
that other programs read them too.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
"""The first byte of a key says what it is for."""

SECRET = "PRIVATE+KEY+"
NAME = re.compile(r"[^\s+]+")
SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)")


class Unreadable(ValueError):
    """A text that is no note, no checkpoint or no key; says what is wrong with it."""


class NotSigned(ValueError):
    """A note that bears no good signature of any key that is trusted."""


def key_id(name: str, public: bytes) -> bytes:
    """Four bytes by which a signature says which key made it."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True)
class PublicKey:
    """Who verifies. name: of the signer, here also the origin of its checkpoints. raw: the 32 bytes of the key."""

    name: str
    raw: bytes

    @property
    def id(self) -> str:
        """Eight hexadecimal digits."""
        return key_id(self.name, self.raw).hex()

    def __str__(self) -> str:
        return f"{self.name}+{self.id}+{b64encode(ED25519 + self.raw).decode()}"

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Raises Unreadable."""
        name, raw = key_parts(text.strip())
        found = cls(name, raw)
        if str(found) != text.strip():
            raise Unreadable("this is no public key: its parts do not belong together")
        return found

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether this key signed that text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, repr=False)
class SecretKey:
    """Who signs. seed: the 32 bytes that nobody else may know; never shown."""

    name: str
    seed: bytes

    @classmethod
    def make(cls, name: str) -> SecretKey:
        """A new key. Raises Unreadable for a name that a note cannot bear."""
        if not NAME.fullmatch(name):
            raise Unreadable("the name of a key has neither spaces nor plus signs")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> SecretKey:
        """Raises Unreadable, which does not quote the text."""
        text = text.strip()
        if not text.startswith(SECRET):
            raise Unreadable(f"a secret key begins with {SECRET}")
        found = cls(*key_parts(text.removeprefix(SECRET)))
        if found.written() != text:
            raise Unreadable("the parts of this key do not belong together")
        return found

    def written(self) -> str:
        """The key as it is kept in a file."""
        return f"{SECRET}{self.name}+{self.public.id}+{b64encode(ED25519 + self.seed).decode()}"

    @property
    def public(self) -> PublicKey:
        secret = Ed25519PrivateKey.from_private_bytes(self.seed)
        return PublicKey(self.name, secret.public_key().public_bytes_raw())

    def signature(self, text: str) -> str:
        """The line by which this key signs a text."""
        made = bytes.fromhex(self.public.id) + Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"— {self.name} {b64encode(made).decode()}\n"


def key_parts(text: str) -> tuple[str, bytes]:
    """Name and bytes of a key as it is written. Raises Unreadable."""
    name, _, rest = text.partition("+")
    try:
        key = b64decode(rest.partition("+")[2], validate=True)
    except binascii.Error:
        key = b""
    if not NAME.fullmatch(name) or len(key) != 33 or key[:1] != ED25519:
        raise Unreadable("this is no Ed25519 key: name+id+key is expected")
    return name, key[1:]


def signed(text: str, keys: Iterable[SecretKey]) -> str:
    """The note: a text, which ends by a line feed, and its signatures."""
    return f"{text}\n" + "".join(key.signature(text) for key in keys)


def opened(note: str, trusted: Sequence[PublicKey]) -> tuple[str, list[PublicKey]]:
    """The text of a note, and the trusted keys that signed it. Raises Unreadable, NotSigned.

    Signatures of keys that are not known are passed over; a wrong one of a key that is known refuses the whole.
    """
    text, mark, lines = note.rpartition("\n\n")
    found = [SIGNATURE.fullmatch(line) for line in lines.removesuffix("\n").split("\n")]
    if not mark or not lines.endswith("\n") or None in found:
        raise Unreadable("a note is a text, an empty line, and lines of signatures")
    text, signers = f"{text}\n", []
    for name, encoded in (each.groups() for each in found if each):
        made = decoded(encoded)
        for key in trusted:
            if key.name == name and made[:4].hex() == key.id:
                if not key.verifies(text, made[4:]):
                    raise NotSigned(f"the signature by {name}+{key.id} is not that of this text")
                signers.append(key)
    if not signers:
        raise NotSigned("it bears no signature of a key that is trusted")
    return text, signers


def decoded(text: str) -> bytes:
    """Base64, strictly. Raises Unreadable."""
    try:
        found = b64decode(text, validate=True)
    except binascii.Error:
        raise Unreadable("this is no base64") from None
    if b64encode(found).decode() != text:
        raise Unreadable("this is no base64")
    return found


class Head(NamedTuple):
    """What a checkpoint says. origin: of which tree. size: leaves. root: 32 bytes. more: lines of somebody's own."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.more)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Head:
        """Raises Unreadable."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
            raise Unreadable("a checkpoint is an origin, a size and a root")
        root = decoded(lines[2])
        if len(root) != 32:
            raise Unreadable("the root of a checkpoint has 32 bytes")
        return cls(lines[0], int(lines[1]), root, tuple(lines[3:-1]))


def head_of(note: str, trusted: Sequence[PublicKey]) -> Head:
    """What a signed checkpoint says, its origin being the name of who signs. Raises Unreadable, NotSigned."""
    text, signers = opened(note, trusted)
    head = Head.parse(text)
    if all(key.name != head.origin for key in signers):
        raise NotSigned("it is a checkpoint of another origin than its signer's")
    return head
