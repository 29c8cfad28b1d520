"""The page of an operation: where it stands, its calendar, its money, what changed, everything that happened."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from api.http.access import READERS
from api.http.fields import Choice
from api.pages.dossier import Dossier
from api.pages.history import ORDERS
from api.pages.operation_tables import tables
from api.pages.routes import form, page
from api.pages.visit import Document, Shown, Visit
from api.v1 import milestones
from api.v1 import operations as api
from api.v1.changes import BetweenQuery
from api.v1.dated import Dated


class OperationPage(Dated, BetweenQuery):
    """The moment that the page speaks of, two that it compares, and how its timeline is read."""

    order = Choice(ORDERS)
    entries = Choice(["all"])


@page(
    "/operations/<reference:reference>",
    title=_("Opération"),
    template="operation.html",
    roles=READERS,
    query=OperationPage,
)
def operation(visit: Visit, reference: str) -> Shown:
    """One operation."""
    told = visit.ask(api.operation, reference=reference)
    dossier = Dossier(visit, reference, told)
    return Shown(told, tables=tables(dossier), more=lambda: {**dossier.shown, **recording(visit, told, reference)})


# What follows is for the forms of the page.

LOOKING_BACK = ("as_known_on", "as_true_on", "statement")


def recording(visit: Visit, told: Document, reference: str) -> dict[str, Any]:
    """The forms, where the reader may record and the page does not look back."""
    records = not any(told[name] for name in LOOKING_BACK) and visit.records_on(reference)
    promised = [each for each in told["milestones"] if records and not each["reached_on"] and not each["dropped"]]
    forms = {
        each["code"]: visit.form(milestones.reach_milestone, told["version"], reference=reference, code=each["code"])
        for each in promised
    }
    return {"forms": forms}


form("/milestones/<code:code>/reach", milestones.reach_milestone, on=operation)
