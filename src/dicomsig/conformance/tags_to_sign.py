"""Which elements a signer lists who means to meet a profile of PS3.15 Annex C."""

from dicomsig.conformance.editions import Edition
from dicomsig.conformance.modules import due_attributes
from dicomsig.conformance.reports import is_verified
from dicomsig.encoding import tags
from dicomsig.encoding.instance import Instance
from dicomsig.signatures.tag_choice import signable_tags

__all__ = ["tags_to_sign"]


def tags_to_sign(instance: Instance, profile: str | None, edition: Edition) -> tuple[tags.Tag, ...]:
    """The tags of the main data set that a profile wants signed and that can be signed, ascending.

    Without a profile, and by the base profile, which asks for no certain elements, all that can be signed (PS3.15 C.1).
    Raises `UnknownName` for an unknown profile.
    """
    signable = signable_tags(instance.elements)
    if profile in (None, "base"):
        return signable
    present = {element.tag for element in instance.elements}
    sop_class = instance.text(tags.SOP_CLASS_UID)
    due = due_attributes(profile, edition, sop_class, present, verified=is_verified(instance))
    return tuple(sorted({each.tag for each in due} & set(signable)))
