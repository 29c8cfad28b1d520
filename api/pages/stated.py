"""The statements (arrêtés de situation): which there are, and naming another one."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from api.exports.table import Column, Table
from api.http.access import EVERYONE
from api.http.paging import Paged
from api.pages.routes import form, page
from api.pages.visit import Shown, Visit
from api.v1 import statements as api


@page("/statements", title=_("Situations arrêtées"), template="statements.html", roles=EVERYONE, query=Paged)
def statements(visit: Visit) -> Shown:
    """Every statement; the team of the authority names one."""
    told = visit.ask(api.statements)
    names = visit.may(api.make_statement) and visit.reader.of_authority
    return Shown(
        told,
        tables={"statements": lambda: Table(columns(), visit.every(api.statements))},
        more={"form": visit.form(api.make_statement) if names else None},
    )


def columns() -> list[Column]:
    """What is told of a statement."""
    return [
        Column("code", gettext("Code")),
        Column("title", gettext("Titre")),
        Column("on", gettext("Date"), "date"),
        Column("position", gettext("Jusqu'à l'écriture"), "number"),
        Column("recorded_at", gettext("Enregistrée le")),
        Column("recorded_by", gettext("Auteur")),
        Column("organisation", gettext("Organisation")),
        Column("reason", gettext("Motif")),
    ]


form("/name", api.make_statement, on=statements)
