"""What the forms of pages are signed with: a setting, a file of this machine, or good until this process ends."""

import dataclasses
import logging
import os
import secrets
from pathlib import Path

from api.run.settings import Settings

log = logging.getLogger(__name__)


def with_secret(settings: Settings) -> Settings:
    """The settings with a secret that every web process started from here shares."""
    if settings.secret:
        return settings
    if settings.database_url is None:
        return dataclasses.replace(settings, secret=kept(settings.home / "secret"))
    # Several machines may serve one database, and a file of one of them would be of no use to the others.
    log.warning("JALON_SECRET is not set: forms that were opened before a restart will have to be opened again")
    return dataclasses.replace(settings, secret=secrets.token_hex())


def kept(path: Path) -> str:
    """The secret of an embedded record, which its owner alone may read; made when there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.new-{os.getpid()}")
    with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123
        file.write(secrets.token_hex())
    try:
        # Of two processes that come at the same time, the first one's stays.
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text()
