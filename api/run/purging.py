"""Deletes what has served its time. The ledger is never among it."""

from datetime import datetime, timedelta

from api.run.owner import as_owner

# Nobody sends a command again after a month; its id stays in the entries that it made.
COMMANDS_KEPT = timedelta(days=30)
COMMANDS = "DELETE FROM public.command WHERE recorded_at < %s"


def purge(owner_url: str, at: datetime) -> int:
    """Forget how old commands were answered; how many. at: this instant. Raises NotTheOwner."""
    with as_owner(owner_url) as db:
        return db.execute(COMMANDS, (at - COMMANDS_KEPT,)).rowcount
