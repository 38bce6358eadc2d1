"""Verification: a verdict on four axes for each signature (PS3.3 C.12.1.1.3.1.2, PS3.15 C.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from dicomsig.crypto.certificates import Certificate, CertificateError, CertificateReason, read_certificate, rsa_key
from dicomsig.crypto.digests import MacAlgorithm, new_digest
from dicomsig.crypto.path import check_trust
from dicomsig.crypto.rsa import RsaReason, check_signature, cut_to_modulus
from dicomsig.crypto.trust import TrustPolicy, TrustStore
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, walk_down
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.syntaxes import transfer_syntax
from dicomsig.signatures import attributes
from dicomsig.signatures.datetimes import read_datetime
from dicomsig.signatures.macro import MacParameters, Signature, signatures
from dicomsig.signatures.open_letters import choices, open_elements, relettered
from dicomsig.signatures.signable import exclusion, unknown_within
from dicomsig.signatures.stream import NotRebuildableError, stream_over
from dicomsig.signatures.structure import structure_remarks
from dicomsig.signatures.verdict import Axis, Remark, SignatureReason, Status, Verdict, worst

_STRUCTURAL_CERTIFICATE_REASONS = frozenset(
    (CertificateReason.PEM, CertificateReason.NOT_DER, CertificateReason.UNREADABLE, CertificateReason.TRAILING_DATA)
)


_FEWEST_VERIFIED: Final = 32
_MOST_HASHED: Final = 1 << 32
"""Bytes hashed for one instance, before only the fewest are verified."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Against what certificates are judged: anchors, policy, moment. ``at`` None means the claimed signing time."""

    store: TrustStore = field(default_factory=TrustStore)
    at: datetime | None = None
    policy: TrustPolicy = TrustPolicy.STANDARD
    now: datetime | None = None


NO_TRUST = Trust()


def verify(instance: Instance, trust: Trust = NO_TRUST) -> Iterator[Verdict]:
    """The verdicts on all signatures of an instance; none for an unsigned one.

    Raises MalformedError when the file changes while it is read.
    """
    for signature in signatures(instance):
        yield verify_signature(instance, signature, trust)


def verify_signature(instance: Instance, signature: Signature, trust: Trust = NO_TRUST) -> Verdict:
    """The verdict on one signature."""
    remarks = list(structure_remarks(instance, signature))
    certificate = _certificate(signature, remarks)
    recovered = _integrity(instance, signature, certificate, remarks)
    moment = read_datetime(signature.datetime_text).instant
    trust_status = _trust(certificate, moment, trust, remarks)
    has_timestamp = signature.element(attributes.TIMESTAMP) is not None
    if has_timestamp:
        message = "the certified timestamp is not judged yet"
        remarks.append(Remark(SignatureReason.TIMESTAMP_NOT_JUDGED, Axis.TIME, Status.INDETERMINATE, message))
    return Verdict(
        place=signature.place,
        number=signature.number,
        uid=signature.uid,
        mac_algorithm=signature.parameters[0].algorithm if signature.parameters else "",
        integrity=worst(remarks, Axis.INTEGRITY),
        structure=worst(remarks, Axis.STRUCTURE),
        trust=trust_status,
        time=Status.INDETERMINATE if has_timestamp else Status.ABSENT,
        remarks=tuple(remarks),
        signed_at=moment,
        certificate=certificate,
        recovered_digest=recovered,
    )


def _certificate(signature: Signature, remarks: list[Remark]) -> Certificate | None:
    if not signature.certificate_value:
        return None
    try:
        certificate = read_certificate(signature.certificate_value)
    except CertificateError as error:
        status = Status.INVALID if error.reason in _STRUCTURAL_CERTIFICATE_REASONS else Status.INDETERMINATE
        remarks.append(Remark(error.reason, Axis.STRUCTURE, status, error.message))
        return None
    if certificate.trailing:
        message = f"{certificate.trailing} bytes follow the certificate in (0400,0115)"
        remarks.append(Remark(CertificateReason.TRAILING_DATA, Axis.STRUCTURE, Status.INVALID, message))
    return certificate


def _trust(certificate: Certificate | None, moment: datetime | None, trust: Trust, remarks: list[Remark]) -> Status:
    if certificate is None:
        return Status.INDETERMINATE
    outcome = check_trust(certificate, trust.store, trust.at or moment, trust.policy, trust.now)
    remarks += [Remark(r.reason, Axis.TRUST, Status(r.status), r.message) for r in outcome.reasons]
    return Status(outcome.status)


def _integrity(
    instance: Instance, signature: Signature, certificate: Certificate | None, remarks: list[Remark]
) -> bytes | None:
    """Remark what stands against integrity: nothing when the MAC in the signature is that of the bytes that are there.

    The digest that the RSA step recovered comes back, where there was one.
    """
    covered: list[Element] = []
    obstacle = _obstacle(instance, signature)
    if obstacle is None:
        signable = signature.parameters[0].tag_list.signable
        covered = [element for element in signature.data_set if element.tag in signable]
        obstacle = _content_obstacle(instance, signature, covered)
    if obstacle is not None:
        remarks.append(obstacle)
        return None
    parameters = signature.parameters[0]
    if certificate is None:
        message = "without a readable certificate the signature cannot be checked"
        remarks.append(_open(CertificateReason.UNREADABLE, message))
        return None
    try:
        key = rsa_key(certificate)
    except CertificateError as error:
        remarks.append(_open(error.reason, error.message))
        return None
    algorithm = MacAlgorithm(parameters.algorithm)
    try:
        digest = _mac(instance, covered, signature)
    except NotRebuildableError as error:
        remarks.append(_open(SignatureReason.ENCODING_NOT_REBUILDABLE, str(error)))
        return None
    value = cut_to_modulus(signature.signature_value, key)
    outcome = check_signature(key, value, algorithm, digest)
    if outcome.reason is not None:
        status = _RSA_STATUS.get(outcome.reason, Status.INVALID)
        lawful = None
        if outcome.reason is RsaReason.MAC_MISMATCH and outcome.digest is not None:
            lawful = (
                _recoded_within(instance, signature, covered)
                or _guessed_vr(instance, signature)
                or _other_letters(instance, signature, covered, outcome.digest)
            )
        remarks.append(lawful or Remark(outcome.reason, Axis.INTEGRITY, status, outcome.message))
        if lawful is not None and lawful.status is Status.VALID and outcome.digest is not None:
            # The signed digest turned out to be right; what carries it may still lack its parameters.
            outcome = check_signature(key, value, algorithm, outcome.digest)
            if outcome.reason is not None:
                status = _RSA_STATUS.get(outcome.reason, Status.INVALID)
                remarks.append(Remark(outcome.reason, Axis.INTEGRITY, status, outcome.message))
    return outcome.digest


def _mac(instance: Instance, covered: Sequence[Element], signature: Signature) -> bytes:
    """The MAC over these elements and the signature item, by the algorithm that the parameters name."""
    digest = new_digest(MacAlgorithm(signature.parameters[0].algorithm))
    for buffer in stream_over(instance, covered, signature.item):
        digest.update(buffer)
    return digest.digest()


_RSA_STATUS = {
    RsaReason.KEY_UNUSABLE: Status.INDETERMINATE,
    # RFC 8017 lets verifiers take it (A-01, reading 3); the digest itself is right.
    RsaReason.DIGEST_INFO_PARAMETERS_ABSENT: Status.VALID,
}


def most_signatures(instance: Instance) -> int:
    """How many signatures of an instance are verified: each may cost one pass over all of its bytes."""
    return max(_FEWEST_VERIFIED, _MOST_HASHED // max(instance.source.size, 1))


def _obstacle(instance: Instance, signature: Signature) -> Remark | None:
    """What in the items of the macro keeps the MAC from being computed at all, or None."""
    if signature.ordinal >= most_signatures(instance):
        message = f"the first {most_signatures(instance)} signatures of the instance are verified, not this one"
        return _open(SignatureReason.SIGNATURES_TOO_MANY, message)
    if not signature.parameters:
        return _open(SignatureReason.MAC_PARAMETERS_MISSING, "without its MAC parameters the MAC cannot be computed")
    if len(signature.parameters) > 1:
        return _open(SignatureReason.MAC_PARAMETERS_AMBIGUOUS, "it cannot be told which MAC parameters are meant")
    parameters = signature.parameters[0]
    if parameters.algorithm not in MacAlgorithm.__members__:
        return _open(SignatureReason.ALGORITHM_UNKNOWN, "the MAC algorithm is not one of the defined terms")
    if not parameters.tag_list.listed:
        return _open(SignatureReason.ELEMENT_EMPTY, "Data Elements Signed (0400,0020) names nothing")
    if not signature.signature_value:
        return _open(SignatureReason.ELEMENT_EMPTY, "there is no value in Signature (0400,0120)")
    if signature.certificate_type != attributes.CERTIFICATE_TYPE_TERM:
        return _open(SignatureReason.CERTIFICATE_TYPE_UNKNOWN, "Certificate Type (0400,0110) is not the defined term")
    return None


def _content_obstacle(instance: Instance, signature: Signature, covered: list[Element]) -> Remark | None:
    """What in the elements to be hashed keeps the MAC from being computed, or None."""
    appended = [e for e in signature.item.elements if e.tag not in attributes.NOT_HASHED and exclusion(e.tag) is None]
    return _syntax_obstacle(instance, signature.parameters[0], covered) or _unknown_vr(signature, covered + appended)


def _syntax_obstacle(instance: Instance, parameters: MacParameters, covered: list[Element]) -> Remark | None:
    """The MAC encoding can be made from what is there, without coding pixels anew (A-06, A-07)."""
    uid = parameters.syntax_uid
    if not uid:
        return _open(SignatureReason.ELEMENT_EMPTY, "no MAC transfer syntax (0400,0010) is named")
    syntax = transfer_syntax(uid)
    if not syntax.explicit or not syntax.little_endian:
        message = "the MAC transfer syntax named is not explicit VR and little endian"
        return _open(SignatureReason.SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN, message)
    if uid == instance.syntax.uid:
        return None
    if not syntax.known:
        return _open(SignatureReason.SYNTAX_UNKNOWN, "the MAC transfer syntax is not known")
    if not syntax.encapsulated and not instance.syntax.encapsulated:
        return None
    for element in covered:
        coded = any(inner.fragments is not None for inner in walk_down((element,)))
        if (element.tag == tags.PIXEL_DATA and (coded or syntax.encapsulated)) or (coded and not syntax.encapsulated):
            message = f"{tags.format_tag(element.tag)} was signed in another transfer syntax than it is in now"
            return _open(SignatureReason.SYNTAX_NOT_REBUILDABLE, message)
    return None


def _recoded_within(instance: Instance, signature: Signature, covered: list[Element]) -> Remark | None:
    """An icon may have been coded in the MAC transfer syntax otherwise than it is now, and native as well (A-06)."""
    uid = signature.parameters[0].syntax_uid
    if uid == instance.syntax.uid or not (transfer_syntax(uid).encapsulated or instance.syntax.encapsulated):
        return None
    for element in covered:
        if element.items is not None and any(inner.tag == tags.PIXEL_DATA for inner in walk_down((element,))):
            message = f"pixels in {tags.format_tag(element.tag)} may have been signed in another coding than they have"
            return _open(SignatureReason.SYNTAX_NOT_REBUILDABLE, message)
    return None


def _guessed_vr(instance: Instance, signature: Signature) -> Remark | None:
    """In Implicit VR a private VR is what a dictionary thinks it is: no proof that anything was changed (A-03)."""
    if instance.syntax.explicit:
        return None
    listed = signature.parameters[0].tag_list.distinct
    for element in walk_down([e for e in signature.data_set if e.tag in listed] + list(signature.item.elements)):
        if tags.is_private(element.tag) and element.tag & 0xFFFF > 0xFF:
            message = f"the MAC is another, and the VR of {tags.format_tag(element.tag)} is only what a dictionary says"
            return _open(SignatureReason.ENCODING_NOT_REBUILDABLE, message)
    return None


def _other_letters(instance: Instance, signature: Signature, covered: list[Element], signed: bytes) -> Remark | None:
    """In Implicit VR the signer may have hashed other lawful VR letters than we took: then the MAC is right (A-02)."""
    opened = open_elements(instance, covered)
    if not opened:
        return None
    tried, all_tried = choices(instance, opened, signature.ordinal)
    for letters in tried:
        if _mac(instance, relettered(covered, letters), signature) == signed:
            named = ", ".join(sorted(set(letters.values())))
            message = f"the MAC is right with the VR {named} where Implicit VR says none"
            return Remark(SignatureReason.VR_LETTERS_OPEN, Axis.INTEGRITY, Status.VALID, message)
    if all_tried:
        return None
    message = "the MAC is another, and Implicit VR leaves the VR of more elements open than can be tried"
    return _open(SignatureReason.ENCODING_NOT_REBUILDABLE, message)


def _unknown_vr(signature: Signature, covered: list[Element]) -> Remark | None:
    """A UN that is listed, in a listed sequence or in the signature item leaves the MAC open (A-03)."""
    for element in covered:
        if element.vr == "UN" or element.items is not None:
            path = unknown_within(element, signature.place)
            if path is not None:
                return _open(SignatureReason.ELEMENT_UNKNOWN_VR, f"{path} is signed and has VR UN")
    return None


def _open(reason: str, message: str) -> Remark:
    return Remark(reason, Axis.INTEGRITY, Status.INDETERMINATE, message)
