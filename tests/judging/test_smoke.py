"""Who cannot do the plainest things cannot be judged, and is told so in plain words."""

import pytest

from dicomsig.impostors.answers import AcceptsAll, RejectsAll
from dicomsig.judging.smoke import smoke, smoke_vectors
from dicomsig.judging.vector_files import VectorFiles
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import Declined, Description, FileVerdict, Problem, Signatures, VerdictOfFile
from dicomsig.systems.reference_adapter import ReferenceAdapter
from dicomsig.vectors.cache import built
from dicomsig.vectors.index import index
from dicomsig.vectors.vector import Outcome

VECTORS = {name: entry.vector for name, entry in index().items()}
CRASH = Fault(AdapterFault.CRASH, "it ended", log="CANARY")


@pytest.fixture
def asked():
    """What the first questions to a system come to."""
    with VectorFiles(built()) as files:
        yield lambda adapter: smoke(adapter, VECTORS, files.path)


class Answers(ReferenceAdapter):
    """Says the same of every file."""

    def __init__(self, answer):
        self.answer = answer

    def verify(self, path, trust=(), at=None):
        return self.answer


class Exchanges(ReferenceAdapter):
    """Mixes up accept and reject."""

    def verify(self, path, trust=(), at=None):
        answer = super().verify(path, trust, at)
        good = isinstance(answer, Signatures) and all(row.integrity == "valid" for row in answer.signatures)
        return VerdictOfFile(FileVerdict.REJECT if good else FileVerdict.ACCEPT)


class Describes(ReferenceAdapter):
    """Describes itself otherwise."""

    def __init__(self, description):
        self.description = description

    def describe(self):
        return self.description


class Bluffs(ReferenceAdapter):
    """Answers what it cannot know."""

    def __init__(self, kind):
        self.kind = kind

    def unknown(self, operation):
        return Fault(self.kind, "what happened")


def test_two_valid_two_invalid_one_unsigned():
    """The first questions are the plainest: no flags, the commonest MAC algorithm."""
    chosen = list(smoke_vectors(VECTORS))
    assert [vector.outcome for vector in chosen] == [Outcome.VALID] * 2 + [Outcome.INVALID] * 2 + [Outcome.UNSIGNED]
    assert all(not vector.flags for vector in chosen)
    assert all(vector.id.endswith(".sha256") for vector in chosen[:4])


def test_who_answers_can_be_judged(asked):
    """The reference passes, and so do those whose verdicts are wrong: that is for the judge to say."""
    for adapter in (ReferenceAdapter(), AcceptsAll(), RejectsAll()):
        assert asked(adapter).problem == ""
        assert asked(adapter).misconduct == ()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (CRASH, "it gives no verdict on a plain valid file: crash, it ended"),
        (Problem("CANARY"), "it gives no verdict on a plain valid file: it says that something went wrong"),
        (Declined("CANARY"), "it gives no verdict on a plain valid file: it says that it does not verify this"),
    ],
)
def test_who_gives_no_verdict_cannot_be_judged(asked, answer, why):
    """Crash, error and refusal are no verdicts; what the system says is kept apart from the message."""
    first = asked(Answers(answer))
    assert (first.problem, first.log) == (why, "CANARY")


def test_accept_and_reject_exchanged(asked):
    """Exit codes that were mixed up are guessed at, and nobody is judged by them."""
    assert asked(Exchanges()).problem.endswith("are the two exchanged?")


@pytest.mark.parametrize(
    ("description", "why"),
    [
        (CRASH, "it does not describe itself: it ended"),
        (Declined("no"), "it declines to describe itself"),
        (Description(operations=()), "it does not declare the operation verify"),
    ],
)
def test_who_does_not_describe_itself_cannot_be_judged(asked, description, why):
    """A description with the operation `verify` is due."""
    assert asked(Describes(description)).problem == why


@pytest.mark.parametrize(
    ("kind", "code"),
    [(AdapterFault.MALFORMED, "bluff"), (AdapterFault.CRASH, "crash"), (AdapterFault.TIMEOUT, "timeout")],
)
def test_what_happens_at_an_unknown_operation_is_a_finding(asked, kind, code):
    """Who bluffs or ends at an operation that there is not is judged all the same."""
    first = asked(Bluffs(kind))
    assert first.problem == ""
    assert [each[0] for each in first.misconduct] == [code]
