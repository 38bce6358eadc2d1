"""``dicomsig suite ROLE``: the suite run by pytest, apart from whatever pytest configuration lies around (DESIGN 1)."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

from dicomsig.conformance.names import did_you_mean, quoted

_OF_ARCHIVES: Final = ("archive", "aet", "tamper", "at_rest")
_ROLE_SPECIFIC: Final = {
    "verifier": frozenset(("instances", "trust", *_OF_ARCHIVES)),
    "signer": frozenset(("verifier", "adapter", *_OF_ARCHIVES)),
    "archive": frozenset(("instances", "trust", "verifier", "adapter", "dicom_profile")),
}
"""Options that say nothing in a role."""

_OURS: Final = (
    "instances",
    "verifier",
    "adapter",
    "claims",
    "dicom_profile",
    "edition",
    "trust",
    "deviations",
    *_OF_ARCHIVES,
)
_OFFSET: Final = 100
"""What `dicomsig.plugin` adds to an exit code of ours."""

_INTERRUPTED: Final = 130
_INTERNAL: Final = 70
_OF_PYTEST: Final = {0: 0, 1: 1, 2: _INTERRUPTED, 4: 2, 5: 3}
"""Our exit code for that of a pytest that ended before ours was known."""

_PATIENCE: Final = 30
"""Seconds in which pytest may end after an interrupt."""


@click.command("suite", context_settings={"ignore_unknown_options": False})
@click.argument("role")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- PYTEST-ARGUMENT...]")
@click.option("--instances", multiple=True, metavar="PATH", help="Signed instances to judge; default: the samples.")
@click.option("--verifier", metavar="NAME", help="A verifier to judge; default: the reference.")
@click.option("--adapter", metavar="'CMD …'", help="A verifier that speaks the adapter protocol.")
@click.option("--archive", metavar="HOST:PORT", help="An archive on this machine; default: the embedded one.")
@click.option("--aet", metavar="AET", help="AE title of the archive.")
@click.option("--tamper", multiple=True, metavar="KIND", help="Alter further instances on the way there.")
@click.option("--at-rest", metavar="URL|here", help="Alter further instances in the store of the archive.")
@click.option("--claims", metavar="FILE", help="What the product claims.")
@click.option("--profile", "dicom_profile", multiple=True, metavar="NAME", help="A profile that is due.")
@click.option("--edition", metavar="E", help="Edition of the standard.")
@click.option("--trust", multiple=True, metavar="PEM", help="Certificates that are trusted.")
@click.option("--deviations", metavar="FILE", help="Known, accepted fails.")
@click.option("-k", "keyword", metavar="EXPRESSION", help="Only tests whose names fit, as pytest has it.")
@click.option(
    "-m", "marks", metavar="EXPRESSION", help="Only tests with these markers: creator, SHA256, PS3.15-C.2 and so on."
)
@click.option("-n", "processes", metavar="N", help="So many processes at once; needs pytest-xdist.")
@click.option("--junit", metavar="FILE", help="Write JUnit XML, a test case for each requirement and case.")
@click.option("-q", "--quiet", is_flag=True, help="No dot for each test.")
def command(
    role: str,
    pytest_arguments: tuple[str, ...],
    keyword: str | None,
    marks: str | None,
    processes: str | None,
    junit: str | None,
    *,
    quiet: bool,
    **ours: str | tuple[str, ...] | None,
) -> int:
    """Run the suite of a ROLE as pytest: a test for each requirement in each case.

    It gives the results of `dicomsig check`, `dicomsig verifier` and `dicomsig archive`. Configuration, plugins and
    environment of pytest around it have no effect. What follows -- goes to pytest as it is.

    Exit code: 0 passed; 1 a fail; 2 usage, or input that cannot be opened; 3 nothing to judge; 4 stale deviations; 5
    no fail, but something is inconclusive; 70 internal error; 130 interrupted.
    """
    folder = _folder(role)
    for name in _ROLE_SPECIFIC.get(role, ()):
        if ours.get(name):
            raise click.UsageError(f"{_option(name)} says nothing of a {role}")
    _need("pytest", "pytest")
    words = [f"{_option(name)}={value}" for name in _OURS for value in _values(ours.get(name))]
    if keyword is not None:
        words += ["-k", keyword]
    if marks is not None:
        words += ["-m", marks]
    if processes is not None:
        _need("xdist", "pytest-xdist")
        words += ["-p", "xdist", "-n", processes]
    if junit is not None:
        words += [f"--junit-xml={junit}", "-o", f"junit_suite_name=dicomsig {role}"]
    words += ["-q"] if quiet else []
    return _run([*isolated(folder), *words, *pytest_arguments])


def isolated(folder: Path) -> list[str]:
    """The pytest command that sees the suite's own configuration and no other; `environment` belongs to it."""
    suite = folder.parent
    return [
        *(sys.executable, "-m", "pytest"),
        *("-c", str(suite / "suite.ini"), f"--rootdir={suite}", f"--confcutdir={suite}"),
        *("-p", "dicomsig.plugin", "--dicomsig-exit-codes", "--tb=short", str(folder)),
    ]


def environment(outside: Mapping[str, str]) -> dict[str, str]:
    """The environment without what pytest takes options and plugins from; the current folder is no place of modules."""
    kept = {name: value for name, value in outside.items() if not name.upper().startswith("PYTEST_")}
    return kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _run(words: Sequence[str]) -> int:
    process = subprocess.Popen(words, env=environment(os.environ))
    try:
        code = process.wait()
    except KeyboardInterrupt:  # pytest gets it too, and ends by itself
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        return _INTERRUPTED
    return code - _OFFSET if code >= _OFFSET else _OF_PYTEST.get(code, _INTERNAL)


def _folder(role: str) -> Path:
    from dicomsig import resources

    suite = resources.content("suite")
    roles = sorted(each.name for each in suite.iterdir() if any(each.glob("test_*.py")))
    if role not in roles:
        raise click.UsageError(
            f"no role is named {quoted(role)}.{did_you_mean(role, roles)} Known are {', '.join(roles)}."
        )
    return suite / role


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _values(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given or ()


def _need(module: str, package: str) -> None:
    if find_spec(module) is None:
        raise click.UsageError(f"this needs {package}: {sys.executable} -m pip install {package}")
