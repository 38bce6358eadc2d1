"""An answer is compared with what may be said of a vector, and convicts nobody without cause."""

from dataclasses import replace

import pytest

from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.results import Outcome as Came
from dicomsig.judging.expectation import Abilities
from dicomsig.judging.terms import Terms
from dicomsig.judging.verifier_case import ALL_AXES, VerifierCase
from dicomsig.signatures.verdict import Axis, Status
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import (
    Declined,
    Description,
    FileVerdict,
    Problem,
    SignatureRow,
    Signatures,
    VerdictOfFile,
)
from dicomsig.vectors.vector import Expected, Flag, Outcome, Vector

CHANGE = "ps3.3-c.12.1.1.3.1.1-listed-change-detected"
TRUST = "ps3.15-c.1-trust-separate-from-integrity"
MOMENT = "ps3.15-c.1-validity-moment"
CREATOR = "ps3.15-c.2-integrity-of-pixels"
PERMISSION = "ps3.3-c.12.1.1.3-macro-at-top-level"
SIGNER = "ps3.15-c.1-pkcs1-padding"
TERMS = Terms(edition(DEFAULT))
ALL = Abilities(ALL_AXES, trust=True, at=True)
INTEGRITY_ALONE = Abilities.of(Description())
NO_AXES = Abilities.of(Description(axes=()))
INVALID = Expected(integrity=(Status.INVALID,), structure=(), trust=(), time=())

VALID_VECTOR = Vector(
    id="a.sha256",
    recipe="a",
    title="A valid one",
    family="made-up",
    outcome=Outcome.VALID,
    requirements=(CHANGE,),
    expected=(Expected(),),
)
INVALID_VECTOR = replace(
    VALID_VECTOR,
    id="b.sha256",
    title="Its last byte is another",
    outcome=Outcome.INVALID,
    expected=(INVALID,),
    reason="mac-mismatch",
    twin="a.sha256",
)


def row(integrity="valid", place="/", number=0, **axes) -> SignatureRow:
    given = {"structure": "valid", "trust": "valid", "time": "absent"} | axes
    return SignatureRow(place=place, number=number, integrity=integrity, **given)


def rows(*each) -> Signatures:
    return Signatures(each)


def judged(vector, answer, *, abilities=ALL, terms=TERMS, twin=frozenset(), disputed=False, spared=False):
    """The case of one answer."""
    return VerifierCase(vector, terms, abilities, twin, disputed, spared).judge(answer)[0]


def outcome(vector, answer, **options) -> str:
    """The one result of the first row: pass, or how it came out, or that it did not apply."""
    case = judged(vector, answer, **options)
    if case.results:
        return case.results[0].result.value
    if case.passed:
        return "pass"
    return "not-applicable" if case.not_applicable else "none"


def test_a_valid_vector_is_passed_by_valid_alone():
    """Of a signature that holds, `invalid` and `indeterminate` are both wrong, and so is no row for it."""
    assert outcome(VALID_VECTOR, rows(row())) == "pass"
    for wrong in (rows(row("invalid")), rows(row("indeterminate")), rows()):
        assert outcome(VALID_VECTOR, wrong) == "fail"


def test_an_invalid_vector_is_passed_by_invalid_alone():
    """Of a signature that was broken, `valid` and `indeterminate` are both wrong, and so is no row for it."""
    assert outcome(INVALID_VECTOR, rows(row("invalid"))) == "pass"
    for wrong in (rows(row()), rows(row("indeterminate")), rows()):
        assert outcome(INVALID_VECTOR, wrong) == "fail"


def test_a_failure_says_what_was_expected_and_what_was_found():
    """The result names signature, axis and both statuses, the clause, the vector and a code."""
    result = judged(INVALID_VECTOR, rows(row())).results[0]
    assert (result.expected, result.found) == ("/#0 integrity invalid", "/#0 integrity valid")
    assert (result.requirement, result.clause, result.reason) == (CHANGE, "PS3.3 C.12.1.1.3.1.1", "called-valid")
    assert (result.case, result.subject.vector, result.subject.place) == ("verifier/b.sha256", "b.sha256", "/")


def test_a_signature_without_a_row_is_told_with_the_rows_that_there_are():
    """Who names a place otherwise sees the name that was expected beside those that he gave."""
    nested = replace(VALID_VECTOR, expected=(Expected(place="/0040a730[2]/"),))
    (result,) = judged(nested, rows(row("invalid", place="/0040a730[3]/"))).results[:1]
    assert result.found == "no row for /0040a730[2]/#0, only for /0040a730[3]/#0"
    many = rows(*(row("indeterminate", number=number) for number in range(6)))
    assert judged(nested, many).results[0].found.endswith("only for /#0, /#1, /#2, /#3 and 2 more")
    assert judged(nested, rows()).results[0].found == "no row for /0040a730[2]/#0"


@pytest.mark.parametrize(
    ("asked", "passes"),
    [
        (Outcome.VALID, {FileVerdict.ACCEPT}),
        (Outcome.INVALID, {FileVerdict.REJECT}),
        (Outcome.INDETERMINATE, set(FileVerdict) - {FileVerdict.ACCEPT}),
        (Outcome.UNSIGNED, set(FileVerdict) - {FileVerdict.ACCEPT}),
        (Outcome.UNREADABLE, set(FileVerdict) - {FileVerdict.ACCEPT}),
    ],
)
def test_one_answer_a_file(asked, passes):
    """A valid vector is passed by accept alone, an invalid one by reject alone, any other by all but accept."""
    vector = replace(VALID_VECTOR, outcome=asked, expected=())
    passed = {
        verdict for verdict in FileVerdict if outcome(vector, VerdictOfFile(verdict), abilities=NO_AXES) == "pass"
    }
    assert passed == passes


def test_one_answer_may_be_a_refusal_for_another_cause_than_integrity():
    """Where the bytes hold and the certificate must not be trusted, one answer may be either."""
    distrusted = replace(VALID_VECTOR, expected=(Expected(trust=(Status.INVALID,)),))
    for verdict in (FileVerdict.ACCEPT, FileVerdict.REJECT):
        assert outcome(distrusted, VerdictOfFile(verdict), abilities=ALL) == "pass"
        assert outcome(distrusted, VerdictOfFile(verdict), abilities=NO_AXES) == "not-applicable"


def test_rejecting_everything_earns_nothing():
    """A negative that is rejected shows nothing when its twin is rejected as well; accepting it still fails."""
    broken = frozenset((Axis.INTEGRITY,))
    case = judged(INVALID_VECTOR, rows(row("invalid")), twin=broken)
    assert [(each.result, each.reason) for each in case.results] == [(Came.INCONCLUSIVE, "twin-not-accepted")]
    assert outcome(INVALID_VECTOR, rows(row()), twin=broken) == "fail"


def test_what_is_wrong_with_the_twin_convicts_of_nothing_else():
    """A rewritten vector that is refused as its twin is leaves open what the rewriting did."""
    rewritten = replace(VALID_VECTOR, id="c", twin="a.sha256")
    assert outcome(rewritten, rows(row("invalid")), twin=ALL_AXES) == "inconclusive"
    assert outcome(rewritten, rows(row("invalid"))) == "fail"


def test_a_doubt_is_no_acceptance():
    """A vector that must not be accepted is passed by both other answers."""
    open_vector = replace(
        INVALID_VECTOR,
        outcome=Outcome.INDETERMINATE,
        expected=(replace(INVALID, integrity=(Status.INVALID, Status.INDETERMINATE)),),
    )
    assert outcome(open_vector, rows(row("indeterminate"))) == outcome(open_vector, rows(row("invalid"))) == "pass"
    assert outcome(open_vector, rows()) == "pass"
    assert outcome(open_vector, rows(row())) == "fail"


def test_an_ambiguity_convicts_nobody_and_is_recorded():
    """What the ambiguity register leaves open passes nothing and fails nothing; the answer is an observation."""
    vector = replace(
        INVALID_VECTOR, outcome=Outcome.ACCEPTABLE, ambiguity="A-03", expected=(replace(INVALID, integrity=()),)
    )
    for answer in (rows(row()), rows(row("invalid")), VerdictOfFile(FileVerdict.ACCEPT)):
        case = judged(vector, answer)
        assert (case.passed, case.results, case.not_applicable) == ((), (), (CHANGE,))
        assert [each.code for each in case.observations] == ["a-03"]


def test_a_row_for_no_signature():
    """What is no signature must not be called valid, and must not cast doubt on a file that holds."""
    unsigned = replace(VALID_VECTOR, outcome=Outcome.UNSIGNED, expected=())
    assert outcome(unsigned, rows(row())) == "fail"
    assert outcome(unsigned, rows(row("indeterminate"))) == "pass"
    assert outcome(VALID_VECTOR, rows(row(), row("invalid", number=1))) == "fail"
    assert outcome(VALID_VECTOR, rows(row(), row("indeterminate", number=1))) == "pass"


def test_axes_that_are_not_declared_are_not_applicable():
    """Structure is asked of those who judge it, trust of those who honour anchors and the moment."""
    malformed = replace(INVALID_VECTOR, expected=(Expected(structure=(Status.INVALID,)),))
    bare = rows(SignatureRow(place="/", number=0, integrity="valid"))
    assert outcome(malformed, bare, abilities=INTEGRITY_ALONE) == "not-applicable"
    assert outcome(malformed, rows(row())) == "fail"
    assert outcome(malformed, rows(row(structure="invalid"))) == "pass"
    distrusted = replace(INVALID_VECTOR, requirements=(MOMENT,), expected=(Expected(trust=(Status.INVALID,)),))
    assert outcome(distrusted, rows(row())) == "fail"
    assert outcome(distrusted, rows(row()), abilities=replace(ALL, trust=False)) == "not-applicable"
    assert (
        outcome(replace(distrusted, at="2040-01-01"), rows(row()), abilities=replace(ALL, at=False)) == "not-applicable"
    )


def test_trust_is_a_local_matter():
    """A good certificate that is not trusted breaks no row but those on trust; it is an observation."""
    case = judged(VALID_VECTOR, rows(row(trust="invalid")))
    assert not case.results
    assert [each.code for each in case.observations] == ["called-invalid"]
    assert outcome(replace(VALID_VECTOR, requirements=(TRUST,)), rows(row(trust="invalid"))) == "fail"


def test_a_right_verdict_for_a_wrong_reason_is_observed():
    """The verdict passes; that the reason is another is told, without words that are no code of ours."""
    answer = rows(row("invalid", reasons=("issuer-unknown", "the moon is full", "called-valid", "timeout")))
    case = judged(INVALID_VECTOR, answer)
    assert case.passed == (CHANGE,)
    assert [(each.code, each.message) for each in case.observations] == [
        ("other-reason", "the reason is mac-mismatch, and it gives issuer-unknown")
    ]
    right = judged(INVALID_VECTOR, rows(row("invalid", reasons=("issuer-unknown", "mac-mismatch"))))
    assert right.observations == judged(INVALID_VECTOR, rows(row("invalid"))).observations == ()


@pytest.mark.parametrize("kind", [kind for kind in AdapterFault if kind not in ("given-up", "refused-start")])
def test_a_fault_is_no_verdict(kind):
    """A fault neither accepts nor rejects: it fails valid and invalid vectors, and leaves the others open."""
    fault = Fault(kind, "what happened", output="\\x1b CANARY", log="CANARY")
    for vector in (VALID_VECTOR, INVALID_VECTOR):
        case = judged(vector, fault)
        assert [(each.result, each.reason) for each in case.results] == [(Came.FAIL, kind)]
        assert [each.code for each in case.observations] == [kind]
        assert "CANARY" not in case.results[0].found + case.results[0].message
        assert "CANARY" in case.results[0].values
    assert outcome(replace(VALID_VECTOR, outcome=Outcome.UNREADABLE, expected=()), fault) == "inconclusive"


@pytest.mark.parametrize("kind", ["given-up", "refused-start"])
def test_who_was_not_asked_has_not_failed(kind):
    """After too many timeouts or starts in vain nothing is known of the rest."""
    assert outcome(VALID_VECTOR, Fault(AdapterFault(kind), "no more")) == "inconclusive"


def test_an_error_is_no_rejection_and_a_refusal_to_answer_is_no_verdict():
    """`error` passes only what must not be accepted; `unsupported` leaves everything open."""
    problem, declined = Problem("CANARY"), Declined("CANARY")
    assert outcome(VALID_VECTOR, problem) == outcome(INVALID_VECTOR, problem) == "fail"
    assert outcome(replace(VALID_VECTOR, outcome=Outcome.UNREADABLE, expected=()), problem) == "pass"
    assert outcome(VALID_VECTOR, declined) == outcome(INVALID_VECTOR, declined) == "inconclusive"
    assert "CANARY" not in judged(VALID_VECTOR, problem).results[0].found


@pytest.mark.parametrize("flag", [Flag.WEAK_CERTIFICATE, Flag.RETIRED_SYNTAX, Flag.RECENT_SYNTAX, Flag.DEFLATED])
def test_what_no_product_has_to_take(flag):
    """A weak key or a transfer syntax may be refused: that is observed, but to call the content altered still fails."""
    vector = replace(VALID_VECTOR, flags=(flag,))
    for answer in (rows(row("indeterminate")), VerdictOfFile(FileVerdict.REJECT), Problem("no"), Declined("no")):
        assert outcome(vector, answer) == "not-applicable"
        assert [each.code for each in judged(vector, answer).observations][-1:] == ["need-not-take"]
    assert outcome(vector, rows(row("invalid"))) == "fail"
    assert outcome(vector, rows(row())) == "pass"
    assert outcome(vector, Fault(AdapterFault.CRASH, "it ended")) == "fail"


@pytest.mark.parametrize("answer", [rows(row("indeterminate")), Declined("no"), Problem("no"), rows(row("invalid"))])
def test_what_need_not_be_taken_need_not_be_told_from_its_twin(answer):
    """A negative in a transfer syntax that a product does not take is not asked of it; to accept it still fails."""
    vector = replace(INVALID_VECTOR, flags=(Flag.DEFLATED,))
    assert outcome(vector, answer, twin=ALL_AXES, spared=True) == "not-applicable"
    assert outcome(vector, rows(row()), twin=ALL_AXES, spared=True) == "fail"
    assert outcome(vector, Declined("no")) == "inconclusive"


def test_a_disputed_vector_convicts_nobody():
    """Where the oracles do not agree, a difference is an observation."""
    case = judged(INVALID_VECTOR, rows(row()), disputed=True)
    assert not case.results
    assert [each.code for each in case.observations] == ["disputed"]


def test_profiles_count_when_they_are_claimed():
    """Without a claim a row of the Creator profile convicts nobody; with it, it does."""
    vector = replace(INVALID_VECTOR, requirements=(CREATOR, CHANGE))
    case = judged(vector, rows(row()))
    assert [each.requirement for each in case.results] == [CHANGE]
    assert [(each.code, each.requirement) for each in case.observations] == [("profile-not-claimed", CREATOR)]
    claimed = Terms(edition(DEFAULT), asked_profiles=("creator",))
    assert [each.requirement for each in judged(vector, rows(row()), terms=claimed).results] == [CREATOR, CHANGE]
    assert judged(vector, rows(row("invalid")), terms=claimed).passed == (CREATOR, CHANGE)


def test_rows_of_signers_judge_no_verifier():
    """A vector whose rows speak of signers alone, or only permit, is judged by what every verifier can do."""
    for requirement in (SIGNER, PERMISSION):
        vector = replace(VALID_VECTOR, requirements=(requirement,))
        failed = {each.requirement for each in judged(vector, rows(row("invalid"))).results}
        assert failed == {"ps3.15-c.1-verifies-sha256"}


def test_only_what_was_asked_for_is_judged():
    """With `--only` the other rows of a vector are not there."""
    vector = replace(INVALID_VECTOR, requirements=(CHANGE, "ps3.3-c.12.1.1.3.1.2-element-fields"))
    terms = Terms(edition(DEFAULT), only=frozenset((CHANGE,)))
    assert [each.requirement for each in judged(vector, rows(row()), terms=terms).results] == [CHANGE]


def test_an_edition_that_was_not_read_convicts_nobody():
    """In an edition beyond the data everything is assumed, and nothing assumed convicts."""
    assert outcome(INVALID_VECTOR, rows(row()), terms=Terms(edition("2031a"))) == "inconclusive"


def test_each_signature_is_judged_for_itself():
    """Of two signatures the one that was hit is invalid and the other valid; the reverse is wrong twice."""
    vector = replace(INVALID_VECTOR, expected=(Expected(), replace(INVALID, number=1)))
    assert outcome(vector, rows(row(), row("invalid", number=1))) == "pass"
    result = judged(vector, rows(row("invalid"), row(number=1))).results[0]
    assert (result.subject.number, result.reason) == (1, "called-valid")
    assert result.message.endswith("and 1 more that differ")
