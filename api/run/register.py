"""Taking a register over from the terminal: with its progress."""

import click

from api.imports import Report, import_register
from api.run.author import new_command, now
from domain.ledger import Ledger
from projections.follower import Follower


def take_over(
    ledger: Ledger, database_url: str, data: bytes, *, dry_run: bool = False, partial: bool = False
) -> Report:
    """Import a file, showing how far it has come; the projections speak of it when this returns."""
    with click.progressbar(length=1, label="Lecture", show_eta=False) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        report = import_register(
            ledger, data, command=new_command(), at=now(), dry_run=dry_run, partial=partial, on_progress=show
        )
    Follower(database_url).catch_up()
    return report
