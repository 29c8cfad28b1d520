"""An agreement: as a row of the list, and with what it sets aside."""

from __future__ import annotations

from marshmallow import Schema

from api.v1.documents.describing import NEXT, POSITION, VERSION, codes, day, flag, one_of, part, several, text, whole
from api.v1.documents.parts import Document, HeldLine, MoneyOrNot, Place, figures, held_line, place
from domain import vocabulary
from projections.portfolio import AgreementRow


class AgreementSummary(Schema):
    reference = text("The agreement's name.")
    title = text("What people call it.")
    kind = one_of(vocabulary.AGREEMENT_KINDS, "What it is.")
    version = whole(VERSION)
    position = whole(POSITION)
    signed_on = day("When it was signed.")
    leader = text("Partner code of whoever leads it.")
    signatories = codes("Partner codes of those who signed.")
    programme = text("Programme that it belongs to.", allow_none=True)
    theme = one_of(vocabulary.THEMES, "The kind of territory.", allow_none=True)
    communes = several(Place, "The communes that it covers.")
    site = text("District or site.", allow_none=True)
    early_start = flag("Its operations may start before it is signed.")
    cost_basis = one_of(vocabulary.COST_BASES, "Tax basis of its amounts.")
    funding = part(MoneyOrNot, "The money.")
    operations = codes("Operations that it contains, by reference.")


class Agreement(AgreementSummary):
    allocations = several(HeldLine, "What partners set aside in it.")


class Agreements(Schema):
    items = several(AgreementSummary, "Agreements, by reference.")
    next = text(NEXT, allow_none=True)


def summary(row: AgreementRow, *, money: bool) -> Document:
    """An agreement as a row of a list. money: the reader sees what it costs and sets aside."""
    funds = {"cost_cents": row.cost_cents, **figures(row.figures)}
    return {
        "reference": row.reference,
        "title": row.title,
        "kind": row.kind,
        "version": row.version,
        "position": row.position,
        "signed_on": row.signed_on,
        "leader": row.leader,
        "signatories": list(row.signatories),
        "programme": row.programme,
        "theme": row.theme,
        "communes": [place(insee) for insee in row.communes],
        "site": row.site,
        "early_start": row.early_start,
        "cost_basis": row.cost_basis,
        "funding": funds if money else dict.fromkeys(funds),
        "operations": list(row.operations),
    }


def agreement(row: AgreementRow) -> Document:
    """An agreement, with what it sets aside."""
    return summary(row, money=True) | {"allocations": [held_line(each) for each in row.lines]}
