"""DigestInfo, the structure that a PKCS #1 version 1.5 signature block carries (PS3.15 C.1, RFC 8017 9.2)."""

from dataclasses import dataclass
from enum import StrEnum

from dicomsig.crypto.der import NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, DerError, Reader, object_identifier
from dicomsig.crypto.digests import MacAlgorithm, digest_size

_PREFIXES = {
    MacAlgorithm.MD5: bytes.fromhex("3020300c06082a864886f70d020505000410"),
    MacAlgorithm.SHA1: bytes.fromhex("3021300906052b0e03021a05000414"),
    MacAlgorithm.RIPEMD160: bytes.fromhex("3021300906052b2403020105000414"),
    MacAlgorithm.SHA256: bytes.fromhex("3031300d060960864801650304020105000420"),
    MacAlgorithm.SHA384: bytes.fromhex("3041300d060960864801650304020205000430"),
    MacAlgorithm.SHA512: bytes.fromhex("3051300d060960864801650304020305000440"),
}
_ALGORITHMS = {
    "1.2.840.113549.2.5": MacAlgorithm.MD5,
    "1.3.14.3.2.26": MacAlgorithm.SHA1,
    "1.3.36.3.2.1": MacAlgorithm.RIPEMD160,
    "2.16.840.1.101.3.4.2.1": MacAlgorithm.SHA256,
    "2.16.840.1.101.3.4.2.2": MacAlgorithm.SHA384,
    "2.16.840.1.101.3.4.2.3": MacAlgorithm.SHA512,
}
_BARE_SIZES = frozenset(digest_size(algorithm) for algorithm in MacAlgorithm)


class DigestInfoForm(StrEnum):
    """How recovered data relates to the DigestInfo that was expected (A-01)."""

    EXACT = "exact"
    PARAMETERS_ABSENT = "parameters-absent"
    OTHER_ALGORITHM = "other-algorithm"
    BARE_DIGEST = "bare-digest"
    WRONG_DIGEST = "wrong-digest"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class DigestInfoReading:
    """What recovered data holds: its form, and as far as it tells, the algorithm, its OID and the digest.

    `algorithm` is None for a bare digest, malformed data and object identifiers outside the six MAC algorithms.
    """

    form: DigestInfoForm
    message: str
    algorithm: MacAlgorithm | None = None
    object_identifier: str | None = None
    digest: bytes | None = None


def digest_info(algorithm: MacAlgorithm, digest: bytes) -> bytes:
    """Build the DER DigestInfo with NULL parameters (PS3.15 C.1, A-01); raises ValueError on a wrong length."""
    if len(digest) != digest_size(algorithm):
        raise ValueError(f"a digest of {algorithm} has {digest_size(algorithm)} bytes, not {len(digest)}")
    return _PREFIXES[algorithm] + digest


def read_digest_info(data: bytes, algorithm: MacAlgorithm, digest: bytes) -> DigestInfoReading:
    """Tell how data recovered from a signature differs from the DigestInfo of a digest (PS3.15 C.1, A-01).

    Only EXACT is reading 1; PARAMETERS_ABSENT is given only when all else is right, digest included. Never raises on
    hostile `data`.
    """
    try:
        oid, has_parameters, found = _parse(data)
    except DerError as error:
        if len(data) in _BARE_SIZES:
            equal = "equal to" if data == digest else "other than"
            message = f"{len(data)} bytes without DigestInfo, {equal} the expected digest"
            return DigestInfoReading(DigestInfoForm.BARE_DIGEST, message, digest=data)
        return DigestInfoReading(DigestInfoForm.MALFORMED, f"DigestInfo is malformed: {error}")
    named = _ALGORITHMS.get(oid)
    if named is not None and len(found) != digest_size(named):
        message = f"DigestInfo names {named} and carries {len(found)} bytes instead of {digest_size(named)}"
        return DigestInfoReading(DigestInfoForm.MALFORMED, message, named, oid, found)
    if named is not algorithm:
        message = f"DigestInfo names {named or oid}, {algorithm} expected"
        return DigestInfoReading(DigestInfoForm.OTHER_ALGORITHM, message, named, oid, found)
    if found != digest:
        message = f"the signature holds the {algorithm} digest {found.hex()}, computed was {digest.hex()}"
        return DigestInfoReading(DigestInfoForm.WRONG_DIGEST, message, named, oid, found)
    if not has_parameters:
        message = "DigestInfo lacks the NULL parameters; all else is as expected"
        return DigestInfoReading(DigestInfoForm.PARAMETERS_ABSENT, message, named, oid, found)
    return DigestInfoReading(DigestInfoForm.EXACT, "DigestInfo is as expected", named, oid, found)


def _parse(data: bytes) -> tuple[str, bool, bytes]:
    """Read object identifier, presence of NULL and digest from DER without a byte to spare; raises DerError."""
    outer = Reader(data)
    body = outer.expect(SEQUENCE).reader()
    outer.finish()
    identifier = body.expect(SEQUENCE).reader()
    digest = body.expect(OCTET_STRING).contents
    body.finish()
    oid = object_identifier(identifier.expect(OBJECT_IDENTIFIER))
    parameters = identifier.optional(NULL)
    if parameters is not None and parameters.contents:
        raise DerError(parameters.value, "NULL parameters with contents")
    identifier.finish()
    return oid, parameters is not None, digest
