"""What several documents have in common: figures, calendar, lines, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from marshmallow import Schema

from api.v1.documents.describing import day, one_of, part, several, text, whole
from domain import vocabulary
from domain.money import Figures as Sums
from domain.territory import commune

Document = dict[str, Any]


class Figures(Schema):
    allocated_cents = whole("Set aside; loans apart.")
    committed_cents = whole("Committed by decision; loans apart.")
    paid_cents = whole("Paid; loans apart.")
    to_commit_cents = whole("Allocated and not yet committed, never below zero.")
    to_pay_cents = whole("Committed and not yet paid.")
    loans_cents = whole("Committed as loans; in none of the other figures.")


def figures(sums: Sums) -> Document:
    """What a committee asks; loans stand apart."""
    return {
        "allocated_cents": sums.allocated_cents,
        "committed_cents": sums.committed_cents,
        "paid_cents": sums.paid_cents,
        "to_commit_cents": sums.to_commit_cents,
        "to_pay_cents": sums.to_pay_cents,
        "loans_cents": sums.loans_cents,
    }


class MoneyOrNot(Schema):
    """Every figure is null where the token may not see the money."""

    cost_cents = whole("What it is to cost; null while unknown.", allow_none=True)
    allocated_cents = whole("Set aside; loans apart.", allow_none=True)
    committed_cents = whole("Committed by decision; loans apart.", allow_none=True)
    paid_cents = whole("Paid; loans apart.", allow_none=True)
    to_commit_cents = whole("Allocated and not yet committed, never below zero.", allow_none=True)
    to_pay_cents = whole("Committed and not yet paid.", allow_none=True)
    loans_cents = whole("Committed as loans; in none of the other figures.", allow_none=True)


class Dates(Schema):
    initial = day("First promise.")
    current = day("Present promise.")
    actual = day("What happened.")
    slip_days = whole("From the first promise to what happened, or to the present promise.", allow_none=True)


class Schedule(Schema):
    start = part(Dates, "Start of works.")
    delivery = part(Dates, "Delivery.")


def schedule(calendar: Mapping[str, Any]) -> Document:
    """The calendar: first promise, current one, what happened, and the days in between."""
    keys = ("initial", "current", "actual", "slip_days")
    return {step: {key: calendar[step][key] for key in keys} for step in ("start", "delivery")}


class Payments(Schema):
    advance_cents = whole("Paid before the works; loans apart.")
    interim_cents = whole("Paid for works done; loans apart.")
    balance_cents = whole("Paid as balance; loans apart.")
    repaid_cents = whole("Given back; loans apart.")


class Paid(Protocol):
    """A row that knows what was paid by kind."""

    @property
    def advance_cents(self) -> int: ...
    @property
    def interim_cents(self) -> int: ...
    @property
    def balance_cents(self) -> int: ...
    @property
    def repaid_cents(self) -> int: ...


def payments(row: Paid) -> Document:
    """What was paid by kind, and what went back."""
    return {
        "advance_cents": row.advance_cents,
        "interim_cents": row.interim_cents,
        "balance_cents": row.balance_cents,
        "repaid_cents": row.repaid_cents,
    }


class Credit(Schema):
    year = whole("Calendar year.")
    amount_cents = whole("To be paid in it.")


def credits(schedule: Sequence[Mapping[str, int]]) -> list[Document]:
    """Payment credits, year by year."""
    ordered = sorted(schedule, key=lambda credit: credit["year"])
    return [{"year": credit["year"], "amount_cents": credit["amount_cents"]} for credit in ordered]


class HeldLine(Schema):
    line = text("Name of the line.")
    partner = text("Partner code of whoever bears the amount.")
    instrument = one_of(vocabulary.INSTRUMENTS, "How the money is brought.")
    scheme = text("The partner's budget line.", allow_none=True)
    decision_ref = text("Reference of the decision.", allow_none=True)
    allocated_cents = whole("Set aside, less what was taken back.")
    committed_cents = whole("Committed, as revised, less what was given up.")
    paid_cents = whole("Paid, less what was given back.")
    schedule = several(Credit, "Payment credits as last stated, year by year; empty where none are known.")


def held_line(line: Mapping[str, Any]) -> Document:
    """A line of money, within the operation or agreement that holds it."""
    keys = (
        "line",
        "partner",
        "instrument",
        "scheme",
        "decision_ref",
        "allocated_cents",
        "committed_cents",
        "paid_cents",
    )
    return {key: line[key] for key in keys} | {"schedule": credits(line["schedule"])}


class Place(Schema):
    insee = text("INSEE code.")
    name = text("Name.", allow_none=True)


def place(insee: str) -> Document:
    """A commune; the name is null for a code that the reference list does not hold."""
    known = commune(insee)
    return {"insee": insee, "name": known.name if known else None}


def utc(at: datetime) -> datetime:
    """An instant as it is written: UTC, whatever the time zone of the connection that read it."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)
