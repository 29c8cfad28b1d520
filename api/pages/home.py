"""Where a reader arrives: who speaks, and the ways to what it may read."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from api.http.access import EVERYONE
from api.http.paging import Paged
from api.pages.routes import page
from api.pages.visit import Shown, Visit
from api.v1 import operations, partners


@page("/", title=_("Accueil"), template="home.html", roles=EVERYONE, query=Paged, data="/home")
def home(visit: Visit) -> Shown:
    """The operations and the partners of the record."""
    found = visit.ask(operations.portfolio)
    known = [each for each in visit.every(partners.partners) if visit.reader.reads(each["code"])]
    return Shown(found, more={"partners": known})
