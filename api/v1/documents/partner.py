"""A partner: its names, its totals, the lines behind them."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.v1.documents.dated import PRESENT, AsOf, Looking
from api.v1.documents.describing import NEXT, POSITION, codes, day, one_of, part, several, text, whole
from api.v1.documents.parts import Credit, Document, Figures, Payments, credits, figures, payments
from api.v1.schemas import says
from domain import vocabulary
from projections.commitments import LineRow
from projections.totals import PartnerRow, Slices, TotalRow


class PartnerName(Schema):
    code = text("The partner's name, for ever.")
    name = text("What people call it.")
    kind = one_of(vocabulary.PARTNER_KINDS, "What it is.")


class Totals(Figures):
    operations = whole("Operations where it has a line.")


class YearSums(Figures):
    year = whole("Calendar year of the decision or payment; null: undated.", allow_none=True)


class ThemeSums(Figures):
    theme = text("Theme; null: none.", allow_none=True)


class ProgrammeSums(Figures):
    programme = text("Programme under which it was decided; null: none.", allow_none=True)


class SchemeSums(Figures):
    scheme = text("The partner's budget line; null: none.", allow_none=True)


class Leverage(Schema):
    level = one_of(["committed"], "The level that it is computed on.")
    all_partners_cents = whole("Committed by all partners, on the operations where this one has committed anything.")
    own_cents = whole("Committed by this partner on the same operations.")
    ratio = fields.Float(required=True, allow_none=True, metadata=says("The one by the other, to two decimals."))


class Partner(PartnerName):
    siren = text("SIREN number.", allow_none=True)
    other_names = codes("Former and usual names.")
    totals = part(Totals, "In all; null where the token may not see its money.", allow_none=True)
    leverage = part(Leverage, "What it draws from the others; null likewise.", allow_none=True)


class Partners(Looking):
    items = several(Partner, "Partners, by code.")
    next = text(NEXT, allow_none=True)


class Commitments(Looking):
    partner = part(PartnerName, "Whose money it is.")
    position = whole(POSITION)
    totals = part(Totals, "In all.")
    by_year = several(YearSums, "By year; undated last.")
    by_theme = several(ThemeSums, "By theme.")
    by_programme = several(ProgrammeSums, "By programme.")
    by_scheme = several(SchemeSums, "By budget line of the partner.")
    payments = part(Payments, "Payments by kind, and what went back; together they make `paid_cents`.")
    leverage = part(Leverage, "What it draws from the others.")


def named(row: PartnerRow) -> Document:
    """A partner by its names."""
    return {"code": row.code, "name": row.name, "kind": row.kind}


def partner(row: PartnerRow, *, money: bool) -> Document:
    """A partner as a row of a list. money: the reader sees what it commits."""
    return {
        **named(row),
        "siren": row.siren,
        "other_names": list(row.other_names),
        "totals": totals(row) if money else None,
        "leverage": leverage(row) if money else None,
    }


def totals(row: PartnerRow) -> Document:
    """What a partner sets aside, commits and pays in all."""
    return {"operations": row.operations, **figures(row.figures)}


def leverage(row: PartnerRow) -> Document:
    """What a partner draws from the others."""
    return {
        "level": "committed",
        "all_partners_cents": row.all_partners_cents,
        "own_cents": row.own_cents,
        "ratio": row.ratio,
    }


def commitments(row: PartnerRow, slices: Slices, asked: AsOf = PRESENT) -> Document:
    """What a partner sets aside, commits and pays, and what it draws from the others."""
    return {
        "partner": named(row),
        "position": row.position,
        **asked.said,
        "totals": totals(row),
        "by_year": [{"year": year(each), **figures(each.figures)} for each in slices["year"]],
        "by_theme": [{"theme": each.key, **figures(each.figures)} for each in slices["theme"]],
        "by_programme": [{"programme": each.key, **figures(each.figures)} for each in slices["programme"]],
        "by_scheme": [{"scheme": each.key, **figures(each.figures)} for each in slices["scheme"]],
        "payments": payments(row),
        "leverage": leverage(row),
    }


def year(row: TotalRow) -> int | None:
    """The calendar year of a sum; None: undated."""
    return None if row.key is None else int(row.key)


class LinePayments(Schema):
    """On a line, whatever its instrument; those of loans are in no total."""

    advance_cents = whole("Paid before the works.")
    interim_cents = whole("Paid for works done.")
    balance_cents = whole("Paid as balance.")
    repaid_cents = whole("Given back.")


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
    allocated_cents = whole("Set aside, less what was taken back.")
    committed_cents = whole("Committed, as revised, less what was given up.")
    paid_cents = whole("Paid, less what was given back.")
    to_commit_cents = whole("Allocated and not yet committed on this line, never below zero.")
    to_pay_cents = whole("Committed and not yet paid.")
    payments = part(LinePayments, "Payments by kind, and what went back.")
    schedule = several(Credit, "Payment credits as last stated, year by year; empty where none are known.")


class Lines(Looking):
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
        "payments": payments(row),
        "schedule": credits(row.schedule),
    }
