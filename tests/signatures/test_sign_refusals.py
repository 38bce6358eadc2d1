"""What cannot be signed, or cannot be signed so, is refused with every offender named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import load_private_key
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN
from dicomsig.encoding.write import (
    encode_element,
    encode_file,
    encode_fragments,
    encode_header,
    encode_item,
    encode_sequence,
    encode_tag,
)
from dicomsig.signatures.sign import Signed, sign
from dicomsig.signatures.signing_request import PurposeCode, SigningError, SigningRequest
from dicomsig.signatures.tag_choice import signable_tags
from dicomsig.vectors import forms
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import DataSet, Form, Leaf, Sequence, encode_instance, merged
from dicomsig.vectors.pki import Credential

SOP_CLASS = encode_element(tags.SOP_CLASS_UID, "UI", b"1.2.840.10008.5.1.4.1.1.7")
MOMENT = datetime(2024, 1, 2, tzinfo=UTC)


@cache
def base() -> SigningRequest:
    credential = Credential.RSA_2048
    key = load_private_key(credential.key_pem)
    listed = (tags.SOP_CLASS_UID, tags.SOP_INSTANCE_UID)
    return SigningRequest(key, credential.certificate_der, MacAlgorithm.SHA256, listed, signed_at=MOMENT)


def signed(data: bytes, **changes: Any) -> Signed:
    with instance_of(data) as instance:
        return sign(instance, replace(base(), **changes))


def refusal(data: bytes, **changes: Any) -> SigningError:
    with pytest.raises(SigningError) as caught:
        signed(data, **changes)
    return caught.value


def paths(error: SigningError) -> list[str]:
    """The tag paths of the offenders, each of which stands in the message too."""
    assert all(str(offender) in str(error) for offender in error.offenders)
    return [offender.path for offender in error.offenders]


def file_of(*elements: bytes, uid: str = "1.2.840.10008.1.2.1") -> bytes:
    """A file of elements as they are given, behind a SOP Class UID."""
    meta = encode_element(tags.TRANSFER_SYNTAX_UID, "UI", uid.encode())
    return encode_file(meta, b"".join((SOP_CLASS, *elements)))


def in_item(*elements: bytes) -> bytes:
    """A sequence whose second item holds the elements."""
    return encode_sequence(0x00081140, [b"", b"".join(elements)])


def test_what_is_refused_below_is_signed_without_the_fault() -> None:
    """The request that the tests change is one that can be met."""
    assert signed(instances()["ct"].build()).name == "/#0"
    assert signed(file_of(in_item(SOP_CLASS)), tags=(tags.SOP_CLASS_UID, 0x00081140)).name == "/#0"


def test_every_tag_that_is_never_signed_is_named() -> None:
    """Group lengths, low groups, Length to End, the macro, group FFFA and trailing padding (PS3.3 C.12.1.1.3.1.1)."""
    never = [0x00020010, 0x00080000, 0x00080001, 0x00100000, 0x4FFE0001, 0xFFFA0010, 0xFFFAFFFA, 0xFFFCFFFC]
    data = instances()["ct"].build(replace(forms.TRAILING_PADDING, group_lengths=True))
    error = refusal(data, tags=(tags.SOP_CLASS_UID, *reversed(never)))
    assert paths(error) == [f"/{tags.format_tag(tag)}" for tag in never]
    assert all("never signed" in offender.why for offender in error.offenders)


def test_every_absent_tag_is_named() -> None:
    """A tag that the data set lacks cannot be listed, even where another data set has it (A-09)."""
    data = instances()["nested"].build()
    error = refusal(data, tags=(0x00080105, tags.SOP_CLASS_UID, 0x0040A040))
    assert paths(error) == ["/(0008,0105)", "/(0040,A040)"]
    item = tags.parse_place("/00400555[0]/")
    assert paths(refusal(data, place=item)) == ["/00400555[0]/(0008,0016)", "/00400555[0]/(0008,0018)"]
    assert signed(data, place=item, tags=(0x0040A040,)).name == "/00400555[0]/#0"


def test_unknown_vr_is_named_wherever_it_is() -> None:
    """UN elements and sequences that hold one are not signable (PS3.3 C.12.1.1.3.1.1)."""
    data = instances()["private-unknown"].build()
    error = refusal(data, tags=(0x00991001, 0x00991002, 0x00991003, 0x00991004))
    assert paths(error) == ["/(0099,1001)", "/00991003[0]/(0099,1001)"]


def test_private_elements_in_implicit_vr_are_unknown() -> None:
    """Without a dictionary nobody knows their VR (PS3.5 A.1)."""
    error = refusal(instances()["private-elements"].build(forms.IMPLICIT), tags=(0x00990010, 0x00991001))
    assert paths(error) == ["/(0099,1001)"]


FRAGMENTS = encode_fragments(0x7FE00010, b"", [b"\1\2"], vr="OW")
MARKED = b"\x08\x00\x80\x00ZZ\0\0\2\0\0\0ab"


@pytest.mark.parametrize(
    ("element", "tag"),
    [
        (FRAGMENTS, "(7FE0,0010)"),
        (MARKED, "(0008,0080)"),
        (SOP_CLASS + SOP_CLASS, "(0008,0016)"),
        (encode_element(0x00080080, "LO", b"b ") + encode_element(0x00080070, "LO", b"a "), "(0008,0070)"),
    ],
    ids=["fragments-ow", "vr-unknown", "repeated", "unordered"],
)
def test_what_readers_would_hash_differently_is_named(element: bytes, tag: str) -> None:
    """Fragments that are not OB (A-04), VRs of no edition, repeated and unordered tags; in an item as well."""
    number = tags.parse_tag(tag)
    if number != tags.SOP_CLASS_UID:
        assert paths(refusal(file_of(element), tags=(tags.SOP_CLASS_UID, number))) == [f"/{tag}"]
    else:
        assert paths(refusal(file_of(SOP_CLASS), tags=(number,))) == [f"/{tag}"]
    data = file_of(in_item(element))
    assert paths(refusal(data, tags=(tags.SOP_CLASS_UID, 0x00081140))) == [f"/00081140[1]/{tag}"]
    with instance_of(data) as instance:
        assert signable_tags(instance.elements) == (tags.SOP_CLASS_UID,)


def test_what_is_behind_a_tag_out_of_order_is_measured_by_the_highest() -> None:
    """A tag is out of order when a higher one came before it, however many; the others can be signed."""
    order = (0x00080070, 0x00080090, 0x00080080, 0x00080084, 0x00081010)
    data = file_of(*(encode_element(tag, "SH", b"x ") for tag in order))
    assert paths(refusal(data, tags=order)) == ["/(0008,0080)", "/(0008,0084)"]
    with instance_of(data) as instance:
        chosen = signable_tags(instance.elements)
    assert chosen == (tags.SOP_CLASS_UID, 0x00080070, 0x00080090, 0x00081010)
    assert signed(data, tags=chosen).name == "/#0"


def test_what_the_stream_skips_hinders_nothing() -> None:
    """Disorder and unknown VRs inside nested signatures and parameters do not count (A-19)."""
    nested = encode_sequence(tags.MAC_PARAMETERS, [MARKED + SOP_CLASS + SOP_CLASS])
    assert signed(file_of(in_item(nested, nested)), tags=(0x00081140,)).name == "/#0"


def test_a_value_too_long_for_explicit_vr_is_named() -> None:
    """Implicit VR has lengths that a short VR cannot state in the MAC stream."""
    long = encode_element(0x00280010, "US", bytes(70000), IMPLICIT_LITTLE_ENDIAN)
    sop_class = encode_element(tags.SOP_CLASS_UID, "UI", b"1.2", IMPLICIT_LITTLE_ENDIAN)
    data = encode_file(encode_element(tags.TRANSFER_SYNTAX_UID, "UI", b"1.2.840.10008.1.2"), sop_class + long)
    assert paths(refusal(data, tags=(tags.SOP_CLASS_UID, 0x00280010))) == ["/(0028,0010)"]
    assert signed(data, tags=(tags.SOP_CLASS_UID,)).name == "/#0"


def test_nothing_to_sign_is_refused() -> None:
    """Data Elements Signed is Type 1, and holds 16383 tags at most."""
    assert "nothing to sign" in str(refusal(instances()["ct"].build(), tags=()))
    many = merged((Leaf(tags.SOP_CLASS_UID, "UI", b"1.2"),), *(Leaf(0x00280000 + n, "SH") for n in range(1, 16384)))
    data = encode_instance(many, Form())
    assert "16383" in str(refusal(data, tags=tuple(node.tag for node in many)))
    assert signed(data, tags=tuple(node.tag for node in many[1:])).name == "/#0"


@pytest.mark.parametrize(
    "place", ["/00400555[7]/", "/00081115[0]/", "/00080016[0]/", "/00400555[0]/00400555[0]/", "/00081140[0]/"]
)
def test_a_place_that_is_not_there_is_named(place: str) -> None:
    """Neither absent sequences nor absent items nor elements of another VR hold a place."""
    assert paths(refusal(instances()["nested"].build(), place=tags.parse_place(place))) == [place]


@pytest.mark.parametrize("tag", [tags.ORIGINAL_ATTRIBUTES, tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS])
def test_a_place_where_no_signature_lives_is_named(tag: int) -> None:
    """What is inside Original Attributes Sequence is history, inside the macro's own sequences is no data set."""
    inner: DataSet = (Sequence(0x04000550, ((Leaf(0x00100020, "LO", b"id"),),)),)
    data = encode_instance(merged(instances()["ct"].data_set(), Sequence(tag, (inner,))), Form())
    place = f"/{tag:08x}[0]/04000550[0]/"
    assert paths(refusal(data, place=tags.parse_place(place), tags=(0x00100020,))) == [place]


def test_a_place_inside_un_is_named() -> None:
    """The items of a UN of undefined length are read, but what is in them is Implicit VR and no live signature."""
    item = encode_item(encode_element(0x00100020, "LO", b"id", IMPLICIT_LITTLE_ENDIAN), IMPLICIT_LITTLE_ENDIAN)
    unknown = encode_header(0x00990010, "UN", 0xFFFFFFFF) + item + encode_tag(tags.SEQUENCE_DELIMITER) + bytes(4)
    place = "/00990010[0]/"
    assert paths(refusal(file_of(unknown), place=tags.parse_place(place), tags=(0x00100020,))) == [place]


@pytest.mark.parametrize("tag", [tags.DIGITAL_SIGNATURES, tags.MAC_PARAMETERS])
def test_a_macro_sequence_that_is_none_is_named(tag: int) -> None:
    """A sequence of the macro that has another VR or occurs twice cannot be added to."""
    for elements in (encode_element(tag, "UN", b"ab"), encode_sequence(tag, []) * 2):
        assert paths(refusal(file_of(elements), tags=(tags.SOP_CLASS_UID,))) == [f"/{tags.format_tag(tag)}"]


def test_an_unknown_transfer_syntax_is_refused() -> None:
    """Nobody could say what was hashed."""
    assert "transfer syntax" in str(refusal(file_of(uid="1.2.3.4"), tags=(tags.SOP_CLASS_UID,)))


def test_a_key_that_is_not_the_certificates_is_refused() -> None:
    """Signing with another key would give a signature that never holds."""
    other = Credential.RSA_3072.certificate_der
    assert "not that of the certificate" in str(refusal(instances()["ct"].build(), certificate=other))
    assert signed(instances()["ct"].build(), certificate=Credential.RENEWED.certificate_der).name == "/#0"


@pytest.mark.parametrize(
    "certificate",
    [b"", b"\x30\x82", Credential.ELLIPTIC_CURVE.certificate_der, Credential.RSA_2048.certificate_pem],
    ids=["empty", "cut", "elliptic-curve", "pem"],
)
def test_a_certificate_that_cannot_be_used_is_refused(certificate: bytes) -> None:
    """One readable DER certificate over an RSA key is due (PS3.15 C.1)."""
    assert "certificate cannot be used" in str(refusal(instances()["ct"].build(), certificate=certificate))


def test_bytes_after_the_certificate_are_refused() -> None:
    """One certificate is due; a chain has no place there (A-13)."""
    chain = Credential.RSA_2048.certificate_der + Credential.ROOT.certificate_der
    assert "follow the certificate" in str(refusal(instances()["ct"].build(), certificate=chain))


def test_a_key_too_short_for_the_digest_is_refused() -> None:
    """A block of 64 bytes has room for DigestInfo of SHA-256, not for that of SHA-384 (RFC 8017 9.2)."""
    with instance_of(instances()["ct"].build()) as instance:
        short = replace(base(), **short_credential())
        assert sign(instance, short).name == "/#0"
        with pytest.raises(SigningError, match="SHA384 needs 78"):
            sign(instance, replace(short, algorithm=MacAlgorithm.SHA384))


@cache
def short_credential() -> dict[str, Any]:
    """A key of 512 bits and its certificate; the library makes none that short, so its primes are fixed here."""
    p = 0xFA388126EE274C446630318D459C0BC668D3CB19EC94D64A6F038EDA13862137
    q = 0xEA1A5D0AF254F11A05D7D39DB5A467B7B068C2D3BA0EE662F41F881503028051
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST ONLY short")])
    certificate = (
        x509.CertificateBuilder(name, name, public.public_key(), 1)
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2049, 1, 1))
        .sign(base().key, hashes.SHA256())
    )
    return {"key": numbers.private_key(), "certificate": certificate.public_bytes(serialization.Encoding.DER)}


@pytest.mark.parametrize(
    "moment",
    [datetime(2024, 1, 1), datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=23)))],
    ids=["no-offset", "offset-out-of-range"],
)
def test_a_time_that_dt_cannot_state_is_refused(moment: datetime) -> None:
    """The offset from UTC is due, and lies between -1200 and +1400 (A-16, PS3.5 6.2)."""
    assert "offset" in str(refusal(instances()["ct"].build(), signed_at=moment))


@pytest.mark.parametrize("uid", ["", "1", "1.02", "1.2.", "1.2\0", "2.25." + "1" * 60, "1.٣", "1.2\\1.3"])
def test_a_uid_that_is_none_is_refused(uid: str) -> None:
    """At most 64 characters, components without leading zeros (PS3.5 9.1)."""
    assert "UID" in str(refusal(instances()["ct"].build(), uid=uid))


@pytest.mark.parametrize(
    "code", [("", "s", "m"), ("5" * 17, "s", "m"), ("5", "s\\t", "m"), ("5", "s", "ä"), ("5", "s", "m" * 65)]
)
def test_a_purpose_code_that_does_not_fit_is_refused(code: tuple[str, str, str]) -> None:
    """Value and scheme are SH, the meaning is LO, all of them ASCII here (PS3.5 6.2)."""
    assert "purpose code" in str(refusal(instances()["ct"].build(), purpose=PurposeCode(*code)))


@pytest.mark.parametrize("mac_id", [-1, 0x10000])
def test_a_number_that_is_no_us_is_refused(mac_id: int) -> None:
    """MAC ID Number is US."""
    assert "MAC ID Number" in str(refusal(instances()["ct"].build(), mac_id=mac_id))


def test_a_number_that_is_taken_anywhere_is_refused() -> None:
    """It is unique in the whole instance, history included (A-18)."""
    taken: DataSet = (Leaf(0x04000005, "US", b"\7\0"),)
    for tag in (tags.MAC_PARAMETERS, tags.ORIGINAL_ATTRIBUTES):
        data = encode_instance(merged(instances()["ct"].data_set(), Sequence(tag, (taken,))), Form())
        assert "taken" in str(refusal(data, mac_id=7))
        assert signed(data, mac_id=8).mac_id == 8
        assert "taken" in str(refusal(data, mac_id=7, share_parameters=True))
