"""Every option that a command takes is explained in docs/commands.md."""

import re
from pathlib import Path

import click
import pytest

from dicomsig.cli.archive import command as archive
from dicomsig.cli.check import command as check
from dicomsig.cli.listen import command as listen
from dicomsig.cli.pki import command as pki
from dicomsig.cli.sign import command as sign
from dicomsig.cli.vectors import command as vectors
from dicomsig.cli.verifier import command as verifier
from dicomsig.cli.verify import command as verify

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
COMMANDS = {
    "archive": archive,
    "check": check,
    "listen": listen,
    "pki": pki,
    "sign": sign,
    "vectors": vectors,
    "verifier": verifier,
    "verify": verify,
}


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
    assert options(COMMANDS[name]) == named
