"""The fuzzer finds what is planted, convicts nobody else, and gives the same for the same seed."""

from dataclasses import replace
from functools import cache

import msgspec
import pytest

from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.results import Outcome
from dicomsig.encoding import tags
from dicomsig.impostors.answers import AcceptsAll, RejectsAll
from dicomsig.impostors.honest import HonestVerifier, OwnMac
from dicomsig.impostors.retold import RetoldMac
from dicomsig.impostors.verifiers import verifier_impostors
from dicomsig.judging import fuzz_judge
from dicomsig.judging.expectation import Abilities
from dicomsig.judging.fuzz_draws import CaseDraws, ShrinkBudget
from dicomsig.judging.fuzz_files import CounterexampleError, clear, load, save
from dicomsig.judging.fuzz_judge import FuzzJudge
from dicomsig.judging.fuzz_question import changed_question, untouched_question
from dicomsig.judging.fuzz_reference import Opinion
from dicomsig.judging.fuzz_run import FuzzTrial
from dicomsig.judging.smoke import Smoke
from dicomsig.judging.terms import Terms
from dicomsig.judging.verifier_reasons import VerifierReason
from dicomsig.signatures.rules import STANDARD
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import FileVerdict, Problem, SignatureRow, Signatures, VerdictOfFile
from dicomsig.systems.reference_adapter import ReferenceAdapter
from dicomsig.vectors.strategies.change import Kind
from dicomsig.vectors.vector import Outcome as VectorOutcome

TERMS = Terms(edition(DEFAULT))
FEW_ELEMENTS = 3
BUDGET = ShrinkBudget(calls=150)
CHANGED = "ps3.3-c.12.1.1.3.1.1-listed-change-detected"


def trial(make, seed=1, **options):
    return FuzzTrial(make, Smoke(make().describe()), TERMS, seed=seed, **options)


def run(make, number, seed=1, **options):
    """A trial that has run to its end, and its outcomes."""
    made = trial(make, seed, **options)
    return made, list(made.outcomes(number))


def results(outcomes):
    return [result for outcome in outcomes for result in outcome.results]


# Faults that are planted


class IgnoresTheLastByteOfPixels(RetoldMac):
    """Hashes pixels up to the last byte but one."""

    def told(self, element, value):
        return value[:-1] if element.tag == tags.PIXEL_DATA else value


class IgnoresWhatFollowsPixels(OwnMac):
    """Takes the end of the pixels for the end of what is signed."""

    def covered(self, instance, signature):
        return frozenset(tag for tag in super().covered(instance, signature) if tag <= tags.PIXEL_DATA)


class IgnoresNestedVr(RetoldMac):
    """Hashes every short text in an item as LO."""

    def inner(self, item):
        short = ("AE", "CS", "SH", "ST", "LT")
        return [msgspec.structs.replace(e, vr="LO") if e.vr in short else e for e in super().inner(item)]


class HasTwoFaults(OwnMac):
    """Leaves the offset table out, and sees the first signature only."""

    rules = replace(STANDARD, offset_table=False)

    def found(self, instance):
        return list(super().found(instance))[:1]


PLANTED = {
    "the last byte of pixels is ignored": IgnoresTheLastByteOfPixels,
    "the offset table is skipped": "rule-offset-table",
    "defined and undefined lengths differ": "rule-item-length",
    "group lengths are hashed": "rule-group-lengths",
    "padding is trimmed": "trims-padding",
    "the first signature is the only one": "sees-the-first-signature-only",
    "elements behind the pixels are ignored": IgnoresWhatFollowsPixels,
    "VR letters of nested elements are ignored": IgnoresNestedVr,
    "private elements are ignored": "leaves-private-elements-out",
    "the list of signed elements is ignored": "hashes-everything",
    "the algorithm in the DigestInfo is ignored": "ignores-digest-info-algorithm",
}


def planted(name):
    fault = PLANTED[name]
    return verifier_impostors()[fault] if isinstance(fault, str) else fault


def nearest(made):
    """The finding whose first case is the smallest, as a counterexample."""
    made.findings = dict([min(made.findings.items(), key=lambda each: each[1].starts[0])])
    return next(made.counterexamples())


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_made_small(name):
    """Each of eleven faults is found by the fuzzer alone, in an instance of at most three elements of its own."""
    made, outcomes = run(planted(name), 110, budget=ShrinkBudget(calls=300))
    assert {result.result for result in results(outcomes)} == {Outcome.FAIL}
    assert not made.disagreements
    assert nearest(made).question.elements <= FEW_ELEMENTS


@pytest.mark.slow
def test_two_faults_of_one_system_are_both_reported():
    """The run goes on after a finding; each kind of finding has results once, its later cases are observations."""
    made, outcomes = run(HasTwoFaults, 30, budget=BUDGET)
    reasons = {(finding.key[0], finding.key[2]) for finding in made.findings.values()}
    assert {(Kind.UNTOUCHED, "called-invalid"), (Kind.UNTOUCHED, "signature-not-listed")} <= reasons
    cases = {result.case for result in results(outcomes)}
    assert len(cases) == len(made.findings)
    again = [o for outcome in outcomes for o in outcome.observations if o.message.startswith("again as in verifier/")]
    assert len(again) == sum(finding.count for finding in made.findings.values()) - len(made.findings) > 0
    small = nearest(made)
    assert small.question.elements <= FEW_ELEMENTS
    assert 0 < small.calls <= BUDGET.calls * 3


# Nobody else is convicted


@pytest.mark.parametrize("make", [ReferenceAdapter, HonestVerifier, OwnMac, RetoldMac])
def test_the_honest_are_acquitted(make):
    """Our own verifier and three honest ones that go other ways have no result but passes."""
    made, outcomes = run(make, 20, seed=3)
    assert results(outcomes) == []
    assert not made.findings
    assert not made.disagreements
    assert made.counts[Kind.UNTOUCHED] == 20
    assert sum(made.counts.values()) == 40
    assert all(outcome.passed for outcome in outcomes if "/damage-" not in outcome.case)


class OneAnswer(HonestVerifier):
    """Honest, with one answer for a file."""

    def verify(self, path, trust=(), at=None):
        answer = super().verify(path, trust, at)
        if not isinstance(answer, Signatures):
            return answer
        good = all(row.integrity == row.structure == row.trust == "valid" for row in answer.signatures)
        return VerdictOfFile(FileVerdict.ACCEPT if good else FileVerdict.REJECT)


def test_one_honest_answer_a_file_is_acquitted():
    """Who says accept or reject of a file and is right is not convicted, and damage gives no difference to look at."""
    made, outcomes = run(OneAnswer, 25, seed=4)
    assert results(outcomes) == []
    assert made.differences == []


def test_who_rejects_everything_earns_nothing():
    """It fails by what it should accept; what was changed is not even put to it."""
    made, outcomes = run(RejectsAll, 20)
    assert {result.reason for result in results(outcomes)} == {"called-invalid"}
    assert made.counts[Kind.BREAKING] == made.counts[Kind.PRESERVING] == 0
    assert not any(outcome.passed for outcome in outcomes)


def test_who_accepts_everything_is_convicted():
    """By what was changed alone: what holds it answers rightly."""
    made, outcomes = run(AcceptsAll, 20, seed=2)
    assert {finding.key[0] for finding in made.findings.values()} == {Kind.BREAKING}
    assert {result.reason for result in results(outcomes)} == {"called-valid"}


@cache
def plain_case():
    draws = CaseDraws(0)
    return next(c for c in map(draws.case, range(99)) if c.untouched.strategy == "sha256" and len(c.made.layers) == 1)


def damaged(old, new):
    """A question with one piece of a plain instance overwritten by another."""
    plain = plain_case()
    question = untouched_question(plain, 0)
    assert plain.twin.count(old) >= 1
    data = new.join(plain.twin.rsplit(old, 1))
    vector = replace(question.vector, outcome=VectorOutcome.INDETERMINATE, requirements=(CHANGED,), expected=())
    return replace(question, kind=Kind.DAMAGE, vector=vector, data=data, twin=plain.twin)


def judged(question, answer, **options):
    return FuzzJudge(TERMS, Abilities.of(Smoke(ReferenceAdapter().describe()).description)).judge(
        question, answer, **options
    )


ACCEPT, REJECT = VerdictOfFile(FileVerdict.ACCEPT), VerdictOfFile(FileVerdict.REJECT)
SIGNED_UID = b"2.25.73571"


def test_after_damage_a_wrong_mac_convicts_who_accepts_it():
    """The file is well-formed and its MAC over the bytes that are there is another: no reading makes it valid."""
    question = damaged(SIGNED_UID, b"2.25.73572")
    (result,) = judged(question, ACCEPT).outcome.results
    assert (result.result, result.requirement, result.reason) == (Outcome.FAIL, CHANGED, "called-valid")
    accepting = Signatures((SignatureRow(place="/", integrity="valid", number=0),))
    assert judged(question, accepting).finding.result is Outcome.FAIL
    assert judged(question, REJECT).outcome.results == ()
    assert judged(question, ACCEPT, twin_accepted=False).outcome.results == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"DICM\2\0\0\0UL", b"DICM\2\0\0\0US"),
        (b"TEST_ONLY", b"TEST_OILY"),
        (b"\x08\0\x18\0UI", b"\x08\0\x18\0UN"),
        (SIGNED_UID, b"2.25.7357"),
    ],
    ids=["length-of-file-meta", "file-meta", "unknown-vr", "shorter"],
)
def test_after_any_other_damage_nobody_is_convicted(old, new):
    """What may be read in two ways gives at most a difference to look at, whatever is answered."""
    for answer in (ACCEPT, REJECT, VerdictOfFile(FileVerdict.UNREADABLE), Problem("broken")):
        came = judged(damaged(old, new), answer)
        assert came.outcome.results == ()
        assert came.finding is None


def test_a_difference_after_damage_is_told():
    """A file that still holds and is rejected is worth a look, and so is one that is accepted alone."""
    held = damaged(b"TEST_ONLY", b"TEST_OILY")
    assert "calls 1 signature valid" in judged(held, REJECT).difference.message
    assert judged(held, ACCEPT).difference is None
    assert judged(damaged(SIGNED_UID, b"2.25.7357"), ACCEPT).difference.code == VerifierReason.DIFFERS_FROM_REFERENCE


def test_a_wrong_expectation_is_a_fault_of_ours(monkeypatch):
    """Where our verifier does not agree with the construction nobody is convicted, and the disagreement is named."""
    nobody = Opinion(VerdictOfFile(FileVerdict.UNREADABLE))
    monkeypatch.setattr(fuzz_judge, "opinion_of", lambda data, twin=b"": nobody)
    made, outcomes = run(RejectsAll, 3)
    assert results(outcomes) == []
    assert len(made.disagreements) == 3
    assert all("dicomsig's own verifier says unreadable" in each for each in made.disagreements)


# Systems that do not answer


class Stumbles(HonestVerifier):
    """Crashes over private elements, and answers everything else."""

    def verdicts(self, instance, trust):
        if any(tags.is_private(element.tag) for element in instance.elements):
            raise RuntimeError
        return super().verdicts(instance, trust)


@pytest.mark.slow
def test_a_crash_in_the_middle_is_a_finding_and_the_run_goes_on():
    """What crashes it is made smaller like any other finding."""
    made, outcomes = run(Stumbles, 20, budget=BUDGET)
    assert {finding.key[2] for finding in made.findings.values()} == {AdapterFault.CRASH}
    assert made.cases == 20
    assert any(outcome.passed for outcome in outcomes[-10:])
    small = nearest(made)
    (first,) = (finding.first for finding in made.findings.values())
    assert small.reason == AdapterFault.CRASH
    assert small.calls > 0
    assert small.question.elements <= first.question.elements


class GivesUp(HonestVerifier):
    """Is not there any more."""

    def verify(self, path, trust=(), at=None):
        return Fault(AdapterFault.GIVEN_UP, "too many timeouts")


def test_a_system_that_is_gone_ends_the_run():
    """Nothing more is asked, nobody is convicted by what was not asked, and nothing is made smaller."""
    made, outcomes = run(GivesUp, 20)
    assert made.stopped
    assert made.cases == 1
    assert {result.result for result in results(outcomes)} == {Outcome.INCONCLUSIVE}


def test_an_error_said_after_damage_is_an_answer():
    """`error` is a clean end for a file that is broken."""

    class Says(HonestVerifier):
        def verify(self, path, trust=(), at=None):
            answer = super().verify(path, trust, at)
            return answer if isinstance(answer, Signatures) else Problem("broken")

    assert results(run(Says, 30, seed=5)[1]) == []


# The same for the same seed


def test_a_seed_gives_the_same_cases_in_any_order():
    """Each case follows from seed and number alone."""
    forth = [CaseDraws(7).case(number) for number in range(6)]
    draws = CaseDraws(7)
    back = [draws.case(number) for number in reversed(range(6))]
    assert [(each.twin, each.data) for each in forth] == [(each.twin, each.data) for each in reversed(back)]
    assert CaseDraws(8).case(0).twin != forth[0].twin


def test_a_run_gives_the_same_again_with_two_adapters():
    """Outcomes come in the order of the numbers, however many work at once."""
    one, two = (run(HasTwoFaults, 12, jobs=jobs) for jobs in (1, 2))
    assert one[1] == two[1]
    assert one[0].findings.keys() == two[0].findings.keys()


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    """Neither drawing nor making smaller writes into the folder one is in; the budget is kept."""
    monkeypatch.chdir(tmp_path)
    made, _ = run(HasTwoFaults, 12, budget=ShrinkBudget(calls=15))
    assert 0 < nearest(made).calls <= 3 * 15
    assert list(tmp_path.iterdir()) == []


# Counterexamples as folders


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A counterexample of each kind of question, in folders."""
    folder = tmp_path_factory.mktemp("fuzz")
    made, _ = run(AcceptsAll, 20, seed=2)
    for finding in made.findings.values():
        save(folder, made.unshrunk(finding), 2)
    other, _ = run(RejectsAll, 1)
    for finding in other.findings.values():
        save(folder, other.unshrunk(finding), 2)
    return folder


def test_a_saved_counterexample_is_read_back_as_it_was(saved):
    """Question and twin, with what is expected of each."""
    draws = CaseDraws(2)
    for folder in saved.glob("breaking-*"):
        ((question, twin),) = load(folder)
        case = draws.case(int(folder.name[-6:]))
        for read, drawn in ((question, changed_question(case, 0)), (twin, untouched_question(case, 0))):
            assert read.data == drawn.data
            assert read.vector.expected == drawn.vector.expected
            assert read.vector.requirements == drawn.vector.requirements
        assert question.words == changed_question(case, 0).words


def test_saved_counterexamples_convict_again_and_acquit_the_honest(saved):
    """All of a folder are put at once."""
    again = trial(AcceptsAll)
    failed = {result.case.rpartition("/")[2] for result in results(again.replayed(load(saved)))}
    assert failed == {each.name for each in saved.iterdir() if not each.name.startswith("untouched-")}
    assert results(trial(HonestVerifier).replayed(load(saved))) == []


def test_only_counterexamples_are_cleared(saved, tmp_path):
    """What somebody else keeps beside them stays."""
    made, _ = run(RejectsAll, 1)
    own = save(tmp_path, made.unshrunk(next(iter(made.findings.values()))), 0)
    (tmp_path / "mine").mkdir()
    (own / "notes.txt").write_text("kept")
    clear(tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")) == [f"{own.name}/notes.txt"]
    assert (tmp_path / "mine").is_dir()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no fuzz.json in it"),
        (b"", "its fuzz.json is none of dicomsig"),
        (b"{}", "its fuzz.json is none of dicomsig"),
        (b"[" * 100_000, "its fuzz.json is none of dicomsig"),
        (b" " * ((1 << 24) + 1), "its fuzz.json is none of dicomsig"),
    ],
    ids=["none", "empty", "an-object", "nested", "long"],
)
def test_what_is_no_counterexample_is_an_error(tmp_path, content, message):
    """It is named, and never a traceback."""
    if content is not None:
        (tmp_path / "fuzz.json").write_bytes(content)
        (tmp_path / "object.dcm").write_bytes(b"")
    with pytest.raises(CounterexampleError, match=message):
        list(load(tmp_path))


def test_an_unknown_requirement_is_an_error(saved, tmp_path):
    """A counterexample from another register is not judged by what is not there."""
    folder = next(saved.glob("breaking-*"))
    about = (folder / "fuzz.json").read_text().replace('"ps3.', '"ps9.')
    (tmp_path / "fuzz.json").write_text(about)
    for name in ("object.dcm", "twin.dcm"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(CounterexampleError, match="the register has no requirement"):
        list(load(tmp_path))
