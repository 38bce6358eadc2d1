"""How each claim of a product came out in a run, for programs: it holds only where its tests ran and none stayed open.

Macro and Base are due on every signature, claimed or not, so they come first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.conformance.register import ALWAYS_DUE, register
from dicomsig.reporting.document import MatrixCell, RequirementTally, ResultDocument
from dicomsig.reporting.exit_codes import ExitCode
from dicomsig.reporting.roles import Role

__all__ = ["ClaimStanding", "Held", "claim_standings", "whole_run"]

_CUT_SHORT: Final = (ExitCode.INTERNAL_ERROR, ExitCode.INTERRUPTED, ExitCode.NOTHING_TO_JUDGE)


class Held(StrEnum):
    """How a claim came out."""

    HOLDS = "holds"
    ACCEPTED = "does-not-hold-accepted"
    """Nothing fails but what a deviation accepts, which is no proof."""
    FAILS = "does-not-hold"
    OPEN = "inconclusive"
    NOT_JUDGED = "not-judged"


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """One claim: its kind (`profile`, `mac-algorithm`, `storage-level`, `signature-level`), its name and how it stands.

    `claimed` is false for what is due unclaimed or was asked for by an option. The numbers are requirements: those with
    a result, and of these those that fail and those left open. It rests on the counts of requirements, of a MAC
    algorithm on cells of the matrix.
    """

    kind: str
    name: str
    claimed: bool
    held: Held
    why: str = ""
    judged: int = 0
    failed: int = 0
    inconclusive: int = 0
    tallies: tuple[RequirementTally, ...] = ()
    cells: tuple[MatrixCell, ...] = ()


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
    named = (*document.run.profiles, *claimed)
    by_profile: dict[str, list[RequirementTally]] = {profile: [] for profile in (*ALWAYS_DUE, *named)}
    for tally in document.requirements:
        if tally.requirement in register():
            by_profile.setdefault(register()[tally.requirement].profile, []).append(tally)
    for profile, rows in by_profile.items():
        if rows or profile in named:
            yield _of(document, "profile", profile, rows, claimed=profile in claimed)
    if claims is None:
        return
    for algorithm in claims.mac_algorithms:
        cells = [cell for cell in document.summary.matrix if cell.mac_algorithm == algorithm and cell.due]
        yield ClaimStanding("mac-algorithm", algorithm, True, *_algorithm(document, cells), cells=tuple(cells))
    if claims.storage_level is not None:
        start = f"ps3.4-b.4.1.1-storage-level-{claims.storage_level}"
        rows = [tally for tally in document.requirements if tally.requirement.startswith(start)]
        yield _of(document, "storage-level", str(claims.storage_level), rows)
    if claims.signature_level is not None:
        rows = by_profile.get(f"storage-level-{claims.signature_level}", [])
        yield _of(document, "signature-level", str(claims.signature_level), rows)


def _algorithm(document: ResultDocument, cells: Sequence[MatrixCell]) -> tuple[Held, str]:
    """The algorithms that are claimed are those that the product creates: its signed instances show them."""
    if document.subject.role != Role.SIGNER or not cells:
        none_here = "no signature of this run names it"
        return Held.NOT_JUDGED, none_here if document.subject.role == Role.SIGNER else "only signed instances show it"
    if bad := [cell.profile for cell in cells if cell.fails]:
        return Held.FAILS, f"signatures that name it break {', '.join(bad)}"
    if any(cell.deviated for cell in cells):
        return Held.ACCEPTED, "a deviation accepts what fails"
    if still := [cell.profile for cell in cells if cell.inconclusive]:
        return Held.OPEN, f"not all could be decided of {', '.join(still)}"
    why = whole_run(document)
    return (Held.NOT_JUDGED, why) if why else (Held.HOLDS, "")


def _of(
    document: ResultDocument, kind: str, name: str, rows: list[RequirementTally], *, claimed: bool = True
) -> ClaimStanding:
    failed = sum(1 for row in rows if row.failed)
    left_open = sum(1 for row in rows if row.inconclusive)
    judged = sum(1 for row in rows if row.judged)
    if failed:
        held, why = Held.FAILS, ""
    elif any(row.deviated for row in rows):
        held, why = Held.ACCEPTED, "a deviation accepts what fails"
    elif left_open:
        held, why = Held.OPEN, ""
    elif not judged:
        held, why = Held.NOT_JUDGED, "nothing in this run shows it"
    elif why := whole_run(document):
        held = Held.NOT_JUDGED
    else:
        held = Held.HOLDS
    return ClaimStanding(kind, name, claimed, held, why, judged, failed, left_open, tuple(rows))
