"""The reference reports fit the schema and are drawn by the templates of today; they name no machine."""

import re
import runpy
import sys
from pathlib import Path

import msgspec
import pytest

from dicomsig.reporting.document import SCHEMA_VERSION, ResultDocument

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "reports" / "reference"
NAMES = sorted(each.parent.name for each in REFERENCE.glob("*/report.json"))
BY_HAND = {"README.md", "by-hand.md", "deviations.toml", "claims.toml"}


@pytest.fixture(scope="module")
def tools():
    """The tool for archives, and what both tools share; the modules and paths that it loads by go again."""
    before, path = set(sys.modules), sys.path[:]
    yield runpy.run_path(str(ROOT / "tools" / "reference_archives.py"))
    for name in set(sys.modules) - before:
        if name.startswith("reference_"):
            del sys.modules[name]
    sys.path[:] = path


def test_every_archive_that_is_known_has_its_report(tools):
    """The tool, the folders and the table of the README name the same products."""
    known = {each.name for each in tools["KNOWN"]}
    assert known == set(NAMES) - {"dcmtk-3.6.7"}
    readme = (REFERENCE / "README.md").read_text(encoding="utf-8")
    assert known == set(re.findall(r"^\| `([\w.-]+)` \|(?! the report)", readme, re.MULTILINE)) - {tools["SHARED_PAGE"]}


@pytest.mark.parametrize("name", NAMES)
def test_a_reference_report_is_drawn_by_the_templates_of_today(name, tools):
    """Nothing but `--redraw` of the tool that wrote it is needed when a template, a schema or a text changes."""
    folder = REFERENCE / name
    document = msgspec.json.decode((folder / "report.json").read_bytes(), type=ResultDocument, strict=True)
    archive = document.subject.role == "archive"
    drawn = (tools["files_of"] if archive else tools["made_from"])(document)
    there = {each.name: each.read_bytes() for each in folder.iterdir() if each.name not in BY_HAND}
    assert sorted(drawn) == sorted(there)
    assert [file for file, data in drawn.items() if there[file] != data] == []
    assert document.schema_version == SCHEMA_VERSION


@pytest.mark.parametrize("name", NAMES)
def test_a_reference_report_names_no_machine(name):
    """No path, no address and no port of the machine that ran it."""
    for file in (REFERENCE / name).iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"127\.0\.0\.1|localhost|/tmp/|/home/|/work/|/root/", text), file


def test_the_requirements_of_all_are_on_one_page(tools):
    """Every link of a report on an archive leads to an entry of the shared page, which is drawn as of today."""
    page = (REFERENCE / tools["SHARED_PAGE"]).read_bytes()
    assert page == tools["requirements_of"](list(tools["reports"]()))
    anchors = set(re.findall(r'id="([^"]+)"', page.decode()))
    for known in tools["KNOWN"]:
        report = (known.folder / "report.html").read_text(encoding="utf-8")
        linked = set(re.findall(rf'href="\.\./{re.escape(tools["SHARED_PAGE"])}#([^"]+)"', report))
        assert linked
        assert linked <= anchors


def test_an_archive_that_claims_nothing_fails_for_what_all_have_to_do():
    """The products say nothing of signatures, and only rules of every archive and announced levels convict them."""
    for name in NAMES:
        document = msgspec.json.decode((REFERENCE / name / "report.json").read_bytes(), type=ResultDocument)
        claims = document.subject.claims
        if document.subject.role != "archive" or name == "dicomsig-embedded":
            continue
        assert claims is not None
        assert (claims.profiles, claims.signature_level, claims.storage_level) == ((), None, None)
        failed = {each.requirement for each in document.results if each.result == "fail"}
        assert not any(each.startswith("ps3.15-a.") for each in failed)
        assert any(each.profile == "bit-preserving" for each in document.summary.profiles) or "implicit" in name


@pytest.mark.slow
def test_a_run_that_finds_the_same_changes_nothing(tools, tmp_path, capsys, monkeypatch):
    """UIDs come from a counter, and neither run nor machine is in the document, so that two runs are alike."""
    monkeypatch.setitem(tools["judged"].__globals__, "options_of", lambda *_: ["impostor:trims-padding"])
    (embedded,) = [each for each in tools["KNOWN"] if each.peer is None]
    one, other = (tools["judged"](embedded, tmp_path / name) for name in ("one", "other"))
    assert one.results[0].subject.sop_instance_uid
    assert tools["found"](one) == tools["found"](other)
    assert "exit 1" in capsys.readouterr().out
