"""The sums of each partner, kept by what each entry adds or takes back: what a partner funds costs nothing to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

from psycopg import Cursor

from domain.money import Figures, Movement
from domain.vocabulary import PartnerKind
from projections.holding import Share, Stated
from projections.movements import Kind, kind
from projections.projection import Projection, as_json, columns, first_column, only, select

Dimension = Literal["all", "year", "theme", "programme", "scheme"]

DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)

TABLES = """
    CREATE TABLE {schema}.total (
        partner text COLLATE "C" NOT NULL,
        dimension text NOT NULL,
        key text COLLATE "C",
        movements bigint NOT NULL,
        allocated_cents bigint NOT NULL,
        committed_cents bigint NOT NULL,
        paid_cents bigint NOT NULL,
        loans_cents bigint NOT NULL,
        advance_cents bigint NOT NULL,
        interim_cents bigint NOT NULL,
        balance_cents bigint NOT NULL,
        repaid_cents bigint NOT NULL,
        UNIQUE NULLS NOT DISTINCT (partner, dimension, key)
    );
    CREATE TABLE {schema}.leverage (
        partner text COLLATE "C" PRIMARY KEY,
        position bigint NOT NULL,
        operations bigint NOT NULL,
        all_partners_cents bigint NOT NULL,
        own_cents bigint NOT NULL
    );
    CREATE INDEX ON {schema}.leverage (position);
"""
# What is added up: how many movements, their figures, and loans apart what was paid by kind.
SUMS = (
    "movements",
    "allocated_cents",
    "committed_cents",
    "paid_cents",
    "loans_cents",
    "advance_cents",
    "interim_cents",
    "balance_cents",
    "repaid_cents",
)
ADD = f"""
    INSERT INTO {{schema}}.total AS t (partner, dimension, key, {", ".join(SUMS)})
    SELECT partner, dimension, key, {", ".join(SUMS)} FROM json_populate_recordset(NULL::{{schema}}.total, %s::json)
    ON CONFLICT (partner, dimension, key) DO UPDATE SET {", ".join(f"{sum} = t.{sum} + excluded.{sum}" for sum in SUMS)}
"""
# A year that corrections left without any movement is not shown with zeros.
TIDY = "DELETE FROM {schema}.total WHERE partner = ANY(%s) AND movements = 0"
LEVER = """
    INSERT INTO {schema}.leverage AS l (partner, position, operations, all_partners_cents, own_cents)
    SELECT partner, position, operations, all_partners_cents, own_cents
    FROM json_populate_recordset(NULL::{schema}.leverage, %s::json)
    ON CONFLICT (partner) DO UPDATE SET
        position = greatest(l.position, excluded.position),
        operations = l.operations + excluded.operations,
        all_partners_cents = l.all_partners_cents + excluded.all_partners_cents,
        own_cents = l.own_cents + excluded.own_cents
"""


class Slice(NamedTuple):
    """One sum of one partner: of all, or of one year, theme, programme or scheme; None: undated, without one."""

    partner: str
    dimension: Dimension
    key: str | None


# The columns that payments by kind go to.
PAYMENTS: dict[Kind, str] = {
    "advance": "advance_cents",
    "interim": "interim_cents",
    "balance": "balance_cents",
    "repayment": "repaid_cents",
}


def added(moved: Movement, sign: int) -> dict[str, int]:
    """What a movement adds to its slices (sign 1), or takes out of them (-1), by the names of the sums."""
    found = {"movements": sign}
    if moved.instrument != "loan":
        found[f"{moved.level}_cents"] = sign * moved.amount_cents
        if paid_as := kind(moved):
            found[PAYMENTS[paid_as]] = sign * abs(moved.amount_cents)
    elif moved.level == "committed":
        found["loans_cents"] = sign * moved.amount_cents
    return found


class Totals:
    """What a batch adds to the sums of the partners."""

    def __init__(self) -> None:
        self._sums: dict[Slice, dict[str, int]] = {}
        self._shares: dict[str, Share] = {}
        self._touched: dict[str, int] = {}

    def count(self, each: Stated, sign: int, position: int) -> None:
        """Add a movement to the slices that it belongs to (sign 1), or take it out of them (-1)."""
        more = added(each.movement, sign).items()
        for slice in slices(each):
            sums = self._sums.get(slice) or self._sums.setdefault(slice, dict.fromkeys(SUMS, 0))
            for name, amount in more:
                sums[name] += amount
        self._touch(each.movement.partner, position)

    def share(self, was: Mapping[str, Share], now: Mapping[str, Share], position: int) -> None:
        """What each partner has in an operation changed; what others commit on it changes a partner's leverage too."""
        if was == now:
            return
        for partner in {**was, **now}:
            before, after = was.get(partner, Share()), now.get(partner, Share())
            if before != after:
                added = self._shares.get(partner, Share())
                self._shares[partner] = Share(*(a + y - x for a, x, y in zip(added, before, after, strict=True)))
                self._touch(partner, position)

    def _touch(self, partner: str, position: int) -> None:
        # A rebuild tells one record after the other: positions do not only rise.
        self._touched[partner] = max(position, self._touched.get(partner, 0))

    def flush(self, cursor: Cursor[Any], projection: Projection) -> None:
        """Write what was counted."""
        if self._sums:
            cursor.execute(projection.sql(ADD), (as_json(self._rows()),), prepare=True)
            cursor.execute(projection.sql(TIDY), (list({slice.partner for slice in self._sums}),), prepare=True)
        if self._touched:
            levers = [
                {"partner": partner, "position": position, **self._shares.get(partner, Share())._asdict()}
                for partner, position in sorted(self._touched.items())
            ]
            cursor.execute(projection.sql(LEVER), (as_json(levers),), prepare=True)

    def _rows(self) -> list[dict[str, Any]]:
        rows = [slice._asdict() | sums for slice, sums in self._sums.items()]
        return sorted(rows, key=lambda row: (row["partner"], row["dimension"], row["key"] or ""))


def slices(each: Stated) -> tuple[Slice, ...]:
    """The sums that a movement belongs to."""
    movement = each.movement
    year = movement.on.year
    return (
        Slice(movement.partner, "all", None),
        Slice(movement.partner, "year", None if year is None else str(year)),
        Slice(movement.partner, "theme", each.theme),
        Slice(movement.partner, "programme", movement.programme),
        Slice(movement.partner, "scheme", movement.scheme),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalRow:
    """The sums of a partner for one year, theme, programme or scheme; key None: undated, or without one.

    advance_cents, interim_cents, balance_cents: paid, by kind; repaid_cents: what went back. Loans apart.
    """

    key: str | None
    allocated_cents: int
    committed_cents: int
    paid_cents: int
    loans_cents: int
    advance_cents: int
    interim_cents: int
    balance_cents: int
    repaid_cents: int

    @property
    def figures(self) -> Figures:
        return Figures(self.allocated_cents, self.committed_cents, self.paid_cents, self.loans_cents)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow(TotalRow):
    """A partner with its sums. position: of the last entry that changed any of this.

    operations: those where it has a line. all_partners_cents, own_cents: committed on the operations where this partner
    has committed anything, by all partners and by this one; loans apart.
    """

    code: str
    name: str
    kind: PartnerKind
    siren: str | None
    other_names: Sequence[str]
    position: int
    operations: int
    all_partners_cents: int
    own_cents: int

    @property
    def ratio(self) -> float | None:
        """Leverage: what all partners commit for one euro of this one; undefined while it has committed nothing."""
        return round(self.all_partners_cents / self.own_cents, 2) if self.own_cents else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow(TotalRow):
    """The same, with the partner and the dimension that it belongs to."""

    partner: str
    dimension: Dimension


Slices = Mapping[Dimension, Sequence[TotalRow]]


class Whole(NamedTuple):
    """A partner with all its sums."""

    partner: PartnerRow
    slices: Slices


PARTNERS = """
    SELECT p.code, p.name, p.kind, p.siren, p.other_names, greatest(p.position, l.position) AS position,
        t.key,
        coalesce(t.allocated_cents, 0) AS allocated_cents,
        coalesce(t.committed_cents, 0) AS committed_cents,
        coalesce(t.paid_cents, 0) AS paid_cents,
        coalesce(t.loans_cents, 0) AS loans_cents,
        coalesce(t.advance_cents, 0) AS advance_cents,
        coalesce(t.interim_cents, 0) AS interim_cents,
        coalesce(t.balance_cents, 0) AS balance_cents,
        coalesce(t.repaid_cents, 0) AS repaid_cents,
        coalesce(l.operations, 0) AS operations,
        coalesce(l.all_partners_cents, 0) AS all_partners_cents,
        coalesce(l.own_cents, 0) AS own_cents
    FROM commitments.partner AS p
    LEFT JOIN commitments.total AS t ON t.partner = p.code AND t.dimension = 'all'
    LEFT JOIN commitments.leverage AS l ON l.partner = p.code
"""
NAMED = PARTNERS + "WHERE p.code = ANY(%s)"
PAGE = PARTNERS + "WHERE p.code > %s ORDER BY p.code LIMIT %s"
SLICES = f"""
    SELECT {columns(SliceRow, "t")} FROM commitments.total AS t
    WHERE t.partner = ANY(%s) ORDER BY t.key NULLS LAST
"""


def partners(cursor: Cursor[Any], *, after: str | None = None, limit: int = 50) -> list[PartnerRow]:
    """Partners by code, those without any money too. after: the last code seen."""
    return select(cursor, PartnerRow, PAGE, (after or "", limit))


def partner(cursor: Cursor[Any], code: str) -> PartnerRow | None:
    """One partner with its sums; None for an unknown one."""
    return only(select(cursor, PartnerRow, NAMED, ([code],)))


def totals(cursor: Cursor[Any], codes: Sequence[str]) -> dict[str, Slices]:
    """The sums of some partners, in all and by year, theme, programme and scheme; what has none of these comes last."""
    found: dict[str, dict[Dimension, list[TotalRow]]] = {code: {each: [] for each in DIMENSIONS} for code in codes}
    for row in select(cursor, SliceRow, SLICES, (list(codes),)):
        found[row.partner][row.dimension].append(row)
    return {**found}


def whole(cursor: Cursor[Any], codes: Sequence[str]) -> dict[str, Whole]:
    """Some partners with all their sums; unknown ones are left out."""
    slices = totals(cursor, codes)
    return {row.code: Whole(row, slices[row.code]) for row in select(cursor, PartnerRow, NAMED, (list(codes),))}


# The partners whose sums, or names, entries after a position touched: a partner is registered once, and touched ever
# after by its money or by what others bring beside it.
TOUCHED = """
    SELECT p.code FROM commitments.partner AS p WHERE p.position > %(after)s
    UNION SELECT l.partner FROM commitments.leverage AS l WHERE l.position > %(after)s ORDER BY code LIMIT %(limit)s
"""
NAMES = "SELECT p.code FROM commitments.partner AS p WHERE p.code > %s ORDER BY p.code LIMIT %s"


def names(cursor: Cursor[Any], after: str, limit: int) -> list[str]:
    """Partners by code, after one of them."""
    return first_column(cursor, NAMES, (after, limit))
