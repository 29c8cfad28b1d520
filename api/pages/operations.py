"""The page of an operation: where it stands, its calendar, its money, what changed, everything that happened."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from api.http.access import READERS
from api.http.fields import Choice
from api.pages.commands import COMMANDS
from api.pages.commands_panel import RecordingQuery, panel
from api.pages.dossier import Dossier
from api.pages.history import ORDERS
from api.pages.operation_tables import tables
from api.pages.routes import form, page
from api.pages.visit import Shown, Visit
from api.v1 import operations as api
from api.v1.changes import BetweenQuery
from api.v1.dated import Dated


class OperationPage(Dated, BetweenQuery, RecordingQuery):
    """The moment that the page speaks of, two that it compares, how its timeline is read, the form that is open."""

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
    return Shown(told, tables=tables(dossier), more=lambda: {**dossier.shown, "panel": panel(visit, told)})


for each in COMMANDS.values():
    form(each.path, each.record, on=operation)
