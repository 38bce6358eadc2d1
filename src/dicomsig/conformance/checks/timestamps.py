"""Certified timestamps: type, form, imprint (PS3.3 C.12.1.1.3, C.12.1.1.3.1.3; PS3.15 C.1).

The token is read, not verified: whether it can be trusted belongs to the time axis.
"""

from datetime import timedelta
from typing import Final

from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.timestamp_token import TimestampForm, TimestampReading, covers
from dicomsig.conformance.views import JudgedSignature
from dicomsig.encoding.instance import plain_text
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import SignatureReason

_CLOSE: Final = timedelta(minutes=10)
_READ: Final = (TimestampForm.TOKEN, TimestampForm.REPLY)


@judges("ps3.3-c.12.1.1.3-timestamp-type-condition")
def timestamp_comes_with_its_type(signature: JudgedSignature) -> Finding | None:
    """Certified Timestamp Type (0400,0305) comes with every Certified Timestamp (PS3.3 C.12.1.1.3, Type 1C).

    The timestamp is of Type 3: without a value it means the same as none (PS3.5 7.4.5).
    """
    stamp = signature.element(attributes.TIMESTAMP)
    if stamp is None or (not stamp.length and stamp.fragments is None):
        return None
    element = signature.element(attributes.TIMESTAMP_TYPE)
    return Finding.of(
        element is not None and element.length > 0,
        SignatureReason.TIMESTAMP_TYPE_MISSING,
        expected="Certified Timestamp Type (0400,0305) beside the timestamp",
        found="none",
    )


@judges("ps3.15-c.1-timestamp-type", "ps3.3-c.12.1.1.3.1.3-protocol-from-profile")
def timestamp_type_is_the_defined_term(signature: JudgedSignature) -> Finding | None:
    """Certified Timestamp Type (0400,0305) is CMS_TSP (PS3.15 C.1)."""
    element = signature.element(attributes.TIMESTAMP_TYPE)
    if element is None or not element.length:
        return None
    found = plain_text(signature.instance.value(element, 64))
    return Finding.of(
        found == attributes.TIMESTAMP_TYPE_TERM,
        CheckReason.TIMESTAMP_TYPE_UNKNOWN,
        expected=attributes.TIMESTAMP_TYPE_TERM,
        found="another term",
        values=found,
    )


@judges("ps3.3-c.12.1.1.3.1.3-stored-as-bytes")
def timestamp_is_stored_as_bytes(signature: JudgedSignature) -> Finding | None:
    """The reply of the time stamping party is stored as it is, with at most one pad byte (PS3.3 C.12.1.1.3.1.3)."""
    reading = signature.timestamp
    if reading is None:
        return None
    expected = "one encoded value and at most one pad byte in (0400,0310)"
    if reading.form is TimestampForm.UNREADABLE:
        return Finding.broken(CheckReason.TIMESTAMP_UNREADABLE, expected=expected, found="what cannot be decoded")
    found = f"{reading.trailing} bytes after the encoded value"
    return Finding.of(reading.trailing <= 1, CheckReason.TIMESTAMP_UNREADABLE, expected=expected, found=found)


@judges("ps3.3-c.12.1.1.3.1.3-token-not-response")
def timestamp_is_the_token(signature: JudgedSignature) -> Finding | None:
    """The element holds the bare token; a verifier may take the whole reply, a signer writes none (A-15)."""
    reading = signature.timestamp
    if reading is None or reading.form not in _READ:
        return None
    return Finding.of(
        reading.form is TimestampForm.TOKEN,
        CheckReason.TIMESTAMP_REPLY,
        expected="a time stamp token (RFC 3161 2.4.2)",
        found="the whole reply of the time stamping party",
    )


@judges("ps3.15-c.1-timestamp-rfc-3161", "ps3.15-c.1-timestamp-draft")
def timestamp_is_a_token_of_rfc_3161(signature: JudgedSignature) -> Finding | None:
    """A certified timestamp is a CMS SignedData over a time stamp, as RFC 3161 defines it (PS3.15 C.1)."""
    reading = signature.timestamp
    if reading is None:
        return None
    expected = "a time stamp token that parses and whose own signature verifies"
    if reading.form not in _READ:
        return Finding.broken(CheckReason.TIMESTAMP_UNREADABLE, expected=expected, found="what is no time stamp token")
    message = "the token was read; its own signature is not verified yet"
    return Finding.unknown(SignatureReason.TIMESTAMP_NOT_JUDGED, message, expected=expected)


@judges("ps3.3-c.12.1.1.3.1.3-over-signature-value")
def timestamp_is_over_the_signature(signature: JudgedSignature) -> Finding | None:
    """The imprint in the timestamp is a digest of Signature (0400,0120) (PS3.3 C.12.1.1.3.1.3, A-14)."""
    reading = _readable(signature)
    if reading is None:
        return None
    expected = "an imprint that is a digest of Signature (0400,0120)"
    if not reading.imprint_algorithm:
        message = "the imprint was made with a digest that is not known here"
        return Finding.unknown(CheckReason.TIMESTAMP_IMPRINT_ALGORITHM, message, expected=expected)
    value = signature.signature.signature_value
    made = covers(reading, value) or covers(reading, _unpadded(signature))
    return Finding.of(made, CheckReason.TIMESTAMP_IMPRINT, expected=expected, found="an imprint of something else")


@judges("ps3.3-c.12.1.1.3.1.3-imprint-without-pad")
def imprint_leaves_the_pad_byte_out(signature: JudgedSignature) -> Finding | None:
    """For a signature of odd length the imprint is over the signature without its pad byte (A-14)."""
    reading = _readable(signature)
    value, unpadded = signature.signature.signature_value, _unpadded(signature)
    if reading is None or not reading.imprint_algorithm or len(value) == len(unpadded):
        return None
    if covers(reading, unpadded):
        return HOLDS
    if not covers(reading, value):
        return None
    return Finding.doubtful(
        CheckReason.TIMESTAMP_IMPRINT_PADDED,
        expected="an imprint of the signature without its pad byte",
        found="an imprint with it: both readings are lawful, and verifiers differ",
    )


@judges("ps3.3-c.12.1.1.3-timestamp-at-creation")
def timestamp_is_fetched_at_signing(signature: JudgedSignature) -> Finding | None:
    """The timestamp is fetched when the signature is made (PS3.3 C.12.1.1.3); how near is for people to judge."""
    reading, claimed = _readable(signature), signature.verdict.signed_at
    if reading is None or reading.generated is None or claimed is None:
        return None
    if abs(reading.generated - claimed) <= _CLOSE:
        return HOLDS
    return Finding.doubtful(
        CheckReason.TIMESTAMP_DISTANT,
        expected="a timestamp within ten minutes of Digital Signature DateTime (0400,0105)",
        found="one from before it" if reading.generated < claimed else "one from after it",
    )


def _readable(signature: JudgedSignature) -> TimestampReading | None:
    reading = signature.timestamp
    return reading if reading is not None and reading.form in _READ else None


def _unpadded(signature: JudgedSignature) -> bytes:
    """The signature value cut at the length of the modulus (PS3.5 6.2, A-14)."""
    certificate, value = signature.verdict.certificate, signature.signature.signature_value
    if certificate is None or certificate.key is None or len(value) != certificate.key.byte_length + 1:
        return value
    return value[:-1]
