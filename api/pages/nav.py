"""The way from page to page: who is shown which links, in this order."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Final

import psycopg
from flask import g, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from psycopg_pool import PoolTimeout

from api.http import access, reading
from api.http.access import AUDITORS, EVERYONE, NO_TOKEN_ASKED, READERS, TEAM, Principal, Roles
from api.http.problems import Unauthenticated
from api.http.turn import present
from api.v1.territory import WHOEVER_READS_ALL
from domain.reference.partners import reference_partners
from projections import commitments


@dataclass(frozen=True)
class Link:
    """A link of the head of every page. roles: who is shown it; NO_TOKEN_ASKED: everybody, signed in or not."""

    endpoint: str
    words: LazyString
    roles: Roles

    def shown_to(self, who: Principal | None) -> bool:
        return self.roles == NO_TOKEN_ASKED or (who is not None and who.role in self.roles)


LINKS: Final = (
    Link("pages.home", _("Accueil"), EVERYONE),
    Link("pages.calendar", _("Opérations"), EVERYONE),
    Link("pages.partners", _("Partenaires"), EVERYONE),
    Link("pages.agreements", _("Conventions"), READERS),
    Link("pages.territory", _("Territoire"), WHOEVER_READS_ALL),
    Link("pages.new_operation", _("Programmer"), TEAM),
    Link("pages.statements", _("Situations"), EVERYONE),
    Link("pages.audit", _("Audit"), AUDITORS),
    Link("pages.help", _("Aide"), NO_TOKEN_ASKED),
)


def links() -> list[tuple[str, LazyString | str]]:
    """Addresses and words, for whoever looks at the present page; a partner finds its own money first."""
    who = visitor()
    own = sorted(who.organisations) if who and who.role == "partner" else []
    mine = [(url_for("pages.partner", code=code), partner_name(code)) for code in own]
    shown = [(url_for(link.endpoint), link.words) for link in LINKS if link.shown_to(who)]
    return [*shown[:1], *mine, *shown[1:]]


def visitor() -> Principal | None:
    """Whoever looks at the present page; None where nobody is signed in, or where that cannot be found out."""
    if "visitor" not in g:
        g.visitor = g.get("principal") or found()
    return g.visitor  # type: ignore[no-any-return]


def found() -> Principal | None:
    """On pages that are open to all, and on those that tell of a problem."""
    try:
        return access.signed_in(present())
    except (Unauthenticated, psycopg.Error, PoolTimeout):
        return None


def partner_name(code: str) -> str:
    """What people call a partner: as the list that ships with Jalon does, else as it was recorded; else its code."""
    return shipped().get(code) or recorded().get(code, code)


@cache
def shipped() -> Mapping[str, str]:
    """The names of the partners that everybody's record begins with, by their codes."""
    return {known.code: known.name for known in reference_partners()}


def recorded() -> Mapping[str, str]:
    """The names of the others, asked for once a page, where it speaks of any; of none while PostgreSQL is away."""
    if "partner_names" not in g:
        try:
            with nullcontext(g.cursor) if "cursor" in g else reading.glance() as cursor:
                g.partner_names = commitments.called(cursor, shipped().keys())
        except (psycopg.Error, PoolTimeout):
            g.partner_names = {}
    return g.partner_names  # type: ignore[no-any-return]
