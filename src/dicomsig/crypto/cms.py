"""Detached CMS signatures over a file, made and checked (RFC 5652 5): one signer, signed attributes, SHA-2.

These sign what dicomsig writes about a product, its evidence; the signatures of DICOM itself are no CMS.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dicomsig.crypto.certificates import Certificate, CertificateError, read_certificate
from dicomsig.crypto.key_files import PrivateKeyError, load_any_private_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["CmsError", "CmsSigner", "SigningKey", "load_signing_key", "sign_detached", "verify_detached"]

SigningKey: TypeAlias = "RSAPrivateKey | EllipticCurvePrivateKey"

_LARGEST: Final = 1 << 20
_MOST_CERTIFICATES: Final = 16
_SHORTEST_RSA: Final = 2048
_DIGESTS: Final = ("sha256", "sha384", "sha512")
_RSA, _RSA_WITH_DIGEST = "rsassa_pkcs1v15", "{}_rsa"
_ANY_FAULT: Final = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, NotImplementedError,
)  # fmt: skip


class CmsError(ValueError):
    """A CMS signature cannot be made or does not hold; the text says why."""


@dataclass(frozen=True, slots=True)
class CmsSigner:
    """Who signed: the certificate, others that came with it, and the time that the signer claims (aware, or None)."""

    certificate: Certificate
    others: tuple[Certificate, ...]
    signed_at: datetime | None


def load_signing_key(pem: bytes) -> SigningKey:
    """An RSA or elliptic curve key from PEM text, not encrypted; raises CmsError."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        key = load_any_private_key(pem)
    except PrivateKeyError as error:
        raise CmsError(str(error)) from None
    if isinstance(key, RSAPrivateKey):
        if key.key_size < _SHORTEST_RSA:
            raise CmsError(f"an RSA key of {key.key_size} bits is too short to sign with; {_SHORTEST_RSA} at least")
        return key
    if isinstance(key, EllipticCurvePrivateKey):
        return key
    raise CmsError("the private key is neither RSA nor on an elliptic curve")


def sign_detached(content: bytes, key: SigningKey, certificates: Sequence[bytes], signed_at: datetime) -> bytes:
    """A detached signature over some bytes, in DER (RFC 5652 5.1), with SHA-256.

    `certificates` are in DER, that of the key first. Raises CmsError when it is not, and ValueError for a naive time.
    """
    from dicomsig.crypto.asn1 import cms

    if signed_at.tzinfo is None:
        raise ValueError("the time of signing bears its offset from UTC")
    if not certificates or len(certificates) > _MOST_CERTIFICATES:
        raise CmsError(f"1 to {_MOST_CERTIFICATES} certificates go into a signature, {len(certificates)} given")
    if not _belongs(certificates[0], key):
        raise CmsError("the certificate is not over the private key")
    moment = cms.Time({"utc_time": signed_at.astimezone(UTC).replace(microsecond=0)})
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "signing_time", "values": [moment]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
        ]
    )
    chain = [cms.Certificate.load(der) for der in certificates]
    algorithm, signature = _signed(key, attributes.dump())
    digest = {"algorithm": "sha256"}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {"issuer_and_serial_number": {"issuer": chain[0].issuer, "serial_number": chain[0].serial_number}}
        ),
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": algorithm},
        "signature": signature,
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": chain,
        "signer_infos": [signer],
    }
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
    return made


def verify_detached(signature: bytes, content: bytes) -> CmsSigner:
    """Who signed some bytes; whether the certificate is to be trusted is not asked here. Raises CmsError.

    Strict: DER, one signer, signed attributes, nothing unsigned beside them.
    """
    if len(signature) > _LARGEST:
        raise CmsError(f"the signature has more than {_LARGEST} bytes")
    try:
        signer, signed = _only_signer(signature)
        attributes = _attributes(signer)
        digest = signer["digest_algorithm"]["algorithm"].native
        if digest not in _DIGESTS:
            raise CmsError("the digest is none of SHA-256, SHA-384 and SHA-512")
        if attributes.get("content_type") != "data" or "message_digest" not in attributes:
            raise CmsError("the signed attributes lack content type or message digest (RFC 5652 5.3)")
        if attributes["message_digest"] != hashlib.new(digest, content).digest():
            raise CmsError("the signature is over other content")
        chain = _certificates(signed)
        number = _number_of(signer, chain)
        certificates = [read_certificate(each.dump()) for each in chain]
        _check(certificates[number], digest, signer)
    except CmsError:
        raise
    except CertificateError as error:
        raise CmsError(f"a certificate in the signature cannot be used: {error.message}") from None
    except _ANY_FAULT:
        raise CmsError("the signature is damaged, or no CMS signature at all") from None
    others = tuple(each for place, each in enumerate(certificates) if place != number)
    signed_at = attributes.get("signing_time")
    return CmsSigner(certificates[number], others, signed_at if isinstance(signed_at, datetime) else None)


def _only_signer(signature: bytes) -> tuple[Any, Any]:
    from dicomsig.crypto.asn1 import cms, is_costly

    if is_costly(signature):
        raise CmsError("the signature holds numbers of thousands of bytes, which name nothing")
    info = cms.ContentInfo.load(signature, strict=True)
    if info["content_type"].native != "signed_data":
        raise CmsError("it is CMS, but no signature")
    signed = info["content"]
    if len(signed["signer_infos"]) != 1:
        raise CmsError(f"one signer expected, {len(signed['signer_infos'])} found")
    signer = signed["signer_infos"][0]
    if (signed["version"].native, signer["version"].native) != ("v1", "v1"):
        raise CmsError("the structure is not of version 1 (RFC 5652 5.1, 5.3)")
    if [each.native for each in signed["digest_algorithms"]] != [signer["digest_algorithm"].native]:
        raise CmsError("the digest algorithms of signature and signer differ")
    if signed["encap_content_info"]["content_type"].native != "data":
        raise CmsError("the content is not plain data")
    if signed["encap_content_info"]["content"].native is not None:
        raise CmsError("the signature is not detached: it holds content of its own")
    if signer["unsigned_attrs"].native or signed["crls"].native:
        raise CmsError("unsigned attributes or revocation lists lie beside the signature")
    if info.dump(force=True) != signature:
        raise CmsError("the signature is not in DER")
    return signer, signed


def _attributes(signer: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name, values = attribute["type"].native, attribute["values"]
        if name in found or len(values) != 1:
            raise CmsError("a signed attribute is there twice")
        found[name] = values[0].native
    return found


def _certificates(signed: Any) -> list[Any]:
    from dicomsig.crypto.asn1 import x509

    chain = [choice.chosen for choice in signed["certificates"]]
    if len(chain) > _MOST_CERTIFICATES or not all(isinstance(each, x509.Certificate) for each in chain):
        raise CmsError(f"more than {_MOST_CERTIFICATES} certificates, or of a kind that is no X.509 certificate")
    return chain


def _number_of(signer: Any, chain: Sequence[Any]) -> int:
    sid = signer["sid"]
    if sid.name != "issuer_and_serial_number":
        raise CmsError("the signer is not named by issuer and serial number")
    named = (sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native)
    found = [number for number, each in enumerate(chain) if (each.issuer.dump(), each.serial_number) == named]
    if len(found) != 1:
        raise CmsError("the certificate of the signer is not in the signature, or not once")
    return found[0]


def _check(certificate: Certificate, digest: str, signer: Any) -> None:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]  # the tag of a SET is what is signed (RFC 5652 5.4)
    named = signer["signature_algorithm"]["algorithm"].native
    value = signer["signature"].native
    algorithm = getattr(hashes, digest.upper())()
    try:
        key = load_der_public_key(certificate.key_der)
        if isinstance(key, rsa.RSAPublicKey) and named in (_RSA, _RSA_WITH_DIGEST.format(digest)):
            if key.key_size < _SHORTEST_RSA:
                raise CmsError(f"an RSA key of {key.key_size} bits proves nothing")
            key.verify(value, attributes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and named == f"{digest}_ecdsa":
            key.verify(value, attributes, ec.ECDSA(algorithm))
        else:
            raise CmsError("the signature algorithm does not fit the key of the certificate")
    except InvalidSignature:
        raise CmsError("the signature was not made with the key of the certificate") from None
    except UnsupportedAlgorithm:
        raise CmsError("the key of the certificate is of a kind that is not supported") from None


def _signed(key: SigningKey, attributes: bytes) -> tuple[str, bytes]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        return _RSA, key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    return "sha256_ecdsa", key.sign(attributes, ec.ECDSA(hashes.SHA256()))


def _belongs(certificate: bytes, key: SigningKey) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        return load_der_public_key(read_certificate(certificate).key_der) == key.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False
