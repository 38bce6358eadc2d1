"""What the page says of elements that no valid signature protects, in words for a hospital."""

from collections import Counter
from dataclasses import dataclass

from dicomsig.conformance.unprotected import CODE, Meaning, meanings_in
from dicomsig.reporting.document import ObservationTally, ResultDocument
from dicomsig.reporting.wording import number_of

__all__ = ["OpenMeaning", "UnprotectedView", "unprotected_view"]

_MOST_MESSAGES = 20

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
    """The section: sentences, what can change, and what exactly; `more` messages are in `report.json` alone."""

    lead: str
    of_creator: str
    meanings: tuple[OpenMeaning, ...]
    details: tuple[ObservationTally, ...]
    more: int


def unprotected_view(document: ResultDocument) -> UnprotectedView | None:
    """What signed instances leave open; None where nothing is, or nothing was signed."""
    found = [each for each in document.observations if each.code == CODE]
    if not found:
        return None
    counts: Counter[Meaning] = Counter()
    for each in found:
        counts.update(dict.fromkeys(meanings_in(each.message), each.count))
    instances = sum(each.count for each in found)
    lead = (
        "A signature protects the elements that it lists and nothing else. In "
        f"{number_of(instances, 'signed instance')} there are others: whoever changes one of these breaks no "
        "signature, and no verifier can notice it. Nor can it notice what is added after signing, such as an overlay."
    )
    creator = any(profile.profile == "creator" and profile.met for profile in document.summary.profiles)
    return UnprotectedView(
        lead=lead,
        of_creator=(_OF_CREATOR + (_OF_CONTENT if counts[Meaning.CONTENT] else "")) if creator else "",
        meanings=tuple(OpenMeaning(str(meaning), counts[meaning]) for meaning in Meaning if counts[meaning]),
        details=tuple(found[:_MOST_MESSAGES]),
        more=max(0, len(found) - _MOST_MESSAGES),
    )
