"""The claims of a product as a page lists them: which hold, which do not, which this run could not judge, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dicomsig.conformance.register import ALWAYS_DUE
from dicomsig.reporting.claim_standings import ClaimStanding, Held, claim_standings
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.phrases import number_of, sentence
from dicomsig.reporting.profile_words import profile_words

__all__ = ["ClaimRow", "ClaimWord", "claim_rows"]


class ClaimWord(StrEnum):
    """How a claim came out, in the words of a page."""

    HOLDS = "holds"
    FAILS = "does not hold"
    ACCEPTED = "does not hold; accepted"
    OPEN = "not proved"


_STANDINGS: Final = {
    Held.HOLDS: ClaimWord.HOLDS,
    Held.FAILS: ClaimWord.FAILS,
    Held.ACCEPTED: ClaimWord.ACCEPTED,
    Held.OPEN: ClaimWord.OPEN,
    Held.NOT_JUDGED: ClaimWord.OPEN,
}

_NAMES: Final = {
    "mac-algorithm": ("MAC algorithm {}", "the product signs with it"),
    "signature-level": ("Signature level {}", "what an archive does with signatures (PS3.4 B.4.1.4)"),
    "storage-level": ("Storage level {}", "what an archive keeps (PS3.4 B.4.1.1)"),
}


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim, or what every product has to meet: its name, where it comes from, how it came out and why."""

    name: str
    what: str
    origin: str
    standing: ClaimWord
    detail: str
    profile: str = ""
    """The profile of the register that it is; empty for a claim of another kind."""
    shown: bool = True
    """Whether anything in the run shows it, for or against."""


def claim_rows(document: ResultDocument) -> tuple[ClaimRow, ...]:
    """What binds every product, what was asked for and claimed, and what was judged as well."""
    return tuple(_rows(document))


def _rows(document: ResultDocument) -> Iterator[ClaimRow]:
    claims = document.subject.claims
    level = f"storage-level-{claims.signature_level}" if claims is not None else ""
    for each in claim_standings(document):
        is_profile = each.kind == "profile"
        origin = _origin(document, each) if is_profile else "claimed"
        if is_profile and origin == "judged as well" and (each.name == level or not each.judged):
            continue  # told as the level that is claimed, or nothing to tell
        if is_profile:
            words = profile_words(each.name, document.subject.role)
            name, what = words.name, f"{words.what} ({words.clause})" if words.clause else words.what
        else:
            name, what = _NAMES[each.kind][0].format(each.name), _NAMES[each.kind][1]
        profile = each.name if is_profile else ""
        shown = each.held is not Held.NOT_JUDGED
        yield ClaimRow(name, what, origin, _STANDINGS[each.held], _detail(each), profile, shown)


def _origin(document: ResultDocument, each: ClaimStanding) -> str:
    if each.claimed:
        return "claimed"
    if each.name in document.run.profiles:
        return "asked for"
    return "binds every product" if each.name in ALWAYS_DUE else "judged as well"


def _detail(each: ClaimStanding) -> str:
    if each.kind == "mac-algorithm":
        return _of_algorithm(each)
    if each.held is Held.FAILS:
        cases = sum(tally.failed for tally in each.tallies)
        return f"{number_of(each.failed, 'requirement fails', 'requirements fail')}, in {number_of(cases, 'case')}."
    if each.held is Held.ACCEPTED:
        accepted = [tally.deviated for tally in each.tallies if tally.deviated]
        fail = number_of(len(accepted), "requirement fails", "requirements fail")
        return f"{fail}, in {number_of(sum(accepted), 'case')}; a deviation accepts it."
    if each.held is Held.OPEN:
        where = number_of(sum(tally.inconclusive for tally in each.tallies), "case")
        return f"{number_of(each.inconclusive, 'requirement')} could not be decided in {where}."
    judged = f"{number_of(each.judged, 'requirement')} judged" if each.judged else ""
    if each.held is Held.HOLDS:
        passes = sum(tally.passed for tally in each.tallies)
        return f"{judged}, {number_of(passes, 'pass', 'passes')}."
    return " ".join(filter(None, (sentence(each.why), f"{judged}." if judged else "")))


def _of_algorithm(each: ClaimStanding) -> str:
    if not each.cells:
        return sentence(each.why)
    worst = max(each.cells, key=lambda cell: (cell.fails, cell.inconclusive, cell.deviated))
    cases = number_of(worst.holds + worst.fails + worst.deviated + worst.inconclusive, "case")
    match each.held:
        case Held.FAILS:
            return f"{worst.fails} of {cases} with it fail."
        case Held.OPEN:
            return f"{worst.inconclusive} of {cases} with it could not be decided."
        case Held.HOLDS:
            return f"All {cases} with it hold."
        case _:
            return sentence(each.why)
