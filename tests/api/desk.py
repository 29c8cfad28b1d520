"""The desk of the API tests: who asks, and how the API is asked over the real ledger and projections."""

import hashlib
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

from domain.access import Token
from domain.ledger import Command, Done, Ledger
from domain.partner import Partner
from domain.record import Record
from domain.vocabulary import PartnerKind, Role
from projections.follower import Follower
from tests.story import AUTHORITY, entry

PARTNERS: dict[str, PartnerKind] = {
    "cavm": "epci",
    "anru": "state_anru",
    "region": "region",
    "sigh": "social_landlord",
    "anzin": "commune",
}
SECRET = "c2VjcmV0_-LONG"
# Who asks: the name is the token's id, and its holder is `u-<name>`.
TOKENS: dict[str, tuple[Role, tuple[str, ...]]] = {
    "lea": ("team", ("cavm",)),
    "landlord": ("team", ("sigh",)),
    "anru": ("partner", ("anru",)),
    "region": ("partner", ("region",)),
    "auditor": ("auditor", ("cavm",)),
    "admin": ("admin", ("cavm",)),
}
CARPEAUX = "/v1/operations/ANZ-CARPEAUX"
PLAN = {"reference": "ANZ-CARPEAUX", "title": "Anzin : Carpeaux", "communes": ["59014"], "on": "2008-02"}
PAYMENT = {"on": "2009-05", "line": "L1", "kind": "interim", "amount_cents": 10_000_000_00, "external_ref": "V-1"}
GRANT = {"on": "2008-03", "partner": "anru", "instrument": "grant", "amount_cents": 22_000_000_00}
AGREEMENT = {"reference": "PNRU-2008", "title": "Corridor", "kind": "convention", "leader": "sigh", "on": "2008-01"}
# The operations of that agreement, in the tests that have any.
CORRIDOR = ("ANZ-A", "ANZ-B")


@dataclass
class Desk:
    """Asks the API as somebody, and lets the projections catch up when told to."""

    app: Flask
    ledger: Ledger
    follower: Follower

    def ask(self, method: str, path: str, by: str | None = "lea", **request: Any) -> TestResponse:
        """Send a request with the token of `by`; None sends none."""
        headers = {**({"Authorization": f"Bearer jal_{by}_{SECRET}"} if by else {}), **request.pop("headers", {})}
        return self.app.test_client().open(path, method=method, headers=headers, **request)

    def get(self, path: str, by: str | None = "lea", **headers: str) -> TestResponse:
        return self.ask("GET", path, by, headers=dashed(headers))

    def post(self, path: str, body: Any, by: str | None = "lea", **headers: str) -> TestResponse:
        return self.ask("POST", path, by, json=body, headers=dashed(headers))

    def record(self, path: str, body: Any, by: str = "lea", **headers: str) -> dict[str, Any]:
        """A command that must be accepted; the projections know of it afterwards."""
        response = self.post(path, body, by, **headers)
        assert response.status_code == 201, response.get_data(as_text=True)
        self.follower.catch_up()
        return cast(dict[str, Any], response.json)

    def read(self, path: str, by: str = "lea") -> Any:
        """The document that must be there."""
        response = self.get(path, by)
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.json

    def save(self, *records: Record) -> None:
        """Record without the API, as an import does."""
        self.ledger.run(Command(id=uuid4()), lambda: Done(*records))
        self.follower.catch_up()


def dashed(headers: dict[str, str]) -> dict[str, str]:
    """If_Match as people write it in HTTP."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def partners() -> list[Partner]:
    return [
        Partner.register(authority=AUTHORITY, code=code, name=code.upper(), kind=kind, **entry("2006"))
        for code, kind in PARTNERS.items()
    ]


def tokens() -> list[Token]:
    return [granted(name, *TOKENS[name]) for name in TOKENS]


def granted(name: str, role: Role, organisations: tuple[str, ...]) -> Token:
    """A token with the secret of all tokens here."""
    return Token.grant(
        authority=AUTHORITY,
        token=name,
        holder=f"u-{name}",
        role=role,
        organisations=organisations,
        sha256=hashlib.sha256(SECRET.encode()).hexdigest(),
        **entry("2026-11-22"),
    )
