"""The cases of the suite: all that the judges say of what a run was asked to judge, as tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.deviations import DeviationBook
from dicomsig.conformance.editions import DEFAULT, Edition, edition
from dicomsig.conformance.names import ConformanceInputError
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome, Outcome, Result
from dicomsig.crypto.certificates import CertificateError
from dicomsig.crypto.key_files import load_certificates
from dicomsig.crypto.trust import TrustStore
from dicomsig.judging.choice import Choice, chosen_vectors
from dicomsig.judging.lost_input import is_lost
from dicomsig.judging.named_systems import named_verifier
from dicomsig.judging.signer import judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import Terms
from dicomsig.judging.vector_files import VectorFiles
from dicomsig.judging.verifier_run import VerifierTrial
from dicomsig.signatures.verify import Trust
from dicomsig.systems.adapters import Adapter
from dicomsig.systems.command_line import CommandLineError, split_command
from dicomsig.systems.files import find_files
from dicomsig.systems.found import FoundFile, PathError, shown_name
from dicomsig.systems.process_adapter import ProcessAdapter
from dicomsig.vectors.cache import built
from dicomsig.vectors.index import VectorError, index
from dicomsig.vectors.pki import trust_path
from dicomsig.vectors.samples import dcmtk_folder, samples


class Kind(StrEnum):
    """What a problem means for the exit code."""

    USAGE = "usage"
    """Options that cannot be used: there is no test at all."""
    UNREADABLE = "unreadable-input"
    NOTHING = "nothing-to-judge"
    INTERNAL = "internal-error"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be judged, which no test shows."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class RequirementCase:
    """One requirement judged for one case, as a test: it passes, fails, is accepted or could not be told."""

    requirement: str
    case: str
    profile: str
    clause: str
    mac_algorithm: str
    result: Result | None
    """None for a pass."""
    accepted: str = ""

    @property
    def test_id(self) -> str:
        """Requirement, case and MAC algorithm: stable from run to run."""
        case = self.case.partition("/")[2]
        told = case.upper().endswith(f".{self.mac_algorithm}")  # a vector is named by it
        return "-".join(filter(None, (self.requirement, case, "" if told else self.mac_algorithm)))

    @property
    def marks(self) -> tuple[str, ...]:
        """The markers by which it is chosen with ``-m``: profile, clause, and MAC algorithm where there is one."""
        return tuple(filter(None, (self.profile, clause_mark(self.clause), self.mac_algorithm)))

    @property
    def properties(self) -> tuple[tuple[str, str], ...]:
        """What a report says of it besides how it ended, as plain text: reports go from process to process."""
        result = self.result
        told = {
            "requirement": self.requirement,
            "case": self.case,
            "result": Outcome.PASS if result is None else result.result,
            "reason": "" if result is None else result.reason,
            "accepted": self.accepted,
        }
        return tuple((name, str(text)) for name, text in told.items())

    def require(self) -> None:
        """End the test as the judge decided."""
        result = self.result
        if result is None:
            return
        text = f"{result.clause}: expected {result.expected or '-'}; found {result.found or result.message}"
        if self.accepted:
            pytest.xfail(f"accepted deviation: {self.accepted}; {text}")
        match result.result:
            case Outcome.FAIL:
                pytest.fail(f"{self.requirement} in {self.case}\n{text}", pytrace=False)
            case Outcome.WARNING:
                pytest.skip(f"warning: {text}")
            case _:
                pytest.skip(f"{result.result}: {text}")


_CASES = pytest.StashKey[dict[str, list[RequirementCase]]]()
PROBLEMS = pytest.StashKey[list[Problem]]()
"""What could not be judged in this process."""


def cases_of(config: pytest.Config, fixture: str) -> list[RequirementCase]:
    """All cases behind the argument of a test, judged when first asked for; none where the options are wrong."""
    known = config.stash.setdefault(_CASES, {})
    if fixture not in known:
        problems = config.stash.setdefault(PROBLEMS, [])
        try:
            known[fixture] = list(ROLES[fixture](config, problems))
        except (ConformanceInputError, CertificateError, CommandLineError, PathError, VectorError) as error:
            problems.append(Problem(Kind.USAGE, str(error)))
        except OSError as error:
            problems.append(Problem(Kind.USAGE, f"{shown_name(str(error.filename))}: {error.strerror}"))
    return known.setdefault(fixture, [])


def today() -> date:
    """The day on which deviations expire or not."""
    return datetime.now(UTC).date()


def clause_mark(clause: str) -> str:
    """The marker of a clause: ``PS3.15-C.1``."""
    return clause.replace(" ", "-")


def _verifier_cases(config: pytest.Config, problems: list[Problem]) -> Iterator[RequirementCase]:
    """Every vector that a verifier was asked for, as the command ``dicomsig verifier`` judges it."""
    if not _names_verifier(config) and (config.getoption("--instances") or config.getoption("--archive")):
        return
    claims, chosen, profiles = _terms(config)
    terms = Terms(chosen, claims, profiles)
    asked = config.getoption("--deviations") if _names_verifier(config) else None
    deviations = _book(asked)
    with VectorFiles(built()) as files:
        trial = VerifierTrial(_verifier(config), index(), files)
        first = trial.first()
        if first.problem:
            problems.append(Problem(Kind.NOTHING, f"the verifier was not judged: {first.problem}"))
            return
        for _, outcome in trial.outcomes(first, terms, chosen_vectors(trial.vectors, terms, Choice())):
            yield from _of(outcome, deviations)


def _names_verifier(config: pytest.Config) -> bool:
    return config.getoption("--verifier") is not None or config.getoption("--adapter") is not None


def _verifier(config: pytest.Config) -> Callable[[], Adapter]:
    name, adapter = config.getoption("--verifier"), config.getoption("--adapter")
    if name is not None and adapter is not None:
        raise ConformanceInputError("--verifier and --adapter name two verifiers; give one of them")
    if adapter is not None:
        words = split_command(adapter)
        return lambda: ProcessAdapter(words)
    return named_verifier(name or "reference")


def _judged_cases(config: pytest.Config, problems: list[Problem]) -> Iterator[RequirementCase]:
    """Every case of signed instances, judged once, as the command ``dicomsig check`` judges it."""
    if not config.getoption("--instances") and (_names_verifier(config) or config.getoption("--archive")):
        return
    deviations = _deviations(config)
    facts = RunFacts()
    number = 0
    terms = None
    for paths, terms in _asked(config):
        arguments = [shown_name(str(path)) for path in paths]
        for found in find_files(paths):
            if isinstance(found, FoundFile):
                number += 1
                judgement = judge_file(number, found.path, terms)
                facts.take(judgement)
                problems += (
                    Problem(Kind.INTERNAL, f"internal error in {error}") for error in judgement.internal_errors
                )
                if judgement.problem:
                    text = f"cannot be judged: {found.shown}: {judgement.problem}"
                    problems.append(Problem(Kind.UNREADABLE, text))
                for outcome in judgement.cases:
                    yield from _of(outcome, deviations)
            elif is_lost(found, arguments):
                problems.append(Problem(Kind.UNREADABLE, f"cannot be judged: {found.shown}: {found.why}"))
    if terms is not None:
        outcome, errors = judge_run(terms, facts)
        problems += (Problem(Kind.INTERNAL, f"internal error in {error}") for error in errors)
        yield from _of(outcome, deviations)
    if not facts.judged:
        problems.append(Problem(Kind.NOTHING, "nothing to judge: no signed instance"))


def _archive_cases(config: pytest.Config, problems: list[Problem]) -> Iterator[RequirementCase]:
    """Every case of an archive, as the command ``dicomsig archive`` judges it."""
    from dicomsig.plugin.archive_cases import archive_outcomes

    named = config.getoption("--archive")
    if named is None and (config.getoption("--instances") or _names_verifier(config)):
        return
    asked = config.getoption("--deviations") if named is not None else None
    deviations = _book(asked)
    unjudged: list[str] = []
    internal: list[str] = []
    for outcome in archive_outcomes(config, unjudged, internal):
        yield from _of(outcome, deviations)
    problems += (Problem(Kind.NOTHING, text) for text in unjudged)
    problems += (Problem(Kind.INTERNAL, f"internal error in {text}") for text in internal)


def _of(outcome: CaseOutcome, deviations: DeviationBook) -> Iterator[RequirementCase]:
    algorithm = outcome.subject.mac_algorithm
    day = today()
    for requirement in outcome.passed:
        row = register()[requirement]
        yield RequirementCase(requirement, outcome.case, row.profile, row.clause, algorithm, None)
    for result in outcome.results:
        deviation = None
        if result.result is Outcome.FAIL:
            deviation = deviations.match(result.requirement, result.case, result.reason, today=day)
        row = register()[result.requirement]
        accepted = deviation.why if deviation is not None else ""
        yield RequirementCase(row.id, outcome.case, row.profile, row.clause, algorithm, result, accepted)


def _asked(config: pytest.Config) -> Iterator[tuple[list[Path], Terms]]:
    """What is judged against what; without ``--instances`` each embedded sample by the profile it was signed for."""
    claims, chosen, profiles = _terms(config)
    trust = [Path(path) for path in config.getoption("--trust")]
    if config.getoption("--instances"):
        terms = Terms(chosen, claims, profiles, _trust(trust))
        yield [Path(path) for path in config.getoption("--instances")], terms
        return
    for sample in samples():
        signed_for = tuple(dict.fromkeys(signature.profile for signature in sample.signatures))
        yield [sample.path], Terms(chosen, claims, profiles or signed_for, _trust(trust or [trust_path()]))


def _terms(config: pytest.Config) -> tuple[Claims | None, Edition, tuple[str, ...]]:
    """Claims, edition and profiles that were asked for."""
    claims = Claims.load(Path(config.getoption("--claims"))) if config.getoption("--claims") else None
    label = config.getoption("--edition")
    chosen = edition(label or DEFAULT) if label or claims is None else claims.edition
    profiles = tuple(config.getoption("--dicom-profile"))
    return claims, chosen, profiles


def _trust(files: list[Path]) -> Trust:
    return Trust(TrustStore(tuple(each for file in files for each in load_certificates(file.read_bytes()))))


def _deviations(config: pytest.Config) -> DeviationBook:
    """The deviations asked for, or those known of the embedded samples."""
    asked = config.getoption("--deviations")
    if asked is None and not config.getoption("--instances"):
        asked = dcmtk_folder() / "deviations.toml"
        if not asked.exists():
            return DeviationBook()
    return _book(asked)


def _book(file: str | Path | None) -> DeviationBook:
    return DeviationBook.load(Path(file)) if file else DeviationBook()


ROLES: Final = {
    "requirement_case": _judged_cases,
    "verifier_case": _verifier_cases,
    "archive_case": _archive_cases,
}
"""What a test takes, and where its cases come from."""
