"""How each claim of a product came out in a run: a claim holds only where its tests ran and nothing stayed open.

Macro and Base are due on every signature, claimed or not (DESIGN section 3), so they come first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.conformance.register import register
from dicomsig.reporting.document import MatrixCell, RequirementTally, ResultDocument
from dicomsig.reporting.exit_codes import ExitCode

__all__ = ["ClaimStanding", "Held", "claim_standings", "whole_run"]

_ALWAYS_DUE: Final = ("macro", "base")
_VERIFIES: Final = "ps3.15-c.1-verifies-"
_VERIFIER: Final = "verifier"
_CUT_SHORT: Final = (ExitCode.INTERNAL_ERROR, ExitCode.INTERRUPTED, ExitCode.NOTHING_TO_JUDGE)


class Held(StrEnum):
    """How a claim came out."""

    HOLDS = "holds"
    ACCEPTED = "holds-with-deviations"
    """Nothing fails but what a deviation accepts."""
    FAILS = "does-not-hold"
    OPEN = "inconclusive"
    NOT_JUDGED = "not-judged"


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """One claim: its kind (`profile`, `mac-algorithm`, `storage-level`, `signature-level`), its name and how it stands.

    `claimed` is false for what is due unclaimed or was asked for by an option. The numbers are requirements: those with
    a result, and of these those that fail and those left open.
    """

    kind: str
    name: str
    claimed: bool
    held: Held
    why: str = ""
    judged: int = 0
    failed: int = 0
    inconclusive: int = 0


def whole_run(document: ResultDocument) -> str:
    """Why a run proves no claim, empty where it can: a part was left out, or it did not come to its end."""
    if document.run.only:
        return f"the run was limited by {', '.join(document.run.only)}"
    if document.run.interrupted:
        return "the run was interrupted"
    code = document.summary.exit_code
    return next((f"the run ended with exit code {code}: {document.summary.exit_meaning}"
                 for each in _CUT_SHORT if each == code), "")  # fmt: skip


def claim_standings(document: ResultDocument) -> tuple[ClaimStanding, ...]:
    """Macro, Base, the profiles claimed or asked for, then claimed MAC algorithms and levels."""
    return tuple(_standings(document))


def _standings(document: ResultDocument) -> Iterator[ClaimStanding]:
    claims = document.subject.claims
    claimed = claims.profiles if claims is not None else ()
    for profile in dict.fromkeys((*_ALWAYS_DUE, *claimed, *document.run.profiles)):
        yield _profile(document, profile, claimed=profile in claimed)
    if claims is None:
        return
    for algorithm in claims.mac_algorithms:
        yield _algorithm(document, algorithm)
    if claims.storage_level is not None:
        rows = _rows(document, clause="PS3.4 B.4.1.1")
        yield _of(document, "storage-level", str(claims.storage_level), rows)
    if claims.signature_level is not None:
        rows = _rows(document, profile=f"storage-level-{claims.signature_level}")
        yield _of(document, "signature-level", str(claims.signature_level), rows)


def _profile(document: ResultDocument, profile: str, *, claimed: bool) -> ClaimStanding:
    rows = _rows(document, profile=profile)
    if profile not in _ALWAYS_DUE and profile not in document.run.profiles:
        return ClaimStanding("profile", profile, claimed, Held.NOT_JUDGED, "this run did not judge by it")
    found = _of(document, "profile", profile, rows, claimed=claimed)
    tally = next((each for each in document.summary.profiles if each.profile == profile), None)
    if tally is not None and tally.not_told and found.held in (Held.HOLDS, Held.ACCEPTED):
        why = f"whether it is met cannot be told on {tally.not_told} signed instances"
        return ClaimStanding("profile", profile, claimed, Held.OPEN, why, found.judged)
    return found


def _algorithm(document: ResultDocument, algorithm: str) -> ClaimStanding:
    kind = "mac-algorithm"
    if document.subject.role == _VERIFIER:
        return _of(document, kind, algorithm, _rows(document, requirement=_VERIFIES + algorithm.lower()))
    if why := whole_run(document):
        return ClaimStanding(kind, algorithm, True, Held.NOT_JUDGED, why)
    cells = [cell for cell in document.summary.matrix if cell.mac_algorithm == algorithm and cell.due]
    if not cells:
        return ClaimStanding(kind, algorithm, True, Held.NOT_JUDGED, "no signature of this run names it")
    return ClaimStanding(kind, algorithm, True, *_of_cells(cells))


def _of_cells(cells: list[MatrixCell]) -> tuple[Held, str]:
    if bad := [cell.profile for cell in cells if cell.fails]:
        return Held.FAILS, f"signatures that name it break {', '.join(bad)}"
    if still := [cell.profile for cell in cells if cell.inconclusive]:
        return Held.OPEN, f"not all could be decided of {', '.join(still)}"
    return (Held.ACCEPTED if any(cell.deviated for cell in cells) else Held.HOLDS), ""


def _rows(
    document: ResultDocument, *, profile: str = "", clause: str = "", requirement: str = ""
) -> list[RequirementTally]:
    def wanted(tally: RequirementTally) -> bool:
        if requirement:
            return tally.requirement == requirement
        if clause:
            return tally.clause == clause
        return tally.requirement in register() and register()[tally.requirement].profile == profile

    return [tally for tally in document.requirements if wanted(tally)]


def _of(
    document: ResultDocument, kind: str, name: str, rows: list[RequirementTally], *, claimed: bool = True
) -> ClaimStanding:
    failed = sum(1 for row in rows if row.failed)
    left_open = sum(1 for row in rows if row.inconclusive)
    judged = sum(1 for row in rows if row.passed or row.failed or row.deviated or row.warnings or row.inconclusive)
    numbers = (judged, failed, left_open)
    if failed:
        return ClaimStanding(kind, name, claimed, Held.FAILS, "", *numbers)
    if why := whole_run(document):
        return ClaimStanding(kind, name, claimed, Held.NOT_JUDGED, why, *numbers)
    if left_open:
        return ClaimStanding(kind, name, claimed, Held.OPEN, "", *numbers)
    if not any(row.passed or row.deviated for row in rows):
        return ClaimStanding(kind, name, claimed, Held.NOT_JUDGED, "nothing in this run shows it", *numbers)
    accepted = any(row.deviated for row in rows)
    return ClaimStanding(kind, name, claimed, Held.ACCEPTED if accepted else Held.HOLDS, "", *numbers)
