"""The dashboard: where the operations stand that somebody reads in full, what is late, what comes next, what is new."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema

from api.v1.documents.changes import WITHHELD
from api.v1.documents.dated import Looking
from api.v1.documents.describing import date, day, one_of, part, several, text, whole
from api.v1.documents.operation import OperationSummary, PortfolioSums
from api.v1.documents.partner import Leverage, PartnerName, Totals, leverage, named, totals
from api.v1.documents.parts import Document
from api.v1.documents.statement import Statement
from api.v1.documents.timeline import TimelineEntry, entry
from domain.dates import PartialDate
from projections.due import StepRow
from projections.portfolio import OperationRow
from projections.recent import RecentRow
from projections.totals import PartnerRow

STEPS = ("start", "delivery", "milestone")


class OwnMoney(Schema):
    partner = part(PartnerName, "Whose money it is.")
    totals = part(Totals, "In all, what agreements set aside included.")
    leverage = part(Leverage, "What it draws from the others.")


class Step(Schema):
    reference = text("The operation's name.")
    title = text("What people call it.")
    kind = one_of(STEPS, "What is promised.")
    code = text("The milestone's name; null: start or delivery.", allow_none=True)
    label = text("What people call the milestone; null: start or delivery.", allow_none=True)
    due_on = day("When it is promised now.")


class RecentEntry(TimelineEntry):
    """For `admin`, who reads no timelines: `partner`, `amount_cents`, `reason`, `detail` null, `documents` empty."""

    reference = text("The operation's name.")
    title = text("What people call it.")
    position = whole("Its place in the ledger.")


class Since(Schema):
    statement = part(Statement, "The last one that was known.")
    totals = part(PortfolioSums, "What the operations added up to then, late on the day of the statement.")
    own = several(OwnMoney, "The money of the same organisations then.")
    entries = whole("Entries recorded since, on operations that the token reads in full.")
    latest = several(RecentEntry, "The newest of them, newest first.")


class Dashboard(Looking):
    day = date("The day that lateness is judged on.")
    totals = part(PortfolioSums, "What the operations add up to that the token reads in full.")
    own = several(OwnMoney, "The money of the token's organisations; of the authority for `auditor` and `admin`.")
    late = several(OperationSummary, "Operations that are late on the present calendar, the latest ones first.")
    next = several(Step, "Steps promised next, the soonest first; looking back, starts and deliveries alone.")
    since = part(Since, "What is new since the last statement; null: there is none.", allow_none=True)


def own(row: PartnerRow) -> Document:
    """The money of an organisation."""
    return {"partner": named(row), "totals": totals(row), "leverage": leverage(row)}


def step(row: StepRow) -> Document:
    """A step that is promised."""
    return {
        "reference": row.reference,
        "title": row.title,
        "kind": row.kind,
        "code": row.code,
        "label": row.label,
        "due_on": row.due_on,
    }


def next_step(row: OperationRow) -> Document:
    """The start or delivery that an operation promises next."""
    promised = [(kind, row.schedule[kind]) for kind in STEPS[:2]]
    kind, due_on = next(
        (kind, each["current"])
        for kind, each in promised
        if each["current"] and not each["actual"] and PartialDate.parse(each["current"]).latest == row.due_on
    )
    return {
        "reference": row.reference,
        "title": row.title,
        "kind": kind,
        "code": None,
        "label": None,
        "due_on": due_on,
    }


def recent(rows: Sequence[RecentRow], *, whole: bool) -> list[Document]:
    """Entries, newest first. whole: the reader reads timelines."""
    told = [{**entry(row), "reference": row.reference, "title": row.title, "position": row.recorded} for row in rows]
    return told if whole else [each | WITHHELD for each in told]
