"""The signature item: what of it is hashed, and what must be there (PS3.3 C.12.1.1.3, A-11, A-12)."""

from functools import partial
from typing import Final

from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import MACRO, STREAM
from dicomsig.vectors.edits import Edit, at, dropped, emptied, in_vr, put, revalued
from dicomsig.vectors.nodes import Leaf
from dicomsig.vectors.values import element, leaf
from dicomsig.vectors.vector import ANY, Outcome
from dicomsig.vectors.writing import ALL, SOME, Signed, vector

_MISMATCH: Final = "mac-mismatch"
_ITEM: Final = "/fffafffa[0]/"
_PARAMETERS: Final = "/4ffe0001[0]/"
_EXTRA: Final = STREAM + "extra-item-elements-covered"
_MISSING: Final = MACRO + "mandatory-signature-element-missing"


def _afterwards(edit: Edit, twin: Signed) -> bytes:
    return twin.edited(at(_ITEM, edit))


def _signed_so(edit: Edit, twin: Signed) -> bytes:
    return twin.forged(item=(edit,))


_CHANGED: tuple[tuple[str, str, str, Edit], ...] = (
    (
        "signature-uid-changed",
        "Digital Signature UID (0400,0100) is another",
        STREAM + "signature-uid-covered",
        put(element("DigitalSignatureUID", "2.25.73571")),
    ),
    (
        "signing-time-backdated",
        "Digital Signature DateTime (0400,0105) is a year earlier",
        STREAM + "signature-datetime-covered",
        put(element("DigitalSignatureDateTime", "20230615120000+0000")),
    ),
    (
        "signing-time-in-other-zone",
        "Digital Signature DateTime (0400,0105) names the same moment with another offset",
        STREAM + "signature-datetime-covered",
        put(element("DigitalSignatureDateTime", "20240615140000+0200")),
    ),
    (
        "signing-time-offset-dropped",
        "Digital Signature DateTime (0400,0105) lost its offset",
        STREAM + "signature-datetime-covered",
        put(element("DigitalSignatureDateTime", "20240615120000")),
    ),
    ("extra-element-added", "A private element joined the signature item", _EXTRA, put(leaf(0x04010010, "LO", "TEST"))),
    (
        "extra-standard-element-added",
        "Content Date (0008,0023) joined the signature item",
        _EXTRA,
        put(element("ContentDate", "20240102")),
    ),
    (
        "retired-element-added",
        "The retired element (0400,0315) joined the signature item",
        "ps3.6-6-retired-0400-0315",
        put(Leaf(0x04000315, "FL", bytes(4))),
    ),
    (
        "signature-uid-dropped",
        "Digital Signature UID (0400,0100) was removed after signing",
        STREAM + "signature-uid-covered",
        dropped(attributes.SIGNATURE_UID),
    ),
    (
        "signing-time-dropped",
        "Digital Signature DateTime (0400,0105) was removed after signing",
        STREAM + "signature-datetime-covered",
        dropped(attributes.SIGNATURE_DATETIME),
    ),
    (
        "signature-uid-relabelled",
        "Digital Signature UID (0400,0100) says LO over the same bytes",
        STREAM + "vr-letters-covered",
        in_vr(attributes.SIGNATURE_UID, "LO"),
    ),
)

for _name, _title, _requirement, _edit in _CHANGED:
    vector(
        _name,
        "creator-ct",
        reason=_MISMATCH,
        requirements=(_requirement, STREAM + "signature-item-appended"),
        algorithms=SOME,
        title=_title,
        family="signature-item",
    )(partial(_afterwards, _edit))


@vector(
    "mac-id-changed-on-both-sides",
    "creator-ct",
    reason=_MISMATCH,
    requirements=[STREAM + "mac-id-covered"],
    algorithms=SOME,
)
def mac_id_changed_on_both_sides(twin: Signed) -> bytes:
    """MAC ID Number (0400,0005) is another in the signature item, where it is hashed, and in the parameters."""
    number = put(element("MACIDNumber", 7))
    return twin.edited(at(_ITEM, number), at(_PARAMETERS, number))


for _name, _value, _what in (
    ("certificate-type-changed", b"X509_2005_SIG ", "another term"),
    ("certificate-type-lower-case", b"x509_1993_sig ", "in lower case"),
):
    vector(
        _name,
        "creator-ct",
        Outcome.INDETERMINATE,
        "certificate-type-unknown",
        (STREAM + "certificate-type-covered", MACRO + "certificate-type-term"),
        algorithms=SOME,
        title=f"Certificate Type (0400,0110), which is hashed, is {_what}",
        family="signature-item",
    )(partial(_afterwards, revalued(attributes.CERTIFICATE_TYPE, _value)))


@vector(
    "certificate-type-unknown",
    "creator-ct",
    Outcome.INDETERMINATE,
    "certificate-type-unknown",
    [MACRO + "certificate-type-term"],
    algorithms=SOME,
    integrity=ANY,
    structure=ANY,
)
def certificate_type_unknown(twin: Signed) -> bytes:
    """Certificate Type (0400,0110) was no defined term when it was signed; the MAC is right."""
    return twin.forged(item=(revalued(attributes.CERTIFICATE_TYPE, b"X509_2005_SIG"),))


_BROKEN: tuple[tuple[str, int, str], ...] = (
    ("mac-id", attributes.MAC_ID_NUMBER, "MAC ID Number (0400,0005)"),
    ("signature-uid", attributes.SIGNATURE_UID, "Digital Signature UID (0400,0100)"),
    ("signing-time", attributes.SIGNATURE_DATETIME, "Digital Signature DateTime (0400,0105)"),
    ("certificate-type", attributes.CERTIFICATE_TYPE, "Certificate Type (0400,0110)"),
)

for _name, _tag, _what in _BROKEN:
    for _way, _edit, _said in (("missing", dropped(_tag), "missing"), ("empty", emptied(_tag), "empty")):
        vector(
            f"{_name}-{_way}-when-signed",
            "creator-ct",
            Outcome.INDETERMINATE,
            f"element-{_way}" if _name != "mac-id" or _way == "missing" else "mac-parameters-missing",
            (_MISSING,),
            integrity=ANY,
            structure=(Status.INVALID,),
            algorithms=SOME,
            title=f"{_what} was {_said} when the instance was signed",
            family="signature-item",
        )(partial(_signed_so, _edit))

_UNHASHED: tuple[tuple[str, int, str], ...] = (
    ("certificate", attributes.CERTIFICATE, "Certificate of Signer (0400,0115)"),
    ("signature-value", attributes.SIGNATURE, "Signature (0400,0120)"),
)

for _name, _tag, _what in _UNHASHED:
    for _way, _edit in (("missing", dropped(_tag)), ("empty", emptied(_tag))):
        vector(
            f"{_name}-{_way}",
            "creator-ct",
            Outcome.INDETERMINATE,
            f"element-{_way}",
            (_MISSING,),
            structure=(Status.INVALID,),
            algorithms=SOME,
            title=f"{_what} is {_way}",
            family="signature-item",
        )(partial(_afterwards, _edit))

_MALFORMED: tuple[tuple[str, str, str, Edit], ...] = (
    (
        "signing-time-malformed",
        "Digital Signature DateTime (0400,0105) has a month 13",
        "signature-datetime-malformed",
        revalued(attributes.SIGNATURE_DATETIME, b"20241315120000+0000"),
    ),
    (
        "signature-uid-with-two-values",
        "Digital Signature UID (0400,0100) has two values",
        "element-values",
        revalued(attributes.SIGNATURE_UID, b"2.25.7357\\2.25.7358"),
    ),
    (
        "signature-uid-in-other-vr",
        "Digital Signature UID (0400,0100) has VR LO",
        "element-vr",
        in_vr(attributes.SIGNATURE_UID, "LO"),
    ),
)

for _name, _title, _reason, _edit in _MALFORMED:
    vector(
        f"{_name}-when-signed",
        "creator-ct",
        Outcome.ACCEPTABLE,
        _reason,
        (_MISSING,),
        integrity=ANY,
        structure=(Status.INVALID,),
        ambiguity="A-16",
        title=f"{_title} and was signed so",
        family="signature-item",
    )(partial(_signed_so, _edit))


def _flip(position: int) -> Edit:
    def change(value: bytes) -> bytes:
        index = position % len(value)
        return value[:index] + bytes((value[index] ^ 1,)) + value[index + 1 :]

    return revalued(attributes.SIGNATURE, change)


for _name, _position in (("first", 1), ("middle", 128), ("last", -1)):
    vector(
        f"signature-{_name}-byte-altered",
        "creator-ct",
        reason="signature-not-by-key",
        requirements=("ps3.15-c.1-verifies-{mac}", MACRO + "signature-made-with-certified-key"),
        algorithms=ALL,
        title=f"The {_name} byte of the signature value differs by one bit",
        family="signature-item",
    )(partial(_afterwards, _flip(_position)))


@vector(
    "extra-element-hashed",
    "creator-ct",
    Outcome.VALID,
    requirements=[_EXTRA],
    algorithms=SOME,
)
def extra_element_hashed(twin: Signed) -> bytes:
    """An element beyond the macro stands in the signature item and was hashed with it."""
    return twin.forged(item=(put(element("ContentDate", "20240102")),))


@vector("extra-private-element-hashed", "creator-ct", Outcome.VALID, requirements=[_EXTRA], algorithms=SOME)
def extra_private_element_hashed(twin: Signed) -> bytes:
    """A private element stands in the signature item and was hashed with it."""
    return twin.forged(item=(put(leaf(0x04010010, "LO", "TEST"), leaf(0x04011001, "LO", "private")),))
