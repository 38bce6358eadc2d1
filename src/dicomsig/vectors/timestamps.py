"""Certified timestamps by the test authority, right and wrong: fixed serial number, time and keys (RFC 3161 2.4.2).

For tests only: the authority stamps whatever it is given, at whatever time it is told.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.vectors.pki import Credential, private_key
from dicomsig.vectors.seals import PROPER

__all__ = ["STAMPED_AT", "Authority", "reply"]

STAMPED_AT = datetime(2024, 6, 15, 12, 0, 1, tzinfo=UTC)
"""One second after the signature that is stamped."""

_POLICY = "2.25.7357"


@dataclass(frozen=True, slots=True)
class Authority:
    """A time stamping authority; ``content_type`` other than ``tst_info`` makes a signed message of another kind."""

    credential: Credential = Credential.TIMESTAMP_AUTHORITY
    at: datetime = STAMPED_AT
    serial: int = 7357
    content_type: str = "tst_info"

    def token(self, data: bytes) -> bytes:
        """A TimeStampToken over the SHA-256 digest of the data, in DER."""
        from dicomsig.crypto.asn1 import cms, tsp, x509

        certificate = x509.Certificate.load(self.credential.certificate_der)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": _POLICY,
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": hashlib.sha256(data).digest(),
                },
                "serial_number": self.serial,
                "gen_time": self.at,
            }
        ).dump()
        attributes = self._attributes(info)
        digest = hashlib.sha256(attributes.dump()).digest()
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
            "signature": PROPER(private_key(self.credential), MacAlgorithm.SHA256, digest),
        }
        signed = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": self.content_type, "content": cms.ParsableOctetString(info)},
            "certificates": [certificate],
            "signer_infos": [signer],
        }
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump())

    def _attributes(self, info: bytes) -> Any:
        """The signed attributes; the certificate of the signer is among them (RFC 3161 2.4.1, RFC 5816)."""
        from dicomsig.crypto.asn1 import cms, tsp

        own = tsp.SigningCertificateV2(
            {"certs": [{"cert_hash": hashlib.sha256(self.credential.certificate_der).digest()}]}
        )
        return cms.CMSAttributes(
            [
                {"type": "content_type", "values": [self.content_type]},
                {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
                {"type": "signing_certificate_v2", "values": [own]},
            ]
        )


def reply(token: bytes) -> bytes:
    """A whole TimeStampResp that grants the token (RFC 3161 2.4.2; A-15)."""
    from dicomsig.crypto.asn1 import cms, tsp

    granted = {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
    return bytes(tsp.TimeStampResp(granted).dump())
