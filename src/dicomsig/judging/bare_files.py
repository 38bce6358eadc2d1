"""Files that can be walked to their end and still tell nothing, or not all (PS3.10 7.1, PS3.5 6.2.2)."""

from dicomsig.encoding import tags
from dicomsig.encoding.elements import find
from dicomsig.encoding.findings import EncodingReason, MalformedError
from dicomsig.encoding.instance import Instance
from dicomsig.signatures.macro import data_sets

__all__ = ["hidden_signatures", "refuse_bare_prefix"]


def refuse_bare_prefix(instance: Instance) -> None:
    """A file that ends after its prefix DICM is no instance without signatures: it was cut (PS3.10 7.1).

    Raises MalformedError with the offset at which File Meta Information is missing.
    """
    if not instance.meta and not instance.elements:
        message = "the file ends after its prefix DICM, where File Meta Information begins"
        raise MalformedError.at(EncodingReason.TRUNCATED, message, offset=instance.source.size)


def hidden_signatures(instance: Instance) -> str:
    """Where Digital Signatures Sequence (FFFA,FFFA) is no sequence, as after a hop that did not know it; else empty.

    What such an element holds is not read (PS3.5 6.2.2): the instance counts as unsigned, and that is worth telling.
    """
    for place, elements in data_sets(instance.elements):
        element = find(elements, tags.DIGITAL_SIGNATURES)
        if element is not None and element.items is None and element.length:
            return (
                f"Digital Signatures Sequence (FFFA,FFFA) at {place} is no sequence, so that what it holds is not read"
            )
    return ""
