"""Which hops can preserve signatures, and which cannot whoever the archive is."""

from pathlib import Path

import pytest

from dicomsig.conformance.preservation.hops import NATIVE, Coding, Survives, expectation, survives
from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    RLE,
    transfer_syntax,
)

JPEG_2000, UNKNOWN = transfer_syntax("1.2.840.10008.1.2.4.90"), transfer_syntax("2.25.1")
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "archives.md"
WORDS = {Survives.SIGNATURES: "kept", Survives.VALUES: "open", Survives.CONTENT: "pixels lost"}
EXPLICIT_NATIVE = (EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, DEFLATED)


@pytest.mark.parametrize("stored", EXPLICIT_NATIVE)
@pytest.mark.parametrize("retrieved", EXPLICIT_NATIVE)
def test_explicit_native_syntaxes_preserve_among_themselves(stored, retrieved):
    """Byte order and deflation are undone before hashing (PS3.3 C.12.1.1.3.1.2)."""
    assert survives(stored, retrieved) is Survives.SIGNATURES


@pytest.mark.parametrize("syntax", [RLE, JPEG_2000, *EXPLICIT_NATIVE])
def test_the_same_explicit_syntax_preserves(syntax):
    """Nothing has to be coded anew."""
    assert survives(syntax, syntax) is Survives.SIGNATURES


@pytest.mark.parametrize("other", [IMPLICIT_LITTLE_ENDIAN, *EXPLICIT_NATIVE])
def test_implicit_vr_keeps_values_alone(other):
    """There are no VR letters to keep (PS3.5 A.1, A-02), in either direction."""
    assert survives(IMPLICIT_LITTLE_ENDIAN, other) is Survives.VALUES
    assert survives(other, IMPLICIT_LITTLE_ENDIAN) is Survives.VALUES


@pytest.mark.parametrize(("stored", "retrieved"), [(RLE, EXPLICIT_LITTLE_ENDIAN), (RLE, JPEG_2000), (DEFLATED, RLE)])
def test_pixels_that_are_coded_anew_are_other_bytes(stored, retrieved):
    """Another codec makes other fragments, or none (A-06)."""
    assert survives(stored, retrieved) is Survives.CONTENT


def test_nothing_is_expected_of_a_syntax_that_nobody_knows():
    """Whether it has letters, or fragments, cannot be told."""
    assert survives(UNKNOWN, UNKNOWN) is Survives.UNKNOWN


def test_the_documentation_has_the_whole_table():
    """docs/archives.md shows, for each pair of encodings, what the judge goes by."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in DOCUMENT.read_text("utf-8").splitlines()]
    start = next(number for number, row in enumerate(rows) if row and row[0] == "stored in")
    columns = rows[start][1:]
    table = {
        (row[0], word): cell for row in rows[start + 2 : start + 7] for word, cell in zip(columns, row[1:], strict=True)
    }
    syntaxes = {**NATIVE, Coding.COMPRESSED: RLE}
    assert table == {
        (stored, retrieved): WORDS[survives(syntaxes[stored], syntaxes[retrieved])]
        for stored in Coding
        for retrieved in Coding
        if stored is not Coding.COMPRESSED or retrieved is not Coding.COMPRESSED
    } | {(Coding.COMPRESSED, Coding.COMPRESSED): "kept, or pixels lost"}


def test_what_is_expected_names_its_clauses():
    """Each expectation of a known pair cites the standard and says why."""
    for stored in (*NATIVE.values(), RLE):
        for retrieved in (*NATIVE.values(), RLE, JPEG_2000):
            expected = expectation(stored, retrieved)
            assert expected.survives is not Survives.UNKNOWN
            assert "PS3." in expected.clause
            assert expected.why


def test_pixels_elsewhere_are_no_reason_to_lose_letters():
    """JPIP Referenced Deflate has the letters of Explicit VR and no pixels (PS3.5 A.7)."""
    referenced = transfer_syntax("1.2.840.10008.1.2.4.95")
    assert survives(referenced, EXPLICIT_LITTLE_ENDIAN) is Survives.SIGNATURES
    assert survives(referenced, IMPLICIT_LITTLE_ENDIAN) is Survives.VALUES
