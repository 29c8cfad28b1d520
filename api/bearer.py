"""Bearer tokens: `jal_<id>_<secret>`. The id is public; the secret is shown once, and its SHA-256 alone is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass, field
from typing import Self

FORM = re.compile(r"jal_(?P<id>[a-z0-9]{1,64})_(?P<secret>[A-Za-z0-9_-]{1,128})")
ALPHABET = string.ascii_lowercase + string.digits


@dataclass(frozen=True)
class Bearer:
    """A token as its holder sends it; it shows no secret when it is printed by mistake."""

    id: str
    secret: str = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """One that nobody can guess: 256 bits."""
        return cls("".join(secrets.choice(ALPHABET) for _ in range(10)), secrets.token_urlsafe(32))

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """What somebody sent; None where it does not look like a token."""
        found = FORM.fullmatch(text or "")
        return cls(found["id"], found["secret"]) if found else None

    @classmethod
    def sent(cls, authorization: str) -> Self | None:
        """The one in a header; None where there is none. authorization: the value of that header."""
        scheme, _, text = authorization.partition(" ")
        return cls.read(text.strip()) if scheme.lower() == "bearer" else None

    @property
    def sha256(self) -> str:
        """Of the secret, 64 hex digits."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def matches(self, sha256: str) -> bool:
        """Whether the secret is the one that was handed out; asked in constant time."""
        return hmac.compare_digest(self.sha256, sha256)

    def shown(self) -> str:
        """The whole of it, for its holder's eyes."""
        return f"jal_{self.id}_{self.secret}"
