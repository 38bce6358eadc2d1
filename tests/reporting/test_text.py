"""Text from outside is escaped and bounded before it enters a report."""

import msgspec
import pytest

from dicomsig.conformance.results import CaseOutcome, Observation, Subject
from dicomsig.reporting.text import clean_case, file_label, formula_safe, safe_text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain (0010,0010)", "plain (0010,0010)"),
        ("Größe 胸部", "Größe 胸部"),
        ("a\x00b\x1b[31m\r\n", r"a\x00b\x1b[31m\x0d\x0a"),
        ("undecodable \udcff", r"undecodable \xff"),
        ("right to left \u202e", r"right to left \u202e"),
        ("no character \uffff", r"no character \uffff"),
    ],
)
def test_control_characters_are_written_out(text, safe):
    r"""Control, formatting and undecodable characters are `\xNN`; letters of any script stay."""
    assert safe_text(text) == safe


def test_text_is_cut_at_its_bound():
    """A long text ends in an ellipsis, and a text at the bound stays whole."""
    assert safe_text("ä" * 10, 5) == "ääää…"
    assert safe_text("ä" * 5000, 5000) == "ä" * 5000
    assert len(safe_text("a" * 10**6)) == 2000


def test_a_clean_case_is_taken_as_it_is(case, result):
    """What needs no change is not copied: cases come by the thousand."""
    outcome = case(result(), result(reason="other"), observations=[Observation("case", "code", "message")])
    assert clean_case(outcome, with_values=False) is outcome


HOSTILE = "evil\x1b\n"
FIELDS = ["requirement", "clause", "case", "reason", "message", "expected", "found", "deviation", "values"]


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_of_a_result_is_cleaned(case, result, field):
    """No field of a result keeps a control character."""
    (cleaned,) = clean_case(case(result(**{field: HOSTILE})), with_values=True).results
    assert getattr(cleaned, field) == r"evil\x1b\x0a"
    unchanged = [name for name in FIELDS if name != field]
    assert [getattr(cleaned, name) for name in unchanged] == [getattr(result(), name) for name in unchanged]


@pytest.mark.parametrize("field", ["case", "code", "message", "requirement"])
def test_each_field_of_an_observation_is_cleaned(case, field):
    """No field of an observation keeps a control character."""
    observation = msgspec.structs.replace(Observation("case", "code", "message"), **{field: HOSTILE})
    (cleaned,) = clean_case(case(observations=[observation]), with_values=False).observations
    assert getattr(cleaned, field) == r"evil\x1b\x0a"


@pytest.mark.parametrize("field", ["sop_instance_uid", "signature_uid"])
@pytest.mark.parametrize("text", ["DOE^JANE", "1.2.840." + "1" * 60, "1.2\n"])
def test_what_is_no_uid_is_not_shown_for_one(case, result, field, text):
    """A name in the place of a UID is a value of the instance: no report holds it."""
    subject = msgspec.structs.replace(result().subject, **{field: text})
    outcome = CaseOutcome("case", subject, (), (result(subject=subject),), (Observation("case", "c", "m", subject),))
    cleaned = clean_case(outcome, with_values=True)
    for each in (cleaned.subject, cleaned.results[0].subject, cleaned.observations[0].subject):
        assert getattr(each, field) == "(not a UID)"


def test_values_are_dropped_unless_asked_for(case, result):
    """Values of the instance stay out of a report by default."""
    outcome = case(result(values="DOE^JANE"))
    assert clean_case(outcome, with_values=False).results[0].values == ""
    assert clean_case(outcome, with_values=True).results[0].values == "DOE^JANE"


@pytest.mark.parametrize("field", ["place", "vector"])
def test_the_subject_is_cleaned(field):
    """Place and vector of a case hold no control character."""
    subject = msgspec.structs.replace(Subject(), **{field: HOSTILE})
    assert getattr(clean_case(CaseOutcome("case", subject), with_values=False).subject, field) == r"evil\x1b\x0a"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_are_text(start):
    """What a spreadsheet would compute gets an apostrophe; other text stays."""
    assert formula_safe(f"{start}1+1") == f"'{start}1+1"
    assert formula_safe("/data/=1") == "/data/=1"


def test_files_have_numbers_for_names():
    """The name of a file in a report has six digits at least."""
    assert (file_label(123), file_label(1234567), file_label(0)) == ("file-000123", "file-1234567", "")
