"""Rows asked of one subject: what passed, what did not, what did not apply."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dicomsig.conformance.conviction import outcome_of, result_of
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.register import Requirement
from dicomsig.conformance.results import CaseOutcome, Observation, Outcome, Result, Subject
from dicomsig.judging.terms import Row, Terms

INTERNAL_ERROR = "internal-error"
CLAIM_NOT_EXERCISED = "claim-not-exercised"


@dataclass(slots=True)
class Tally:
    """What a case has given so far."""

    case: str
    subject: Subject
    passed: list[str] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    not_applicable: list[str] = field(default_factory=list)
    internal_errors: list[str] = field(default_factory=list)

    @property
    def failed(self) -> tuple[str, ...]:
        """The requirements that were broken."""
        return tuple(result.requirement for result in self.results if result.result is Outcome.FAIL)

    @property
    def open(self) -> tuple[str, ...]:
        """The requirements that could not be told."""
        return tuple(result.requirement for result in self.results if result.result is Outcome.INCONCLUSIVE)

    def ask(self, rows: Iterable[Row], looked_at: Any, terms: Terms) -> None:
        """Ask each row of the subject; a check that raises costs its own row, never the run."""
        for row in rows:
            try:
                finding = row.check.ask(looked_at)
            except Exception as error:  # our fault, never a verdict: the run goes on and ends with exit code 70
                self.internal_errors.append(f"{row.check.name} in {self.case}: {type(error).__name__}")
                finding = Finding.unknown(INTERNAL_ERROR, "dicomsig itself failed here; please report it")
            if finding is HOLDS:
                self.passed.append(row.requirement.id)
            elif finding is None:
                self.not_applicable.append(row.requirement.id)
            else:
                self.take(row, finding, terms)

    def take(self, row: Row, finding: Finding, terms: Terms) -> None:
        """Turn a finding into a result, by the strength of its requirement."""
        outcome = outcome_of(finding, row.requirement, terms.edition)
        if outcome is Outcome.PASS:
            self.passed.append(row.requirement.id)
        elif outcome is None:
            message = finding.message
            self.observations.append(Observation(self.case, finding.reason, message, self.subject, row.requirement.id))
        else:
            self.results.append(result_of(finding, row.requirement, self.case, self.subject, outcome))

    def leave_open(self, requirement: Requirement, reason: str, message: str, *, expected: str, found: str) -> None:
        """Something was due and could not be judged: inconclusive, never a pass."""
        self.results.append(
            Result(
                requirement=requirement.id,
                clause=requirement.clause,
                case=self.case,
                subject=self.subject,
                result=Outcome.INCONCLUSIVE,
                reason=reason,
                message=message,
                expected=expected,
                found=found,
            )
        )

    def observe(self, code: str, message: str, requirement: str = "") -> None:
        """Note something that no requirement judges."""
        self.observations.append(Observation(self.case, code, message, self.subject, requirement))

    def merge(self, other: "Tally") -> None:
        """Take over what a part of the same case gave."""
        self.passed += other.passed
        self.results += other.results
        self.observations += other.observations
        self.not_applicable += other.not_applicable

    def outcome(self) -> CaseOutcome:
        """The case as it goes into the report."""
        return CaseOutcome(
            case=self.case,
            subject=self.subject,
            passed=tuple(self.passed),
            results=tuple(self.results),
            observations=tuple(self.observations),
            not_applicable=tuple(self.not_applicable),
        )
