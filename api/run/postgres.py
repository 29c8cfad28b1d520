"""The embedded PostgreSQL 18: one private cluster, reached by a Unix socket only."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import psycopg

from api.run.embedded import STOP_SECONDS, Command, EmbeddedServer, Identity
from api.run.programs import ServersUnavailable, postgres_wheel, readable_copy

# Windows has no pwd and no embedded servers.
if sys.platform != "win32":
    import pwd

# Named, because a PGPORT in the environment would otherwise change both the server's socket and the clients'.
PORT = "5432"

# Neither has a password: whoever may enter the directory of the socket is in, and owns the files of the data anyway.
# The second role keeps the application's own statements from changing the ledger, whatever is slipped into them.
OWNER, APPLICATION = "postgres", "jalon_app"

# Nothing about durability: PostgreSQL's defaults lose no acknowledged write.
DEFAULTS = {"listen_addresses": "", "port": PORT, "max_connections": "60", "timezone": "UTC"}

# The operating system's locale would change the sort order from one machine to the next, or stop initdb when it is
# not installed; the built-in one is the same everywhere.
INITDB_OPTIONS = (
    *("-U", OWNER, "-A", "trust"),
    *("-E", "UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)


class EmbeddedPostgres(EmbeddedServer):
    """A PostgreSQL cluster named `pg18` after its format, which later major versions cannot read.

    An ordinary user keeps it in `home`. PostgreSQL refuses to run as root, so root's runs as `nobody` and is kept
    in a directory of nobody's under `run`, since `home` may be closed to nobody.
    """

    name = "PostgreSQL"

    def __init__(self, home: Path, run: Path, settings: Mapping[str, str]) -> None:
        self._root = os.geteuid() == 0
        self._settings = DEFAULTS | dict(settings)
        self._sockets = run / "pg" if self._root else run
        self.data = (self._sockets if self._root else home) / "pg18"
        self.url, self.application_url = (
            f"postgresql://{role}@/postgres?host={self._sockets}&port={PORT}" for role in (OWNER, APPLICATION)
        )
        super().__init__(
            socket_path=self._sockets / f".s.PGSQL.{PORT}",
            log=run / "postgres.log",
            identity=_nobody() if self._root else {},
        )

    def ensure(self) -> None:
        """Make the cluster if there is none, then return when the server answers. Raises ServersUnavailable."""
        if self._root:
            self._sockets.mkdir(exist_ok=True)
            self._sockets.chmod(0o700)
            shutil.chown(self._sockets, "nobody")
        if not self.data.exists():
            self._make_cluster()
        super().ensure()

    def command(self) -> Command:
        """The server on our data, listening on our socket only."""
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self.data, "-k", self._sockets, *settings]

    def answers(self) -> bool:
        """Tell whether a client is served; while it recovers from a crash, PostgreSQL turns clients away."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def ask_to_stop(self) -> None:
        """Roll open transactions back and stop.

        For a living server only: pg_ctl believes the pid file, which may name a stranger's process after a kill -9.
        """
        stop: Command = [self.programs / "pg_ctl", "-D", self.data, "-m", "fast", "-t", str(STOP_SECONDS), "stop"]
        subprocess.run(stop, cwd="/", capture_output=True, check=False, **self.identity)

    def _make_cluster(self) -> None:
        # Made aside, then renamed: PostgreSQL would start on a half-made cluster. The name carries our pid, because
        # an initdb that lost its parent may still be writing into its own.
        for half_made in self.data.parent.glob("pg18.new-*"):
            shutil.rmtree(half_made, ignore_errors=True)
        fresh = self.data.with_name(f"pg18.new-{os.getpid()}")
        initdb: Command = [self.programs / "initdb", "-D", fresh, *INITDB_OPTIONS]
        done = subprocess.run(initdb, cwd="/", capture_output=True, text=True, check=False, **self.identity)
        if done.returncode:
            raise ServersUnavailable(f"PostgreSQL's initdb failed:\n{done.stderr.strip()}")
        fresh.rename(self.data)

    @cached_property
    def programs(self) -> Path:
        wheel = postgres_wheel()
        return (readable_copy(wheel) if self._root else wheel) / "pginstall18" / "bin"


def _nobody() -> Identity:
    try:
        return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
    except KeyError:
        raise ServersUnavailable("As root, PostgreSQL runs as the user 'nobody', and there is none.") from None
