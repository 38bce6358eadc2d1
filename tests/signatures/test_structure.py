"""Each departure of a signature from the macro has its reason; its twin, which differs in nothing else, has none."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from dicomsig.crypto.certificates import CertificateReason
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import IMPLICIT_LITTLE_ENDIAN
from dicomsig.signatures import attributes
from dicomsig.signatures.attributes import PARAMETERS_ATTRIBUTES, SIGNATURE_ATTRIBUTES
from dicomsig.signatures.verdict import Axis, SignatureReason, Status, Verdict
from dicomsig.signatures.verify import verify
from dicomsig.vectors.edits import at, dropped, emptied, in_vr, inserted, put, revalued
from dicomsig.vectors.forge import Forgery, Order, forge
from dicomsig.vectors.forms import DEFLATED_STORED
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form, Leaf, Sequence
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.samples import samples
from dicomsig.vectors.values import element, leaf, sequence
from dicomsig.vectors.wrong_signers.twins import ct, of

VALID, INVALID, OPEN = Status.VALID, Status.INVALID, Status.INDETERMINATE
Reason = SignatureReason


def verdict_of(forgery: Forgery, number: int = 0) -> Verdict:
    return list(verify(instance_of(forge(forgery))))[number]


def remarked(verdict: Verdict) -> set[str]:
    """Reasons on integrity and structure."""
    return {str(r.reason) for r in verdict.remarks if r.axis in (Axis.INTEGRITY, Axis.STRUCTURE)}


@dataclass(frozen=True, slots=True)
class Case:
    """A change to the twin; the reasons it brings, and what is left of integrity and structure."""

    change: Callable[[Forgery], Forgery]
    reasons: set[str]
    integrity: Status
    structure: Status = INVALID
    twin: Callable[[], Forgery] = ct


def in_item(*edits: object) -> Callable[[Forgery], Forgery]:
    """The signer writes another signature item, and hashes it."""
    return lambda twin: replace(twin, item=edits)


def in_parameters(*edits: object) -> Callable[[Forgery], Forgery]:
    return lambda twin: replace(twin, parameters=edits)


def after(*edits: object) -> Callable[[Forgery], Forgery]:
    """The item is changed when it has been signed."""
    return lambda twin: replace(twin, item_afterwards=edits)


def afterwards(*edits: object) -> Callable[[Forgery], Forgery]:
    return lambda twin: replace(twin, afterwards=edits)


def listed(*more: int, order: int = 1) -> Callable[[Forgery], Forgery]:
    """The list names more, or goes backwards; what is hashed stays."""

    def change(twin: Forgery) -> Forgery:
        every = twin.listed or LISTED
        return replace(twin, listed=(*sorted((*every, *more)),)[::order], hashed=every)

    return change


LISTED = (0x00080016, 0x00080018, 0x00100010, 0x7FE00010)
PURPOSE = "DigitalSignaturePurposeCodeSequence"
CODE = (element("CodeValue", "1"), element("CodingSchemeDesignator", "ASTM-sigpurpose"), element("CodeMeaning", "a"))


def short_list() -> Forgery:
    return replace(ct(), listed=LISTED)


def with_purpose() -> Forgery:
    return replace(ct(), item=(put(sequence(PURPOSE, CODE)),))


def stamped() -> Forgery:
    return replace(ct(), timestamp=lambda _: b"\x30\0")


def implicit() -> Forgery:
    return replace(ct(), form=Form(IMPLICIT_LITTLE_ENDIAN))


def two_numbers(twin: Forgery) -> Forgery:
    """A second item of MAC Parameters Sequence bears the same number."""
    copy = sequence("MACParametersSequence", [element("MACIDNumber", 1)]).items[0]
    return replace(
        twin,
        afterwards=(
            lambda c: tuple(Sequence(n.tag, (*n.items, copy)) if n.tag == tags.MAC_PARAMETERS else n for n in c),
        ),
    )


CASES = {
    "parameters-sequence-missing": Case(
        afterwards(dropped(tags.MAC_PARAMETERS)), {Reason.MAC_PARAMETERS_MISSING}, OPEN
    ),
    "parameters-sequence-empty": Case(afterwards(emptied(tags.MAC_PARAMETERS)), {Reason.MAC_PARAMETERS_MISSING}, OPEN),
    "parameters-of-another-number": Case(
        in_parameters(revalued(attributes.MAC_ID_NUMBER, b"\2\0")), {Reason.MAC_PARAMETERS_MISSING}, OPEN
    ),
    "parameters-without-number": Case(
        in_parameters(dropped(attributes.MAC_ID_NUMBER)), {Reason.MAC_PARAMETERS_MISSING}, OPEN
    ),
    "number-unreadable": Case(
        after(revalued(attributes.MAC_ID_NUMBER, b"\1\0\1\0")),
        {Reason.MAC_PARAMETERS_MISSING, Reason.ELEMENT_VALUES},
        OPEN,
    ),
    "parameters-twice": Case(two_numbers, {Reason.MAC_PARAMETERS_AMBIGUOUS, Reason.ELEMENT_MISSING}, OPEN),
    "list-in-wrong-vr": Case(in_parameters(in_vr(attributes.DATA_ELEMENTS_SIGNED, "UL")), {Reason.ELEMENT_VR}, VALID),
    "list-of-broken-tags": Case(
        in_parameters(revalued(attributes.DATA_ELEMENTS_SIGNED, lambda value: value + b"\x08\0")),
        {Reason.ELEMENT_VALUES},
        VALID,
    ),
    "list-too-long": Case(
        in_parameters(revalued(attributes.DATA_ELEMENTS_SIGNED, lambda value: value * (0x10000 // len(value) + 1))),
        {Reason.ELEMENT_VALUES, Reason.ELEMENT_EMPTY},
        OPEN,
        twin=implicit,
    ),
    "list-unordered": Case(listed(order=-1), {Reason.TAG_LIST_UNORDERED}, VALID, twin=short_list),
    "list-unordered-and-followed": Case(
        lambda twin: replace(twin, listed=LISTED[::-1], order=Order.LIST),
        {Reason.TAG_LIST_UNORDERED, "mac-mismatch"},
        INVALID,
        twin=short_list,
    ),
    "list-repeats": Case(listed(0x00080018), {Reason.TAG_LIST_REPEATED}, VALID, twin=short_list),
    "list-names-absent": Case(listed(0x00080070 + 0xF0000000), {Reason.TAG_ABSENT}, VALID, twin=short_list),
    "list-names-unsignable": Case(listed(0x4FFE0001), {Reason.TAG_UNSIGNABLE}, VALID, twin=short_list),
    "list-names-unsignable-and-absent": Case(
        listed(0x00080000, 0x00080001, 0xFFFCFFFC), {Reason.TAG_UNSIGNABLE, Reason.TAG_ABSENT}, VALID, twin=short_list
    ),
    "algorithm-unknown": Case(
        in_parameters(revalued(attributes.MAC_ALGORITHM, b"SHA224")), {Reason.ALGORITHM_UNKNOWN}, OPEN, VALID
    ),
    "syntax-implicit": Case(
        in_parameters(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2")),
        {Reason.SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN},
        OPEN,
    ),
    "syntax-big-endian": Case(
        in_parameters(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2.2")),
        {Reason.SYNTAX_NOT_EXPLICIT_LITTLE_ENDIAN},
        OPEN,
    ),
    "syntax-unknown": Case(
        in_parameters(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.3.4")), {Reason.SYNTAX_UNKNOWN}, OPEN, VALID
    ),
    "syntax-deflated": Case(
        in_parameters(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2.1.99")),
        {Reason.SYNTAX_DEFLATED},
        VALID,
        VALID,
    ),
    "syntax-of-compressed-pixels": Case(
        in_parameters(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2.4.90")),
        {Reason.SYNTAX_NOT_REBUILDABLE},
        OPEN,
        VALID,
    ),
    "datetime-malformed": Case(
        in_item(revalued(attributes.SIGNATURE_DATETIME, b"20240230120000+0000 ")), {Reason.DATETIME_MALFORMED}, VALID
    ),
    "datetime-without-offset": Case(
        in_item(revalued(attributes.SIGNATURE_DATETIME, b"20240615120000")), {Reason.DATETIME_WITHOUT_OFFSET}, VALID
    ),
    "certificate-type-unknown": Case(
        in_item(revalued(attributes.CERTIFICATE_TYPE, b"X509_2001_SIG ")),
        {Reason.CERTIFICATE_TYPE_UNKNOWN},
        OPEN,
        VALID,
    ),
    "purpose-empty": Case(in_item(put(sequence(PURPOSE))), {Reason.PURPOSE_ITEMS}, VALID, twin=with_purpose),
    "purpose-twice": Case(
        in_item(put(sequence(PURPOSE, CODE, CODE))), {Reason.PURPOSE_ITEMS}, VALID, twin=with_purpose
    ),
    "purpose-in-wrong-vr": Case(
        in_item(put(leaf(attributes.PURPOSE, "LO", "1"))), {Reason.ELEMENT_VR, Reason.PURPOSE_ITEMS}, VALID
    ),
    "timestamp-without-type": Case(
        after(dropped(attributes.TIMESTAMP_TYPE)), {Reason.TIMESTAMP_TYPE_MISSING}, VALID, twin=stamped
    ),
    "signed-un": Case(afterwards(in_vr(0x00100010, "UN")), {Reason.ELEMENT_UNKNOWN_VR}, OPEN, VALID, twin=short_list),
    "signed-un-deep": Case(
        afterwards(at("/00400555[0]/", inserted(Leaf(0x00991001, "UN", b"ab")))),
        {Reason.ELEMENT_UNKNOWN_VR},
        OPEN,
        VALID,
        twin=lambda: of("nested"),
    ),
    "value-too-long-for-explicit-vr": Case(
        afterwards(revalued(0x00204000, b"x" * 0x10000)),
        {Reason.ENCODING_NOT_REBUILDABLE},
        OPEN,
        VALID,
        twin=lambda: implicit().on(put(leaf(0x00204000, "LT", "text"))),
    ),
    "certificate-pem": Case(
        lambda twin: replace(twin, certificate=Credential.RSA_2048.certificate_pem),
        {CertificateReason.PEM, CertificateReason.UNREADABLE},
        OPEN,
    ),
    "certificate-and-more": Case(
        lambda twin: replace(twin, certificate=twin.credential.certificate_der + bytes(4)),
        {CertificateReason.TRAILING_DATA},
        VALID,
    ),
    "certificate-no-der": Case(
        lambda twin: replace(twin, certificate=b"\x30\x80" + twin.credential.certificate_der[4:] + b"\0\0"),
        {CertificateReason.NOT_DER, CertificateReason.UNREADABLE},
        OPEN,
    ),
    "certificate-of-a-curve": Case(
        lambda twin: replace(twin, certificate=Credential.ELLIPTIC_CURVE.certificate_der),
        {CertificateReason.KEY_NOT_RSA},
        OPEN,
        VALID,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_departure_has_its_reason_and_the_twin_has_none(name: str) -> None:
    """One change, one reason (or those declared), and what is left of integrity and structure."""
    case = CASES[name]
    twin = verdict_of(case.twin())
    assert remarked(twin) == set()
    assert (twin.integrity, twin.structure) == (VALID, VALID)
    changed = verdict_of(case.change(case.twin()))
    assert remarked(changed) == {str(reason) for reason in case.reasons}
    assert (changed.integrity, changed.structure) == (case.integrity, case.structure)
    assert all(r.message and (r.offset is None or r.offset > 0) for r in changed.remarks)


STAMP = element("CertifiedTimestamp", b"\x30\0")


@pytest.mark.parametrize(
    ("nodes", "reasons"),
    [
        ([element("CertifiedTimestamp")], set()),
        ([element("CertifiedTimestamp"), element("CertifiedTimestampType")], set()),
        ([STAMP], {Reason.TIMESTAMP_TYPE_MISSING}),
        ([STAMP, element("CertifiedTimestampType")], {Reason.TIMESTAMP_TYPE_MISSING}),
        ([STAMP, element("CertifiedTimestampType", "CMS_TSP")], set()),
    ],
    ids=["no value", "neither has one", "no type", "a type without value", "both"],
)
def test_a_timestamp_without_a_value_is_none(nodes: list[Leaf], reasons: set[str]) -> None:
    """An empty element of Type 3 means the same as none (PS3.5 7.4.5); a timestamp with a value needs its type."""
    verdict = verdict_of(replace(ct(), item_afterwards=(put(*nodes),)))
    assert remarked(verdict) == reasons
    assert verdict.structure is (INVALID if reasons else VALID)


def test_an_element_of_the_macro_stands_once() -> None:
    """Of two certificates, or two lists, another reader may take the other one: no MAC protects them (PS3.5 7.1)."""
    other = element("CertificateOfSigner", Credential.SELF_SIGNED.certificate_der)
    for twice in (
        replace(ct(), item_afterwards=(inserted(other),)),
        replace(ct(), parameters=(inserted(Leaf(attributes.DATA_ELEMENTS_SIGNED, "AT", b"\x08\0\x16\0")),)),
    ):
        verdict = verdict_of(twice)
        assert remarked(verdict) == {Reason.ELEMENT_VALUES}
        assert verdict.structure is INVALID


NOT_FROM_HERE = {
    Reason.MAC_PARAMETERS_EMPTY: "said of an instance, by the checks",
    Reason.ELEMENT_MALFORMED: "said of a value, by the checks",
    Reason.TIMESTAMP_NOT_JUDGED: "the axis of time, in test_verify",
    Reason.SIGNATURES_TOO_MANY: "in test_many_signatures",
    Reason.VR_LETTERS_OPEN: "in test_open_letters",
}


def test_every_reason_has_its_case() -> None:
    """No reason is without an instance that gives it."""
    given = {str(reason) for case in CASES.values() for reason in case.reasons}
    assert {str(reason) for reason in Reason} - given == {str(reason) for reason in NOT_FROM_HERE}


REQUIRED = [
    # A MAC Parameters item without number is nobody's.
    *((in_parameters, attribute) for attribute in PARAMETERS_ATTRIBUTES if attribute.tag != attributes.MAC_ID_NUMBER),
    *((after, attribute) for attribute in SIGNATURE_ATTRIBUTES if attribute.required),
]
REQUIRED_NAMES = [f"{where.__name__}-{attribute.keyword}" for where, attribute in REQUIRED]


@pytest.mark.parametrize(("where", "attribute"), REQUIRED, ids=REQUIRED_NAMES)
def test_what_is_required_is_neither_missing_nor_empty(
    where: Callable[..., Callable[[Forgery], Forgery]], attribute: attributes.MacroAttribute
) -> None:
    """Type 1 elements of both items (PS3.3 Table C.12-6); the message names the element."""
    for edit, reason in ((dropped, Reason.ELEMENT_MISSING), (emptied, Reason.ELEMENT_EMPTY)):
        verdict = verdict_of(where(edit(attribute.tag))(ct()))
        (remark,) = (r for r in verdict.remarks if r.reason == reason and r.axis is Axis.STRUCTURE)
        assert tags.format_tag(attribute.tag) in remark.message
        assert attribute.keyword in remark.message
        assert verdict.structure is INVALID
        assert verdict.integrity is not VALID


@pytest.mark.parametrize(("where", "attribute"), REQUIRED, ids=REQUIRED_NAMES)
def test_what_has_one_value_has_one_in_its_vr(
    where: Callable[..., Callable[[Forgery], Forgery]], attribute: attributes.MacroAttribute
) -> None:
    """Two values where PS3.6 registers one, and another VR, are told."""
    other = "OW" if attribute.vr == "OB" else "LO" if attribute.vr != "US" else "SS"
    assert Reason.ELEMENT_VR in remarked(verdict_of(where(in_vr(attribute.tag, other))(ct())))
    if attribute.single and attribute.vr != "OB":
        again = b"\0\0" if attribute.vr == "US" else b"\\AB"
        verdict = verdict_of(where(revalued(attribute.tag, lambda value: value + again))(ct()))
        assert Reason.ELEMENT_VALUES in remarked(verdict)


@pytest.mark.parametrize("name", instances())
def test_an_honest_signature_of_ours_has_no_remark(name: str) -> None:
    """On any fixture (A lawful signature is never convicted)."""
    assert remarked(verdict_of(of(name))) == set()


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.path.stem)
def test_a_signature_of_dcmsign_has_no_remark(sample: object) -> None:
    """But that the deflated syntax is named where it is (A-07)."""
    data = sample.path.read_bytes()  # type: ignore[attr-defined]
    deflated = instance_of(data).syntax == DEFLATED_STORED.syntax
    for verdict in verify(instance_of(data)):
        assert remarked(verdict) == ({Reason.SYNTAX_DEFLATED} if deflated else set())
        assert (verdict.integrity, verdict.structure) == (VALID, VALID)
