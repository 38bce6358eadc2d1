"""Signature values that were made without the private key, and those of keys of unusual size (RFC 8017 8.2.2)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.signatures import attributes
from dicomsig.vectors import seals
from dicomsig.vectors.corpus import forged_blocks
from dicomsig.vectors.corpus.content import MACRO
from dicomsig.vectors.edits import revalued
from dicomsig.vectors.forge import forge
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.seals import Padded
from dicomsig.vectors.writing import ALL, Signed, reforged, vector

_PADDING: Final = "ps3.15-c.1-digest-info-present"
_RULE: Final = "ps3.15-c.1-pkcs1-padding"
_KEY: Final = MACRO + "foreign-certificate-detected"
_LENGTH: Final = "ps3.15-c.1-signature-as-long-as-modulus"
_NOT_BY_KEY: Final = "signature-not-by-key"
_MALFORMED: Final = "digest-info-malformed"


_ROOM: Final = tuple(each for each in ALL if each is not MacAlgorithm.SHA512)
"""Digests that leave room for a cube root in a block of 2048 bits."""


@vector(
    "forged-with-a-cube-root",
    "key-exponent-3",
    reason=_MALFORMED,
    requirements=[_PADDING, _RULE, _KEY],
    algorithms=_ROOM,
)
def forged_with_a_cube_root(twin: Signed) -> bytes:
    """Garbage follows the digest: a cube root that needed no private key, for exponent 3."""
    return twin.forged(seal=seals.LowExponentForgery())


_SHORT = tuple(each for each in ALL if each not in (MacAlgorithm.SHA384, MacAlgorithm.SHA512))


@vector(
    "forged-inside-the-parameters",
    "key-exponent-3",
    reason=_MALFORMED,
    requirements=[_PADDING, _RULE, _KEY],
    algorithms=_SHORT,
)
def forged_inside_the_parameters(twin: Signed) -> bytes:
    """Garbage stands in the parameters, the digest ends the block: a cube root that needed no private key."""
    for second in range(60):
        time = f"202406151200{second:02d}+0000".encode()
        forgery = replace(
            twin.forgery,
            item=(revalued(attributes.SIGNATURE_DATETIME, time),),
            seal=forged_blocks.GarbageInParameters(),
        )
        try:
            return forge(forgery)
        except ValueError:
            continue
    raise ValueError("no digest of the minute was odd")


_MODULI: tuple[tuple[Credential, str, tuple[str, ...]], ...] = (
    (Credential.RSA_1032, "an odd number of bytes", ("ps3.5-6.2-signature-pad-stripped",)),
    (Credential.RSA_4096, "512 bytes", ("ps3.15-c.1-key-size-free",)),
)
_OF_ANY_SIZE: tuple[tuple[str, str, Callable[[bytes, int], bytes], str], ...] = (
    ("truncated", "lacks its last two bytes", seals.truncated, "signature-length"),
    ("zero", "is the number 0", seals.zero, _NOT_BY_KEY),
    ("modulus", "is the modulus itself", seals.modulus_itself, "signature-out-of-range"),
)

for _credential, _what, _of_size in _MODULI:
    for _name, _said, _value, _reason in _OF_ANY_SIZE:
        vector(
            f"{_credential}-signature-{_name}",
            f"key-{_credential}",
            reason=_reason,
            requirements=(_KEY, _LENGTH, *_of_size),
            title=f"The signature under a modulus of {_what} {_said}",
            family="forgeries",
        )(reforged(seal=Padded(value=_value)))
