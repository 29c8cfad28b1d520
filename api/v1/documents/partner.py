"""A partner: its names, its totals, the lines behind them."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields

from api.v1.documents.describing import NEXT, POSITION, PRESENT, codes, day, one_of, part, several, text, whole
from api.v1.documents.parts import Document, Figures, figures
from api.v1.schemas import says
from domain import vocabulary
from projections.commitments import LineRow
from projections.totals import PartnerRow, TotalRow


class PartnerName(Schema):
    code = text("The partner's name, for ever.")
    name = text("What people call it.")
    kind = one_of(vocabulary.PARTNER_KINDS, "What it is.")


class Partner(PartnerName):
    siren = text("SIREN number.", allow_none=True)
    other_names = codes("Former and usual names.")


class Partners(Schema):
    items = several(Partner, "Partners, by code.")
    next = text(NEXT, allow_none=True)


def partner(row: PartnerRow) -> Document:
    """A partner, without its money."""
    return {**named(row), "siren": row.siren, "other_names": list(row.other_names)}


def named(row: PartnerRow) -> Document:
    """A partner by its names."""
    return {"code": row.code, "name": row.name, "kind": row.kind}


class Totals(Figures):
    operations = whole("Operations where it has a line.")


class YearSums(Schema):
    year = whole("Calendar year of the decision or payment; null: undated.", allow_none=True)
    committed_cents = whole("Committed by decision; loans apart.")
    paid_cents = whole("Paid; loans apart.")


class Sums(Schema):
    allocated_cents = whole("Set aside; loans apart.")
    committed_cents = whole("Committed by decision; loans apart.")
    paid_cents = whole("Paid; loans apart.")
    loans_cents = whole("Committed as loans.")


class ThemeSums(Sums):
    theme = text("Theme; null: none.", allow_none=True)


class ProgrammeSums(Sums):
    programme = text("Programme under which it was decided; null: none.", allow_none=True)


class Leverage(Schema):
    level = one_of(["committed"], "The level that it is computed on.")
    all_partners_cents = whole("Committed by all partners, on the operations where this one has committed anything.")
    own_cents = whole("Committed by this partner on the same operations.")
    ratio = fields.Float(required=True, allow_none=True, metadata=says("The one by the other, to two decimals."))


class Commitments(Schema):
    partner = part(PartnerName, "Whose money it is.")
    position = whole(POSITION)
    as_known_on = fields.Date(required=True, allow_none=True, metadata=says(PRESENT))
    as_true_on = fields.Date(required=True, allow_none=True, metadata=says(PRESENT))
    totals = part(Totals, "In all.")
    by_year = several(YearSums, "By year; undated last.")
    by_theme = several(ThemeSums, "By theme.")
    by_programme = several(ProgrammeSums, "By programme.")
    leverage = part(Leverage, "What it draws from the others.")


def commitments(
    row: PartnerRow, years: Sequence[TotalRow], themes: Sequence[TotalRow], programmes: Sequence[TotalRow]
) -> Document:
    """What a partner sets aside, commits and pays, and what it draws from the others."""
    return {
        "partner": named(row),
        "position": row.position,
        "as_known_on": None,
        "as_true_on": None,
        "totals": {"operations": row.operations, **figures(row.figures)},
        "by_year": [by_year(each) for each in years],
        "by_theme": [{"theme": each.key, **sums(each)} for each in themes],
        "by_programme": [{"programme": each.key, **sums(each)} for each in programmes],
        "leverage": {
            "level": "committed",
            "all_partners_cents": row.all_partners_cents,
            "own_cents": row.own_cents,
            "ratio": row.ratio,
        },
    }


def by_year(row: TotalRow) -> Document:
    """The sums of one year; null: undated."""
    year = None if row.key is None else int(row.key)
    return {"year": year, "committed_cents": row.committed_cents, "paid_cents": row.paid_cents}


def sums(row: TotalRow) -> Document:
    """The sums of one theme or programme."""
    return {
        "allocated_cents": row.allocated_cents,
        "committed_cents": row.committed_cents,
        "paid_cents": row.paid_cents,
        "loans_cents": row.loans_cents,
    }


class Line(Schema):
    holder = one_of(["operation", "agreement"], "What holds the line.")
    reference = text("Name of the operation or agreement.")
    title = text("What people call it.")
    line = text("Name of the line within it.")
    on = day("When it was decided.")
    instrument = one_of(vocabulary.INSTRUMENTS, "How the money is brought.")
    scheme = text("The partner's budget line.", allow_none=True)
    decision_ref = text("Reference of the decision.", allow_none=True)
    theme = text("Theme of the operation or agreement.", allow_none=True)
    programme = text("Programme under which it was decided.", allow_none=True)
    allocated_cents = whole("Set aside.")
    committed_cents = whole("Committed.")
    paid_cents = whole("Paid.")
    to_commit_cents = whole("Allocated and not yet committed on this line, never below zero.")
    to_pay_cents = whole("Committed and not yet paid.")


class Lines(Schema):
    items = several(Line, "Lines, by reference. Those of loans are here too, and in no total.")
    next = text(NEXT, allow_none=True)


def line(row: LineRow) -> Document:
    """A line of a partner's money."""
    return {
        "holder": row.holder,
        "reference": row.reference,
        "title": row.title,
        "line": row.line,
        "on": row.on,
        "instrument": row.instrument,
        "scheme": row.scheme,
        "decision_ref": row.decision_ref,
        "theme": row.theme,
        "programme": row.programme,
        "allocated_cents": row.allocated_cents,
        "committed_cents": row.committed_cents,
        "paid_cents": row.paid_cents,
        "to_commit_cents": row.to_commit_cents,
        "to_pay_cents": row.to_pay_cents,
    }
