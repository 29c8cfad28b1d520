"""Drives a made-up record and a Django team's, of the same size, with the same requests by turns.

    python -m benchmarks.against_peer PEER --python PYTHON --home FOLDER [--scale agglo|national] [-- load options]

PEER is the folder that holds the peer: `run_peer.sh`, `load.py`, `targets/`; PYTHON is one that has what the
peer needs. FOLDER keeps both records.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from api.run.postgres import EmbeddedPostgres
from benchmarks.seed import SCALES
from benchmarks.serve import serving, until_it_answers

# How long the peer may take to answer, since it loads its own record first.
PATIENCE = 3_600.0

TARGETS = ("targets/drf.json", "targets/jalon.json")


@contextmanager
def peer(folder: Path, python: Path, state: Path, scale: str, port: int) -> Iterator[dict[str, str]]:
    """The peer, served for as long as the context lasts, on the PostgreSQL that comes with Jalon."""
    programs = EmbeddedPostgres(state, state, {}).programs
    variables = {
        "PEER_PYTHON": str(python),
        "PEER_SCALE": scale,
        "PEER_STATE": str(state),
        "PEER_PG_BIN": str(programs),
    }
    variables["PEER_PORT"] = str(port)
    state.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen([str(folder / "run_peer.sh")], env=os.environ | variables) as process:
        try:
            until_it_answers(process, f"http://127.0.0.1:{port}/api/audit/", PATIENCE)
            yield variables
        finally:
            process.terminate()


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--python", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--scale", type=click.Choice(list(SCALES)), default="agglo", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--peer-port", default=8100, show_default=True)
@click.argument("options", nargs=-1)
def main(
    folder: Path, python: Path, home: Path, scale: str, port: int, peer_port: int, options: tuple[str, ...]
) -> None:
    """Start both, measure, stop both."""
    folder, home = folder.resolve(), home.resolve() / scale
    with (
        peer(folder, python.absolute(), home / "peer", scale, peer_port) as theirs,
        serving(home, SCALES[scale], port) as ours,
    ):
        load = [sys.executable, str(folder / "load.py"), *TARGETS, *options]
        sys.exit(subprocess.run(load, cwd=folder, env=os.environ | theirs | ours, check=False).returncode)


if __name__ == "__main__":
    main()
