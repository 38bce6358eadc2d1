"""What the page says of elements that no valid signature protects, in words for a hospital."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dicomsig.conformance.unprotected import CODE, Meaning, meanings_in, nothing_holds
from dicomsig.reporting.document import ObservationTally, ResultDocument
from dicomsig.reporting.phrases import grouped_digits, number_of

__all__ = ["OpenMeaning", "UnprotectedView", "unprotected_view"]

_MOST_MESSAGES = 20
_MOST_NAMED = 5
_OF_PATIENT = "The Creator profile does not require patient name and ID to be signed."
_EXCEPT_ITEMS = "nothing is protected there, but for items of sequences that bear a valid signature of their own"

_OF_CREATOR = (
    "The Creator profile asks for little more than UIDs, equipment, image type, pixels and how they are stored. A "
    "signature that meets it may leave patient name and ID open, and on classic CT and MR images spacing, position, "
    "orientation, rescale, window and character set as well (PS3.15 C.2)."
)
_OF_CONTENT = (
    " Of kinds of object that its list does not know, such as radiotherapy plans, structure sets, records and "
    "registrations, it asks for UIDs and equipment alone: what they are made for may be changed unnoticed."
)


@dataclass(frozen=True, slots=True)
class OpenMeaning:
    """Something that can change unnoticed, and in how many instances."""

    meaning: str
    instances: int


@dataclass(frozen=True, slots=True)
class UnprotectedView:
    """The section: sentences, what can change, and what exactly; `more` messages are in `report.json` alone.

    `short` and `lines` are for the first screen: how many instances have gaps, those without any protection apart from
    those in which elements are open. `elements` are the meanings in the latter, `whole` counts the former.
    """

    short: str
    lines: tuple[str, ...]
    lead: str
    of_creator: str
    meanings: tuple[OpenMeaning, ...]
    elements: tuple[OpenMeaning, ...]
    whole: int
    details: tuple[ObservationTally, ...]
    more: int


def unprotected_view(document: ResultDocument) -> UnprotectedView | None:
    """What signed instances leave open; None where nothing is, or nothing was signed."""
    found = [each for each in document.observations if each.code == CODE]
    if not found:
        return None
    counts: Counter[Meaning] = Counter()
    in_elements: Counter[Meaning] = Counter()
    for each in found:
        own = dict.fromkeys(meanings_in(each.message), each.count)
        counts.update(own)
        if not nothing_holds(each.message):
            in_elements.update(own)
    whole = sum(each.count for each in found if nothing_holds(each.message))
    others = sum(each.count for each in found if not any(meanings_in(each.message)) and not nothing_holds(each.message))
    instances = sum(each.count for each in found)
    lead = (
        "A signature protects the elements that it lists and nothing else. In "
        f"{number_of(instances, 'signed instance')} there are others: whoever changes one of these breaks no "
        "signature, and no verifier can notice it. Nor can it notice what is added after signing, such as an overlay."
    )
    creator = any(profile.profile == "creator" and profile.met for profile in document.summary.profiles)
    elements = _open(in_elements)
    return UnprotectedView(
        short=_short(instances, document.summary.signed),
        lines=tuple(_lines(document, whole, elements, others)),
        lead=lead,
        of_creator=(_OF_CREATOR + (_OF_CONTENT if counts[Meaning.CONTENT] else "")) if creator else "",
        meanings=_open(counts),
        elements=elements,
        whole=whole,
        details=tuple(found[:_MOST_MESSAGES]),
        more=max(0, len(found) - _MOST_MESSAGES),
    )


def _open(counts: Counter[Meaning]) -> tuple[OpenMeaning, ...]:
    return tuple(OpenMeaning(str(meaning), counts[meaning]) for meaning in Meaning if counts[meaning])


def _short(instances: int, signed: int) -> str:
    rest = signed - instances
    start = f"In {grouped_digits(instances)} of {number_of(signed, 'signed instance')} something can be changed"
    return f"{start} and no signature breaks." + (
        f" In the other {'one' if rest == 1 else grouped_digits(rest)} no gap was found." if rest else ""
    )


def _lines(document: ResultDocument, whole: int, elements: Sequence[OpenMeaning], others: int) -> Iterator[str]:
    if whole:
        where = f"In {number_of(whole, 'instance')} no signature of the main data set holds"
        yield f"{where}: {_EXCEPT_ITEMS}."
    most = _MOST_NAMED if len(elements) > _MOST_NAMED + 1 else len(elements)  # one line more takes no more room
    for each in elements[:most]:
        yield f"In {number_of(each.instances, 'instance')} not signed: {each.meaning}."
    if len(elements) > most:
        yield f"{len(elements) - most} more kinds of content are not signed in some instances."
    if others:
        yield f"In {number_of(others, 'instance')} not signed: elements of other kinds alone, such as private ones."
    claims = document.subject.claims
    if "creator" in document.run.profiles or (claims is not None and "creator" in claims.profiles):
        yield _OF_PATIENT
