"""Every setting of Jalon, and the only place that reads the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


class Setting(NamedTuple):
    """One environment variable, as it is documented to whoever runs Jalon."""

    name: str
    default: str | None
    help: str


SETTINGS = (
    Setting("JALON_HOME", "~/.local/share/jalon", "Folder of the embedded data, when no server of your own is named."),
    Setting("JALON_AUTHORITY", "cavm", "Partner code of the authority that keeps this record."),
    Setting("DATABASE_URL", None, "PostgreSQL of your own, postgresql://...; goes together with REDIS_URL."),
    Setting("REDIS_URL", None, "Redis or Valkey of your own, redis://...; goes together with DATABASE_URL."),
    Setting(
        "JALON_CHECKPOINT_KEY",
        None,
        "File of the key that signs checkpoints; unless set, `checkpoint.key` in JALON_HOME for the embedded data.",
    ),
    Setting("JALON_CHECKPOINT_EVERY", "60", "Seconds between two checkpoints, at least."),
    Setting(
        "DATABASE_OWNER_URL", None, "The same PostgreSQL as the tables' owner: for migrate, restore, erase, purge."
    ),
    Setting("JALON_PORT", "8000", "TCP port of the web server."),
    Setting("JALON_WORKERS", "2", "Web processes on this machine."),
    Setting("JALON_THREADS", "16", "Request threads of each web process; half of them may wait for news."),
    Setting("JALON_RATE_LIMIT", "6000", "Requests a minute for one token, or `off`."),
    Setting("JALON_TRUSTED_PROXIES", "0", "Web servers of your own in front that say whom they speak for."),
    Setting("JALON_SECRET", None, "Signs the forms of pages, 32 characters or more; one and the same on all machines."),
    Setting("JALON_LOG", None, "`json` or `text`; unless set, `text` at a terminal and `json` elsewhere."),
    Setting("JALON_ACCESS_LOG_MONTHS", "12", "Months for which it is known who read what, from 1 to 36."),
)

POSTGRESQL = ("postgresql://", "postgres://")
SHORTEST_SECRET = 32
PARTNER_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class SettingsError(SystemExit):
    """A setting that Jalon cannot run with; a SystemExit, so that one line is shown and no traceback."""


@dataclass(frozen=True)
class Settings:
    """What this process runs with, read once at start.

    database_url and redis_url are both given or both None; None means the embedded servers. owner_url: None where one
    role does all, and in every process that serves. rate_limit: None for none.
    trusted_proxies: how many addresses at the end of X-Forwarded-For are known to be true. log: None where the
    terminal decides. checkpoint_key: None where it was not said, see `key_file`. checkpoint_every: seconds.
    access_log_months: how long it is known who read what.
    secret: None where nobody has set or made one: see secret.py.
    """

    home: Path
    authority: str
    database_url: str | None
    redis_url: str | None
    checkpoint_key: Path | None
    checkpoint_every: int
    owner_url: str | None
    port: int
    workers: int
    threads: int
    rate_limit: int | None
    trusted_proxies: int
    log: str | None
    access_log_months: int
    secret: str | None = field(default=None, repr=False)

    @property
    def key_file(self) -> Path | None:
        """Where the key that signs checkpoints is; None where servers of one's own were named, and no key."""
        if self.checkpoint_key or self.database_url:
            return self.checkpoint_key
        return self.home / "checkpoint.key"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, by default this process's own. Raises SettingsError."""
    given = os.environ if environ is None else environ
    # An empty variable counts as unset: compose files and shells hand those over for variables that nobody set.
    values = {setting.name: given.get(setting.name) or setting.default or "" for setting in SETTINGS}
    database_url = _url(values, "DATABASE_URL", *POSTGRESQL)
    redis_url = _url(values, "REDIS_URL", "redis://", "rediss://", "unix://")
    # A deployment that lost one of the two must not silently get a private, empty database.
    if bool(database_url) != bool(redis_url):
        there, missing = ("DATABASE_URL", "REDIS_URL") if database_url else ("REDIS_URL", "DATABASE_URL")
        raise SettingsError(f"{there} is set but {missing} is not: set both, or neither for the embedded servers.")
    owner_url = _url(values, "DATABASE_OWNER_URL", *POSTGRESQL)
    if owner_url and not database_url:
        raise SettingsError("DATABASE_OWNER_URL is set but DATABASE_URL is not: set both, or neither.")
    return Settings(
        home=Path(values["JALON_HOME"]).expanduser(),
        authority=_partner_code(values, "JALON_AUTHORITY"),
        database_url=database_url,
        redis_url=redis_url,
        checkpoint_key=Path(values["JALON_CHECKPOINT_KEY"]).expanduser() if values["JALON_CHECKPOINT_KEY"] else None,
        checkpoint_every=_number(values, "JALON_CHECKPOINT_EVERY", highest=86_400),
        owner_url=owner_url,
        port=_number(values, "JALON_PORT", highest=65_535),
        workers=_number(values, "JALON_WORKERS", highest=256),
        threads=_number(values, "JALON_THREADS", highest=256),
        rate_limit=_number_or_off(values, "JALON_RATE_LIMIT", highest=999_999),
        trusted_proxies=_number(values, "JALON_TRUSTED_PROXIES", lowest=0, highest=9),
        log=_choice(values, "JALON_LOG", "json", "text"),
        access_log_months=_number(values, "JALON_ACCESS_LOG_MONTHS", highest=36),
        secret=_secret(values, "JALON_SECRET"),
    )


def hand_down(settings: Settings, *, database_url: str, redis_url: str) -> None:
    """Let every process started from here read the same settings, and find the servers that run now."""
    os.environ.update(
        JALON_HOME=str(settings.home),
        JALON_AUTHORITY=settings.authority,
        DATABASE_URL=database_url,
        REDIS_URL=redis_url,
        JALON_CHECKPOINT_KEY=str(settings.key_file or ""),
        JALON_CHECKPOINT_EVERY=str(settings.checkpoint_every),
        # Whoever serves has no use for the owner's rights.
        DATABASE_OWNER_URL="",
        JALON_PORT=str(settings.port),
        JALON_WORKERS=str(settings.workers),
        JALON_THREADS=str(settings.threads),
        JALON_RATE_LIMIT=str(settings.rate_limit or "off"),
        JALON_TRUSTED_PROXIES=str(settings.trusted_proxies),
        JALON_SECRET=settings.secret or "",
        JALON_LOG=settings.log or "",
        JALON_ACCESS_LOG_MONTHS=str(settings.access_log_months),
    )


def handed_on(**more: str) -> dict[str, str]:
    """This process's environment, and more, for a program that it starts."""
    return {**os.environ, **more}


def _url(values: Mapping[str, str], name: str, *schemes: str) -> str | None:
    value = values[name]
    # The value stays out of the messages, because it may hold a password.
    if value and not value.startswith(schemes):
        raise SettingsError(f"{name} must start with {' or '.join(schemes)}.")
    if value and not _readable(value):
        raise SettingsError(f"{name} cannot be read: in a password, write % as %25, / as %2F, @ as %40, : as %3A.")
    return value or None


def _readable(url: str) -> bool:
    """Whether a password that is not encoded has broken an address; whoever connects would quote the pieces of it."""
    try:
        if url.startswith("postgres"):
            found = conninfo_to_dict(url)
            port, elsewhere = str(found.get("port") or ""), f"{found.get('host')}{found.get('dbname')}"
        else:
            parts = urlsplit(url)
            port, elsewhere = str(parts.port or ""), f"{parts.hostname}{parts.path}"
    except (ProgrammingError, ValueError):
        return False
    return re.fullmatch("[0-9,]*", port) is not None and "@" not in elsewhere


def _partner_code(values: Mapping[str, str], name: str) -> str:
    value = values[name]
    if not PARTNER_CODE.fullmatch(value):
        raise SettingsError(f"{name} must be a partner code like 'cavm' (a-z, 0-9, hyphens), not {value!r}.")
    return value


def _number(values: Mapping[str, str], name: str, *, lowest: int = 1, highest: int) -> int:
    value = values[name]
    if not re.fullmatch(r"[0-9]{1,6}", value) or not lowest <= int(value) <= highest:
        raise SettingsError(f"{name} must be a whole number from {lowest} to {highest}, not {value!r}.")
    return int(value)


def _number_or_off(values: Mapping[str, str], name: str, *, highest: int) -> int | None:
    if values[name] == "off":
        return None
    try:
        return _number(values, name, highest=highest)
    except SettingsError as refusal:
        raise SettingsError(f"{refusal} Or `off`.") from None


def _secret(values: Mapping[str, str], name: str) -> str | None:
    value = values[name]
    # It stays out of the message.
    if value and len(value) < SHORTEST_SECRET:
        raise SettingsError(f"{name} must have {SHORTEST_SECRET} characters or more: openssl rand -hex 32 makes one.")
    return value or None


def _choice(values: Mapping[str, str], name: str, *choices: str) -> str | None:
    value = values[name]
    if value and value not in choices:
        raise SettingsError(f"{name} must be {' or '.join(choices)}, not {value!r}.")
    return value or None
