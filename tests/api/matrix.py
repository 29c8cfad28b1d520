"""What the contract lets each role do, route by route, and two sets of objects to try it on.

The addresses come from the application itself: a route that is not written down here fails the tests.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

from tests.api.desk import GRANT, PLAN, TOKENS
from tests.api.test_commands import ACCEPTED
from tests.api.test_own import LATER

EVERYONE = frozenset({"team", "partner", "auditor", "admin"})
READERS = EVERYONE - {"admin"}
OVERSEERS = frozenset({"admin", "auditor"})
AUDITORS = frozenset({"auditor"})
TEAM, ADMIN = frozenset({"team"}), frozenset({"admin"})

# Who asks, by the name of the token.
CAST = {
    "team of the authority": "lea",
    "team of another organisation": "landlord",
    "partner that funds": "anru",
    "partner that does not": "region",
    "auditor": "auditor",
    "admin": "admin",
    "nobody": None,
}

READ = {
    "/v1/operations": EVERYONE,
    "/v1/operations/<reference>": READERS,
    "/v1/operations/<reference>/timeline": READERS,
    "/v1/operations/<reference>/changes": READERS,
    "/v1/partners": EVERYONE,
    "/v1/partners/<code>/commitments": EVERYONE,
    "/v1/partners/<code>/commitments/lines": EVERYONE,
    "/v1/agreements": READERS,
    "/v1/agreements/<reference>": READERS,
    "/v1/agreements/<reference>/operations": READERS,
    "/v1/partners/<code>/changes": EVERYONE,
    "/v1/statements": EVERYONE,
    "/v1/accounts": OVERSEERS,
    "/v1/tokens": OVERSEERS,
    "/v1/dashboard": EVERYONE,
    "/v1/territory": EVERYONE - {"partner"},
    "/v1/feed": EVERYONE,
    "/v1/audit/checkpoint": EVERYONE,
    "/v1/audit/coverage": EVERYONE,
    "/v1/audit/inclusion": EVERYONE,
    "/v1/audit/consistency": EVERYONE,
    "/v1/audit/keys": EVERYONE,
    "/v1/audit/accesses": frozenset({"auditor"}),
    "/v1/audit": AUDITORS,
    "/v1/audit/<position>": AUDITORS,
    "/v1/audit/findings": AUDITORS,
    "/v1/audit.csv": AUDITORS,
    "/v1/audit.jsonl": AUDITORS,
}
# What must be asked for, where an address alone does not do.
ASKED = {"/v1/audit/inclusion": "?position={position}", "/v1/audit/consistency": "?old=1"}

WHY = {"reason": "Départ"}
AGREEMENT = {"title": "Anzin", "kind": "convention", "on": "2008-02"}
ON_OPERATIONS = {path: body for path, body, _ in ACCEPTED} | dict(LATER)
# A body that is as it should be, for every command there is.
RECORD: dict[str, tuple[frozenset[str], dict[str, Any]]] = {
    "/v1/operations": (TEAM, PLAN | {"reference": "NEW"}),
    "/v1/agreements": (TEAM, AGREEMENT | {"reference": "NEW", "leader": "sigh"}),
    "/v1/agreements/<reference>/allocations": (TEAM, GRANT),
    "/v1/agreements/<reference>/amendments": (TEAM, {"on": "2011", "number": 1, "changes": []}),
    "/v1/agreements/<reference>/entries/<version>/correct": (TEAM, WHY | {"changes": {"title": "Carpeaux"}}),
    "/v1/agreements/<reference>/entries/<version>/void": (TEAM, WHY),
    "/v1/partners": (ADMIN, {"code": "etat", "name": "État", "kind": "state_other"}),
    "/v1/accounts": (ADMIN, {"name": "Léa", "role": "team", "organisations": ["cavm"]}),
    "/v1/accounts/<account>/change": (ADMIN, WHY | {"role": "auditor"}),
    "/v1/accounts/<account>/close": (ADMIN, WHY),
    "/v1/accounts/<account>/tokens": (ADMIN, {}),
    "/v1/tokens/<token>/revoke": (ADMIN, {}),
    "/v1/statements": (TEAM, {"code": "comite", "title": "Comité du 12 mars", "on": "2011-03-12"}),
}


@dataclass(frozen=True)
class Objects:
    """What an address may name. readers: the partners of the cast that read it in full.

    recorders: the teams of the cast that may record on it. Neither matters for what is not there.
    """

    operation: str
    agreement: str
    partner: str
    account: str
    token: str
    readers: frozenset[str | None] = frozenset()
    recorders: frozenset[str | None] = frozenset()
    there: bool = True

    def named(self, pattern: str, last: int) -> dict[str, str]:
        """The variable parts of an address; lines, entries and milestones bear the same names everywhere."""
        return {
            "<reference>": self.agreement if pattern.startswith("/v1/agreements") else self.operation,
            "<code>": self.partner if pattern.startswith("/v1/partners") else "permis",
            "<account>": self.account,
            "<token>": self.token,
            "<line>": "L1",
            "<version>": "1",
            # Every entry is there for whoever reads the trail.
            "<position>": str(last if self.there else last + 1),
        }

    def address(self, pattern: str, last: int) -> str:
        """A route as an address that can be asked for. last: the position of the last entry."""
        return re.sub("<[a-z]+>", lambda found: self.named(pattern, last)[found[0]], pattern)


OBJECTS = {
    "of the authority, funded by anru": Objects(
        operation="ANZ-CARPEAUX",
        agreement="PNRU-2008",
        partner="anru",
        account="u-1",
        token="spare1",
        readers=frozenset({"anru"}),
        recorders=frozenset({"lea"}),
    ),
    "of a landlord, funded by the region": Objects(
        operation="VAL-DUTEMPLE",
        agreement="SIGH-2010",
        partner="region",
        account="u-2",
        token="spare2",
        readers=frozenset({"region"}),
        recorders=frozenset({"lea", "landlord"}),
    ),
    "absent": Objects(
        operation="NOWHERE", agreement="NOTHING-1", partner="nobody", account="u-404", token="none", there=False
    ),
}


def asked_for(pattern: str, **values: int) -> str:
    """What is to follow an address."""
    return ASKED.get(pattern, "").format(**values)


@dataclass(frozen=True)
class Route:
    """One method of one address, as the application has it; `<name>` stands for a variable part."""

    method: str
    pattern: str
    endpoint: str

    @property
    def roles(self) -> frozenset[str]:
        """Who may use it, by the contract. Raises KeyError for a route that is not written down."""
        return READ[self.pattern] if self.reads else self.recorded[0]

    @property
    def recorded(self) -> tuple[frozenset[str], dict[str, Any]]:
        """Who may record, and a body."""
        if self.pattern in RECORD:
            return RECORD[self.pattern]
        within = re.sub("^/v1/operations/<reference>", "", self.pattern)
        named = {"<line>": "L1", "<version>": "1", "<code>": "permis"}
        return TEAM, ON_OPERATIONS[re.sub("<[a-z]+>", lambda found: named[found[0]], within)]

    @property
    def reads(self) -> bool:
        return self.method in ("GET", "HEAD")

    @property
    def names_an_object(self) -> bool:
        return "<" in self.pattern

    def expected(self, who: str | None, objects: Objects) -> int:
        """The status that the contract wants, for a command that expects a version that nothing has."""
        role = TOKENS[who][0] if who else None
        if role is None:
            return 401
        if role not in self.roles:
            return 403
        if self.names_an_object and not objects.there:
            return 404
        if self.reads:
            return 404 if role == "partner" and self.names_an_object and who not in objects.readers else 200
        if role == "team" and self.names_an_object and who not in objects.recorders:
            return 403
        return 412


def routes(app: Flask) -> Iterator[Route]:
    """Every method of every address under /v1."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/v1"):
            for method in sorted(rule.methods or ()):
                yield Route(method, re.sub("<[a-z]+:", "<", rule.rule), rule.endpoint)
