"""Signatures that a storage profile breaks, and a status that it does not know (PS3.15 A.1, PS3.3 C.12.1)."""

from dicomsig.vectors.edits import put
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.values import element, tag_of
from dicomsig.vectors.wrong_signers.creator import without_tag
from dicomsig.vectors.wrong_signers.recipe import wrong
from dicomsig.vectors.wrong_signers.twins import ct

_STATUS = tag_of("SOPInstanceStatus")


def _status_not_signed(value: str = "OR") -> Forgery:
    return without_tag(ct().on(put(element("SOPInstanceStatus", value))), _STATUS)


@wrong("ps3.3-c.12.1-status-values", _status_not_signed)
def status_is_no_term(twin: Forgery) -> Forgery:
    """SOP Instance Status (0100,0410) is none of the four terms."""
    return _status_not_signed("ORIGINAL")


@wrong("ps3.3-c.12.1-status-signed-breaks", _status_not_signed)
def status_is_signed(twin: Forgery) -> Forgery:
    """The signature covers SOP Instance Status (0100,0410), which has to change later."""
    return Forgery(twin.base)


@wrong("ps3.15-a.1.1-signed-status-conflict", _status_not_signed)
def status_is_signed_under_online_storage(twin: Forgery) -> Forgery:
    """A product of the online storage profile signs what that profile orders to change."""
    return Forgery(twin.base)
