"""Lines for a terminal have the form that users know."""

import re
from datetime import date
from io import StringIO

import msgspec
import pytest

from dicomsig.cli.output import is_coloured
from dicomsig.conformance.deviations import Deviation, DeviationBook
from dicomsig.conformance.register import register
from dicomsig.conformance.results import Observation, Outcome
from dicomsig.reporting.terminal import group_lines, next_lines, result_lines, summary_lines

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"
BROKEN = "signature-broken-on-the-way"
BROKEN_MAC = "ps3.3-c.12.1.1.3.1.2-mac-into-signature"


def test_a_failure_has_the_form_of_the_design(document_of, case, result):
    """Requirement, clause with edition, file and signature come first; expected, found and rerun below."""
    document = document_of(case(result()))
    assert result_lines(document, document.results[0], paths=lambda number: f"in/ct {number}.dcm") == [
        f"FAIL  {ORDER}  PS3.3 C.12.1.1.3.1.1 (2023b)  in/ct 1.dcm  /#0  2.25.1",
        "      expected  tags in ascending order",
        "      found     (0008,0018) after (0010,0010)",
        "      reason    tag-list-unordered: The list of signed elements is not in ascending order.",
        f"      rerun     dicomsig check 'in/ct 1.dcm' --profile creator --only {ORDER}",
    ]


@pytest.mark.parametrize(
    ("path", "argument"),
    [("-rf.dcm", "./-rf.dcm"), ("$(reboot).dcm", "'$(reboot).dcm'"), ("a\x1b[2J", r"'a\x1b[2J'"), ("", "file-000001")],
)
def test_a_path_is_one_argument(document_of, case, result, path, argument):
    """The command to rerun holds the path as a shell reads it, and nothing a terminal obeys."""
    document = document_of(case(result()))
    lines = result_lines(document, document.results[0], paths=lambda _: path)
    assert f"dicomsig check {argument} --profile" in lines[-1]
    assert "\x1b" not in "".join(lines)


def test_groups_are_shown_once(document_of, case, result):
    """Fails come before warnings, each group by its first case and the number of the others; the rest is counted."""
    cases = [case(result(Outcome.WARNING, number)) for number in range(1, 6)]
    cases += [case(result(number=number, reason=f"reason-{number % 3}")) for number in range(6, 16)]
    text = "\n".join(group_lines(document_of(*cases), most=2))
    assert re.findall(r"^(\w+)  ", text, re.MULTILINE) == ["FAIL", "FAIL"]
    assert "and in 3 more cases" in text
    assert "2 more groups of results; the report has them all." in text
    every = "\n".join(group_lines(document_of(*cases)))
    assert re.findall(r"^(\w+)  ", every, re.MULTILINE) == ["FAIL", "FAIL", "FAIL", "WARN"]


def test_an_accepted_fail_says_why(document_of, case, result):
    """A fail that a deviation accepts is called known, with the words of the deviation."""
    book = DeviationBook([Deviation(ORDER, "tag-list-unordered", ("*",), "ticket 4711", date(2027, 1, 1))])
    lines = list(group_lines(document_of(case(result()), deviations=book)))
    assert lines[0].startswith("KNOWN  ")
    assert "      accepted  ticket 4711" in lines


def test_the_summary_ends_with_the_exit_code(document_of, case, result):
    """Numbers of files, of results and of profiles, and at last the exit code with its meaning."""
    lines = summary_lines(document_of(case(result(), passed=("ps3.15-c.1-mac-algorithm",))))
    assert lines == [
        "judged    1 signature in 1 signed instance; 1 file in all",
        "against   2023b, macro, base, creator",
        "results   1 passed, 1 failed",
        "profile   creator: met on 0, not met on 0",
        f"fails     {ORDER}: 1 case",
        "exit 1    a requirement failed, and no accepted deviation covers it",
    ]


def test_colour_only_when_asked(document_of, case, result):
    """Escape sequences are there with `colour` alone, and the words are the same."""
    document = document_of(case(result()))
    plain = [*group_lines(document), *summary_lines(document)]
    coloured = [*group_lines(document, colour=True), *summary_lines(document, colour=True)]
    assert "\x1b" not in "".join(plain)
    assert "\x1b[31m" in "".join(coloured)
    assert [re.sub(r"\x1b\[\d+m", "", line) for line in coloured] == plain


def test_the_next_steps_come_last(document_of, case, result):
    """The summary names what fails, ten requirements at most, and the steps say where to begin."""
    names = list(register())[:12]
    document = document_of(case(*(result(requirement=name) for name in names)))
    lines = summary_lines(document)
    fails = [line for line in lines if line.startswith("fails")]
    assert fails[0] == f"fails     {names[0]}: 1 case"
    assert len(fails) == 11
    assert fails[-1] == "fails     and 2 more requirements"
    assert next_lines(document)[0] == f"next      Begin with the first of 12 failures that have 1 case each: {names[0]}"
    one = next_lines(document_of(case(result(requirement=names[0]))))
    assert one[0] == f"next      Begin with the failure that has 1 case: {names[0]}"


@pytest.mark.parametrize(
    ("only", "judged"),
    [
        ((), "answers to 1 vector: 1 signed, 0 unsigned, 0 unreadable"),
        (("--fuzz 1", "--seed 0"), "answers to 1 case"),
        (("--replay",), "answers to 1 case"),
    ],
)
def test_what_a_verifier_was_given_is_called_by_its_name(document_of, case, only, judged):
    """Vectors are vectors; what was drawn, or saved from an earlier run, are cases."""
    document = document_of(case())
    replace = msgspec.structs.replace
    run, subject = replace(document.run, only=only), replace(document.subject, role="verifier")
    assert f"judged    {judged}" in summary_lines(replace(document, run=run, subject=subject))


def test_a_signature_that_an_archive_broke_is_named_though_nothing_is_claimed(document_of, case):
    """What is no failure without a claim is still what the vendor wants to read: where, and what changed."""
    messages = ["/#0; (0008,0080): padding removed", *(f"/#0; byte {number}" for number in range(4))]
    seen = [Observation(f"archive/{number}/get", BROKEN, message) for number, message in enumerate(messages)]
    seen.append(Observation("archive/again/get", BROKEN, messages[0]))
    text = [line for line in summary_lines(document_of(case(observations=seen))) if line.startswith("broken")]
    assert text == [
        "broken    archive/0/get: /#0; (0008,0080): padding removed (and 1 more case alike)",
        "broken    archive/1/get: /#0; byte 0",
        "broken    archive/2/get: /#0; byte 1",
        "broken    and in 2 more cases",
    ]


def test_what_the_run_left_out_is_noted(start, document_of, case):
    """What was not judged and looks like a pass has a line of its own."""
    code = "claim-of-another-role"
    claim = Observation("signer/product", code, "the claim of bit-preserving is about storing and retrieving")
    book = DeviationBook([Deviation(ORDER, "tag-list-unordered", ("signer/fiel-*",), "why", date(2099, 1, 1))])
    document = document_of(case(passed=(ORDER,), observations=(claim,)), deviations=book)
    document = msgspec.structs.replace(
        document,
        suite=msgspec.structs.replace(document.suite, edition="2030a", edition_note="Edition 2030a is assumed."),
        summary=msgspec.structs.replace(document.summary, unsigned=2),
    )
    assert [line for line in summary_lines(document) if line.startswith("note")] == [
        "note      Edition 2030a is assumed.",
        "note      2 instances bear no signature and met no profile: should the product have signed them?",
        "note      the claim of bit-preserving is about storing and retrieving",
        f"note      the deviation for {ORDER} tag-list-unordered names no case that ran, so that it accepts nothing",
    ]


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_refused(monkeypatch, variables):
    """A terminal is coloured unless the user or the terminal wants none."""

    class Terminal(StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert is_coloured(Terminal())
    assert not is_coloured(StringIO())
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert not is_coloured(Terminal())


def test_what_is_grave_comes_first(document_of, case, result):
    """One acceptance of what does not hold outweighs any number of needless rejections."""
    cases = [case(result(number=number, reason="called-invalid")) for number in range(1, 5)]
    cases.append(case(result(number=5, reason="called-valid", requirement=BROKEN_MAC)))
    document = document_of(*cases)
    assert [line.split()[1] for line in group_lines(document) if line.startswith("FAIL")] == [BROKEN_MAC, ORDER]
    assert next_lines(document)[0] == f"next      Begin with the gravest failure, in 1 case: {BROKEN_MAC}"
