"""The pytest door to the judges: options and cases for the suite (DESIGN section 1).

No entry point announces this plugin: it is named by the suite's own configuration and stays out of other test runs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
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
        parts = (self.requirement, self.case.removeprefix("signer/").removeprefix("verifier/"), self.mac_algorithm)
        return "-".join(part for part in parts if part)

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


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that say what is judged, and against what."""
    group = parser.getgroup("dicomsig", "what the conformance suite judges")
    group.addoption("--instances", action="append", default=[], metavar="PATH", help="signed instances to judge")
    group.addoption("--verifier", metavar="NAME", help="a verifier to judge: reference, dcmsign or impostor:NAME")
    group.addoption(
        "--adapter", metavar="CMD", help="a verifier to judge, as a program that speaks the adapter protocol"
    )
    group.addoption("--claims", metavar="FILE", help="what the product claims")
    group.addoption("--dicom-profile", action="append", default=[], metavar="NAME", help="a profile that is due")
    group.addoption("--edition", metavar="E", help=f"edition of the standard, default {DEFAULT}")
    group.addoption("--trust", action="append", default=[], metavar="PEM", help="certificates that are trusted")
    group.addoption("--deviations", metavar="FILE", help="known, accepted fails")


def pytest_configure(config: pytest.Config) -> None:
    """The marker by which a test of the suite says what it judges."""
    config.addinivalue_line(
        "markers", "requirements(profile, clause, ...): the rows of the register that a test judges"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a case (`_ROLES`) runs once for each judged case of the rows that its marker names.

    A clause of a part alone (``PS3.5``) stands for all clauses of it that no other argument names.
    """
    marker = metafunc.definition.get_closest_marker("requirements")
    fixture = next((name for name in _ROLES if name in metafunc.fixturenames), None)
    if fixture is None or marker is None:
        return
    profile, *clauses = marker.args
    all_cases = _cases(metafunc.config, fixture)
    cases = [each for each in all_cases if each.profile == profile and _within(each.clause, clauses)]
    metafunc.parametrize(fixture, cases, ids=[case.test_id for case in cases])


def _within(clause: str, clauses: list[str]) -> bool:
    return any(clause == each or (" " not in each and clause.split(" ")[0] == each) for each in clauses)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that could not judge all it was given, or nothing at all, is no success."""
    if session.config.stash.get(_PROBLEMS, []) and session.exitstatus in (
        pytest.ExitCode.OK,
        pytest.ExitCode.NO_TESTS_COLLECTED,
        pytest.ExitCode.TESTS_FAILED,
    ):
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What could not be judged is named at the end, where it is seen."""
    for problem in config.stash.get(_PROBLEMS, []):
        terminalreporter.write_line(f"dicomsig: {problem}", red=True)


_CASES = pytest.StashKey[dict[str, list[RequirementCase]]]()
_PROBLEMS = pytest.StashKey[list[str]]()


def _cases(config: pytest.Config, fixture: str) -> list[RequirementCase]:
    known = config.stash.setdefault(_CASES, {})
    if fixture not in known:
        problems = config.stash.setdefault(_PROBLEMS, [])
        try:
            known[fixture] = list(_ROLES[fixture](config, problems))
        except (ConformanceInputError, CertificateError, CommandLineError, PathError, VectorError) as error:
            raise pytest.UsageError(str(error)) from None
        except OSError as error:
            raise pytest.UsageError(f"{shown_name(str(error.filename))}: {error.strerror}") from None
    return known[fixture]


def _verifier_cases(config: pytest.Config, problems: list[str]) -> Iterator[RequirementCase]:
    """Every vector that a verifier was asked for, as the command ``dicomsig verifier`` judges it."""
    if config.getoption("--instances") and not _names_verifier(config):
        return
    claims, chosen, profiles = _terms(config)
    terms = Terms(chosen, claims, profiles)
    asked = config.getoption("--deviations") if _names_verifier(config) else None
    deviations = DeviationBook.load(Path(asked)) if asked else DeviationBook()
    with VectorFiles(built()) as files:
        trial = VerifierTrial(_verifier(config), index(), files)
        first = trial.first()
        if first.problem:
            problems.append(f"the verifier was not judged: {first.problem}")
            return
        for _, outcome in trial.outcomes(first, terms, chosen_vectors(trial.vectors, terms, Choice())):
            yield from _of(outcome, deviations)


def _names_verifier(config: pytest.Config) -> bool:
    return config.getoption("--verifier") is not None or config.getoption("--adapter") is not None


def _verifier(config: pytest.Config) -> Callable[[], Adapter]:
    name, adapter = config.getoption("--verifier"), config.getoption("--adapter")
    if name is not None and adapter is not None:
        raise pytest.UsageError("--verifier and --adapter name two verifiers; give one of them")
    if adapter is not None:
        words = split_command(adapter)
        return lambda: ProcessAdapter(words)
    return named_verifier(name or "reference")


def _judged_cases(config: pytest.Config, problems: list[str]) -> Iterator[RequirementCase]:
    """Every case of signed instances, judged once, as the command ``dicomsig check`` judges it."""
    if _names_verifier(config) and not config.getoption("--instances"):
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
                problems += (f"internal error in {error}" for error in judgement.internal_errors)
                if judgement.problem:
                    problems.append(f"cannot be judged: {found.shown}: {judgement.problem}")
                for outcome in judgement.cases:
                    yield from _of(outcome, deviations)
            elif is_lost(found, arguments):
                problems.append(f"cannot be judged: {found.shown}: {found.why}")
    if terms is not None:
        outcome, errors = judge_run(terms, facts)
        problems += (f"internal error in {error}" for error in errors)
        yield from _of(outcome, deviations)
    if not facts.judged:
        problems.append("nothing to judge: no signed instance")


def _of(outcome: CaseOutcome, deviations: DeviationBook) -> Iterator[RequirementCase]:
    algorithm = outcome.subject.mac_algorithm
    today = datetime.now(UTC).date()
    for requirement in outcome.passed:
        row = register()[requirement]
        yield RequirementCase(requirement, outcome.case, row.profile, row.clause, algorithm, None)
    for result in outcome.results:
        deviation = None
        if result.result is Outcome.FAIL:
            deviation = deviations.match(result.requirement, result.case, result.reason, today=today)
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
    return DeviationBook.load(Path(asked)) if asked else DeviationBook()


_ROLES: Final = {"requirement_case": _judged_cases, "verifier_case": _verifier_cases}
"""What a test takes, and where its cases come from."""
