"""Makes a database ready for this release: the owner's tables and the application's rights, then its projections."""

import domain.ledger
import projections
from api.run.durable import DURABLE
from api.run.owner import as_owner, owners_rights
from api.run.roles import drop_projections_of_others, give_rights, user

# Two first starts at once would register the same partners twice; the number is the same for every release.
FIRST_START = 5_218_001


def create_tables(owner_url: str, application_url: str | None = None) -> None:
    """Every table of Jalon, once; harmless when they exist.

    application_url: None where one role does all. Raises NotTheOwner, NoSuchRole.
    """
    make_durable(owner_url, application_url)
    projections.create_tables(application_url or owner_url)


def make_durable(owner_url: str, application_url: str | None = None) -> None:
    """The tables that last, and what the application may do there. Raises NotTheOwner, NoSuchRole."""
    with owners_rights():
        domain.ledger.create_tables(owner_url)
    with as_owner(owner_url) as db:
        db.execute("SELECT pg_advisory_xact_lock(%s)", (FIRST_START,))
        for table in DURABLE:
            if table.makes:
                db.execute(table.makes.encode())
        if application_url is not None and user(application_url) != user(owner_url):
            give_rights(db, application_url)
            drop_projections_of_others(db, application_url)
