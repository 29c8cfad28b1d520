"""The part of the portfolio that tells of agreements: protocols and conventions, with the operations they contain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor

from domain.agreement import Agreement
from domain.events.amendments import Amendment
from domain.flags import CommittedAboveAllocation, committed_above_allocation
from domain.money import Figures
from domain.vocabulary import AgreementKind, CostBasis, Theme
from projections import readers
from projections.projection import columns, only, select
from projections.standing import lines, sums, text

TABLES = """
    CREATE TABLE {schema}.agreement (
        reference text COLLATE "C" PRIMARY KEY,
        title text NOT NULL,
        kind text NOT NULL,
        programme text,
        theme text,
        leader text NOT NULL,
        signatories text[] NOT NULL,
        readers text[] NOT NULL,
        communes text[] NOT NULL,
        site text,
        signed_on text,
        cost_cents bigint,
        cost_basis text NOT NULL,
        early_start boolean NOT NULL,
        allocated_cents bigint NOT NULL,
        committed_cents bigint NOT NULL,
        paid_cents bigint NOT NULL,
        loans_cents bigint NOT NULL,
        lines jsonb NOT NULL,
        amendments jsonb NOT NULL,
        version bigint NOT NULL,
        position bigint NOT NULL
    );
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One agreement, as it is kept. version, position: of its last entry.

    readers: partner codes that read it in full.
    cost_cents: what all its operations are to cost, never added to theirs; figures: what it sets aside itself.
    """

    reference: str
    title: str
    kind: AgreementKind
    programme: str | None
    theme: Theme | None
    leader: str
    signatories: Sequence[str]
    readers: Sequence[str]
    communes: Sequence[str]
    site: str | None
    signed_on: str | None
    cost_cents: int | None
    cost_basis: CostBasis
    early_start: bool
    allocated_cents: int
    committed_cents: int
    paid_cents: int
    loans_cents: int
    lines: Sequence[dict[str, Any]]
    amendments: Sequence[dict[str, Any]]
    version: int
    position: int

    @property
    def figures(self) -> Figures:
        return Figures(self.allocated_cents, self.committed_cents, self.paid_cents, self.loans_cents)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow(Stored):
    """One agreement, as it is read. operations: the references of those that it contains.

    operation_lines: the money lines of these operations. touched: position of the last entry of any of them.
    """

    operations: Sequence[str]
    operation_lines: Sequence[dict[str, Any]]
    touched: int

    @property
    def set_aside(self) -> dict[str, Figures]:
        """What each partner sets aside in the agreement itself."""
        return by_partner(self.lines)

    @property
    def committed(self) -> dict[str, Figures]:
        """What each partner commits and pays on the operations."""
        return by_partner(self.operation_lines)

    @property
    def above_allocation(self) -> tuple[CommittedAboveAllocation, ...]:
        """The partners that commit more on the operations than they set aside in the agreement."""
        return committed_above_allocation(self.set_aside, self.committed)


def row(agreement: Agreement, position: int) -> Stored:
    """An agreement, the last entry of which has this position."""
    return Stored(
        reference=agreement.reference,
        title=agreement.title,
        kind=agreement.kind,
        programme=agreement.programme,
        theme=agreement.theme,
        leader=agreement.leader,
        signatories=agreement.signatories,
        readers=readers.of_agreement(agreement),
        communes=agreement.communes,
        site=agreement.site,
        signed_on=text(agreement.signed_on),
        cost_cents=agreement.cost_cents,
        cost_basis=agreement.cost_basis,
        early_start=agreement.early_start,
        **sums(agreement.money.figures),
        lines=lines(agreement.money),
        amendments=[amendment(each) for _, each in sorted(agreement.amendments.items())],
        version=agreement.version,
        position=position,
    )


def amendment(signed: Amendment) -> dict[str, Any]:
    """An amendment, with the operations that it touched."""
    return {
        "number": signed.number,
        "title": signed.title,
        "signed_on": text(signed.on),
        "operations": list(signed.operations),
    }


def by_partner(lines: Iterable[Mapping[str, Any]]) -> dict[str, Figures]:
    """The figures of lines by partner, in order of the code; loans apart."""
    found: dict[str, Figures] = {}
    for line in lines:
        sums = found.setdefault(line["partner"], Figures())
        if line["instrument"] == "loan":
            sums.loans_cents += line["committed_cents"]
        else:
            sums.allocated_cents += line["allocated_cents"]
            sums.committed_cents += line["committed_cents"]
            sums.paid_cents += line["paid_cents"]
    return dict(sorted(found.items()))


# The lines of the operations stand in the portfolio too: both sides of the comparison are of one position.
READ = f"""
    SELECT {columns(Stored, "a")},
        ARRAY(SELECT o.reference FROM portfolio.operation AS o WHERE o.agreement = a.reference ORDER BY o.reference)
            AS operations,
        coalesce(
            (
                SELECT json_agg(of_line ORDER BY o.reference)
                FROM portfolio.operation AS o CROSS JOIN jsonb_array_elements(o.lines) AS of_line
                WHERE o.agreement = a.reference
            ),
            '[]'
        ) AS operation_lines,
        greatest(
            a.position, (SELECT max(o.position) FROM portfolio.operation AS o WHERE o.agreement = a.reference)
        ) AS touched
    FROM portfolio.agreement AS a
"""
AGREEMENT = READ + "WHERE a.reference = %s"
AGREEMENTS = READ + "WHERE a.reference > %s ORDER BY a.reference LIMIT %s"


def agreement(cursor: Cursor[Any], reference: str) -> AgreementRow | None:
    """One agreement; None for an unknown one."""
    return only(select(cursor, AgreementRow, AGREEMENT, (reference,)))


def agreements(cursor: Cursor[Any], *, after: str | None = None, limit: int = 50) -> list[AgreementRow]:
    """Agreements by reference. after: the last one seen."""
    return select(cursor, AgreementRow, AGREEMENTS, (after or "", limit))
