"""What an import did, or would do: values for programs."""

from __future__ import annotations

from dataclasses import dataclass

from api.imports.reading import Refused
from api.imports.row import Kind
from domain.money import Figures


@dataclass(frozen=True, slots=True)
class Told:
    """A line that the ledger takes, or has already. entries: how many its record holds."""

    line: int
    kind: Kind
    reference: str
    entries: int


@dataclass(frozen=True, slots=True)
class Flag:
    """What a reader should know of a line that was taken all the same. text: in French."""

    line: int
    reference: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of each line of a file. sha256: of its bytes.

    accepted: recorded, unless `stopped` or a dry run; in the order of the ledger. unchanged: recorded before.
    refused: by line, every column at fault. to_complete: reference to the names of the facts that it still lacks
    (`Situation.to_complete`), accepted and unchanged lines. figures: what the accepted lines bring, agreements'
    allocations included. position: of the last entry appended; None when none was.
    """

    sha256: str
    accepted: tuple[Told, ...]
    unchanged: tuple[Told, ...]
    refused: tuple[Refused, ...]
    to_complete: dict[str, tuple[str, ...]]
    flags: tuple[Flag, ...]
    figures: Figures
    dry_run: bool
    partial: bool
    position: int | None = None

    @property
    def refused_lines(self) -> int:
        """How many lines were refused, whatever the number of columns at fault."""
        return len({each.line for each in self.refused})

    @property
    def lines(self) -> int:
        """How many lines of the file hold something."""
        return len(self.accepted) + len(self.unchanged) + self.refused_lines

    @property
    def stopped(self) -> bool:
        """A refused line stops the whole file, unless the good ones were asked for."""
        return bool(self.refused) and not self.partial

    @property
    def recorded(self) -> tuple[Told, ...]:
        """What was really appended."""
        return self.accepted if self.position is not None else ()

    @property
    def exit_code(self) -> int:
        return 1 if self.stopped else 0
