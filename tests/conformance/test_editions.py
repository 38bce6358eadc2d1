"""Any edition can be asked for; it is judged by the newest data that are not later."""

import pytest

from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.names import ConformanceInputError

THREE = ("RIPEMD160", "MD5", "SHA1")
SIX = (*THREE, "SHA256", "SHA384", "SHA512")


@pytest.mark.parametrize(
    ("label", "data_label", "mac_algorithms", "assumed"),
    [
        ("2004", "2008", THREE, True),  # older than all that was read
        ("2008", "2008", THREE, False),
        ("2009", "2008", THREE, True),  # SHA-2 came somewhere between 2008 and 2011
        ("2011", "2011", SIX, False),
        ("2011a", "2011", SIX, False),  # labels sort as text
        ("2012", "2011", SIX, False),
        ("2014", "2013", SIX, False),  # before 2014a
        ("2014a", "2014a", SIX, False),
        ("2015c", "2014a", SIX, False),
        ("2020b", "2016a", SIX, False),
        ("2022e", "2022e", SIX, True),  # read in part
        ("2023a", "2022e", SIX, True),
        ("2023b", "2023b", SIX, False),
        ("2024a", "2023b", SIX, False),
        ("2024e", "2024e", SIX, True),
        ("2025b", "2024e", SIX, True),  # newer than all that was read
    ],
)
def test_an_edition_maps_to_the_newest_data_not_later(label, data_label, mac_algorithms, assumed):
    """The label asked for is kept, and data, MAC algorithms and assumption follow from it."""
    found = edition(label)
    assert (found.label, found.data_label) == (label, data_label)
    assert found.mac_algorithms == mac_algorithms
    assert found.assumed is assumed


def test_the_default_is_the_newest_edition_seen_complete():
    """Without a label the edition is 2023b."""
    assert edition() == edition(DEFAULT) == edition("2023b")
    assert not edition().assumed


@pytest.mark.parametrize(
    ("label", "part"),
    [
        ("2023b", "its own text (C.1 to C.4 complete)"),
        ("2020c", "2016a, the newest read that is not later"),
        ("2004", "older than any"),
        ("2026a", "newer than any"),
        ("2009", "Edition 2011 has other MAC algorithms"),
        ("2024e", "assumed"),
    ],
)
def test_the_note_says_by_what_is_judged(label, part):
    """The sentence for the report names the edition and its data."""
    assert edition(label).note.startswith(f"Edition {label} is ")
    assert part in edition(label).note


@pytest.mark.parametrize(
    "label", ["", "latest", "20", "2023bb", "2023B", "2023b\n", "\uff12\uff10\uff12\uff13b", "2023 b", "-2008"]
)
def test_anything_else_is_no_edition(label):
    """A label of another form is an error that lists the editions read and shows no control character."""
    with pytest.raises(ConformanceInputError) as caught:
        edition(label)
    assert "2008, 2011, 2013" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_near_label_is_offered():
    """A label in the wrong case gets the right one as a hint."""
    with pytest.raises(ConformanceInputError, match="Did you mean '2023b'"):
        edition("2023B")
