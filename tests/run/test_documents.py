"""What the README says of settings and commands is what the program does."""

from pathlib import Path

import pytest

from api.run.cli import main
from api.run.settings import SETTINGS

README = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_readme(setting):
    default = f"`{setting.default}`" if setting.default else "none"
    assert f"| `{setting.name}` | {default} | {setting.help} |" in README


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_readme(command: str):
    assert f"jalon {command}" in README


def test_every_command_says_what_it_is_for():
    assert all(command.help for command in main.commands.values())
