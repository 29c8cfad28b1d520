"""Runs the benchmarks, all or those named, on servers of their own with the defaults of PostgreSQL."""

import importlib
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import benchmarks
from api.run.servers import LocalServers, Servers
from benchmarks import Figure

# Not among those that run together; `python -m benchmarks national` runs it.
LONG = {"national"}

Measure = Callable[[Servers], Iterator[Figure]]


def main(names: Collection[str]) -> None:
    """Print every ratio with its goal."""
    known = measures()
    if unknown := sorted(set(names) - known.keys()):
        sys.exit(f"No benchmark is named {', '.join(unknown)}. There are: {', '.join(known)}.")
    for name in names or [each for each in known if each not in LONG]:
        measure = known[name]
        with tempfile.TemporaryDirectory(prefix="jalon-bench-") as home, throw_away(home) as servers:
            for figure in measure(servers):
                verdict = "reached" if figure.ratio >= figure.goal else "MISSED"
                print(
                    f"{name:10} {figure.what:70} {figure.ratio:8.2f}   goal >= {figure.goal:g}   {verdict}", flush=True
                )


def measures() -> dict[str, Measure]:
    """Every benchmark: the modules here that measure something."""
    names = (module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module.measure for name, module in modules.items() if hasattr(module, "measure")}


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
