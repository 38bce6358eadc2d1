"""Before a verifier is judged it is asked for a few plain things: who cannot do them cannot be judged."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from dicomsig.judging.conduct import Misconduct
from dicomsig.judging.expectation import Abilities, compare
from dicomsig.judging.verifier import ask
from dicomsig.judging.verifier_reasons import VerifierReason
from dicomsig.systems.adapters import Adapter, Verified
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import Declined, Description, Operation, Problem, Signatures, VerdictOfFile
from dicomsig.vectors.vector import Outcome, Vector

__all__ = ["UNKNOWN_OPERATION", "Smoke", "smoke", "smoke_vectors"]

_WANTED: Final = ((Outcome.VALID, 2), (Outcome.INVALID, 2), (Outcome.UNSIGNED, 1))
_USUAL: Final = ".sha256"
"""The end of the ids of vectors with the MAC algorithm that every product has."""

UNKNOWN_OPERATION: Final = "unheard-of"


@dataclass(frozen=True, slots=True)
class Smoke:
    """What the first questions came to; ``problem`` says in plain words why the system cannot be judged, or nothing.

    ``misconduct`` went wrong on the way and keeps nobody from being judged.
    """

    description: Description
    problem: str = ""
    log: str = ""
    misconduct: tuple[Misconduct, ...] = ()


def smoke(adapter: Adapter, vectors: Mapping[str, Vector], file: Callable[[Vector], Path]) -> Smoke:
    """Ask a system to describe itself, for two valid, two invalid and an unsigned file, and for what nobody knows.

    It fails when no verdict comes for valid or for invalid ones, or when each is the opposite of the right one.
    A wrong verdict alone is for the judge.
    """
    described = adapter.describe()
    if isinstance(described, Fault):
        return Smoke(Description(), f"it does not describe itself: {described.message}", described.log)
    if not isinstance(described, Description):
        return Smoke(Description(), "it declines to describe itself")
    if Operation.VERIFY not in described.operations:
        return Smoke(described, "it does not declare the operation verify")
    answers = [(vector, ask(adapter, vector, file(vector)).verified) for vector in smoke_vectors(vectors)]
    problem, log = _problem(answers, Abilities.of(described))
    if problem:
        return Smoke(described, problem, log)
    return Smoke(described, misconduct=tuple(_of_unknown(adapter.unknown(UNKNOWN_OPERATION))))


def smoke_vectors(vectors: Mapping[str, Vector]) -> Iterator[Vector]:
    """Two valid vectors, two that were changed after signing and an unsigned one: the plainest there are."""
    for outcome, number in _WANTED:
        of_outcome = (vector for vector in vectors.values() if vector.outcome is outcome and not vector.flags)
        usual = (v for v in of_outcome if outcome is Outcome.UNSIGNED or v.id.endswith(_USUAL))
        yield from islice(usual, number)


def _problem(answers: list[tuple[Vector, Verified]], abilities: Abilities) -> tuple[str, str]:
    for outcome in (Outcome.VALID, Outcome.INVALID):
        silent = [answer for vector, answer in answers if vector.outcome is outcome]
        if all(not isinstance(answer, Signatures | VerdictOfFile) for answer in silent):
            return f"it gives no verdict on a plain {outcome} file: {_why(silent[0])}", _log(silent[0])
    told = [
        (vector, answer)
        for vector, answer in answers
        if isinstance(answer, Signatures | VerdictOfFile) and vector.outcome in (Outcome.VALID, Outcome.INVALID)
    ]
    if all(_opposite(vector, answer, abilities) for vector, answer in told):
        return "it accepts what must be rejected and rejects what must be accepted; are the two exchanged?", ""
    return "", ""


def _opposite(vector: Vector, answer: Signatures | VerdictOfFile, abilities: Abilities) -> bool:
    reasons = {each.reason for each in compare(vector, answer, abilities).differences}
    return ("called-invalid" if vector.outcome is Outcome.VALID else "called-valid") in reasons


def _why(answer: Verified) -> str:
    match answer:
        case Fault():
            return f"{answer.kind}, {answer.message}"
        case Problem():
            return "it says that something went wrong"
        case _:
            return "it says that it does not verify this"


def _log(answer: Verified) -> str:
    match answer:
        case Fault():
            return answer.log or answer.output
        case Problem():
            return answer.error
        case Declined():
            return answer.unsupported
        case _:
            return ""


def _of_unknown(answer: Declined | Problem | Fault) -> list[Misconduct]:
    if not isinstance(answer, Fault):
        return []
    code = VerifierReason.BLUFF if answer.kind is AdapterFault.MALFORMED else str(answer.kind)
    return [(code, f"asked for an operation that there is not, it does not decline: {answer.message}")]
