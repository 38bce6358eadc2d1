"""The words by which a verifier's answer to a vector is found wanting."""

from enum import StrEnum

from dicomsig.systems.faults import AdapterFault

__all__ = ["NOT_ASKED", "VerifierReason"]


class VerifierReason(StrEnum):
    """How an answer differs from what may be said of a vector; for no answer at all there is `AdapterFault`."""

    CALLED_VALID = "called-valid"
    """Something was accepted that must not be."""
    CALLED_INVALID = "called-invalid"
    """Something was rejected that must not be."""
    CALLED_INDETERMINATE = "called-indeterminate"
    """Something was left open that can be told."""
    CALLED_ABSENT = "called-absent"
    """A certified timestamp that is there was not found."""
    CALLED_UNSIGNED = "called-unsigned"
    CALLED_UNREADABLE = "called-unreadable"
    NOT_LISTED = "signature-not-listed"
    """A signature has no row in the answer."""
    LISTED_NEEDLESSLY = "signature-not-there"
    """The answer has a row for a signature that is none."""
    ERROR_ANSWERED = "error-answered"
    """The system says that something went wrong; that is no verdict."""
    DECLINED = "declined"
    """The system says that it does not verify this file."""
    TWIN_NOT_ACCEPTED = "twin-not-accepted"
    """The valid twin is not told apart, so that nothing is shown by the answer."""
    NEED_NOT_TAKE = "need-not-take"
    """The answer is not the expected one, and nothing obliges a product to give that."""
    PROFILE_NOT_CLAIMED = "profile-not-claimed"
    OTHER_REASON = "other-reason"
    """The verdict is right, the reason given for it is another."""
    PROFILE_WRONGLY_MET = "profile-wrongly-met"
    DISPUTED = "disputed"
    DIFFERS_FROM_REFERENCE = "differs-from-reference"
    """After damage the answer is not that of our own verifier; that convicts nobody."""
    BLUFF = "bluff"
    """Asked for an operation that there is not, the system says that it did it."""


NOT_ASKED = frozenset((AdapterFault.GIVEN_UP, AdapterFault.REFUSED_START))
"""Faults after which nothing can be said of the vector: the system was not asked."""
