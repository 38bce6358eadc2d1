"""Every option that a command takes is explained in docs/commands.md."""

import importlib
import re
from pathlib import Path

import click
import pytest

from dicomsig.cli import group

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
COMMANDS = group.list_commands(click.Context(group))
OF_OTHERS = {"suite": {"--dicom-profile"}, "compare": {"--report"}, "statement": {"--profile"}}
"""Options that a section speaks of although its own command does not take them."""


def options(command: click.Command) -> set[str]:
    """The long options of a command and of those below it."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}
    return own.union(*(options(each) for each in below))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_section_of_its_command(name):
    """The section names each option, and no option that the command does not take."""
    text = DOCUMENT.read_text(encoding="utf-8")
    section = re.search(rf"^## `dicomsig {name}\b.*?(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert section is not None
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", re.sub(r"^    .*$", "", section[0], flags=re.MULTILINE)))
    command = importlib.import_module(f"dicomsig.cli.{name}").command
    assert options(command) == named - OF_OTHERS.get(name, set())


def test_every_command_is_in_the_readme():
    """The table of the README names each command, and no other."""
    readme = (DOCUMENT.parents[1] / "README.md").read_text(encoding="utf-8")
    table = re.search(r"^## Commands\n.*?(?=^`|^#)", readme, re.DOTALL | re.MULTILINE)
    assert table is not None
    assert sorted(re.findall(r"^\| `dicomsig ([a-z]+)", table[0], re.MULTILINE)) == sorted(COMMANDS)
