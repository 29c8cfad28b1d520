"""Makes a record again from its archive: checked before, checked after, and never over another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eventsourcing.persistence import MapperDeserialisationError
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from api.run.archive import DUMP, BadArchive, Manifest, unpack
from api.run.audit_verify import lines, verified
from api.run.backup import rows
from api.run.filling import NotAsSigned, Refused, prepare_empty, refuse_other, tell
from api.run.migrating import make_durable
from api.run.owner import as_owner
from api.run.pg_programs import Program, program
from api.run.servers import Servers, owner_of
from domain.ledger import Seal, read_raw

Told = Callable[[int, int], None]


def restore(servers: Servers, authority: str, file: Path, *, embedded: bool, told: Told) -> Manifest:
    """Make the record that the archive holds, and its projections; what it holds.

    Raises BadArchive, OtherAuthority, Refused, ProgramMissing, ProgramFailed; the database is then as empty as before.
    Raises NotAsSigned; what was signed says where, and the record stays for whoever looks into it.
    """
    with TemporaryDirectory(prefix="jalon-restore-") as folder:
        manifest = unpack(file, Path(folder))
        refuse_other(authority, manifest.authority)
        pg_restore = usable(servers, manifest, embedded=embedded)
        prepare_empty(servers)
        with as_owner(owner_of(servers)) as db:
            make_room(db, manifest)
        # In one transaction. Until it ends there are no tables, and after it no rights yet: nobody writes meanwhile.
        how = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        pg_restore.run(owner_of(servers), *how, Path(folder) / DUMP)
    check(servers, manifest, told)
    make_durable(owner_of(servers), servers.database_url if servers.owner_url else None)
    tell(servers, told)
    refuse_unsigned(servers)
    return manifest


def refuse_unsigned(servers: Servers) -> None:
    """Hold the restored ledger against every checkpoint in the archive. Raises NotAsSigned; the record stays there."""
    report, names = verified(servers.database_url, (), ())
    if not report.good:
        raise NotAsSigned("\n".join(lines(report, names)))


def usable(servers: Servers, manifest: Manifest, *, embedded: bool) -> Program:
    """A pg_restore that reads this archive. Raises ProgramMissing."""
    return program("pg_restore", embedded=embedded, at_least=int(manifest.pg_dump.split(".")[0]))


def make_room(owner: Connection[Any], manifest: Manifest) -> None:
    """Drop the empty tables that the archive brings itself. Raises Refused where one of them holds something."""
    for name in present(owner, manifest):
        owner.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(Identifier("public", name)))
        if rows(owner, name):
            raise Refused(f"The table {name} is not empty. Restore into a new database, or a new JALON_HOME.")
        # With the function that purges it, which is made again at the end.
        owner.execute(SQL("DROP TABLE {} CASCADE").format(Identifier("public", name)))


def present(owner: Connection[Any], manifest: Manifest) -> list[str]:
    """Those tables of an archive that are there."""
    found = owner.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s) ORDER BY 1",
        (list(manifest.tables),),
    )
    return [name for (name,) in found.fetchall()]


def check(servers: Servers, manifest: Manifest, told: Told) -> None:
    """Read all of it again, and hold it against the manifest; what does not agree is removed. Raises BadArchive."""
    with as_owner(owner_of(servers)) as db:
        problem = difference(db, manifest, told)
        if problem:
            for name in present(db, manifest):
                db.execute(SQL("DROP TABLE {} CASCADE").format(Identifier("public", name)))
    if problem:
        raise BadArchive(f"What was restored is not what the manifest speaks of: {problem}. It was removed again.")


def difference(owner: Connection[Any], manifest: Manifest, told: Told) -> str | None:
    """What the restored tables and the manifest do not agree on."""
    found = {name: rows(owner, name) for name in present(owner, manifest)}
    if found != manifest.tables:
        return f"rows {found} instead of {manifest.tables}"
    seal = Seal()
    for entry in read_raw(owner):
        seal.add(entry)
        told(seal.entries, manifest.entries)
        try:
            entry.read()
        except MapperDeserialisationError as error:
            return f"this release cannot read position {entry.position}, {error}"
    if (seal.entries, seal.position, seal.digest.hex()) != (manifest.entries, manifest.position, manifest.digest):
        return f"{seal.entries} entries up to position {seal.position} have another digest"
    return None
