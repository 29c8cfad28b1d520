"""The headers of answers, as the description of the API tells of them."""

from __future__ import annotations

from typing import Any, Final

SENT: Final[dict[str, dict[str, Any]]] = {
    "ETag": {
        "description": "The tag of this very document; of a command, and of a 412, the version of the record.",
        "schema": {"type": "string"},
        "example": '"9"',
    },
    "Jalon-Position": {
        "description": "The position of the ledger that the answer speaks up to, or at which the entry was recorded.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 41,
    },
    "Jalon-Next": {
        "description": "Send it as `after` next time.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 41,
    },
    "Jalon-Checkpoint": {
        "description": "The last checkpoint that was signed by then, in base64; not sent where nothing is signed.",
        "schema": {"type": "string", "format": "byte"},
        "example": "amFsb24vY2F2bQo=",
    },
    "Idempotent-Replayed": {
        "description": "`true` when the answer is the first one to the same key.",
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
    "X-Request-Id": {
        "description": "The number of the request; tell it when you ask for help.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "example": "4f8a2c1e9b7d4c0f8e6a5b3d2c1f0a9e",
    },
    "Retry-After": {
        "description": "Seconds to let pass before asking again.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 2,
    },
    "WWW-Authenticate": {
        "description": "How to say who you are.",
        "schema": {"type": "string", "enum": ["Bearer"]},
        "example": "Bearer",
    },
    "X-RateLimit-Limit": {
        "description": "Requests that this token, or this address, may make in a minute. Left out if not counted.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 6000,
    },
    "X-RateLimit-Remaining": {
        "description": "Requests that are left in this minute.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 5998,
    },
    "X-RateLimit-Reset": {
        "description": "When the next minute begins: Unix time in seconds.",
        "schema": {"type": "number", "minimum": 0},
        "example": 1795341660,
    },
}

ALWAYS: Final = ("X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def sent(*names: str) -> dict[str, Any]:
    """The headers of an answer, with those of all answers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *ALWAYS)}
