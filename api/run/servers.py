"""The PostgreSQL and the Redis that a process works with: its owner's, or a private pair on this machine."""

import atexit
import contextlib
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, NamedTuple, Protocol, Self

from api.run.locks import exclusive, is_last_holder, share
from api.run.postgres import EmbeddedPostgres
from api.run.programs import ServersUnavailable, postgres_wheel, valkey_program
from api.run.settings import Settings
from api.run.valkey import EmbeddedValkey

__all__ = [
    "FOR_TESTS",
    "LocalServers",
    "OwnServers",
    "Servers",
    "ServersInUse",
    "ServersUnavailable",
    "owner_of",
    "servers_for",
]

# Quicker, and safe against a killed process; a power cut would cost the data, which tests throw away anyway.
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class ServersInUse(SystemExit):
    """Data is not erased under a process that works with it."""


class Servers(Protocol):
    """Where PostgreSQL and Redis are, whoever runs them."""

    @property
    def database_url(self) -> str: ...

    @property
    def redis_url(self) -> str: ...

    @property
    def owner_url(self) -> str | None: ...

    def for_application(self) -> "OwnServers": ...


class OwnServers(NamedTuple):
    """Servers that somebody else runs: compose, a provider, a department's database team.

    database_url: as the application connects. owner_url: as the owner of its tables does; None where that is the same
    role, or not known here.
    """

    database_url: str
    redis_url: str
    owner_url: str | None = None

    def for_application(self) -> "OwnServers":
        """As the application works with them."""
        return self


def owner_of(servers: Servers) -> str:
    """The address of whoever owns the tables: the application itself, where there is one role."""
    return servers.owner_url or servers.database_url


def servers_for(settings: Settings) -> AbstractContextManager[Servers]:
    """The servers that the settings name, else the embedded pair of `settings.home`, up while the context lasts."""
    if settings.database_url and settings.redis_url:
        return nullcontext(OwnServers(settings.database_url, settings.redis_url, settings.owner_url))
    return LocalServers(settings.home)


class LocalServers:
    """A private PostgreSQL and Valkey, shared by every process of this user that names the same `home`.

    The first process starts them, the last one stops them. After a kill -9 the next process adopts them.
    `settings` are PostgreSQL's own. database_url, redis_url and data are known before anything runs; database_url is
    that of PostgreSQL's superuser, who owns the tables.
    """

    def __init__(self, home: str | os.PathLike[str], **settings: str) -> None:
        # Looked up first: on a platform without these wheels nothing below exists either.
        postgres_wheel()
        valkey_program()
        self.home = Path(home).expanduser().resolve()
        self.run = _run_directory(self.home)
        self._postgres = EmbeddedPostgres(self.home, self.run, settings)
        self._valkey = EmbeddedValkey(self.run)
        self._share: IO[str] | None = None
        self._owner = 0
        self.data = self._postgres.data
        self.database_url = self._postgres.url
        self.redis_url = self._valkey.url
        self.owner_url: str | None = self._postgres.url
        self.application_url = self._postgres.application_url

    def for_application(self) -> OwnServers:
        """As the application works with them, once its role is there."""
        return OwnServers(self.application_url, self.redis_url, self.owner_url)

    @property
    def programs(self) -> Path:
        """Where PostgreSQL's own programs are: pg_dump, psql."""
        return self._postgres.programs

    def __enter__(self) -> Self:
        """Bring both servers up. Raises ServersUnavailable."""
        with _refusals(), self._alone():
            _claim(self.run)
            # The shared locks are the count of users: unlike a number in a file, a killed process is not counted.
            self._share, self._owner = share(self.home / "users.lock"), os.getpid()
            try:
                self._postgres.ensure()
                self._valkey.ensure()
            except BaseException:
                self._leave()
                raise
        atexit.register(self.close)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up this process's share; the last one out stops both servers. Closing twice does nothing."""
        # A forked worker holds a copy of its parent's share, and must not stop the servers that its parent uses.
        if self._share is None or os.getpid() != self._owner:
            return
        atexit.unregister(self.close)
        with self._alone():
            self._leave()

    def erase(self) -> None:
        """Stop both servers and remove their data for good: a throw-away home ends so. Raises ServersInUse.

        Removing `home` would not do: root's data lies elsewhere.
        """
        self.close()
        with _refusals(), self._alone(), share(self.home / "users.lock") as users:
            _claim(self.run)
            if not is_last_holder(users):
                raise ServersInUse(f"Another process works with {self.data}: stop it first.")
            self._stop()
            for directory in (self.data, self.run):
                if directory.exists():
                    shutil.rmtree(directory)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Starting and stopping happen one process at a time."""
        self.home.mkdir(parents=True, exist_ok=True)
        with exclusive(self.home / "start.lock"):
            yield

    def _leave(self) -> None:
        if self._share is not None:
            with self._share as users:
                if is_last_holder(users):
                    self._stop()
            self._share = None

    def _stop(self) -> None:
        self._postgres.stop()
        self._valkey.stop()


def _run_directory(home: Path) -> Path:
    """A short place for sockets and logs, always the same for one user and `home`.

    A socket's path holds 107 bytes at most (103 on macOS), so `home` itself may be too long. $TMPDIR is not asked,
    because two shells may differ on it and would not find each other's servers.
    """
    user = os.geteuid()
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:8]
    return Path("/tmp" if user else "/var/lib", f"jalon-{user}-{digest}")


def _claim(directory: Path) -> None:
    """Create `directory`, or accept it only when it is ours: anybody can make one of that name in /tmp.

    Whoever may enter it may enter the database, which asks for no password. Root's lets its own `nobody` through.
    """
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise ServersUnavailable(f"Cannot use {directory}: it belongs to someone else, or is not a directory.")
    # Set here, because the umask may have taken a right away at the creation.
    directory.chmod(0o700 if os.geteuid() else 0o711)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """A full disk or a closed directory is told in one sentence."""
    try:
        yield
    except OSError as error:
        raise ServersUnavailable(f"Cannot use {error.filename}: {error.strerror}.") from error
