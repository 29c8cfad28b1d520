"""Who records when nobody speaks through the API: the command line, and Jalon itself at its first start."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from domain.dates import PartialDate, paris_day
from domain.event import Author, Entry
from domain.ledger import Command
from domain.vocabulary import Role


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC)


def new_command() -> Command:
    """A command that nobody else can have sent."""
    return Command(id=uuid4())


def terminal(command: UUID, authority: str, *, role: Role = "team", source: str = "cli") -> Author:
    """Whoever holds the terminal speaks for the authority."""
    return Author(actor="cli", organisation=authority, role=role, source=source, command=command, correlation=command)


def today(author: Author, *, at: datetime) -> Entry:
    """An entry about this very day."""
    return Entry(on=PartialDate.of(paris_day(at)), at=at, by=author)
