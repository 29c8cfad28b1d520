"""PostgreSQL's own programs, pg_dump and pg_restore: which ones, and how they are run."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.run.programs import ServersUnavailable, postgres_wheel
from api.run.settings import handed_on


class ProgramMissing(SystemExit):
    """A program of PostgreSQL is not there, or too old; a SystemExit, so that one line is shown and no traceback."""


class ProgramFailed(SystemExit):
    """A program of PostgreSQL ended in failure; a SystemExit, so that its own words are shown and no traceback."""


class Program(NamedTuple):
    """A program that is there. version: as it says itself, `18.4`."""

    path: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def run(self, database_url: str, *words: str | Path) -> None:
        """Run it on a database. The password goes by the environment, which nobody else sees. Raises ProgramFailed."""
        given = conninfo_to_dict(database_url)
        password = given.pop("password", None)
        command = [self.path, f"--dbname={make_conninfo('', **given)}", "--no-password", *words]
        environ = handed_on(**({"PGPASSWORD": str(password)} if password else {}))
        done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            raise ProgramFailed(f"{self.path.name} failed:\n{done.stderr.decode(errors='replace').strip()}")


def program(name: str, *, embedded: bool, at_least: int) -> Program:
    """The wheel's for embedded servers, else that of the PATH, else the wheel's, if new enough. Raises ProgramMissing.

    at_least: major version; an older program does not understand a newer server, or the archive of a newer one.
    """
    found = [Program(path, version(path)) for path in places(name, embedded)]
    for each in found:
        if each.major >= at_least:
            return each
    seen = f"found {', '.join(f'{each.path} ({each.version})' for each in found)}" if found else "found none"
    raise ProgramMissing(f"{name} of PostgreSQL {at_least} or newer is needed on the PATH: {seen}.")


def places(name: str, embedded: bool) -> Iterator[Path]:
    """Where the program is, best place first."""
    on_path = shutil.which(name)
    if on_path and not embedded:
        yield Path(on_path)
    try:
        yield postgres_wheel() / "pginstall18" / "bin" / name
    except ServersUnavailable:
        return


def version(path: Path) -> str:
    """What a program of PostgreSQL says of itself."""
    said: Sequence[str] = re.findall(
        r"\d+(?:\.\d+)*", subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    )
    return said[0] if said else "0"
