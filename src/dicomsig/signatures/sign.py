"""Signing: one more signature in an instance, every byte that is not of it kept (PS3.3 C.12.1.1.3, PS3.15 C.1)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final

from dicomsig.crypto.certificates import CertificateError, read_certificate, rsa_key
from dicomsig.crypto.digest_info import digest_info
from dicomsig.crypto.digests import MacAlgorithm, digest_size, new_digest
from dicomsig.crypto.rsa import RsaPublicKey, sign_digest
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Element, find, walk_down
from dicomsig.encoding.instance import Instance
from dicomsig.encoding.syntaxes import EXPLICIT_LITTLE_ENDIAN
from dicomsig.signatures import attributes
from dicomsig.signatures.macro import data_sets, mac_parameters, read_number
from dicomsig.signatures.new_items import SignatureItem, parameters_item
from dicomsig.signatures.rules import STANDARD, MacRules
from dicomsig.signatures.signing_request import (
    SigningError,
    SigningRequest,
    checked_mac_id,
    checked_purpose,
    checked_uid,
    datetime_text,
)
from dicomsig.signatures.splice import LengthOverflowError, Level, Splice, append_items, levels, write_spliced
from dicomsig.signatures.stream import NotRebuildableError, mac_stream
from dicomsig.signatures.tag_choice import Obstacle, obstacles

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_MOST_TAGS: Final = 0xFFFE // 4
"""AT has a two-byte length (PS3.5 7.1.2)."""
_BLOCK_OVERHEAD: Final = 11
"""00 01, eight times FF and 00 come before the DigestInfo (RFC 8017 9.2)."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was made: its place and number there, what was hashed, and the splices that put it in."""

    instance: Instance
    splices: tuple[Splice, ...]
    place: str
    number: int
    uid: str
    mac_id: int
    digest: bytes
    """Digest of the MAC stream."""
    signature_value: bytes
    """Value of Signature (0400,0120) without its pad byte."""

    @property
    def name(self) -> str:
        """The signature is named by its place and its number there: ``/#0``."""
        return f"{self.place}#{self.number}"


def sign(instance: Instance, request: SigningRequest, rules: MacRules = STANDARD) -> Signed:
    """The signature that was asked for; the instance itself is only read.

    Any rules but the standard's make a signature that does not hold, for tests. Raises SigningError when the request
    cannot be met, MalformedError when the file changes while it is read.
    """
    mac_syntax_uid = _mac_syntax_uid(instance)
    certificate = _certificate(request)
    way = _way(instance, request)
    place, elements = tags.format_place(request.place), way[-1].elements
    listed = tuple(sorted(set(request.tags)))
    _check_tags(elements, listed, place)
    shared = _shared_mac_id(instance, elements, request, mac_syntax_uid, listed)
    mac_id = _free_mac_id(instance, request.mac_id) if shared is None else shared
    item = SignatureItem(
        mac_id=mac_id,
        uid=f"2.25.{uuid.uuid4().int}" if request.uid is None else checked_uid(request.uid),
        datetime_text=datetime_text(request.signed_at or datetime.now(UTC)),
        certificate=certificate,
        purpose=None if request.purpose is None else checked_purpose(request.purpose),
    )
    digest = _digest(instance, elements, listed, item, request.algorithm, rules)
    value = sign_digest(request.key, request.algorithm, digest)
    token = None if request.timestamp is None else request.timestamp(value)
    item = replace(item, signature=value, timestamp=token)
    additions = [(tags.DIGITAL_SIGNATURES, item.elements(instance.syntax))]
    if shared is None:
        parameters = parameters_item(instance.syntax, mac_id, mac_syntax_uid, request.algorithm, listed)
        additions.append((tags.MAC_PARAMETERS, parameters))
    try:
        splices = append_items(instance, way, additions)
    except LengthOverflowError as error:
        raise SigningError(str(error)) from None
    present = find(elements, tags.DIGITAL_SIGNATURES)
    number = 0 if present is None else len(present.items or ())
    return Signed(instance, splices, place, number, item.uid, mac_id, digest, value)


def write(signed: Signed, out: BinaryIO) -> None:
    """Write the signed instance, in its transfer syntax and with everything else as it was.

    Raises MalformedError when the file changed since it was opened, OSError when it cannot be read or written; what
    was written until then is of no use.
    """
    write_spliced(signed.instance, signed.splices, out)


def _mac_syntax_uid(instance: Instance) -> str:
    """The file's own transfer syntax where it is explicit and little endian, else Explicit VR Little Endian (A-07)."""
    syntax = instance.syntax
    if not syntax.known:
        raise SigningError("the transfer syntax is not known, so that nobody could say what was hashed")
    if syntax.explicit and syntax.little_endian and not syntax.deflated:
        return syntax.uid
    return EXPLICIT_LITTLE_ENDIAN.uid


def _certificate(request: SigningRequest) -> bytes:
    """The DER of the certificate, which belongs to the key, which is long enough (PS3.15 C.1)."""
    try:
        certificate = read_certificate(request.certificate)
        certified = rsa_key(certificate)
    except CertificateError as error:
        raise SigningError(f"the certificate cannot be used: {error.message}") from None
    if certificate.trailing:
        raise SigningError(f"{certificate.trailing} bytes follow the certificate")
    if certified != _public(request.key):
        raise SigningError("the private key is not that of the certificate")
    needed = len(digest_info(request.algorithm, bytes(digest_size(request.algorithm)))) + _BLOCK_OVERHEAD
    if certified.byte_length < needed:
        message = f"the key has {certified.byte_length} bytes; {request.algorithm} needs {needed}"
        raise SigningError(message)
    return certificate.der


def _public(key: "RSAPrivateKey") -> RsaPublicKey:
    numbers = key.public_key().public_numbers()
    return RsaPublicKey(numbers.n, numbers.e)


def _way(instance: Instance, request: SigningRequest) -> tuple[Level, ...]:
    """The data sets down to the place, in which the macro's sequences, where there are any, can be added to."""
    place = tags.format_place(request.place)
    way = levels(instance, request.place)
    if way is None:
        raise SigningError("the place is not in the instance", (Obstacle(place, "is not an item of a sequence"),))
    if not any(live == place for live, _ in data_sets(instance.elements)):
        why = "is inside a sequence whose items hold no live signatures"
        raise SigningError("no signature may stand there", (Obstacle(place, why),))
    offenders = []
    for tag in (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES):
        found = [element for element in way[-1].elements if element.tag == tag]
        path = place + tags.format_tag(tag)
        if len(found) > 1:
            offenders.append(Obstacle(path, f"occurs {len(found)} times"))
        elif found and (found[0].vr != "SQ" or found[0].items is None):
            offenders.append(Obstacle(path, f"has VR {found[0].vr}, not SQ"))
    if offenders:
        raise SigningError("the data set cannot take another signature", tuple(offenders))
    return way


def _check_tags(elements: Sequence[Element], listed: tuple[tags.Tag, ...], place: str) -> None:
    if not listed:
        raise SigningError("there is nothing to sign: Data Elements Signed (0400,0020) is Type 1")
    if len(listed) > _MOST_TAGS:
        raise SigningError(f"Data Elements Signed (0400,0020) holds at most {_MOST_TAGS} tags, not {len(listed)}")
    offenders = tuple(obstacles(elements, listed, place))
    if offenders:
        raise SigningError("not all of the elements can be signed", offenders)


def _shared_mac_id(
    instance: Instance,
    elements: tuple[Element, ...],
    request: SigningRequest,
    mac_syntax_uid: str,
    listed: tuple[tags.Tag, ...],
) -> int | None:
    """The number of MAC parameters of the data set that say what new ones would say, if they are to be shared."""
    if not request.share_parameters:
        return None
    found = tuple(mac_parameters(instance, elements))
    for one in found:
        same = (one.syntax_uid, one.algorithm, one.tag_list.listed) == (mac_syntax_uid, request.algorithm, listed)
        unique = one.mac_id is not None and sum(other.mac_id == one.mac_id for other in found) == 1
        if same and unique and request.mac_id in (None, one.mac_id):
            return one.mac_id
    return None


def _free_mac_id(instance: Instance, wanted: int | None) -> int:
    """A MAC ID Number that nothing in the instance bears, whatever it is in (PS3.3 C.12.1.1.3, A-18)."""
    taken = {
        read_number(instance.value(element, 4), instance.syntax.little_endian)
        for element in walk_down(instance.elements)
        if element.tag == attributes.MAC_ID_NUMBER
    }
    if wanted is not None:
        if wanted in taken:
            raise SigningError(f"MAC ID Number {wanted} is taken; it is unique in an instance")
        return checked_mac_id(wanted)
    lowest = next(number for number in range(len(taken) + 1) if number not in taken)
    return checked_mac_id(lowest)


def _digest(
    instance: Instance,
    elements: tuple[Element, ...],
    listed: tuple[tags.Tag, ...],
    item: SignatureItem,
    algorithm: MacAlgorithm,
    rules: MacRules,
) -> bytes:
    """The digest of the MAC stream: the data set's part of it, then that of the item which is yet to be put in."""
    around, read_back = item.as_read()
    digest = new_digest(algorithm)
    try:
        data_set_part = mac_stream(instance, elements, frozenset(listed), None, rules)
        for buffer in chain(data_set_part, mac_stream(around, (), (), read_back, rules)):
            digest.update(buffer)
    except NotRebuildableError as error:
        raise SigningError(str(error)) from None
    return digest.digest()
