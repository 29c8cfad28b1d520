"""Runs the benchmarks, all or those named, on servers of their own with the defaults of PostgreSQL."""

import importlib
import pkgutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import benchmarks
from api.run.servers import LocalServers


def main(names: list[str]) -> None:
    """Print every ratio with its goal."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"No benchmark is named {', '.join(unknown)}. There are: {', '.join(known)}.")
    for name in names or known:
        measure = importlib.import_module(f"benchmarks.{name}").measure
        with tempfile.TemporaryDirectory(prefix="jalon-bench-") as home, throw_away(home) as servers:
            for figure in measure(servers):
                verdict = "reached" if figure.ratio >= figure.goal else "MISSED"
                print(
                    f"{name:10} {figure.what:70} {figure.ratio:8.2f}   goal >= {figure.goal:g}   {verdict}", flush=True
                )


@contextmanager
def throw_away(home: str) -> Iterator[LocalServers]:
    """Servers that leave nothing behind."""
    servers = LocalServers(home)
    try:
        with servers:
            yield servers
    finally:
        servers.erase()


if __name__ == "__main__":
    main(sys.argv[1:])
