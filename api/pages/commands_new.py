"""The page on which the team plans an operation; what it is planned as stands on its own page then."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from api.exports.table import Column, Table
from api.http.access import TEAM
from api.pages.commands_inputs import Lists, Said, inputs
from api.pages.operations import operation
from api.pages.routes import form, page
from api.pages.visit import Shown, Visit
from api.v1 import operations, partners


@page("/operations/new", title=_("Programmer une opération"), template="new_operation.html", roles=TEAM)
def new_operation(visit: Visit) -> Shown:
    """The form of a plan; its data are the partners that it can name."""
    plan = visit.form(operations.plan, 0)
    said = Said(
        hints={
            "reference": gettext("Son nom, pour toujours : majuscules, chiffres et tirets, par exemple ANZ-CARPEAUX."),
            "on": gettext("Quand elle a été décidée : AAAA-MM-JJ, AAAA-MM ou AAAA ; ou 20/11/2008"),
            "weights": gettext(
                "En dix-millièmes, 10 000 en tout, dans l'ordre de la liste des communes ; vide : parts égales."
            ),
            "communes": gettext(
                "Au moins une commune membre, sauf pour une opération d'une convention que l'intercommunalité pilote."
            ),
            "territory_wide": gettext("Aucune commune n'est alors à choisir."),
            "part_of": gettext("Référence de l'opération qui la contient."),
            "reason": gettext("Aucun nom de personne."),
        },
        words={"outputs": gettext("Réalisations prévues"), "on": gettext("Date de la décision")},
    )
    columns = [Column("code", gettext("Code")), Column("name", gettext("Nom")), Column("kind", gettext("Type"))]
    return Shown(
        visit.ask(partners.partners),
        tables={"partners": lambda: Table(columns, visit.every(partners.partners))},
        more={"plan": plan, "asked": inputs(plan, Lists(visit), said)},
    )


form("", operations.plan, on=new_operation, to=operation)
