"""Certificates that are missing, damaged, of another kind or of another key (PS3.15 C.1, A-13)."""

import base64
from collections.abc import Callable
from functools import partial
from typing import Final

from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import MACRO, STREAM
from dicomsig.vectors.edits import at, revalued
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.vector import ANY, Outcome, Statuses
from dicomsig.vectors.writing import DEFAULT, Signed, vector

_ITEM: Final = "/fffafffa[0]/"
_DER: Final = MACRO + "certificate-is-der"
_FOREIGN: Final = MACRO + "foreign-certificate-detected"
_PAD: Final = "ps3.5-6.2-certificate-pad-stripped"
_BROKEN: Final[Statuses] = (Status.INVALID,)

Change = Callable[[bytes], bytes]


def _with(change: Change, twin: Signed) -> bytes:
    return twin.edited(at(_ITEM, revalued(attributes.CERTIFICATE, change)))


def _exchanged(credential: Credential, twin: Signed) -> bytes:
    return _with(lambda _: credential.certificate_der, twin)


def _first(count: int) -> Change:
    return lambda der: der[:count]


def _without_last(count: int) -> Change:
    return lambda der: der[:-count]


def _byte(position: int, value: int) -> Change:
    return lambda der: der[:position] + bytes((value,)) + der[position + 1 :]


def _pem(_: bytes) -> bytes:
    return Credential.RSA_2048.certificate_pem


_UNREADABLE: tuple[tuple[str, str, str, Change], ...] = (
    ("as-pem", "is PEM text", "certificate-pem", _pem),
    ("in-base64", "is base 64", "certificate-unreadable", base64.b64encode),
    ("of-garbage", "holds bytes that mean nothing", "certificate-unreadable", lambda _: b"\x5a" * 64),
    ("of-zeros", "holds zeros", "certificate-unreadable", lambda _: bytes(512)),
    ("of-one-byte", "holds two bytes of a certificate", "certificate-unreadable", _first(2)),
    ("truncated-in-header", "ends in its first length", "certificate-unreadable", _first(4)),
    ("truncated-to-half", "is cut to its half", "certificate-unreadable", lambda der: der[: len(der) // 4 * 2]),
    ("truncated-by-two-bytes", "lacks its last two bytes", "certificate-unreadable", _without_last(2)),
    ("with-indefinite-length", "has an indefinite length", "certificate-unreadable", _byte(1, 0x80)),
    (
        "with-huge-length",
        "claims a length of gigabytes",
        "certificate-unreadable",
        lambda der: b"\x30\x84\xff" + der[3:],
    ),
    (
        "that-is-a-key",
        "holds the private key's neighbour, a public key",
        "certificate-unreadable",
        lambda der: der[-256:],
    ),
    ("of-nesting", "holds 400 nested sequences", "certificate-unreadable", lambda _: b"\x30\x80" * 400),
)

for _name, _what, _reason, _change in _UNREADABLE:
    vector(
        f"certificate-{_name}",
        "key-rsa-2048",
        Outcome.INDETERMINATE,
        "" if _reason == "certificate-unreadable" else _reason,
        (_DER,),
        structure=ANY,
        title=f"Certificate of Signer (0400,0115) {_what}",
        family="certificates",
    )(partial(_with, _change))

for _credential, _what in (
    (Credential.EVEN_LENGTH, "another key and name"),
    (Credential.OTHER_AUTHORITY, "the same name, another key and another issuer"),
    (Credential.RSA_4096, "a longer key"),
    (Credential.RSA_1024, "a shorter key"),
    (Credential.EXPONENT_3, "another key with exponent 3"),
    (Credential.ROOT, "the key of the authority"),
    (Credential.TIMESTAMP_AUTHORITY, "the key of the time stamping authority"),
):
    vector(
        f"certificate-exchanged.{_credential}",
        "key-rsa-2048",
        requirements=(_FOREIGN, STREAM + "certificate-substitution"),
        title=f"The certificate beside the signature is one with {_what}",
        family="certificates",
    )(partial(_exchanged, _credential))


@vector(
    "certificate-key-altered",
    "creator-ct",
    requirements=[_FOREIGN],
    algorithms=DEFAULT,
)
def certificate_key_altered(twin: Signed) -> bytes:
    """A byte of the modulus in the certificate is another."""

    def change(der: bytes) -> bytes:
        position = der.index(b"\x02\x03\x01\x00\x01") - 128
        return der[:position] + bytes((der[position] ^ 2,)) + der[position + 1 :]

    return _with(change, twin)


@vector(
    "certificate-of-elliptic-curve",
    "creator-ct",
    Outcome.INDETERMINATE,
    "key-not-rsa",
    [MACRO + "certificate-new-algorithms", "ps3.15-c.1-other-key-types-out-of-profile"],
    algorithms=DEFAULT,
)
def certificate_of_elliptic_curve(twin: Signed) -> bytes:
    """The certificate beside the signature holds an elliptic curve key."""
    return _with(lambda _: Credential.ELLIPTIC_CURVE.certificate_der, twin)


@vector(
    "certificate-with-its-issuer",
    "key-rsa-2048",
    Outcome.ACCEPTABLE,
    "certificate-trailing-data",
    [MACRO + "certificate-one-value"],
    integrity=ANY,
    structure=ANY,
    ambiguity="A-13",
    algorithms=DEFAULT,
)
def certificate_with_its_issuer(twin: Signed) -> bytes:
    """Certificate of Signer (0400,0115) holds the certificate and that of its issuer."""
    return _with(lambda der: der + Credential.ROOT.certificate_der, twin)


@vector(
    "certificate-before-another",
    "key-rsa-2048",
    Outcome.ACCEPTABLE,
    "certificate-trailing-data",
    [MACRO + "certificate-one-value"],
    integrity=ANY,
    structure=ANY,
    ambiguity="A-13",
)
def certificate_before_another(twin: Signed) -> bytes:
    """Certificate of Signer (0400,0115) holds a second certificate with another key behind the right one."""
    return _with(lambda der: der + Credential.OTHER_AUTHORITY.certificate_der, twin)


@vector(
    "certificate-padded-with-space",
    "key-odd-length",
    Outcome.ACCEPTABLE,
    "certificate-trailing-data",
    [_PAD],
    integrity=ANY,
    structure=ANY,
    ambiguity="A-14",
)
def certificate_padded_with_space(twin: Signed) -> bytes:
    """A certificate of odd length is followed by a space in place of a null byte."""
    return _with(lambda der: der + b" ", twin)


@vector(
    "certificate-trailing-zeros",
    "key-rsa-2048",
    Outcome.ACCEPTABLE,
    "certificate-trailing-data",
    [_PAD],
    integrity=ANY,
    structure=ANY,
    ambiguity="A-14",
)
def certificate_trailing_zeros(twin: Signed) -> bytes:
    """Four zero bytes follow the certificate, more than any pad byte."""
    return _with(lambda der: der + bytes(4), twin)


@vector(
    "certificate-last-byte-stripped",
    "key-odd-length",
    Outcome.INDETERMINATE,
    "",
    [_PAD],
    structure=ANY,
)
def certificate_last_byte_stripped(twin: Signed) -> bytes:
    """The last byte of a certificate of odd length is gone, so that no pad byte is needed."""
    return _with(lambda der: der[:-1], twin)


@vector(
    "certificate-signature-altered",
    "key-rsa-2048",
    Outcome.ACCEPTABLE,
    "path-signature-invalid",
    ["ps3.15-c.1-trust-separate-from-integrity"],
    integrity=(Status.VALID,),
    trust=(Status.INVALID, Status.INDETERMINATE),
    ambiguity="A-13",
    algorithms=DEFAULT,
)
def certificate_signature_altered(twin: Signed) -> bytes:
    """The issuer's signature on the certificate is damaged: data intact, nobody vouches for the signer."""
    return _with(lambda der: der[:-9] + bytes((der[-9] ^ 1,)) + der[-8:], twin)
