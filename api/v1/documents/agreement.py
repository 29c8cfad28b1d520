"""An agreement: as a row of the list, and with its money, its amendments and its flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import Schema

from api.v1.documents.describing import NEXT, POSITION, VERSION, codes, day, flag, one_of, part, several, text, whole
from api.v1.documents.operation import OperationSummary
from api.v1.documents.parts import Document, HeldLine, MoneyOrNot, Place, figures, held_line, place
from domain import vocabulary
from domain.flags import CommittedAboveAllocation
from domain.money import Figures
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


class Amendment(Schema):
    number = whole("Its number, from 1, rising.")
    title = text("What it is about.", allow_none=True)
    signed_on = day("When it was signed.")
    operations = codes("Operations that it changed, by reference.")


class PartnerSums(Schema):
    """Loans are in `loans_cents` alone. What an operation's own lines set aside is in none of these figures."""

    partner = text("Partner code.")
    allocated_cents = whole("Set aside in the agreement; loans apart.")
    committed_cents = whole("Committed on its operations; loans apart.")
    paid_cents = whole("Paid on its operations; loans apart.")
    left_cents = whole("Set aside and not yet committed, never below zero.")
    loans_cents = whole("Committed as loans on its operations.")


class AboveAllocation(Schema):
    partner = text("Partner code.")
    allocated_cents = whole("Set aside in the agreement; loans apart.")
    committed_cents = whole("Committed on its operations; loans apart.")
    excess_cents = whole("By how much the commitments pass what is set aside.")
    sentence = text("The same, in French.")


class Agreement(AgreementSummary):
    allocations = several(HeldLine, "What partners set aside in it.")
    amendments = several(Amendment, "Its amendments, by number.")
    by_partner = several(PartnerSums, "What each partner sets aside in it, against what it commits on its operations.")
    above_allocation = several(AboveAllocation, "Partners that commit more than they set aside; nothing is refused.")


class Contained(Schema):
    items = several(OperationSummary, "Operations of the agreement, by reference, as the portfolio shows them.")
    next = text(NEXT, allow_none=True)


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
        "position": row.touched,
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
    """An agreement, with what it sets aside, against what is committed on its operations."""
    return summary(row, money=True) | {
        "allocations": [held_line(each) for each in row.lines],
        "amendments": [amendment(each) for each in row.amendments],
        "by_partner": by_partner(row.set_aside, row.committed),
        "above_allocation": [above_allocation(flag) for flag in row.above_allocation],
    }


def amendment(signed: Mapping[str, Any]) -> Document:
    """An amendment, with the operations that it changed."""
    return {key: signed[key] for key in ("number", "title", "signed_on", "operations")}


def by_partner(set_aside: Mapping[str, Figures], committed: Mapping[str, Figures]) -> list[Document]:
    """Partners that set something aside or commit something, by code."""
    return [
        sums(partner, set_aside.get(partner, Figures()), committed.get(partner, Figures()))
        for partner in sorted({*set_aside, *committed})
    ]


def sums(partner: str, ceiling: Figures, committed: Figures) -> Document:
    """What a partner sets aside, against what it commits."""
    against = replace(committed, allocated_cents=ceiling.allocated_cents)
    return {
        "partner": partner,
        "allocated_cents": against.allocated_cents,
        "committed_cents": against.committed_cents,
        "paid_cents": against.paid_cents,
        "left_cents": against.to_commit_cents,
        "loans_cents": against.loans_cents,
    }


def above_allocation(found: CommittedAboveAllocation) -> Document:
    """A partner that commits more than it sets aside."""
    return {
        "partner": found.partner,
        "allocated_cents": found.allocated_cents,
        "committed_cents": found.committed_cents,
        "excess_cents": found.excess_cents,
        "sentence": found.sentence,
    }
