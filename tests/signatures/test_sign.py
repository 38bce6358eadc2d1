"""A signature made here holds, whatever the instance, algorithm and place."""

import io
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import pytest

import slow_verify
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import load_certificates, load_private_key
from dicomsig.crypto.trust import TrustStore
from dicomsig.encoding import tags
from dicomsig.encoding.elements import find
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.signatures import attributes
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.rules import STANDARD, MacRules
from dicomsig.signatures.sign import Signed, sign, write
from dicomsig.signatures.signing_request import SIGNATURE_PURPOSE_SCHEME, PurposeCode, SigningRequest
from dicomsig.signatures.splice import levels
from dicomsig.signatures.tag_choice import signable_tags
from dicomsig.signatures.verdict import Status, Verdict
from dicomsig.signatures.verify import Trust, verify
from dicomsig.vectors import forms
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form, Leaf, Sequence, encode_instance, merged, without
from dicomsig.vectors.pki import Credential, trust_path

VERIFIED = PurposeCode("5", SIGNATURE_PURPOSE_SCHEME, "Verification Signature")
MOMENT = datetime(2024, 2, 29, 12, 30, 15, 250000, timezone(timedelta(hours=-3, minutes=-30)))
PLACES = [
    "/",
    "/00400555[0]/",
    "/00400555[1]/",
    "/00400555[0]/0040a730[0]/",
    "/00400555[0]/0040a730[0]/0040a730[0]/",
    "/00400555[0]/0040a730[0]/0040a730[0]/0040a730[0]/0040a730[0]/",
]
"""Data sets of the nested instances, down to the fifth level."""
NESTED_FORMS = {
    "defined": Form(),
    "undefined": forms.UNDEFINED_LENGTHS,
    "undefined-sequences": forms.MIXED_LENGTHS,
    "undefined-items": Form(undefined_items=True),
    "group-lengths": forms.GROUP_LENGTHS,
    "group-lengths-undefined": Form(undefined_sequences=True, undefined_items=True, group_lengths=True),
    "trailing-padding": forms.TRAILING_PADDING,
    "implicit": forms.IMPLICIT,
    "implicit-bare": forms.BARE,
    "big-endian": forms.BIG_ENDIAN,
    "big-endian-group-lengths": replace(forms.BIG_ENDIAN, group_lengths=True),
    "deflated": forms.DEFLATED_STORED,
}


@cache
def request_of(credential: Credential = Credential.RSA_2048) -> SigningRequest:
    """A request that lists nothing yet."""
    return SigningRequest(
        load_private_key(credential.key_pem), credential.certificate_der, MacAlgorithm.SHA256, (), signed_at=MOMENT
    )


def signable_at(instance: Instance, place: str) -> tuple[int, ...]:
    way = levels(instance, tags.parse_place(place))
    assert way is not None
    return signable_tags(way[-1].elements, place)


def signed(
    data: bytes, place: str = "/", base: SigningRequest | None = None, rules: MacRules = STANDARD
) -> tuple[bytes, Signed]:
    """The bytes with one more signature, over all that can be signed unless the request lists tags."""
    base = request_of() if base is None else base
    with instance_of(data) as instance:
        listed = base.tags or signable_at(instance, place)
        made = sign(instance, replace(base, tags=listed, place=tags.parse_place(place)), rules)
        out = io.BytesIO()
        write(made, out)
    return out.getvalue(), made


def verdicts(data: bytes) -> dict[str, Verdict]:
    """Our verdicts by name, after the second verifier has said the same of integrity."""
    with instance_of(data) as instance:
        found = {verdict.name: verdict for verdict in verify(instance)}
    assert {f"{o.place}#{o.number}": o.integrity for o in slow_verify.signatures(data)} == {
        name: verdict.integrity for name, verdict in found.items()
    }
    return found


def assert_all_hold(data: bytes, *names: str) -> None:
    """Exactly these signatures are there, and all are valid in integrity and structure."""
    found = verdicts(data)
    assert {name: (v.integrity, v.structure) for name, v in found.items()} == dict.fromkeys(
        names, (Status.VALID, Status.VALID)
    ), [v.remarks for v in found.values()]


@pytest.mark.parametrize("name", instances())
def test_a_signature_holds(name: str) -> None:
    """With each of the six algorithms a signature over all that is signable is valid to both verifiers."""
    data = instances()[name].build()
    for algorithm in MacAlgorithm:
        out, made = signed(data, base=replace(request_of(), algorithm=algorithm))
        assert_all_hold(out, "/#0")
        (verdict,) = verdicts(out).values()
        assert (made.name, made.uid, algorithm) == ("/#0", verdict.uid, verdict.mac_algorithm)
        assert verdict.signed_at == MOMENT


@pytest.mark.parametrize("form", NESTED_FORMS)
@pytest.mark.parametrize("place", PLACES)
def test_a_signature_holds_at_any_depth(form: str, place: str) -> None:
    """Length forms, group lengths, padding and syntax make no difference to a signature in an item or outside."""
    out, made = signed(instances()["nested"].build(NESTED_FORMS[form]), place)
    assert made.name == f"{place}#0"
    assert_all_hold(out, f"{place}#0")


def test_the_certificate_is_trusted() -> None:
    """A signature with a certificate of the test PKI is valid on the trust axis too, at the time it claims."""
    store = TrustStore(anchors=load_certificates(trust_path().read_bytes()))
    with instance_of(signed(instances()["ct"].build())[0]) as instance:
        (verdict,) = verify(instance, Trust(store))
    assert (verdict.integrity, verdict.structure, verdict.trust) == (Status.VALID,) * 3


@pytest.mark.parametrize("credential", [Credential.RSA_1032, Credential.ODD_LENGTH, Credential.EXPONENT_3])
def test_odd_values_are_padded(credential: Credential) -> None:
    """A signature or certificate of odd length gets one null byte (PS3.5 6.2, A-14)."""
    out, made = signed(instances()["ct"].build(), base=request_of(credential))
    assert_all_hold(out, "/#0")
    with instance_of(out) as instance:
        (found,) = signatures(instance)
        for value, raw in (
            (found.signature_value, made.signature_value),
            (found.certificate_value, credential.certificate_der),
        ):
            assert value == raw + bytes(len(raw) % 2)
    odd = {Credential.RSA_1032: made.signature_value, Credential.ODD_LENGTH: credential.certificate_der}
    assert len(odd.get(credential, b"1")) % 2 == 1


@pytest.mark.parametrize("name", ["ct", "ct-implicit", "ct-big-endian", "ct-deflated", "jpeg-2000", "mr-rle"])
def test_the_mac_transfer_syntax_is_explicit_little_endian(name: str) -> None:
    """It is the file's own, and Explicit VR Little Endian for Implicit, Big Endian and Deflated (PS3.3 C.12.1.1.3)."""
    recipe = instances()[name]
    with instance_of(signed(recipe.build())[0]) as instance:
        assert instance.syntax.uid == recipe.transfer_syntax_uid
        (found,) = signatures(instance)
    own = recipe.form.syntax.encapsulated
    assert found.parameters[0].syntax_uid == (recipe.transfer_syntax_uid if own else "1.2.840.10008.1.2.1")


def test_the_list_is_ascending_without_repetition() -> None:
    """Tags are listed in ascending order, each once, in whatever order they were asked for."""
    asked = (0x00100020, 0x00080018, 0x00100020, 0x00080016)
    out, _ = signed(instances()["ct"].build(), base=replace(request_of(), tags=asked))
    assert_all_hold(out, "/#0")
    with instance_of(out) as instance:
        (found,) = signatures(instance)
    assert found.parameters[0].tag_list.listed == (0x00080016, 0x00080018, 0x00100020)


def test_a_purpose_is_signed() -> None:
    """The purpose code is one item of (0400,0401), and part of the MAC."""
    out, _ = signed(instances()["sr"].build(), base=replace(request_of(), purpose=VERIFIED))
    assert_all_hold(out, "/#0")
    assert out.count(b"Verification Signature") == 1
    changed = out.replace(b"Verification Signature", b"Validation  Signature ")
    assert verdicts(changed)["/#0"].integrity is Status.INVALID


def test_a_timestamp_is_asked_for_over_the_signature() -> None:
    """The token is put into the item as it comes, and is no part of the MAC (PS3.3 C.12.1.1.3.1.3)."""
    asked: list[bytes] = []

    def timestamp(value: bytes) -> bytes:
        asked.append(value)
        return b"token"

    request = replace(request_of(Credential.RSA_1032), timestamp=timestamp)
    out, made = signed(instances()["ct"].build(), base=request)
    assert asked == [made.signature_value]
    assert len(made.signature_value) == 129
    assert_all_hold(out, "/#0")
    with instance_of(out) as instance:
        (found,) = signatures(instance)
        values = {e.tag: instance.value(e) for e in found.item.elements}
    assert values[attributes.TIMESTAMP_TYPE] == b"CMS_TSP "
    assert values[attributes.TIMESTAMP] == b"token\0"
    assert list(values) == sorted(values)


def test_without_uid_and_time_they_are_new() -> None:
    """Each signature has a UID of its own below 2.25, and the time of signing with its offset."""
    before = datetime.now(UTC)
    fresh = replace(request_of(), signed_at=None)
    first, second = (signed(instances()["ct"].build(), base=fresh) for _ in range(2))
    assert first[1].uid != second[1].uid
    assert first[1].uid.startswith("2.25.")
    claimed = verdicts(first[0])["/#0"].signed_at
    assert claimed is not None
    assert before <= claimed <= datetime.now(UTC)


@pytest.mark.parametrize("name", ["nested", "ct-deflated", "every-vr-big-endian"])
def test_output_is_reproducible(name: str) -> None:
    """With fixed UID and time the same request gives the same bytes."""
    fixed = replace(request_of(), uid="2.25.1", purpose=VERIFIED)
    first, second = (signed(instances()[name].build(), base=fixed)[0] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("form", NESTED_FORMS)
def test_signatures_leave_each_other_valid(form: str) -> None:
    """Inner and outer signatures, in whatever order they come, hold together (A-19)."""
    data = instances()["nested"].build(NESTED_FORMS[form])
    order = ["/", PLACES[3], "/", PLACES[1], PLACES[4], PLACES[3]]
    names = []
    for place in order:
        names.append(f"{place}#{order[: len(names)].count(place)}")
        data, made = signed(data, place)
        assert made.name == names[-1]
        assert made.mac_id == len(names) - 1, "the lowest number that is free in the whole instance"
        assert_all_hold(data, *names)


@pytest.mark.parametrize("form", NESTED_FORMS)
def test_parameters_can_be_shared(form: str) -> None:
    """An item with the same algorithm, syntax and list serves a second signature; other requests get their own."""
    sharing = replace(request_of(), share_parameters=True)
    data, first = signed(instances()["nested"].build(NESTED_FORMS[form]), base=sharing)
    data, second = signed(data, base=sharing)
    data, other_algorithm = signed(data, base=replace(sharing, algorithm=MacAlgorithm.SHA512))
    data, other_list = signed(data, base=replace(sharing, tags=(tags.SOP_CLASS_UID,)))
    data, other_place = signed(data, PLACES[1], base=sharing)
    data, not_sharing = signed(data)
    made = [first, second, other_algorithm, other_list, other_place, not_sharing]
    assert [one.mac_id for one in made] == [0, 0, 1, 2, 3, 4]
    assert_all_hold(data, "/#0", "/#1", "/#2", "/#3", "/#4", f"{PLACES[1]}#0")


def test_a_number_can_be_chosen() -> None:
    """The MAC ID Number is the one asked for; the next one free is the lowest."""
    data, made = signed(instances()["ct"].build(), base=replace(request_of(), mac_id=0xFFFF))
    assert made.mac_id == 0xFFFF
    data, made = signed(data)
    assert made.mac_id == 0
    assert_all_hold(data, "/#0", "/#1")


def test_the_number_of_an_orphan_stays_free() -> None:
    """A signature without parameters does not get those of the new one: its number counts as taken."""
    item = (Leaf(attributes.MAC_ID_NUMBER, "US", b"\0\0"),)
    orphaned = merged(instances()["ct"].data_set(), Sequence(tags.DIGITAL_SIGNATURES, (item,)))
    data, made = signed(encode_instance(orphaned, Form()))
    assert (made.name, made.mac_id) == ("/#1", 1)
    assert verdicts(data)["/#1"].integrity is Status.VALID


@pytest.mark.parametrize("form", NESTED_FORMS)
def test_empty_sequences_are_filled(form: str) -> None:
    """Macro sequences that are there without items take the new ones, group lengths in front of them or not."""
    empty = (Sequence(tags.MAC_PARAMETERS), Sequence(tags.DIGITAL_SIGNATURES))
    data, _ = signed(encode_instance(merged(instances()["nested"].data_set(), *empty), NESTED_FORMS[form]))
    assert_all_hold(data, "/#0")
    with instance_of(data) as instance:
        assert [e.tag for e in instance.elements].count(tags.MAC_PARAMETERS) == 1


def test_an_empty_item_takes_no_signature_for_want_of_elements() -> None:
    """An item without elements has nothing that could be listed; with one element it takes a signature."""
    content = merged(
        without(instances()["nested"].data_set(), 0x00400275), Sequence(0x00400275, ((Leaf(0x00080104, "LO", b"x "),),))
    )
    data, _ = signed(encode_instance(content, Form()), "/00400275[0]/")
    assert_all_hold(data, "/00400275[0]/#0")


def broken(field: str) -> MacRules:
    return replace(STANDARD, **{field: not getattr(STANDARD, field)})


ON_SEQUENCES = [
    one.name for one in fields(MacRules) if not one.name.startswith(("fragment", "offset", "group", "nested"))
]


@pytest.mark.parametrize("field", ON_SEQUENCES)
def test_mistaken_rules_make_a_signature_that_does_not_hold(field: str) -> None:
    """Whatever rule is broken, in the data set's part or in the item's, the verdict is invalid."""
    request = replace(request_of(), purpose=VERIFIED)
    data, _ = signed(instances()["nested"].build(), base=request, rules=broken(field))
    assert verdicts(data)["/#0"].integrity is Status.INVALID


@pytest.mark.parametrize("name", ["jpeg-2000-offset-table", "mr-rle"])
@pytest.mark.parametrize("field", ["fragment_length", "fragments_length", "offset_table"])
def test_mistaken_rules_on_fragments_do_not_hold(name: str, field: str) -> None:
    """The same for encapsulated pixel data."""
    data, _ = signed(instances()[name].build(), rules=broken(field))
    assert verdicts(data)["/#0"].integrity is Status.INVALID


def test_all_signable_is_what_the_standard_allows() -> None:
    """UN, sequences that hold UN, group lengths and trailing padding are left out, all else is chosen."""
    with instance_of(instances()["private-unknown"].build()) as instance:
        chosen = signable_tags(instance.elements)
        left_out = {e.tag for e in instance.elements} - set(chosen)
    assert left_out == {0x00991001, 0x00991003}
    form = replace(forms.TRAILING_PADDING, group_lengths=True)
    with instance_of(signed(instances()["ct"].build(form))[0]) as instance:
        chosen = signable_tags(instance.elements)
        left_out = {e.tag for e in instance.elements} - set(chosen)
        assert find(instance.elements, tags.TRAILING_PADDING) is instance.elements[-1]
    assert all(tags.is_group_length(tag) or tag > tags.PIXEL_DATA or tag == tags.MAC_PARAMETERS for tag in left_out)
    assert {tags.TRAILING_PADDING, tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES, 0x00080000} <= left_out
