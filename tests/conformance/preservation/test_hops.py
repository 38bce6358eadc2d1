"""Which hops can preserve signatures, and which cannot whoever the archive is."""

import pytest

from dicomsig.conformance.preservation.hops import Survives, survives
from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    RLE,
    transfer_syntax,
)

JPEG_2000, UNKNOWN = transfer_syntax("1.2.840.10008.1.2.4.90"), transfer_syntax("2.25.1")
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
