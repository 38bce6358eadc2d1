"""Signature values that no lawful signer makes, forgeries among them (PS3.15 C.1, RFC 8017 8.2.2, A-01)."""

from functools import partial
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.signatures.verdict import Status
from dicomsig.vectors import seals
from dicomsig.vectors.corpus import forged_blocks
from dicomsig.vectors.corpus.content import MACRO
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.seals import Padded, Seal
from dicomsig.vectors.vector import Outcome
from dicomsig.vectors.writing import ALL, Signed, reforged, vector

_INFO: Final = "ps3.15-c.1-digest-info-present"
_RULE: Final = "ps3.15-c.1-pkcs1-padding"
_PADDING: Final = _INFO
_KEY: Final = MACRO + "foreign-certificate-detected"
"""What a verifier owes: a value that the key of the certificate did not make is no signature."""
_MADE: Final = MACRO + "signature-made-with-certified-key"
_LENGTH: Final = "ps3.15-c.1-signature-as-long-as-modulus"
_NOT_BY_KEY: Final = "signature-not-by-key"
_MALFORMED: Final = "digest-info-malformed"
_NOT_PADDED: Final = "padding-not-pkcs1-v1.5"

_SEALS: tuple[tuple[str, str, str, tuple[str, ...], Seal], ...] = (
    ("digest-info-bare", "The block holds the bare digest", "digest-info-bare", (_INFO,), Padded(data=seals.bare)),
    (
        "digest-info-in-ber",
        "A length of the DigestInfo has the long form, which DER forbids",
        _MALFORMED,
        (_PADDING, _RULE),
        Padded(data=seals.basic_encoding_length),
    ),
    (
        "digest-info-followed-by-garbage",
        "Garbage follows the DigestInfo, the padding is shorter by as much",
        _MALFORMED,
        (_PADDING, _RULE),
        Padded(data=seals.with_garbage),
    ),
    (
        "digest-info-parameters-of-garbage",
        "The parameters in the DigestInfo are garbage in place of NULL",
        _MALFORMED,
        (_PADDING, _RULE),
        Padded(data=forged_blocks.parameters_of_garbage),
    ),
    (
        "digest-info-null-with-content",
        "NULL in the DigestInfo has a content byte",
        _MALFORMED,
        (_PADDING, _RULE),
        Padded(data=forged_blocks.null_with_content),
    ),
    (
        "digest-truncated",
        "The last byte of the digest is missing",
        _MALFORMED,
        (_INFO, _RULE),
        Padded(data=forged_blocks.digest_truncated),
    ),
    (
        "digest-extended",
        "A zero byte follows the digest",
        _MALFORMED,
        (_INFO, _RULE),
        Padded(data=forged_blocks.digest_extended),
    ),
    (
        "digest-reversed",
        "The bytes of the digest stand in reverse order",
        "mac-mismatch",
        (_KEY,),
        Padded(data=forged_blocks.digest_reversed),
    ),
    (
        "block-without-data",
        "The block holds padding alone",
        _MALFORMED,
        (_INFO,),
        Padded(data=forged_blocks.empty_data),
    ),
    (
        "padding-short",
        "Four padding bytes, and zeros behind the data",
        _NOT_PADDED,
        (_PADDING, _RULE),
        Padded(block=seals.short_padding),
    ),
    (
        "padding-eight-then-garbage",
        "Eight padding bytes, and garbage behind the data to fill the block",
        _MALFORMED,
        (_PADDING, _RULE),
        Padded(block=forged_blocks.eight_then_garbage),
    ),
    (
        "padding-damaged",
        "One padding byte is not FF",
        _NOT_PADDED,
        (_PADDING, _RULE),
        Padded(block=seals.damaged_padding),
    ),
    (
        "padding-for-encryption",
        "The block is of the type for encryption",
        _NOT_PADDED,
        (_PADDING, _RULE),
        Padded(block=seals.encryption_block),
    ),
    (
        "padding-absent",
        "Zeros stand in place of the padding",
        _NOT_PADDED,
        (_PADDING, _RULE),
        Padded(block=seals.unpadded),
    ),
    (
        "padding-without-separator",
        "No zero byte parts padding and data",
        _NOT_PADDED,
        (_PADDING, _RULE),
        Padded(block=forged_blocks.separator_missing),
    ),
    (
        "padding-probabilistic",
        "The padding is probabilistic (PSS)",
        "padding-pss",
        ("ps3.15-c.1-no-pss",),
        seals.Probabilistic(),
    ),
    ("signature-zero", "The signature is the number 0", _NOT_BY_KEY, (_KEY,), Padded(value=seals.zero)),
    ("signature-one", "The signature is the number 1", _NOT_BY_KEY, (_KEY,), Padded(value=forged_blocks.one)),
    (
        "signature-modulus-minus-one",
        "The signature is the modulus minus one",
        _NOT_BY_KEY,
        (_KEY,),
        Padded(value=seals.modulus_minus_one),
    ),
    (
        "signature-modulus",
        "The signature is the modulus itself",
        "signature-out-of-range",
        (_KEY,),
        Padded(value=seals.modulus_itself),
    ),
    (
        "signature-of-ones",
        "Every bit of the signature is set",
        "signature-out-of-range",
        (_KEY,),
        Padded(value=forged_blocks.ones),
    ),
    (
        "signature-truncated",
        "The last two bytes of the signature are missing",
        "signature-length",
        (_LENGTH,),
        Padded(value=seals.truncated),
    ),
    (
        "signature-extended",
        "Two zero bytes follow the signature",
        "signature-length",
        (_LENGTH,),
        Padded(value=seals.extended),
    ),
    (
        "signature-with-leading-zeros",
        "Two zero bytes precede the signature",
        "signature-length",
        (_LENGTH,),
        Padded(value=forged_blocks.leading_zeros),
    ),
    (
        "signature-without-first-bytes",
        "The first two bytes of the signature are missing",
        "signature-length",
        (_LENGTH,),
        Padded(value=forged_blocks.leading_byte_stripped),
    ),
    (
        "signature-of-two-bytes",
        "The signature is two zero bytes long",
        "signature-length",
        (_LENGTH,),
        Padded(value=forged_blocks.nothing),
    ),
    (
        "signature-backwards",
        "The signature stands with its least significant byte first",
        _NOT_BY_KEY,
        (_KEY,),
        Padded(value=forged_blocks.backwards),
    ),
)


def _open(name: str) -> bool:
    """A number whose range depends on the key may be told either way."""
    return name == "signature-backwards"


for _name, _title, _reason, _requirements, _seal in _SEALS:
    vector(
        _name,
        "key-rsa-2048",
        reason="" if _open(_name) else _reason,
        requirements=_requirements,
        algorithms=ALL,
        title=_title,
        family="signature-blocks",
    )(reforged(seal=_seal))

vector(
    "digest-info-without-null",
    "key-rsa-2048",
    Outcome.ACCEPTABLE,
    "digest-info-parameters-absent",
    ("ps3.15-c.1-digest-info-parameters",),
    ambiguity="A-01",
    integrity=(Status.VALID, Status.INVALID),
    algorithms=ALL,
    title="The DigestInfo lacks NULL parameters (A-01, reading 3)",
    family="signature-blocks",
)(reforged(seal=Padded(data=seals.without_null)))


def _named_otherwise(other: MacAlgorithm, twin: Signed) -> bytes:
    return twin.forged(seal=Padded(data=seals.other_object_identifier(other)))


for _algorithm in ALL:
    _other = MacAlgorithm.SHA512 if _algorithm is not MacAlgorithm.SHA512 else MacAlgorithm.SHA256
    vector(
        f"digest-info-names-another.{_algorithm.value.lower()}-as-{_other.value.lower()}",
        f"key-rsa-2048.{_algorithm.value.lower()}",
        requirements=("ps3.15-c.1-mac-term-matches-digest", _RULE),
        title=f"The DigestInfo names {_other} over a digest of {_algorithm}",
        family="signature-blocks",
    )(partial(_named_otherwise, _other))

for _name, _credential, _title in (
    ("signed-by-another-key", Credential.EVEN_LENGTH, "The private key is not that of the certificate"),
    ("signed-by-the-authority", Credential.ROOT, "The key of the authority signed in place of that of the certificate"),
):
    vector(
        _name,
        "key-rsa-2048",
        reason=_NOT_BY_KEY,
        requirements=(_KEY, _MADE),
        algorithms=ALL,
        title=_title,
        family="signature-blocks",
    )(reforged(key=_credential))
