"""The claims of a product, one by one: which hold, which do not, which this run could not judge."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.conformance.register import register
from dicomsig.reporting.document import RequirementTally, ResultDocument
from dicomsig.reporting.exit_codes import ExitCode
from dicomsig.reporting.profile_words import profile_words
from dicomsig.reporting.wording import number_of

__all__ = ["ClaimRow", "ClaimStanding", "claim_rows"]

_ALWAYS_DUE: Final = ("macro", "base")
_CREATES: Final = "signer"
"""The role that shows which MAC algorithms a product creates."""

_BINDS_ALL: Final = "binds every product"
_NOT_SHOWN: Final = "Nothing in this run shows it."


class ClaimStanding(StrEnum):
    """How a claim came out."""

    HOLDS = "holds"
    FAILS = "does not hold"
    ACCEPTED = "does not hold; accepted"
    OPEN = "not proved"


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim, or what every product has to meet: its name, where it comes from, how it came out and why."""

    name: str
    what: str
    origin: str
    standing: ClaimStanding
    detail: str
    profile: str = ""
    """The profile of the register that it is; empty for a claim of another kind."""


def claim_rows(document: ResultDocument) -> tuple[ClaimRow, ...]:
    """What was due and what was claimed, each with how it came out."""
    return tuple(_rows(document))


def _rows(document: ResultDocument) -> Iterator[ClaimRow]:
    claims = document.subject.claims
    by_profile: dict[str, list[RequirementTally]] = {}
    for tally in document.requirements:
        if tally.requirement in register():
            by_profile.setdefault(register()[tally.requirement].profile, []).append(tally)
    claimed = claims.profiles if claims is not None else ()
    always = [profile for profile in _ALWAYS_DUE if profile in by_profile]
    for profile in dict.fromkeys((*always, *document.run.profiles, *claimed, *by_profile)):
        origin = "claimed" if profile in claimed else "asked for" if profile in document.run.profiles else _BINDS_ALL
        yield _profile_row(document, profile, origin, by_profile.get(profile, []))
    if claims is None:
        return
    for algorithm in claims.mac_algorithms:
        yield _algorithm_row(document, algorithm)
    if claims.signature_level is not None:
        name = f"Signature level {claims.signature_level}"
        tallies = by_profile.get(f"storage-level-{claims.signature_level}", [])
        yield _level_row(document, name, "what an archive does with signatures (PS3.4 B.4.1.4)", tallies)
    if claims.storage_level is not None:
        start = f"ps3.4-b.4.1.1-storage-level-{claims.storage_level}"
        tallies = [tally for tally in document.requirements if tally.requirement.startswith(start)]
        yield _level_row(document, f"Storage level {claims.storage_level}", "what an archive keeps", tallies)


def _profile_row(document: ResultDocument, profile: str, origin: str, tallies: list[RequirementTally]) -> ClaimRow:
    words = profile_words(profile)
    what = f"{words.what} ({words.clause})" if words.clause else words.what
    return ClaimRow(words.name, what, origin, *_standing(document, tallies), profile=profile)


def _level_row(document: ResultDocument, name: str, what: str, tallies: list[RequirementTally]) -> ClaimRow:
    return ClaimRow(name, what, "claimed", *_standing(document, tallies))


def _standing(document: ResultDocument, tallies: list[RequirementTally]) -> tuple[ClaimStanding, str]:
    failed = [tally for tally in tallies if tally.failed]
    if failed:
        detail = f"{number_of(len(failed), 'requirement fails', 'requirements fail')}, in "
        return ClaimStanding.FAILS, f"{detail}{number_of(sum(tally.failed for tally in failed), 'case')}."
    undecided = [tally for tally in tallies if tally.inconclusive]
    if undecided:
        return ClaimStanding.OPEN, f"{number_of(len(undecided), 'requirement')} could not be decided everywhere."
    deviated = [tally for tally in tallies if tally.deviated]
    if deviated:
        fails = number_of(len(deviated), "requirement fails", "requirements fail")
        return ClaimStanding.ACCEPTED, f"{fails}, which a deviation accepts."
    judged = [tally for tally in tallies if tally.passed or tally.warnings]
    if not judged:
        return ClaimStanding.OPEN, _NOT_SHOWN
    passes = number_of(sum(tally.passed for tally in judged), "pass", "passes")
    return _whole(document, f"{number_of(len(judged), 'requirement')} judged, {passes}.")


def _whole(document: ResultDocument, detail: str) -> tuple[ClaimStanding, str]:
    """A claim holds only by a run that judged all of it."""
    if document.run.only:
        return ClaimStanding.OPEN, f"{detail} This run judged a part alone ({', '.join(document.run.only)})."
    if document.run.interrupted or document.summary.exit_code == ExitCode.INTERNAL_ERROR:
        return ClaimStanding.OPEN, f"{detail} This run did not come to its end."
    return ClaimStanding.HOLDS, detail


def _algorithm_row(document: ResultDocument, algorithm: str) -> ClaimRow:
    name, what = f"MAC algorithm {algorithm}", "the product signs with it"
    cells = [cell for cell in document.summary.matrix if cell.mac_algorithm == algorithm and cell.due]
    if document.subject.role != _CREATES or not cells:
        missing = _NOT_SHOWN if document.subject.role == _CREATES else "Only signed instances show it."
        return ClaimRow(name, what, "claimed", ClaimStanding.OPEN, missing)
    worst = max(cells, key=lambda cell: (cell.fails, cell.inconclusive, cell.deviated))
    cases = number_of(worst.holds + worst.fails + worst.deviated + worst.inconclusive, "case")
    if worst.fails:
        found = ClaimStanding.FAILS, f"{worst.fails} of {cases} with it fail."
    elif worst.inconclusive:
        found = ClaimStanding.OPEN, f"{worst.inconclusive} of {cases} with it could not be decided."
    elif worst.deviated:
        found = ClaimStanding.ACCEPTED, f"{worst.deviated} of {cases} with it fail, which a deviation accepts."
    else:
        found = _whole(document, f"All {cases} with it hold.")
    return ClaimRow(name, what, "claimed", *found)
