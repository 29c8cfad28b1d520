"""One request as it is noted while it is answered, and the row that the access log keeps of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs

from api.bearer import FORM
from api.http.fields import CODE, REFERENCE

if TYPE_CHECKING:
    from api.http.access import Principal

LONGEST_AGENT: Final = 300
"""Characters of a user agent that are kept."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What a terminal would obey, or PostgreSQL refuse.
CONTROLS: Final = re.compile("[\0-\x1f\x7f-\x9f]")
EXPORT: Final = re.compile(r"\.(csv|jsonl)$")
# What names what auditors look for: a parameter, or the variable part of an address, of the API or of a page; its form.
OPERATION: Final = ("operation", re.compile(r"(/v1)?/operations/\{reference\}(?![^/.])"), "reference", REFERENCE)
PARTNER: Final = ("partner", re.compile(r"(/v1)?/partners/\{code\}(?![^/.])"), "code", CODE)
FILE: Final = "form"
"""The variable part of a page's address that says as which file it is wanted."""


class Noted(NamedTuple):
    """A request that was answered. Nothing in it is a secret: it may lie in memory for a while.

    principal: who spoke; None where nobody was recognised. claimed: the public id of a token that opened nothing.
    rule: the route, None for an address that does not exist. named: the variable parts of the address.
    """

    request_id: str
    at: datetime
    principal: Principal | None
    claimed: str | None
    method: str
    rule: str | None
    named: Mapping[str, Any] | None
    query: str
    status: int
    ip: str | None
    agent: str


class Line(NamedTuple):
    """A row of the access log, in the order of its columns."""

    request_id: str
    at: datetime
    token: str | None
    account: str | None
    organisation: str | None
    role: str | None
    method: str | None
    route: str | None
    object: str | None
    operation: str | None
    partner: str | None
    export: bool
    status: int
    ip: str | None
    user_agent: str | None


def line(noted: Noted) -> Line:
    """What is kept of a request."""
    who, named = noted.principal, dict(noted.named or {})
    route = route_of(noted.rule, named.pop(FILE, None)) if noted.rule else None
    return Line(
        noted.request_id,
        noted.at,
        who.token if who else noted.claimed,
        who.holder if who else None,
        who.organisation if who else None,
        who.role if who else None,
        # Anything may be sent as a method.
        noted.method if noted.method in METHODS else None,
        route,
        "/".join(map(str, named.values())) or None,
        about(OPERATION, noted, route),
        about(PARTNER, noted, route),
        bool(route and EXPORT.search(route)),
        noted.status,
        address(noted.ip),
        program(noted.agent),
    )


@lru_cache(maxsize=1024)
def route_of(rule: str, file: str | None = None) -> str:
    """A route as the description of the API writes it. file: as which file a page was wanted."""
    route = re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule)
    return route.replace(f".{{{FILE}}}", f".{file}") if file else route


def about(what: tuple[str, re.Pattern[str], str, str], noted: Noted, route: str | None) -> str | None:
    """The operation or the partner that a request names, in its address or as a parameter; nothing of another form."""
    parameter, below, part, form = what
    if route and noted.named and below.match(route):
        return str(noted.named[part])
    # Most requests ask for nothing of the kind, and are not taken apart.
    if f"{parameter}=" not in noted.query:
        return None
    given = parse_qs(noted.query).get(parameter, [""])[0]
    return given if re.fullmatch(form, given) else None


@lru_cache(maxsize=1024)
def program(agent: str) -> str | None:
    """What a program calls itself, shortened; a token that it was given to send elsewhere is taken out."""
    return FORM.sub("jal_…", CONTROLS.sub("", agent))[:LONGEST_AGENT] or None


@lru_cache(maxsize=1024)
def address(given: str | None) -> str | None:
    """An IP address; None for what is none, such as that of a socket file."""
    try:
        # The zone of a link-local address is a name that this machine gave to its own interface.
        return str(ip_address((given or "").partition("%")[0]))
    except ValueError:
        return None
