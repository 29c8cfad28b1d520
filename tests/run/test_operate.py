"""docs/operate.md: its commands are run as they stand, from top to bottom."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.run.cli import main
from api.run.servers import FOR_TESTS, LocalServers

GUIDE = Path(__file__).parents[2].joinpath("docs/operate.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(tmp_path: Path):
    """Runs commands in a folder of their own, on embedded servers that live there."""
    (tmp_path / "bin").mkdir()
    for name, words in {"jalon": "-m api.run.cli", "python": ""}.items():
        program = tmp_path / "bin" / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        program.chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "JALON_HOME": "home"}
    homes = [LocalServers(tmp_path / name, **FOR_TESTS) for name in ("home", "drill", "reborn")]

    def run(commands: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path, env=environ, capture_output=True, text=True
        )

    try:
        for home in homes:
            home.__enter__()
        yield run
    finally:
        for home in homes:
            home.erase()


def test_every_command_of_the_guide_does_what_it_says(shell, tmp_path: Path):
    for block in BLOCKS:
        done = shell(block)
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
    assert (tmp_path / "erased.txt").read_text() == "u-1\n"
    assert "Léa Durand" not in shell("jalon person list").stdout
    assert "Léa Durand" in shell("JALON_HOME=reborn jalon person list").stdout


def test_every_command_that_the_guide_names_is_there():
    named = set(re.findall(r"jalon ([a-z]+)(?: ([a-z]+))?", " ".join(re.findall(r"`[^`]+`|^ *jalon .*$", GUIDE, re.M))))
    assert {first for first, _ in named} <= {*main.commands}
    assert {"backup", "restore", "export", "import", "person", "purge", "migrate"} <= {first for first, _ in named}


def test_every_alarm_has_a_line_in_the_guide():
    from api.run.status import REASONS

    assert all(f"`{reason}`" in GUIDE for reason in (*REASONS, "postgresql-away"))
