"""Descriptions of honest signatures that several families start from."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.tags import Tag
from dicomsig.vectors.corpus.profile_minimums import MINIMUM
from dicomsig.vectors.edits import put
from dicomsig.vectors.forge import Forgery, signable_tags
from dicomsig.vectors.nodes import DataSet, text_value
from dicomsig.vectors.values import sequence, tag_of
from dicomsig.vectors.wrong_signers.twins import of, purpose_code

__all__ = [
    "LIST",
    "MACRO",
    "STREAM",
    "by",
    "due",
    "profiled",
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
    """What a profile wants signed of a data set, by the committed minimum of its SOP Class."""
    verified = text_value(content, tag_of("VerificationFlag")) == "VERIFIED"
    name = "verified-report" if verified and profile == "structured-report" else profile
    minimum = MINIMUM[name, text_value(content, tags.SOP_CLASS_UID)]
    return tuple(tag for tag in signable_tags(content) if tag in minimum)


def with_purpose(forgery: Forgery, code: str, meaning: str = "Verification Signature") -> Forgery:
    """The same signature with a purpose."""
    return replace(
        forgery, item=(put(sequence("DigitalSignaturePurposeCodeSequence", purpose_code(code, meaning=meaning))),)
    )
