"""Forged instances are wrong in the way they are told to be, and in no other."""

from dataclasses import replace
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.rsa import RsaPublicKey, RsaReason, check_signature
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures import attributes
from dicomsig.signatures.macro import Signature, signatures
from dicomsig.signatures.verdict import Status
from dicomsig.signatures.verify import verify
from dicomsig.vectors import seals
from dicomsig.vectors.edits import altered, as_bytes, at, dropped, emptied, in_vr, moved_before, put, revalued, twice
from dicomsig.vectors.forge import SIGNED_AT, Forgery, Order, forge, signable_tags
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Leaf, encode
from dicomsig.vectors.pki import Credential, private_key
from dicomsig.vectors.recipes import NATIVE
from dicomsig.vectors.seals import Padded
from dicomsig.vectors.values import element, tag_of
from dicomsig.vectors.wrong_signers import WrongSigner, wrong_signers
from dicomsig.vectors.wrong_signers.twins import of
from slow_verify import Unreadable
from slow_verify import signatures as slow_signatures

NAME, PATIENT = tag_of("PatientName"), tag_of("PatientID")
ANATOMY = "/00082218[0]/"
CT = Forgery(instances()["ct"].data_set())
SHORT = CT.on(dropped(tags.PIXEL_DATA))

OPINIONS_DIFFER = {
    "certificate-twice-in-an-item": "the slow verifier does not read a data set that repeats a tag",
    "certificate-type-missing": "the slow verifier does not look at the type",
    "certificate-type-unknown": "the slow verifier does not look at the type",
    "digest-info-without-null": "A-01: a verifier may take it or not",
    "element-twice": "the slow verifier does not read a data set that repeats a tag",
    "elements-unordered": "the slow verifier sorts; the standard speaks of ordered data sets alone",
}


def first(data: bytes) -> Signature:
    return next(signatures(instance_of(data)))


@cache
def wrong(name: str) -> bytes:
    return wrong_signers()[name].build()


def integrities(data: bytes) -> dict[str, str]:
    return {verdict.name: verdict.integrity.value for verdict in verify(instance_of(data))}


def public_key(credential: Credential) -> rsa.RSAPublicKey:
    key = x509.load_der_x509_certificate(credential.certificate_der).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


@pytest.mark.parametrize("name", instances())
def test_an_honest_forgery_holds(name: str) -> None:
    """With nothing wrong, the signature over any instance in any form holds, by both verifiers."""
    data = forge(of(name))
    (verdict,) = verify(instance_of(data))
    assert (verdict.integrity, verdict.structure) == (Status.VALID, Status.VALID)
    assert [opinion.integrity for opinion in slow_signatures(data)] == ["valid"]


@pytest.mark.parametrize("credential", [each for each in Credential if each is not Credential.ELLIPTIC_CURVE])
def test_any_rsa_key_signs(credential: Credential) -> None:
    """Keys of all sizes and exponents sign with every MAC algorithm."""
    for algorithm in MacAlgorithm:
        data = forge(replace(SHORT, credential=credential, algorithm=algorithm))
        assert [opinion.integrity for opinion in slow_signatures(data)] == ["valid"]


@pytest.mark.parametrize("recipe", wrong_signers().values(), ids=lambda recipe: recipe.name)
def test_wrong_signers_are_wrong_and_their_twins_are_not(recipe: WrongSigner) -> None:
    """A wrong instance is the same on every build and differs from its twin, whose signatures all hold."""
    data, twin = wrong(recipe.name), recipe.build_twin()
    assert data == recipe.build() != twin
    verdicts = list(verify(instance_of(twin)))
    assert {(verdict.integrity, verdict.structure) for verdict in verdicts} == {(Status.VALID, Status.VALID)}
    assert {opinion.integrity for opinion in slow_signatures(twin)} == {"valid"}


@pytest.mark.parametrize("recipe", wrong_signers().values(), ids=lambda recipe: recipe.name)
def test_both_verifiers_see_the_same_wrong(recipe: WrongSigner) -> None:
    """On the integrity of every wrong instance the slow verifier agrees, but for what is explained."""
    data = wrong(recipe.name)
    try:
        slow = {f"{opinion.place}#{opinion.number}": opinion.integrity for opinion in slow_signatures(data)}
    except Unreadable:
        slow = {}
    assert (slow == integrities(data)) is (recipe.name not in OPINIONS_DIFFER)


def test_explained_differences_are_of_known_recipes() -> None:
    """No explanation outlives its recipe."""
    assert set(OPINIONS_DIFFER) <= set(wrong_signers())


def test_time_and_uids_are_fixed() -> None:
    """The time is the one that is named, and the UIDs of two signatures differ."""
    found = list(signatures(instance_of(forge(CT.then()))))
    assert {signature.datetime_text for signature in found} == {SIGNED_AT}
    assert len({signature.uid for signature in found}) == 2


def test_a_second_signature_can_share_parameters() -> None:
    """Two signatures may point to one MAC Parameters item (A-18)."""
    data = forge(CT.then(own_parameters=False))
    assert integrities(data) == {"/#0": "valid", "/#1": "valid"}
    assert len({signature.parameters[0].item.start for signature in signatures(instance_of(data))}) == 1


def test_a_signature_can_sit_in_an_item() -> None:
    """The place is where the signature is, and what it covers is there."""
    signature = first(forge(replace(CT, place=ANATOMY)))
    assert signature.place == ANATOMY
    assert signature.parameters[0].tag_list.listed == tuple(e.tag for e in signature.data_set if e.tag < 0x4FFE0001)


def test_a_place_that_is_not_there_is_an_error() -> None:
    """Without such an item or sequence nothing is forged."""
    with pytest.raises(ValueError, match="none of number 1"):
        forge(replace(CT, place="/00082218[1]/"))
    with pytest.raises(ValueError, match="not in the data set"):
        forge(replace(CT, place="/0040a730[0]/"))


def test_list_and_hash_vary_apart() -> None:
    """What is listed and what is hashed agree unless told otherwise."""
    assert integrities(forge(replace(CT, listed=(NAME,)))) == {"/#0": "valid"}
    assert integrities(forge(replace(CT, listed=(NAME,), hashed=(NAME, PATIENT)))) == {"/#0": "invalid"}
    assert integrities(forge(replace(CT, listed=(NAME, PATIENT), hashed=(NAME, PATIENT)))) == {"/#0": "valid"}


def test_the_stream_can_follow_the_list() -> None:
    """A descending list breaks the MAC only when the stream follows it; a repeated tag then is hashed twice."""
    descending = tuple(reversed(signable_tags(CT.base)))
    assert integrities(forge(replace(CT, listed=descending))) == {"/#0": "valid"}
    assert integrities(forge(replace(CT, listed=descending, order=Order.LIST))) == {"/#0": "invalid"}
    assert integrities(forge(replace(CT, listed=(NAME, NAME)))) == {"/#0": "valid"}
    assert integrities(forge(replace(CT, listed=(NAME, NAME), order=Order.LIST))) == {"/#0": "invalid"}


def test_edits_of_the_item_are_hashed_or_not() -> None:
    """What is put into the signature item before the MAC is taken is covered; what comes afterwards breaks it."""
    earlier = put(element("DigitalSignatureDateTime", "2024+0000"))
    assert integrities(forge(replace(CT, item=(earlier,)))) == {"/#0": "valid"}
    assert integrities(forge(replace(CT, item_afterwards=(earlier,)))) == {"/#0": "invalid"}
    assert integrities(forge(replace(CT, afterwards=(emptied(NAME),)))) == {"/#0": "invalid"}
    assert integrities(forge(CT.on(emptied(NAME)))) == {"/#0": "valid"}


@pytest.mark.parametrize(
    ("seal", "reason"),
    [
        (seals.PROPER, None),
        (Padded(data=seals.bare), RsaReason.DIGEST_INFO_BARE),
        (Padded(data=seals.without_null), RsaReason.DIGEST_INFO_PARAMETERS_ABSENT),
        (Padded(data=seals.other_object_identifier(MacAlgorithm.MD5)), RsaReason.DIGEST_INFO_MALFORMED),
        (Padded(data=seals.basic_encoding_length), RsaReason.DIGEST_INFO_MALFORMED),
        (Padded(data=seals.with_garbage), RsaReason.DIGEST_INFO_MALFORMED),
        (Padded(block=seals.short_padding), RsaReason.PADDING_NOT_PKCS1_V1_5),
        (Padded(block=seals.damaged_padding), RsaReason.PADDING_NOT_PKCS1_V1_5),
        (Padded(block=seals.encryption_block), RsaReason.PADDING_NOT_PKCS1_V1_5),
        (Padded(block=seals.unpadded), RsaReason.PADDING_NOT_PKCS1_V1_5),
        (Padded(value=seals.zero), RsaReason.SIGNATURE_NOT_BY_KEY),
        (Padded(value=seals.modulus_minus_one), RsaReason.SIGNATURE_NOT_BY_KEY),
        (Padded(value=seals.modulus_itself), RsaReason.SIGNATURE_OUT_OF_RANGE),
        (Padded(value=seals.truncated), RsaReason.SIGNATURE_LENGTH),
        (Padded(value=seals.extended), RsaReason.SIGNATURE_LENGTH),
        (seals.Probabilistic(), RsaReason.PADDING_PSS),
        (seals.LowExponentForgery(), RsaReason.DIGEST_INFO_MALFORMED),
    ],
)
def test_each_seal_is_wrong_for_its_own_reason(seal: seals.Seal, reason: RsaReason | None) -> None:
    """The RSA step of a seal fails for what the seal does, and for nothing else; the proper one holds."""
    numbers = public_key(Credential.EXPONENT_3).public_numbers()
    value = seal(private_key(Credential.EXPONENT_3), MacAlgorithm.SHA256, bytes(32))
    assert check_signature(RsaPublicKey(numbers.n, numbers.e), value, MacAlgorithm.SHA256, bytes(32)).reason == reason


def test_short_padding_is_short_alone() -> None:
    """The block with short padding has the DigestInfo at its place and fewer padding bytes than the eight asked for."""
    block = seals.short_padding(b"data", 64)
    assert block == b"\x00\x01\xff\xff\xff\xff\x00data" + bytes(53)


@pytest.mark.parametrize("credential", [Credential.RSA_1024, Credential.RSA_1032, Credential.RSA_2048])
def test_probabilistic_padding_is_what_the_library_knows(credential: Credential) -> None:
    """The PSS of `seals` verifies with the library, with the salt as long as it is."""
    key = private_key(credential)
    signature = seals.Probabilistic()(key, MacAlgorithm.SHA256, bytes(32))
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=20)
    public_key(credential).verify(signature, bytes(32), scheme, Prehashed(hashes.SHA256()))


def test_the_cube_root_forgery_fools_a_careless_reader() -> None:
    """Its cube begins with padding and DigestInfo; only what follows gives it away."""
    key = public_key(Credential.EXPONENT_3).public_numbers()
    signature = seals.LowExponentForgery()(private_key(Credential.EXPONENT_3), MacAlgorithm.SHA256, bytes(32))
    block = pow(int.from_bytes(signature), key.e, key.n).to_bytes(256)
    assert block.startswith(b"\x00\x01" + b"\xff" * 8 + b"\x00\x30\x31\x30\x0d\x06\x09\x60")
    with pytest.raises(ValueError, match="exponent 3"):
        seals.LowExponentForgery()(private_key(Credential.RSA_2048), MacAlgorithm.SHA256, bytes(32))


def test_edits_change_one_element() -> None:
    """Each edit leaves every other element as it was."""
    base = CT.base
    others = tuple(node for node in base if node.tag != NAME)
    for edit in (emptied(NAME), revalued(NAME, b"X"), in_vr(NAME, "LO"), as_bytes(NAME, bytes.upper), dropped(NAME)):
        changed = edit(base)
        assert changed != base
        assert tuple(node for node in changed if node.tag != NAME) == others
    assert at(ANATOMY, dropped(tag_of("CodeValue")))(base) != base
    assert [node.tag for node in twice(NAME)(base)].count(NAME) == 2
    moved = [node.tag for node in moved_before(PATIENT, NAME)(base)]
    assert moved.index(PATIENT) == moved.index(NAME) - 1
    assert encode(as_bytes(NAME, bytes.upper)((Leaf(NAME, "PN", b"ab"),)), NATIVE).endswith(b"PN\x02\x00AB")


@pytest.mark.parametrize(
    "edit",
    [
        dropped(tag_of("PatientComments")),
        emptied(tag_of("PatientComments")),
        moved_before(NAME, tag_of("PatientComments")),
        at("/00100010[0]/", emptied(NAME)),
        revalued(tag_of("AnatomicRegionSequence"), b""),
        altered(tag_of("PatientComments"), lambda node: node),
    ],
)
def test_an_edit_of_nothing_is_an_error(edit: object) -> None:
    """An edit that would change nothing is refused, since what it forges would be right."""
    assert callable(edit)
    with pytest.raises(ValueError, match=r"\(0"):
        edit(CT.base)


def test_signable_tags_leave_out_what_is_never_signed() -> None:
    """UN, sequences with UN, and the sequences of the macro itself are not among the signable tags."""
    found = signable_tags(instances()["private-unknown"].data_set())
    assert {0x00990010, 0x00991002, 0x00991004} <= set(found)
    assert not {0x00991001, 0x00991003} & set(found)
    second = first(forge(CT.then()))
    assert not {tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES} & second.parameters[0].tag_list.distinct


def test_elements_of_the_macro_are_all_there() -> None:
    """The signature item has the five mandatory elements beside its value, the parameters their four."""
    signature = first(forge(CT))
    assert [e.tag for e in signature.item.elements] == [
        attributes.MAC_ID_NUMBER,
        attributes.SIGNATURE_UID,
        attributes.SIGNATURE_DATETIME,
        attributes.CERTIFICATE_TYPE,
        attributes.CERTIFICATE,
        attributes.SIGNATURE,
    ]
    assert len(signature.parameters[0].item.elements) == 4
