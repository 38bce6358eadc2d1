"""Deviations accept known failures, and stale ones are reported."""

from datetime import date

import pytest

from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.names import ConformanceInputError, UnknownName

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
TODAY = date(2026, 1, 1)
GOOD = f"""
[[deviation]]
requirement = "{ORDER}"
reason = "tag-list-unordered"
cases = ["signer/ct-*"]
why = "known, ticket 4711"
expires = 2027-06-30
"""


def deviation(*cases, requirement=ORDER, reason="tag-list-unordered", expires=date(2027, 6, 30)):
    return Deviation(requirement, reason, cases or ("signer/ct-*",), "known", expires)


def whys(book, ran=(), today=TODAY, **known):
    return [each.why for each in book.stale(ran, today, **known)]


@pytest.fixture
def load(tmp_path):
    def read(content):
        path = tmp_path / "deviations.toml"
        path.write_text(content, encoding="utf-8")
        return DeviationBook.load(path)

    return read


def test_a_file_is_read(load):
    """Every key arrives, several deviations in order."""
    book = load(GOOD + GOOD.replace("ct-*", "mr-*"))
    assert book.deviations == (
        Deviation(ORDER, "tag-list-unordered", ("signer/ct-*",), "known, ticket 4711", date(2027, 6, 30)),
        Deviation(ORDER, "tag-list-unordered", ("signer/mr-*",), "known, ticket 4711", date(2027, 6, 30)),
    )
    assert load("").deviations == ()


def test_a_deviation_accepts_its_own_failure_only():
    """Requirement, reason and case all have to be the ones named."""
    known = deviation()
    book = DeviationBook([known])
    assert book.match(ORDER, "signer/ct-1", "tag-list-unordered") is known
    assert book.match(ORDER, "signer/mr-1", "tag-list-unordered") is None
    assert book.match(ORDER, "signer/ct-1", "mac-mismatch") is None
    assert book.match("ps3.15-c.2-sop-class-uid", "signer/ct-1", "tag-list-unordered") is None


@pytest.mark.parametrize(
    ("glob", "case", "named"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("a*", "a/b/c", True),
        ("*", "", True),
        ("*b*", "abc", True),
        ("a*b*c", "a-b-b-c", True),
        ("a*ab", "aab", True),
        ("a*a", "a", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("A", "a", False),
        ("/0040a730[2]/#0", "/0040a730[2]/#0", True),
        ("*/0040a730[2]/#?", "file-1/0040a730[2]/#0", True),
        ("*/0040a730[2]/#?", "file-1/0040a7302/#0", False),
        ("a.c", "abc", False),
        ("a\\?", "a\\b", True),
        ("a*", "a\nb", True),
        ("a?b", "a\nb", True),
    ],
)
def test_a_glob_names_cases(glob, case, named):
    """A star is any text, a question mark one character, brackets are part of a place."""
    assert deviation(glob).names(case) is named


def test_a_hostile_glob_is_fast():
    """Many stars do not make matching slow."""
    assert not deviation("*a" * 500 + "b").names("a" * 5000)


def test_an_expired_deviation_accepts_nothing_and_is_stale():
    """The last day counts in full; after it nothing is accepted any more."""
    book = DeviationBook([deviation(expires=TODAY)])
    failure = (ORDER, "signer/ct-1", "tag-list-unordered")
    assert book.match(*failure, today=TODAY) is not None
    assert whys(book, ["signer/ct-1"]) == []
    later = date(2026, 1, 2)
    assert book.match(*failure, today=later) is None
    assert whys(book, ["signer/ct-1"], later) == ["expired on 2026-01-01"]


def test_one_that_no_longer_happens_is_stale():
    """A deviation is stale when a case that it names ran without its failure."""
    book = DeviationBook([deviation()])
    assert whys(book, ["signer/mr-1"]) == []
    assert whys(book, ["signer/mr-1", "signer/ct-1"]) == ["no longer happens, although case 'signer/ct-1' ran"]


def test_one_that_happens_in_some_case_is_not_stale():
    """A deviation serves as long as one of the cases that it names fails."""
    book = DeviationBook([deviation()])
    book.match(ORDER, "signer/ct-2", "tag-list-unordered")
    assert whys(book, ["signer/ct-1", "signer/ct-2"]) == []


def test_overlapping_deviations_both_happened():
    """The first of two that name a failure accepts it, and neither is stale."""
    wide, narrow = deviation(), deviation("signer/ct-1")
    book = DeviationBook([wide, narrow])
    assert book.match(ORDER, "signer/ct-1", "tag-list-unordered") is wide
    assert whys(book, ["signer/ct-1"]) == []


def test_an_expired_deviation_does_not_hide_a_running_one():
    """Where one of two has expired the other accepts."""
    running = deviation("signer/*")
    book = DeviationBook([deviation(expires=date(2020, 1, 1)), running])
    assert book.match(ORDER, "signer/ct-1", "tag-list-unordered", today=TODAY) is running


def test_one_that_names_no_known_requirement_is_stale(load):
    """An id that the register lacks is reported with the nearest one, whatever ran."""
    book = load(GOOD.replace("tags-in-order", "tag-in-order"))
    (why,) = whys(book)
    assert why.startswith("no requirement has the id ")
    assert f"Did you mean '{ORDER}'?" in why


def test_one_that_names_no_known_reason_is_stale():
    """Reasons are compared when those known are given."""
    book = DeviationBook([deviation(reason="tag-list-unorderd")])
    assert whys(book) == []
    assert whys(book, known_reasons=["tag-list-unordered", "mac-mismatch"]) == [
        "no reason has the code 'tag-list-unorderd'. Did you mean 'tag-list-unordered'?"
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[[deviation]]", "[deviation]", "'deviation' is not a list"),
        ("[[deviation]]", "deviation = [1]\n[x]", "unknown key 'x'"),
        ('why = "known, ticket 4711"', "", r"'deviation\[0\]\.why' is missing"),
        ('why = "known, ticket 4711"', 'why = " "', r"'deviation\[0\]\.why' is empty"),
        ("2027-06-30", "2027-06-30T00:00:00Z", r"'deviation\[0\]\.expires' is not a date"),
        ("2027-06-30", '"2027-06-30"', r"'deviation\[0\]\.expires' is not a date"),
        ("2027-06-30", "2027-02-30", "not valid TOML"),
        ('["signer/ct-*"]', "[]", r"'deviation\[0\]\.cases' is empty"),
        ('["signer/ct-*"]', '"signer/ct-*"', r"'deviation\[0\]\.cases' is not a list"),
        ('reason = "tag-list-unordered"', "reason = 1", r"'deviation\[0\]\.reason' is not a text"),
    ],
)
def test_wrong_types_and_missing_keys_are_errors(load, old, new, complaint):
    """The message names the path of the key, with the number of the deviation from 0."""
    assert old in GOOD
    with pytest.raises(ConformanceInputError, match=complaint):
        load(GOOD.replace(old, new))


def test_an_unknown_key_is_an_error_with_a_hint(load):
    """A misspelled key of a deviation names the nearest one."""
    with pytest.raises(UnknownName, match=r"'deviation\[0\]\.case'\. Did you mean 'cases'\?"):
        load(GOOD.replace("cases", "case"))
