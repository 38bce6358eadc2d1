"""The encoding of what is signed: order, padding, reserved bytes, VR choices, fragments (PS3.5)."""

from typing import Final

from dicomsig.conformance.checks.hashing import what_was_done
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.finding import HOLDS, Finding
from dicomsig.conformance.reasons import CheckReason
from dicomsig.conformance.views import JudgedInstance, JudgedSignature
from dicomsig.encoding import tags
from dicomsig.encoding.elements import Fragment, find
from dicomsig.encoding.findings import EncodingReason
from dicomsig.encoding.naming import listed
from dicomsig.encoding.vr import KNOWN, LONG
from dicomsig.signatures import attributes
from dicomsig.signatures.macro import read_number

_BITS_ALLOCATED: Final = 0x00280100


@judges("ps3.5-7.1-ascending-once")
def elements_are_ascending_and_once(whole: JudgedInstance) -> Finding | None:
    """Elements stand in ascending tag order, each once, in every data set and item (PS3.5 7.1)."""
    expected = "ascending tags, each once"
    for finding in whole.instance.findings:
        if finding.reason in (EncodingReason.TAG_REPEATED, EncodingReason.TAG_UNORDERED):
            found = f"{finding.message}, at {finding.path}, byte {finding.offset}"
            return Finding.broken(finding.reason, expected=expected, found=found)
    if whole.instance.findings_dropped:
        message = "the instance has more encoding findings than were kept"
        return Finding.unknown(CheckReason.ENCODING_FINDINGS_DROPPED, message, expected=expected)
    return HOLDS


@judges("ps3.5-7.1.2-reserved-bytes-zero")
def reserved_bytes_are_zero(signature: JudgedSignature) -> Finding | None:
    """The two reserved bytes after a long VR are zero in what is signed (PS3.5 7.1.2)."""
    if not signature.instance.syntax.explicit:
        return None
    findings = signature.findings(EncodingReason.RESERVED_BYTES)
    if findings:
        return Finding.broken(
            EncodingReason.RESERVED_BYTES,
            expected="two zero bytes after a VR with a long length field",
            found=f"others at {listed([finding.path for finding in findings])}",
        )
    return None if signature.content.vrs.isdisjoint(LONG) or signature.instance.findings_dropped else HOLDS


@judges("ps3.5-6.2-text-padded-with-space")
def text_is_padded_with_a_space(signature: JudgedSignature) -> Finding | None:
    """Text values of odd length get one trailing space (PS3.5 6.2)."""
    content = signature.content
    if content.text_wrong:
        return Finding.broken(
            CheckReason.PADDING_TEXT,
            expected="text of even length, padded with a space",
            found=f"a null byte at the end, or an odd length, at {listed(content.text_wrong)}",
        )
    return HOLDS if content.text_padded else None


@judges("ps3.5-6.2-uid-padded-with-null")
def uids_are_padded_with_a_null_byte(signature: JudgedSignature) -> Finding | None:
    """UIDs of odd length get one trailing null byte (PS3.5 6.2)."""
    content = signature.content
    if content.uid_wrong:
        return Finding.broken(
            CheckReason.PADDING_UID,
            expected="UIDs of even length, padded with one null byte",
            found=f"a space or several null bytes at the end, or an odd length, at {listed(content.uid_wrong)}",
        )
    return HOLDS if content.uid_padded else None


@judges("ps3.5-6.2-ob-padded-with-null")
def byte_strings_are_padded_with_a_null_byte(signature: JudgedSignature) -> Finding | None:
    """OB values of odd length get one trailing null byte, certificate, signature and timestamp too (PS3.5 6.2)."""
    expected = "OB values of even length, padded with a null byte"
    if signature.content.bytes_odd:
        found = f"an odd length at {listed(signature.content.bytes_odd)}"
        return Finding.broken(CheckReason.PADDING_BYTES, expected=expected, found=found)
    certificate, stamp = signature.verdict.certificate, signature.element(attributes.TIMESTAMP)
    pads: dict[str, bytes] = {}
    if certificate is not None and len(certificate.der) % 2:
        pads["(0400,0115)"] = signature.signature.certificate_value[len(certificate.der) :]
    if certificate is not None and certificate.key is not None and certificate.key.byte_length % 2:
        pads["(0400,0120)"] = signature.signature.signature_value[certificate.key.byte_length :]
    reading = signature.timestamp
    if stamp is not None and reading is not None and reading.trailing == 1:
        # Ends where its DER length says; an odd value without a pad byte is among those of odd length.
        pads["(0400,0310)"] = signature.instance.source.read(stamp.value + stamp.length - 1, 1)
    wrong = [name for name, pad in pads.items() if len(pad) == 1 and pad != b"\0"]
    if wrong:
        found = f"another byte after the value of {listed(wrong)}"
        return Finding.broken(CheckReason.PADDING_BYTES, expected=expected, found=found)
    return HOLDS if any(len(pad) == 1 for pad in pads.values()) else None


@judges("ps3.5-a.2-pixel-vr-choice")
def native_pixels_have_a_lawful_vr(signature: JudgedSignature) -> Finding | None:
    """Native pixel data are OB or OW up to 8 bits and OW above (PS3.5 A.2, A-02)."""
    pixels = find(signature.covered, tags.PIXEL_DATA)
    if pixels is None or pixels.fragments is not None or not signature.instance.syntax.explicit:
        return None
    bits = find(signature.signature.data_set, _BITS_ALLOCATED)
    if bits is None or bits.length != 2:
        return None
    number = read_number(signature.instance.value(bits), signature.instance.syntax.little_endian)
    deep = number is not None and number > 8
    lawful = {"OW"} if deep else {"OB", "OW"}
    return _lawful({pixels.vr}, lawful, f"pixel data of {'more than 8' if deep else '8 or fewer'} bits allocated")


@judges("ps3.5-a.2-overlay-vr-choice")
def overlays_have_a_lawful_vr(signature: JudgedSignature) -> Finding | None:
    """Overlay Data (60xx,3000) are OB or OW (PS3.5 A.2, A-02)."""
    return _chosen(signature, signature.content.overlay_vrs, {"OB", "OW"}, "Overlay Data (60xx,3000)")


@judges("ps3.5-a.2-lut-data-vr-choice")
def lookup_tables_have_a_lawful_vr(signature: JudgedSignature) -> Finding | None:
    """LUT Data (0028,3006) are US or OW, in 2008 also SS (PS3.5 A.2, A-02)."""
    lawful = {"US", "OW", "SS"} if signature.edition.label < "2009" else {"US", "OW"}
    found = signature.content.lut_vrs
    if found - lawful == {"SS"}:
        # When SS went is not known: it stood in 2008.
        return None
    return _chosen(signature, found, lawful, "LUT Data (0028,3006)")


@judges("ps3.5-a.2-descriptor-vr-choice")
def descriptors_have_a_lawful_vr(signature: JudgedSignature) -> Finding | None:
    """LUT and palette descriptors are US or SS (PS3.5 A.2, A-02)."""
    return _chosen(signature, signature.content.descriptor_vrs, {"US", "SS"}, "LUT and palette descriptors")


def _chosen(signature: JudgedSignature, found: set[str], lawful: set[str], what: str) -> Finding | None:
    return _lawful(found, lawful, what) if found and signature.instance.syntax.explicit else None


def _lawful(found: set[str], lawful: set[str], what: str) -> Finding | None:
    other = found - lawful
    if other == {"UN"}:
        return None  # the matter of the rows on UN
    shown = ", ".join(sorted(vr if vr in KNOWN else "a VR that is not known" for vr in other))
    expected = f"{what} with VR {' or '.join(sorted(lawful))}"
    return Finding.of(not other, CheckReason.VR_NOT_ALLOWED, expected=expected, found=f"VR {shown}")


@judges("ps3.3-c.12.1.1.3.1.1-encapsulated-other-vr")
def only_ob_is_signed_in_fragments(signature: JudgedSignature) -> Finding | None:
    """Values in fragments that are signed have VR OB: for others there is no rule (PS3.3 C.12.1.1.3.1.1, A-04)."""
    encapsulated = signature.content.encapsulated
    other = [path + tags.format_tag(element.tag) for path, element in encapsulated if element.vr != "OB"]
    if other:
        return Finding.broken(
            EncodingReason.ENCAPSULATED_VR,
            expected="VR OB for every signed value in fragments",
            found=f"another VR at {listed(other)}",
        )
    return HOLDS if encapsulated else None


@judges("ps3.5-a.4-encapsulated-is-ob")
def encapsulated_pixels_are_ob_of_undefined_length(signature: JudgedSignature) -> Finding | None:
    """Encapsulated pixel data are OB with undefined length (PS3.5 A.4)."""
    expected = "Pixel Data (7FE0,0010) with VR OB and undefined length"
    pixels = find(signature.covered, tags.PIXEL_DATA)
    if pixels is not None and pixels.fragments is None and signature.instance.syntax.encapsulated:
        if signature.in_main_data_set:
            found = "native pixel data in an encapsulated transfer syntax"
            return Finding.broken(CheckReason.PIXELS_NOT_ENCAPSULATED, expected=expected, found=found)
        return None
    coded = [each for each in signature.content.encapsulated if each[1].tag == tags.PIXEL_DATA]
    other = [path + tags.format_tag(element.tag) for path, element in coded if element.vr != "OB"]
    if other:
        found = f"another VR at {listed(other)}"
        return Finding.broken(EncodingReason.ENCAPSULATED_VR, expected=expected, found=found)
    return HOLDS if coded else None


@judges("ps3.5-a.4-fragments-even")
def fragments_have_an_even_length(signature: JudgedSignature) -> Finding | None:
    """Fragments have an even number of bytes (PS3.5 A.4)."""
    for path, element in signature.content.encapsulated:
        for number, fragment in enumerate(element.fragments or ()):
            if fragment.length & 1:
                return Finding.broken(
                    EncodingReason.LENGTH_ODD,
                    expected="fragments of even length",
                    found=f"an odd length in item {number} of {path}{tags.format_tag(element.tag)}",
                )
    return HOLDS if signature.content.encapsulated else None


@judges("ps3.5-a.4-offset-table-first")
def offset_table_is_the_first_item(signature: JudgedSignature) -> Finding | None:
    """The first item of encapsulated data is the Basic Offset Table, empty or filled, and hashed (PS3.5 A.4, A-05)."""
    expected = "the Basic Offset Table as first item, empty or with an offset of 0 first, and hashed"
    for path, element in signature.content.encapsulated:
        if element.tag == tags.PIXEL_DATA and not _starts_with_offset_table(signature, element.fragments or ()):
            found = f"no Basic Offset Table at {path}{tags.format_tag(element.tag)}"
            return Finding.broken(CheckReason.OFFSET_TABLE_MISSING, expected=expected, found=found)
    if signature.mistaken_rule == "offset_table":
        found = f"{what_was_done('offset_table')}: the MAC recomputed so equals the signed one"
        return Finding.broken(CheckReason.STREAM_RULE, expected=expected, found=found)
    return HOLDS if signature.intact and signature.content.encapsulated else None


def _starts_with_offset_table(signature: JudgedSignature, fragments: tuple[Fragment, ...]) -> bool:
    """Offsets are four bytes each and count from the first fragment, where the first frame begins."""
    if not fragments:
        return False
    table = fragments[0]
    if not table.length:
        return True
    return table.length % 4 == 0 and signature.instance.source.read(table.value, 4) == bytes(4)


@judges("ps3.5-a.4-extended-offset-table")
def one_offset_table_is_filled(signature: JudgedSignature) -> Finding | None:
    """With an Extended Offset Table (7FE0,0001) the basic one is empty (PS3.5 A.4, A-05)."""
    pixels = find(signature.covered, tags.PIXEL_DATA)
    if 0x7FE00001 not in signature.present or pixels is None or not pixels.fragments:
        return None
    return Finding.of(
        not pixels.fragments[0].length,
        CheckReason.OFFSET_TABLES_BOTH,
        expected="an empty Basic Offset Table beside the Extended Offset Table (7FE0,0001)",
        found=f"{pixels.fragments[0].length} bytes in the Basic Offset Table",
    )
