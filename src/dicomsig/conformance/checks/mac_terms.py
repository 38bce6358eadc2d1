"""MAC algorithms whose arrival fell between two editions that were read (PS3.15 C.1)."""

from dicomsig.conformance.editions import Edition, profile_data
from dicomsig.conformance.finding import Finding
from dicomsig.conformance.reasons import CheckReason

__all__ = ["arrival_open"]


def arrival_open(edition: Edition, term: str, expected: str) -> Finding | None:
    """The edition was not read and the next one read defines a term that the one before lacks: nobody knows which.

    None where the term is known to stand in the edition, or known not to.
    """
    if edition.label == edition.data_label or term in edition.mac_algorithms:
        return None
    data = profile_data()
    following = next((read for read in data["editions"] if read > edition.label), None)
    if following is None or term not in data["mac_algorithms"][following]:
        return None
    message = (
        f"{term} stands in edition {following} and not yet in {edition.data_label}; when it came is not known, "
        f"so it may be a term of {edition.label}"
    )
    return Finding.unknown(CheckReason.MAC_ALGORITHM_OPEN, message, expected=expected, found=term)
