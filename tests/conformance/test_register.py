"""The register says what the standard asks, once for each requirement."""

import subprocess
import sys
import time

import pytest

from dicomsig import resources
from dicomsig.conformance.names import ConformanceInputError, UnknownName
from dicomsig.conformance.register import Register, Scope, Strength, Testable, ambiguities, register

HEADER = "id,clause,since,until,strength,actor,profile,scope,summary,test,testable,note"
ROW = "ps3.3-x,PS3.3 X,2008,2011,shall,signer,macro,signature,A summary.,A test.,yes,"


def test_every_row_is_there_in_the_order_of_the_file():
    """The register holds the 523 rows, and iterates over their ids in file order."""
    ids = list(register())
    assert len(register()) == len(ids) == len(register().values()) == 523
    assert ids[0] == "ps3.2-a.7.1-security-profiles-declared"
    assert [each.id for each in register().values()] == ids


def test_a_requirement_has_its_fields():
    """The fields of a row are those of the file, its words as enumerations."""
    row = register().get("ps3.15-c.2-module-image-pixel")
    assert (row.clause, row.since, row.until) == ("PS3.15 C.2", "2008", "")
    assert (row.strength, row.actor, row.profile) == (Strength.SHALL, "signer", "creator")
    assert (row.scope, row.testable) == (Scope.SIGNATURE, Testable.YES)
    assert row.note.startswith("Item 6.")
    assert register()["ps3.15-c.2-module-image-pixel"] is row


@pytest.mark.parametrize(
    ("requirement", "scope"),
    [
        ("ps3.3-c.12.1.1.3.1.1-tags-in-order", Scope.SIGNATURE),
        ("ps3.3-c.12.1.1.3-mac-id-unique", Scope.INSTANCE),
        ("ps3.3-c.12.1.1.3-signature-uid-unique", Scope.DOCUMENT_SET),
        ("ps3.15-a.3-values-bit-identical", Scope.HOP),
        ("ps3.4-b.3.1.1-six-bytes", Scope.ASSOCIATION),
        ("ps3.15-c.1-md5-discouraged", Scope.PRODUCT),
    ],
)
def test_a_scope_says_what_a_judgement_looks_at(requirement, scope):
    """Each of the six scopes is in use, where the text of the row looks at that."""
    assert register().get(requirement).scope is scope


def test_only_shall_and_consequence_can_fail():
    """A breach of `should` or `may` is never a failure."""
    assert {strength for strength in Strength if strength.can_fail} == {Strength.SHALL, Strength.CONSEQUENCE}


@pytest.mark.parametrize(
    ("requirement", "label", "holds"),
    [
        ("ps3.15-c.1-mac-algorithm-three", "2008", True),
        ("ps3.15-c.1-mac-algorithm-three", "2009", False),
        ("ps3.15-c.1-mac-algorithm", "2009", False),
        ("ps3.15-c.1-mac-algorithm", "2011a", True),
        ("ps3.15-c.1-timestamp-draft", "2019a", True),
        ("ps3.15-c.1-timestamp-draft", "2019b", False),
        ("ps3.15-c.2-sop-class-uid", "2004", False),
        ("ps3.15-c.2-sop-class-uid", "2030", True),
    ],
)
def test_a_requirement_holds_from_first_to_last_edition_seen(requirement, label, holds):
    """`since` and `until` are inclusive, and an open end holds for good."""
    assert register().get(requirement).holds_in(label) is holds


def test_an_unknown_id_is_an_error_with_a_hint():
    """A misspelled id names the nearest one and shows no control character."""
    with pytest.raises(UnknownName) as caught:
        register().get("ps3.15-c.2-module-image-pixl\x1b[2J")
    assert "Did you mean 'ps3.15-c.2-module-image-pixel'?" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert "ps3.15-c.2-module-image-pixl" not in register()


def test_every_ambiguity_is_judged():
    """The ambiguities are numbered in order, without a gap, and each has a judgement."""
    assert len(ambiguities()) >= 38
    assert [each.id for each in ambiguities()] == [f"A-{number:02}" for number in range(1, len(ambiguities()) + 1)]
    assert all(each.question and each.judgement for each in ambiguities())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("id,clause\n", "columns"),
        ("", "columns"),
        (f"{HEADER}\n{ROW}\n{ROW}\n", "twice"),
        (f"{HEADER}\n{ROW},more\n", "row 2 has 13 columns"),
        (f"{HEADER}\n{ROW.replace('shall', 'must')}\n", "'must' is not a valid Strength"),
        (f"{HEADER}\n{ROW.replace('signature', 'pixel')}\n", "'pixel' is not a valid Scope"),
        (f'{HEADER}\n"ps3.3-x', "line 2"),
    ],
)
def test_a_damaged_register_is_named(tmp_path, content, complaint):
    """A register that cannot be read says where."""
    path = tmp_path / "requirements.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConformanceInputError, match=complaint):
        Register.load(path)


def test_the_data_files_have_lf_only():
    """No data file of the profiles has a carriage return: a checkout is the same on every system."""
    files = [path for path in resources.content("profiles").iterdir() if path.suffix in {".csv", ".json"}]
    assert len(files) >= 5
    assert [path.name for path in files if b"\r" in path.read_bytes()] == []


def test_the_register_is_read_fast():
    """Reading takes some milliseconds, so that every command can afford it."""
    path = resources.content("profiles") / "requirements.csv"
    times = []
    for _ in range(5):
        start = time.perf_counter()
        Register.load(path)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05  # about 5 ms; the rest is for a loaded machine


def test_no_heavy_library_is_needed():
    """Register, editions, modules, claims and deviations are used without pydicom and cryptography."""
    code = (
        "import sys, dicomsig.conformance.claims, dicomsig.conformance.deviations, dicomsig.conformance.modules as m\n"
        "from dicomsig.conformance.editions import edition\n"
        "assert m.due_attributes('creator', edition(), '1.2', [])\n"
        "sys.exit(bool({'pydicom', 'cryptography', 'asn1crypto', 'jinja2', 'rich'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
