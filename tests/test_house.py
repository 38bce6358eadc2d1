"""The house keeps the order that CONTRIBUTING.md describes."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from dicomsig import resources

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "dicomsig"
ORDER = [
    "resources",
    "encoding",
    "crypto",
    "signatures",
    "explanation",
    "conformance",
    "vectors",
    "systems",
    "impostors",
    "judging",
    "reporting",
    "plugin",
    "cli",
]
CONTENT = ["suite", "profiles", "fixtures", "reports"]
HEAVY = {"pydicom", "cryptography", "asn1crypto", "jinja2", "rich", "msgspec", "hypothesis", "pytest"}
LONGEST_MODULE = 320


def python_files(*folders: str) -> list[Path]:
    """All Python files of the named top-level folders, never an empty list."""
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    assert files
    return files


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def imported(file: Path) -> tuple[str, ...]:
    """The absolute names that a file imports anywhere in it, lazy imports included; relative ones are resolved."""
    return tuple(imports_of(file))


def imports_of(file: Path) -> Iterator[str]:
    package = file.relative_to(ROOT / "src" if file.is_relative_to(ROOT / "src") else ROOT).parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def run(*command: str, cwd: Path, path: Path | None = None) -> str:
    """The standard output of a Python process that sees no dicomsig but the one at `path`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_package_is_in_the_order() -> None:
    """Every module or package directly under dicomsig has its place in the import order."""
    here = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))}
    assert here - {"__init__", "__main__"} <= set(ORDER)


def test_imports_run_one_way() -> None:
    """A package imports only packages above it in the order; lazy imports count."""
    wrong = []
    for file in python_files("src"):
        own = file.relative_to(SOURCE).parts[0].removesuffix(".py")
        allowed = {*ORDER[: ORDER.index(own) + 1], "__version__"} if own in ORDER else {"cli"}
        for name in imported(file):
            top, _, rest = name.partition(".")
            target = rest.partition(".")[0]
            if top == "dicomsig" and target not in allowed:
                wrong.append(f"{relative(file)} imports {name}")
    assert not wrong


def test_content_directories_hold_no_imported_code() -> None:
    """The suite holds test files alone, fixtures may hold scripts, profiles and reports hold no Python."""
    wrong = [file for file in python_files("suite") if not re.fullmatch(r"__init__|test_\w+", file.stem)]
    wrong += [file for name in ("profiles", "reports") for file in (ROOT / name).rglob("*.py")]
    for script in (ROOT / "fixtures").rglob("*.py"):
        if script.stem == "__init__" or "__main__" not in script.read_text(encoding="utf-8"):
            wrong.append(script)
    assert not [relative(file) for file in wrong]


def test_nothing_imports_a_content_directory() -> None:
    """No Python file imports from suite, profiles, fixtures or reports."""
    files = python_files("src", "tests", "suite")
    assert not [
        f"{relative(file)} imports {name}"
        for file in files
        for name in imported(file)
        if name.partition(".")[0] in CONTENT
    ]


def test_no_test_imports_another_test() -> None:
    """A test file imports no other test file, no conftest and nothing relative."""
    wrong = []
    for file in [file for file in python_files("tests", "suite") if file.stem.startswith(("test_", "conftest"))]:
        for name in imported(file):
            if any(part.startswith("test_") or part in {"tests", "suite", "conftest"} for part in name.split(".")[:-1]):
                wrong.append(f"{relative(file)} imports {name}")
    assert not wrong


def test_modules_are_short() -> None:
    """No module of dicomsig or the suite is longer than about 300 lines: one idea each."""
    lengths = {
        relative(file): len(file.read_text(encoding="utf-8").splitlines()) for file in python_files("src", "suite")
    }
    assert not {name: length for name, length in lengths.items() if length > LONGEST_MODULE}


@pytest.mark.parametrize("module", ["dicomsig", "dicomsig.resources", "dicomsig.cli"])
def test_import_stays_light(module: str, tmp_path: Path) -> None:
    """Importing dicomsig or its command loads no heavy library."""
    program = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    loaded = set(run("-c", program, cwd=tmp_path, path=ROOT / "src").split())
    assert "dicomsig" in loaded
    assert not loaded & HEAVY


def test_help_stays_light(tmp_path: Path) -> None:
    """`dicomsig --help` loads no heavy library."""
    report = "import atexit, sys; atexit.register(lambda: print('LOADED', *sys.modules))"
    program = f"{report}; from dicomsig.cli import main; main(['--help'])"
    usage, _, loaded = run("-c", program, cwd=tmp_path, path=ROOT / "src").partition("LOADED")
    assert "Usage: dicomsig" in usage
    assert "dicomsig.cli" in loaded.split()
    assert not {name.partition(".")[0] for name in loaded.split()} & HEAVY


def test_content_names_are_known() -> None:
    """Each content directory is found, and an unknown name is an error that lists the names."""
    assert list(resources.CONTENT_NAMES) == CONTENT
    for name in resources.CONTENT_NAMES:
        assert resources.content(name).is_dir()
    with pytest.raises(ValueError, match="profiles"):
        resources.content("../src")  # type: ignore[arg-type]


def test_missing_content_is_an_error_of_its_own(tmp_path: Path) -> None:
    """A dicomsig that has lost its content names the place where it looked, whatever lies in the folders above it."""
    package = tmp_path / "lib" / "dicomsig"
    package.mkdir(parents=True)
    (tmp_path / "profiles").mkdir()
    for name in ("__init__.py", "resources.py"):
        (package / name).write_bytes((SOURCE / name).read_bytes())
    program = (
        "from dicomsig import resources\n"
        "try: resources.content('profiles')\n"
        "except resources.ContentMissingError as error: print(error)"
    )
    assert str(package / "content" / "profiles") in run("-c", program, cwd=tmp_path, path=package.parent)


SHOW_CONTENT = "from dicomsig import resources as r; print(*[r.content(name) for name in r.CONTENT_NAMES], sep='\\n')"


def test_a_checkout_uses_its_own_content(tmp_path: Path) -> None:
    """Run from the source folder, dicomsig reads the content directories at the top of the checkout."""
    shown = run("-c", SHOW_CONTENT, cwd=tmp_path, path=ROOT / "src").splitlines()
    assert [Path(line) for line in shown] == [ROOT / name for name in CONTENT]


def built(hook: str, folder: Path) -> Path:
    """The wheel that a build hook of hatchling makes of this checkout, as an installer would call it."""
    folder.mkdir()
    run("-c", f"from hatchling.build import {hook}; {hook}({str(folder)!r})", cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_a_wheel_carries_its_content(tmp_path: Path) -> None:
    """A wheel holds every content file inside the package, finds it there, and adds no other top-level name."""
    wheel = zipfile.ZipFile(built("build_wheel", tmp_path / "wheel"))
    names = {name for name in wheel.namelist() if not name.endswith("/")}
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"dicomsig"}
    for content in CONTENT:
        for file in (ROOT / content).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"dicomsig/content/{relative(file)}" in names
    assert {"dicomsig/py.typed", "dicomsig/__main__.py"} <= names
    site = tmp_path / "site"
    wheel.extractall(site)
    shown = run("-c", SHOW_CONTENT, cwd=tmp_path, path=site).splitlines()
    assert [Path(line) for line in shown] == [site / "dicomsig" / "content" / name for name in CONTENT]
    assert "dicomsig" in run("-m", "dicomsig", "--version", cwd=tmp_path, path=site)


@pytest.mark.slow
def test_an_editable_install_points_at_the_checkout(tmp_path: Path) -> None:
    """An editable install reads the content that is being edited, not a copy made when it was installed."""
    site = tmp_path / "site"
    zipfile.ZipFile(built("build_editable", tmp_path / "wheel")).extractall(site)
    program = f"import site; site.addsitedir({str(site)!r}); {SHOW_CONTENT}"
    shown = run("-S", "-c", program, cwd=tmp_path).splitlines()  # -S: an installed dicomsig is out of sight
    assert [Path(line) for line in shown] == [ROOT / name for name in CONTENT]


def test_lowest_versions_are_those_of_the_package() -> None:
    """Each dependency has one lowest version in requirements/lowest.txt, and pyproject.toml allows it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = {requirement.name: requirement for requirement in map(Requirement, project["dependencies"])}
    lines = (ROOT / "requirements" / "lowest.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.partition("#")[0].strip().split("==") for line in lines if not line.startswith("#"))
    assert sorted(pins) == sorted(bounds)
    for name, pin in pins.items():
        (bound,) = bounds[name].specifier
        assert bound.operator == ">="
        assert f"{pin}.".startswith(f"{bound.version}.")
