"""The pytest door to the judges: options and cases for the suite (DESIGN section 1).

No entry point announces this plugin: it is named by the suite's own configuration and stays out of other test runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dicomsig.conformance.claims import Claims
from dicomsig.conformance.deviations import DeviationBook
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.names import ConformanceInputError
from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome, Outcome, Result
from dicomsig.crypto.certificates import CertificateError
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import load_certificates
from dicomsig.crypto.trust import TrustStore
from dicomsig.judging.lost_input import is_lost
from dicomsig.judging.signer import FileJudgement, judge_file
from dicomsig.judging.signer_run import RunFacts, judge_run
from dicomsig.judging.terms import Terms
from dicomsig.signatures.verify import Trust
from dicomsig.systems.files import find_files
from dicomsig.systems.found import FoundFile, PathError, shown_name
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
        parts = (self.requirement, self.case.removeprefix("signer/"), self.mac_algorithm)
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
    """A test that takes ``requirement_case`` runs once for each judged case of the rows that its marker names.

    A clause of a part alone (``PS3.5``) stands for all clauses of it that no other argument names.
    """
    marker = metafunc.definition.get_closest_marker("requirements")
    if "requirement_case" not in metafunc.fixturenames or marker is None:
        return
    profile, *clauses = marker.args
    cases = [each for each in _cases(metafunc.config) if each.profile == profile and _within(each.clause, clauses)]
    metafunc.parametrize("requirement_case", cases, ids=[case.test_id for case in cases])


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


_CASES = pytest.StashKey[list[RequirementCase]]()
_PROBLEMS = pytest.StashKey[list[str]]()


def _cases(config: pytest.Config) -> list[RequirementCase]:
    if _CASES not in config.stash:
        problems = config.stash[_PROBLEMS] = []
        try:
            config.stash[_CASES] = list(_judged_cases(config, problems))
        except (ConformanceInputError, CertificateError, PathError) as error:
            raise pytest.UsageError(str(error)) from None
        except OSError as error:
            raise pytest.UsageError(f"{shown_name(str(error.filename))}: {error.strerror}") from None
    return config.stash[_CASES]


def _judged_cases(config: pytest.Config, problems: list[str]) -> Iterator[RequirementCase]:
    """Every case of the run, judged once, as the command ``dicomsig check`` judges it."""
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
                    yield from _of(outcome, deviations, _algorithm(judgement, outcome))
            elif is_lost(found, arguments):
                problems.append(f"cannot be judged: {found.shown}: {found.why}")
    if terms is not None:
        outcome, errors = judge_run(terms, facts)
        problems += (f"internal error in {error}" for error in errors)
        yield from _of(outcome, deviations, "")
    if not facts.judged:
        problems.append("nothing to judge: no signed instance")


def _of(outcome: CaseOutcome, deviations: DeviationBook, algorithm: str) -> Iterator[RequirementCase]:
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


def _algorithm(judgement: FileJudgement, outcome: CaseOutcome) -> str:
    """The MAC algorithm of the signature that a case is about; what is no defined term is a value, and not told."""
    signatures = [case for case in judgement.cases if case.subject.number >= 0]
    if outcome not in signatures:
        return ""
    term = judgement.signatures[signatures.index(outcome)].mac_algorithm
    return term if term in MacAlgorithm.__members__ else "other"


def _asked(config: pytest.Config) -> Iterator[tuple[list[Path], Terms]]:
    """What is judged against what; without ``--instances`` each embedded sample by the profile it was signed for."""
    claims = Claims.load(Path(config.getoption("--claims"))) if config.getoption("--claims") else None
    label = config.getoption("--edition")
    chosen = edition(label or DEFAULT) if label or claims is None else claims.edition
    profiles = tuple(config.getoption("--dicom-profile"))
    trust = [Path(path) for path in config.getoption("--trust")]
    if config.getoption("--instances"):
        terms = Terms(chosen, claims, profiles, _trust(trust))
        yield [Path(path) for path in config.getoption("--instances")], terms
        return
    for sample in samples():
        signed_for = tuple(dict.fromkeys(signature.profile for signature in sample.signatures))
        yield [sample.path], Terms(chosen, claims, profiles or signed_for, _trust(trust or [trust_path()]))


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
