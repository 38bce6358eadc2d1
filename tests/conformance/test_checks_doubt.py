"""What cannot be told convicts nobody, and what can be told is not let off (PS3.15 C.1, PS3.16 CID 7007, PS3.5 6.2)."""

from dataclasses import replace

import pytest

from dicomsig.conformance.finding import Answer
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import implicit
from dicomsig.vectors.edits import put
from dicomsig.vectors.timestamps import Authority
from dicomsig.vectors.values import code, element, leaf, sequence
from dicomsig.vectors.views import ask, view
from dicomsig.vectors.wrong_signers.twins import ct, odd_uid, of


def answer(requirement, forgery, label="2023b"):
    finding = ask(requirement, view(forgery, label))
    return None if finding is None else finding.answer


@pytest.mark.parametrize(
    ("label", "sha2"),
    [("2008", Answer.BROKEN), ("2009", Answer.UNKNOWN), ("2010", Answer.UNKNOWN), ("2011", Answer.HOLDS)],
)
@pytest.mark.parametrize("row", ["ps3.15-c.1-mac-algorithm", "ps3.15-c.2-base-methodology"])
def test_sha_2_is_open_between_2008_and_2011(row, label, sha2):
    """SHA-2 came after 2008 and by 2011: between them nobody knows, and SHA-1 holds all the time (PS3.15 C.1)."""
    assert answer(row, replace(ct(), algorithm=MacAlgorithm.SHA256), label) is sha2
    assert answer(row, replace(ct(), algorithm=MacAlgorithm.SHA1), label) is Answer.HOLDS


@pytest.mark.parametrize(
    ("more", "scheme", "value"),
    [
        ((), Answer.BROKEN, None),
        ((element("MappingResource", "DCMR"),), Answer.BROKEN, None),
        ((element("MappingResource", "99LOCAL"),), None, None),
        ((element("ContextGroupExtensionFlag", "Y"),), None, None),
        ((element("ContextGroupExtensionFlag", "N"),), Answer.BROKEN, None),
    ],
)
def test_a_purpose_of_another_resource_or_an_extension_is_not_of_the_group(more, scheme, value):
    """7007 of another mapping resource is another group, and an extension has codes of its own (PS3.3 8.6 to 8.8)."""
    item = sorted((*code("5", "99LOCAL", "x"), *more, element("ContextIdentifier", "7007")), key=lambda each: each.tag)
    forgery = replace(ct(), item=(put(sequence("DigitalSignaturePurposeCodeSequence", tuple(item))),))
    assert answer("ps3.16-cid-7007-scheme-designator", forgery) is scheme
    assert answer("ps3.16-cid-7007-code-values", forgery) is value
    context = answer("ps3.16-cid-7007-context-group", forgery)
    assert context is (None if scheme is None else Answer.HOLDS)


@pytest.mark.parametrize(("pad", "wanted"), [(b"\0", Answer.HOLDS), (b" ", Answer.BROKEN)])
def test_an_odd_timestamp_is_padded_with_a_null_byte(pad, wanted):
    """What follows a token of odd length is one null byte (PS3.5 6.2, A-14)."""

    def stamp(value):
        token = bytes(Authority().token(value))
        assert len(token) < 1 << 15
        if token[1] == 0x82:
            length = int.from_bytes(token[2:4], "big")
            token = token[: 4 + length]
        if len(token) % 2 == 0:  # one more byte inside the outermost encoding makes the token odd
            token = token[:2] + (len(token) - 3).to_bytes(2, "big") + token[4:] + b"\x05"
        return token + pad

    assert answer("ps3.5-6.2-ob-padded-with-null", replace(ct(), timestamp=stamp)) is wanted


@pytest.mark.parametrize(
    ("uid", "wanted"),
    [(b"2.25.7357\0", Answer.HOLDS), (b"2.25.7357\0\0\0", Answer.BROKEN), (b"2.25.73\0\0", Answer.BROKEN)],
)
def test_a_uid_has_one_null_byte_at_most(uid, wanted):
    """A UID of odd length gets one trailing null byte, one of even length none (PS3.5 6.2)."""
    forgery = odd_uid().on(put(element("FrameOfReferenceUID", uid)))
    assert answer("ps3.5-6.2-uid-padded-with-null", forgery) is wanted


TIMESTAMP_ROWS = [
    "ps3.3-c.12.1.1.3-timestamp-type-condition",
    "ps3.3-c.12.1.1.3.1.3-stored-as-bytes",
    "ps3.15-c.1-timestamp-rfc-3161",
]


@pytest.mark.parametrize("row", TIMESTAMP_ROWS)
def test_a_timestamp_without_a_value_is_none(row):
    """Certified Timestamp (0400,0310) is of Type 3: an empty one means the same as none (PS3.5 7.4.5)."""
    for value, wanted in ((b"", None), (b"no", Answer.BROKEN)):
        stamp = element("CertifiedTimestamp", value)
        assert answer(row, replace(ct(), item_afterwards=(put(stamp),))) is wanted


@pytest.mark.parametrize(
    ("row", "creator", "number", "vr", "value"),
    [
        ("ps3.5-6.2-text-padded-with-space", b"GEMS_ACQU_01", 0x00191027, "LO", b"abc\0"),
        ("ps3.5-6.2-uid-padded-with-null", b"GEMS_ACQU_01", 0x00191027, "UI", b"1.2 "),
    ],
)
def test_a_private_vr_from_a_dictionary_convicts_no_padding(row, creator, number, vr, value, monkeypatch):
    """In Implicit VR a private value is padded as its real VR asks, which the MAC alone can prove (PS3.5 6.2, A-03)."""
    monkeypatch.setattr(implicit, "private_vr", lambda tag, creator: vr)
    block = (leaf(number & 0xFFFF0000 | 0x10, "LO", creator), leaf(number, "OB", value))
    made = replace(of("ct-implicit").on(put(*block)))
    lied = replace(made, stream=lambda data: data.replace(vr.encode() + b"\4\0" + value, b"OB\0\0\4\0\0\0" + value))
    assert answer(row, lied) is not Answer.BROKEN
    assert answer(row, made) is Answer.BROKEN
