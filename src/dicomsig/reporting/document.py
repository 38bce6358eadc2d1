"""The result document `report.json`: all that a run came to.

`reports/result.schema.json` is made from these structs, and every other report from a document of this type. It holds
no path and no value of an instance beyond UIDs, unless the run was asked for them.
"""

import msgspec

from dicomsig.conformance.results import Result

__all__ = [
    "SCHEMA_VERSION", "AlgorithmCount", "ClaimsMade", "Coverage", "DeviationUse", "Environment", "FilePath", "Library",
    "MatrixCell", "ObservationTally", "OutcomeCounts", "PassedOverCount", "ProfileTally", "RequirementTally",
    "ResultDocument", "Run", "RunStart", "Suite", "Summary", "SystemUnderTest", "VerdictCounts",
]  # fmt: skip

SCHEMA_VERSION = "1.2"
"""Major and minor: a new optional field raises the minor number, any other change the major one."""


class Run(msgspec.Struct, frozen=True):
    """One run: times are ISO 8601 in UTC; `ended` is empty while it goes on."""

    id: str
    started: str
    ended: str = ""
    interrupted: bool = False
    """The run did not come to its end; what it had is here."""
    profiles: tuple[str, ...] = ()
    """The profiles that were due, beyond macro and Base."""
    rerun: str = ""
    """The command that judges one file again under the same terms; ``{file}`` stands for its path."""
    by_hand: str = ""
    """The product's own command for one vector, without dicomsig; ``{file}`` and ``{trust}`` stand for its files."""
    only: tuple[str, ...] = ()
    """The options that left a part of the requirements or cases out; such a run proves no claim."""


class Suite(msgspec.Struct, frozen=True):
    """What judged: the version of dicomsig, and the edition asked for with the data it is judged by."""

    version: str
    edition: str
    edition_note: str = ""
    corpus_digest: str = ""


class ClaimsMade(msgspec.Struct, frozen=True):
    """What the product says it conforms to; of its certificates only the number, tags as ``(gggg,eeee)``."""

    edition: str
    profiles: tuple[str, ...] = ()
    mac_algorithms: tuple[str, ...] = ()
    storage_level: int | None = None
    signature_level: int | None = None
    signer_certificates: int = 0
    approver_sees: tuple[str, ...] = ()


class SystemUnderTest(msgspec.Struct, frozen=True):
    """The product that was judged, and its role; what is not known is empty, `claims` is null without a claims file."""

    role: str
    vendor: str = ""
    product: str = ""
    version: str = ""
    claims: ClaimsMade | None = None


class Library(msgspec.Struct, frozen=True):
    """A library that dicomsig worked with, and its version."""

    name: str
    version: str


class Environment(msgspec.Struct, frozen=True):
    """Where the run took place."""

    python: str
    platform: str
    libraries: tuple[Library, ...] = ()


class FilePath(msgspec.Struct, frozen=True):
    """The path behind a file number; only in a report that was asked for paths."""

    file: int
    path: str


class ObservationTally(msgspec.Struct, frozen=True):
    """An observation with the number of cases that gave it and the first of them; the run log holds each."""

    code: str
    message: str
    count: int
    requirement: str = ""
    first_cases: tuple[str, ...] = ()


class DeviationUse(msgspec.Struct, frozen=True):
    """A deviation, how many fails it accepted, and why it is stale; `stale` is empty for one that serves."""

    requirement: str
    reason: str
    cases: tuple[str, ...]
    why: str
    expires: str
    matched: int = 0
    stale: str = ""


class RequirementTally(msgspec.Struct, frozen=True):
    """How one requirement came out: the number of cases by result, and the first that passed."""

    requirement: str
    clause: str
    passed: int = 0
    first_case: str = ""
    failed: int = 0
    deviated: int = 0
    """Fails that a deviation accepts; they are not counted under `failed`."""
    warnings: int = 0
    inconclusive: int = 0
    not_applicable: int = 0

    @property
    def judged(self) -> bool:
        """Whether there is a result other than `not-applicable`."""
        return bool(self.passed or self.failed or self.deviated or self.warnings or self.inconclusive)


class OutcomeCounts(msgspec.Struct, frozen=True):
    """Numbers of results; `deviated` counts the fails that a deviation accepts and `failed` the others."""

    passed: int = 0
    failed: int = 0
    deviated: int = 0
    warnings: int = 0
    inconclusive: int = 0
    not_applicable: int = 0


class ProfileTally(msgspec.Struct, frozen=True):
    """On how many signed instances a profile is met; `due` when it was claimed or asked for."""

    profile: str
    due: bool
    met: int = 0
    not_met: int = 0
    not_told: int = 0


class AlgorithmCount(msgspec.Struct, frozen=True):
    """How many signatures name a MAC algorithm; all that are no defined term are counted as ``other``."""

    mac_algorithm: str
    signatures: int


class MatrixCell(msgspec.Struct, frozen=True):
    """How a profile came out where one MAC algorithm was used; a case counts once, by the worst of its results.

    `mac_algorithm` is empty for cases of no one algorithm. Where the profile is not `due` it is instances that are
    counted: those that meet it as `holds`, those that do not as `fails`, and the rest as `inconclusive`.
    """

    profile: str
    mac_algorithm: str
    due: bool = True
    holds: int = 0
    fails: int = 0
    deviated: int = 0
    """Cases that fail, and whose every fail a deviation accepts."""
    inconclusive: int = 0


class PassedOverCount(msgspec.Struct, frozen=True):
    """How many files were met and not judged, by kind."""

    kind: str
    files: int


class Coverage(msgspec.Struct, frozen=True):
    """How many requirements of the register the run gave a result for, and what the reader should know of the rest."""

    requirements_judged: int = 0
    requirements_in_register: int = 0
    note: str = ""


class VerdictCounts(msgspec.Struct, frozen=True):
    """How the signatures of a run came out on one axis of their verdicts."""

    valid: int = 0
    invalid: int = 0
    indeterminate: int = 0

    @property
    def total(self) -> int:
        """The number of signatures that were verified."""
        return self.valid + self.invalid + self.indeterminate


class Summary(msgspec.Struct, frozen=True):
    """The run in numbers. `files` are all that were met; `instances` those of them that could be read."""

    exit_code: int
    exit_meaning: str
    files: int = 0
    instances: int = 0
    signed: int = 0
    unsigned: int = 0
    unreadable: int = 0
    not_opened: int = 0
    not_dicom: int = 0
    passed_over: tuple[PassedOverCount, ...] = ()
    signatures: int = 0
    integrity: VerdictCounts | None = None
    """Null where the run verified no signature itself."""
    trust: VerdictCounts | None = None
    """Null where no trust anchor was given, so that who signed was not checked."""
    results: OutcomeCounts = OutcomeCounts()
    profiles: tuple[ProfileTally, ...] = ()
    mac_algorithms: tuple[AlgorithmCount, ...] = ()
    matrix: tuple[MatrixCell, ...] = ()
    coverage: Coverage = Coverage()


class ResultDocument(msgspec.Struct, frozen=True):
    """All that a run came to; `results` holds every result that is not a pass, `requirements` counts the passes."""

    schema_version: str
    run: Run
    suite: Suite
    subject: SystemUnderTest
    environment: Environment
    summary: Summary
    requirements: tuple[RequirementTally, ...] = ()
    results: tuple[Result, ...] = ()
    observations: tuple[ObservationTally, ...] = ()
    deviations: tuple[DeviationUse, ...] = ()
    internal_errors: tuple[str, ...] = ()
    """What went wrong inside dicomsig, the first hundred; never a verdict on the product."""
    files: tuple[FilePath, ...] = ()
    """Paths by file number; empty unless asked for."""


class RunStart(msgspec.Struct, frozen=True):
    """What is known when a run starts: the first line of its log, and the head of its document."""

    run: Run
    suite: Suite
    subject: SystemUnderTest
    schema_version: str = SCHEMA_VERSION
