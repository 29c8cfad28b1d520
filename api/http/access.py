"""Who may do what: a route declares its roles, and nothing is open that does not say so.

A role that may not use a route is refused (403). What a reader may not see does not exist for it (404).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import msgspec
import psycopg
from flask import Flask, g

from api import logins
from api.bearer import Bearer
from api.http import limits, media, ready
from api.http.problems import Forbidden, Unauthenticated
from api.http.turn import Turn
from domain.agreement import Agreement
from domain.dates import paris_day
from domain.ledger import Ledger
from domain.operation import Operation
from domain.vocabulary import ROLES, Role
from projections import access

Roles = frozenset[Role]
EVERYONE: Final[Roles] = frozenset(ROLES)
TEAM: Final[Roles] = frozenset({"team"})
ADMIN: Final[Roles] = frozenset({"admin"})
AUDITOR: Final[Roles] = frozenset({"auditor"})
OVERSEERS: Final[Roles] = frozenset({"admin", "auditor"})
AUDITORS: Final[Roles] = frozenset({"auditor"})
READERS: Final[Roles] = frozenset({"team", "partner", "auditor"})
NO_TOKEN_ASKED: Final[Roles] = frozenset()

View = TypeVar("View", bound=Callable[..., Any])


class Principal(msgspec.Struct, frozen=True):
    """Who speaks: the holder of a token, in its role, for its organisations.

    organisation: the one that its entries are recorded for. of_authority: it speaks for the authority.
    """

    token: str
    holder: str
    role: Role
    organisations: frozenset[str]
    organisation: str
    of_authority: bool

    @property
    def reads_all(self) -> bool:
        """Sees in full whatever a route shows; only partners see no more than what is theirs."""
        return self.role != "partner"

    @property
    def scope(self) -> frozenset[str] | None:
        """The organisations whose records it reads in full, for searches; None: it reads all."""
        return None if self.reads_all else self.organisations

    def reads(self, *partners: str | None) -> bool:
        """Sees in full what belongs to these partners."""
        return self.reads_all or not self.organisations.isdisjoint(partners)


def allow(roles: Roles) -> Callable[[View], View]:
    """Declare which roles may use a route."""

    def declare(view: View) -> View:
        view.policy = roles  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(view: Callable[..., Any]) -> Roles | None:
    """The roles that a route declared; None when it said nothing."""
    return cast("Roles | None", getattr(view, "policy", None))


def refuse_undeclared(app: Flask) -> None:
    """An application with a route that says nothing about access does not start."""
    silent = sorted(
        rule.rule for rule in app.url_map.iter_rules() if policy_of(app.view_functions[rule.endpoint]) is None
    )
    if silent:
        raise RuntimeError(f"Routes without a declared policy: {', '.join(silent)}")


def identify(turn: Turn) -> None:
    """Before every request: find out who speaks, unless the route is open to all.

    The API goes by tokens alone, whatever cookies come along; pages go by logins alone.
    """
    here = turn.here
    here.allowed = NO_TOKEN_ASKED if turn.view is None else policy_of(turn.view)
    if here.allowed == NO_TOKEN_ASKED:
        return
    if not media.of_api(turn.asked):
        here.principal = signed_in(turn)
        return
    try:
        here.principal = authenticated(turn)
    except Unauthenticated:
        limits.count_refused_token(turn)
        raise


def decide(turn: Turn) -> None:
    """Once it is known who speaks: let the route's policy decide."""
    here = turn.here
    if here.allowed != NO_TOKEN_ASKED:
        may(here.principal, here.allowed or frozenset())


def may(who: Principal, allowed: Roles) -> None:
    """Raises Forbidden for a role that is not among those that are allowed."""
    if who.role not in allowed:
        raise Forbidden(f"Le rôle « {ROLES[who.role]} » ne permet pas cette action.")


def principal() -> Principal:
    """Who speaks in the present request."""
    return cast(Principal, g.principal)


def authenticated(turn: Turn) -> Principal:
    """The holder of the request's token. Raises Unauthenticated, in the same words whatever is wrong with it."""
    return holder_of(Bearer.sent(turn.asked.environ.get("HTTP_AUTHORIZATION", "")), turn)


def holder_of(bearer: Bearer | None, turn: Turn) -> Principal:
    """Whoever was handed a token. Raises Unauthenticated."""
    token = recognised(bearer.id, turn) if bearer else None
    if bearer is None or token is None or not bearer.matches(token.sha256):
        raise Unauthenticated(NO_TOKEN)
    return in_force(token, turn)


def signed_in(turn: Turn) -> Principal:
    """The holder of the token that the request's login stands on, as long as that token is good.

    Raises Unauthenticated.
    """
    secret = turn.asked.cookies.get(LOGIN, "")
    if not secret:
        raise Unauthenticated(NO_LOGIN)
    with turn.given.reads.connection() as connection, connection.cursor() as cursor:
        id = logins.token_of(cursor, secret, turn.given.clock())
    token = recognised(id, turn) if id else None
    if token is None:
        raise Unauthenticated(NO_LOGIN)
    return in_force(token, turn)


def in_force(token: access.TokenRow, turn: Turn) -> Principal:
    """Who speaks by a token today. Raises Unauthenticated."""
    given = turn.given
    now = given.clock()
    if token.state(paris_day(now)) != "valid":
        raise Unauthenticated(NO_TOKEN)
    if "stale" not in turn.here:
        given.last_use.note(given.reads, token.token, now)
    return spoken_for(token, given.authority)


def recognised(id: str, turn: Turn) -> access.TokenRow | None:
    """A token by its id: as it lies ready, or as PostgreSQL has it; None for an unknown one.

    Where PostgreSQL is away too, the one that lay ready last is good: nobody can have recorded that it is taken back.
    """
    lying = ready.look_up(id, turn)
    if lying and lying.fresh and lying.token:
        return ready.token(lying.token)
    try:
        with turn.given.reads.connection() as connection, connection.cursor() as cursor:
            return access.token(cursor, id)
    except psycopg.OperationalError:
        if lying is None or lying.token is None:
            raise
        turn.here.stale = True
        return ready.token(lying.token)


def spoken_for(token: access.TokenRow, authority: str) -> Principal:
    """Who speaks by a token that is valid. authority: partner code of the body that keeps this record."""
    of_authority = authority in token.organisations
    return Principal(
        token=token.token,
        holder=token.holder,
        role=token.role,
        organisations=frozenset(token.organisations),
        organisation=authority if of_authority or not token.organisations else token.organisations[0],
        of_authority=of_authority,
    )


NO_TOKEN = "Il faut un jeton valable : Authorization: Bearer jal_…"
NO_LOGIN = "Il faut être connecté pour lire cette page."

LOGIN: Final = "jalon_login"
"""The cookie of a login."""


def may_record_on(operation: Operation, who: Principal, ledger: Ledger) -> None:
    """A team records on what its organisations own, planned, or lead by an agreement. Raises Forbidden."""
    if who.of_authority or who.organisations & {operation.owner, operation.planned_by}:
        return
    agreement = ledger.find(Agreement, operation.agreement) if operation.agreement else None
    if agreement is None or agreement.leader not in who.organisations:
        raise Forbidden(f"Vos organisations ne sont ni maître d'ouvrage ni pilote de {operation.reference}.")


def may_lead(leader: str, who: Principal) -> None:
    """A team signs, and sets money aside, for the agreements that its organisations lead. Raises Forbidden."""
    if not who.of_authority and leader not in who.organisations:
        raise Forbidden(f"Vos organisations ne pilotent pas cette convention ({leader}).")
