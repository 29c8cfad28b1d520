"""The page of an operation: where it stands, its milestones, what happened."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from api.http.access import READERS
from api.pages.routes import form, page
from api.pages.visit import Shown, Visit
from api.v1 import milestones, timeline
from api.v1 import operations as api
from api.v1.dated import Dated


@page("/operations/<reference:reference>", title=_("Opération"), template="operation.html", roles=READERS, query=Dated)
def operation(visit: Visit, reference: str) -> Shown:
    """One operation."""
    told, history = visit.ask(api.operation, reference=reference), visit.ask(timeline.timeline, reference=reference)
    records = not any(told[name] for name in LOOKING_BACK) and visit.records_on(reference)
    promised = [each for each in told["milestones"] if records and not each["reached_on"] and not each["dropped"]]
    forms = {
        each["code"]: visit.form(milestones.reach_milestone, told["version"], reference=reference, code=each["code"])
        for each in promised
    }
    return Shown(told, more={"entries": history["entries"], "forms": forms})


LOOKING_BACK = ("as_known_on", "as_true_on", "statement")

form("/milestones/<code:code>/reach", milestones.reach_milestone, on=operation)
