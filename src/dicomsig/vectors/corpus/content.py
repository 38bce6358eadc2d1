"""Descriptions of honest signatures that several families start from."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from dicomsig.conformance.editions import DEFAULT as NEWEST
from dicomsig.conformance.editions import edition
from dicomsig.conformance.modules import due_attributes
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.tags import Tag
from dicomsig.vectors.edits import put
from dicomsig.vectors.forge import Forgery, signable_tags
from dicomsig.vectors.nodes import DataSet, text_value
from dicomsig.vectors.values import element, sequence, tag_of
from dicomsig.vectors.wrong_signers.twins import of, purpose_code

__all__ = [
    "LIST",
    "MACRO",
    "STREAM",
    "by",
    "due",
    "every_tag",
    "profiled",
    "purpose",
    "with_purpose",
]

MACRO: Final = "ps3.3-c.12.1.1.3-"
LIST: Final = "ps3.3-c.12.1.1.3.1.1-"
STREAM: Final = "ps3.3-c.12.1.1.3.1.2-"


def by(forgery: Callable[[], Forgery], **changes: object) -> Callable[[MacAlgorithm], Forgery]:
    """The forgery with the MAC algorithm that is asked for, and with other changes."""
    return lambda algorithm: replace(forgery(), algorithm=algorithm, **changes)  # type: ignore[arg-type]


def profiled(name: str, profile: str) -> Callable[[MacAlgorithm], Forgery]:
    """An unsigned instance, signed as a profile of PS3.15 Annex C asks and not beyond."""

    def make(algorithm: MacAlgorithm) -> Forgery:
        forgery = of(name)
        listed = signable_tags(forgery.base) if profile == "base" else due(forgery.base, profile)
        made = replace(forgery, algorithm=algorithm, listed=listed)
        return with_purpose(made, "5") if profile == "structured-report" else made

    return make


def due(content: DataSet, profile: str) -> tuple[Tag, ...]:
    """What a profile wants signed of a data set."""
    present = set(signable_tags(content))
    verified = text_value(content, tag_of("VerificationFlag")) == "VERIFIED"
    found = due_attributes(
        profile, edition(NEWEST), text_value(content, tags.SOP_CLASS_UID), present, verified=verified
    )
    return tuple(each.tag for each in found if each.tag in present)


def every_tag(forgery: Forgery) -> tuple[Tag, ...]:
    """All that can be signed at the place of a forgery."""
    return signable_tags(forgery.base)


def purpose(code: str, scheme: str = "ASTM-sigpurpose", meaning: str = "Verification Signature") -> tuple[object, ...]:
    """The edit that gives a signature item its purpose."""
    return (put(sequence("DigitalSignaturePurposeCodeSequence", purpose_code(code, scheme, meaning))),)


def with_purpose(forgery: Forgery, code: str, meaning: str = "Verification Signature") -> Forgery:
    """The same signature with a purpose."""
    return replace(
        forgery, item=(put(sequence("DigitalSignaturePurposeCodeSequence", purpose_code(code, meaning=meaning))),)
    )


def renamed(forgery: Forgery, manufacturer: str) -> Forgery:
    """The same over an instance of another maker."""
    return forgery.on(put(element("Manufacturer", manufacturer)))
