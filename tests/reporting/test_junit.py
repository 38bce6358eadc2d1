"""JUnit XML shows a requirement as a test case that GitLab, GitHub and Jenkins can read."""

import xml.etree.ElementTree as ElementTree
from datetime import date

import msgspec
import pytest

from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.results import Outcome
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.junit import junit_xml

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"


def parsed(document):
    return ElementTree.fromstring(junit_xml(document))


def test_a_requirement_is_one_test_case(document_of, case, result):
    """However many files there are, a requirement is there once, named by itself, in the class of role and profile."""
    cases = [case(result(number=number), passed=("ps3.15-c.1-mac-algorithm",)) for number in range(1, 31)]
    root = parsed(document_of(*cases))
    found = [(each.get("classname"), each.get("name")) for each in root.iter("testcase")]
    assert sorted(found) == [("dicomsig.signer.base", "ps3.15-c.1-mac-algorithm"), ("dicomsig.signer.macro", ORDER)]
    (failure,) = root.iter("failure")
    assert failure.get("type") == "tag-list-unordered"
    assert "30 cases" in failure.get("message", "")
    assert "signer/file-000020/#0" in failure.text
    assert "signer/file-000021/#0" not in failure.text
    assert "and 10 more" in failure.text
    assert "expected  tags in ascending order" in failure.text


@pytest.mark.parametrize(
    ("outcome", "element"),
    [
        (Outcome.FAIL, "failure"),
        (Outcome.INCONCLUSIVE, "skipped"),
        (Outcome.NOT_APPLICABLE, "skipped"),
        (Outcome.WARNING, None),
    ],
)
def test_a_result_has_its_element(document_of, case, result, outcome, element):
    """A fail is a failure; what is inconclusive or does not apply is skipped; a warning passes with its text."""
    root = parsed(document_of(case(result(outcome))))
    (test,) = root.iter("testcase")
    assert [each.tag for each in test if each.tag != "system-out"] == ([element] if element else [])
    assert (test.find("system-out") is not None) == (outcome in (Outcome.WARNING, Outcome.INCONCLUSIVE))


def test_what_no_archive_claims_is_skipped_with_that_reason(start, case, result):
    """Of an archive it is the claims that call for a requirement; of files it is what is in them."""
    for role, why in (("archive", "not claimed, or nothing"), ("signer", "nothing in the files")):
        subject = msgspec.structs.replace(start.subject, role=role)
        collector = Collector(msgspec.structs.replace(start, subject=subject))
        collector.case(case(result(Outcome.NOT_APPLICABLE)))
        (skipped,) = parsed(collector.document()).iter("skipped")
        assert f"not applicable: {why}" in skipped.get("message")


def test_counts_agree(document_of, case, result):
    """The attributes of the suite count the elements in it."""
    names = ["ps3.15-c.1-mac-algorithm", "zz"]
    fails = [case(result()), case(result(Outcome.INCONCLUSIVE, requirement=names[0])), case(passed=names[1:])]
    root = parsed(document_of(*fails))
    (suite,) = root
    for each in (root, suite):
        assert [each.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["3", "1", "0", "1"]


def test_deviations_show(document_of, case, result):
    """An accepted fail is skipped with why it is accepted; a stale deviation is a failure."""
    book = DeviationBook(
        [
            Deviation(ORDER, "tag-list-unordered", ("*",), "ticket 4711", date(2027, 1, 1)),
            Deviation(ORDER, "gone", ("*",), "mended", date(2027, 1, 1)),
        ]
    )
    root = parsed(document_of(case(result()), deviations=book))
    (skipped,) = root.iter("skipped")
    assert skipped.get("message") == "accepted fail in 1 case: ticket 4711"
    (failure,) = root.iter("failure")
    assert failure.get("type") == "stale-deviation"


def test_an_internal_error_is_an_error(start):
    """Where dicomsig itself failed, a job sees an error and no failure of the product."""
    collector = Collector(start)
    collector.internal_error("rules.check in signer/file-000001: KeyError")
    root = parsed(collector.document())
    assert [each.text for each in root.iter("error")] == ["rules.check in signer/file-000001: KeyError"]
    assert not list(root.iter("failure"))


def test_a_document_from_elsewhere_is_legal_xml(document_of, case, result):
    """Characters that XML cannot hold are escaped even where the document was not made by a collector."""
    document = document_of(case(result()))
    hostile = msgspec.structs.replace(document, results=(result(found="\x00\x1b", reason="\x07"),))
    (failure,) = parsed(hostile).iter("failure")
    assert r"found     \x00\x1b" in failure.text
    assert failure.get("type") == r"\x07"


def test_hostile_text_is_legal_xml(start, case, result):
    """Characters that XML cannot hold, markup and undecodable bytes are escaped in every field."""
    hostile = ']]></failure>\x00\x1b\ufffe\udcff<&"'
    collector = Collector(start, with_values=True)
    for field in ("case", "reason", "message", "expected", "found", "values", "requirement", "clause"):
        collector.case(case(result(**{field: hostile})))
    root = parsed(collector.document())
    texts = [each.text or "" for each in root.iter("failure")]
    assert any(r"]]></failure>\x00\x1b\ufffe\xff" in text for text in texts)


ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "testcase": {"classname", "name", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}
INSIDE = {
    "testsuites": ["testsuite"],
    "testsuite": ["testcase"],
    "testcase": ["skipped", "error", "failure", "system-out"],
}


def test_the_shape_is_what_readers_know(document_of, case, result):
    """Elements, their order and their attributes are those that the schemas of Ant, Jenkins and Surefire share."""
    book = DeviationBook([Deviation(ORDER, "gone", ("*",), "mended", date(2027, 1, 1))])
    names = ("ps3.15-c.1-mac-algorithm", "ps3.15-c.1-rsa-private-key", "ps3.15-c.1-pkcs1-padding")
    outcomes = (Outcome.INCONCLUSIVE, Outcome.WARNING, Outcome.NOT_APPLICABLE)
    others = (case(result(outcome, requirement=name)) for name, outcome in zip(names, outcomes, strict=True))
    root = parsed(document_of(case(result()), *others, deviations=book))
    assert {each.tag for each in root.iter()} == {*ATTRIBUTES} - {"error"}
    for each in root.iter():
        assert set(each.keys()) == ATTRIBUTES[each.tag]
        places = [INSIDE[each.tag].index(part.tag) for part in each]
        assert places == sorted(places)
        assert each.tag != "testcase" or len([part for part in each if part.tag != "system-out"]) <= 1
    keys = [(each.get("classname"), each.get("name")) for each in root.iter("testcase")]
    assert len(keys) == len(set(keys))
    (suite,) = root
    assert suite.get("timestamp") == "2026-01-01T00:00:00"
    assert float(suite.get("time")) >= 0
