"""Names that nobody knows are answered with a hint and without control characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicomsig.conformance.names import did_you_mean, printable, quoted

KNOWN = ("base", "creator", "authorization", "structured-report")


def test_the_nearest_name_is_offered():
    """A misspelled name gets the nearest known one as a hint."""
    assert did_you_mean("craetor", KNOWN) == " Did you mean 'creator'?"


def test_case_does_not_matter():
    """A name in the wrong case gets the right one as a hint."""
    assert did_you_mean("CREATOR", KNOWN) == " Did you mean 'creator'?"


@pytest.mark.parametrize("name", ["", "zzzz", "creator" * 100])
def test_a_name_that_is_near_to_none_has_no_hint(name):
    """Nothing is offered for a name that is empty, far from all or absurdly long."""
    assert did_you_mean(name, KNOWN) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain (0010,0010) ü", "plain (0010,0010) ü"),
        ("a\x1b[31mb\n", "a\\x1b[31mb\\x0a"),
        ("\x85\x9b", "\\x85\\x9b"),
        (b"caf\xe9".decode("utf-8", "surrogateescape"), "caf\\xe9"),
        ("\u202etxt", "\\u202etxt"),
        ("a\\b", "a\\b"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_unsafe_characters_are_escaped(text, shown):
    """Control characters, undecodable bytes and direction marks are escaped, everything else stays."""
    assert printable(text) == shown


@given(st.text(st.characters(), max_size=300))
def test_what_is_shown_is_always_safe(text):
    """Whatever the text, its shown form is bounded, printable and can be encoded."""
    shown = quoted(text)
    shown.encode("utf-8")
    assert len(shown) <= 2 + 10 * 120
    assert all(character.isprintable() or character.isspace() for character in shown)
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown)
