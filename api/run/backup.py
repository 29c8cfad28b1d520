"""Archives a whole record while it serves: one snapshot, read by pg_dump and told by the manifest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from api.run.archive import DUMP, FORMAT, Manifest, beside, digest, pack
from api.run.durable import DISPOSABLE
from api.run.events import standing_still
from api.run.pg_programs import Program, program
from domain.ledger import Seal, checkpoints, count_all, read_raw

# What lasts is what lies in `public`, where the application makes nothing, but for what is disposable: a table that a
# later release adds is in the archive without a line here.
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s) ORDER BY 1"

Told = Callable[[int, int], None]


def backup(database_url: str, authority: str, file: Path, *, at: datetime, embedded: bool, told: Told) -> Manifest:
    """Write the archive; what it holds. Raises CannotWrite, ProgramMissing, ProgramFailed."""
    with beside(file) as folder, standing_still(database_url) as db:
        pg_dump = program("pg_dump", embedded=embedded, at_least=db.info.server_version // 10_000)
        dump(db, database_url, pg_dump, folder / DUMP)
        seal, of = Seal(), count_all(db.cursor())
        for entry in read_raw(db):
            seal.add(entry)
            told(seal.entries, of)
        signed = checkpoints.latest(db.cursor())
        manifest = Manifest(
            format=FORMAT,
            jalon=version("jalon"),
            authority=authority,
            at=at,
            postgresql=db.info.parameter_status("server_version") or "",
            pg_dump=pg_dump.version,
            sha256=digest(folder / DUMP),
            bytes=(folder / DUMP).stat().st_size,
            entries=seal.entries,
            position=seal.position,
            digest=seal.digest.hex(),
            tables={name: rows(db, name) for name in lasting(db)},
            checkpoint=signed.note if signed else None,
        )
        pack(folder, manifest, file)
    return manifest


def dump(db: Connection[Any], database_url: str, pg_dump: Program, file: Path) -> None:
    """Let pg_dump write what lasts, as this connection sees it. Raises ProgramFailed."""
    ((snapshot,),) = db.execute("SELECT pg_export_snapshot()").fetchall()
    left_out = [f"--exclude-table=public.{name}" for name in sorted(DISPOSABLE)]
    what = [f"--snapshot={snapshot}", "--table=public.*", *left_out, "--no-owner", "--no-privileges"]
    pg_dump.run(database_url, "--format=custom", f"--file={file}", *what)


def lasting(db: Connection[Any]) -> list[str]:
    """The tables that an archive holds."""
    return [name for (name,) in db.execute(TABLES, (list(DISPOSABLE),)).fetchall()]


def rows(db: Connection[Any], table: str) -> int:
    """How many rows a table has."""
    return int(db.execute(SQL("SELECT count(*) FROM {}").format(Identifier("public", table))).fetchall()[0][0])
